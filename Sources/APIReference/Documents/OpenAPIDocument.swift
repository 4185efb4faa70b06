/// What is served, as an OpenAPI document.
package enum OpenAPIDocument {
  /// JSON on one line, OpenAPI 3.1; made once.
  ///
  /// Calls and parameters that the sandbox refuses as unsupported: the calls are left out, the parameters are there
  /// with `"x-okapi-unsupported": true`.
  package static let text = document.jsonText

  /// The version of the API that the objects are described in.
  private static let version = "2026-10-28.endive"

  private static var document: ShapeValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "Okapi sandbox", "version": .string(version),
        "description": "A stateful Stripe API on localhost. Bodies are form-encoded, with brackets for what is nested.",
      ],
      "servers": [["url": "http://127.0.0.1:12111"]],
      "security": [["bearer": []], ["basic": []]],
      "paths": paths,
      "components": [
        "securitySchemes": [
          "bearer": ["type": "http", "scheme": "bearer"], "basic": ["type": "http", "scheme": "basic"],
        ],
        "schemas": schemas,
      ],
    ]
  }

  private static var paths: ShapeValue {
    var order: [String] = []
    var calls: [String: [(name: String, value: ShapeValue)]] = [:]
    for endpoint in APIReference.endpoints where endpoint.isSupported {
      if calls[endpoint.path] == nil { order.append(endpoint.path) }
      calls[endpoint.path, default: []].append((endpoint.method.lowercased(), operation(endpoint)))
    }
    return .object(order.map { (name: $0, value: .object(calls[$0] ?? [])) })
  }

  private static func operation(_ endpoint: Endpoint) -> ShapeValue {
    let variables = endpoint.variables.map { name -> ShapeValue in
      ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
    }
    let isInQuery = endpoint.method != "POST"
    let query = isInQuery ? endpoint.parameters.map(queryParameter) : []
    var members: [(name: String, value: ShapeValue)] = [
      ("operationId", .string(endpoint.operationID)), ("tags", [.string(endpoint.object)]),
      ("summary", .string(endpoint.summary)), ("parameters", .array(variables + query)),
    ]
    if !isInQuery {
      let form: ShapeValue = ["schema": OpenAPISchema.hash(endpoint.parameters)]
      members.append(("requestBody", ["content": ["application/x-www-form-urlencoded": form]]))
    }
    members.append(
      (
        "responses",
        [
          "200": ["description": "Done.", "content": ["application/json": ["schema": OpenAPISchema.answer(endpoint)]]],
          "default": [
            "description": "Refused or failed.",
            "content": ["application/json": ["schema": OpenAPISchema.reference("error")]],
          ],
        ]
      ))
    return .object(members)
  }

  private static func queryParameter(_ parameter: Parameter) -> ShapeValue {
    var members: [(name: String, value: ShapeValue)] = [
      ("name", .string(parameter.name)), ("in", "query"), ("required", .bool(parameter.isRequired)),
      ("schema", OpenAPISchema.parameter(parameter)),
    ]
    if parameter.type.isNested { members += [("style", "deepObject"), ("explode", true)] }
    return .object(members)
  }

  private static var schemas: ShapeValue {
    let objects = ObjectText.all.compactMap { name, _ in
      APIReference.objects[name].map { (name: name, value: OpenAPISchema.object($0.fields, isOpen: false)) }
    }
    return .object(objects + [("deleted", OpenAPISchema.deleted), ("error", OpenAPISchema.error)])
  }
}

extension Endpoint {
  /// The names of the path's variables.
  package var variables: [String] {
    path.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
  }

  /// `PostCustomersCustomer`: unlike every other call's.
  var operationID: String {
    let words = path.dropFirst("/v1/".count).split { "/_{}".contains($0) }
    return method.capitalizedWord + words.map { String($0).capitalizedWord }.joined()
  }

  /// A few words for people: `Update a customer`, `Add lines (invoice)`.
  package var summary: String {
    let noun = object.nounWords
    let verb = operation.split(separator: "_").joined(separator: " ").capitalizedWord
    if operation.contains("_") { return verb.hasSuffix(noun) ? verb : "\(verb) (\(noun))" }
    if answer == .list || answer == .searchResult { return "\(verb) \(noun)s" }
    if object == "balance" || object == "account" { return "\(verb) the \(noun)" }
    return "\(verb) \(noun.first.map { "aeiou".contains($0) } == true ? "an" : "a") \(noun)"
  }
}

extension ParameterType {
  /// Whether its form is written with brackets.
  var isNested: Bool {
    switch self {
    case .hash, .map, .array, .range: true
    case .either(let types): types.contains { $0.isNested }
    default: false
    }
  }
}

extension String {
  /// With a capital first letter and small ones after it.
  var capitalizedWord: String { prefix(1).uppercased() + dropFirst().lowercased() }

  /// An object's word for people: `test_helpers.test_clock` is a test clock.
  package var nounWords: String {
    switch self {
    case "invoiceitem": "invoice item"
    case "line_item": "invoice line item"
    default: (split(separator: ".").last ?? self[...]).split(separator: "_").joined(separator: " ")
    }
  }
}
