/// What the help says of one argument.
package struct ArgumentHelp: Sendable, ExpressibleByStringInterpolation {
  /// One line.
  package var abstract: String
  /// What stands between `<` and `>`; nil takes the argument's name.
  package var valueName: String?
  /// Whether the help shows the argument at all.
  package var isHidden: Bool

  /// Bundles the parts.
  package init(_ abstract: String = "", valueName: String? = nil, isHidden: Bool = false) {
    self.abstract = abstract
    self.valueName = valueName
    self.isHidden = isHidden
  }

  /// A plain line.
  package init(stringLiteral value: String) { self.init(value) }
}

/// The names an option or a flag answers to.
package struct NameSpecification: Sendable, ExpressibleByArrayLiteral {
  /// One name, possibly made from the property's.
  package struct Element: Sendable {
    fileprivate enum Kind: Sendable { case long, short, customLong(String), customShort(Character) }
    fileprivate let kind: Kind

    /// The property's name in kebab case.
    package static let long = Element(kind: .long)
    /// The first letter of the property's name.
    package static let short = Element(kind: .short)
    /// A long name, given without dashes.
    package static func customLong(_ name: String) -> Element { Element(kind: .customLong(name)) }
    /// A letter.
    package static func customShort(_ letter: Character) -> Element { Element(kind: .customShort(letter)) }
  }

  private let elements: [Element]

  /// Several names.
  package init(arrayLiteral elements: Element...) { self.elements = elements }
  private init(_ elements: [Element]) { self.elements = elements }

  /// The property's name in kebab case.
  package static let long: NameSpecification = [.long]
  /// The first letter of the property's name.
  package static let short: NameSpecification = [.short]
  /// Letter and long name.
  package static let shortAndLong: NameSpecification = [.short, .long]
  /// A long name, given without dashes.
  package static func customLong(_ name: String) -> NameSpecification { [.customLong(name)] }
  /// A letter.
  package static func customShort(_ letter: Character) -> NameSpecification { [.customShort(letter)] }

  /// The names with their dashes, letters first.
  func names(for property: String) -> [String] {
    let names = elements.map { element in
      switch element.kind {
      case .long: "--" + property
      case .short: "-" + property.prefix(1)
      case .customLong(let name): "--" + name
      case .customShort(let letter): "-\(letter)"
      }
    }
    return names.filter { !$0.hasPrefix("--") } + names.filter { $0.hasPrefix("--") }
  }
}

/// `sortOrder` becomes `sort-order`, `JSONDir` becomes `json-dir`.
func kebabCase(_ name: String) -> String {
  let letters = Array(name)
  var result = ""
  for (index, letter) in letters.enumerated() {
    let followsLower = index > 0 && !letters[index - 1].isUppercase
    let precedesLower = index > 0 && index + 1 < letters.count && letters[index + 1].isLowercase
    if letter.isUppercase, followsLower || precedesLower { result += "-" }
    result += letter.lowercased()
  }
  return result
}
