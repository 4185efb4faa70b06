package import StripeModel

/// The columns and tables that are ours, not Stripe's.
package enum Bookkeeping {
  /// The columns after the declared ones, in order; `expanded_hash` only where columns must be asked for, and one
  /// column for each child list.
  package static func columns(of definition: ResourceDefinition) -> [TableColumn] {
    var columns = [
      TableColumn("raw", "json", .bookkeeping, compression: "lz4"),
      TableColumn("api_version", "text", .bookkeeping),
      TableColumn("content_hash", "bigint", .bookkeeping),
    ]
    if definition.hasExpandOnlyColumns { columns.append(TableColumn("expanded_hash", "bigint", .bookkeeping)) }
    return columns + [
      TableColumn("observed_at", "timestamptz", .bookkeeping),
      TableColumn("observed_sequence", "bigint", .bookkeeping, isNotNull: true, default: "0"),
      TableColumn("first_seen_at", "timestamptz", .bookkeeping, isNotNull: true, default: "now()"),
      TableColumn("last_changed_at", "timestamptz", .bookkeeping, isNotNull: true, default: "now()"),
      TableColumn("deleted", "boolean", .bookkeeping, isNotNull: true, default: "false"),
      TableColumn("deleted_at", "timestamptz", .bookkeeping),
      TableColumn("is_placeholder", "boolean", .bookkeeping, isNotNull: true, default: "false"),
      TableColumn("run_id", "text", .bookkeeping),
    ] + definition.children.map { TableColumn($0.completeColumn, "timestamptz", .bookkeeping) }
  }

  /// What a bookkeeping column means, for the data dictionary.
  static func help(_ column: String, in definition: ResourceDefinition) -> String {
    if let list = definition.children.first(where: { $0.completeColumn == column }) {
      return "When `\(list.path.dotted)` was last seen complete: an older child that comes later is one that vanished"
    }
    return help[column] ?? ""
  }

  private static let help: [String: String] = [
    "raw": "The object's own bytes as they were read, `client_secret` values masked",
    "api_version": "The API version the object was rendered in; null where the export does not say",
    "content_hash": "64 bits of SHA-256 over the canonical form; equal objects have equal hashes",
    "expanded_hash": "The same over the columns that are only sent when asked for; null if none was there",
    "observed_at": "When the source was read: the newer observation wins",
    "observed_sequence": "Orders observations of one moment: 0 for a sighting in another, 1 for a read, 2 for an event",
    "first_seen_at": "When the row came to be",
    "last_changed_at": "When the row's content last changed",
    "deleted": "Whether Stripe says that the object is gone; the row stays",
    "deleted_at": "When that was learnt",
    "is_placeholder": "Whether the object was only referred to so far; its other columns are empty",
    "run_id": "The run that wrote the row last",
  ]

  /// The tables beside the resources', but for `_migrations`, which the runner makes before the first migration.
  static let tables: [TableLayout] = [
    TableLayout(
      name: "_runs",
      columns: [
        TableColumn("run_id", "text", .bookkeeping, isNotNull: true),
        TableColumn("command", "text", .bookkeeping, isNotNull: true),
        TableColumn("resource", "text", .bookkeeping),
        TableColumn("started_at", "timestamptz", .bookkeeping),
        TableColumn("finished_at", "timestamptz", .bookkeeping),
        TableColumn("status", "text", .bookkeeping),
        TableColumn("report", "jsonb", .bookkeeping),
      ],
      primaryKey: [],
      indexes: [.init(name: "_runs_run_id_idx", columns: ["run_id"], predicate: nil)]),
    TableLayout(
      name: "_exports",
      columns: [
        TableColumn("sha256", "text", .key, isNotNull: true),
        TableColumn("first_observed_at", "timestamptz", .bookkeeping),
        TableColumn("file", "text", .bookkeeping),
        TableColumn("run_id", "text", .bookkeeping),
      ],
      primaryKey: ["sha256"]),
    TableLayout(
      name: "_bronze_parts",
      columns: [
        TableColumn("part", "text", .key, isNotNull: true),
        TableColumn("bytes", "bigint", .bookkeeping, isNotNull: true),
        TableColumn("lines", "bigint", .bookkeeping, isNotNull: true),
        TableColumn("first_run_id", "text", .bookkeeping),
        TableColumn("last_run_id", "text", .bookkeeping),
        TableColumn("updated_at", "timestamptz", .bookkeeping),
      ],
      primaryKey: ["part"]),
    TableLayout(
      name: "_leases",
      columns: [
        TableColumn("name", "text", .key, isNotNull: true),
        TableColumn("token", "text", .bookkeeping, isNotNull: true),
        TableColumn("command", "text", .bookkeeping, isNotNull: true),
        TableColumn("run_id", "text", .bookkeeping, isNotNull: true),
        TableColumn("host", "text", .bookkeeping),
        TableColumn("pid", "bigint", .bookkeeping),
        TableColumn("taken_at", "timestamptz", .bookkeeping, isNotNull: true),
        TableColumn("heartbeat_at", "timestamptz", .bookkeeping, isNotNull: true),
      ],
      primaryKey: ["name"]),
    TableLayout(
      name: "_coverage",
      columns: [
        TableColumn("resource", "text", .key, isNotNull: true),
        TableColumn("outcome", "text", .bookkeeping, isNotNull: true),
        TableColumn("reason", "text", .bookkeeping),
        TableColumn("status", "integer", .bookkeeping),
        TableColumn("listed_at", "timestamptz", .bookkeeping),
        TableColumn("proven_at", "timestamptz", .bookkeeping),
        TableColumn("read_at", "timestamptz", .bookkeeping),
        TableColumn("synced_at", "timestamptz", .bookkeeping),
        TableColumn("run_id", "text", .bookkeeping),
      ],
      primaryKey: ["resource"]),
    TableLayout(
      name: "_source",
      columns: [
        TableColumn("only_row", "boolean", .key, isNotNull: true, default: "true"),
        TableColumn("livemode", "boolean", .bookkeeping),
        TableColumn("created_at", "timestamptz", .bookkeeping),
        TableColumn("account_id", "text", .bookkeeping),
      ],
      primaryKey: ["only_row"],
      checks: [.init(name: "_source_only_row", expression: "only_row")]),
  ]
}
