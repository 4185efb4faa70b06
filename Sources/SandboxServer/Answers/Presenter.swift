import APIReference
import Sandbox

/// Makes of stored objects what one caller sees: his version's shape, his expansions.
struct Presenter: Sendable {
  let renderer: VersionRenderer
  let expander: Expander
  /// Whether `total_count` was asked for.
  private(set) var wantsTotalCount = false

  /// What the answer is, as `expand` sees it.
  enum Subject {
    case object(String)
    case list(of: String)
    case search(of: String)
  }

  /// - Throws: 400 for a path that cannot be expanded.
  init(_ version: APIVersion, expand paths: [String], of subject: Subject, _ served: ServedAPI) throws(StripeError) {
    renderer = VersionRenderer.of(version)
    let shapes = ShapeTable(objects: served.objects, renderer: renderer)
    let allowed = ExpansionPaths(shapes: shapes)
    var tree = ExpansionTree()
    for path in paths {
      let parts = try ExpansionTree.parts(path)
      switch subject {
      case .object(let object):
        guard allowed.allows(parts, in: object) else { throw Self.cannotExpand(path) }
        tree.insert(parts[...])
      case .list(let object), .search(let object):
        if path == "total_count", Self.counts(subject, version) {
          wantsTotalCount = true
          continue
        }
        guard parts.first == "data" else {
          throw Self.cannotExpand(path, advice: " You may want to try expanding 'data.\(path)' instead.")
        }
        let inner = parts.dropFirst()
        guard inner.isEmpty || allowed.allows(Array(inner), in: object) else { throw Self.cannotExpand(path) }
        tree.insert(inner)
      }
    }
    expander = Expander(shapes: shapes, tree: tree)
  }

  /// Basil took the count away from lists; a search still has it.
  private static func counts(_ subject: Subject, _ version: APIVersion) -> Bool {
    if case .search = subject { true } else { version < .basil }
  }

  private static func cannotExpand(_ path: String, advice: String = "") -> StripeError {
    .invalid("This property cannot be expanded (\(path)).\(advice)")
  }

  /// `{"id", "object", "deleted": true}`.
  static func stub(_ type: RecordType, _ id: String) -> JSONObject {
    ["id": .string(id), "object": .string(type.rawValue), "deleted": true]
  }

  // MARK: bytes

  /// The indented text of an object.
  func bytes(of object: JSONObject, _ source: any RecordSource) throws -> [UInt8] {
    var object = object
    try present(&object, source)
    return JSONWriter.bytes(object, pretty: true)
  }

  /// The indented text of an object as it is stored.
  func bytes(ofStored stored: [UInt8], _ source: any RecordSource) throws -> [UInt8] {
    guard needsWork(stored) else { return PrettyPrinter.indent(stored) }
    return try bytes(of: try Self.parse(stored, JSONParser()), source)
  }

  /// The elements of a list, each on one line; a page that nothing is to be done for stays as it is stored.
  func page(_ stored: consuming ListPage, _ source: any RecordSource) throws -> ListPage {
    guard stored.pieces.contains(where: needsWork) else { return stored }
    let parser = JSONParser()
    var page = ListPage(head: stored.head, hasMore: stored.hasMore)
    for element in stored.elements {
      var object = try Self.parse(Array(element), parser)
      try present(&object, source)
      page.append(JSONWriter.bytes(object))
    }
    return page
  }

  /// An error in the caller's version: the objects it carries are rendered like any other.
  func render(_ error: StripeError, _ source: any RecordSource) throws -> StripeError {
    var error = error
    for member in error.details.members {
      guard case .object(var object) = member.value else { continue }
      try renderer.render(&object, source)
      error.details[member.name] = .object(object)
    }
    return error
  }

  private func present(_ object: inout JSONObject, _ source: any RecordSource) throws {
    try renderer.render(&object, source)
    try expander.expand(&object, source)
  }

  private func needsWork(_ stored: [UInt8]) -> Bool { !expander.tree.isEmpty || renderer.touches(stored) }

  private static func parse(_ bytes: [UInt8], _ parser: JSONParser) throws -> JSONObject {
    try parser.parse(bytes).object ?? [:]
  }
}
