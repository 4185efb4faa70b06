import Foundation
package import PlatformCore
import Synchronization

/// The two streams of the program: results on stdout; log lines and the one redrawn status line on stderr.
///
/// Log lines and the status line share one lock, so that a line never lands in the middle of a progress bar.
package final class Terminal: Sendable {
  /// Whether stderr is a terminal that can redraw a line.
  package let isInteractive: Bool
  /// Whether colours are welcome: a terminal, and no `NO_COLOR`.
  package let hasColor: Bool
  private let columns: @Sendable () -> Int
  private let emit: @Sendable (String) -> Void
  private let status = Mutex("")

  /// Makes a terminal; `emit` receives text for stderr as it stands, `columns` answers the width.
  package init(
    isInteractive: Bool, hasColor: Bool, columns: @escaping @Sendable () -> Int = { 80 },
    emit: @escaping @Sendable (String) -> Void
  ) {
    self.isInteractive = isInteractive
    self.hasColor = hasColor
    self.columns = columns
    self.emit = emit
  }

  /// The process's own streams. `TERM=dumb` and `NO_COLOR` are respected.
  package static func standard(environment: [String: String]) -> Terminal {
    let isInteractive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
    let hasColor = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    return Terminal(isInteractive: isInteractive, hasColor: hasColor, columns: windowColumns) { text in
      // A closed stderr must not end the work.
      try? write(text, to: STDERR_FILENO)
    }
  }

  /// The width in columns, at least 20.
  package var width: Int { max(20, columns()) }

  /// The same streams without a status line.
  package var withoutStatus: Terminal {
    Terminal(isInteractive: false, hasColor: hasColor, columns: columns, emit: emit)
  }

  /// Writes a line to stderr above the status line.
  package func line(_ text: String) {
    status.withLock { status in
      emit(erasing(status) + text + "\n" + status)
    }
  }

  /// Redraws the status line; an empty text removes it. Without a terminal nothing happens.
  package func show(status text: String) {
    guard isInteractive else { return }
    status.withLock { status in
      emit(erasing(status) + text)
      status = text
    }
  }

  /// Overwrites with blanks rather than by an escape sequence: it works on every terminal.
  private func erasing(_ status: String) -> String {
    guard !status.isEmpty else { return "" }
    return "\r" + String(repeating: " ", count: displayWidth(status)) + "\r"
  }

  /// Writes a result to stdout, with a newline at its end.
  ///
  /// - Throws: `inputOutput` when stdout is full or closed.
  package static func printResult(_ text: String) throws(PlatformError) {
    try write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
  }

  /// Writes what a person is to answer to stdout, without a newline.
  ///
  /// - Throws: `inputOutput` when stdout is closed.
  package static func prompt(_ text: String) throws(PlatformError) { try write(text, to: STDOUT_FILENO) }

  /// The code of the error when whoever reads a stream has closed it.
  static let closedPipe = "EPIPE"

  private static func write(_ text: String, to file: Int32) throws(PlatformError) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR || errno == EAGAIN { continue }
      guard written >= 0 else {
        let reason = errno
        throw PlatformError(
          .inputOutput, "The output cannot be written", cause: String(cString: strerror(reason)),
          code: reason == EPIPE ? closedPipe : nil,
          context: ["stream": file == STDOUT_FILENO ? "stdout" : "stderr"],
          nextStep: "check the disk or the program that reads the output")
      }
      bytes = bytes.dropFirst(written)
    }
  }

  private static let windowColumns: @Sendable () -> Int = {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(file, bytes, count)
}
