import Synchronization

/// A property wrapper that stands for a part of the command line.
protocol ArgumentWrapper {
  /// What it stands for; `property` is the property's name in kebab case.
  func definitions(property: String) -> [ArgumentDefinition]
  /// Runs the checks of a group.
  func validateGroup() throws
}

extension ArgumentWrapper {
  func validateGroup() throws {}
}

/// Everything the parser and the help need to know of one argument.
struct ArgumentDefinition {
  enum Kind { case positional, option, flag }

  let kind: Kind
  /// With their dashes; empty for a positional.
  let names: [String]
  let valueName: String
  let help: ArgumentHelp
  let shape: ValueShape
  var environmentKey: String?
  /// The heading of the group it came from.
  var section: String?
  /// Reads and keeps a word; false when it is not valid.
  let accept: (String) -> Bool
  /// Whether a word was read.
  let isGiven: () -> Bool

  /// How messages show it: `--name <value>`, `--flag`, `<value>`; `used` is the name that was typed.
  func display(_ used: String? = nil) -> String {
    switch kind {
    case .positional: "<\(valueName)>"
    case .option: "\(used ?? names.last ?? "") <\(valueName)>"
    case .flag: used ?? names.last ?? ""
    }
  }

  /// How a usage line shows it.
  var usage: String {
    let inner = kind == .positional && shape.isRepeating ? "<\(valueName)> ..." : display()
    let repeated = kind == .option && shape.isRepeating ? inner + " ..." : inner
    return shape.isRequired ? repeated : "[\(repeated)]"
  }

  /// The wrappers of a command, in the order they are declared.
  static func wrappers(of arguments: any ParsableArguments) -> [(property: String, wrapper: any ArgumentWrapper)] {
    Mirror(reflecting: arguments).children.compactMap { child in
      guard let label = child.label, let wrapper = child.value as? any ArgumentWrapper else { return nil }
      return (kebabCase(label.hasPrefix("_") ? String(label.dropFirst()) : label), wrapper)
    }
  }

  /// What a command's arguments are, groups opened.
  static func all(of arguments: any ParsableArguments) -> [ArgumentDefinition] {
    wrappers(of: arguments).flatMap { $0.wrapper.definitions(property: $0.property) }
  }
}

/// What the type of a value says of its argument.
struct ValueShape: Sendable {
  var isRequired = false
  var isRepeating = false
  var defaultText: String?
  var allowed: [String] = []
  var expectation: String?
}

/// Where a wrapper keeps its value; shared by the copies of a command, written while it is parsed.
final class Slot<Value: Sendable>: Sendable {
  private let state: Mutex<(value: Value?, isGiven: Bool)>

  init(_ initial: Value?) { state = Mutex((initial, false)) }

  var isGiven: Bool { state.withLock { $0.isGiven } }

  var value: Value {
    get {
      guard let value = state.withLock({ $0.value }) else {
        // Only reachable when a command with a required argument runs without having been parsed.
        preconditionFailure("a required argument was read before the command line was parsed")
      }
      return value
    }
    set { state.withLock { $0.value = newValue } }
  }

  /// Changes the value by one word of the command line.
  func give(_ change: (inout Value?, _ isFirst: Bool) -> Bool) -> Bool {
    state.withLock { state in
      let isFirst = !state.isGiven
      guard change(&state.value, isFirst) else { return false }
      state.isGiven = true
      return true
    }
  }
}

/// How words become a `Value`: once, at most once, or any number of times.
struct ValueReader<Value: Sendable>: Sendable {
  let shape: ValueShape
  let slot: Slot<Value>
  private let read: @Sendable (String, inout Value?, _ isFirst: Bool) -> Bool

  /// Keeps a word; false when it is not valid.
  func accept(_ word: String) -> Bool { slot.give { read(word, &$0, $1) } }

  private static func shape(of type: any ExpressibleByArgument.Type, isRequired: Bool, isRepeating: Bool, text: String?)
    -> ValueShape
  {
    ValueShape(
      isRequired: isRequired, isRepeating: isRepeating, defaultText: text.flatMap { $0.isEmpty ? nil : $0 },
      allowed: type.allValueStrings, expectation: type.expectation)
  }

  /// One value, required unless there is a default.
  static func single(_ initial: Value?) -> ValueReader where Value: ExpressibleByArgument {
    ValueReader(
      shape: shape(
        of: Value.self, isRequired: initial == nil, isRepeating: false, text: initial?.defaultValueDescription),
      slot: Slot(initial)
    ) { word, value, _ in
      guard let new = Value(argument: word) else { return false }
      value = new
      return true
    }
  }

  /// One value or none.
  static func optional<Wrapped: ExpressibleByArgument>(_ initial: Wrapped?) -> ValueReader where Value == Wrapped? {
    ValueReader(
      shape: shape(
        of: Wrapped.self, isRequired: false, isRepeating: false, text: initial?.defaultValueDescription),
      slot: Slot(.some(initial))
    ) { word, value, _ in
      guard let new = Wrapped(argument: word) else { return false }
      value = .some(new)
      return true
    }
  }

  /// Any number of values; the first given one replaces the default, and without a default one is required.
  static func array<Element: ExpressibleByArgument>(_ initial: [Element]?) -> ValueReader where Value == [Element] {
    let text = initial?.map(\.defaultValueDescription).joined(separator: ", ")
    return ValueReader(
      shape: shape(of: Element.self, isRequired: initial == nil, isRepeating: true, text: text), slot: Slot(initial)
    ) { word, value, isFirst in
      guard let new = Element(argument: word) else { return false }
      value = (isFirst ? [] : value ?? []) + [new]
      return true
    }
  }
}
