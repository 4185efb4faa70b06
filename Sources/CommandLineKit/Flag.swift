/// A switch without a value: on when named, or a count of how often it was.
@propertyWrapper
package struct Flag<Value: Sendable>: Sendable, ArgumentWrapper {
  private let slot: Slot<Value>
  private let name: NameSpecification
  private let help: ArgumentHelp
  private let isRepeating: Bool
  private let raise: @Sendable (inout Value?) -> Void

  /// Whether, or how often, it was named.
  package var wrappedValue: Value {
    get { slot.value }
    nonmutating set { slot.value = newValue }
  }

  func definitions(property: String) -> [ArgumentDefinition] {
    [
      ArgumentDefinition(
        kind: .flag, names: name.names(for: property), valueName: property, help: help,
        shape: ValueShape(isRepeating: isRepeating),
        accept: { [slot, raise] _ in
          slot.give { value, _ in
            raise(&value)
            return true
          }
        },
        isGiven: { [slot] in slot.isGiven })
    ]
  }
}

extension Flag where Value == Bool {
  /// Off unless named.
  package init(wrappedValue: Bool = false, name: NameSpecification = .long, help: ArgumentHelp = "") {
    self.init(slot: Slot(wrappedValue), name: name, help: help, isRepeating: false, raise: { $0 = true })
  }
}

extension Flag where Value == Int {
  /// Counts how often it is named.
  package init(wrappedValue: Int = 0, name: NameSpecification = .long, help: ArgumentHelp = "") {
    self.init(
      slot: Slot(wrappedValue), name: name, help: help, isRepeating: true, raise: { $0 = ($0 ?? 0) + 1 })
  }
}
