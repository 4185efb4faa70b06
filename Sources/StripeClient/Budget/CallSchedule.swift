/// Who of those that wait may start, and when: a bucket for each endpoint, one for all, and a limit to calls at once.
///
/// It knows no clock: whoever asks says what time it is.
struct CallSchedule<Waiter: Sendable>: Sendable {
  typealias Instant = ContinuousClock.Instant

  private let endpointRate: Double
  private let concurrency: Int
  private var all: RateBucket
  private var endpoints: [String: RateBucket] = [:]
  private var waiting: [(number: Int, endpoint: String, waiter: Waiter)] = []
  private var running = 0
  private var lastNumber = 0

  init(rate: Double, endpointRate: Double, concurrency: Int, now: Instant) {
    self.endpointRate = endpointRate
    self.concurrency = max(1, concurrency)
    all = RateBucket(rate: rate, now: now)
  }

  /// Queues a call; the number takes it out again.
  mutating func add(_ waiter: Waiter, endpoint: String) -> Int {
    lastNumber += 1
    waiting.append((lastNumber, endpoint, waiter))
    return lastNumber
  }

  /// Takes a call out that waits no more; nil when it has started already.
  mutating func remove(_ number: Int) -> Waiter? {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return nil }
    return waiting.remove(at: index).waiter
  }

  /// A call has ended.
  mutating func release() { running -= 1 }

  /// Starts whom it may, in the order of arrival as far as their endpoints allow, and says when to ask again; nil when
  /// only an end or an arrival changes anything.
  mutating func start(at now: Instant) -> (started: [Waiter], again: Instant?) {
    var started: [Waiter] = []
    var again: Instant?
    var index = 0
    while index < waiting.count, running < concurrency {
      guard all.ready <= now else {
        again = min(again ?? all.ready, all.ready)
        break
      }
      let name = waiting[index].endpoint
      var bucket = endpoints[name] ?? RateBucket(rate: endpointRate, now: now)
      guard bucket.ready <= now else {
        again = min(again ?? bucket.ready, bucket.ready)
        index += 1
        continue
      }
      bucket.take(at: now)
      all.take(at: now)
      endpoints[name] = bucket
      running += 1
      started.append(waiting.remove(at: index).waiter)
    }
    return (started, again)
  }

  /// Slows down after a refusal: one endpoint, or all; false when that was done for calls of the same time.
  mutating func lower(endpoint: String?, at now: Instant, callBegunAt begun: Instant) -> Bool {
    guard let endpoint else { return all.lower(at: now, callBegunAt: begun) }
    var bucket = endpoints[endpoint] ?? RateBucket(rate: endpointRate, now: now)
    defer { endpoints[endpoint] = bucket }
    return bucket.lower(at: now, callBegunAt: begun)
  }

  /// Starts a second that are allowed at this moment, to one endpoint or in all.
  func rate(endpoint: String? = nil, at now: Instant) -> Double {
    guard let endpoint else { return all.rate(at: now) }
    return endpoints[endpoint]?.rate(at: now) ?? endpointRate
  }
}
