import JSONReader
import Testing

@Suite struct JSONDocumentTests {
  @Test func everyKindIsRead() throws {
    try parsed(#"{"s":"x","i":-12,"d":1.5,"t":true,"f":false,"n":null,"o":{},"a":[]}"#) { value in
      #expect(value.kind == .object)
      #expect(value.count == 8)
      #expect(value["s"]?.stringValue == "x")
      #expect(value["i"]?.int64 == -12)
      #expect(value["i"]?.kind == .integer)
      #expect(value["d"]?.int64 == nil)
      #expect(value["d"]?.double == 1.5)
      #expect(value["t"]?.bool == true)
      #expect(value["f"]?.bool == false)
      #expect(value["n"]?.isNull == true)
      #expect(value["o"]?.kind == .object)
      #expect(value["a"]?.kind == .array)
      #expect(value["missing"] == nil)
      #expect(value["s"]?["x"] == nil)
      #expect(value["s"]?.int64 == nil)
      #expect(value["i"]?.string == nil)
      #expect(value["n"]?.bool == nil)
    }
  }

  @Test(arguments: [
    #"1.10"#, #"-0"#, #"1E+2"#, #"12345678901234567890.5"#, #""a\"b\\""#, #""\u00e9""#, #""""#, #"[ 1 , {"a" : 2} ]"#,
    #"{ "k" : [ ] }"#, #"{}"#, "[]", "true", "null", "9223372036854775807", "-9223372036854775808",
  ])
  func rawIsTheExactSource(_ text: String) throws {
    for document in ["{\"v\":\(text)}", "{\n \"w\": 1,\n \"v\" : \(text) \n, \"x\": {\"y\": [2]} }"] {
      try parsed(document) { value in #expect(value["v"]?.rawString == text) }
    }
    try parsed("[\(text), 1]") { value in
      var texts: [String] = []
      value.forEachElement { texts.append($0.rawString) }
      #expect(texts == [text, "1"])
    }
    try parsed(" \(text) \n") { value in #expect(value.rawString == text) }
  }

  @Test(arguments: [
    (#""plain""#, "plain"), (#""""#, ""), (#""a\"b""#, "a\"b"), (#""\\""#, "\\"),
    (#""\/\b\f\n\r\t""#, "/\u{8}\u{c}\n\r\t"),
    (#""\u00e9\u4e2d""#, "é中"), (#""\ud83d\ude00""#, "😀"), (#""é中😀""#, "é中😀"),
  ])
  func stringsAreUnescaped(_ source: String, _ expected: String) throws {
    try parsed(source) { #expect($0.stringValue == expected) }
    try parsed("{\"a\":\"\\n\",\(source):\(source),\"z\":\"z\"}") { value in
      #expect(value[expected]?.stringValue == expected)
      #expect(value["z"]?.stringValue == "z")
    }
  }

  @Test func escapedNamesAreFoundAndListed() throws {
    try parsed(#"{"a\u0062":1,"\"":2}"#) { value in
      #expect(value["ab"]?.int64 == 1)
      #expect(value["\""]?.int64 == 2)
      var names: [String] = []
      value.forEachMember { key, _ in names.append(String(decoding: key, as: UTF8.self)) }
      #expect(names == ["ab", "\""])
    }
  }

  @Test func theLastOfTwoMembersCounts() throws {
    try parsed(#"{"a":1,"b":2,"a":{"c":3}}"#) { value in
      #expect(value["a"]?["c"]?.int64 == 3)
      #expect(value["a" as StaticString]?.kind == .object)
      #expect(value.count == 3)
      #expect(value.value(at: ["a", "c"])?.int64 == 3)
      #expect(value.value(at: ["b", "c"]) == nil)
    }
  }

  @Test func documentsMayBeParsedOneAfterTheOther() throws {
    let document = JSONDocument()
    for size in [1, 10_000, 6_000_000, 3] {
      let text = String(repeating: "x", count: size)
      let value = try document.parse(Array("{\"a\\n\":\"\(text)\",\"b\":[\"\\t\(text)\"]}".utf8))
      #expect(value["a\n"]?.string?.count == size)
      value["b"]?.forEachElement { #expect($0.string?.count == size + 1) }
    }
    #expect(throws: JSONFault.self) { _ = try document.parse(Array("{".utf8)) }
    #expect(try document.parse(Array("{\"a\":7}".utf8))["a"]?.int64 == 7)
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "18446744073709551615", "123456789012345678901234567890", "1e400",
    "-1.5e999",
  ])
  func numbersBeyond64BitsAreRefused(_ number: String) {
    #expect(fault("{\"a\":\(number)}") == JSONFault(reason: "a number beyond 64 bits", offset: 5))
    #expect(fault(number)?.reason == "a number beyond 64 bits")
  }

  @Test func nestingIsLimited() {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(fault(nested(128)) == nil)
    #expect(fault(nested(129)) == JSONFault(reason: "nesting deeper than 128 levels", offset: 128))
    #expect(fault("{\"a\":\(nested(127))}") == nil)
    #expect(fault("{\"a\":\(nested(128))}")?.reason == "nesting deeper than 128 levels")
    #expect(fault(nested(200_000))?.reason == "nesting deeper than 128 levels")
    #expect(fault(nested(4), limits: JSONLimits(depth: 3))?.reason == "nesting deeper than 3 levels")
  }

  @Test(arguments: [
    "", " ", "{", "}", "[", "]", "[}", "{]", "{\"a\":[}", "{\"a\":[1}", "[{\"a\":1]", "{\"a\":{\"b\":1}", "[[1]",
    "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1,}", "{,\"a\":1}", "[1,]", "[,1]", "[1 2]",
    "{1:2}",
    "{a:1}", "{'a':1}", "{\"a\":nul}", "{\"a\":nulll}", "{\"a\":tru}", "{\"a\":truee}", "{\"a\":True}", "{\"a\":falsy}",
    "{\"a\":01}", "{\"a\":-}", "{\"a\":+1}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":1.5.5}",
    "{\"a\":00.5}", "{\"a\":1-2}", "{\"a\":0x10}", "{\"a\":NaN}", "{\"a\":12\"b\"}", "{\"a\":\"b\"c}", "{\"a\"b:1}",
    "{\"a\":\"b}", "\"a", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12G4\"}", "{\"\\q\":1}",
    "{\"a\":\"\t\"}",
    "{\"a\":\"\n\"}", "{\"a\":\"\u{0}\"}", "{} {}", "{}]", "{}x", "[] 1", "1 2", "\"a\" \"b\"", "tru", "nulll", "null6",
    "truex", "nul",
    "-", "01", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\\ud800\\u0041\"}", "{\"\\udc00\":1}", "/**/{}",
    "{\"a\":1}}", "[1]]", "{\"a\":{\"b\":[1,2}}", "{\"a\":1\u{c}}", "{\"a\":\"b\",\"c\"}", "\u{feff}{}",
  ])
  func brokenTextIsRefused(_ text: String) { #expect(fault(text) != nil) }

  @Test func refusedTextSaysWhere() {
    #expect(fault("{\"a\":1 \"b\":2}")?.offset != nil)
    #expect(fault("{} {}") == JSONFault(reason: "content after the end of the element", offset: 3))
    #expect(fault("{\"a\":\"\\x\"}") == JSONFault(reason: "an invalid escape in a string", offset: 5))
    #expect(fault("{\"a\":01}") == JSONFault(reason: "not valid JSON", offset: 5))
    #expect(fault("{\"a\":\"b}")?.reason == "a string that is not closed")
    #expect(fault("{\"a\":\"\n\"}")?.reason == "an unescaped control character in a string")
    #expect(fault("")?.reason == "an empty element")
  }

  @Test(
    arguments: [
      [0xff], [0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xc3],
    ] as [[UInt8]])
  func invalidUTF8IsRefusedWithItsPlace(_ bytes: [UInt8]) {
    let text = Array("{\"a\":\"é".utf8) + bytes + Array("\"}".utf8)
    #expect(fault(text) == JSONFault(reason: "invalid UTF-8", offset: 8))
  }

  @Test func everyPrefixOfAnElementIsRefused() throws {
    let text = Array(#"{"id":"ch_1","amount":12,"m":{"a":[1.5,true,null,"x\n"]},"l":[{}]}"#.utf8)
    #expect(fault(text) == nil)
    for length in 0..<text.count { #expect(fault(Array(text[..<length])) != nil, "a prefix of \(length) bytes") }
  }

  @Test func everyCutNumberAndWordIsSafeAtTheEnd() {
    for text in ["true", "false", "null", "-12", "1.5", "\"a\""] { #expect(fault(text) == nil) }
  }

  @Test func theCharacterThatPostgreSQLCannotHoldIsFound() throws {
    try parsed(#"{"a":{"b":[1,"x",{"c":"\u0000"}]}}"#) { #expect($0.firstNUL() == "a.b.2.c") }
    try parsed(#"{"a":{"x\u0000":1}}"#) { #expect($0.firstNUL() == #"a.x\u0000"#) }
    try parsed(#"{"a":"\\u0000","b":"\n"}"#) { #expect($0.firstNUL() == nil) }
    try parsed(#"{"a":"x\u0000y","b":"\u0000"}"#) { value in
      #expect(value.firstNUL() == "a")
      #expect(value["a"]?.containsNUL == true)
      #expect(value["a"]?.stringValue == "x\0y")
    }
    try parsed(#"{"a":"x"}"#) { #expect($0["a"]?.containsNUL == false) }
  }
}

@Suite struct SecretMaskTests {
  @Test func secretsAreMaskedAtAnyDepth() throws {
    let text = #"{"id":"pi_1","client_secret":"pi_1_secret_x","a":[{"client_secret" : "yz\"z" }],"b":1}"#
    try parsed(text) { value in
      let masked = try #require(SecretMask.masked(value))
      #expect(
        String(decoding: masked, as: UTF8.self)
          == #"{"id":"pi_1","client_secret":"*************","a":[{"client_secret" : "*****" }],"b":1}"#)
      #expect(value.rawString == String(decoding: masked, as: UTF8.self))
      #expect(value["client_secret"]?.stringValue == "*************")
      #expect(value["b"]?.int64 == 1)
      #expect(SecretMask.masked(try #require(value["b"])) == nil)
      #expect(value["a"].flatMap(SecretMask.masked) != nil)
    }
  }

  @Test(arguments: [
    (#""""#, #""""#), (#"{"a":["secret",2]}"#, #""****************""#), ("12", #""""#), ("5", "0"), ("[]", #""""#),
    ("null", "null"), ("true", #""**""#),
  ])
  func whateverStandsThereIsMasked(_ secret: String, _ masked: String) throws {
    for key in ["client_secret", "client\\u005fsecret"] {
      try parsed("{\"\(key)\":\(secret),\"z\":[1]}") { value in
        #expect(value.rawString == "{\"\(key)\":\(masked),\"z\":[1]}")
        #expect(value["z"]?.count == 1)
        #expect(value.count == 2)
        #expect(fault(value.rawString) == nil)
      }
    }
  }

  /// Links carry the secret in their query, as those of `next_action` do.
  @Test(arguments: [
    ("https://x/a?client_secret=src_1_secret_x&b=2", "https://x/a?client_secret=**************&b=2"),
    ("https://x/?payment_intent_client_secret=pi_1_secret_x", "https://x/?payment_intent_client_secret=*************"),
    ("https://x/?u=y%3Fclient_secret%3Dsecret%26z#f", "https://x/?u=y%3Fclient_secret%3D**********#f"),
    ("client_secret=a client_secret=b", "client_secret=* client_secret=*"), ("client_secret=", "client_secret="),
    ("the client_secret is no secret", "the client_secret is no secret"),
    (#"https:\/\/x\/?client_secret=y"#, "*****************************"),
    (#"https://x/?client\u005fsecret\u003dy\u0026b=2"#, "*********************************************"),
  ])
  func secretsInLinksAreMasked(_ link: String, _ masked: String) throws {
    func document(_ link: String) -> String { #"{"client_secret":null,"a":["\#(link)"],"b":"client_secret"}"# }
    try parsed(document(link)) { value in
      #expect(value.rawString == document(masked))
      #expect(value["a"]?.rawString == "[\"\(masked)\"]")
      var element: String?
      value["a"]?.forEachElement { element = $0.stringValue }
      #expect(element == masked)
      #expect((SecretMask.masked(value) != nil) == (link != masked))
    }
  }

  @Test func nothingElseIsMasked() throws {
    try parsed(#"{"client_secret":null,"Client_secret":"a","client_secrets":"b","x":"client_secret"}"#) { value in
      #expect(SecretMask.masked(value) == nil)
      #expect(value["client_secrets"]?.stringValue == "b")
    }
  }
}

@Suite("One line") struct MinifiedTests {
  @Test("blanks between the parts go, every byte of strings and numbers stays")
  func bytes() throws {
    let parts = [
      "{", #""a b""#, ":", #"" \" \\ {[,:]} \u00e9 é  ""#, ",", #""n""#, ":", "[", "1.10", ",", "-0", ",", "1E+2", ",",
      "12345678901234567890.5", ",", "true", ",", "null", "]", ",", #""o""#, ":", "{", "}", "}",
    ]
    for blank in ["", " ", "\n  ", "\r\n\t", String(repeating: " ", count: 130)] {
      let document = JSONDocument()
      let value = try document.parse(Array((parts.joined(separator: blank) + blank).utf8))
      #expect(String(decoding: value.minified, as: UTF8.self) == parts.joined())
      #expect(
        value["n"].map { String(decoding: $0.minified, as: UTF8.self) }
          == "[1.10,-0,1E+2,12345678901234567890.5,true,null]")
      #expect(value["a b"].map { String(decoding: $0.minified, as: UTF8.self) } == parts[3])
      withExtendedLifetime(document) {}
    }
  }

  @Test("an array's elements come one by one, whatever they are; secrets are stars")
  func elements() throws {
    let texts = ["1", #""x  y""#, "[ ]", "null", #"{ "client_secret" : "pi_secret_1" , "a": [ 1 ] }"#, "true"]
    let document = JSONDocument()
    let value = try document.parse(Array("{\"data\": [ \(texts.joined(separator: " ,\n ")) ]}".utf8))
    let data = try #require(value["data"])
    #expect(
      data.minifiedElements.map { String(decoding: $0, as: UTF8.self) }
        == ["1", #""x  y""#, "[]", "null", #"{"client_secret":"***********","a":[1]}"#, "true"])
    #expect(value.minifiedElements.isEmpty)
    withExtendedLifetime(document) {}
  }

  @Test("long strings and their escapes pass every block boundary")
  func boundaries() throws {
    let document = JSONDocument()
    for length in 0...140 {
      let text = "\"" + String(repeating: "x ", count: length) + #"\\\" \\"# + "\""
      let value = try document.parse(Array("[ \(text) , \(text)]".utf8))
      #expect(value.minifiedElements.map { String(decoding: $0, as: UTF8.self) } == [text, text])
      #expect(String(decoding: value.minified, as: UTF8.self) == "[\(text),\(text)]")
    }
  }
}
