import StripeModel

/// The statements that hold a work table of projected source rows against the stored table.
///
/// All of them look rows up by id in the stored table, so their cost follows the work table, not the store.
package struct ProjectionComparison: Sendable {
  /// What was projected.
  package let projection: Projection
  private let schema: String
  private let rules: ProjectionRules
  private var definition: ResourceDefinition { projection.definition }
  var work: String { SQLName.quoted(projection.work) }

  /// Plans the comparison with the table in a schema.
  package init(_ projection: Projection, schema: String) {
    self.projection = projection
    self.schema = schema
    rules = ProjectionRules(projection.definition)
  }

  var store: String { "\(SQLName.quoted(schema)).\(SQLName.quoted(definition.table))" }

  /// One stored row by its id; `offset 0` keeps the look-up by index whatever the planner believes of the work table.
  func lookedUp(by condition: String) -> String {
    "(select t.* from \(store) as t where \(condition) offset 0) as t"
  }

  /// One row per difference: `part`, `kind`, `rows`, `findings`, `id`, `container`, `file`, `line`, `field`, `source`,
  /// `store`.
  ///
  /// Part 0 counts findings and rows by kind (kind null: over all kinds), part 1 lists the first findings, part 2 the
  /// ids to be corrected (of the container, where there is one).
  /// - Parameters:
  ///   - apiVersion: the version the source was rendered in, if known: rows of another one are not comparable.
  ///   - findingLimit: the number of findings listed.
  ///   - repairLimit: the number of ids listed for correction.
  ///   - repairsNewer: whether rows that are newer than the source are among them.
  package func differences(
    apiVersion: String?, findingLimit: Int, repairLimit: Int, repairsNewer: Bool = false
  ) -> String {
    """
    with judged as materialized (
      select p._n, p._file, p._line, p._container, p.id, f.kind, f.field, left(f.source, 1000) as source,
        left(f.store, 1000) as store
      from \(work) as p
      left join lateral \(lookedUp(by: "t.id = p.id")) on true
      cross join lateral (select \(verdict(apiVersion)) as verdict,
        coalesce(t.observed_at > p._observed + interval '1 millisecond', false) as is_newer offset 0) as v
      cross join lateral (
        \(details)
      ) as f
      where v.verdict is not null
    )
    select 0 as part, kind, count(distinct (_n, id)) as rows, count(*) as findings, null as id, null as container,
      null::int as file, null::bigint as line, null as field, null as source, null as store
    from judged group by rollup (kind)
    union all
    (select 1, kind, null, null, id, _container, _file, _line, field, source, store from judged
      order by _n, id, field limit \(findingLimit))
    union all
    (select distinct 2, null::text, null::bigint, null::bigint, coalesce(_container, id), null::text, null::int,
      null::bigint, null::text, null::text, null::text
      from judged where kind not in ('not_comparable', 'unreadable'\(repairsNewer ? "" : ", 'newer_in_store'"))
      limit \(repairLimit))
    """
  }

  private func verdict(_ apiVersion: String?) -> String {
    let version = apiVersion.map { "when t.api_version <> \(SQLName.literal($0)) then 'not_comparable'" } ?? ""
    return """
      case when p.id is null then 'unreadable'
        when t.id is null then 'missing_in_store'
        when p._stub then case when not t.deleted then 'deleted_differs' end
        when t.is_placeholder then 'missing_in_store'
        \(version)
        when t.deleted then 'deleted_differs'
        when \(definition.columns.compactMap(difference).joined(separator: "\n      or "))
          or \(rawDiffers)
        then 'differs' end
      """
  }

  /// The condition under which a column differs; nil where the column takes no part in proof.
  private func difference(_ column: Column) -> String? {
    guard !column.isVolatile else { return nil }
    let name = SQLName.quoted(column.name)
    var condition = "p.\(name) is distinct from t.\(name)"
    if column.kind == .json {
      let below = rules.below(column.paths)
      condition += " and \(below.normalised("p.\(name)")) is distinct from \(below.normalised("t.\(name)"))"
    }
    // Absent says nothing where Stripe has to be asked for it.
    if column.isExpandOnly { condition += " and p.\(name) is not null" }
    return "(\(condition))"
  }

  private var rawDiffers: String {
    "(t.raw::text is distinct from p._doc and \(rules.normalised("t.raw::jsonb")) is distinct from "
      + "\(rules.normalised("p._doc::jsonb")))"
  }

  private var details: String {
    let isChild = projection.parentColumn != nil
    let kind = """
      case when v.is_newer and v.verdict <> 'not_comparable' then 'newer_in_store' \
      when v.verdict = 'missing_in_store' then '\(isChild ? "child_missing" : "missing_in_store")' else v.verdict end
      """
    let newer = "case when v.is_newer then 'newer_in_store' else"
    let fields = definition.columns.compactMap { column in
      difference(column).map { condition in
        let name = SQLName.quoted(column.name)
        let isHidden = column.sensitivity == .secret
        let (source, stored) = isHidden ? ("'(secret)'", "'(secret)'") : ("p.\(name)::text", "t.\(name)::text")
        return "(\(SQLName.literal(column.name)), \(condition), \(source), \(stored))"
      }
    }
    return """
      select \(kind) as kind,
          case v.verdict when 'deleted_differs' then 'deleted' when 'not_comparable' then 'api_version'
            when 'missing_in_store' then case when t.is_placeholder then 'is_placeholder' end
            when 'unreadable' then 'id' end as field,
          case v.verdict when 'deleted_differs' then p._stub::text end as source,
          case v.verdict when 'deleted_differs' then t.deleted::text
            when 'not_comparable' then t.api_version end as store
        where v.verdict <> 'differs'
        union all
        select \(newer) 'field_differs' end, c.field, c.source, c.store
        from (values \(fields.joined(separator: ",\n        "))) as c(field, differs, source, store)
        where v.verdict = 'differs' and c.differs
        union all
        select \(newer) 'raw_differs' end, 'raw' || coalesce('.' || m.key, ''), m.source, m.store
        from (\(rawMembers)) as m
        where v.verdict = 'differs' and \(rawDiffers)
      """
  }

  /// The members of the raw object that differ; one row without a key where the store has none at all.
  private var rawMembers: String {
    let members = "case jsonb_typeof(%) when 'object' then % end"
    let source = members.replacing("%", with: rules.normalised("p._doc::jsonb"))
    let stored = members.replacing("%", with: rules.normalised("t.raw::jsonb"))
    let secrets = definition.columns.filter { $0.sensitivity == .secret }
    let hidden = secrets.flatMap { $0.paths.compactMap(\.members.first) }
    let names = (hidden + ["client_secret"]).map(SQLName.literal).joined(separator: ", ")
    return """
      select key, case when key in (\(names)) then '(secret)' else a.value::text end as source,
            case when key in (\(names)) then '(secret)' else b.value::text end as store
          from jsonb_each(\(source)) as a full join jsonb_each(\(stored)) as b using (key)
          where t.raw is not null and a.value is distinct from b.value
          union all select null, null, null where t.raw is null
      """
  }
}

extension ProjectionComparison {
  /// Remembers the ids of the work table in `verify_seen`, and in `verify_fresh` those not seen before.
  package func remember(as number: Int) -> String {
    """
    with fresh as (
      insert into verify_seen (resource, id)
      select distinct \(number), p.id from \(work) as p where p.id is not null
      on conflict do nothing returning id
    )
    insert into verify_fresh (resource, id) select \(number), id from fresh
    """
  }

  /// Remembers in `verify_sighted` the objects found expanded inside others; their rows in the store are no surprise.
  ///
  /// - Parameter numbers: each declared resource's number, by Stripe's `object`.
  package func sight(_ numbers: [(object: String, number: Int)]) -> String {
    let values = numbers.map { "(\(SQLName.literal($0.object)), \($0.number))" }.joined(separator: ", ")
    return """
      insert into verify_sighted (resource, id)
      select distinct m.number, o.x ->> 'id'
      from \(work) as p
      cross join lateral jsonb_path_query(p._expanded, '$.**?(@.object.type() == "string" && @.id.type() == "string")')
        as o(x)
      join (values \(values)) as m(object, number) on m.object = o.x ->> 'object'
      where p._expanded is not null
      on conflict do nothing
      """
  }

  /// Rows, deletion stubs and ids not seen before in the work table: `rows`, `stubs`, `ids`.
  package func counts(as number: Int) -> String {
    """
    select count(*), count(*) filter (where _stub),
      (select count(*) from verify_fresh as f where f.resource = \(number))
    from \(work)
    """
  }

  private func money(of row: String) -> String? {
    let values = definition.columns.compactMap { column -> String? in
      guard case .minorUnits(let currency) = column.kind else { return nil }
      let code = currency.map { "\(row).\(SQLName.quoted($0))" } ?? "null::text"
      return "(\(SQLName.literal(column.name)), \(code), \(row).\(SQLName.quoted(column.name))::numeric)"
    }
    guard !values.isEmpty else { return nil }
    return "cross join lateral (values \(values.joined(separator: ",\n    "))) as m(field, currency, amount)"
  }

  private var moneyColumns: [String] {
    var names: [String] = []
    for column in definition.columns {
      guard case .minorUnits(let currency) = column.kind else { continue }
      for name in [column.name, currency] {
        if let name, !names.contains(name) { names.append(name) }
      }
    }
    return names.map(SQLName.quoted)
  }

  /// Sums of money of the records seen for the first time: `column`, `currency`, `sum`; nil without money.
  package func sourceSums(as number: Int) -> String? {
    money(of: "p").map { money in
      """
      select m.field, m.currency, sum(m.amount)
      from (select distinct on (p.id) \(moneyColumns.map { "p." + $0 }.joined(separator: ", ")) from \(work) as p
        join verify_fresh as f on f.resource = \(number) and f.id = p.id where not p._stub order by p.id, p._n) as p
      \(money)
      where m.amount is not null group by 1, 2
      """
    }
  }

  /// The same over the stored children of containers seen for the first time, where the container has the list.
  package func storedChildSums(list: Int, of container: Projection, number: Int) -> String? {
    guard let parentColumn = projection.parentColumn, let money = money(of: "t") else { return nil }
    let condition = "t.\(SQLName.quoted(parentColumn)) = p.id and not t.is_placeholder and not t.deleted"
    return """
      select m.field, m.currency, sum(m.amount)
      from (\(Self.freshContainers(list: list, of: container, number: number))) as p
      cross join lateral \(lookedUp(by: condition))
      \(money)
      where m.amount is not null group by 1, 2
      """
  }

  static func freshContainers(list: Int, of container: Projection, number: Int, also column: String? = nil) -> String {
    let names = ["id", "_n", "_file", "_line", "_observed"] + ["count", "more", "total"].map { "_list\(list)_\($0)" }
    let columns = (names + (column.map { [SQLName.quoted($0)] } ?? [])).map { "p." + $0 }.joined(separator: ", ")
    return """
      select distinct on (p.id) \(columns) from \(SQLName.quoted(container.work)) as p
        join verify_fresh as f on f.resource = \(number) and f.id = p.id
        where p._list\(list)_count is not null order by p.id, p._n
      """
  }
}
