import DuckDBClient
import SchemaGenerator
import StripeModel

extension QualityChecks {
  /// Fields of new bronze that no declaration knows: at the top of the objects, and of the elements of their lists.
  ///
  /// - Parameter lines: what to select `json` from, a line of bronze a row.
  func unknownFields(of resource: ResourceDefinition, in lines: String) async throws -> [QualityFinding] {
    let lists = resource.children.enumerated().map { place, list in
      """
      , list_sort(list_distinct(flatten(list_transform(
        json_extract(json, '$.data.\(list.path.dotted).data[*]'), lambda element: json_keys(element)
      )))) as keys_\(place)
      """
    }
    // Objects of one kind have few sets of fields: one pass over bronze leaves a handful of rows.
    try await engine.execute(
      """
      create or replace temp table shapes as
      select columns('keys.*'), count(*) as lines, min(id, \(QualityFinding.sampleLimit)) as ids
      from (select json ->> '$.data.id' as id, json_keys(json, '$.data') as keys\(lists.joined()) from \(lines))
      group by all
      """)
    var findings = try await unknown(resource, "keys", "of the object")
    for (place, list) in resource.children.enumerated() {
      findings += try await unknown(list.resource.definition, "keys_\(place)", "in \(list.path.dotted)")
    }
    return findings
  }

  private func unknown(
    _ resource: ResourceDefinition, _ keys: String, _ place: String
  ) async throws -> [QualityFinding] {
    let known = resource.knownMembers.sorted().map(LakeEngine.literal).joined(separator: ", ")
    return try await tallied(
      .unknownField, resource.table, { "\($0) \(place) is no declared field" },
      """
      select name, sum(lines)::bigint, list_sort(list_distinct(flatten(list(ids))))
      from (select unnest(\(keys)) as name, lines, ids from shapes)
      where name not in (\(known)) group by name
      """)
  }

  /// Values of an enumeration that the declaration does not list.
  func unlisted(_ values: [String], in column: String, of model: SilverModel) async throws -> [QualityFinding] {
    let list = values.map(LakeEngine.literal).joined(separator: ", ")
    return try await tallied(
      .enumeration, model.table, { "\(column) holds '\($0)', which is not listed" },
      """
      select \(column), count(*), min(\(model.key), \(QualityFinding.sampleLimit)) from silver.\(model.table)
      where \(column) not in (\(list)) group by \(column)
      """)
  }

  /// A finding for each row of a query: what, how many, which ids. Of very many the commonest.
  private func tallied(
    _ check: QualityFinding.Check, _ model: String, _ message: (String) -> String, _ query: String
  ) async throws -> [QualityFinding] {
    let found = try await engine.connection.query(
      """
      select what, many, array_to_string(ids, ' ') from (\(query)) as found(what, many, ids)
      order by many desc, what limit \(QualityFinding.sampleLimit)
      """)
    return try found.rows.indices.map { row in
      let ids = found.text(row, 2)?.split(separator: " ").map(String.init) ?? []
      return QualityFinding(
        check, of: model, message(found.text(row, 0) ?? ""), count: Int(try found.int64(row, 1) ?? 0), samples: ids)
    }
  }
}
