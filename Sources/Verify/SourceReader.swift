import Foundation
import JSONReader
import PlatformCore

/// Reads the files of one resource, a chunk at a time, on a thread of its own: it reads on while the server compares.
actor SourceReader {
  private let executor = BlockingExecutor(label: "verify-source")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let files: [String]
  private let observed: [Int64?]
  private let object: String
  private let chunkRecords: Int
  private let chunkBytes: Int
  private let document = JSONDocument(limits: .standard)
  private var current: JSONElementReader?
  private var file = -1

  /// - Parameter observed: for each file, microseconds since 2000-01-01 UTC at which it was read from Stripe.
  init(files: [String], observed: [Int64?], object: String, chunkRecords: Int, chunkBytes: Int) {
    self.files = files
    self.observed = observed
    self.object = object
    self.chunkRecords = chunkRecords
    self.chunkBytes = chunkBytes
  }

  /// The next chunk; nil after the last file.
  ///
  /// - Throws: `.inputOutput` and the like; a file whose content is at fault becomes a refused record instead.
  func next() throws(PlatformError) -> SourceChunk? {
    while true {
      do throws(PlatformError) {
        if current == nil {
          guard file + 1 < files.count else { return nil }
          file += 1
          current = try JSONElementReader(path: files[file])
        }
        guard let reader = current else { return nil }
        let batch = try reader.next(maximumBytes: chunkBytes, maximumElements: chunkRecords)
        if batch == nil { current = nil }
        return chunk(batch, reader)
      } catch {
        guard error.status == .data else { throw error.adding("file", files[file]) }
        current = nil
        let reason = [error.message, error.cause].compactMap { $0 }.joined(separator: ": ")
        return SourceChunk(
          file: file, rows: [], records: [], refused: [Finding(.unreadable, file: files[file], reason: reason)],
          bytesRead: 0, hasMore: nil, isLast: true)
      }
    }
  }

  private func chunk(_ batch: JSONBatch?, _ reader: JSONElementReader) -> SourceChunk {
    var rows = CopyRows(capacity: (batch?.bytes.count ?? 0) + 80 * (batch?.elements.count ?? 0) + 64)
    var records: [SourceChunk.Record] = []
    var refused = (batch?.damaged ?? []).map { unreadable($0.line, $0.reason) }
    for element in batch?.elements ?? [] {
      do throws(JSONFault) {
        let value = try document.parse(batch ?? JSONBatch(element: []), element)
        if let reason = objection(to: value) {
          refused.append(unreadable(element.line, reason, id: value["id"]?.stringValue))
          continue
        }
        rows.beginRow(fields: 5)
        rows.field(Int32(records.count))
        rows.field(Int32(file))
        rows.field(Int64(element.line))
        rows.field(observed[file])
        rows.field(text: value.raw)
        records.append(SourceChunk.Record(id: value["id"]?.stringValue ?? "", line: element.line))
      } catch {
        refused.append(unreadable(element.line, error.reason))
      }
    }
    rows.finish()
    return SourceChunk(
      file: file, rows: rows.bytes, records: records, refused: refused, bytesRead: reader.bytesRead,
      hasMore: batch == nil ? reader.hasMore : nil, isLast: batch == nil)
  }

  private func unreadable(_ line: Int, _ reason: String, id: String? = nil) -> Finding {
    Finding(.unreadable, id: id, file: files[file], line: line, reason: reason)
  }

  /// Why a well-formed value is no record of this resource.
  private func objection(to value: JSONValue) -> String? {
    guard value.kind == .object else { return "not a JSON object" }
    guard let id = value["id"]?.stringValue, !id.isEmpty else { return "no id" }
    if let found = value["object"]?.stringValue, found != object { return "object is \(found), not \(object)" }
    return nil
  }
}
