/// A positional value.
@propertyWrapper
package struct Argument<Value: Sendable>: Sendable, ArgumentWrapper {
  private let reader: ValueReader<Value>
  private let help: ArgumentHelp

  /// The value read, or the default.
  package var wrappedValue: Value {
    get { reader.slot.value }
    nonmutating set { reader.slot.value = newValue }
  }

  private init(_ reader: ValueReader<Value>, _ help: ArgumentHelp) {
    self.reader = reader
    self.help = help
  }

  func definitions(property: String) -> [ArgumentDefinition] {
    [
      ArgumentDefinition(
        kind: .positional, names: [], valueName: help.valueName ?? property, help: help, shape: reader.shape,
        accept: reader.accept, isGiven: { reader.slot.isGiven })
    ]
  }
}

extension Argument where Value: ExpressibleByArgument {
  /// A value with a default.
  package init(wrappedValue: Value, help: ArgumentHelp = "") { self.init(.single(wrappedValue), help) }

  /// A required value.
  package init(help: ArgumentHelp = "") { self.init(.single(nil), help) }
}

extension Argument {
  /// A value that may be left out.
  package init<Wrapped: ExpressibleByArgument>(wrappedValue: Wrapped? = nil, help: ArgumentHelp = "")
  where Value == Wrapped? {
    self.init(.optional(wrappedValue), help)
  }

  /// All the rest, possibly nothing.
  package init<Element: ExpressibleByArgument>(wrappedValue: [Element], help: ArgumentHelp = "")
  where Value == [Element] {
    self.init(.array(wrappedValue), help)
  }

  /// All the rest, at least one.
  package init<Element: ExpressibleByArgument>(help: ArgumentHelp = "") where Value == [Element] {
    self.init(.array(nil), help)
  }
}
