import Sandbox

/// A value of a decoded form: what the brackets in the names made of it.
indirect enum FormValue: Equatable, Sendable {
  /// A scalar, percent-decoded.
  case text(String)
  /// What `name[]` makes.
  case list([FormValue])
  /// What `name[key]` makes, an indexed array among it.
  case map(FormMap)

  /// The value as JSON, which Stripe puts into "Invalid string: …".
  var json: JSON {
    switch self {
    case .text(let text): .string(text)
    case .list(let elements): .array(elements.map(\.json))
    case .map(let map): .object(JSONObject(map.members.map { ($0.name, $0.value.json) }))
    }
  }

  /// The elements of an array in either form, indexes in their order; nil for what is no array.
  var elements: [FormValue]? {
    switch self {
    case .text: return nil
    case .list(let elements): return elements
    case .map(let map):
      var indexed: [(index: Int, value: FormValue)] = []
      for member in map.members {
        guard let index = Int(member.name), index >= 0 else { return nil }
        indexed.append((index, member.value))
      }
      indexed.sort { $0.index < $1.index }
      return indexed.map(\.value)
    }
  }
}

/// The members of a form, or of one of its hashes, in the order they came.
struct FormMap: Equatable, Sendable {
  struct Member: Equatable, Sendable {
    let name: String
    var value: FormValue
  }

  private(set) var members: [Member] = []

  var isEmpty: Bool { members.isEmpty }

  subscript(_ name: String) -> FormValue? {
    get { members.first { $0.name == name }?.value }
    set {
      let place = members.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// The members by name in alphabetical order and all in one text: equal for forms that say the same.
  var canonical: String {
    var text = ""
    Self.append(.map(self), to: &text)
    return text
  }

  private static func append(_ value: FormValue, to text: inout String) {
    switch value {
    case .text(let scalar): text += "\(scalar.utf8.count):\(scalar)"
    case .list(let elements):
      text += "["
      for element in elements { append(element, to: &text) }
      text += "]"
    case .map(let map):
      if let elements = value.elements, !elements.isEmpty { return append(.list(elements), to: &text) }
      text += "{"
      for member in map.members.sorted(by: { $0.name < $1.name }) {
        text += "\(member.name.utf8.count):\(member.name)"
        append(member.value, to: &text)
      }
      text += "}"
    }
  }
}
