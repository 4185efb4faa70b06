/// JSON schemas of objects and of parameters.
enum OpenAPISchema {
  static func reference(_ name: String) -> ShapeValue { ["$ref": .string("#/components/schemas/\(name)")] }

  /// What a call answers.
  static func answer(_ endpoint: Endpoint) -> ShapeValue {
    switch endpoint.answer {
    case .object: reference(endpoint.object)
    case .deleted: reference("deleted")
    case .list: list(of: [endpoint.object])
    case .searchResult:
      [
        "type": "object", "required": ["object", "data", "has_more", "next_page", "url"],
        "properties": [
          "object": ["const": "search_result"], "data": ["type": "array", "items": reference(endpoint.object)],
          "has_more": ["type": "boolean"], "next_page": ["type": ["string", "null"]], "url": ["type": "string"],
          "total_count": ["type": "integer"],
        ],
      ]
    }
  }

  // MARK: Objects

  /// An object of these members; more may come if it is open.
  static func object(_ fields: [FieldShape], isOpen: Bool) -> ShapeValue {
    let required = fields.filter { !$0.isOptional && !$0.isOnlyExpanded }.map { ShapeValue.string($0.name) }
    return [
      "type": "object", "required": .array(required),
      "properties": .object(fields.map { (name: $0.name, value: field($0)) }), "additionalProperties": .bool(isOpen),
    ]
  }

  private static func field(_ field: FieldShape) -> ShapeValue {
    var schema = type(field.type, field)
    if field.isNullable { schema = ["anyOf": [schema, ["type": "null"]]] }
    guard case .object(var members) = schema else { return schema }
    if !field.note.isEmpty { members.append(("description", .string(field.note))) }
    if field.isOnlyExpanded { members.append(("x-expansion-only", true)) }
    return .object(members)
  }

  private static func type(_ type: FieldType, _ field: FieldShape) -> ShapeValue {
    switch type {
    case .string: ["type": "string"]
    case .integer: ["type": "integer"]
    case .number: ["type": "number"]
    case .boolean: ["type": "boolean"]
    case .decimalString: ["type": "string", "format": "decimal"]
    case .enumeration:
      field.isOpen || field.values.isEmpty
        ? ["type": "string", "examples": .array(field.values.map { .string($0) })]
        : ["enum": .array(field.values.map { .string($0) })]
    case .object: object(field.fields, isOpen: field.isOpen)
    case .map(let inner): ["type": "object", "additionalProperties": self.type(inner, field)]
    case .array(let inner): ["type": "array", "items": self.type(inner, field)]
    case .reference: ["anyOf": .array([["type": "string"]] + known(field.expandsTo).map(reference))]
    case .embedded(let names): one(of: names)
    case .list(let names): list(of: names)
    }
  }

  private static func list(of names: [String]) -> ShapeValue {
    [
      "type": "object", "required": ["object", "data", "has_more", "url"],
      "properties": [
        "object": ["const": "list"], "data": ["type": "array", "items": one(of: names)],
        "has_more": ["type": "boolean"], "total_count": ["type": "integer"], "url": ["type": "string"],
      ],
    ]
  }

  private static func one(of names: [String]) -> ShapeValue {
    let known = known(names)
    if known.isEmpty { return ["type": "object"] }
    return known.count == 1 ? reference(known[0]) : ["anyOf": .array(known.map(reference))]
  }

  private static func known(_ names: [String]) -> [String] { names.filter { APIReference.objects[$0] != nil } }

  static let deleted: ShapeValue = [
    "type": "object", "required": ["id", "object", "deleted"],
    "properties": ["id": ["type": "string"], "object": ["type": "string"], "deleted": ["const": true]],
  ]

  static let error: ShapeValue = [
    "type": "object", "required": ["error"],
    "properties": [
      "error": [
        "type": "object", "required": ["type", "message"],
        "properties": [
          "type": ["enum": ["api_error", "card_error", "idempotency_error", "invalid_request_error"]],
          "message": ["type": "string"], "code": ["type": "string"], "param": ["type": "string"],
          "decline_code": ["type": "string"], "doc_url": ["type": "string"],
        ],
      ]
    ],
  ]

  // MARK: Parameters

  /// A form of these parameters.
  static func hash(_ parameters: [Parameter]) -> ShapeValue {
    [
      "type": "object", "required": .array(parameters.filter(\.isRequired).map { .string($0.name) }),
      "properties": .object(parameters.map { (name: $0.name, value: parameter($0)) }),
    ]
  }

  static func parameter(_ parameter: Parameter) -> ShapeValue {
    var schema = type(parameter.type, parameter)
    if parameter.isUnsettable { schema = ["anyOf": [schema, ["const": ""]]] }
    guard case .object(var members) = schema else { return schema }
    if !parameter.note.isEmpty { members.append(("description", .string(parameter.note))) }
    if parameter.until != nil { members.append(("deprecated", true)) }
    if !parameter.isSupported { members.append(("x-okapi-unsupported", true)) }
    return .object(members)
  }

  private static func type(_ type: ParameterType, _ parameter: Parameter) -> ShapeValue {
    switch type {
    case .string: ["type": "string"]
    case .integer: ["type": "integer"]
    case .number: ["type": "number"]
    case .boolean: ["type": "boolean"]
    case .decimal: ["type": "string", "format": "decimal"]
    case .enumeration: ["enum": .array(parameter.values.map { .string($0) })]
    case .hash: hash(parameter.parameters)
    case .map: ["type": "object", "additionalProperties": ["type": "string"]]
    case .array(let inner): ["type": "array", "items": self.type(inner, parameter)]
    case .range:
      [
        "anyOf": [
          ["type": "integer"],
          [
            "type": "object",
            "properties": .object(["gt", "gte", "lt", "lte"].map { (name: $0, value: ["type": "integer"]) }),
          ],
        ]
      ]
    case .either(let types): ["anyOf": .array(types.map { self.type($0, parameter) })]
    }
  }
}
