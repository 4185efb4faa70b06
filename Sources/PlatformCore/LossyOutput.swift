import Foundation
import Synchronization

/// Writes lines to a descriptor as far as it takes them at once: a pipe that nobody reads loses lines, blocks nobody.
///
/// Once the reader is back, a line says how many it missed. For the logs of servers; a command's own log waits instead.
package final class LossyOutput: Sendable {
  private struct State {
    var lostLines = 0
    /// Whether the last line was left in the middle.
    var isCut = false
  }

  private let descriptor: Int32
  private let notice: @Sendable (Int) -> String
  private let state = Mutex(State())

  /// A descriptor that polls as writable takes so many bytes without blocking. Source: POSIX, `_POSIX_PIPE_BUF`.
  private static let chunkBytes = 512

  /// Writes to the descriptor, which stays the caller's; `notice` is the line about so many lost ones.
  package init(_ descriptor: Int32, notice: @escaping @Sendable (Int) -> String) {
    self.descriptor = descriptor
    self.notice = notice
  }

  /// Writes a line, given without its newline, or counts it as lost.
  package func line(_ text: String) {
    state.withLock { state in
      if state.lostLines > 0, put(notice(state.lostLines), &state) { state.lostLines = 0 }
      if state.lostLines > 0 || !put(text, &state) { state.lostLines += 1 }
    }
  }

  /// Whether all of a line was taken.
  private func put(_ text: String, _ state: inout State) -> Bool {
    var rest = Array(((state.isCut ? "\n" : "") + text + "\n").utf8)[...]
    let whole = rest.count
    while !rest.isEmpty {
      guard isReady, let written = write(rest.prefix(Self.chunkBytes)) else {
        if rest.count < whole { state.isCut = true }
        return false
      }
      rest = rest.dropFirst(written)
    }
    state.isCut = false
    return true
  }

  private var isReady: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&entry, 1, 0) == 1 && entry.revents == Int16(POLLOUT)
  }

  private func write(_ bytes: ArraySlice<UInt8>) -> Int? {
    let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    return written > 0 ? written : nil
  }
}
