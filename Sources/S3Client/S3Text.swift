import Foundation

/// The little of XML that S3 answers with: elements and text, without attributes that matter.
///
/// It leaves out everything else: namespaces, comments, CDATA, which S3 does not send.
struct S3Text {
  private let text: String

  init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }

  private init(_ text: Substring) { self.text = String(text) }

  /// The text of the first element of that name; nil where there is none.
  func first(_ name: String) -> String? { all(name).first?.plain }

  /// The elements of that name, in their order; not those inside one of the same name.
  func all(_ name: String) -> [S3Text] {
    var found: [S3Text] = []
    var rest = text[...]
    while let begin = rest.range(of: "<\(name)>"),
      let end = rest[begin.upperBound...].range(of: "</\(name)>")
    {
      found.append(S3Text(rest[begin.upperBound..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    return found
  }

  private var plain: String {
    guard text.contains("&") else { return text }
    let names = ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&apos;": "'", "&#39;": "'", "&#34;": "\""]
    return names.reduce(text) { $0.replacing($1.key, with: $1.value) }.replacing("&amp;", with: "&")
  }
}
