import Dispatch
import Foundation
import PlatformCore
import S3Client
import Synchronization

/// A lock in a bucket: an object that says who holds it, written only over the version that was read, and renewed as
/// long as it is held.
///
/// One that was not renewed for a minute, by the server's clock, may be taken by others; its holder stops before that.
/// One whose process is known to have ended on this machine may be taken at once.
final class LakeLease: LakeHold {
  /// How long it holds.
  struct Times: Sendable {
    /// Without being renewed, by the server's clock.
    let seconds: Int64
    /// For its holder, by this machine's clock: shorter by what a call may take.
    let held: Duration
    /// Between two renewals.
    let pause: Duration

    static let usual = Times(seconds: 60, held: .seconds(40), pause: .seconds(10))
  }

  /// The object.
  private struct Document: Codable {
    var holder: LakeHolder?
    /// The process, for others on its machine.
    var process: String?
    /// Tells this lock from all others.
    var token: String
    /// Makes each writing another version.
    var renewals = 0

    var bytes: [UInt8] { Array((try? JSONEncoder().encode(self)) ?? Data()) }
  }

  /// What the renewing and the writing side both look at.
  final class State: Sendable {
    let key: String
    private let held: Duration
    private let until: Mutex<ContinuousClock.Instant?>

    init(_ key: String, from begin: ContinuousClock.Instant, _ held: Duration) {
      self.key = key
      self.held = held
      until = Mutex(begin + held)
    }

    var isHeld: Bool { until.withLock { $0.map { ContinuousClock.now < $0 } ?? false } }
    func renewed(_ begin: ContinuousClock.Instant) { until.withLock { if $0 != nil { $0 = begin + held } } }
    func lose() { until.withLock { $0 = nil } }
  }

  private let state: State
  private let bucket: LakeBucket
  private let renewal: Renewal

  /// Nil while another holds it.
  static func take(_ key: String, in bucket: LakeBucket, for holder: LakeHolder) throws(PlatformError) -> LakeLease? {
    let token = UUID().uuidString
    let document = Document(holder: holder, process: ProcessIdentity.current?.text, token: token)
    let found = try bucket.client.get(key)
    if let found, let held = try? JSONDecoder().decode(Document.self, from: Data(found.bytes)), held.holder != nil {
      let hasEnded = held.process.flatMap { ProcessIdentity($0) }?.hasEnded ?? false
      guard hasEnded || found.facts.ageSeconds ?? 0 > bucket.leaseTimes.seconds else { return nil }
    }
    let begin = ContinuousClock.now
    let condition = found.map { S3Client.Condition.tag($0.facts.tag) } ?? .absent
    guard let tag = try bucket.client.put(.bytes(document.bytes), to: key, if: condition) else { return nil }
    return LakeLease(key, bucket, document, tag, begin)
  }

  /// Who holds the lock that an object tells of; nil where it was let go.
  static func holder(in bytes: [UInt8]) -> LakeHolder? {
    (try? JSONDecoder().decode(Document.self, from: Data(bytes)))?.holder
  }

  private init(
    _ key: String, _ bucket: LakeBucket, _ document: Document, _ tag: String, _ begin: ContinuousClock.Instant
  ) {
    self.bucket = bucket
    state = State(key, from: begin, bucket.leaseTimes.held)
    renewal = Renewal(document, tag, state, bucket.client)
    bucket.add(state)
    renewal.start(every: bucket.leaseTimes.pause)
  }

  deinit {
    bucket.remove(state)
    renewal.end()
  }

  /// Writes the object anew on a queue of its own: the one place that knows its version.
  private final class Renewal: Sendable {
    private let state: State
    private let client: S3Client
    private let queue = DispatchQueue(label: "okapi.lake.lease")
    private let version: Mutex<(document: Document, tag: String)>

    init(_ document: Document, _ tag: String, _ state: State, _ client: S3Client) {
      self.state = state
      self.client = client
      version = Mutex((document, tag))
    }

    /// Renews it from time to time, until it is lost or let go.
    func start(every pause: Duration) {
      queue.asyncAfter(deadline: .now() + (pause / .seconds(1))) { [weak self] in
        guard let self, state.isHeld else { return }
        write { $0.renewals += 1 }
        start(every: pause)
      }
    }

    /// Lets it go; one that cannot be told so is free after a minute.
    func end() {
      queue.sync {
        if state.isHeld { write { $0.holder = nil } }
        state.lose()
      }
    }

    private func write(_ change: (inout Document) -> Void) {
      let begin = ContinuousClock.now
      var (document, tag) = version.withLock { $0 }
      change(&document)
      do {
        guard let new = try client.put(.bytes(document.bytes), to: state.key, if: .tag(tag)) else {
          return state.lose()
        }
        version.withLock { $0 = (document, new) }
        state.renewed(begin)
      } catch {
        // The next renewal may come through; without one the time runs out. What was sent may have been taken: the
        // next writing must find the version by itself.
        if let found = try? client.get(state.key), found.bytes == document.bytes {
          version.withLock { $0 = (document, found.facts.tag) }
        }
      }
    }
  }
}
