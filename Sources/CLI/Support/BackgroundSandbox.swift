import Foundation
import PlatformCore
import SandboxServer
import Workspace

/// A sandbox in a process of its own, which outlives the command that started it.
struct BackgroundSandbox: Sendable {
  let folder: SandboxFolder
  /// The workspace's settings: its log goes there, and there `okapi stop` looks for it.
  let settings: Settings

  private static let startSeconds = 30

  /// As `start`, on another port where the usual one is somebody else's.
  func startAnywhere(_ arguments: [String]) throws -> RunningSandbox {
    do {
      return try start(arguments)
    } catch let error as PlatformError where error.cause?.contains("is in use") == true {
      return try start(arguments + ["--port", "0"])
    }
  }

  /// Starts `okapi sandbox serve` with these arguments and waits until it answers; one that runs already is left alone.
  ///
  /// - Throws: `.unavailable` with its own error when it ends or does not answer in time.
  func start(_ arguments: [String]) throws -> RunningSandbox {
    if let running = RunningSandbox.find(inFolder: folder.url) { return running }
    guard let program = Bundle.main.executablePath else {
      throw PlatformError(.bug, "the running program does not know its own path")
    }
    let logFile = settings.sandboxLog
    let directory = logFile.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let logged = (try? FileManager.default.attributesOfItem(atPath: logFile.path)[.size] as? Int) ?? 0
    var environment = ProcessInfo.processInfo.environment
    environment[SettingKey.home.rawValue] = settings.home.path  // also when it came as a flag
    // The shell ends at once and leaves the server to itself: no terminal, no pipe of ours, no signal for our group.
    let script = #"log=$1; shift; nohup "$@" >>"$log" 2>&1 </dev/null & echo $!"#
    let words = [program, "sandbox", "serve", "--data", folder.url.path] + arguments
    let shell = try ChildProcess("/bin/sh", ["-c", script, "sh", logFile.path] + words, environment: environment)
    let outcome = shell.wait(timeout: .seconds(10))
    guard let process = Int32(outcome.outputText.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw PlatformError(.inputOutput, "the sandbox could not be started", cause: outcome.errorText)
    }
    let deadline = ContinuousClock.now + .seconds(Self.startSeconds)
    while ContinuousClock.now < deadline {
      if let running = RunningSandbox.find(inFolder: folder.url) { return running }
      guard kill(process, 0) == 0 else { break }
      Thread.sleep(forTimeInterval: 0.02)
    }
    let log = ((try? Data(contentsOf: logFile)) ?? Data()).dropFirst(logged)
    let lines = String(decoding: log, as: UTF8.self).split(separator: "\n")
    let reason = lines.first { $0.hasPrefix("error: ") }?.dropFirst("error: ".count) ?? lines.last
    throw PlatformError(
      .unavailable, "the sandbox did not start", cause: reason.map(String.init),
      context: ["log": logFile.path], nextStep: "okapi sandbox serve shows what is wrong")
  }
}
