package import BronzeStore
package import Foundation
package import PlatformCore
package import StripeModel

extension Fetch {
  /// Writes the list files of one fetch again out of its bronze, after some of its objects were read once more.
  ///
  /// - Parameters:
  ///   - runID: the fetch, and whoever read for it again: of each id the newest line counts.
  ///   - date: when the files count as made.
  package static func rewriteExport(
    of resources: [ResourceName], from lake: LakeFolder, source: String, runID: String, to folder: URL, date: Int64,
    apiVersion: String
  ) async throws {
    let writer = ExportWriter(
      reader: BronzeReader(lake: lake, source: source), folder: folder, apiVersion: apiVersion)
    let inputs = resources.map { ExportWriter.Input(definition: $0.definition, runs: [runID], begunAt: date) }
    _ = try await writer.write(inputs)
  }
}
