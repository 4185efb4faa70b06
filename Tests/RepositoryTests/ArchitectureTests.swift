import Foundation
import Testing

/// The table in ARCHITECTURE.md, Package.swift and the imports in the sources say the same.
@Suite struct ArchitectureTests {
  /// One line of the table.
  struct Row: Sendable {
    let layer: Int
    let mayImport: Set<String>
  }

  /// What `swift package dump-package` says of a target.
  private struct Manifest: Decodable {
    struct Target: Decodable {
      struct Dependency: Decodable {
        let byName: [String?]?
        let target: [String?]?
        var name: String? { (byName ?? target)?.first ?? nil }
      }
      let name: String
      let type: String
      let dependencies: [Dependency]
      var names: Set<String> { Set(dependencies.compactMap(\.name)) }
    }
    let targets: [Target]
  }

  /// `| 2 | `JSONReader` | purpose | `CSimdJSON`, `CZlib` |`, target by target; a line may name several targets.
  static func table() throws -> [String: Row] {
    var rows: [String: Row] = [:]
    for line in try Repository.file("ARCHITECTURE.md").lines {
      guard let match = line.wholeMatch(of: #/\| (?<layer>\d) \| (?<targets>[^|]*) \|[^|]*\|(?<imports>[^|]*)\|/#),
        let layer = Int(match.layer)
      else { continue }
      let imports = Set(match.imports.matches(of: #/`(\w+)`/#).map { String($0.1) })
      for target in match.targets.matches(of: #/`(\w+)`/#) {
        rows[String(target.1)] = Row(layer: layer, mayImport: imports)
      }
    }
    return rows
  }

  private static func manifest() throws -> [Manifest.Target] {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "okapi-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    // A scratch folder of its own: the build folder is locked by the run of these very tests.
    let (status, text) = try Repository.run(["swift", "package", "--scratch-path", scratch.path, "dump-package"])
    try #require(status == 0)
    return try JSONDecoder().decode(Manifest.self, from: Data(text.utf8)).targets
  }

  @Test("Package.swift declares what the table allows, target by target")
  func manifestMatchesTable() throws {
    let table = try Self.table()
    let apart = ["TestSupport", "okapi-bench"]
    let targets = try Self.manifest().filter { $0.type != "test" && !apart.contains($0.name) }
    #expect(Set(targets.map(\.name)).symmetricDifference(table.keys) == [], "in one of the two only")
    for target in targets {
      let allowed = table[target.name]?.mayImport ?? []
      #expect(target.names.subtracting(["PlatformCore"]) == allowed.subtracting(["PlatformCore"]), "\(target.name)")
    }
  }

  @Test("a target imports lower layers only, and no feature another")
  func layers() throws {
    let table = try Self.table()
    #expect(table.count > 10)
    for (name, row) in table {
      for import_ in row.mayImport {
        let lower = try #require(table[import_], "\(name) may import \(import_), which has no line of its own")
        #expect(lower.layer < row.layer, "\(name) may import \(import_)")
      }
    }
  }

  @Test("sources import exactly what is declared")
  func imports() throws {
    let table = try Self.table()
    var imported: [String: Set<String>] = [:]
    for file in Repository.swiftFiles where file.path.hasPrefix("Sources/") {
      let target = String(file.path.split(separator: "/")[1])
      for line in file.lines {
        guard line.contains("import "),
          let match = line.wholeMatch(of: #/(?:@\w+ )?(?:package |internal |private )?import (?:\w+ )??(?<name>\w+)/#)
        else { continue }
        imported[target, default: []].insert(String(match.name))
      }
    }
    for (target, row) in table where !target.hasPrefix("C") || target == "CLI" || target == "CommandLineKit" {
      let own = imported[target, default: []].intersection(table.keys).subtracting(["PlatformCore"])
      #expect(own.subtracting(row.mayImport) == [], "\(target) imports what is not declared")
      #expect(
        row.mayImport.subtracting(own).subtracting(["PlatformCore"]) == [], "\(target) declares what it does not import"
      )
    }
  }

  @Test("declarations and generated text do no input or output", arguments: ["StripeModel", "SchemaGenerator"])
  func pureTargets(_ target: String) {
    let words = [
      "FileManager", "FileHandle", "Process(", "ProcessInfo", "URLSession", "contentsOf:", "contentsOfFile", "fopen(",
      "getenv(", ".write(to", "import Glibc", "import Dispatch",
    ]
    let files = Repository.swiftFiles.filter { $0.path.hasPrefix("Sources/\(target)/") }
    #expect(files.count > 3)
    for file in files {
      for word in words { #expect(!file.text.contains(word), "\(file.path) has \(word)") }
    }
  }
}
