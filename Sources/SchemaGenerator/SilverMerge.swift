import StripeModel

/// The touch and merge steps: one row per object out of what silver has and what was read.
///
/// Content, deletions and complete lists are each merged so that the order of arrival does not matter: the newest
/// content; every later observation that shows the object is gone; every complete rendering of a list.
extension SilverModel {
  /// The sequence of a deletion: after all else of its second.
  static let deletionSequence = 9

  // MARK: Touch

  var touchStep: String {
    var selects = [
      "select dt from \(table)_read where broken is null and dt is not null",
      "-- Placeholders move to their day once their content comes.\nselect 'unknown' from \(table)_read",
      """
      -- The rows of objects that do not say here when they began.
      select \(accepted("dt")) from \(files("silver_ids"))
      where \(key) in (select \(key) from \(table)_read where \(saysNoDay) and broken is null)
      """,
    ]
    for (parent, list) in parentLists {
      selects.append(
        """
        -- What a complete list may have lost.
        select \(accepted("dt")) from \(files("silver_ids"))
        where \(parentKey(list)) in (
          select \(parent.key) from \(parent.table)_read where broken is null and \(list.silverName)_is_complete)
        """)
    }
    return "select distinct dt from (\n  \(selects.joined(separator: "\nunion all\n").indented(by: 2))\n) as touched;"
  }

  /// Deletion stubs; and where the day may be that of one container or another, those that have to take it from there.
  private var saysNoDay: String {
    guard !sightedIn.isEmpty, let createdColumn else { return "is_stub" }
    return "(is_stub or \(createdColumn) is null)"
  }

  private func files(_ variable: String) -> String {
    "read_parquet(getvariable('\(variable)_\(table)'), filename = true)"
  }

  /// The partition stands in the file's path.
  private func accepted(_ name: String) -> String { "regexp_extract(filename, 'dt=([^/]+)/', 1) as \(name)" }

  func parentKey(_ list: ChildList) -> String {
    definition.column(list.parentColumn).map(name) ?? list.parentColumn
  }

  // MARK: Merge

  var mergeStep: String {
    [Self.macros, acceptedView, unsettledTable, settledTable, mergedView].joined(separator: "\n\n")
  }

  private static let macros = """
    -- Versions are compared from left to right.
    create or replace macro version(observed_at, sequence) as
      {'observed_at': observed_at, 'sequence': sequence}::\(versionType);
    -- All versions of a complete list, newest first.
    create or replace macro versions(observed_at, sequence, before) as
      case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;
    """

  private var names: [String] { columns.map { SQLName.quoted($0.name) } }

  private var acceptedView: String {
    let kept = (names.dropLast() + [accepted("dt")]).filled.indented(by: 2)
    return """
      -- What silver has in the touched partitions.
      create or replace view \(table)_accepted as
      select
        \(kept)
      from \(files("silver"));
      """
  }

  /// The lists of parents as `parents_<list>`: id, newest version, all versions.
  private var parentTables: [String] {
    parentLists.map { parent, list in
      let (at, sequence) = (list.silverName + "_complete_at", list.silverName + "_complete_sequence")
      let columns = """
        select \(parent.key) as parent_id,
          versions(\(at), \(sequence), \(list.silverName)_complete_before) as complete
        """
      var selects = ["\(columns)\nfrom \(parent.table)_merged\nwhere \(at) is not null"]
      if definition.path != nil {
        selects.append(
          """
          -- Objects with a bronze entity of their own come without their parents.
          \(columns)
          from read_parquet(getvariable('silver_ids_\(parent.table)'))
          where \(at) is not null
            and \(parent.key) in (select \(parentKey(list)) from \(table)_read where broken is null)
          """)
      }
      return
        "\(parent.table)_\(list.silverName) as (\n  \(selects.joined(separator: "\nunion all\n").indented(by: 2))\n)"
    }
  }

  private var unsettledTable: String {
    let parents = parentLists.map { ", " + parentKey($0.list) }.joined()
    let lost = parentLists.map { parent, list in
      """

      union
      -- Gone from a complete list of the parent.
      select \(key) from candidates
      join \(parent.table)_\(list.silverName) as parent on parent.parent_id = candidates.\(parentKey(list))
      where parent.complete[1] > version(observed_at, observed_sequence)
      """
    }.joined()
    let ctes =
      parentTables + [
        """
        candidates as (
          select \(key), is_stub, observed_at, observed_sequence\(parents) from \(table)_read where broken is null
          union all
          select \(key), false, observed_at, observed_sequence\(parents) from \(table)_accepted
        )
        """
      ]
    return """
      -- The few objects whose row does not follow from one observation.
      create or replace table \(table)_unsettled as
      with \(ctes.joined(separator: ",\n"))
      select \(key) from candidates group by \(key) having count(*) > 1 or bool_or(is_stub)\(lost);
      """
  }

  private var lists: [String] { definition.children.map(\.silverName) }

  private var settledTable: String {
    let ctes =
      parentTables + [candidates, ranked, newest, gone, absences] + remembered
    return """
      create or replace table \(table)_settled as
      with \(ctes.joined(separator: ",\n"))
      \(settled);
      """
  }

  /// Everything known of the unsettled objects, in one form.
  private var candidates: String {
    let content = ([key] + contentColumns.map { SQLName.quoted($0.name) }).filled.indented(by: 4)
    let bookkeeping = "observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt"
    let deletion = "version(observed_at, \(Self.deletionSequence))"
    let readLists = lists.map {
      ",\n    case when \($0)_is_complete then [version(observed_at, if(is_stub, \(Self.deletionSequence), "
        + "observed_sequence))] end as \($0)_complete"
    }
    let acceptedLists = lists.map {
      ",\n    versions(\($0)_complete_at, \($0)_complete_sequence, \($0)_complete_before)"
    }
    let readVersions = expandOnly.map { ",\n    \(ownVersion(of: $0)) as \(versionName($0))" }
    let acceptedVersions = expandOnly.map { ",\n    \(versionName($0))" }
    return """
      candidates as (
        select
          \(content), is_stub,
          \(bookkeeping),
          case when is_stub then [\(deletion)] end as absences\(readLists.joined())\(readVersions.joined())
        from \(table)_read semi join \(table)_unsettled using (\(key))
        where broken is null
        union all
        select
          \(content), is_placeholder,
          \(bookkeeping),
          absences\(acceptedLists.joined())\(acceptedVersions.joined())
        from \(table)_accepted semi join \(table)_unsettled using (\(key))
      )
      """
  }

  private func versionName(_ column: Column) -> String { name(of: column) + "_version" }

  private func ownVersion(of column: Column) -> String {
    "case when \(SQLName.quoted(name(of: column))) is not null then {'observed_at': observed_at, 'sequence': "
      + "observed_sequence, 'ingested_at': ingested_at}::\(Self.fullVersionType) end"
  }

  private var ranked: String {
    let content = contentColumns.filter { column in
      if case .declared(let column) = column.content { !column.isExpandOnly } else { true }
    }
    let hashed = content.map { SQLName.quoted($0.name) } + ["bronze_run_id", "api_version", "dt"]
    return """
      ranked as (
        -- The hash decides what nothing else does, so that the same rows win in any order.
        select *, row_number() over (
          partition by \(key)
          order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
            hash(
              \(hashed.filled.indented(by: 8))) desc) as place
        from candidates
      )
      """
  }

  private var newest: String { "newest as (\n  select * from ranked where place = 1\n)" }

  private var gone: String {
    let lost = parentLists.map { parent, list in
      """

      union all
      select newest.\(key), unnest(parent.complete)
        from newest join \(parent.table)_\(list.silverName) as parent on parent.parent_id = newest.\(parentKey(list))
      """
    }.joined().indented(by: 2)
    return "gone as (\n  select \(key), unnest(absences) as absence from candidates\(lost)\n)"
  }

  private var absences: String {
    """
    later as (
      select gone.\(key), list_sort(list_distinct(list(gone.absence))) as absences
      from gone join newest using (\(key))
      where newest.is_stub
        or gone.absence > version(newest.observed_at, newest.observed_sequence)
      group by gone.\(key)
    )
    """
  }

  /// Complete lists, and what only comes on request: kept whatever the newest content says.
  private var remembered: [String] {
    var stages: [String] = []
    if !lists.isEmpty {
      let values = lists.map { "list_reverse_sort(list_distinct(flatten(list(\($0)_complete)))) as \($0)_complete" }
      stages.append(
        """
        complete as (
          select \(key), \(values.joined(separator: ",\n    "))
          from candidates group by \(key)
        )
        """)
    }
    if !expandOnly.isEmpty {
      let values = expandOnly.flatMap { column in
        let value = SQLName.quoted(name(of: column))
        let order = "{'version': \(versionName(column)), 'tie': hash(\(value))}"
        return [
          "arg_max(\(value), \(order)) filter (where \(value) is not null) as \(value)",
          "max(\(versionName(column))) as \(versionName(column))",
        ]
      }
      stages.append(
        """
        asked as (
          -- Absent says nothing where Stripe has to be asked for it.
          select \(key),
            \(values.joined(separator: ",\n    "))
          from candidates group by \(key)
        )
        """)
    }
    return stages
  }

  private var settled: String {
    let values = columns.map { column -> String in
      let name = SQLName.quoted(column.name)
      return switch column.content {
      case .isDeleted: "later.absences is not null as is_deleted"
      case .deletedAt: "later.absences[1].observed_at as deleted_at"
      case .isPlaceholder: "newest.is_stub as is_placeholder"
      case .absences: "later.absences"
      case .declared(let declared) where declared.isExpandOnly: "asked.\(name)"
      case .expandOnlyVersion: "asked.\(name)"
      case .listCompleteAt(let list): "complete.\(list.silverName)_complete[1].observed_at as \(name)"
      case .listCompleteSequence(let list): "complete.\(list.silverName)_complete[1].sequence as \(name)"
      case .listCompleteBefore(let list): "\(earlier(list)) as \(name)"
      case .partition: "if(newest.is_stub, 'unknown', newest.dt) as dt"
      default: "newest.\(name)"
      }
    }
    let joins =
      (lists.isEmpty ? "" : "\nleft join complete using (\(key))")
      + (expandOnly.isEmpty ? "" : "\nleft join asked using (\(key))")
    return """
      select
        \(values.joined(separator: ",\n  "))
      from newest
      left join later using (\(key))\(joins)
      """
  }

  private func earlier(_ list: ChildList) -> String {
    let all = "complete.\(list.silverName)_complete"
    return "case when len(\(all)) > 1 then \(all)[2:] end"
  }

  private var mergedView: String {
    let values = columns.map { column -> String in
      let name = SQLName.quoted(column.name)
      return switch column.content {
      case .isDeleted, .isPlaceholder: "false as \(name)"
      case .deletedAt, .absences, .listCompleteBefore: "null::\(column.type) as \(name)"
      case .listCompleteAt(let list): "case when \(list.silverName)_is_complete then observed_at end as \(name)"
      case .listCompleteSequence(let list):
        "case when \(list.silverName)_is_complete then observed_sequence end as \(name)"
      case .expandOnlyVersion(let declared): "\(ownVersion(of: declared)) as \(name)"
      default: name
      }
    }
    return """
      create or replace view \(table)_merged as
      select
        \(values.joined(separator: ",\n  "))
      from \(table)_read anti join \(table)_unsettled using (\(key))
      where broken is null
      union all
      select
        \(names.filled.indented(by: 2))
      from \(table)_accepted anti join \(table)_unsettled using (\(key))
      union all
      select
        \(names.filled.indented(by: 2))
      from \(table)_settled;
      """
  }
}
