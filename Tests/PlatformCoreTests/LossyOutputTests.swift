import Foundation
import PlatformCore
import Testing

@Suite struct LossyOutputTests {
  private static let line = String(repeating: "x", count: 1_500)

  @Test func aPipeThatNobodyReadsBlocksNobody() throws {
    let pipe = Pipe()
    let output = LossyOutput(pipe.fileHandleForWriting.fileDescriptor) { "lost \($0)" }
    for _ in 0..<1_000 { output.line(Self.line) }
    // Once somebody reads, he is told what he missed.
    let first = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    output.line("after")
    try pipe.fileHandleForWriting.close()
    let text = first + String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    let lines = text.split(separator: "\n")
    let whole = lines.filter { $0 == Self.line }.count
    #expect(whole > 0 && whole < 1_000)
    #expect(lines.suffix(2) == ["lost \(1_000 - whole)", "after"])
    // At most one was left in the middle, on a line of its own.
    #expect(lines.count - whole - 2 <= 1)
  }

  @Test func aReaderThatIsGoneIsNoFault() throws {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    LossyOutput(pipe.fileHandleForWriting.fileDescriptor) { _ in "" }.line("unheard")
  }

  @Test func aFileLosesNothing() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "okapi-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
    let handle = try FileHandle(forWritingTo: file)
    let output = LossyOutput(handle.fileDescriptor) { _ in "lost" }
    for _ in 0..<200 { output.line(Self.line) }
    #expect(try String(contentsOf: file, encoding: .utf8) == String(repeating: Self.line + "\n", count: 200))
  }
}
