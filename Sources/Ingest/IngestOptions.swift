package import BronzeStore
package import Foundation
package import JSONReader
import PlatformCore
package import PostgresClient
package import ResourceStore
package import StripeModel

/// What to load, from where, into which store.
package struct IngestOptions: Sendable {
  /// Where the records are.
  package enum Source: Sendable {
    /// A folder with files named after their resources.
    case folder(String)
    /// One file of one resource.
    case file(String, ResourceName)
    /// The bronze of a source in a lake, from where the store's positions are.
    case bronze(LakeFolder, source: String)
  }

  /// Where the records are.
  package var source: Source
  /// Which resources; none means all that have files.
  package var resources: [ResourceName] = []
  /// The schema names of the store.
  package var names: StoreNames
  /// Opens one more connection to the migrated database.
  package var connect: @Sendable () async throws -> PostgresConnection
  /// When the export was made, if the user says so.
  package var exportedAt: Date?
  /// The API version of the export's shapes, if the user says so.
  package var apiVersion: String?
  /// Where reject files go: `<folder>/<run_id>/<resource>.jsonl`.
  package var rejectFolder: URL
  /// Of bronze, only these parts, from there on, whoever has loaded them as well, and from before where nobody has; nil
  /// for what nobody has loaded.
  package var parts: [(part: BronzePart, from: BronzePosition)]?
  /// Bronze is read from its beginning, whatever was loaded before.
  package var replays = false
  /// More will follow at once: the placeholders that stand meanwhile are not counted.
  package var isPartial = false
  /// How many chunks are written side by side.
  package var connections = 2
  /// Bounds on single objects.
  package var limits = JSONLimits.standard
  /// Repair: only these ids are taken, and rows are replaced whatever their hashes say.
  package var repair: [ResourceName: Set<String>]?
  /// Told of the progress of each file.
  package var onProgress: @Sendable (IngestProgress) -> Void = { _ in }
  /// Told what a load had done that was broken off by an error: what it rejected is passed and not met again.
  package var onBrokenOff: @Sendable (IngestReport) -> Void = { _ in }

  /// Options with everything that has a default at its default.
  package init(
    source: Source, names: StoreNames, rejectFolder: URL,
    connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    self.source = source
    self.names = names
    self.rejectFolder = rejectFolder
    self.connect = connect
  }
}

/// How far the load of one file is.
package struct IngestProgress: Sendable {
  /// The table.
  package let resource: ResourceName
  /// The file; of bronze the entity.
  package let file: String
  /// Objects read so far in it.
  package let objects: Int
  /// Bytes read so far, as stored.
  package let bytesRead: Int
  /// Bytes in all, where known.
  package let bytesTotal: Int?
}

extension IngestOptions {
  /// Checks that there is something to read, before any database is touched.
  ///
  /// - Throws: `inputMissing` or `inputOutput` naming the folder or file.
  package func requireInput() throws {
    switch source {
    case .folder(let path): _ = try ExportFolder(path: path)
    case .file(let path, _): _ = try JSONElementReader(path: path, limits: limits)
    case .bronze(let lake, let source):
      let entities = try BronzeReader(lake: lake, source: source).entities()
      guard entities.allSatisfy({ $0 == BronzePart.webhookEvents }) else { return }
      throw PlatformError(
        .inputMissing, "the lake holds no bronze of this source",
        context: ["lake": lake.location, "source": source],
        nextStep: "fetch it first, or name the lake with LAKE_URL and the source with SOURCE_NAME")
    }
  }
}
