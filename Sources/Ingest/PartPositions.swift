import BronzeStore
import ResourceStore

/// The end of a chunk in bronze.
struct PartPosition: Sendable, Equatable {
  let part: BronzePart
  let position: BronzePosition

  init(_ part: BronzePart, _ position: BronzePosition) {
    self.part = part
    self.position = position
  }
}

/// Which chunks are written, and how far each part is with nothing left out before.
struct PartPositions {
  /// Chunks begun, in the order of their lines, and whether they are written.
  private var chunks: [(end: PartPosition?, isWritten: Bool)] = []
  private var first = 0

  /// Notes a chunk and answers its number.
  mutating func begin(_ end: PartPosition?) -> Int {
    chunks.append((end, false))
    return first + chunks.count - 1
  }

  /// Notes that a chunk is written; answers how far parts are by it, of each the last position.
  mutating func written(_ number: Int) -> [PartPosition] {
    chunks[number - first].isWritten = true
    var reached: [PartPosition] = []
    while let chunk = chunks.first, chunk.isWritten {
      if let end = chunk.end {
        if reached.last?.part == end.part { reached.removeLast() }
        reached.append(end)
      }
      chunks.removeFirst()
      first += 1
    }
    return reached
  }
}
