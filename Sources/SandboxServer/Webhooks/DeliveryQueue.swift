import Foundation
import Sandbox

/// The deliveries at hand, a lane for each endpoint; guarded by its owner's lock.
///
/// It holds no more than a few dozen a lane: the rest waits in the store.
struct DeliveryQueue {
  private struct Lane {
    var waiting: [Delivery] = []
    var running = 0
    var held: [(delivery: Delivery, until: Date, isOvertaken: Bool)] = []
    /// Those whose chance of going wrong was taken already.
    var decided: Set<Int64> = []
  }

  private var lanes: [String: Lane] = [:]
  /// The endpoints in the order of their turns.
  private var turns: [String] = []
  private var taken: Set<Int64> = []
  /// Made since the fetch under way began: it may still see them as due.
  private var finished: Set<Int64> = []
  private let perEndpoint: Int

  static let laneLimit = 64

  init(perEndpoint: Int) { self.perEndpoint = perEndpoint }

  /// Whether an endpoint's lane is low enough to be filled from the store.
  func wantsMore(_ endpoint: String) -> Bool { (lanes[endpoint]?.waiting.count ?? 0) < Self.laneLimit / 2 }

  /// How many of an endpoint's deliveries are in hand, and are therefore found in the store again.
  func inHand(_ endpoint: String) -> Int {
    lanes[endpoint].map { $0.waiting.count + $0.running + $0.held.count } ?? 0
  }

  /// To be called before the store is read for `add`.
  mutating func beginFetch() { finished.removeAll(keepingCapacity: true) }

  /// Adds what is not in hand yet; returns whether anything was new.
  mutating func add(_ found: [Delivery]) -> Bool {
    var isNew = false
    for delivery in found where !finished.contains(delivery.number) && taken.insert(delivery.number).inserted {
      if lanes[delivery.endpoint] == nil { turns.append(delivery.endpoint) }
      lanes[delivery.endpoint, default: Lane()].waiting.append(delivery)
      isNew = true
    }
    return isNew
  }

  /// The next delivery to make, endpoint by endpoint in turn; nil when every lane is empty or busy.
  mutating func next() -> Delivery? {
    for (index, endpoint) in turns.enumerated() {
      guard var lane = lanes[endpoint], lane.running < perEndpoint, !lane.waiting.isEmpty else { continue }
      let delivery = lane.waiting.removeFirst()
      lane.running += 1
      lanes[endpoint] = lane
      turns.append(turns.remove(at: index))
      return delivery
    }
    return nil
  }

  /// Whether this is the first time that a delivery is about to be made.
  mutating func isUndecided(_ delivery: Delivery) -> Bool {
    lanes[delivery.endpoint]?.decided.insert(delivery.number).inserted ?? false
  }

  /// Puts a delivery aside. To be overtaken takes two: while one waits for that, the next is not put aside.
  mutating func hold(_ delivery: Delivery, until: Date, isOvertaken: Bool) -> Bool {
    guard var lane = lanes[delivery.endpoint] else { return false }
    if isOvertaken, lane.held.contains(where: \.isOvertaken) { return false }
    lane.held.append((delivery, until, isOvertaken))
    lane.running -= 1
    lanes[delivery.endpoint] = lane
    return true
  }

  /// A delivery was made: it is in the store as such, and lets go what it has overtaken.
  mutating func finish(_ delivery: Delivery) {
    guard var lane = lanes[delivery.endpoint] else { return }
    lane.running -= 1
    lane.decided.remove(delivery.number)
    taken.remove(delivery.number)
    finished.insert(delivery.number)
    lane.waiting.insert(contentsOf: lane.held.filter(\.isOvertaken).map(\.delivery), at: 0)
    lane.held.removeAll(where: \.isOvertaken)
    lanes[delivery.endpoint] = lane
  }

  /// Lets go what was put aside long enough; returns when the next one is to be let go.
  mutating func release(at now: Date) -> Date? {
    var earliest: Date?
    for (endpoint, lane) in lanes where !lane.held.isEmpty {
      lanes[endpoint]?.waiting.append(contentsOf: lane.held.filter { $0.until <= now }.map(\.delivery))
      lanes[endpoint]?.held.removeAll { $0.until <= now }
      for held in lanes[endpoint]?.held ?? [] { earliest = min(earliest ?? held.until, held.until) }
    }
    return earliest
  }
}
