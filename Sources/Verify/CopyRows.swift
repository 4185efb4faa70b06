/// Rows in PostgreSQL's binary COPY format; text needs no escaping there.
///
/// Source: PostgreSQL, COPY, "Binary Format".
struct CopyRows {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
    bytes.append(contentsOf: [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00])
    append(Int32(0))
    append(Int32(0))
  }

  /// Begins a row of that many fields.
  mutating func beginRow(fields: Int16) { append(fields) }

  mutating func field(_ value: Int32) {
    append(Int32(4))
    append(value)
  }

  mutating func field(_ value: Int64?) {
    guard let value else { return append(Int32(-1)) }
    append(Int32(8))
    append(value)
  }

  mutating func field(text: UnsafeRawBufferPointer) {
    append(Int32(truncatingIfNeeded: text.count))
    bytes.append(contentsOf: text)
  }

  /// Ends the stream.
  mutating func finish() { append(Int16(-1)) }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
