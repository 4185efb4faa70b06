import CLI
import CommandLineKit
import Foundation
import PlatformCore
import Testing
import Workspace

/// What the documents point at is there, and what they tell people to type works.
@Suite struct DocumentTests {
  @Test("every target that people rely on is in the Makefile")
  func makeTargets() throws {
    let promised = [
      "demo", "test", "test-shared", "setup", "build", "install", "uninstall", "stop", "clean-data", "init-db",
      "init-migration", "init-all", "migrate", "upgrade-db", "reset-db", "dump", "test-connection", "ingest-all",
      "ingest-customer", "ingest-invoice_line_items", "check-db", "bench-ingest", "help", "all",
      "populate-all", "sync", "coverage", "soak",
    ]
    for target in promised {
      let run = try Repository.run(["make", "-n", target, "NAME=x"])
      #expect(run.status == 0, "make \(target)")
    }
    #expect(try Repository.run(["make", "-n", "no-such-target"]).status != 0)
  }

  @Test("documents name existing make targets", arguments: Repository.documents)
  func namedTargets(_ document: Repository.File) throws {
    let makefile = try Repository.file("Makefile").text
    for match in document.text.matches(of: #/(?:^|[`&;] ?)make (?<target>[a-z][a-z0-9-]*)/#.anchorsMatchLineEndings()) {
      let target = String(match.target)
      let isThere =
        makefile.contains("\n\(target):") || (target.hasPrefix("ingest-") && makefile.contains("\ningest-%:"))
      #expect(isThere, "\(document.path): make \(target)")
    }
  }

  @Test("links and paths in documents lead somewhere", arguments: Repository.documents)
  func links(_ document: Repository.File) {
    let folder = document.path.split(separator: "/").dropLast().joined(separator: "/")
    for match in document.text.matches(of: #/\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)/#) where !match.target.contains("://")
    {
      let path = folder.isEmpty ? String(match.target) : "\(folder)/\(match.target)"
      #expect(Repository.exists(path), "\(document.path) links to \(match.target)")
    }
    for match in document.text.matches(of: #/`(?<path>(?:docs|scripts|Sources|Tests)\/[\w.\/+-]*)`/#) {
      // Names for what somebody will write; what is about to be added.
      if document.path == "CONTRIBUTING.md", match.path.lowercased().contains("quote") { continue }
      #expect(Repository.exists(String(match.path)), "\(document.path) names \(match.path)")
    }
  }

  @Test("commands in the documents' code are understood", arguments: Repository.documents)
  func commands(_ document: Repository.File) {
    for block in document.text.matches(of: #/```sh\n(?<code>.*?)```/#.dotMatchesNewlines()) {
      for line in CommandLines.commands(in: String(block.code)) {
        #expect(throws: Never.self, "\(document.path): okapi \(line.joined(separator: " "))") {
          _ = try OkapiCommand.parseAsRoot(line)
        }
      }
    }
  }

  @Test("every setting and every exit status is documented")
  func reference() throws {
    let statuses = try Repository.file("docs/exit-codes.md").text
    for status in ExitStatus.allCases { #expect(statuses.contains("\n| \(status.rawValue) |"), "\(status)") }
    let configuration = try Repository.file("docs/configuration.md").text
    let example = try Repository.file(".env.example").text
    for key in SettingKey.allCases {
      #expect(configuration.contains("\n| `\(key.rawValue)` |"), "docs/configuration.md: \(key.rawValue)")
      if ![.runID, .environment].contains(key) {
        #expect(example.contains("\(key.rawValue)="), ".env.example: \(key.rawValue)")
      }
    }
    let json = try Repository.file("docs/json-output.md").text
    for path in OkapiCommand.allPaths() {
      guard let command = path.last, command.configuration.subcommands.isEmpty else { continue }
      let name = path.map { $0.commandName }.joined(separator: " ")
      #expect(name == "okapi db psql" || json.contains("`\(name)`"), "docs/json-output.md: \(name)")
    }
  }
}
