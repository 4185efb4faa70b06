package import StripeModel

/// The silver table of one resource: its columns, what it is made from, and the SQL that makes it. Pure text, no I/O.
///
/// Bronze is read source by source in four steps, which the file holds behind lines `-- step: …`:
/// - `empty`: a select without rows that has the table's columns; what to write where nothing has been accepted yet.
/// - `read`: the sightings of objects in new bronze, as the temporary table `<table>_read`.
/// - `touch`: a select of the partitions (`dt`) that have to be merged with them.
/// - `merge`: one row per object, as the temporary view `<table>_merged`.
package struct SilverModel: Sendable {
  /// The resource.
  package let definition: ResourceDefinition
  let all: [ResourceDefinition]

  /// The model of a declared resource.
  package init(_ resource: ResourceName) {
    self.init(resource.definition, among: GeneratedFiles.definitions)
  }

  init(_ definition: ResourceDefinition, among all: [ResourceDefinition]) {
    self.definition = definition
    self.all = all
  }

  /// The folder of the models, from the repository's root.
  package static let folder = "Sources/Lake/Models/silver"

  /// All models; containers come before what is found in them, so reads and merges follow this order.
  package static let inOrder: [SilverModel] = ordered(GeneratedFiles.definitions)

  static func ordered(_ definitions: [ResourceDefinition]) -> [SilverModel] {
    var waiting = definitions.map { definition in
      let model = SilverModel(definition, among: definitions)
      return (model: model, containers: Set(model.containers))
    }
    var ordered: [SilverModel] = []
    var placed: Set<ResourceName> = []
    while let next = waiting.firstIndex(where: { placed.isSuperset(of: $0.containers) }) {
      let model = waiting.remove(at: next).model
      ordered.append(model)
      placed.insert(model.definition.name)
    }
    return ordered + waiting.map(\.model)
  }

  /// The table's name; the file's too.
  package var table: String { definition.table }

  /// The column that identifies a row.
  package var key: String { SilverNames.key(of: definition) }

  /// The declared columns that go to silver: all but secret ones.
  var declared: [Column] { definition.columns.filter { $0.sensitivity != .secret } }

  /// The declared columns that keep their newest value that is not null.
  var expandOnly: [Column] { declared.filter(\.isExpandOnly) }

  func name(of column: Column) -> String { SilverNames.column(column, in: definition) }

  /// The declared columns with their silver names, in order.
  var contentColumns: [SilverColumn] {
    declared.map { SilverColumn(name: name(of: $0), type: SilverNames.type(of: $0.kind), content: .declared($0)) }
  }

  /// The moment and the sequence of an observation, as DuckDB's type; compared from left to right.
  static let versionType = "struct(observed_at timestamptz, sequence bigint)"
  static let fullVersionType = "struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz)"

  /// All columns in order; the partition, which is no column of the files, last.
  package var columns: [SilverColumn] {
    [SilverColumn(name: key, type: "varchar", content: .key)] + contentColumns + stateColumns
      + [SilverColumn(name: "dt", type: "varchar", content: .partition)]
  }

  /// The bookkeeping between the declared columns and the partition.
  var stateColumns: [SilverColumn] {
    var columns = [
      SilverColumn(name: "is_deleted", type: "boolean", content: .isDeleted),
      SilverColumn(name: "deleted_at", type: "timestamptz", content: .deletedAt),
      SilverColumn(name: "is_placeholder", type: "boolean", content: .isPlaceholder),
      SilverColumn(name: "observed_at", type: "timestamptz", content: .observedAt),
      SilverColumn(name: "observed_sequence", type: "bigint", content: .observedSequence),
      SilverColumn(name: "ingested_at", type: "timestamptz", content: .ingestedAt),
      SilverColumn(name: "bronze_run_id", type: "varchar", content: .bronzeRunID),
      SilverColumn(name: "api_version", type: "varchar", content: .apiVersion),
    ]
    for list in definition.children {
      columns += [
        SilverColumn(name: list.silverName + "_complete_at", type: "timestamptz", content: .listCompleteAt(list)),
        SilverColumn(
          name: list.silverName + "_complete_sequence", type: "bigint", content: .listCompleteSequence(list)),
      ]
    }
    columns.append(SilverColumn(name: "absences", type: Self.versionType + "[]", content: .absences))
    for list in definition.children {
      columns.append(
        SilverColumn(
          name: list.silverName + "_complete_before", type: Self.versionType + "[]", content: .listCompleteBefore(list))
      )
    }
    for column in expandOnly {
      columns.append(
        SilverColumn(
          name: name(of: column) + "_version", type: Self.fullVersionType, content: .expandOnlyVersion(of: column)))
    }
    return columns
  }

  /// The resources in whose child lists objects of this one stand, with those lists.
  var parentLists: [(parent: SilverModel, list: ChildList)] {
    all.flatMap { parent in
      parent.children.filter { $0.resource == definition.name }.map { (SilverModel(parent, among: all), $0) }
    }
  }

  /// The resources in whose child lists objects of this one stand.
  package var parents: [ResourceName] { parentLists.map(\.parent.definition.name) }

  /// The resources inside which objects of this one are sighted: embedded, or expanded on request.
  var sightedIn: [SilverModel] {
    all.map { SilverModel($0, among: all) }.filter { $0.sightings.contains { $0.target == definition.name } }
  }

  /// The resources that have to be read before this one.
  package var containers: [ResourceName] {
    let names = parents + sightedIn.map(\.definition.name)
    return all.map(\.name).filter { names.contains($0) && $0 != definition.name }
  }

  /// What the SQL reads: `bronze.<entity>` and `silver.<table>`.
  package var dependsOn: [String] {
    ["bronze.\(table)"] + containers.compactMap { name in all.first { $0.name == name } }.map { "silver.\($0.table)" }
  }

  /// A place where objects of another resource stand whole.
  struct Sighting: Equatable {
    let target: ResourceName
    let path: JSONPath
  }

  /// The places where objects of other resources stand whole: what is declared embedded, arrays of references, and
  /// references to what has neither an endpoint nor a list and so is only ever found inside others.
  var sightings: [Sighting] {
    var found = definition.embedded.compactMap { path in target(of: path).map { Sighting(target: $0, path: path) } }
    for column in definition.columns {
      switch column.kind {
      case .reference(let target) where isOnlySighted(target):
        found += column.paths.map { Sighting(target: target, path: $0) }
      case .references:
        found += column.paths.compactMap { path in target(of: path).map { Sighting(target: $0, path: path) } }
      default: continue
      }
    }
    // `discount.id` beside `discount` adds nothing.
    return found.filter { $0.path.members.last != "id" }.reduce(into: []) { kept, place in
      if !kept.contains(place) { kept.append(place) }
    }
  }

  private func isOnlySighted(_ target: ResourceName) -> Bool {
    all.contains { $0.name == target && $0.path == nil }
      && !all.contains { $0.children.contains { $0.resource == target } }
  }

  /// The resource whose name a member ends with: a tax rate in `default_tax_rates`.
  private func target(of path: JSONPath) -> ResourceName? {
    let member = "_" + SilverNames.singular(path.members.last ?? "")
    return all.map(\.name).filter { member.hasSuffix("_" + $0.rawValue) }.max { $0.rawValue.count < $1.rawValue.count }
  }

  /// The file with all steps.
  package var sql: String {
    [
      header, "-- step: empty", emptyStep, "-- step: read", readStep, "-- step: touch", touchStep, "-- step: merge",
      mergeStep,
    ].joined(separator: "\n\n") + "\n"
  }

  /// The file.
  var file: GeneratedFile { GeneratedFile(path: "\(Self.folder)/\(table).sql", content: sql) }

  private var header: String {
    let required = declared.filter(\.isRequired).map(name)
    let units = declared.compactMap { column -> String? in
      switch column.kind {
      case .minorUnits(let currency):
        "-- unit: \(name(of: column)) = minor units of \(currency ?? "the parent's currency")"
      case .unixTime: nil
      default: nil
      }
    }
    let lines =
      [
        "-- Generated from the declarations; change those and run `\(GeneratedFiles.command)`.",
        "-- model: \(table)",
        "-- grain: one row per \(SilverNames.singular(table)) of a source: \(key)",
        "-- depends_on: \(dependsOn.joined(separator: ", "))",
        "-- description: \(definition.help)",
      ] + units + [
        "-- assert_unique: \(key)",
        "-- assert_not_null: \(key), is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt",
      ]
      + (required.isEmpty ? [] : ["-- assert_not_null_unless_placeholder: \(required.joined(separator: ", "))"])
      + [
        "-- decision: docs/decisions/0004-deletion-stubs.md",
        "-- decision: docs/decisions/0007-when-a-list-was-complete.md",
      ]
    return lines.joined(separator: "\n")
  }

  private var emptyStep: String {
    let values = columns.map { "null::\($0.type) as \(SQLName.quoted($0.name))" }
    return "select\n  \(values.joined(separator: ",\n  "))\nlimit 0;"
  }
}

extension ChildList {
  /// The first part of the names of its columns in silver.
  var silverName: String { path.members.joined(separator: "_") }
}

extension [String] {
  /// The items with commas between them, in lines of some hundred columns.
  var filled: String {
    var lines = [""]
    for (index, item) in enumerated() {
      let text = item + (index == count - 1 ? "" : ",")
      if let last = lines.last, last.isEmpty || last.count + text.count < 100 {
        lines[lines.count - 1] += (last.isEmpty ? "" : " ") + text
      } else {
        lines.append(text)
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  /// The same text with every line but the first moved to the right.
  func indented(by spaces: Int) -> String {
    replacing("\n", with: "\n" + String(repeating: " ", count: spaces))
  }
}
