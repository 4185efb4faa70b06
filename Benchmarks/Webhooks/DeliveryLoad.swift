import Foundation

/// Sends deliveries over many connections, and notes how long each answer takes.
///
/// One thread serves all connections: with one for each the client's own changes of threads would be measured, beside
/// those of a server on the same processors.
struct DeliveryLoad {
  let port: UInt16
  /// The deliveries of each connection, in their order.
  let requests: [[[UInt8]]]
  /// How often a connection sends one, in seconds; nil for at once after the last answer.
  let pause: Double?

  /// A connection, and where it is.
  private struct Sender {
    let connection: LoadConnection
    let requests: [[UInt8]]
    var sent = 0
    /// When the next one is to be sent, or the last one was to be.
    var due: ContinuousClock.Instant
    var isAnswered = true

    var isOver: Bool { isAnswered && sent == requests.count }
  }

  /// Sends all of it. A delay counts from the moment at which a delivery was to be sent, so that a stall is not hidden
  /// by who waits for it.
  func run() throws -> (seconds: Double, delays: [Double]) {
    let clock = ContinuousClock()
    let step = Duration.seconds(pause ?? 0)
    // Hundreds take longer to connect than the first ones have time: that is no delay of an answer.
    let connections = try requests.map { _ in try LoadConnection(port: port) }
    let begin = clock.now + .milliseconds(20)
    var senders = connections.indices.map { place in
      Sender(
        connection: connections[place], requests: requests[place],
        due: begin + step * (Double(place) / Double(requests.count)))
    }
    var delays: [Double] = []
    while senders.contains(where: { !$0.isOver }) {
      var wake = clock.now + .seconds(1)
      for place in senders.indices where senders[place].isAnswered && !senders[place].isOver {
        let now = clock.now
        guard senders[place].due <= now else {
          wake = min(wake, senders[place].due)
          continue
        }
        if pause == nil { senders[place].due = now }
        try senders[place].connection.send(senders[place].requests[senders[place].sent])
        senders[place].sent += 1
        senders[place].isAnswered = false
      }
      let answered = Self.wait(senders, for: wake - clock.now)
      for place in senders.indices where !senders[place].isAnswered && answered[senders[place].connection.descriptor] {
        try senders[place].connection.receiveAnswer()
        delays.append((clock.now - senders[place].due) / .seconds(1))
        senders[place].due += step
        senders[place].isAnswered = true
      }
    }
    return ((clock.now - begin) / .seconds(1), delays)
  }

  /// Waits until an answer begins to arrive, or the time is over.
  private static func wait(_ senders: [Sender], for time: Duration) -> DescriptorSet {
    var set = DescriptorSet()
    for sender in senders where !sender.isAnswered { set.insert(sender.connection.descriptor) }
    let microseconds = max(0, Int(time / .microseconds(1)))
    var limit = timeval(tv_sec: microseconds / 1_000_000, tv_usec: .init(microseconds % 1_000_000))
    // `poll` counts in milliseconds: too coarse for thousands a second.
    if select(Int32(FD_SETSIZE), &set.bits, nil, nil, &limit) <= 0 { set = DescriptorSet() }
    return set
  }

  /// What `select` takes and gives; C has macros for it.
  private struct DescriptorSet {
    var bits = fd_set()

    mutating func insert(_ descriptor: Int32) {
      precondition(descriptor < FD_SETSIZE, "select knows no more descriptors")
      withUnsafeMutableBytes(of: &bits) { $0[Int(descriptor) / 8] |= 1 << UInt8(descriptor % 8) }
    }

    subscript(_ descriptor: Int32) -> Bool {
      withUnsafeBytes(of: bits) { $0[Int(descriptor) / 8] & 1 << UInt8(descriptor % 8) != 0 }
    }
  }
}
