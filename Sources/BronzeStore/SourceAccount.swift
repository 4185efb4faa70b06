/// Whose account a source's bronze is: `_state/account/<source>.json`, noted before the first object is read.
package struct SourceAccount: Codable, Sendable, Equatable {
  /// Stripe's id of the account (`acct_…`); nil where the key may not ask for it.
  package var id: String?
  /// Whether it is the live mode of the account, or its test mode.
  package var livemode: Bool
  /// The run that noted it.
  package var runID: String
  /// When, RFC 3339.
  package var notedAt: String

  /// Bundles the parts.
  package init(id: String?, livemode: Bool, runID: String, notedAt: String) {
    self.id = id
    self.livemode = livemode
    self.runID = runID
    self.notedAt = notedAt
  }

  /// Whether two may be the same account in the same mode: an id that is not known may be any.
  package func agrees(with other: SourceAccount) -> Bool {
    livemode == other.livemode && (id == nil || other.id == nil || id == other.id)
  }

  /// For a sentence: `acct_… in test mode`.
  package var description: String { "\(id ?? "an account") in \(livemode ? "live" : "test") mode" }

  enum CodingKeys: String, CodingKey {
    case id, livemode
    case runID = "run_id"
    case notedAt = "noted_at"
  }
}
