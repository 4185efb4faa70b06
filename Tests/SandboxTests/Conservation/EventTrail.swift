@testable import Sandbox

/// Checks what events say: `previous_attributes` laid over an event's object give a state that the object really had.
struct EventTrail {
  private(set) var problems: [String] = []
  /// How many events with `previous_attributes` were checked.
  private(set) var checked = 0

  /// Looks at the events of a unit, before the books take it over.
  mutating func take(_ changed: [Record], _ before: Books) {
    var earlier: [String: [JSON]] = [:]
    for event in changed where event.type == .event {
      let object = event["data"]["object"]
      // A plan has the id of its price, and the books do not keep it.
      guard let id = object["id"].string, object["object"] != "plan" else { continue }
      let previous = event["data"]["previous_attributes"]
      if case .object(let attributes) = previous {
        checked += 1
        let former = Self.bare(Self.undo(object, attributes))
        var states = earlier[id] ?? []
        if let known = before.find(id: id) { states.append(.object(known.body)) }
        if !states.contains(where: { Self.bare($0) == former }), before.find(id: id) != nil || !states.isEmpty {
          problems.append(Self.words(event, former, states.last ?? nil))
        }
      }
      earlier[id, default: []].append(object)
    }
  }

  /// An object as it was before what `attributes` tell.
  private static func undo(_ object: JSON, _ attributes: JSONObject) -> JSON {
    var former = object
    for member in attributes.members {
      if case .object(let inner) = member.value, case .object = object[member.name] {
        former[member.name] = undo(object[member.name], inner)
      } else {
        former[member.name] = member.value
      }
    }
    return former
  }

  /// Without members that are null, for what was not there is told as null, and lists by their data alone.
  private static func bare(_ value: JSON) -> JSON {
    switch value {
    case .object(let list) where list["object"] == "list": bare(list["data"])
    case .object(let object):
      .object(JSONObject(object.members.filter { !$0.value.isNull }.map { (name: $0.name, value: bare($0.value)) }))
    case .array(let elements): .array(elements.map(bare))
    default: value
    }
  }

  private static func text(_ value: JSON) -> String { String(decoding: JSONWriter.bytes(value), as: UTF8.self) }

  private static func words(_ event: Record, _ former: JSON, _ state: JSON) -> String {
    let names = (former.object?.members.map(\.name) ?? []) + (state.object?.members.map(\.name) ?? [])
    let other = Set(names.filter { former[$0] != bare(state)[$0] }).sorted()
    return "\(event.text("type") ?? "") \(event["data"]["object"].reference ?? ""): the former object differs in "
      + other.map { "\($0) (\(Self.text(former[$0])) was \(Self.text(bare(state)[$0])))" }.joined(separator: ", ")
  }
}
