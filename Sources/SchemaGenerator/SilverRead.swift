import StripeModel

/// The read step: every place where objects of the resource stand, taken apart into typed columns.
///
/// Members are read as JSON and typed by macros, so that a wrong type is told from nothing at all. Nested members that
/// several columns come from are opened once.
extension SilverModel {
  /// The largest line that is read: an object with a very long list is one line.
  static let lineLimitBytes = 64 << 20

  var readStep: String {
    let stages =
      ["objects as (\n  \(objects.indented(by: 2))\n)"] + opened + ["typed as (\n  \(typed.indented(by: 2))\n)"]
    return """
      \(Self.macros)

      create or replace table \(table)_read as
      with \((sources.map { "\($0.name) as (\n  \($0.sql.indented(by: 2))\n)" } + stages).joined(separator: ",\n"))
      \(judged);\(doubts)
      """
  }

  /// Nobody knows which element one that cannot be read is: the list it stands in says nothing of what is gone.
  private var doubts: String {
    parentLists.map { parent, list in
      """


      -- A list with an element that cannot be read does not show what is gone.
      update \(parent.table)_read set \(list.silverName)_is_complete = false
      from (select distinct \(parentKey(list)) as parent_id, observed_at, observed_sequence
        from \(table)_read where broken is not null) as doubtful
      where \(parent.table)_read.\(parent.key) = doubtful.parent_id
        and \(parent.table)_read.observed_at = doubtful.observed_at
        and \(parent.table)_read.observed_sequence = doubtful.observed_sequence;
      """
    }.joined()
  }

  // MARK: How a value is read

  /// What turns a member into a value: null where it is absent, null or of another type; `fault` tells the last.
  private static let macros = """
    -- A member as the type of its column; null where it is absent, null or something else.
    create or replace macro as_text(member) as case when member like '"%' then member ->> '$' end;
    create or replace macro as_boolean(member) as case member when 'true' then true when 'false' then false end;
    create or replace macro as_integer(member) as
      case when not contains(member::varchar, '.') then try_cast(member::varchar as bigint) end;
    create or replace macro as_decimal(member) as try_cast(trim(member::varchar, '"') as decimal(38, 18));
    -- Unix seconds of the years 1 to 9999.
    create or replace macro as_time(member) as
      case when as_integer(member) between -62135596800 and 253402300799 then to_timestamp(as_integer(member)) end;
    -- An id, the object itself or its deletion stub; Stripe writes an empty text where some references are unset.
    create or replace macro as_id(member) as nullif(
      case when member like '"%' then member ->> '$' when member like '{%' then member ->> '$.id' end, '');
    create or replace macro as_ids(member) as case when member like '[%' then
      list_transform(from_json(member, '["json"]'), lambda element: as_id(element)) end;
    -- What is wrong with a member that was there and gave no value, and with one that must be there; what people
    -- wrote or are called is not repeated.
    create or replace macro wrong(value, member, place, expected) as
      case when value is null and member is not null then
        place || ': expected ' || expected || ', found ' || left(member::varchar, 60) end;
    create or replace macro wrong_personal(value, member, place, expected) as
      case when value is null and member is not null then
        place || ': expected ' || expected || ', found ' || lower(json_type(member)) end;
    create or replace macro missing(member, place) as case when member is null then place || ': missing' end;
    """

  private static func reading(of kind: ColumnKind) -> (macro: String?, expected: String) {
    switch kind {
    case .text, .enumeration: ("as_text", "a text")
    case .currency: ("as_text", "a currency code")
    case .boolean: ("as_boolean", "true or false")
    case .integer: ("as_integer", "a whole number")
    case .minorUnits: ("as_integer", "a whole number of minor units")
    case .decimal: ("as_decimal", "a decimal number")
    case .unixTime: ("as_time", "unix seconds")
    case .reference, .expandable: ("as_id", "an id or an object")
    case .references: ("as_ids", "an array of ids or objects")
    case .json: (nil, "any json")
    }
  }

  /// The members that are read, with the places below them.
  private var tree: SilverTree {
    let tree = SilverTree()
    for path in [["id"], ["deleted"]] { tree.add(path) }
    for path in declared.flatMap(\.paths) { tree.add(path.members) }
    for list in definition.children {
      for member in ["data", "has_more", "total_count"] { tree.add(list.path.members + [member]) }
    }
    // The places of sightings are read with wildcards, from the whole member.
    for place in sightings { tree.add([place.path.members[0]]) }
    return tree
  }

  /// Where the JSON of a column stands: one place, or the first of several that is not null.
  private func member(of column: Column) -> String {
    let places = column.paths.map { tree.place(of: $0.members) }
    return places.count == 1 ? places[0] : "member_of_" + name(of: column)
  }

  // MARK: Where objects stand

  private struct Source { let name: String, sql: String }

  private var hasContainers: Bool { !containers.isEmpty }

  private var sources: [Source] {
    [Source(name: "bronze", sql: bronze)] + parentLists.map(elements) + sighted
  }

  private var bronze: String {
    let place = hasContainers ? "\n  null::varchar as container_id,\n  null::varchar as container_dt," : ""
    return """
      -- A line that is no json is a row of nulls.
      select
        data,\(place)
        meta.observed_at as observed_at,
        meta.sequence as observed_sequence,
        meta.ingested_at as ingested_at,
        meta.run_id as bronze_run_id,
        meta.api_version as api_version
      from read_json(
        getvariable('bronze_\(table)'), format = 'newline_delimited', ignore_errors = true,
        maximum_object_size = \(Self.lineLimitBytes),
        columns = {
          data: 'struct(
            \(tree.members.map { "\(SQLName.quoted($0)) json" }.filled.indented(by: 6)))',
          meta: 'struct(
            run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
        })
      where meta is null or meta.ingested_at <= getvariable('as_of')
      """
  }

  /// The struct a JSON object is read as, as `json_transform` wants it.
  private var structure: String { "{\(tree.members.map { "\"\($0)\": \"json\"" }.filled)}" }

  private func elements(of parent: SilverModel, _ list: ChildList) -> Source {
    Source(
      name: "\(parent.table)_\(list.silverName)",
      sql: """
        -- The elements of a list have the version of the object around them.
        select
          unnest(json_transform(\(list.silverName)_json, '[\(structure.indented(by: 4))]')) as data,
          \(parent.key) as container_id,
          dt as container_dt,
          observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
        from \(parent.table)_read
        where broken is null and \(list.silverName)_json is not null
        """)
  }

  private var sighted: [Source] {
    guard !sightedIn.isEmpty else { return [] }
    let selects = sightedIn.map { container in
      """
      select unnest(sighted_\(table)) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
      from \(container.table)_read where broken is null
      """
    }.joined(separator: "\nunion all\n")
    return [
      Source(name: "sightings", sql: selects),
      Source(
        name: "sighted",
        sql: """
          -- Sequence 0: a record of its own of the same second counts more.
          select
            json_transform(sighting, '\(structure.indented(by: 4))') as data,
            null::varchar as container_id,
            dt as container_dt,
            observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
          from sightings
          where sighting ->> '$.object' = '\(definition.object)'
          """),
    ]
  }

  private var objects: String {
    sources.filter { $0.name != "sightings" }.map { "select * from \($0.name)" }.joined(separator: "\nunion all\n")
  }

  // MARK: From members to columns

  /// One stage that opens nested objects, one that picks the first place of several; each only where there is need.
  private var opened: [String] {
    var stages: [String] = []
    var last = "objects"
    let nested = tree.opened.map { "json_transform(\($0.place), '\($0.structure)') as \($0.name)" }
    if !nested.isEmpty {
      stages.append("opened as (\n  select\n    *,\n    \(nested.joined(separator: ",\n    "))\n  from \(last)\n)")
      last = "opened"
    }
    let chosen = declared.filter { $0.paths.count > 1 }.map { column in
      let places = column.paths.map { tree.place(of: $0.members) }
      return "coalesce(\(places.joined(separator: ", "))) as \(member(of: column))"
    }
    if !chosen.isEmpty {
      stages.append(
        """
        found as (
          -- The newest api version's place first.
          select
            *,
            \(chosen.joined(separator: ",\n    "))
          from \(last)
        )
        """)
    }
    return stages
  }

  private var lastStage: String {
    if declared.contains(where: { $0.paths.count > 1 }) { return "found" }
    return tree.opened.isEmpty ? "objects" : "opened"
  }

  private var typed: String {
    let values = declared.map { column in "\(value(of: column)) as \(SQLName.quoted(name(of: column)))" }
    let lists = definition.children.map { list in
      let data = tree.place(of: list.path.members + ["data"])
      return "case when \(data) like '[_%' and \(data) <> '[]' then \(data) end as \(list.silverName)_json"
    }
    let lines =
      ["*", "as_text(data.id) as \(key)", "coalesce(data.deleted = 'true', false) as is_stub"] + values + lists
      + sightingColumns
    return "select\n  \(lines.joined(separator: ",\n  "))\nfrom \(lastStage)"
  }

  private func value(of column: Column) -> String {
    let member = member(of: column)
    let value = Self.reading(of: column.kind).macro.map { "\($0)(\(member))" } ?? member
    guard parentLists.contains(where: { $0.list.parentColumn == column.name }) else { return value }
    return "coalesce(\(value), container_id)"
  }

  /// For each resource that is sighted inside this one: the objects, as a list of JSON.
  private var sightingColumns: [String] {
    let targets = sightings.map(\.target).reduce(into: [ResourceName]()) { if !$0.contains($1) { $0.append($1) } }
    return targets.compactMap { target in
      guard let found = all.first(where: { $0.name == target }) else { return nil }
      let places = sightings.filter { $0.target == target }.map { wildcard($0.path) }
      let list = places.count == 1 ? places[0] : "list_concat(\(places.joined(separator: ", ")))"
      return "list_filter(\(list), lambda place: place like '{%') as sighted_\(found.table)"
    }
  }

  /// All that stands at a place, as a list; members with a plural name are arrays.
  private func wildcard(_ path: JSONPath) -> String {
    let isArray = path.members.map { $0.hasSuffix("s") }
    let member = "data.\(SQLName.quoted(path.members[0]))"
    guard isArray.contains(true) || path.members.count > 1 else { return "[\(member)]" }
    let steps = zip(path.members, isArray).enumerated().map { index, step in
      (index == 0 ? "" : "." + step.0) + (step.1 ? "[*]" : "")
    }
    let place = "json_extract(\(member), '$\(steps.joined())')"
    return isArray.contains(true) ? place : "[\(place)]"
  }

  private var judged: String {
    let day = createdColumn.map { "strftime(\($0) at time zone 'UTC', '%Y-%m-%d'), " } ?? ""
    let container = hasContainers ? "container_dt, " : ""
    let ids = [key] + contentColumns.map { SQLName.quoted($0.name) }
    let lists = definition.children.flatMap { list in
      [list.silverName + "_json", "\(completeness(of: list)) as \(list.silverName)_is_complete"]
    }
    let sighted = sightingColumns.compactMap { $0.split(separator: " ").last.map(String.init) }
    let lines =
      ids + ["is_stub", "observed_at", "observed_sequence", "ingested_at", "bronze_run_id", "api_version"]
      + ["case when not is_stub then coalesce(\(day)\(container)'unknown') end as dt"] + lists + sighted
    return """
      select
        \(lines.joined(separator: ",\n  ")),
        case
          when ingested_at is null then 'not JSON'
          when \(key) is null or \(key) = '' then 'id: missing'
          when is_stub then null
          else nullif(concat_ws('; ',
            \(faults.joined(separator: ",\n      "))), '')
        end as broken
      from typed
      """
  }

  /// The column that says when an object began: of discounts, which have no moment of creation, their start.
  var createdColumn: String? {
    let members = [definition.listing.createdMember, "created", "start"]
    let column = members.compactMap { member in
      declared.first { $0.kind == .unixTime && $0.paths.first?.members == [member] }
    }.first
    return column.map(name)
  }

  /// A list whose end is in sight; a deleted object has an empty one of all that exists only inside it.
  private func completeness(of list: ChildList) -> String {
    let place = { tree.place(of: list.path.members + [$0]) }
    let isInside = all.first { $0.name == list.resource }?.listing.scope == .inside
    let complete = """
      \(place("data")) like '[%' and coalesce(\(place("has_more")) <> 'true', true)
          and coalesce(as_integer(\(place("total_count"))), 0) <= json_array_length(\(place("data")))
      """
    return "coalesce(\(isInside ? "is_stub or (\(complete))" : "not is_stub and \(complete)"), false)"
  }

  private var faults: [String] {
    declared.flatMap { column -> [String] in
      let (macro, expected) = Self.reading(of: column.kind)
      let member = member(of: column)
      let place = column.paths[0].dotted
      var faults: [String] = []
      if let macro {
        let found = macro == "as_id" ? "nullif(\(member), '\"\"')" : member
        let wrong = column.sensitivity == .plain ? "wrong" : "wrong_personal"
        faults.append("\(wrong)(\(SQLName.quoted(name(of: column))), \(found), '\(place)', '\(expected)')")
      }
      if column.isRequired { faults.append("missing(\(member), '\(place)')") }
      return faults
    }
  }
}

/// The members that are read, and which of them are opened.
struct SilverTree {
  private final class Node {
    var isRead = false
    var members: [String] = []
    var children: [String: Node] = [:]
  }

  private let root = Node()

  func add(_ path: [String]) {
    var node = root
    for member in path {
      if node.children[member] == nil {
        node.members.append(member)
        node.children[member] = Node()
      }
      node = node.children[member] ?? Node()
    }
    node.isRead = true
  }

  /// The members of the object itself.
  var members: [String] { root.members }

  /// The members that several columns come from: name, place and the structure they are opened as.
  var opened: [(name: String, place: String, structure: String)] {
    root.members.compactMap { member in
      guard let node = root.children[member], Self.count(node) > 1 else { return nil }
      return ("in_" + member, "data.\(SQLName.quoted(member))", Self.structure(of: node))
    }
  }

  private static func count(_ node: Node) -> Int {
    node.members.reduce(0) { sum, member in
      sum + (node.children[member].map { ($0.isRead ? 1 : 0) + count($0) } ?? 0)
    }
  }

  private static func structure(of node: Node) -> String {
    let members = node.members.map { member -> String in
      guard let child = node.children[member], !child.isRead, !child.members.isEmpty else {
        return "\"\(member)\": \"json\""
      }
      return "\"\(member)\": \(structure(of: child))"
    }
    return "{\(members.joined(separator: ", "))}"
  }

  /// The JSON at a place that was added; null where it is absent or null.
  func place(of path: [String]) -> String {
    let first = path[0]
    guard path.count > 1, let node = root.children[first] else { return "data.\(SQLName.quoted(first))" }
    guard Self.count(node) > 1 else { return Self.extracted("data.\(SQLName.quoted(first))", path.dropFirst()) }
    var place = "in_" + first
    var at = node
    for (index, member) in path.enumerated().dropFirst() {
      place += "." + SQLName.quoted(member)
      guard let next = at.children[member] else { return place }
      // A member that is read whole is JSON; what lies below it is taken from there.
      if next.isRead && index < path.count - 1 { return Self.extracted(place, path.dropFirst(index + 1)) }
      at = next
    }
    return place
  }

  private static func extracted(_ place: String, _ rest: ArraySlice<String>) -> String {
    "nullif(\(place) -> '$.\(rest.joined(separator: "."))', 'null')"
  }
}
