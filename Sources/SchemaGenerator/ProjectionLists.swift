package import StripeModel

extension ProjectionComparison {
  /// The elements of a list inside the rows of a container's work table, as rows for this projection.
  package static func elements(of list: ChildList, in container: Projection, index: Int) -> String {
    let members = list.path.members.map { "\"" + $0.replacing("\"", with: "\\\"") + "\"" }
    let path = "{" + members.joined(separator: ",") + "}"
    // `json`, not `jsonb`: the element keeps its own bytes, as the stored raw does.
    return """
      select p._n, p._file, p._line, p._observed, p.id as _container, e.x::text as _doc
      from \(SQLName.quoted(container.work)) as p
      cross join lateral (select p._doc::json #> \(SQLName.literal(path)) as x offset 0) as l
      cross join lateral json_array_elements(coalesce(l.x -> 'data', l.x)) as e(x)
      where p._list\(index)_count > 0
      """
  }

  /// Whether the lists of containers seen for the first time are whole: `part`, `lists`, `cut`, `untied`, `id`, `file`,
  /// `line`, `field`, `source`, `store`.
  ///
  /// Part 0 counts; part 1 lists those that are cut short; part 2 those whose sum does not tie although nothing is
  /// said to be missing.
  /// - Parameter hasOwnFiles: whether the elements also come in files of their own, which can complete a cut list.
  package func completeness(
    of list: ChildList, index: Int, container: Projection, number: Int, hasOwnFiles: Bool, limit: Int
  ) -> String {
    let parent = SQLName.quoted(projection.parentColumn ?? list.parentColumn)
    let sum = list.sum.map { "sum(c.\(SQLName.quoted($0.child)))" } ?? "null::numeric"
    let expected = list.sum.map { "p.\(SQLName.quoted($0.parent))" } ?? "null::bigint"
    let deductions = list.sum?.unless.map { name in
      let value = "c.\(SQLName.quoted(name))"
      return "bool_or(case jsonb_typeof(\(value)) when 'array' then jsonb_array_length(\(value)) > 0 else false end)"
    }
    let columns = [list.sum?.child, list.sum?.unless].compactMap { $0 }.map { ", c." + SQLName.quoted($0) }.joined()
    let isShort = "(coalesce(p._list\(index)_more, false) or p._list\(index)_count < p._list\(index)_total)"
    // The rest may have come in files of its own: then the store, which is compared with those, holds all of it.
    let isCut = hasOwnFiles ? "(\(isShort) and s.n < coalesce(p._list\(index)_total, 0))" : isShort
    return """
      with lists as materialized (
        select p._n, p.id, p._file, p._line, p._list\(index)_count as shown, p._list\(index)_total as total,
          s.n as stored,
          \(isCut) as is_cut, w.sum as sum, \(expected) as expected,
          not \(isShort) and not coalesce(w.is_reduced, false)
            and coalesce(w.sum, 0) <> \(expected) as is_untied
        from (\(Self.freshContainers(list: index, of: container, number: number, also: list.sum?.parent))) as p
        left join (select c._container, \(sum) as sum, \(deductions ?? "false") as is_reduced
          from (select distinct on (c._container, c.id) c._container\(columns) from \(work) as c
            order by c._container, c.id) as c
          group by 1) as w on w._container = p.id
        left join lateral (select count(*) as n from \(store) as t
          where t.\(parent) = p.id and not t.is_placeholder and not t.deleted) as s on true
      )
      select 0 as part, count(*) as lists, count(*) filter (where is_cut) as cut,
        count(*) filter (where is_untied) as untied, null as id, null::int as file, null::bigint as line,
        null as field, null as source, null as store
      from lists
      union all
      (select 1, null, null, null, id, _file, _line, \(SQLName.literal(list.path.dotted)),
        shown || coalesce(' of ' || total, ' and more'), stored::text
        from lists where is_cut order by _n limit \(limit))
      union all
      (select 2, null, null, null, id, _file, _line, \(SQLName.literal(list.path.dotted)),
        coalesce(sum, 0)::text, expected::text
        from lists where is_untied order by _n limit \(limit))
      """
  }

  /// Stored children that a complete list does not have: `part`, `count`, `newer`, `id`, `container`; part 0 counts.
  package func surplusChildren(
    list: Int, of container: Projection, number: Int, limit: Int, repairLimit: Int = 0
  ) -> String {
    let parent = SQLName.quoted(projection.parentColumn ?? "id")
    let condition = "t.\(parent) = p.id and not t.is_placeholder and not t.deleted"
    let containers = Self.freshContainers(list: list, of: container, number: number)
    return """
      with surplus as materialized (
        select t.id, p.id as container, p._file, p._line,
          coalesce(t.observed_at > p._observed + interval '1 millisecond', false) as is_newer
        from (\(containers)) as p
        cross join lateral \(lookedUp(by: condition))
        where not coalesce(p._list\(list)_more, false)
          and p._list\(list)_count >= coalesce(p._list\(list)_total, p._list\(list)_count)
          and t.id not in (select c.id from \(work) as c where c.id is not null)
      )
      select 0 as part, count(*) as count, count(*) filter (where is_newer) as newer, null as id, null as container,
        null::int as file, null::bigint as line, null::boolean as is_newer
      from surplus
      union all
      (select 1, null, null, id, container, _file, _line, is_newer from surplus order by id limit \(limit))
      union all
      (select distinct 2, null::bigint, null::bigint, null, container, null::int, null::bigint, null::boolean
        from surplus limit \(repairLimit))
      """
  }
}
