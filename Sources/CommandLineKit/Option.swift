/// A named value: `--name value` or `--name=value`.
@propertyWrapper
package struct Option<Value: Sendable>: Sendable, ArgumentWrapper {
  private let reader: ValueReader<Value>
  private let name: NameSpecification
  private let environmentKey: String?
  private let help: ArgumentHelp

  /// The value read, or the default.
  package var wrappedValue: Value {
    get { reader.slot.value }
    nonmutating set { reader.slot.value = newValue }
  }

  private init(_ reader: ValueReader<Value>, _ name: NameSpecification, _ env: String?, _ help: ArgumentHelp) {
    self.reader = reader
    self.name = name
    self.environmentKey = env
    self.help = help
  }

  func definitions(property: String) -> [ArgumentDefinition] {
    let names = name.names(for: property)
    let long = names.last.map { String($0.drop { $0 == "-" }) } ?? property
    return [
      ArgumentDefinition(
        kind: .option, names: names, valueName: help.valueName ?? long, help: help, shape: reader.shape,
        environmentKey: environmentKey, accept: reader.accept, isGiven: { reader.slot.isGiven })
    ]
  }
}

extension Option where Value: ExpressibleByArgument {
  /// A value with a default. `env` names the environment variable that stands in for a missing option.
  package init(
    wrappedValue: Value, name: NameSpecification = .long, env: String? = nil, help: ArgumentHelp = ""
  ) {
    self.init(.single(wrappedValue), name, env, help)
  }

  /// A required value.
  package init(name: NameSpecification = .long, env: String? = nil, help: ArgumentHelp = "") {
    self.init(.single(nil), name, env, help)
  }
}

extension Option {
  /// A value that may be left out.
  package init<Wrapped: ExpressibleByArgument>(
    wrappedValue: Wrapped? = nil, name: NameSpecification = .long, env: String? = nil, help: ArgumentHelp = ""
  ) where Value == Wrapped? {
    self.init(.optional(wrappedValue), name, env, help)
  }

  /// A value that may be repeated, with a default.
  package init<Element: ExpressibleByArgument>(
    wrappedValue: [Element], name: NameSpecification = .long, env: String? = nil, help: ArgumentHelp = ""
  ) where Value == [Element] {
    self.init(.array(wrappedValue), name, env, help)
  }

  /// A value that may be repeated and is needed at least once.
  package init<Element: ExpressibleByArgument>(
    name: NameSpecification = .long, env: String? = nil, help: ArgumentHelp = ""
  ) where Value == [Element] {
    self.init(.array(nil), name, env, help)
  }
}
