/// One typed column of a resource and where its value stands in Stripe's JSON.
package struct Column: Sendable, Equatable {
  /// The name in PostgreSQL: Stripe's own, nested names joined by `_`, references with `_id` at the end.
  package let name: String
  /// The places in the JSON, most recent API version first; the first one that is not null is taken.
  package let paths: [JSONPath]
  /// What the column holds.
  package let kind: ColumnKind
  /// Whether a live object without it breaks its declaration.
  package private(set) var isRequired = false
  /// Whether Stripe leaves it out unless asked (`expand[]`): absent says nothing, and never clears what is stored.
  package private(set) var isExpandOnly = false
  /// Whether it differs from read to read without the object having changed, as signed URLs do.
  package private(set) var isVolatile = false
  /// Whether the store keeps an index on it.
  package private(set) var isIndexed: Bool
  /// Who may see it.
  package private(set) var sensitivity = Sensitivity.plain
  /// One sentence for the data dictionary.
  package let help: String

  /// Makes a column; the factories below are the way to write one in a declaration.
  package init(_ name: String, _ kind: ColumnKind, from paths: [String], help: String) {
    self.name = name
    self.kind = kind
    self.paths = paths.map(JSONPath.init)
    self.help = help
    switch kind {
    case .reference, .expandable: isIndexed = true
    default: isIndexed = name == "created"
    }
  }

  /// The same column, required.
  package var required: Column { with { $0.isRequired = true } }
  /// The same column, only sent when asked for.
  package var expandOnly: Column { with { $0.isExpandOnly = true } }
  /// The same column, volatile.
  package var volatile: Column { with { $0.isVolatile = true } }
  /// The same column, personal.
  package var personal: Column { with { $0.sensitivity = .personal } }
  /// The same column, secret.
  package var secret: Column { with { $0.sensitivity = .secret } }
  /// The same column, with an index.
  package var indexed: Column { with { $0.isIndexed = true } }
  /// The same column, without an index.
  package var unindexed: Column { with { $0.isIndexed = false } }

  private func with(_ change: (inout Column) -> Void) -> Column {
    var copy = self
    change(&copy)
    return copy
  }
}

/// A place in a JSON object: member names from the outside in. Array elements are not addressed.
package struct JSONPath: Sendable, Equatable, Hashable {
  /// The member names.
  package let members: [String]

  /// Reads `a.b.c`.
  package init(_ dotted: String) { members = dotted.split(separator: ".").map(String.init) }

  /// The dotted form.
  package var dotted: String { members.joined(separator: ".") }
}

extension Column {
  private static func make(
    _ name: String, _ kind: ColumnKind, _ from: [String]?, suffix: String = "", _ help: String
  ) -> Column {
    let column = name.replacing(".", with: "_") + suffix
    return Column(column, kind, from: from ?? [name], help: help)
  }

  /// Free text. A dotted name gives the path and, with `_`, the column: `outcome.risk_level`.
  package static func text(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .text, from, help)
  }

  /// Text out of an open list.
  package static func enumeration(
    _ name: String, _ values: [String], from: [String]? = nil, help: String = ""
  ) -> Column {
    make(name, .enumeration(values), from, help)
  }

  /// Yes or no.
  package static func boolean(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .boolean, from, help)
  }

  /// A whole number that is not money.
  package static func integer(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .integer, from, help)
  }

  /// Money, in the smallest unit of the currency in column `currency`.
  package static func minorUnits(
    _ name: String, from: [String]? = nil, currency: String? = "currency", help: String = ""
  ) -> Column {
    make(name, .minorUnits(currency: currency), from, help)
  }

  /// An exact decimal.
  package static func decimal(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .decimal, from, help)
  }

  /// A moment.
  package static func unixTime(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .unixTime, from, help)
  }

  /// A currency code.
  package static func currency(
    _ name: String = "currency", from: [String]? = nil, help: String = "Lower-case ISO 4217 code"
  ) -> Column {
    make(name, .currency, from, help)
  }

  /// A foreign key; the column is the name with `_id`.
  package static func reference(
    _ name: String, to target: ResourceName, from: [String]? = nil, help: String = ""
  ) -> Column {
    make(name, .reference(to: target), from, suffix: "_id", help)
  }

  /// The id of an object that is not declared or of several kinds; the column is the name with `_id`.
  package static func expandable(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .expandable, from, suffix: "_id", help)
  }

  /// The ids of an array of expandable objects.
  package static func references(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .references, from, help)
  }

  /// A nested value as it is.
  package static func json(_ name: String, from: [String]? = nil, help: String = "") -> Column {
    make(name, .json, from, help)
  }
}
