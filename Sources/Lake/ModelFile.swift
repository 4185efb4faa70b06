import Digest
import Foundation
import PlatformCore
import SchemaGenerator

/// A model: SQL with a header that says what it makes. Silver is generated from the declarations, gold is written.
package struct ModelFile: Sendable {
  /// Where a model stands.
  package enum Layer: String, Sendable, CaseIterable {
    /// Typed, one row per object.
    case silver
    /// Facts, dimensions, reports.
    case gold
  }

  /// Its layer.
  package let layer: Layer
  /// Its name, also the file's.
  package let name: String
  /// Its SQL by step: `empty`, `read`, `touch` and `merge` of a silver model, `build` of a gold one.
  package let steps: [String: String]
  /// Its header, by key, in order.
  package let header: [String: [String]]
  /// The hash of the whole file: other SQL makes other content.
  package let hash: String

  /// What it reads: bronze entities and models.
  package var dependsOn: [String] { list("depends_on") }
  /// The models in whose rows its own are found.
  var containers: [String] { dependsOn.filter { $0.hasPrefix("silver.") }.map { String($0.dropFirst(7)) } }
  /// Columns that name a row.
  package var unique: [String] { list("assert_unique") }
  /// Columns that hold a value in every row that is no placeholder.
  package var notNull: [String] { list("assert_not_null") }
  /// One row stands for what.
  package var grain: String { header["grain"]?.first ?? "" }

  /// A step that is one select, to stand inside another statement.
  func select(_ step: String) -> String {
    (steps[step] ?? "").trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{3B}"]))
  }

  /// The values of a key, taken apart at commas.
  package func list(_ key: String) -> [String] {
    (header[key] ?? []).flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }

  /// Reads a file.
  ///
  /// - Throws: `configuration` where the header does not say what it has to.
  package init(_ text: String, layer: Layer, name: String) throws {
    self.layer = layer
    self.name = name
    hash = try SHA256Digest.hex(of: Array(text.utf8))
    var header: [String: [String]] = [:]
    var steps: [String: String] = [:]
    var step = "build"
    var isHeader = true
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      // Most lines are SQL, and a pattern costs much more than a look.
      let isComment = line.hasPrefix("--")
      if isComment, let found = line.wholeMatch(of: #/-- step: (\w+)\s*/#) {
        (step, isHeader) = (String(found.1), false)
      } else if isComment, isHeader, let found = line.wholeMatch(of: #/-- (\w+): (.*)/#) {
        header[String(found.1), default: []].append(String(found.2))
      } else {
        if !isComment, !line.isEmpty { isHeader = false }
        steps[step, default: ""] += line + "\n"
      }
    }
    if layer == .silver { steps["build"] = nil }
    (self.header, self.steps) = (header, steps)
    let needed = layer == .silver ? ["empty", "read", "touch", "merge"] : ["build"]
    guard header["model"] == [name], let missing = needed.first(where: { steps[$0] == nil }) else {
      if header["model"] == [name] { return }
      throw Self.refused(name, "its header does not name the model '\(name)'")
    }
    throw Self.refused(name, "it has no step '\(missing)'")
  }

  private static func refused(_ name: String, _ cause: String) -> PlatformError {
    PlatformError(.configuration, "a model's file is not as it should be", cause: cause, context: ["model": name])
  }

  /// The silver models, containers before what is found in them.
  ///
  /// - Throws: `configuration` when the files that ship with the program are missing.
  package static func silver() throws -> [ModelFile] {
    try SilverModel.inOrder.map { try ModelFile(.silver, $0.table) }
  }

  /// The gold models, each behind those that it reads.
  ///
  /// - Throws: `configuration` when the files that ship with the program are missing.
  package static func gold() throws -> [ModelFile] {
    let folder = try ResourceBundle.locate("Models", target: "Lake").appending(path: Layer.gold.rawValue)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }
    var left = try names.sorted().map { try ModelFile(.gold, String($0.dropLast(4))) }
    var order: [ModelFile] = []
    while !left.isEmpty {
      let waiting = Set(left.map { "gold.\($0.name)" })
      let free = left.filter { waiting.isDisjoint(with: $0.dependsOn) }
      guard !free.isEmpty else { throw refused(left[0].name, "gold models read each other in a circle") }
      order += free
      left.removeAll { model in free.contains { $0.name == model.name } }
    }
    return order
  }

  private init(_ layer: Layer, _ name: String) throws {
    let folder = try ResourceBundle.locate("Models", target: "Lake").appending(path: layer.rawValue)
    try self.init(
      String(contentsOf: folder.appending(path: name + ".sql"), encoding: .utf8), layer: layer, name: name)
  }
}
