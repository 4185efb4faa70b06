import Foundation
import TestSupport

/// A workspace of one test's own, with its private PostgreSQL; nothing of it is left when the body ends or fails.
struct ProgramHome: Sendable {
  /// The working folder of the program; the workspace is `home` in it.
  let folder: URL
  var home: String { folder.appendingPathComponent("home").path }

  /// Lends a workspace; the servers are stopped afterwards, come what may.
  static func with<Answer: Sendable>(_ body: @Sendable (ProgramHome) async throws -> Answer) async throws -> Answer {
    let place = try TemporaryDirectory()
    let home = ProgramHome(folder: place.url)
    do {
      let answer = try await body(home)
      try await home.close()
      return answer
    } catch {
      // The test's own error is the one to show.
      try? await home.close()
      throw error
    }
  }

  private func close() async throws {
    let stopped = try await TestBinary.run(["clean", "--yes"], environment: ["OKAPI_HOME": home], directory: folder)
    if stopped.status != 0 { throw Unstopped(words: stopped.stderr) }
  }

  struct Unstopped: Error { let words: String }

  /// Runs the program in this workspace.
  func run(
    _ arguments: String..., environment: [String: String] = [:], timeout: Duration = .seconds(240)
  ) async throws -> TestBinary.Outcome {
    try await TestBinary.run(
      arguments, environment: ["OKAPI_HOME": home].merging(environment) { $1 }, directory: folder, timeout: timeout)
  }

  /// Writes a file below the working folder and answers its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// The folder of the project's own sample export.
  static let sample = TestDatabase.packageFolder.appendingPathComponent("Sources/CLI/SampleExport").path
}

extension TestBinary.Outcome {
  /// Stdout as the one JSON object it must be.
  func document() throws -> [String: JSONAny] {
    try JSONDecoder().decode([String: JSONAny].self, from: Data(stdout.utf8))
  }

  /// Stderr's JSON lines; lines that are none are left out.
  var logLines: [[String: JSONAny]] {
    stderr.split(separator: "\n").compactMap {
      try? JSONDecoder().decode([String: JSONAny].self, from: Data($0.utf8))
    }
  }

  /// The rows of `db query --json`.
  func rows() throws -> [[String?]] {
    struct Answer: Decodable { let rows: [[String?]] }
    return try JSONDecoder().decode(Answer.self, from: Data(stdout.utf8)).rows
  }
}

/// Any JSON value.
enum JSONAny: Sendable, Equatable, Codable {
  case null, boolean(Bool), integer(Int64), number(Double), string(String), array([JSONAny]), object([String: JSONAny])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let read = try? value.decode(Bool.self) {
      self = .boolean(read)
    } else if let read = try? value.decode(Int64.self) {
      self = .integer(read)
    } else if let read = try? value.decode(Double.self) {
      self = .number(read)
    } else if let read = try? value.decode(String.self) {
      self = .string(read)
    } else if let read = try? value.decode([JSONAny].self) {
      self = .array(read)
    } else {
      self = .object(try value.decode([String: JSONAny].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  subscript(_ member: String) -> JSONAny? {
    if case .object(let members) = self { members[member] } else { nil }
  }
  var string: String? { if case .string(let value) = self { value } else { nil } }
  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  var array: [JSONAny]? { if case .array(let value) = self { value } else { nil } }
  var members: [String: JSONAny]? { if case .object(let value) = self { value } else { nil } }
}
