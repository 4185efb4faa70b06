/// The members of a JSON object in order; a name stands once. Stripe's objects are small: a search is a walk.
package struct JSONObject: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  /// One named value.
  package struct Member: Equatable, Sendable {
    /// The member's name.
    package let name: String
    /// Its value.
    package var value: JSON
  }

  /// The members, in order.
  package private(set) var members: [Member] = []

  /// An object of these members; of two with one name the later value stays.
  package init(_ members: [(name: String, value: JSON)] = []) {
    self.members.reserveCapacity(members.count)
    for member in members { self[member.name] = member.value }
  }

  /// An object as written, members in order.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self.init(elements.map { (name: $0.0, value: $0.1) })
  }

  /// An object of members that are known to have different names.
  init(distinct members: [Member]) { self.members = members }

  /// A member; `null` for what is not there. A new one goes to the end.
  package subscript(_ name: String) -> JSON {
    get { place(name).map { members[$0].value } ?? .null }
    set {
      if let place = place(name) {
        members[place].value = newValue
      } else {
        members.append(Member(name: name, value: newValue))
      }
    }
    _modify {
      let place: Int
      if let found = self.place(name) {
        place = found
      } else {
        place = members.count
        members.append(Member(name: name, value: .null))
      }
      yield &members[place].value
    }
  }

  /// Whether there is a member of that name, `null` included.
  package func has(_ name: String) -> Bool { place(name) != nil }

  /// Takes a member out and returns its value.
  @discardableResult
  package mutating func remove(_ name: String) -> JSON? {
    place(name).map { members.remove(at: $0).value }
  }

  /// Whether nothing is in it.
  package var isEmpty: Bool { members.isEmpty }

  /// Two objects are equal when their members are, whatever their order.
  package static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.members.count == other.members.count
      && one.members.allSatisfy { member in
        guard let place = other.place(member.name) else { return false }
        return other.members[place].value == member.value
      }
  }

  private func place(_ name: String) -> Int? { members.firstIndex { $0.name == name } }
}
