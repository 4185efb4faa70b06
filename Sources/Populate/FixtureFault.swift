/// One thing that is wrong with a fixture.
package struct FixtureFault: Sendable, Equatable {
  /// Where, as a path through the JSON: `customers[2].email`.
  package let place: String
  /// What stands there.
  package let found: String
  /// What should.
  package let expected: String

  /// The fault in one line.
  package var text: String { "\(place): found \(found), expected \(expected)" }
}
