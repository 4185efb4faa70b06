/// Keeps the order of the lines of one object, while chunks are prepared and written side by side.
///
/// A chunk waits with its writing for those before it that hold one of its objects. So the later of two lines of one
/// version counts, a deletion finds the row it marks, and two writers do not meet at one row.
actor ChunkOrder {
  /// One chunk's place in the order.
  struct Turn: Sendable {
    fileprivate let order: ChunkOrder
    fileprivate let number: Int

    /// Waits until all chunks before it are known, and those with one of its objects written.
    ///
    /// - Throws: what made one of them fail.
    func wait(ids: Set<String>) async throws { try await order.wait(number, ids: ids) }

    /// Notes that the chunk is written, or why it is not.
    func end(_ error: (any Error)? = nil) async { await order.end(number, error) }
  }

  /// Chunks that are not written yet; their ids once they are known.
  private var pending: [Int: Set<String>?] = [:]
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var failure: (any Error)?

  /// Notes a chunk, in the order of their lines.
  func begin(_ number: Int) -> Turn {
    pending[number] = .some(nil)
    return Turn(order: self, number: number)
  }

  private func wait(_ number: Int, ids: Set<String>) async throws {
    pending[number] = .some(ids)
    wake()
    while failure == nil, pending.contains(where: { $0.key < number && ($0.value?.isDisjoint(with: ids) != true) }) {
      await withCheckedContinuation { waiting.append($0) }
    }
    if let failure { throw failure }
  }

  private func end(_ number: Int, _ error: (any Error)?) {
    pending[number] = nil
    failure = failure ?? error
    wake()
  }

  private func wake() {
    for continuation in waiting { continuation.resume() }
    waiting.removeAll()
  }
}
