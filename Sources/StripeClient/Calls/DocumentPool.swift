import Foundation
import JSONReader

/// Parsers for one answer each: their memory is as large as a page, and is not to be asked for with every page.
final class DocumentPool: @unchecked Sendable {  // `lock` guards `idle`; a document taken belongs to its caller
  static let shared = DocumentPool()

  /// Answers are parsed on the threads of the shared pool, so few are at work at once.
  private static let kept = 4
  private let lock = NSLock()
  private var idle: [JSONDocument] = []

  func take() -> JSONDocument { lock.withLock { idle.popLast() } ?? JSONDocument() }

  func giveBack(_ document: JSONDocument) {
    lock.withLock { if idle.count < Self.kept { idle.append(document) } }
  }
}
