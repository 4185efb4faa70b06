import BronzeStore
import Foundation
import PlatformCore

extension Lake {
  /// Forgets what silver and gold hold of the options' sources, as their bronze is gone; the next run builds gold anew.
  ///
  /// - Throws: `temporary` while somebody else is at work, `output` or `inputOutput`.
  package func forgetSources() async throws {
    let lock = try await LakeLock.take(in: lake, of: LakeLock.models, for: context, waits: options.waits)
    defer { withExtendedLifetime(lock) {} }
    _ = try Promotion.recover(in: lake)
    // What was read of bronze first: without it everything is read again, whatever is left by a kill.
    for name in try lake.names(in: "_state/transformed") where name.hasSuffix(".json") {
      guard var state: TransformState = try lake.document("_state/transformed/\(name)") else { continue }
      for source in options.sources { state.sources[source] = nil }
      try lake.write(state, to: LakePath.transformed(state.entity))
    }
    for var model in try lake.acceptedModels().values {
      // Gold is of all sources.
      let isGold = model.modelHash != nil
      model.files.removeAll { file in
        isGold || options.sources.contains { file.path.hasPrefix("silver/source=\($0)/") }
      }
      if model.files.isEmpty {
        try lake.remove(LakePath.accepted(model.model))
      } else {
        try lake.write(model, to: LakePath.accepted(model.model))
      }
    }
    for source in options.sources { try lake.removeFolder("silver/source=\(source)") }
  }
}
