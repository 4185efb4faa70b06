import Foundation
import StripeModel

/// A JSON value that keeps apart what `JSONSerialization` mixes up: `true`, `1` and `1.0`.
enum SampleValue: Decodable, Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
  case array([SampleValue])
  case object([String: SampleValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([SampleValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: SampleValue].self))
    }
  }

  subscript(member: String) -> SampleValue? {
    if case .object(let members) = self { members[member] } else { nil }
  }

  /// The value at a path; a missing member and `null` are both nil.
  subscript(path: JSONPath) -> SampleValue? {
    let found = path.members.reduce(self) { value, member in value?[member] }
    return found == .null ? nil : found
  }

  var string: String? { if case .string(let value) = self { value } else { nil } }
  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  var elements: [SampleValue] { if case .array(let value) = self { value } else { [] } }

  /// The id an expandable field means, rendered as an id or as an object.
  var identifier: String? { string ?? self["id"]?.string }
}

/// The sample objects under `Tests/Fixtures/stripe`, written for these tests.
struct Sample: Sendable {
  let file: String
  let value: SampleValue

  /// The samples of a resource: `charge.json` in the newest shape, `charge.old.json` and so on in others.
  static func all(of resource: ResourceName) throws -> [Sample] {
    try fixtures.get().filter { $0.value["object"] == .string(resource.rawValue) }
  }

  private static let fixtures = Result { try read(folder: root.appending(path: "Tests/Fixtures/stripe")) }

  /// The files of the demo's export, sorted by name.
  static func export() throws -> [Sample] {
    try read(folder: root.appending(path: "Sources/CLI/SampleExport"))
  }

  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func read(folder: URL) throws -> [Sample] {
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
    return try files.map { file in
      Sample(
        file: file.lastPathComponent,
        value: try JSONDecoder().decode(SampleValue.self, from: Data(contentsOf: file)))
    }
  }
}
