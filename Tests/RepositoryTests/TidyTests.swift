import Testing

/// The style that a compiler does not check.
@Suite struct TidyTests {
  /// What one rule has against one line. Patterns are slow: files without any of the words are not looked through.
  private static func report(
    _ files: [Repository.File], having words: [String] = [""], _ rule: (Repository.File, Int, Substring) -> Bool
  ) -> [String] {
    files.filter { file in words.contains { file.text.contains($0) } }.flatMap { file in
      file.lines.enumerated().compactMap { index, line in
        rule(file, index, line) ? "\(file.path):\(index + 1): \(line.prefix(120))" : nil
      }
    }
  }

  private static let sources = Repository.swiftFiles.filter { $0.path.hasPrefix("Sources/") }
  /// This file names what it forbids.
  private static let all = Repository.swiftFiles.filter { !$0.path.hasSuffix("TidyTests.swift") }

  @Test("the files are found")
  func found() {
    #expect(Self.sources.count > 100)
    #expect(Self.all.count > Self.sources.count)
  }

  @Test("a file has at most 500 lines, a line at most 120 columns")
  func lengths() {
    #expect(Self.all.filter { $0.lines.count > 501 }.map { "\($0.path): \($0.lines.count) lines" } == [])
    #expect(Self.report(Self.all) { _, _, line in line.count > 120 } == [])
  }

  @Test("a function has at most 70 lines")
  func functions() {
    var long: [String] = []
    for file in Self.all {
      let lines = file.lines
      for (start, line) in lines.enumerated() {
        guard line.contains("func ") || line.contains("init"),
          line.firstMatch(of: #/^ *(?:[@\w()]+ )*(?:func |init[?(<])/#) != nil,
          line.hasSuffix("{") || !line.contains("{")
        else { continue }
        let indent = line.prefix { $0 == " " }
        // swift-format puts the closing brace under the declaration.
        let end = lines[(start + 1)...].firstIndex { other in
          !other.isEmpty && other.prefix { $0 == " " }.count <= indent.count && !other.hasPrefix(indent + ")")
            && !other.hasPrefix(indent + "{")
        }
        if let end, end - start + 1 > 70 { long.append("\(file.path):\(start + 1): \(end - start + 1) lines") }
      }
    }
    #expect(long == [])
  }

  @Test(
    "nothing has a word that is not to be used",
    arguments: [
      "public ": #"\bpublic (?:final |static )*(?:func|var|let|init|struct|enum|class|actor|protocol|import)\b"#,
      "try!": #"\btry!"#, "as!": #"\bas!"#, "Task.detached": #"\bTask\.detached\b"#, "TODO": #"\bTODO\b"#,
      "FIXME": #"\bFIXME\b"#, "XXX": #"\bXXX\b"#, "HACK": #"\bHACK\b"#, "import XCTest": "import XCTest",
    ])
  func words(_ word: String, _ pattern: String) throws {
    let pattern = try Regex(pattern)
    #expect(Self.report(Self.all, having: [word]) { _, _, line in line.firstMatch(of: pattern) != nil } == [])
  }

  @Test("sources never end the process by themselves, nor print outside CLI")
  func ends() {
    #expect(
      Self.report(Self.sources) { _, _, line in line.contains("fatalError(") } == [])
    let printing = Self.report(Self.sources, having: ["rint("]) { file, _, line in
      !file.path.hasPrefix("Sources/CLI/") && line.firstMatch(of: #/(?:^|[^\w.])(?:debugPrint|print)\(/#) != nil
    }
    #expect(printing == [])
  }

  @Test("`@unchecked Sendable` has its reason on the line")
  func unchecked() {
    #expect(
      Self.report(Self.all) { _, _, line in line.contains("@unchecked Sendable") && !line.contains("  // ") } == [])
  }

  @Test("no path of somebody's machine stands in what we ship")
  func paths() throws {
    var shipped = Self.sources + Repository.documents
    for path in [
      "Makefile", "Package.swift", "scripts/setup", "scripts/build", "scripts/test", "scripts/install", "okapi",
    ] {
      shipped.append(try Repository.file(path))
    }
    // The two that are meant: where Homebrew lives, and the shortest folder a socket can have.
    let meant = ["/home/linuxbrew/", "\"/tmp/okapi-\\("]
    let roots = ["/work/", "/root/", "/tmp/", "/home/", "/Users/", "/mnt/", "/opt/"]
    let found = Self.report(shipped, having: roots) { _, _, line in
      line.firstMatch(of: #/(?:^|[^\w.])\/(?:work|root|tmp|home|Users|mnt|opt\/\w+\/src)\/\w/#) != nil
        && !meant.contains { line.contains($0) }
    }
    #expect(found == [])
  }

  @Test("every package declaration is documented in a sentence that fits")
  func documentation() {
    // Documented once, in the protocol that demands them.
    let witnesses = [
      "init(stringLiteral", "init(integerLiteral", "init(booleanLiteral", "init?(argument", "static func <",
      "static func ==", "unownedExecutor", "defaultValueDescription", "allValueStrings", "static var expectation",
      "static let configuration", "func encode(to", "func hash(into",
    ]
    var faults: [String] = []
    for file in Self.sources {
      let lines = file.lines
      for (index, line) in lines.enumerated() {
        guard line.contains("package "),
          line.firstMatch(of: #/^ *(?:@\w+(?:\([^)]*\))? )*(?:[a-z]+ )*package (?!import)/#) != nil,
          !witnesses.contains(where: line.contains)
        else { continue }
        var above = index - 1
        while above > 0, lines[above].firstMatch(of: #/^ *(?:@|#if|#else|#endif)/#) != nil { above -= 1 }
        var first = above
        while first > 0, lines[first - 1].firstMatch(of: #/^ *\/\/\//#) != nil { first -= 1 }
        let comment = lines[first].drop { $0 == " " }
        if !lines[above].drop(while: { $0 == " " }).hasPrefix("///") {
          faults.append("\(file.path):\(index + 1): undocumented: \(line)")
        } else if comment.count > 154 {
          faults.append("\(file.path):\(first + 1): \(comment.count - 4) characters")
        }
      }
    }
    #expect(faults == [])
  }
}
