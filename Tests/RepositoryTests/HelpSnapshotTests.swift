import CLI
import CommandLineKit
import Foundation
import Testing

/// The help of every command is as checked in; a change is seen in review.
@Suite struct HelpSnapshotTests {
  private static let folder = Repository.root.appending(path: "Tests/RepositoryTests/Help")
  private static let renewal = "OKAPI_RENEW_SNAPSHOTS=1 swift test --filter HelpSnapshotTests"

  /// File names and texts, by the way from the root: `okapi db start` lies in `okapi-db-start.txt`.
  private static var texts: [String: String] {
    var texts: [String: String] = [:]
    for path in OkapiCommand.allPaths() {
      let name = path.map { $0.commandName }.joined(separator: "-") + ".txt"
      texts[name] = OkapiCommand.helpMessage(for: path.last) + "\n"
    }
    return texts
  }

  @Test("each command's help equals its snapshot, and no snapshot is left over")
  func snapshots() throws {
    let files = FileManager.default
    let texts = Self.texts
    if ProcessInfo.processInfo.environment["OKAPI_RENEW_SNAPSHOTS"] == "1" {
      try? files.removeItem(at: Self.folder)
      try files.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      for (name, text) in texts { try Data(text.utf8).write(to: Self.folder.appending(path: name)) }
    }
    #expect(texts.count > 20)
    let present = try Set(files.contentsOfDirectory(atPath: Self.folder.path))
    #expect(present.symmetricDifference(texts.keys) == [], "look at the change, then: \(Self.renewal)")
    for (name, text) in texts {
      let kept = try? String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      #expect(text == kept, "\(name); look at the change, then: \(Self.renewal)")
    }
  }

  @Test("every command that does something has examples, and each of them is understood")
  func examples() throws {
    for path in OkapiCommand.allPaths() {
      guard let command = path.last, command.configuration.subcommands.isEmpty else { continue }
      let name = path.map { $0.commandName }.joined(separator: " ")
      let parts = command.configuration.discussion.components(separatedBy: "EXAMPLES:\n")
      try #require(parts.count == 2, "\(name) has no examples")
      let lines = CommandLines.commands(in: parts[1])
      #expect(lines.contains { $0.joined(separator: " ").hasPrefix(name.dropFirst("okapi ".count)) }, "\(name)")
      for line in lines { #expect(throws: Never.self, "\(line)") { _ = try OkapiCommand.parseAsRoot(line) } }
    }
  }
}

/// Lines of a shell, just enough for examples.
enum CommandLines {
  /// The arguments of every call of okapi in the lines; settings before it, redirections and comments are left out.
  static func commands(in text: String) -> [[String]] {
    text.split(separator: "\n").flatMap { line in
      words(line).split { ["&&", "|", ";"].contains($0) }.compactMap { part -> [String]? in
        let call = part.drop { $0.wholeMatch(of: #/[A-Z_]+=.*/#) != nil }
        guard let program = call.first, program == "okapi" || program == "./okapi" else { return nil }
        return Array(call.dropFirst().prefix { ![">", "2>", "<"].contains($0) })
      }
    }
  }

  /// Splits at blanks, minds quotes, stops at a comment.
  private static func words(_ line: Substring) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for letter in line {
      if let open = quote {
        if letter == open { quote = nil } else { word?.append(letter) }
      } else if letter == "'" || letter == "\"" {
        quote = letter
        word = word ?? ""
      } else if letter == " " {
        if let done = word { words.append(done) }
        word = nil
      } else if letter == "#", word == nil {
        break
      } else {
        word = (word ?? "") + String(letter)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
