package import BronzeStore
import PlatformCore

/// The runs that wrote to a lake, by their manifests.
package struct LakeRuns: Sendable {
  private let lake: LakeFolder

  /// The runs of a lake.
  package init(_ lake: LakeFolder) { self.lake = lake }

  /// The newest runs first.
  ///
  /// - Throws: `data` for a manifest that holds something else, `inputOutput`.
  package func newest(_ count: Int) throws -> [RunManifest] {
    let names = try lake.names(in: "_state/manifests").filter { $0.hasPrefix("run_") && $0.hasSuffix(".json") }
    let runs: [RunManifest] = try names.compactMap { try lake.document("_state/manifests/\($0)") }
    return Array(runs.sorted { $0.finishedAt > $1.finishedAt }.prefix(max(0, count)))
  }

  /// What one run did; nil where the lake does not know it.
  ///
  /// - Throws: `data` for a manifest that holds something else, `inputOutput`.
  package func manifest(of runID: String) throws -> RunManifest? {
    try lake.document("_state/manifests/run_\(runID).json")
  }
}
