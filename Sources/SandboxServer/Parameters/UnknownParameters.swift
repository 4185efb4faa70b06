import APIReference
import Sandbox

/// Looks for what a call does not know, at any depth.
struct UnknownParameters {
  let version: APIVersion

  /// The first unknown name in brackets form; nil when all are known.
  func first(in form: FormMap, _ parameters: [Parameter], prefix: String) -> String? {
    for member in form.members {
      let path = prefix.isEmpty ? member.name : "\(prefix)[\(member.name)]"
      guard let parameter = parameters.first(where: { $0.name == member.name }), !isGone(parameter) else { return path }
      if !parameter.isSupported && parameter.parameters.isEmpty { continue }  // its members are not declared
      if let unknown = first(in: member.value, parameter, parameter.type, path) { return unknown }
    }
    return nil
  }

  private func first(
    in value: FormValue, _ parameter: Parameter, _ type: ParameterType, _ path: String
  ) -> String? {
    switch (type, value) {
    case (.hash, .map(let map)): return first(in: map, parameter.parameters, prefix: path)
    case (.range, .map(let map)):
      return map.members.first { !Self.bounds.contains($0.name) }.map { "\(path)[\($0.name)]" }
    case (.array(let element), _):
      for (index, inner) in (value.elements ?? []).enumerated() {
        if let unknown = first(in: inner, parameter, element, "\(path)[\(index)]") { return unknown }
      }
      return nil
    case (.either(let types), .map), (.either(let types), .list):
      // What one of the types knows is known.
      let unknown = types.filter { $0.isNested || $0 == .range }.map { first(in: value, parameter, $0, path) }
      return unknown.contains(nil) ? nil : unknown.first ?? nil
    default: return nil
    }
  }

  /// `until` is written `25-03 basil`: year, month and name of the first version without it.
  private func isGone(_ parameter: Parameter) -> Bool {
    guard let until = parameter.until else { return false }
    return version.text.dropFirst(2).prefix(5) >= until.prefix(5)
  }

  private static let bounds = ["gt", "gte", "lt", "lte"]
}
