internal import CDuckDB

/// Copies one chunk's vectors into rows.
struct ChunkReader {
  private let chunk: okapi_duckdb_handle?
  private let layouts: [ColumnType.Layout]
  private let api: okapi_duckdb_api

  init(_ chunk: okapi_duckdb_handle?, _ layouts: [ColumnType.Layout], _ api: okapi_duckdb_api) {
    self.chunk = chunk
    self.layouts = layouts
    self.api = api
  }

  func rows() -> [[DuckDBValue]] {
    let count = Int(api.data_chunk_get_size(chunk))
    var rows = [[DuckDBValue]](repeating: [DuckDBValue](repeating: .null, count: layouts.count), count: count)
    for (column, layout) in layouts.enumerated() {
      let vector = api.data_chunk_get_vector(chunk, UInt64(column))
      // No validity at all says that no value is null.
      let validity = api.vector_get_validity(vector)
      guard let data = UnsafeRawPointer(api.vector_get_data(vector)) else { continue }
      for row in 0..<count where validity.map({ $0[row / 64] & (1 << UInt64(row % 64)) != 0 }) ?? true {
        rows[row][column] = value(data, row, layout)
      }
    }
    return rows
  }

  private func value(_ data: UnsafeRawPointer, _ row: Int, _ layout: ColumnType.Layout) -> DuckDBValue {
    func read<Number: BitwiseCopyable>(_: Number.Type) -> Number {
      data.load(fromByteOffset: row * MemoryLayout<Number>.stride, as: Number.self)
    }
    return switch layout {
    case .bool: .bool(read(UInt8.self) != 0)
    case .int8: .int64(Int64(read(Int8.self)))
    case .int16: .int64(Int64(read(Int16.self)))
    case .int32: .int64(Int64(read(Int32.self)))
    case .int64: .int64(read(Int64.self))
    case .uint8: .int64(Int64(read(UInt8.self)))
    case .uint16: .int64(Int64(read(UInt16.self)))
    case .uint32: .int64(Int64(read(UInt32.self)))
    case .text: .text(text(data + row * MemoryLayout<okapi_duckdb_text>.stride))
    }
  }

  private func text(_ start: UnsafeRawPointer) -> String {
    let length = Int(start.load(as: UInt32.self))
    // Up to 12 bytes lie behind the length itself.
    let bytes = length <= 12 ? start + 4 : start.load(fromByteOffset: 8, as: UnsafeRawPointer.self)
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
  }
}
