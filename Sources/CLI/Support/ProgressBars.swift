import Foundation
import Ingest
import PlatformCore
import StripeModel
import Synchronization

/// One progress bar after the other, a file each.
final class ProgressBars: Sendable {
  private struct State {
    var file: String?
    var bar: ProgressBar?
    /// When the work on the next file began: at the start, or when the one before was last heard of.
    var begun: Date
  }

  private let runtime: CommandRuntime
  private let state: Mutex<State>

  init(_ runtime: CommandRuntime) {
    self.runtime = runtime
    state = Mutex(State(begun: runtime.context.clock.now))
  }

  /// Shows how far a file is.
  func show(_ progress: IngestProgress) {
    show(
      progress.resource.definition.table, file: progress.file, bytesRead: progress.bytesRead,
      bytesTotal: progress.bytesTotal, note: "\(grouped(progress.objects)) objects")
  }

  /// Shows how far a file is.
  func show(_ label: String, file: String, bytesRead: Int, bytesTotal: Int?, note: String) {
    let bar = state.withLock { state in
      if state.file != file {
        state.bar?.finish()
        state.bar = runtime.progress(label, total: bytesTotal, unit: .bytes, begunAt: state.begun)
        state.file = file
      }
      state.begun = runtime.context.clock.now
      return state.bar
    }
    bar?.update(bytesRead, note: note)
  }

  /// Removes the bar.
  func finish() {
    state.withLock { state in
      state.bar?.finish()
      state = State(begun: runtime.context.clock.now)
    }
  }
}
