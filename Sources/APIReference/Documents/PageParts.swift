/// Pieces of the reference page.
enum PageParts {
  /// Text for HTML.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// A note's text, with code between backquotes.
  private static func prose(_ text: String) -> String {
    escape(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "<code>\($0.element)</code>" }.joined()
  }

  // MARK: Calls

  /// A call with its parameters, folded.
  static func call(_ endpoint: Endpoint) -> String {
    let names = allNames(endpoint.parameters).joined(separator: " ")
    let key = "\(endpoint.method) \(endpoint.path) \(endpoint.operation) \(names)".lowercased()
    let anchor = (endpoint.method + endpoint.path).lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }
    return """
      <details class="call item" id="\(String(anchor))" data-key="\(escape(key))">
      <summary><span class="method \(endpoint.method.lowercased())">\(endpoint.method)</span>\
      <code class="path">\(escape(endpoint.path))</code><span class="what">\(escape(endpoint.summary))</span></summary>
      \(parameters(endpoint.parameters))
      <p class="answer">Answers \(answer(endpoint)).</p>
      </details>
      """
  }

  private static func answer(_ endpoint: Endpoint) -> String {
    let link = objectLink(endpoint.object)
    return switch endpoint.answer {
    case .object: "the \(link)"
    case .list: "a list of \(link)s"
    case .searchResult: "a search result of \(link)s"
    case .deleted: "<code>{id, object, deleted}</code>"
    }
  }

  private static func allNames(_ parameters: [Parameter]) -> [String] {
    var names: [String] = []
    for parameter in parameters {
      for name in [parameter.name] + allNames(parameter.parameters) where !names.contains(name) { names.append(name) }
    }
    return names
  }

  private static func parameters(_ parameters: [Parameter]) -> String {
    let supported =
      parameters.filter { $0.isSupported && $0.isRequired }
      + parameters.filter { $0.isSupported && !$0.isRequired }
    let refused = parameters.filter { !$0.isSupported }.map { "<code>\($0.name)</code>" }
    var html = #"<ul class="members">"# + supported.map(parameter).joined(separator: "\n")
    if !refused.isEmpty {
      html += #"<li class="refused">Answered as unsupported: \#(refused.joined(separator: ", ")).</li>"#
    }
    return html + "</ul>"
  }

  private static func parameter(_ parameter: Parameter) -> String {
    var marks = ""
    if parameter.isRequired { marks += #" <span class="mark required">required</span>"# }
    if parameter.isUnsettable { marks += #" <span class="mark">unsettable</span>"# }
    if let until = parameter.until { marks += #" <span class="mark">until \#(until)</span>"# }
    var html = #"<li><code class="name">\#(parameter.name)</code> <span class="type">\#(parameter.type.words)</span>"#
    html += marks + values(parameter.values, isOpen: false)
    if !parameter.note.isEmpty { html += #"<span class="note">\#(prose(parameter.note))</span>"# }
    if !parameter.parameters.isEmpty { html += inner(parameters(parameter.parameters), parameter.parameters.count) }
    return html + "</li>"
  }

  /// What lies a level deeper, folded.
  private static func inner(_ list: String, _ count: Int) -> String {
    #"<details class="inner"><summary>\#(count) inside</summary>\#(list)</details>"#
  }

  // MARK: Objects

  /// An object's fields, folded.
  static func object(_ name: String, _ fields: [FieldShape]) -> String {
    let key = "\(name) object \(allNames(fields).joined(separator: " "))".lowercased()
    return """
      <details class="object item" data-key="\(escape(key))">
      <summary><span class="method shape">{ }</span><code class="path">\(escape(name))</code>\
      <span class="what">The object</span></summary>
      \(members(fields))
      </details>
      """
  }

  private static func allNames(_ fields: [FieldShape]) -> [String] {
    var names: [String] = []
    for field in fields {
      for name in [field.name] + allNames(field.fields) where !names.contains(name) { names.append(name) }
    }
    return names
  }

  private static func members(_ fields: [FieldShape]) -> String {
    #"<ul class="members">"# + fields.map(member).joined(separator: "\n") + "</ul>"
  }

  private static func member(_ field: FieldShape) -> String {
    var marks = ""
    if field.isNullable { marks += #" <span class="mark">null</span>"# }
    if field.isOptional { marks += #" <span class="mark">may be left out</span>"# }
    if field.isOnlyExpanded { marks += #" <span class="mark required">only expanded</span>"# }
    if let since = field.since { marks += #" <span class="mark">since \#(since)</span>"# }
    var html = #"<li><code class="name">\#(field.name)</code> <span class="type">\#(type(field.type, field))</span>"#
    html += marks + values(field.values, isOpen: field.isOpen)
    if !field.note.isEmpty { html += #"<span class="note">\#(prose(field.note))</span>"# }
    if !field.fields.isEmpty { html += inner(members(field.fields), field.fields.count) }
    return html + "</li>"
  }

  private static func type(_ type: FieldType, _ field: FieldShape) -> String {
    switch type {
    case .array(let inner): "array: \(self.type(inner, field))"
    case .map(let inner): "keys of yours: \(self.type(inner, field))"
    case .reference: "id of \(links(field.expandsTo))"
    case .embedded(let names): names.isEmpty ? "any object" : links(names)
    case .list(let names): "list of \(links(names))"
    case .enumeration: field.values.isEmpty ? "string" : "one of"
    case .object: "object"
    case .decimalString: "string with a decimal number"
    default: type.words.split(separator: " ").last.map(String.init) ?? ""
    }
  }

  private static func links(_ names: [String]) -> String { names.map(objectLink).joined(separator: " or ") }

  private static func objectLink(_ name: String) -> String {
    APIReference.objects[name] == nil ? name.nounWords : ##"<a href="#\##(name)">\##(name.nounWords)</a>"##
  }

  private static func values(_ values: [String], isOpen: Bool) -> String {
    guard !values.isEmpty else { return "" }
    let list = values.map { "<code>\(escape($0))</code>" }.joined(separator: " ")
    return #"<span class="values">\#(list)\#(isOpen ? " …" : "")</span>"#
  }
}

extension ParameterType {
  /// The type in words.
  var words: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .decimal: "decimal"
    case .enumeration: "one of"
    case .hash: "hash"
    case .map: "hash of your keys"
    case .array(let inner): "array: \(inner.words)"
    case .range: "time, or hash of gt, gte, lt, lte"
    case .either(let types): types.map(\.words).joined(separator: ", or ")
    }
  }
}
