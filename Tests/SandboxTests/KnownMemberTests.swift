import APIReference
import StripeModel
import Testing

/// What the declarations know of Stripe's objects, against the fields that its reference lists.
@Suite("Known members") struct KnownMemberTests {
  @Test("every field of Stripe's reference is known, so that any other is drift", arguments: ResourceName.allCases)
  func fields(of name: ResourceName) throws {
    let definition = name.definition
    guard let shape = APIReference.objects[name.rawValue] else { return }
    let known = definition.knownMembers
    #expect(shape.fields.map(\.name).filter { !known.contains($0) } == [], "\(name)")
    // What is named as unread is a field, and nothing else takes it.
    let names = Set(shape.fields.map(\.name))
    #expect(definition.unread.filter { !names.contains($0) } == [])
  }

  @Test("what is unread is taken by nothing else", arguments: ResourceName.allCases)
  func unread(of name: ResourceName) {
    let definition = name.definition
    let paths = definition.columns.flatMap(\.paths) + definition.children.map(\.path) + definition.collapsed
    let taken = Set(paths.compactMap(\.members.first))
    #expect(definition.unread.filter(taken.contains) == [])
  }

  @Test("a field that nobody knows is none of them")
  func other() { #expect(!ResourceName.charge.definition.knownMembers.contains("brand_new")) }
}
