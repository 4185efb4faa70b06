import APIReference
import Sandbox

/// Holds a form against the parameters that Stripe documents for a call and makes typed values of it.
///
/// The order of the checks is Stripe's: first a parameter that nobody knows, then one parameter after the other as they
/// are declared (CONTRACT.md, section 8).
struct ParameterChecker {
  private let parameters: [Parameter]
  private let version: APIVersion

  /// A checker of a call's parameters; those that a version took away are unknown from it on.
  init(_ parameters: [Parameter], _ version: APIVersion = .current) {
    self.parameters = parameters
    self.version = version
  }

  /// The typed values, without `expand`.
  ///
  /// - Throws: the first fault, in Stripe's words.
  func check(_ form: FormMap) throws(StripeError) -> Params {
    guard !form.isEmpty || parameters.contains(where: \.isRequired) else { return Params() }
    var form = form
    form["expand"] = nil
    let unknown = UnknownParameters(version: version).first(in: form, parameters, prefix: "")
    if let unknown { throw .unknown(unknown) }
    return Params(try hash(form, parameters, prefix: ""))
  }

  /// The paths of `expand`.
  ///
  /// - Throws: "Invalid array" for anything but an array of strings.
  static func expand(_ form: FormMap) throws(StripeError) -> [String] {
    guard let value = form["expand"] else { return [] }
    guard let elements = value.elements else { throw .invalid("Invalid array", param: "expand") }
    var paths: [String] = []
    for (index, element) in elements.enumerated() {
      guard case .text(let path) = element else {
        throw .invalid("Invalid string: \(text(of: element))", param: "expand[\(index)]")
      }
      paths.append(path)
    }
    return paths
  }

  private func hash(_ form: FormMap, _ parameters: [Parameter], prefix: String) throws(StripeError) -> JSONObject {
    var values: JSONObject = [:]
    for parameter in parameters where parameter.name != "expand" {
      let path = prefix.isEmpty ? parameter.name : "\(prefix)[\(parameter.name)]"
      guard let value = form[parameter.name] else {
        if parameter.isRequired { throw .missing(path) }
        continue
      }
      guard parameter.isSupported else {
        // What a hash would hold is not always declared; a scalar of the wrong type is wrong in any case.
        if !parameter.type.isNested { _ = try self.value(value, parameter, parameter.type, path) }
        throw .unsupported("the parameter \(path)", param: path)
      }
      values[parameter.name] = try self.value(value, parameter, parameter.type, path)
    }
    return values
  }

  private func value(
    _ value: FormValue, _ parameter: Parameter, _ type: ParameterType, _ path: String
  ) throws(StripeError) -> JSON {
    if case .text("") = value {
      guard parameter.isUnsettable || type == .map else { throw Self.empty(path) }
      return .null
    }
    switch type {
    case .hash:
      guard case .map(let map) = value else { throw .invalid("Invalid object", param: path) }
      return .object(try hash(map, parameter.parameters, prefix: path))
    case .map: return .object(try MetadataCheck.check(value, path))
    case .array(let element): return try array(value, parameter, element, path)
    case .range: return try range(value, path)
    case .either(let types): return try either(value, parameter, types, path)
    case .enumeration:
      let text = try Self.text(value, path)
      guard parameter.values.contains(text) else { throw .notOneOf(parameter.values, param: path) }
      return .string(text)
    case .string: return .string(try Self.text(value, path))
    case .integer: return .integer(try Self.integer(value, path))
    case .boolean: return .bool(try Self.boolean(value, path))
    case .decimal: return .string(try Self.decimal(value, path))
    case .number:
      let digits = try Self.decimal(value, path)
      return Int64(digits).map { .integer($0) } ?? .decimal(digits)
    }
  }

  private func array(
    _ value: FormValue, _ parameter: Parameter, _ type: ParameterType, _ path: String
  ) throws(StripeError) -> JSON {
    guard let elements = value.elements else { throw .invalid("Invalid array", param: path) }
    if let limit = Self.limits[parameter.name], elements.count > limit {
      throw .invalid("Array \(path) exceeded maximum \(limit) allowed elements.", param: path)
    }
    // An element cannot be unset, whatever holds for the whole.
    let element = Parameter(
      name: parameter.name, type: type, values: parameter.values, parameters: parameter.parameters)
    var values: [JSON] = []
    for (index, inner) in elements.enumerated() {
      values.append(try self.value(inner, element, type, "\(path)[\(index)]"))
    }
    return .array(values)
  }

  private func range(_ value: FormValue, _ path: String) throws(StripeError) -> JSON {
    guard case .map(let map) = value else { return .integer(try Self.integer(value, path)) }
    var bounds: JSONObject = [:]
    for member in map.members {
      let path = "\(path)[\(member.name)]"
      if case .text("") = member.value { throw Self.empty(path) }
      bounds[member.name] = .integer(try Self.integer(member.value, path))
    }
    return .object(bounds)
  }

  /// The first type whose form fits; where none does, the fault that the last one finds.
  private func either(
    _ value: FormValue, _ parameter: Parameter, _ types: [ParameterType], _ path: String
  ) throws(StripeError) -> JSON {
    var fault = StripeError.invalid("Invalid object", param: path)
    var isNested = true
    if case .text = value { isNested = false }
    for type in types where isNested == type.isNested {
      do {
        return try self.value(value, parameter, type, path)
      } catch {
        fault = error
      }
    }
    if isNested, !types.contains(where: \.isNested) {
      fault = .invalid("Invalid string: \(Self.text(of: value))", param: path)
    }
    throw fault
  }

  /// Arrays that Stripe bounds.
  private static let limits = ["types": 20]
}

// MARK: scalars

extension ParameterChecker {
  private static let maximumCharacters = 5_000

  static func text(of value: FormValue) -> String {
    String(decoding: JSONWriter.bytes(value.json), as: UTF8.self)
  }

  static func text(_ value: FormValue, _ path: String) throws(StripeError) -> String {
    guard case .text(let text) = value else {
      throw .invalid("Invalid string: \(Self.text(of: value))", param: path)
    }
    guard text.utf8.count > maximumCharacters, text.unicodeScalars.count > maximumCharacters else { return text }
    throw .invalid(
      "Invalid string: \(text.prefix(4))...\(text.suffix(4)); must be at most \(maximumCharacters) characters",
      param: path)
  }

  static func integer(_ value: FormValue, _ path: String) throws(StripeError) -> Int64 {
    if case .text(let text) = value, let number = Int64(text), text.utf8.first != UInt8(ascii: "+") { return number }
    throw .invalid("Invalid integer: \(plain(value))", code: "parameter_invalid_integer", param: path)
  }

  static func boolean(_ value: FormValue, _ path: String) throws(StripeError) -> Bool {
    switch value {
    case .text("true"): return true
    case .text("false"): return false
    default: throw .invalid("Invalid boolean: \(plain(value))", param: path)
    }
  }

  /// Plain digits with at most one point, as they came.
  static func decimal(_ value: FormValue, _ path: String) throws(StripeError) -> String {
    let fault = StripeError.invalid("Invalid decimal: \(plain(value))", param: path)
    guard case .text(let text) = value, text.utf8.count <= 40 else { throw fault }
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let areDigits = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }
    guard parts.count <= 2, areDigits else { throw fault }
    return text
  }

  static func empty(_ path: String) -> StripeError {
    .invalid(
      """
      You passed an empty string for '\(path)'. We assume empty values are an attempt to unset a parameter; however \
      '\(path)' cannot be unset. You should remove '\(path)' from your request or supply a non-empty value.
      """, code: "parameter_invalid_empty", param: path)
  }

  private static func plain(_ value: FormValue) -> String {
    if case .text(let text) = value { text } else { text(of: value) }
  }
}

extension ParameterType {
  /// Whether its values come in brackets; a range also comes as a number.
  var isNested: Bool {
    switch self {
    case .hash, .map, .array: true
    default: false
    }
  }
}
