import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel

/// The rows of an export for COPY: id, typed columns and raw, one file a table, as PostgreSQL itself writes them.
struct PreparedLines {
  private let folder: URL
  private static let sample = 2000

  init(folder: String) { self.folder = URL(fileURLWithPath: folder) }

  private static func columns(_ resource: ResourceName) -> [String] {
    ["id"] + resource.definition.columns.map(\.name) + ["raw"]
  }

  private func file(_ resource: ResourceName, binary: Bool = false) -> URL {
    folder.appendingPathComponent(resource.definition.table + (binary ? ".binary" : ".text"))
  }

  /// Writes them out of a store that holds the export.
  func write(over connection: PostgresConnection, binary: Bool) async throws -> Double {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let names = StoreNames(schema: "stripe")
    let seconds = try await measured {
      for resource in ResourceName.allCases {
        let columns = Self.columns(resource).map { "\"\($0)\"" }.joined(separator: ", ")
        let file = try AtomicFile(file(resource, binary: binary))
        let rows = try await connection.copyOut(
          """
          copy (select \(columns) from \(names.table(resource)) where not is_placeholder order by id) to stdout
          (format \(binary ? "binary" : "text"))
          """, { try file.append($0) })
        if rows > 0 { try file.finish() }
      }
    }
    await connection.close()
    return seconds
  }

  /// COPY into unlogged tables without indexes or constraints, over one connection; only COPY is timed.
  func copy(over connection: PostgresConnection, binary: Bool) async throws -> Double {
    let names = StoreNames(schema: "stripe")
    var seconds = 0.0
    for resource in ResourceName.allCases {
      guard let data = try? Data(contentsOf: file(resource, binary: binary)) else { continue }
      let bytes = [UInt8](data)
      let table = "bench.\"\(resource.definition.table)\""
      let columns = Self.columns(resource).map { "\"\($0)\"" }.joined(separator: ", ")
      try await connection.execute(
        """
        drop table if exists \(table);
        create unlogged table \(table) as select \(columns) from \(names.table(resource)) with no data;
        alter table \(table) alter column raw set compression lz4
        """)
      let sql = "copy \(table) (\(columns)) from stdin (format \(binary ? "binary" : "text"))"
      seconds += try await measured { _ = try await connection.copyIn(sql, [bytes]) }
    }
    await connection.close()
    return seconds
  }

  /// Upserts a sample of charges into a table with the indexes, checks and foreign keys of the real one.
  ///
  /// The store must hold the export, so that the parents are there.
  func upsert(over connection: PostgresConnection, together: Bool) async throws -> Double {
    let columns = Self.columns(.charge)
    let text = try Data(contentsOf: file(.charge))
    let rows = text.split(separator: UInt8(ascii: "\n"), maxSplits: Self.sample).prefix(Self.sample).map(Self.values)
    try await connection.execute(
      """
      drop table if exists bench.rowwise;
      create table bench.rowwise (like stripe.charges including all);
      do $$ declare found record; begin
        for found in select conname, pg_get_constraintdef(oid) as definition from pg_constraint
          where conrelid = 'stripe.charges'::regclass and contype = 'f' loop
          execute format('alter table bench.rowwise add constraint %I %s', found.conname, found.definition);
        end loop;
      end $$
      """)
    let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
    let values = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
    let updates = columns.dropFirst().map { "\"\($0)\" = excluded.\"\($0)\"" }.joined(separator: ", ")
    let sql = """
      insert into bench.rowwise (\(list)) values (\(values)) on conflict (id) do update set \(updates)
      """
    return try await measured {
      if together { try await connection.execute("begin") }
      for row in rows { _ = try await connection.query(sql, row) }
      if together { try await connection.execute("commit") }
    } / Double(rows.count)
  }

  /// A COPY line as values.
  private static func values(_ line: Data) -> [PostgresParameter] {
    line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { field in
      if field.elementsEqual("\\N".utf8) { return .null }
      var bytes: [UInt8] = []
      var isEscaped = false
      for byte in field {
        if isEscaped {
          isEscaped = false
          switch byte {
          case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
          case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
          case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
          default: bytes.append(byte)
          }
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else {
          bytes.append(byte)
        }
      }
      return .text(String(decoding: bytes, as: UTF8.self))
    }
  }
}
