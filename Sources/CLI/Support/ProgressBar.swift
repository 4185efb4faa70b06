package import Foundation
package import PlatformCore
import Synchronization

/// How far a long job has come: one redrawn line on a terminal, a log event every ten seconds elsewhere.
package final class ProgressBar: Sendable {
  /// What is counted.
  package enum Unit: Sendable, Equatable {
    /// Bytes of the input.
    case bytes
    /// Things, in the plural: `objects`.
    case count(String)
  }

  private struct State {
    var lastShown: Date?
    var lastLogged: Date
    var isFinished = false
  }

  private let label: String
  private let total: Int?
  private let unit: Unit
  private let terminal: Terminal
  private let context: RunContext
  private let start: Date
  private let state: Mutex<State>

  /// Starts the clock, now or at the time given. `total` is nil when nobody knows how much there is.
  package init(
    _ label: String, total: Int?, unit: Unit, terminal: Terminal, context: RunContext, begunAt: Date? = nil
  ) {
    self.label = label
    self.total = total
    self.unit = unit
    self.terminal = terminal
    self.context = context
    self.start = begunAt ?? context.clock.now
    self.state = Mutex(State(lastLogged: context.clock.now))
  }

  /// Says how much is done in all; cheap enough for every batch. `note` stands at the end of the line.
  ///
  /// - Parameter guess: how much there may be, where nobody knew at the start.
  package func update(_ completed: Int, of guess: Int? = nil, note: String = "") {
    let now = context.clock.now
    let mayShow = state.withLock { state in
      guard !state.isFinished else { return false }
      let interval = terminal.isInteractive ? 0.1 : 10
      let last = terminal.isInteractive ? state.lastShown : state.lastLogged
      guard last.map({ now.timeIntervalSince($0) >= interval }) ?? true else { return false }
      state.lastShown = now
      state.lastLogged = now
      return true
    }
    guard mayShow else { return }
    let elapsed = now.timeIntervalSince(start)
    if terminal.isInteractive {
      terminal.show(status: line(completed, of: guess, elapsedSeconds: elapsed, note: note))
    } else {
      log(completed, of: guess ?? total, elapsedSeconds: elapsed)
    }
  }

  /// Removes the line; later updates are ignored.
  package func finish() {
    state.withLock { $0.isFinished = true }
    terminal.show(status: "")
  }

  /// The line as drawn, no wider than the terminal.
  func line(_ completed: Int, of guess: Int? = nil, elapsedSeconds: Double, note: String) -> String {
    let total = guess ?? total
    let rate = elapsedSeconds > 0 ? Double(completed) / elapsedSeconds : 0
    var parts = [label]
    if let total, total > 0 {
      let share = min(1, Double(completed) / Double(total))
      parts.append(bar(share) + " \(Int(share * 100))%")
    }
    parts.append(amount(completed, of: total))
    if rate > 0 { parts.append(rateText(rate)) }
    if let left = secondsLeft(completed, of: total, rate) { parts.append(clockText(left) + " left") }
    if !note.isEmpty { parts.append(note) }
    var text = parts.joined(separator: "  ")
    // The last column stays free: some terminals wrap when it is written.
    while displayWidth(text) >= terminal.width { text.removeLast() }
    return text
  }

  private func bar(_ share: Double) -> String {
    let width = 20
    let filled = Int(share * Double(width))
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
  }

  private func amount(_ value: Int, of total: Int?) -> String {
    switch unit {
    case .bytes: byteText(Double(value)) + (total.map { " of " + byteText(Double($0)) } ?? "")
    case .count(let name): grouped(value) + (total.map { " of " + grouped($0) } ?? "") + " " + name
    }
  }

  private func rateText(_ rate: Double) -> String {
    switch unit {
    case .bytes: byteText(rate) + "/s"
    case .count: grouped(Int(rate.rounded())) + "/s"
    }
  }

  private func secondsLeft(_ completed: Int, of total: Int?, _ rate: Double) -> Double? {
    guard let total, rate > 0, completed <= total else { return nil }
    return Double(total - completed) / rate
  }

  private func log(_ completed: Int, of total: Int?, elapsedSeconds: Double) {
    let rate = elapsedSeconds > 0 ? Double(completed) / elapsedSeconds : 0
    let name =
      switch unit {
      case .bytes: "bytes"
      case .count(let name): name
      }
    context.log(
      .info, "progress_made",
      [
        "what": .string(label), name: .integer(completed), "total": .integer(total ?? -1),
        "per_second": .integer(Int(rate.rounded())),
        "seconds_left": .integer(secondsLeft(completed, of: total, rate).map { Int($0.rounded()) } ?? -1),
      ])
  }
}
