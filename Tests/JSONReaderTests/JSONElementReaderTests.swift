import Foundation
import JSONReader
import PlatformCore
import Testing

@Suite struct JSONElementReaderTests {
  // MARK: Forms

  @Test(arguments: [
    #"{"object":"list","data":[{"id":"a"},{"id":"b"}],"has_more":true,"url":"/v1"}"#,
    #"{"has_more":true,"object":"list","url":"/v1","data":[{"id":"a"},{"id":"b"}]}"#,
    #"{"data":[{"id":"a"},{"id":"b"}],"has_more" : true , "object":"list"}"#,
    #"{"x":{"data":[1,{"y":[]}],"has_more":false},"s":"\"data\":[","data":[{"id":"a"},{"id":"b"}],"has_more":true}"#,
    #"{"object":"search_result","data":[{"id":"a"},{"id":"b"}],"next_page":null,"has_more":true}"#,
    #"{"data":[{"id":"a"},{"id":"b"}],"z":{"has_more":false,"data":[1]},"has_more":true,"z":["has_more"]}"#,
  ])
  func listEnvelopesInAnyOrder(_ text: String) throws {
    let reading = try Reading(text: text)
    #expect(reading.texts == [#"{"id":"a"}"#, #"{"id":"b"}"#])
    #expect(reading.form == .list)
    #expect(reading.hasMore == true)
    #expect(reading.damaged == [])
    #expect(reading.indexes == [0, 1])
  }

  @Test func hasMoreIsNilWhereItIsNotSaid() throws {
    #expect(try Reading(text: #"{"object":"list","data":[]}"#).hasMore == nil)
    #expect(try Reading(text: #"{"object":"list","data":[],"has_more":false}"#).hasMore == false)
    #expect(try Reading(text: #"[{"has_more":true}]"#).hasMore == nil)
    #expect(try Reading(text: #"{"id":"x","has_more":true}"#).hasMore == nil)
  }

  @Test func arraysObjectsAndLines() throws {
    let array = try Reading(text: "[ {\"id\":\"a\"} ,\n {\"id\":\"[}\"}\n]\n")
    #expect(array.form == .array)
    #expect(array.texts == [#"{"id":"a"}"#, #"{"id":"[}"}"#])
    #expect(array.lines == [1, 2])

    let object = try Reading(text: "\n {\"id\":\"a\",\n\"data\":{\"object\":{}}} \n")
    #expect(object.form == .object)
    #expect(object.texts == ["{\"id\":\"a\",\n\"data\":{\"object\":{}}}"])
    #expect(object.lines == [2])

    let lines = try Reading(text: "{\"id\":\"a\"}\r\n\n{\"id\":\"b\",\"data\":[1]}\r\n  {\"id\":\"c\"}")
    #expect(lines.form == .lines)
    #expect(lines.texts == [#"{"id":"a"}"#, #"{"id":"b","data":[1]}"#, #"{"id":"c"}"#])
    #expect(lines.lines == [1, 3, 4])
    #expect(lines.indexes == [0, 1, 2])
  }

  @Test func prettyPrintedObjectsOneAfterTheOther() throws {
    let first = "{\n  \"id\": \"a\",\n  \"l\": [\n    1\n  ]\n}"
    let reading = try Reading(text: "\(first)\n\(first)\n{\"id\":\"c\"}{}\n")
    #expect(reading.form == .lines)
    #expect(reading.texts == [first, first, "{\"id\":\"c\"}", "{}"])
    #expect(reading.lines == [1, 7, 13, 13])
    let mixed = try Reading(text: "{\"id\":\"c\"}\n\(first)\n{}")
    #expect(mixed.texts == ["{\"id\":\"c\"}", first, "{}"])
    #expect(mixed.lines == [1, 2, 8])
    #expect(mixed.damaged == [])
  }

  @Test func anObjectWithADataListOfItsOwnIsNoEnvelope() throws {
    let text = #"{"object":"report","data":[{"id":"a"}],"id":"r"}"#
    let reading = try Reading(text: text)
    #expect(reading.form == .object)
    #expect(reading.texts == [text])
  }

  @Test func emptyListsHaveNoElements() throws {
    for text in ["[]", "[ \n ]", #"{"object":"list","data":[ ]}"#, #"{"data":[],"object":"list"}"#] {
      let reading = try Reading(text: text)
      #expect(reading.texts == [])
      #expect(reading.damaged == [])
      #expect(reading.form == (text.hasPrefix("[") ? .array : .list))
    }
  }

  @Test func pagesOneAfterTheOtherAreOneList() throws {
    let reading = try Reading(
      text: #"{"object":"list","has_more":true,"data":[{"id":"a"}]}"# + "\n"
        + #"{"object":"list","has_more":false,"data":[{"id":"b"}]}"#)
    #expect(reading.texts == [#"{"id":"a"}"#, #"{"id":"b"}"#])
    #expect(reading.lines == [1, 2])
    #expect(reading.form == .list)
    #expect(reading.hasMore == false)
    #expect(try Reading(text: "[{}]\n[[1]]").texts == ["{}", "[1]"])
  }

  @Test func elementsThatAreNoObjectsAreDelivered() throws {
    let reading = try Reading(text: #"[1, "a]\"", null, [2,[3]], -1.5e3,true]"#)
    #expect(reading.texts == ["1", #""a]\"""#, "null", "[2,[3]]", "-1.5e3", "true"])
    #expect(reading.damaged == [])
    let lines = try Reading(text: "1\n\"a\"\nnull\n[2]\n{}")
    #expect(lines.texts == ["1", "\"a\"", "null", "[2]", "{}"])
    #expect(lines.form == .lines)
  }

  @Test func aByteOrderMarkIsPassed() throws {
    #expect(try Reading(text: "\u{feff}{\"id\":1}").texts == ["{\"id\":1}"])
    #expect(try Reading(text: "\u{feff}[{\"id\":1}]").texts == ["{\"id\":1}"])
  }

  // MARK: Damage

  @Test(arguments: [
    (#"[{"id":"a"},{"id":"b"#, 1, "the file ends in the middle of an element (truncated?)"),
    (#"{"object":"list","data":[{"id":"a"},{"id":"b""#, 1, "the file ends in the middle of an element (truncated?)"),
    (#"[{"id":"a"}"#, 1, "the file ends before its list is closed (truncated?)"),
    (#"[{"id":"a"},"#, 1, "the file ends before its list is closed (truncated?)"),
    (#"{"data":[{"id":"a"}]"#, 1, "the file ends before its list is closed (truncated?)"),
    (#"{"data":[{"id":"a"}],"has_more":"#, 1, "the file ends before its list is closed (truncated?)"),
    (#"{"data":[{"id":"a"}],"has_m"#, 1, "the file ends before its list is closed (truncated?)"),
    ("{\"id\":\"a\"}\n{\"id\":\"b", 1, "the file ends in the middle of an element (truncated?)"),
    ("{\n\"id\":\"a\"}\n{\n\"id\":\"b", 1, "the file ends in the middle of an element (truncated?)"),
    (#"{"id":"a""#, 0, "the file ends in the middle of an element (truncated?)"),
    ("{\n\"id\":\"a\",\n", 0, "the file ends in the middle of an element (truncated?)"),
    (#"{"object":"list","da"#, 0, "the file ends in the middle of an element (truncated?)"),
    (#"[{"id":"a"} {"id":"b"}]"#, 1, "the list is malformed here; the rest of it is not read"),
    (#"[{"id":"a"},,{"id":"b"}]"#, 1, "the list is malformed here; the rest of it is not read"),
    (#"[{"id":"a"},]"#, 1, "the list is malformed here; the rest of it is not read"),
    (#"[{"id":"a"}}]"#, 1, "the list is malformed here; the rest of it is not read"),
    (#"{"data":[{"id":"a"}]]"#, 1, "the list's envelope is malformed here; the rest of it is not read"),
    (#"{"data":[{"id":"a"}],"data":[{"id":"b"}]}"#, 1, "the list has a second \"data\"; it is not read"),
    (#"[{"id":"a"}] x"#, 1, "content after the end of the list"),
    (#"{"object":"list","has_more":false}"#, 0, "the list has no \"data\" array"),
    (#"{"data":null,"object":"list"}"#, 0, "the list has no \"data\" array"),
  ])
  func whatIsCompleteComesAndTheRestIsNamed(_ text: String, _ delivered: Int, _ reason: String) throws {
    let reading = try Reading(text: text)
    #expect(reading.texts.count == delivered)
    #expect(reading.reasons == [reason])
    #expect(reading.damaged.first?.index == delivered)
  }

  @Test func damageSaysItsLine() throws {
    let reading = try Reading(text: "[\n{\"id\":\"a\"},\n\n{\"id\":\n\"b")
    #expect(reading.lines == [2])
    #expect(reading.damaged.map(\.line) == [4])
  }

  @Test func aBrokenLineIsAnElementOfItsOwn() throws {
    let broken = [#"{"id":"a","m":{"x":1}"#, #"{"id":"a"#, #"{"id":"a" "b"}"#, "garbage {", #"{"id":"a"}}"#]
    for line in broken {
      let later = try Reading(text: "{\"id\":\"0\"}\n\(line)\n{\"id\":\"1\"}\n")
      #expect(later.texts.first == "{\"id\":\"0\"}")
      #expect(later.texts.last == "{\"id\":\"1\"}", "\(line)")
      #expect(later.lines.last == 3)
      #expect(later.lines.contains(2))
      #expect(later.texts.filter { fault($0) != nil }.count == 1, "\(line)")
    }
    for line in broken where line.hasPrefix("{") {
      let first = try Reading(text: "\(line)\n{\"id\":\"1\"}\n{\"id\":\"2\"}\n")
      #expect(first.texts.suffix(2) == ["{\"id\":\"1\"}", "{\"id\":\"2\"}"], "\(line)")
      #expect(first.lines.suffix(2) == [2, 3])
      #expect(first.texts.filter { fault($0) != nil }.count == 1, "\(line)")
    }
  }

  @Test func aBrokenSingleObjectIsDeliveredToBeRejected() throws {
    for text in ["{\"id\":\"a\" \"b\":1}", "{\n \"id\": \"a\"\n \"b\": 1\n}"] {
      let reading = try Reading(text: text)
      #expect(reading.texts == [text])
      #expect(reading.damaged == [])
    }
  }

  @Test func anElementOverTheLimitIsSkippedAndTheRestGoesOn() throws {
    let limits = JSONLimits(elementBytes: 1000)
    let big = "{\"id\":\"big\",\n\"x\":\"" + String(repeating: "[\\\"", count: 900) + "\"}"
    let exact = "{\"x\":\"" + String(repeating: "y", count: 992) + "\"}"
    #expect(exact.utf8.count == 1000)
    for readBytes in [7, 100, 1 << 16] {
      let list = try Reading(
        text: "[{\"id\":1},\n\(big),\n{\"id\":2},\(exact),\(exact.dropLast(2))x\"}]", limits: limits,
        readBytes: readBytes)
      #expect(list.texts.count == 3)
      #expect(list.texts.suffix(2) == ["{\"id\":2}", exact])
      #expect(list.lines == [1, 4, 4])
      #expect(list.indexes == [0, 2, 3])
      #expect(
        list.damaged == [
          .init(line: 2, index: 1, reason: "larger than 1000 bytes"),
          .init(line: 4, index: 4, reason: "larger than 1000 bytes"),
        ])

      let flat = big.replacingOccurrences(of: "\n", with: "")
      let lines = try Reading(text: "{\"id\":1}\n\(flat)\n{\"id\":2}\n", limits: limits, readBytes: readBytes)
      #expect(lines.texts == ["{\"id\":1}", "{\"id\":2}"])
      #expect(lines.lines == [1, 3])
      #expect(lines.damaged == [.init(line: 2, index: 1, reason: "larger than 1000 bytes")])

      let single = try Reading(text: "\(big)\n{\"id\":2}", limits: limits, readBytes: readBytes)
      #expect(single.texts == ["{\"id\":2}"])
      #expect(single.damaged == [.init(line: 1, index: 0, reason: "larger than 1000 bytes")])

      // A list may be larger than an element, and so may what stands beside its data.
      let elements = (0..<500).map { "{\"id\":\($0)}" }.joined(separator: ",\n\n")
      let envelope = try Reading(
        text: "{\"x\":\(big),\"data\":[\(elements)],\"y\":\(big),\"has_more\":true}", limits: limits,
        readBytes: readBytes)
      #expect(envelope.texts.count == 500)
      #expect(envelope.texts.last == "{\"id\":499}")
      #expect(envelope.damaged == [])
      #expect(envelope.hasMore == true)
    }
  }

  @Test func theStandardLimitIs64Megabytes() throws {
    let reading = try Reading(
      text: "[{\"x\":\"" + String(repeating: "y", count: 64 << 20) + "\"},{\"id\":2}]")
    #expect(reading.texts == ["{\"id\":2}"])
    #expect(reading.reasons == ["larger than 64 MB"])
  }

  // MARK: Refused files

  private func refusal(_ path: String) -> PlatformError? {
    #expect(throws: PlatformError.self) { _ = try Reading(path) }
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    let fixture = try Fixture("")
    #expect(refusal(fixture.path)?.status == .data)
    #expect(refusal(fixture.path)?.message == "the file is empty")
    #expect(refusal(fixture.path)?.context.first?.value == fixture.path)
    #expect(refusal(fixture.path + ".none")?.status == .inputMissing)
    #expect(refusal(fixture.path + "/below")?.status == .inputMissing)
    let folder = URL(filePath: fixture.path).deletingLastPathComponent().path
    #expect(refusal(folder)?.status == .inputOutput)
    #expect(refusal(folder)?.message == "this is a directory, not a file")
  }

  @Test func aFileWithoutPermissionIsNamed() throws {
    let fixture = try Fixture("{}")
    // Root may read everything, except what it may not open at all: then a symbolic link to itself stands in.
    let link = fixture.path + ".link"
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: fixture.path)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: link)
    #expect(refusal(link)?.status == .inputOutput)
    if getuid() != 0 {
      #expect(refusal(fixture.path)?.message == "no permission to read the file")
    }
  }

  @Test(arguments: [" ", "\n\n", "\u{feff}", "\u{feff} \n"])
  func blanksAloneAreAnEmptyFile(_ text: String) throws {
    let fixture = try Fixture(text)
    #expect(refusal(fixture.path)?.message == "the file is empty")
  }

  @Test(arguments: ["<html></html>", "id,amount\n1,2\n", "\u{0}\u{0}", "}", "hello"])
  func whatIsNoJSONIsRefused(_ text: String) throws {
    let fixture = try Fixture(text)
    #expect(refusal(fixture.path)?.status == .data)
    #expect(refusal(fixture.path)?.message == "the file is not JSON")
  }

  // MARK: Reading sizes and batches

  static let files = [
    "{\"object\":\"list\",\"data\":[{\"id\":\"a\\\\\",\"x\":[{\"y\":\"]}\\\"\"}]},\n"
      + "{\"id\":\"é\"}\n, 12 ,\"s\\\"\", [[]]],\"has_more\":true}\n",
    "[\n  {\n    \"id\": \"a\"\n  },\n  {\n    \"id\": \"\\\\\\\"\"\n  }\n]\n",
    "{\"id\":\"a\",\"s\":\"\\\"{\"}\n{\"id\":\"b\"}\r\n\n{\"id\":\"broken\"\n{\"id\":\"c\"}\n",
    "{\n\"id\":\"a\"\n}\n{\n\"id\":\"b\",\"l\":[{}]\n}\n",
    "\u{feff}{\"has_more\":false,\"x\":\"\\\\\",\"y\":[\"data\"],\"data\":[{\"id\":\""
      + String(repeating: "ab[", count: 60) + "\"},{\"id\":1}]}",
    "[{\"id\":\"a\"},{\"id\":\"b\\",
  ]

  @Test(arguments: files.indices)
  func everyReadSizeGivesTheSame(_ file: Int) throws {
    for bytes in [Array(Self.files[file].utf8), gzipped(Array(Self.files[file].utf8))] {
      let fixture = try Fixture(bytes)
      let whole = try Reading(fixture.path)
      #expect(whole.texts.count >= 1)
      for readBytes in 1...64 {
        #expect(try Reading(fixture.path, readBytes: readBytes) == whole, "read size \(readBytes)")
      }
    }
  }

  @Test func everyCutOfAListIsNoticed() throws {
    let text = Array(Self.files[0].utf8)
    for length in 1..<text.count - 1 {
      let fixture = try Fixture(Array(text[..<length]))
      let reading = try Reading(fixture.path)
      #expect(reading.damaged.count == 1, "a cut at \(length)")
      #expect(reading.hasMore != true || length > text.count - 8)
    }
  }

  @Test func batchesEndAtEitherMaximum() throws {
    let ids = (0..<100).map { "{\"id\":\($0 + 100)}" }
    let fixture = try Fixture("[" + ids.joined(separator: ",") + "]")
    let reader = try JSONElementReader(path: fixture.path)
    let first = try #require(try reader.next(maximumElements: 7))
    #expect(first.elements.count == 7)
    #expect(first.bytes.suffix(64).allSatisfy { $0 == 0 })
    let second = try #require(try reader.next(maximumBytes: 25))
    #expect(second.elements.map(\.index) == [7, 8, 9])
    let whole = try Reading(fixture.path)
    for maximum in [1, 2, 30, 99, 100, 1000] {
      #expect(try Reading(fixture.path, maximumElements: maximum) == whole)
      #expect(try Reading(fixture.path, readBytes: 5, maximumBytes: maximum) == whole)
    }
    #expect(whole.texts == ids)
  }

  @Test func everyElementOfABatchParses() throws {
    let fixture = try Fixture("[{\"id\":\"a\"},{\"id\":\"b\"}]")
    let batch = try #require(try JSONElementReader(path: fixture.path).next())
    let document = JSONDocument()
    #expect(try document.parse(batch, batch.elements[1])["id"]?.stringValue == "b")
    #expect(try document.parse(batch, batch.elements[0])["id"]?.stringValue == "a")
    #expect(batch.elements.count == 2)
  }

  @Test func progressIsTold() throws {
    let fixture = try Fixture("[{\"id\":\"a\"}]")
    let reader = try JSONElementReader(path: fixture.path)
    #expect(reader.bytesTotal == 12)
    while try reader.next() != nil {}
    #expect(reader.bytesRead == 12)
  }
}
