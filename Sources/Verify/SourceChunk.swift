/// Source records on their way into the database, and those that never get there.
struct SourceChunk: Sendable {
  /// What is remembered of a record outside of the database.
  struct Record: Sendable {
    let id: String
    let line: Int
  }

  /// The file, by its place in the resource's list of files.
  let file: Int
  /// The records, in binary COPY format; numbered from 0 in `_n`.
  let rows: [UInt8]
  /// The records, by number.
  let records: [Record]
  /// Records that the reader refused.
  let refused: [Finding]
  /// Bytes read of the file so far, as stored.
  let bytesRead: Int
  /// Whether the file says that its list goes on; nil where it says nothing, or has not been read to its end.
  let hasMore: Bool?
  /// Whether this is the last of its file.
  let isLast: Bool
}
