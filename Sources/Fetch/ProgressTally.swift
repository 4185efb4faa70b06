import StripeModel
import Synchronization

/// Adds up what the backfills of a run report.
final class ProgressTally: Sendable {
  private struct State {
    var total = 0
    var running: [ResourceBackfill] = []
    var ended: [FetchReport.Resource] = []
  }

  private let state = Mutex(State())
  private let onProgress: @Sendable (FetchProgress) -> Void

  init(_ onProgress: @escaping @Sendable (FetchProgress) -> Void) { self.onProgress = onProgress }

  func begin(_ total: Int) { state.withLock { $0.total = total } }

  func add(_ backfill: ResourceBackfill) { state.withLock { $0.running.append(backfill) } }

  /// Takes the last word about a resource.
  func end(_ report: FetchReport.Resource) {
    state.withLock { state in
      state.running.removeAll { $0.definition.table == report.resource }
      state.ended.append(report)
    }
    show()
  }

  func show() {
    let (backfills, progress) = state.withLock { state in
      let ended = state.ended.reduce(0) { $0 + $1.objects }
      return (
        state.running,
        FetchProgress(objects: ended, remaining: 0, resourcesDone: state.ended.count, resources: state.total)
      )
    }
    var shown = progress
    for backfill in backfills {
      shown.objects += backfill.report.objects
      shown.remaining += backfill.rest
    }
    onProgress(shown)
  }

  /// The reports, in the order of declaration; of those under way, what they have so far.
  var reports: [FetchReport.Resource] {
    let (ended, running) = state.withLock { ($0.ended, $0.running) }
    let all = Dictionary((ended + running.map(\.report)).map { ($0.resource, $0) }) { first, _ in first }
    return ResourceName.allCases.compactMap { all[$0.definition.table] }
  }
}
