import Sandbox

/// What faults do to an answer's body.
enum AnswerDamage {
  /// The first half of the bytes.
  static func truncated(_ body: [UInt8]) -> [UInt8] { Array(body.prefix(body.count / 2)) }

  /// The same JSON with the members of every object in another order, and other signatures in signed URLs; `turn` picks
  /// the order.
  static func reordered(_ body: [UInt8], turn: UInt64) -> [UInt8] {
    guard let json = try? JSONParser().parse(body) else { return body }
    return JSONWriter.bytes(reorder(json, turn), pretty: true)
  }

  private static func reorder(_ json: JSON, _ turn: UInt64) -> JSON {
    switch json {
    case .array(let elements): return .array(elements.map { reorder($0, turn) })
    case .object(let object):
      let members = object.members.map { member in
        (name: member.name, value: reorder(resign(member, turn), turn))
      }
      guard members.count > 1 else { return .object(JSONObject(members)) }
      let start = 1 + Int(turn % UInt64(members.count - 1))
      return .object(JSONObject(Array(members[start...] + members[..<start])))
    default: return json
    }
  }

  /// The members whose URLs Stripe signs anew at every reading.
  private static let signed: Set<String> = ["hosted_invoice_url", "invoice_pdf", "receipt_url"]

  /// The last part of the path is the signature: its characters are turned round.
  private static func resign(_ member: JSONObject.Member, _ turn: UInt64) -> JSON {
    guard signed.contains(member.name), let url = member.value.string else { return member.value }
    let path = url.prefix { $0 != "?" }
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    // `…/<signature>/pdf` ends in a word of its own.
    guard let place = parts.lastIndex(where: { $0.count > 8 }), place > 2 else { return member.value }
    let text = Array(parts[place])
    let start = 1 + Int(turn % UInt64(text.count - 1))
    parts[place] = String(text[start...] + text[..<start])
    return .string(parts.joined(separator: "/") + url.dropFirst(path.count))
  }
}
