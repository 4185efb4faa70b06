import Foundation
import PlatformCore

/// A server in a process of its own, on a port of 127.0.0.1.
final class ServerProcess {
  let port: UInt16
  /// From the start of the process to the first answer.
  let secondsToFirstAnswer: Double
  private let process: Process

  /// Starts it and waits until it answers `probe` with 200, at most a minute.
  init(_ program: URL, _ arguments: [String], port: UInt16, probe: [UInt8], log: URL) throws {
    self.port = port
    // One that an earlier benchmark has left would be measured.
    guard (try? LoadConnection(port: port).exchange(probe)) == nil else {
      throw PlatformError(
        .unavailable, "another server answers on the port", context: ["port": String(port)], nextStep: "end it")
    }
    process = Process()
    process.executableURL = program
    process.arguments = arguments
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process.standardError = try FileHandle(forWritingTo: log)
    process.standardOutput = FileHandle.nullDevice
    let clock = ContinuousClock()
    let started = clock.now
    // A thread of the pool takes no signals, and its children neither: this one is to be stopped by one.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    try process.run()
    while true {
      let answers = (try? LoadConnection(port: port).exchange(probe)) != nil
      if answers && process.isRunning { break }
      guard process.isRunning, clock.now - started < .seconds(60) else {
        process.terminate()
        let words = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        throw PlatformError(.unavailable, "a server did not start", cause: String(words.suffix(1000)))
      }
      usleep(2_000)
    }
    secondsToFirstAnswer = (clock.now - started) / .seconds(1)
  }

  /// The memory it holds for itself, in bytes; 0 where the system does not tell.
  var ownBytes: Int { memory("RssAnon:") }
  /// The same with the pages of files that it maps, which the system takes back when it needs them. A page that two
  /// readers map counts twice.
  var residentBytes: Int { memory("VmRSS:") }

  private func memory(_ name: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
