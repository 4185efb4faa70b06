package import Foundation
import Synchronization

/// A file that appears under its name only when it is whole: written beside it, synced, renamed.
///
/// `finish()` makes it appear; without it the part written so far is removed. It leaves out concurrent writers.
package final class AtomicFile: Sendable {
  private struct State {
    var descriptor: Int32
    var buffer: [UInt8] = []
    var bytes = 0
  }

  private static let bufferBytes = 1 << 18
  private static let ending = ".part"

  /// Whether a name is that of a file that was never whole, as a kill leaves it.
  package static func isTemporary(_ name: String) -> Bool { name.hasSuffix(ending) }

  private let target: URL
  private let temporaryPath: String
  private let state: Mutex<State>

  /// Opens the temporary file beside `target`, by default readable by its owner only.
  ///
  /// - Throws: `output` when it cannot be created.
  package init(_ target: URL, permissions: UInt32 = 0o600) throws(PlatformError) {
    self.target = target
    temporaryPath = target.path + ".\(UInt32.random(in: .min ... .max))" + Self.ending
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(permissions))
    guard descriptor >= 0 else { throw Self.failure(.output, "A file cannot be created", target) }
    state = Mutex(State(descriptor: descriptor))
  }

  deinit {
    state.withLock { state in
      guard state.descriptor >= 0 else { return }
      close(state.descriptor)
      unlink(temporaryPath)
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: `inputOutput` when the disk refuses them.
  package func append(_ bytes: some Sequence<UInt8>) throws(PlatformError) {
    let failed = state.withLock { state in
      state.buffer.append(contentsOf: bytes)
      return state.buffer.count >= Self.bufferBytes && !Self.flush(&state)
    }
    if failed { throw Self.failure(.inputOutput, "A file cannot be written", target) }
  }

  /// Syncs the file and gives it its name, over whatever had it; syncs the folder too.
  ///
  /// - Returns: the file's size in bytes.
  /// - Throws: `inputOutput`.
  @discardableResult
  package func finish() throws(PlatformError) -> Int {
    let bytes: Int? = state.withLock { state in
      guard state.descriptor >= 0, Self.flush(&state), fsync(state.descriptor) == 0 else { return nil }
      guard rename(temporaryPath, target.path) == 0 else { return nil }
      close(state.descriptor)
      state.descriptor = -1
      return state.bytes
    }
    guard let bytes else { throw Self.failure(.inputOutput, "A file cannot be written", target) }
    let folder = open(target.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      // Some file systems cannot sync a folder; the file itself is safe by now.
      fsync(folder)
      close(folder)
    }
    return bytes
  }

  /// Writes a whole file in one go.
  ///
  /// - Throws: `output` or `inputOutput`.
  package static func replace(
    _ target: URL, with bytes: [UInt8], permissions: UInt32 = 0o600
  ) throws(PlatformError) {
    let file = try AtomicFile(target, permissions: permissions)
    try file.append(bytes)
    try file.finish()
  }

  private static func flush(_ state: inout State) -> Bool {
    var offset = 0
    let isWhole = state.buffer.withUnsafeBytes { buffer in
      while offset < buffer.count {
        let written = write(state.descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { return false }
        offset += written
      }
      return true
    }
    state.bytes += offset
    state.buffer.removeAll(keepingCapacity: true)
    return isWhole
  }

  private static func failure(_ status: ExitStatus, _ message: String, _ target: URL) -> PlatformError {
    PlatformError(status, message, cause: String(cString: strerror(errno)), context: ["file": target.path])
  }
}
