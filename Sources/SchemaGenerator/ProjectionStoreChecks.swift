package import StripeModel

/// The statements that look at the stored tables as a whole: counts, surplus rows, sums, references, placeholders.
package struct ProjectionStoreChecks: Sendable {
  private let schema: String

  /// Plans the checks of the tables in a schema.
  package init(schema: String) { self.schema = schema }

  /// Which stored rows the source must account for.
  package enum Scope: Sendable {
    /// All live rows but those that are only sighted in the source.
    case all
    /// The same without any sighting: not all files of the source were read.
    case withoutSightings
    /// Only rows that the source has.
    case seenOnly
  }

  private func condition(_ scope: Scope, number: Int) -> String {
    let seen = "exists (select from verify_seen as s where s.resource = \(number) and s.id = t.id)"
    let sighted = "exists (select from verify_sighted as s where s.resource = \(number) and s.id = t.id)"
    return switch scope {
    case .all: "(not \(sighted) or \(seen))"
    case .withoutSightings: "(t.observed_sequence > 0 and not \(sighted) or \(seen))"
    case .seenOnly: seen
    }
  }

  private func table(_ name: String) -> String { "\(SQLName.quoted(schema)).\(SQLName.quoted(name))" }

  /// Live rows, deleted rows, placeholders, and for each referring column the rows with a value; one scan.
  ///
  /// The referring columns come in the order of `references(of:)`.
  package func counts(of definition: ResourceDefinition) -> String {
    let columns = Self.references(of: definition).map { "count(\(SQLName.quoted($0.name)))" }
    let counts = [
      "count(*) filter (where not deleted and not is_placeholder)", "count(*) filter (where deleted)",
      "count(*) filter (where is_placeholder and not deleted)",
    ]
    return "select \((counts + columns).joined(separator: ",\n  "))\nfrom \(table(definition.table))"
  }

  /// The columns that refer to one other object, with or without a foreign key.
  package static func references(of definition: ResourceDefinition) -> [Column] {
    definition.columns.filter { $0.kind.isReference && $0.kind != .references }
  }

  /// Live rows that the source has nowhere: `part`, `count`, `newer`, `id`, `is_newer`; part 0 counts.
  ///
  /// Part 2 lists ids to be asked for once more. What is older than the source tells of is no surplus.
  ///
  /// - Parameter observedAt: when the source was read, as an SQL literal, if known.
  package func surplus(
    of definition: ResourceDefinition, number: Int, scope: Scope, observedAt: String?, limit: Int, repairLimit: Int = 0
  ) -> String {
    // A day less than the source keeps: its clock decides.
    let reach = definition.listing.reachDays.map { "\n    and t.created >= now() - interval '\($0 - 1) days'" } ?? ""
    return """
      with surplus as materialized (
        select t.id, coalesce(t.observed_at > \(observedAt ?? "null")::timestamptz + interval '1 millisecond', false)
          as is_newer
        from \(table(definition.table)) as t
        where not t.is_placeholder and not t.deleted
          and not exists (select from verify_seen as s where s.resource = \(number) and s.id = t.id)
          and \(condition(scope, number: number))\(reach)
      )
      select 0 as part, count(*) as count, count(*) filter (where is_newer) as newer, null as id,
        null::boolean as is_newer
      from surplus
      union all
      (select 1, null, null, id, is_newer from surplus order by id limit \(limit))
      union all
      (select 2, null, null, id, is_newer from surplus order by id limit \(repairLimit))
      """
  }

  /// Sums of money of the live rows, without those only sighted in the source: `column`, `currency`, `sum`.
  package func sums(of definition: ResourceDefinition, number: Int, scope: Scope) -> String? {
    let values = definition.columns.compactMap { column -> String? in
      guard case .minorUnits(let currency) = column.kind else { return nil }
      let code = currency.map { "t.\(SQLName.quoted($0))" } ?? "null::text"
      return "(\(SQLName.literal(column.name)), \(code), t.\(SQLName.quoted(column.name))::numeric)"
    }
    guard !values.isEmpty else { return nil }
    return """
      select m.field, m.currency, sum(m.amount)
      from \(table(definition.table)) as t
      cross join lateral (values \(values.joined(separator: ",\n    "))) as m(field, currency, amount)
      where m.amount is not null and not t.is_placeholder and not t.deleted
        and \(condition(scope, number: number))
      group by 1, 2
      """
  }

  /// How many values of a foreign key point nowhere: one number. The constraint forbids any; proof does not believe it.
  package func orphans(of column: Column, in definition: ResourceDefinition, target: ResourceDefinition) -> String {
    """
    select count(*) from \(table(definition.table)) as t
    where t.\(SQLName.quoted(column.name)) is not null
      and not exists (select from \(table(target.table)) as p where p.id = t.\(SQLName.quoted(column.name)))
    """
  }

  /// How many values of a column without a foreign key no table has as an id: one number.
  package func unresolved(
    of column: Column, in definition: ResourceDefinition, among targets: [ResourceDefinition]
  ) -> String {
    let name = SQLName.quoted(column.name)
    let conditions = targets.map { target in
      "not exists (select from \(table(target.table)) as p where p.id = t.\(name))"
    }
    return """
      select count(*) from \(table(definition.table)) as t
      where t.\(name) is not null
        and \(conditions.joined(separator: "\n  and "))
      """
  }

  /// Who refers to the placeholders of a table: `table`, `column`, `placeholders`; nil where nothing can.
  package func placeholderReferrers(of target: ResourceDefinition, among all: [ResourceDefinition]) -> String? {
    let selects = all.flatMap { definition in
      definition.foreignKeys.filter { $0.target == target.name }.map { column, _ in
        """
        select \(SQLName.literal(definition.table)), \(SQLName.literal(column.name)), count(*)
        from \(table(target.table)) as p where p.is_placeholder and not p.deleted
          and exists (select from \(table(definition.table)) as t where t.\(SQLName.quoted(column.name)) = p.id)
        """
      }
    }
    return selects.isEmpty ? nil : selects.joined(separator: "\nunion all\n")
  }
}
