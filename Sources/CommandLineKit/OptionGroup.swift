/// Options that several commands share.
@propertyWrapper
package struct OptionGroup<Value: ParsableArguments>: Sendable, ArgumentWrapper {
  private let slot: Slot<Value>
  private let title: String

  /// The group.
  package var wrappedValue: Value {
    get { slot.value }
    nonmutating set { slot.value = newValue }
  }

  /// `title` becomes a heading in the help.
  package init(title: String = "") {
    self.slot = Slot(Value())
    self.title = title
  }

  func definitions(property: String) -> [ArgumentDefinition] {
    ArgumentDefinition.all(of: slot.value).map { definition in
      var copy = definition
      if copy.section == nil, !title.isEmpty { copy.section = title }
      return copy
    }
  }

  func validateGroup() throws {
    var value = slot.value
    for inner in ArgumentDefinition.wrappers(of: value) { try inner.wrapper.validateGroup() }
    try value.validate()
    slot.value = value
  }
}
