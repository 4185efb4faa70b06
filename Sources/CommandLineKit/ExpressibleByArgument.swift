/// A value that can be read from one word of the command line.
package protocol ExpressibleByArgument: Sendable {
  /// Reads a word; nil when it is not one of the type's values.
  init?(argument: String)
  /// How the help shows a default.
  var defaultValueDescription: String { get }
  /// All values, where there are few; listed in help and errors.
  static var allValueStrings: [String] { get }
  /// What a valid word looks like, such as `a whole number`; shown where the values cannot be listed.
  static var expectation: String? { get }
}

extension ExpressibleByArgument {
  package var defaultValueDescription: String { "\(self)" }
  package static var allValueStrings: [String] { [] }
  package static var expectation: String? { nil }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue: ExpressibleByArgument {
  package init?(argument: String) {
    guard let raw = RawValue(argument: argument) else { return nil }
    self.init(rawValue: raw)
  }
  package var defaultValueDescription: String { rawValue.defaultValueDescription }
}

extension ExpressibleByArgument where Self: CaseIterable & RawRepresentable, RawValue: ExpressibleByArgument {
  package static var allValueStrings: [String] { allCases.map(\.rawValue.defaultValueDescription) }
}

extension String: ExpressibleByArgument {
  package init?(argument: String) { self = argument }
}

extension Int: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var expectation: String? { "a whole number" }
}

extension Int64: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var expectation: String? { "a whole number" }
}

extension UInt16: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var expectation: String? { "a whole number from 0 to 65535" }
}

extension Double: ExpressibleByArgument {
  package init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  package static var expectation: String? { "a number" }
}

extension Bool: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var allValueStrings: [String] { ["true", "false"] }
}
