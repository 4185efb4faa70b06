package import BronzeStore
package import Foundation
package import StripeModel

/// What silver and gold are built from, and with what means.
package struct LakeOptions: Sendable {
  /// The lake.
  package var lake: LakeFolder
  /// The past moment that is built in the lake, from another one's bronze; nil for what is known now.
  package var asOf: LakeAsOf?
  /// The sources whose new bronze is taken in; gold is of all there are.
  package var sources: [String]
  /// What the engine may use.
  package var limits: LakeEngine.Limits
  /// Where rejected records are listed: `<folder>/<run_id>/<entity>.jsonl`.
  package var rejectFolder: URL
  /// Whether another run on this lake is waited for.
  package var waits = false
  /// Whether unknown fields and values end the run as well.
  package var isStrict = false
  /// How old the newest bronze may be; nil for any age.
  package var maximumAge: Duration?
  /// Reads objects of a source by their ids into bronze: what others refer to and no list shows, as a customer that was
  /// deleted before the first run. Answers how many lines were written. Nil where there is nobody to ask.
  package var fill: (@Sendable (_ source: String, _ resource: ResourceName, _ ids: [String]) async throws -> Int)?
  /// Told of the stage and the model that is worked on.
  package var onProgress: @Sendable (LakeProgress) -> Void = { _ in }

  /// Options with everything that has a default at its default.
  package init(lake: LakeFolder, sources: [String], limits: LakeEngine.Limits, rejectFolder: URL) {
    self.lake = lake
    self.sources = sources
    self.limits = limits
    self.rejectFolder = rejectFolder
  }

  /// Where bronze is read.
  var bronze: LakeFolder { asOf?.bronze ?? lake }
}

/// How far a run over the lake is.
package struct LakeProgress: Sendable, Equatable {
  /// `silver`, `gold` or `quality`.
  package let stage: String
  /// The model.
  package let model: String
  /// Models done, and in all.
  package let done: Int
  /// In all.
  package let total: Int
}
