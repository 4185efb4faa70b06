/// One call of the API: what it takes and what it answers.
package struct Endpoint: Sendable {
  /// `GET`, `POST` or `DELETE`.
  package let method: String
  /// The path with its variables: `/v1/customers/{customer}`.
  package let path: String
  /// Stripe's word for it: `create`, `retrieve`, `update`, `delete`, `list`, `search`, `capture` …
  package let operation: String
  /// The object it is about.
  package let object: String
  /// The parameters of the query or of the body; `expand` and a list's `limit`, `starting_after` and `ending_before`
  /// are among them.
  package let parameters: [Parameter]
  /// What the answer is.
  package let answer: Answer
  /// Whether the sandbox serves it; one that it does not serve is refused as unsupported, not as unknown.
  package let isSupported: Bool

  /// The shape of an answer.
  package enum Answer: String, Sendable { case object, list, searchResult, deleted }

  /// A call that is served unless told otherwise.
  package init(
    method: String, path: String, operation: String, object: String, parameters: [Parameter], answer: Answer,
    isSupported: Bool = true
  ) {
    self.method = method
    self.path = path
    self.operation = operation
    self.object = object
    self.parameters = parameters
    self.answer = answer
    self.isSupported = isSupported
  }
}

/// One parameter that Stripe documents for a call.
package struct Parameter: Sendable {
  /// Its name at its level.
  package let name: String
  /// What it takes.
  package let type: ParameterType
  /// Whether the call fails without it.
  package let isRequired: Bool
  /// Whether the empty string takes the value away.
  package let isUnsettable: Bool
  /// Whether the sandbox acts on it; one that it does not act on is refused as unsupported, never ignored.
  package let isSupported: Bool
  /// The values of an enumeration.
  package let values: [String]
  /// The parameters inside a hash, or inside each element of an array of hashes.
  package let parameters: [Parameter]
  /// The version from which Stripe has it no more, as year, month and release: `25-03 basil`. The sandbox takes it from
  /// every caller.
  package let until: String?
  /// A note for people; empty for none.
  package let note: String

  /// A parameter that may be sent, is acted on and cannot be unset, unless told otherwise.
  package init(
    name: String, type: ParameterType, isRequired: Bool = false, isUnsettable: Bool = false, isSupported: Bool = true,
    values: [String] = [], parameters: [Parameter] = [], until: String? = nil, note: String = ""
  ) {
    self.name = name
    self.type = type
    self.isRequired = isRequired
    self.isUnsettable = isUnsettable
    self.isSupported = isSupported
    self.values = values
    self.parameters = parameters
    self.until = until
    self.note = note
  }
}

/// What a parameter takes.
package indirect enum ParameterType: Sendable, Equatable {
  case string, integer, number, boolean
  /// A decimal number in plain digits.
  case decimal
  /// One of the values listed.
  case enumeration
  /// A hash with the parameters listed; with none listed, one that the sandbox does not look into.
  case hash
  /// A hash of caller's keys: metadata.
  case map
  /// An array of strings, of integers, or of hashes with the parameters listed.
  case array(ParameterType)
  /// A whole number, or a hash of `gt`, `gte`, `lt`, `lte`: a list's filter by time.
  case range
  /// One of several: the first that fits.
  case either([ParameterType])
}
