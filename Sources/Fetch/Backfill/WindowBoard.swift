import Synchronization

/// Hands out windows over `created` to workers; who has none takes half of the largest rest of another's.
///
/// How large a rest is follows from the density of what its worker has read, so that windows come out short where the
/// objects are many. A window is not divided again until its last divider has seen what is there: else a small resource
/// would be asked about many empty stretches.
final class WindowBoard: Sendable {
  /// A window as its worker knows it.
  struct Window: Sendable, Equatable {
    let number: Int
    let range: TimeRange
  }

  private struct Running {
    var range: TimeRange
    /// The window it was taken from, until it has read a page.
    var parent: Int?
    var rows = 0
    /// The `created` of the first and of the last row.
    var newest: Int64?
    var reached: Int64?

    /// How many rows may still come.
    var rest: Double {
      guard let newest, let reached, reached > range.from else { return 0 }
      return Double(rows) / Double(newest - reached + 1) * Double(reached - range.from)
    }
  }

  private struct State {
    var waiting: [TimeRange]
    var running: [Int: Running] = [:]
    /// Windows that a divider has not looked into yet.
    var divided: Set<Int> = []
    var idle: [CheckedContinuation<Window?, Never>] = []
    var done: TimeRanges
    var lastNumber = 0
    var isClosed = false
  }

  /// Rests smaller than this are left to whom they belong to: two pages.
  private static let smallest = 200.0

  private let state: Mutex<State>
  /// Where a window without an end counts as read to: what is created later is told by events.
  private let until: Int64

  /// Windows over all that `done` does not hold, from a second on.
  init(from start: Int64, done: TimeRanges, until: Int64) {
    self.until = until
    state = Mutex(State(waiting: done.missing(from: start), done: done))
  }

  /// What was read.
  var done: TimeRanges { state.withLock { $0.done } }
  /// The windows handed out so far.
  var count: Int { state.withLock { $0.lastNumber } }
  /// How many rows may still come.
  var rest: Int { state.withLock { state in Int(min(1e9, state.running.values.reduce(0) { $0 + $1.rest })) } }

  /// A window to read; nil when there will be none.
  func take() async -> Window? {
    await withCheckedContinuation { continuation in
      state.withLock { $0.idle.append(continuation) }
      serve()
    }
  }

  /// Notes a page that came, before anything is done with it: what lies below may be taken by others meanwhile.
  func see(_ window: Window, created: [Int64?]) {
    state.withLock { state in
      guard var run = state.running[window.number] else { return }
      if let parent = run.parent { state.divided.remove(parent) }
      run.parent = nil
      run.rows += created.count
      run.newest = run.newest ?? created.first ?? nil
      run.reached = (created.last ?? nil) ?? run.reached
      state.running[window.number] = run
    }
    serve()
  }

  /// Notes that a page is in bronze; answers from which second on its worker has to read on.
  func advance(_ window: Window, to last: Int64?) -> Int64 {
    state.withLock { state in
      guard let run = state.running[window.number] else { return .max }
      if let last {
        // Rows of the very second of the last one may follow.
        state.done.add(TimeRange(from: max(last + 1, run.range.from), before: run.range.before ?? until))
      }
      return run.range.from
    }
  }

  /// Notes that a window was read to its end.
  func finish(_ window: Window) {
    state.withLock { state in
      guard let run = state.running.removeValue(forKey: window.number) else { return }
      if let parent = run.parent { state.divided.remove(parent) }
      state.divided.remove(window.number)
      state.done.add(TimeRange(from: run.range.from, before: run.range.before ?? until))
    }
    serve()
  }

  /// Ends it: nobody gets a window any more.
  func close() {
    state.withLock { $0.isClosed = true }
    serve()
  }

  private func serve() {
    let served = state.withLock { state -> [(CheckedContinuation<Window?, Never>, Window?)] in
      var served: [(CheckedContinuation<Window?, Never>, Window?)] = []
      while let worker = state.idle.last {
        let window = state.isClosed ? nil : Self.next(&state)
        guard window != nil || state.isClosed || (state.running.isEmpty && state.waiting.isEmpty) else { break }
        state.idle.removeLast()
        served.append((worker, window))
      }
      return served
    }
    for (worker, window) in served { worker.resume(returning: window) }
  }

  private static func next(_ state: inout State) -> Window? {
    if !state.waiting.isEmpty { return begin(state.waiting.removeFirst(), parent: nil, &state) }
    let candidates = state.running.filter { !state.divided.contains($0.key) && $0.value.rest >= smallest }
    guard let (number, run) = candidates.max(by: { $0.value.rest < $1.value.rest }), let reached = run.reached else {
      return nil
    }
    let middle = run.range.from + (reached - run.range.from + 1) / 2
    guard middle > run.range.from else { return nil }
    state.running[number]?.range.from = middle
    state.divided.insert(number)
    return begin(TimeRange(from: run.range.from, before: middle), parent: number, &state)
  }

  private static func begin(_ range: TimeRange, parent: Int?, _ state: inout State) -> Window {
    state.lastNumber += 1
    state.running[state.lastNumber] = Running(range: range, parent: parent)
    return Window(number: state.lastNumber, range: range)
  }
}
