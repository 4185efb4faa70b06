import SchemaGenerator
import StripeModel

/// The statements for one resource whose files are read, and for the lists inside its records.
struct ComparisonPlan: Sendable {
  /// One table and how its source rows come about.
  struct Unit: Sendable {
    let resource: ResourceName
    let projection: Projection
    let comparison: ProjectionComparison
    var number: Int { ComparisonPlan.number(of: resource) }

    init(_ resource: ResourceName, work: String, parentColumn: String? = nil, schema: String) {
      self.resource = resource
      projection = Projection(resource.definition, work: work, parentColumn: parentColumn)
      comparison = ProjectionComparison(projection, schema: schema)
    }
  }

  let record: Unit
  let lists: [(list: ChildList, unit: Unit)]

  init(_ resource: ResourceName, schema: String) {
    let definition = resource.definition
    record = Unit(resource, work: "verify_\(definition.table)", schema: schema)
    lists = definition.children.enumerated().map { index, list in
      let work = "verify_\(definition.table)_\(index)"
      return (list, Unit(list.resource, work: work, parentColumn: list.parentColumn, schema: schema))
    }
  }

  var units: [Unit] { [record] + lists.map(\.unit) }

  /// The number a resource has in the tables of seen ids.
  static func number(of resource: ResourceName) -> Int { ResourceName.allCases.firstIndex(of: resource) ?? 0 }

  static var numbers: [(object: String, number: Int)] {
    ResourceName.allCases.map { ($0.definition.object, number(of: $0)) }
  }

  /// The tables that all resources share: the chunk, ids compared, ids only sighted, ids new in this range.
  static let sharedTables = """
    create temporary table verify_source (_n integer, _file integer, _line bigint, _observed timestamptz, _doc text)
      with (toast_tuple_target = 8160) on commit drop;
    create temporary table verify_seen (resource smallint, id text collate "C", primary key (resource, id))
      on commit drop;
    create temporary table verify_sighted (resource smallint, id text collate "C", primary key (resource, id))
      on commit drop;
    create temporary table verify_fresh (resource smallint, id text collate "C") on commit drop
    """

  /// The records of the chunk from `range`, as rows to project.
  static func rows(_ range: Range<Int>) -> String {
    """
    select _n, _file, _line, _observed, null::text as _container, _doc from verify_source \
    where _n >= \(range.lowerBound) and _n < \(range.upperBound)
    """
  }
}
