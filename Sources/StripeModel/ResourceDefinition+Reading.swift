/// What a reader of the API derives from a declaration.
extension ResourceDefinition {
  /// Where one object is read; nil where it is only found inside another.
  package func retrievePath(id: String) -> String? { path.map { $0 + "/" + PathSegment.encoded(id) } }

  /// What to name in `expand[]` when an object is read: its own places and those of the elements of its lists. In a
  /// list call each has `data.` in front, which counts as one of Stripe's four levels.
  package var expandPaths: [String] {
    expand + children.flatMap { list in list.resource.definition.expandPaths.map { "\(list.path.dotted).data.\($0)" } }
  }

  /// Whether an event's snapshot says as much as a read.
  ///
  /// It is rendered without `expand`: what only comes on request is missing in it, and an id that a read answers as the
  /// object is only an id. The other conditions lie with the event, not with the resource: its API version, lists that
  /// were cut short, other events of the same second, test clocks.
  package var snapshot: SnapshotContent {
    let references = Set(columns.filter(\.kind.isReference).flatMap(\.paths).map(\.dotted))
    guard expand.allSatisfy(references.contains) else { return .partial }
    var places = expand.map(JSONPath.init)
    for list in children {
      guard case .whole(let inner) = list.resource.definition.snapshot else { return .partial }
      places += inner.map { JSONPath("\(list.path.dotted).data.\($0.dotted)") }
    }
    return .whole(unless: places)
  }

  /// Whether events of a type concern this resource. Where such an event is about an object of another resource, that
  /// object names the one concerned at `paths(to:)`.
  package func hears(_ eventType: String) -> Bool {
    events.contains { pattern in
      pattern.hasSuffix("*") ? eventType.hasPrefix(pattern.dropLast()) : eventType == pattern
    }
  }

  /// Where an object of this resource names objects of another: its references, and those of the elements of its lists,
  /// on whose way arrays are passed through.
  package func paths(to target: ResourceName) -> [JSONPath] {
    let own = foreignKeys.filter { $0.target == target }.flatMap(\.column.paths)
    return own
      + children.flatMap { list in
        list.resource.definition.paths(to: target).map { JSONPath("\(list.path.dotted).data.\($0.dotted)") }
      }
  }
}
