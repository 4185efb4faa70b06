/// One thing that is not as it should be in the lake.
package struct QualityFinding: Codable, Sendable, Equatable {
  /// What was looked at.
  package enum Check: String, Codable, Sendable, CaseIterable {
    /// A part of bronze with the bytes of another one, or with lines of another run.
    case bronzeCopy = "bronze_copy"
    /// A part of bronze that has fewer bytes than its run wrote.
    case bronzeShortPart = "bronze_short_part"
    /// A part of bronze that a manifest names and that is gone.
    case bronzeMissingPart = "bronze_missing_part"
    /// A compacted part of bronze that has other bytes than were written.
    case bronzeChanged = "bronze_changed"
    /// A line of bronze that is no JSON.
    case bronzeMalformed = "bronze_malformed"
    /// A record of bronze that breaks its declared shape.
    case bronzeRejected = "bronze_rejected"
    /// A file that `_latest` names and that is gone.
    case fileMissing = "file_missing"
    /// A file whose bytes are not those that were accepted.
    case fileChanged = "file_changed"
    /// Columns or types that are not the declared ones.
    case schema
    /// A row without a value that every row has.
    case notNull = "not_null"
    /// Two rows of one id.
    case unique
    /// A row in the partition of another day.
    case partition
    /// Silver lacks what bronze has, or holds other money.
    case bronzeToSilver = "bronze_to_silver"
    /// Gold lacks what silver has, or holds other money.
    case silverToGold = "silver_to_gold"
    /// A row that refers to one that is not there.
    case reference
    /// The same, where what is missing cannot be read by its id, or any more.
    case unnamedReference = "unnamed_reference"
    /// A field of bronze that the declaration does not know.
    case unknownField = "unknown_field"
    /// A value that the declaration does not list.
    case enumeration
    /// Nothing new for too long.
    case freshness

    /// Whether it is the source that changed, not the lake that is wrong: told, and fatal with `--strict` only.
    package var isDrift: Bool { [.unknownField, .enumeration, .unnamedReference].contains(self) }
    /// Whether good records around it load: status 65 instead of a stop.
    package var isReject: Bool { [.bronzeMalformed, .bronzeRejected].contains(self) }
  }

  /// Which check.
  package var check: Check
  /// The entity or model.
  package var model: String
  /// What is wrong, in words.
  package var message: String
  /// How many rows.
  package var count: Int
  /// Ids, paths or values: some of them.
  package var samples: [String]

  /// How many samples are kept.
  package static let sampleLimit = 20

  /// Bundles the parts.
  package init(_ check: Check, of model: String, _ message: String, count: Int? = nil, samples: [String] = []) {
    self.check = check
    self.model = model
    self.message = message
    self.count = count ?? samples.count
    self.samples = Array(samples.prefix(Self.sampleLimit))
  }
}
