/// What Stripe's type tables say of one object: every field with its type, at API version 2026-10-28.endive.
package struct ObjectShape: Sendable {
  /// Stripe's word for the object: `customer`, `line_item`, `test_helpers.test_clock`.
  package let name: String
  /// The fields at the top, in the table's order; `id` and `object` are among them where the object has them.
  package let fields: [FieldShape]

  /// An object of these fields.
  package init(name: String, fields: [FieldShape]) {
    self.name = name
    self.fields = fields
  }

  /// A field at the top by its name.
  package func field(_ name: String) -> FieldShape? { fields.first { $0.name == name } }
}

/// One field of an object.
package struct FieldShape: Sendable {
  /// The member's name.
  package let name: String
  /// What its value is when it is not null.
  package let type: FieldType
  /// Whether it may be null.
  package let isNullable: Bool
  /// Whether it is left out unless `expand` names it.
  package let isOnlyExpanded: Bool
  /// Whether an object may lack it, apart from `expand`: a payment method has the member named like its type and no
  /// other.
  package let isOptional: Bool
  /// Whether more may come than is listed: values of an enumeration, members of an object.
  package let isOpen: Bool
  /// The objects that an id stands for; empty for what cannot be expanded.
  package let expandsTo: [String]
  /// The values of an enumeration that are known.
  package let values: [String]
  /// The fields of an object, or of each element of an array of objects.
  package let fields: [FieldShape]
  /// When it came, as year, month and release: `25-03 basil`, or `≤26-02 clover` for "by then"; nil for what was there
  /// before 2025-02-24.
  package let since: String?
  /// A note for people; empty for none.
  package let note: String

  /// A field that is always there, closed, and was there before 2025-02-24, unless told otherwise.
  package init(
    name: String, type: FieldType, isNullable: Bool, isOnlyExpanded: Bool = false, isOptional: Bool = false,
    isOpen: Bool = false, expandsTo: [String] = [], values: [String] = [], fields: [FieldShape] = [],
    since: String? = nil, note: String = ""
  ) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.isOnlyExpanded = isOnlyExpanded
    self.isOptional = isOptional
    self.isOpen = isOpen
    self.expandsTo = expandsTo
    self.values = values
    self.fields = fields
    self.since = since
    self.note = note
  }
}

/// The type of a field's value.
package indirect enum FieldType: Sendable, Equatable {
  case string, integer, number, boolean
  /// A string that holds a decimal number.
  case decimalString
  /// A string of a known set; the set may be open.
  case enumeration
  /// An object with the fields listed; with none listed and open, of any members.
  case object
  /// An object of caller's keys, each value of that type: metadata.
  case map(FieldType)
  /// The id of another object, or the object when it was expanded.
  case reference
  /// A plain array.
  case array(FieldType)
  /// A list envelope of objects of one of these types.
  case list([String])
  /// A whole object of another type, embedded; of any type when none is named.
  case embedded([String])
}
