package import StripeModel

/// How a resource's JSON becomes typed columns by SQL alone, without the loader's extraction.
///
/// The rows to be read come as a select with the columns `_n`, `_file`, `_line`, `_observed`, `_container` and `_doc`
/// (the JSON as text); the result is a work table with the declared columns beside them. Pure text, no I/O.
package struct Projection: Sendable {
  /// The resource.
  package let definition: ResourceDefinition
  /// The work table's name, a temporary one.
  package let work: String
  /// The column that is filled from the container where the object itself does not say it.
  package let parentColumn: String?

  /// Plans the reading of one resource into a work table.
  package init(_ definition: ResourceDefinition, work: String, parentColumn: String? = nil) {
    self.definition = definition
    self.work = work
    self.parentColumn = parentColumn
  }

  /// The columns every work table begins with: place in the input, time of observation, container, source text.
  private static let placeColumns = [
    ("_n", "integer"), ("_file", "integer"), ("_line", "bigint"), ("_observed", "timestamptz"),
    ("_container", "text collate \"C\""), ("_doc", "text compression lz4"),
  ]

  private var columns: [(name: String, type: String, value: (ProjectionTree) -> String)] {
    var columns: [(String, String, (ProjectionTree) -> String)] = [
      ("id", "text collate \"C\"", { $0.value(["id"], as: "text") }),
      ("_stub", "boolean", { "coalesce(\($0.value(["deleted"], as: "boolean")), false)" }),
      ("_expanded", "jsonb", { expanded($0) }),
    ]
    for (index, list) in definition.children.enumerated() {
      columns += [
        ("_list\(index)_count", "bigint", { Self.listCount($0.value(list.path.members, as: "jsonb")) }),
        ("_list\(index)_more", "boolean", { Self.listMember("has_more", "boolean", of: list, $0) }),
        ("_list\(index)_total", "bigint", { Self.listMember("total_count", "bigint", of: list, $0) }),
      ]
    }
    for column in definition.columns {
      columns.append((column.name, column.kind.sqlType + collation(of: column), { value(of: column, $0) }))
    }
    return columns
  }

  private func collation(of column: Column) -> String { column.kind.sqlCollation.map { " collate \"\($0)\"" } ?? "" }

  /// The statement that makes the work table, dropped at the end of the transaction.
  package var createTable: String {
    let lines = Self.placeColumns.map { "\($0.0) \($0.1)" } + columns.map { "\(SQLName.quoted($0.name)) \($0.type)" }
    // Rows of a few kilobytes stay as they are: compressing them would cost more than it saves.
    return """
      create temporary table \(SQLName.quoted(work)) (
        \(lines.joined(separator: ",\n  "))
      ) with (toast_tuple_target = 8160) on commit drop
      """
  }

  /// The statement that reads the rows of a select into the work table.
  package func insert(from rows: String) -> String { "insert into \(SQLName.quoted(work))\n\(select(from: rows))" }

  /// The select that takes the JSON apart; with a name, only that column, to find the one that cannot be read.
  package func select(from rows: String, only name: String? = nil) -> String {
    let chosen = columns.filter { name == nil || $0.name == name }
    var tree = tree(for: name)
    if name == nil { tree.add(["deleted"], as: "boolean") }
    let values =
      Self.placeColumns.map { "s.\($0.0)" } + chosen.map { "\($0.value(tree)) as \(SQLName.quoted($0.name))" }
    return """
      select
        \(values.joined(separator: ",\n  "))
      from (\(rows)) as s
      cross join lateral (select s._doc::jsonb as j offset 0) as d
      \(tree.joins(of: "d.j").joined(separator: "\n"))
      """
  }

  /// The names of the columns that are read from the JSON, in the order of the work table.
  package var columnNames: [String] { columns.map(\.name) }

  private func tree(for name: String?) -> ProjectionTree {
    var tree = ProjectionTree()
    tree.add(["id"], as: "text")
    if name == "_stub" { tree.add(["deleted"], as: "boolean") }
    for list in definition.children where name == nil || name?.hasPrefix("_list") == true {
      tree.add(list.path.members, as: "jsonb")
    }
    for column in definition.columns
    where name == nil || name == column.name || (name == "_expanded" && column.kind.isReference) {
      for path in column.paths { tree.add(path.members, as: Self.recordType(of: column.kind)) }
    }
    return tree
  }
}

extension Projection {
  private static func recordType(of kind: ColumnKind) -> String {
    switch kind {
    case .text, .enumeration, .currency: "text"
    case .boolean: "boolean"
    case .integer, .minorUnits, .unixTime: "bigint"
    case .decimal: "numeric"
    case .reference, .expandable, .references, .json: "jsonb"
    }
  }

  private func value(of column: Column, _ tree: ProjectionTree) -> String {
    let type = Self.recordType(of: column.kind)
    var values = column.paths.map { path in
      let place = tree.value(path.members, as: type)
      return switch column.kind {
      case .unixTime: "to_timestamp(\(place))"
      case .reference, .expandable: Self.id(of: place)
      case .references: Self.ids(of: place)
      default: place
      }
    }
    if column.name == parentColumn { values.append("s._container") }
    let value = values.count == 1 ? values[0] : "coalesce(\(values.joined(separator: ", ")))"
    return isID(column) ? "nullif(\(value), '')" : value
  }

  /// Stripe writes an empty text where some references are unset.
  private func isID(_ column: Column) -> Bool { column.kind.isReference && column.kind != .references }

  /// An expandable field: an id, an object or a deletion stub with one, or null.
  private static func id(of place: String) -> String {
    "case jsonb_typeof(\(place)) when 'string' then \(place) #>> '{}' when 'object' then \(place) ->> 'id' end"
  }

  private static func ids(of place: String) -> String {
    """
    case jsonb_typeof(\(place)) when 'array' then (select coalesce(jsonb_agg(case jsonb_typeof(e.x) \
    when 'object' then e.x -> 'id' else e.x end order by e.n), '[]') \
    from jsonb_array_elements(\(place)) with ordinality as e(x, n)) end
    """
  }

  private static func elements(of place: String) -> String {
    "case jsonb_typeof(\(place)) when 'array' then \(place) when 'object' then \(place) -> 'data' end"
  }

  private static func listCount(_ place: String) -> String {
    let elements = elements(of: place)
    return "case jsonb_typeof(\(elements)) when 'array' then jsonb_array_length(\(elements)) end"
  }

  private static func listMember(_ name: String, _ type: String, of list: ChildList, _ tree: ProjectionTree) -> String {
    let place = tree.value(list.path.members, as: "jsonb")
    return "case jsonb_typeof(\(place)) when 'object' then (\(place) ->> '\(name)')::\(type) end"
  }

  /// The objects found where an id could stand: sightings, whose rows in the store are no surprise.
  private func expanded(_ tree: ProjectionTree) -> String {
    var conditions: [String] = []
    var values: [String] = []
    for column in definition.columns where column.kind.isReference {
      for path in column.paths {
        let place = tree.value(path.members, as: "jsonb")
        // An array is looked at only where the kind is one: everything else is an id or an object.
        conditions.append(
          column.kind == .references
            ? "\(place) @? '$[*] ? (@.type() == \"object\")'" : "jsonb_typeof(\(place)) = 'object'")
        values.append(place)
      }
    }
    for path in definition.collapsed + definition.embedded {
      let place = Self.jsonPath(path)
      conditions.append("d.j @? \(SQLName.literal(place + " ? (@.type() == \"object\")"))")
      values.append("jsonb_path_query_array(d.j, \(SQLName.literal(place)))")
    }
    guard !values.isEmpty else { return "null::jsonb" }
    let isAny = conditions.joined(separator: " or ")
    return "case when \(isAny) then jsonb_build_array(\(values.joined(separator: ", "))) end"
  }

  private static func jsonPath(_ path: JSONPath) -> String {
    "$" + path.members.map { ".\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }.joined()
  }
}
