import Foundation
import PlatformCore
import Testing

@Suite("Errors")
struct PlatformErrorTests {
  @Test("an error is shown in four lines, those without content left out")
  func rendered() {
    let whole = PlatformError(
      .data, "The record cannot be loaded", cause: "invalid\nsyntax", code: "22P02",
      context: ["file": "charges.json", "line": "12"], nextStep: "correct the line")
    #expect(
      whole.rendered == """
        error: The record cannot be loaded
        cause: invalid; syntax [22P02]
        where: file charges.json, line 12
        next:  correct the line
        """)
    #expect(PlatformError(.bug, "Broken").rendered == "error: Broken")
    #expect(PlatformError(.bug, "Broken", code: "40001").rendered == "error: Broken\ncause: [40001]")
    #expect(PlatformError(.bug, "Two\nlines", cause: "").rendered == "error: Two; lines")
    #expect(PlatformError(.bug, "B", context: ["path": "a\nb"]).rendered == "error: B\nwhere: path a; b")
  }

  @Test("a coordinate is added once; the inner one stays")
  func adding() {
    let error = PlatformError(.data, "Bad", context: ["file": "inner"])
    let more = error.adding("file", "outer").adding("resource", "charges")
    #expect(more.context.map(\.name) == ["file", "resource"])
    #expect(more.context.map(\.value) == ["inner", "charges"])
  }

  @Test("a file that cannot be used is told in the system's words, and a text that is none in Foundation's")
  func systemReason() throws {
    let folder = FileManager.default.temporaryDirectory.path
    let error = #expect(throws: (any Error).self) { try String(contentsOfFile: folder, encoding: .utf8) }
    #expect(error?.systemReason == "Is a directory")
    let other = CocoaError(.fileReadInapplicableStringEncoding)
    #expect(other.systemReason == other.localizedDescription)
  }

  @Test("numbers are those of the table")
  func statuses() {
    #expect(
      PlatformCore.ExitStatus.allCases.map(\.rawValue) == [0, 1, 64, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78, 130, 143])
  }

  @Test(
    "the strongest of several statuses is taken",
    arguments: [
      ([], PlatformCore.ExitStatus.done), ([.done, .differences], .differences),
      ([.differences, .temporary], .temporary),
      ([.temporary, .data], .data), ([.data, .permission], .permission), ([.permission, .unavailable], .unavailable),
      ([.unavailable, .inputOutput], .inputOutput), ([.inputOutput, .bug], .bug),
      ([.data, .interrupted], .interrupted),
    ] as [([PlatformCore.ExitStatus], PlatformCore.ExitStatus)])
  func strongest(_ statuses: [PlatformCore.ExitStatus], _ expected: PlatformCore.ExitStatus) {
    #expect(PlatformCore.ExitStatus.strongest(of: statuses) == expected)
    #expect(PlatformCore.ExitStatus.strongest(of: statuses.reversed()) == expected)
  }

  @Test("every status has its place in the order", arguments: PlatformCore.ExitStatus.allCases)
  func everyStatus(_ status: PlatformCore.ExitStatus) {
    #expect(PlatformCore.ExitStatus.strongest(of: [.done, status]) == status)
  }
}
