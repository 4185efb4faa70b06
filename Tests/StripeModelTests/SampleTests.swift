import Foundation
import StripeModel
import Testing

/// Every declared place exists in a sample, and every place in a sample is declared or left out on purpose.
@Suite struct SampleTests {
  @Test(arguments: ResourceName.allCases)
  func everyDeclaredPathHoldsAValueInSomeSample(resource: ResourceName) throws {
    let samples = try Sample.all(of: resource)
    for column in resource.definition.columns where !Self.isFilledFromParent(column, of: resource) {
      for path in column.paths {
        #expect(
          samples.contains { $0.value[path] != nil }, "\(resource.rawValue).\(path.dotted) is in no sample")
      }
    }
    for child in resource.definition.children {
      #expect(samples.contains { $0.value[child.path] != nil }, "\(child.path.dotted) is in no sample")
    }
  }

  /// Elements of some lists do not say whose they are.
  private static func isFilledFromParent(_ column: Column, of resource: ResourceName) -> Bool {
    let silent: [ResourceName: String] = [
      .creditNoteLineItem: "credit_note_id", .checkoutLineItem: "checkout_session_id",
    ]
    return silent[resource] == column.name
  }

  @Test(arguments: ResourceName.allCases)
  func everyValueInASampleHasItsColumnsKind(resource: ResourceName) throws {
    for sample in try Sample.all(of: resource) {
      for column in resource.definition.columns {
        for path in column.paths {
          guard let value = sample.value[path] else { continue }
          #expect(value.isOf(column.kind), "\(sample.file): \(path.dotted) is \(value)")
        }
      }
    }
  }

  @Test(arguments: ResourceName.allCases)
  func everyPlaceInASampleIsDeclaredOrLeftOutOnPurpose(resource: ResourceName) throws {
    let known = KnownPlaces(resource)
    for sample in try Sample.all(of: resource) {
      let unknown = known.unknownPlaces(in: sample.value)
      #expect(unknown.isEmpty, "\(sample.file): \(unknown.joined(separator: ", "))")
    }
  }

  @Test(arguments: ResourceName.allCases)
  func nothingLeftOutOnPurposeIsDeclaredAsWell(resource: ResourceName) {
    let definition = resource.definition
    let columns = Set(definition.columns.flatMap(\.paths))
    let declared = columns.union(definition.ignored).union(definition.collapsed).union(definition.embedded)
      .union(definition.children.map(\.path))
    for path in leftOut[resource] ?? [] {
      #expect(!declared.contains(JSONPath(path)), "\(path)")
    }
  }

  @Test(arguments: ResourceName.allCases)
  func everySampleCarriesItsObjectAndRequiredColumns(resource: ResourceName) throws {
    let samples = try Sample.all(of: resource)
    #expect(samples.contains { $0.file == "\(resource.rawValue).json" })
    for sample in samples {
      #expect(sample.value["object"] == .string(resource.definition.object), "\(sample.file)")
      let id = try #require(sample.value["id"]?.string)
      let prefixes = resource.definition.idPrefixes
      #expect(prefixes.isEmpty || prefixes.contains { id.hasPrefix($0) }, "\(id)")
      if sample.value["deleted"] == .boolean(true) {
        #expect(resource.definition.isDeletable)
        continue
      }
      for column in resource.definition.columns where column.isRequired {
        #expect(column.paths.contains { sample.value[$0] != nil }, "\(sample.file): \(column.name)")
      }
    }
  }

  @Test func childrenInSamplesPointAtTheirParent() throws {
    for resource in ResourceName.allCases {
      for child in resource.definition.children {
        let column = try #require(child.resource.definition.column(child.parentColumn))
        for sample in try Sample.all(of: resource) {
          for element in sample.value[child.path]?["data"]?.elements ?? [] {
            #expect(element["object"] == .string(child.resource.rawValue), "\(sample.file)")
            if Self.isFilledFromParent(column, of: child.resource) { continue }
            let parent = column.paths.lazy.compactMap { element[$0]?.identifier }.first
            #expect(parent == sample.value["id"]?.string, "\(sample.file): \(child.path.dotted)")
          }
        }
      }
    }
  }

  @Test func noClientSecretIsEverAColumn() {
    for resource in ResourceName.allCases {
      for path in resource.definition.columns.flatMap(\.paths) {
        #expect(!path.members.contains { $0.contains("client_secret") || $0 == "confirmation_secret" })
      }
    }
  }
}

/// What a declaration says of the places in an object.
private struct KnownPlaces {
  private let whole: Set<JSONPath>
  private let inner: Set<JSONPath>

  init(_ resource: ResourceName) {
    let definition = resource.definition
    let places =
      definition.columns.flatMap(\.paths) + definition.ignored + definition.collapsed + definition.embedded
      + definition.children.map(\.path)
      + (["id", "object", "deleted"] + (leftOut[resource] ?? [])).map(JSONPath.init)
    whole = Set(places)
    inner = Set(places.flatMap { path in (1..<path.members.count).map { JSONPath(prefix: path, $0) } })
  }

  /// The dotted paths that nobody declared, but for nulls and empty objects: those say nothing.
  func unknownPlaces(in value: SampleValue, at path: JSONPath = JSONPath("")) -> [String] {
    guard case .object(let members) = value else { return [] }
    return members.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
      let place = JSONPath(path.members.isEmpty ? key : "\(path.dotted).\(key)")
      if whole.contains(place) { return [] }
      if case .object(let inside) = value, inner.contains(place) || inside.isEmpty {
        return unknownPlaces(in: value, at: place)
      }
      return inner.contains(place) && value == .null ? [] : [place.dotted]
    }
  }
}

extension JSONPath {
  fileprivate init(prefix path: JSONPath, _ length: Int) {
    self.init(path.members.prefix(length).joined(separator: "."))
  }
}

extension SampleValue {
  fileprivate func isOf(_ kind: ColumnKind) -> Bool {
    switch kind {
    case .text: string != nil
    case .enumeration(let values): string.map(values.contains) ?? false
    case .boolean: self == .boolean(true) || self == .boolean(false)
    case .integer, .minorUnits: integer != nil
    case .unixTime: (integer ?? 0) > 1_500_000_000
    case .currency: string.map { $0.count == 3 && $0 == $0.lowercased() } ?? false
    case .decimal: isDecimal
    case .reference, .expandable: identifier != nil
    case .references: isArray && elements.allSatisfy { $0.identifier != nil }
    case .json: true
    }
  }

  private var isArray: Bool { if case .array = self { true } else { false } }

  private var isDecimal: Bool {
    switch self {
    case .integer, .double: true
    case .string(let text): Decimal(string: text) != nil
    default: false
    }
  }
}
