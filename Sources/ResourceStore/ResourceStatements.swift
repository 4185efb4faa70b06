import PostgresClient
import StripeModel

/// The SQL by which one resource's rows are looked up, written and counted; made once per run.
struct ResourceStatements: Sendable {
  let resource: ResourceName
  /// The columns of a COPY row, in order; the loader writes them so.
  let copyColumns: [String]
  private let definition: ResourceDefinition
  private let table: String
  private let names: StoreNames

  init(_ resource: ResourceName, names: StoreNames) {
    self.resource = resource
    self.names = names
    definition = resource.definition
    table = names.table(resource)
    copyColumns = ResourceStatements.copyColumns(of: resource.definition)
  }

  /// `id`, the declared columns, `raw`, hashes, version, flags, origin, when each child list was complete.
  static func copyColumns(of definition: ResourceDefinition) -> [String] {
    ["id"] + definition.columns.map(\.name) + ["raw", "content_hash"]
      + (definition.hasExpandOnlyColumns ? ["expanded_hash"] : [])
      + ["observed_sequence", "is_placeholder", "deleted", "deleted_at", "observed_at", "api_version", "run_id"]
      + definition.children.map(\.completeColumn)
  }

  /// A `timestamptz` of a column with Unix milliseconds.
  private static func moment(_ column: String) -> String {
    "(timestamptz 'epoch' + \(column) * interval '1 millisecond')"
  }

  /// Given ids, hashes, expanded hashes, moments, sequences and stub flags: the rows that need something.
  ///
  /// Answers (ordinal from 1, state). Reads only: an unchanged row costs an index look-up and no WAL. `offset 0` keeps
  /// the planner from reading the whole table for every chunk.
  var states: String {
    let moment = Self.moment("seen.ms")
    let expandedColumn = definition.hasExpandOnlyColumns ? ", expanded_hash" : ""
    let expandedDiffers =
      definition.hasExpandOnlyColumns
      ? "or (seen.expanded_hash is not null and seen.expanded_hash is distinct from stored.expanded_hash)" : ""
    // What was asked for by `expand` completes a row that is newer and was seen without it.
    let newer =
      definition.hasExpandOnlyColumns
      ? """
      case when stored.expanded_hash is null and seen.expanded_hash is not null and not stored.deleted
          then 'changed' else 'newer' end
      """ : "'newer'"
    return """
      select seen.ordinal, case
        when stored.id is null then 'missing'
        when stored.is_placeholder and not stored.deleted then 'placeholder'
        when (stored.observed_at, stored.observed_sequence) > (\(moment), seen.sequence) then \(newer)
        when not differs.it then 'confirmed'
        when (stored.observed_at, stored.observed_sequence) = (\(moment), seen.sequence) then 'tied'
        else 'changed' end
      from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[]) with ordinality
        as seen (id, content_hash, expanded_hash, ms, sequence, deleted, ordinal)
      left join lateral (
        select id, is_placeholder, deleted, observed_at, observed_sequence, content_hash\(expandedColumn)
        from \(table) as kept where kept.id = seen.id offset 0) as stored on true
      cross join lateral (
        select stored.content_hash is distinct from seen.content_hash
          or stored.deleted is distinct from seen.deleted \(expandedDiffers)) as differs (it)
      where stored.id is null or (stored.is_placeholder and not stored.deleted)
        or differs.it or (stored.observed_at, stored.observed_sequence) < (\(moment), seen.sequence)
      """
  }

  /// The raw JSON of some rows, by id.
  var raws: String { "select id, raw::text from \(table) where id = any($1::text[])" }

  var copy: String { "copy \(table) (\(columnList)) from stdin (format binary)" }

  private var stage: String { "\"_stage_\(definition.table)\"" }

  /// Values are compressed as in the table itself, so that they move on as they are, and stay within their rows.
  var createStage: String {
    """
    create temporary table \(stage) (like \(table) including defaults including compression)
    with (toast_tuple_target = 8160) on commit drop
    """
  }

  var copyToStage: String { "copy \(stage) (\(columnList)) from stdin (format binary)" }

  /// Replaces rows by staged ones, unless a newer observation came in between. An absent expand-only column keeps
  /// what is stored, and so does a list that was not complete this time.
  var update: String {
    let kept = Set(
      definition.columns.filter(\.isExpandOnly).map(\.name) + ["expanded_hash"]
        + definition.children.map(\.completeColumn))
    let assignments = copyColumns.dropFirst().map { name in
      let column = "\"\(name)\""
      return kept.contains(name)
        ? "\(column) = coalesce(staged.\(column), stored.\(column))" : "\(column) = staged.\(column)"
    }
    return """
      update \(table) as stored set \(assignments.joined(separator: ", ")), last_changed_at = now()
      from (select * from \(stage) order by id) as staged
      where stored.id = staged.id
        and (stored.observed_at is null
          or (stored.observed_at, stored.observed_sequence) <= (staged.observed_at, staged.observed_sequence))
      """
  }

  /// Gives newer rows what only the staged observation was asked for by `expand`; nil where nothing is. A sighting, as
  /// in the object of an event, would hide it for good otherwise.
  var complete: String? {
    guard definition.hasExpandOnlyColumns else { return nil }
    let assignments = (definition.columns.filter(\.isExpandOnly).map(\.name) + ["expanded_hash"]).map { name in
      "\"\(name)\" = staged.\"\(name)\""
    }
    return """
      update \(table) as stored set \(assignments.joined(separator: ", ")), last_changed_at = now()
      from (select * from \(stage) order by id) as staged
      where stored.id = staged.id and not stored.deleted
        and stored.expanded_hash is null and staged.expanded_hash is not null
        and (stored.observed_at, stored.observed_sequence) > (staged.observed_at, staged.observed_sequence)
      """
  }

  /// Marks rows deleted by their stubs: ids, hashes, moments, sequences; the run.
  var markDeleted: String {
    """
    update \(table) as stored set deleted = true, deleted_at = stub.moment, content_hash = stub.content_hash,
      observed_at = stub.moment, observed_sequence = stub.sequence, run_id = $5, last_changed_at = now()
    from (select id, content_hash, \(Self.moment("ms")) as moment, sequence
      from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) as s (id, content_hash, ms, sequence)
      order by 1) as stub
    where stored.id = stub.id
      and (stored.observed_at is null
        or (stored.observed_at, stored.observed_sequence) <= (stub.moment, stub.sequence))
    """
  }

  /// Moves the version of rows seen again as they are: ids, hashes, expanded hashes, moments, sequences, stub flags,
  /// API versions.
  ///
  /// A row that holds something else by now, whatever its version, is left alone.
  var confirm: String {
    let expandedIsSame =
      definition.hasExpandOnlyColumns
      ? "and (seen.expanded_hash is null or seen.expanded_hash is not distinct from stored.expanded_hash)" : ""
    return """
      update \(table) as stored set observed_at = seen.moment, observed_sequence = seen.sequence,
        api_version = coalesce(seen.api_version, stored.api_version)
      from (select id, content_hash, expanded_hash, \(Self.moment("ms")) as moment, sequence, deleted, api_version
        from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[], $7::text[])
          as s (id, content_hash, expanded_hash, ms, sequence, deleted, api_version) order by 1) as seen
      where stored.id = seen.id and (stored.observed_at, stored.observed_sequence) < (seen.moment, seen.sequence)
        and stored.content_hash = seen.content_hash and stored.deleted = seen.deleted \(expandedIsSame)
      """
  }

  /// How many rows are older than what was seen: ids, moments, sequences.
  var countOlder: String {
    """
    select count(*) from unnest($1::text[], $2::bigint[], $3::bigint[]) as seen (id, ms, sequence)
    join \(table) as stored on stored.id = seen.id
    where (stored.observed_at, stored.observed_sequence) < (\(Self.moment("seen.ms")), seen.sequence)
    """
  }

  /// Inserts placeholders for ids that have no row: ids; the run.
  var insertPlaceholders: String {
    """
    insert into \(table) (id, is_placeholder, run_id)
    select distinct wanted, true, $2 from unnest($1::text[]) as wanted order by wanted on conflict (id) do nothing
    """
  }

  /// Notes on parents that a list of theirs was complete: parent ids, moments.
  func noteComplete(_ list: ChildList) -> String {
    """
    update \(table) as stored set "\(list.completeColumn)" = parent.moment
    from (select id, \(Self.moment("ms")) as moment from unnest($1::text[], $2::bigint[]) as s (id, ms)
      order by 1) as parent
    where stored.id = parent.id
      and (stored."\(list.completeColumn)" is null or stored."\(list.completeColumn)" < parent.moment)
    """
  }

  /// Marks children deleted that came later than a newer complete list without them (decision 0007): ids, the run.
  ///
  /// Those that the list holds are as new as the list itself. Of a list's version only the moment is noted; where the
  /// parent is still of that moment, it tells the sequence. The lock waits for whoever is loading such a list now.
  func markLate(of parent: ResourceName, _ list: ChildList) -> String {
    """
    update \(table) as stored set deleted = true, deleted_at = late.complete_at, observed_at = late.complete_at,
      observed_sequence = late.sequence, run_id = $2, last_changed_at = now()
    from (
      select child.id, parent.complete_at, parent.sequence
      from unnest($1::text[]) as written (id)
      cross join lateral (
        select id, "\(list.parentColumn)" as parent_id from \(table) as c where c.id = written.id offset 0) as child
      cross join lateral (
        select "\(list.completeColumn)" as complete_at,
          case when p.observed_at = "\(list.completeColumn)" then p.observed_sequence else 1 end as sequence
        from \(names.table(parent)) as p where p.id = child.parent_id for share) as parent) as late
    where stored.id = late.id and not stored.deleted and not stored.is_placeholder
      and (stored.observed_at, stored.observed_sequence) < (late.complete_at, late.sequence)
    """
  }

  /// Marks children deleted that a complete list no longer holds: parent ids, moments, sequences; the ids it holds;
  /// the run.
  func markVanished(_ list: ChildList) -> String {
    """
    update \(table) as stored set deleted = true, deleted_at = parent.moment, observed_at = parent.moment,
      observed_sequence = parent.sequence, run_id = $5, last_changed_at = now()
    from (select id, \(Self.moment("ms")) as moment, sequence
      from unnest($1::text[], $2::bigint[], $3::bigint[]) as s (id, ms, sequence)) as parent
    where stored."\(list.parentColumn)" = parent.id and not stored.deleted and not stored.is_placeholder
      and (stored.observed_at, stored.observed_sequence) <= (parent.moment, parent.sequence)
      and not exists (select from unnest($4::text[]) as kept (id) where kept.id = stored.id)
    """
  }

  /// Of parents with an expected child count, those whose rows reach it: parent ids, counts.
  func completed(_ list: ChildList) -> String {
    """
    select parent.id from unnest($1::text[], $2::bigint[]) as parent (id, expected)
    where parent.expected = (
      select count(*) from \(table) as child
      where child."\(list.parentColumn)" = parent.id and not child.deleted and not child.is_placeholder)
    """
  }

  var countPlaceholders: String { "select count(*) from \(table) where is_placeholder and not deleted" }

  /// How many placeholders of this table one column of another table refers to.
  func countPlaceholders(referredToBy other: ResourceName, column: String) -> String {
    """
    select count(distinct parent.id) from \(table) as parent
    join \(names.table(other)) as child on child."\(column)" = parent.id
    where parent.is_placeholder and not parent.deleted
    """
  }

  private var columnList: String { copyColumns.map { "\"\($0)\"" }.joined(separator: ", ") }
}
