import Foundation
import PlatformCore

/// A program run to its end, with what it took.
struct MeasuredProcess {
  let status: Int32
  let output: Data
  let seconds: Double
  /// User and system time of the process itself.
  let cpuSeconds: Double
  /// The most memory it held at once.
  let peakBytes: Int

  /// Runs a program with stderr to a file of the folder; the caller must be small itself, as on Linux a child's peak
  /// memory begins at that of its parent.
  ///
  /// - Throws: `bug` when it cannot be started or answers another status than these.
  static func run(
    _ program: URL, _ arguments: [String], environment: [String: String] = [:], folder: URL,
    allowed: Set<Int32> = [0]
  ) throws -> MeasuredProcess {
    let output = folder.appendingPathComponent("stdout").path
    let errors = folder.appendingPathComponent("stderr").path
    // The type of a file action differs between Linux and macOS; a shell redirects on both.
    let script = #"exec "$0" "$@" >"$BENCH_OUTPUT" 2>"$BENCH_ERRORS" </dev/null"#
    var all = ProcessInfo.processInfo.environment
    all.merge(environment) { _, new in new }
    all["BENCH_OUTPUT"] = output
    all["BENCH_ERRORS"] = errors
    var words = (["/bin/sh", "-c", script, program.path] + arguments).map { strdup($0) } + [nil]
    var settings = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + settings { free(pointer) } }
    try Interruption.check()
    var child: pid_t = 0
    let clock = ContinuousClock()
    let started = clock.now
    let failed = posix_spawn(&child, "/bin/sh", nil, nil, &words, &settings)
    guard failed == 0 else { throw PlatformError(.bug, "a program cannot be started", code: "\(failed)") }
    Interruption.measuring(child)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    Interruption.measuring(0)
    let seconds = (clock.now - started) / .seconds(1)
    let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    try Interruption.check()
    guard allowed.contains(code) else {
      let words = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
      throw PlatformError(
        .bug, "a measured program failed", cause: "status \(code): \(words.suffix(2000))",
        context: ["program": program.lastPathComponent, "arguments": arguments.joined(separator: " ")])
    }
    return MeasuredProcess(
      status: code, output: (try? Data(contentsOf: URL(fileURLWithPath: output))) ?? Data(), seconds: seconds,
      cpuSeconds: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime), peakBytes: Self.bytes(usage))
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  private static func bytes(_ usage: rusage) -> Int {
    #if os(Linux)
      usage.ru_maxrss * 1024
    #else
      usage.ru_maxrss
    #endif
  }
}
