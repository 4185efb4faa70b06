import StripeModel

/// What two renderings of one object may differ in, as a tree of places, and the SQL that takes it away.
///
/// Expandable fields become ids; ignored and volatile places, child lists and what must be asked for go; members that
/// are null count as absent. An array on the way applies the rule to each element.
struct ProjectionRules: Equatable {
  private var isOmitted = false
  private var isCollapsed = false
  private var members: [String: ProjectionRules] = [:]

  private init() {}

  /// The rules of a whole object of that resource.
  init(_ definition: ResourceDefinition) {
    for path in definition.ignored { add(path.members[...]) { $0.isOmitted = true } }
    for list in definition.children { add(list.path.members[...]) { $0.isOmitted = true } }
    for path in definition.collapsed { add(path.members[...]) { $0.isCollapsed = true } }
    for column in definition.columns {
      for path in column.paths {
        if column.isVolatile || column.isExpandOnly {
          add(path.members[...]) { $0.isOmitted = true }
        } else if column.kind.isReference {
          add(path.members[...]) { $0.isCollapsed = true }
        }
      }
    }
  }

  private mutating func add(_ path: ArraySlice<String>, _ change: (inout ProjectionRules) -> Void) {
    if let first = path.first {
      members[first, default: ProjectionRules()].add(path.dropFirst(), change)
    } else {
      change(&self)
    }
  }

  /// The rules below a column's places: both sides of a nested value are held to them.
  func below(_ paths: [JSONPath]) -> ProjectionRules {
    var merged = ProjectionRules()
    for path in paths {
      var rules: ProjectionRules? = self
      for member in path.members { rules = rules?.members[member] }
      if let rules { merged.merge(rules) }
    }
    return merged
  }

  private mutating func merge(_ other: ProjectionRules) {
    isOmitted = isOmitted || other.isOmitted
    isCollapsed = isCollapsed || other.isCollapsed
    members.merge(other.members) { left, right in
      var both = left
      both.merge(right)
      return both
    }
  }

  /// The normal form of a value, as SQL over an expression of type `jsonb`.
  func normalised(_ value: String) -> String { "jsonb_strip_nulls(\(applied(to: value, depth: 0)))" }

  private func applied(to value: String, depth: Int) -> String {
    guard isCollapsed || !members.isEmpty else { return value }
    let (outer, list, element) = ("v\(depth)", "l\(depth)", "e\(depth)")
    // A value on its own is treated as a list of one, so that the rules for its members are written only once.
    return """
      (select case jsonb_typeof(\(outer).x) when 'array' then coalesce(\(list).x, '[]') else \(list).x -> 0 end \
      from (select \(value) as x) as \(outer), lateral (select jsonb_agg(case jsonb_typeof(\(element).x) \
      when 'object' then \(object(element + ".x", depth: depth)) else \(element).x end order by \(element).n) as x \
      from jsonb_array_elements(case jsonb_typeof(\(outer).x) when 'array' then \(outer).x \
      else jsonb_build_array(\(outer).x) end) with ordinality as \(element)(x, n)) as \(list))
      """
  }

  private func object(_ value: String, depth: Int) -> String {
    if isCollapsed { return "coalesce(\(value) -> 'id', \(value))" }
    let names = members.keys.sorted()
    let changed = names.filter { members[$0]?.isOmitted == false }
    let rest = "\(value) - array[\(names.map(SQLName.literal).joined(separator: ", "))]"
    guard !changed.isEmpty else { return "(\(rest))" }
    let pairs = changed.map { name in
      let place = "\(value) -> \(SQLName.literal(name))"
      return "\(SQLName.literal(name)), \(members[name]?.applied(to: place, depth: depth + 1) ?? place)"
    }
    // Absent members come out as null here, and go with the nulls.
    return "((\(rest)) || \(Self.built(pairs)))"
  }

  /// `jsonb_build_object` of any number of pairs; one call takes 50 of them.
  private static func built(_ pairs: [String]) -> String {
    stride(from: 0, to: pairs.count, by: 40).map { start in
      "jsonb_build_object(\(pairs[start..<min(start + 40, pairs.count)].joined(separator: ", ")))"
    }.joined(separator: " || ")
  }
}
