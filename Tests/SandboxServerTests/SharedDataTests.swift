import APIReference
import Foundation
import Sandbox
import Testing

@testable import SandboxServer

/// The sandbox's objects beside Stripe's own examples, which are not part of the repository: `make test-shared`.
@Suite struct SharedDataTests {
  /// Where the examples, a release older than the sandbox and made up member by member, differ for a reason.
  private static let known = Set(
    [
      // Old members, kept in the examples.
      "invoice.subscription is missing", "line_item.subscription is missing",
      // The invoice to come, in the event `invoice.upcoming`.
      "invoice.id is missing in some",
    ]
      + otherMethods.flatMap { type in
        ["invoice", "subscription"].map { "\($0).payment_settings.payment_method_options.\(type) is missing" }
      })
  /// Payment methods that the sandbox takes no choices for.
  private static let otherMethods = [
    "acss_debit", "bancontact", "customer_balance", "konbini", "payto", "pix", "sepa_debit", "upi", "us_bank_account",
  ]

  @Test("every object that the sandbox makes has the members of the official example, with the same types")
  func officialExamples() throws {
    let root = try #require(ProcessInfo.processInfo.environment["OKAPI_SHARED"], "run `make test-shared SHARED=…`")
    let file = URL(fileURLWithPath: "\(root)/stripe/fixtures/fixtures3.json")
    let examples = try JSONParser().parse(Array(Data(contentsOf: file)))["resources"]
    let lab = try ShapeLab()
    try lab.live()
    var problems: Set<String> = []
    for (name, shape) in APIReference.objects {
      let objects = (lab.seen[name] ?? []).compactMap(\.object).filter { !$0.has("deleted") }
      #expect(!objects.isEmpty, "no \(name) was made")
      let example = try #require(examples[name].object, "no example of a \(name)")
      var comparison = ExampleComparison()
      comparison.compare(objects, with: example, shape.fields, at: name)
      problems.formUnion(comparison.problems)
    }
    #expect(problems.subtracting(Self.known).sorted() == [], "\n\(problems.sorted().joined(separator: "\n"))")
    #expect(Self.known.subtracting(problems).sorted() == [], "these are no exceptions any more")
  }
}

/// Objects of one type held against an example of theirs.
private struct ExampleComparison {
  var problems: Set<String> = []

  /// What stands in the example stands in every object; what may be left out, in one of them.
  mutating func compare(_ objects: [JSONObject], with example: JSONObject, _ fields: [FieldShape], at place: String) {
    guard !objects.isEmpty else { return }
    for member in example.members {
      let here = "\(place).\(member.name)"
      let field = fields.first { $0.name == member.name }
      let holders = objects.filter { $0.has(member.name) }
      let mayLack = field.map { $0.isOptional || $0.isOnlyExpanded } ?? true
      if holders.isEmpty {
        problems.insert("\(here) is missing")
      } else if !mayLack, holders.count < objects.count {
        problems.insert("\(here) is missing in some")
      }
      compare(holders.map { $0[member.name] }.filter { !$0.isNull }, with: member.value, field, at: here)
    }
  }

  private mutating func compare(_ values: [JSON], with example: JSON, _ field: FieldShape?, at place: String) {
    if case .map? = field?.type { return }
    if case .list? = field?.type { return }
    switch example {
    case .null: return
    case .object(let inner):
      // An id may stand for the object; an object with an `object` is compared as one of its own.
      let objects = values.compactMap(\.object)
      expect(objects.count == values.count || field?.expandsTo.isEmpty == false, values, example, place)
      if inner.has("object") || inner.has("deleted") { return }
      compare(objects, with: inner, field?.fields ?? [], at: place)
    case .array(let inner):
      expect(values.allSatisfy { $0.array != nil }, values, example, place)
      if let first = inner.first {
        compare(values.flatMap { $0.array ?? [] }, with: first, field, at: "\(place)[]")
      }
    default:
      let isReference = field?.expandsTo.isEmpty == false
      let agrees = values.allSatisfy {
        Self.kind($0) == Self.kind(example) || isReference && $0.object != nil
      }
      expect(agrees, values, example, place)
    }
  }

  private mutating func expect(_ condition: Bool, _ values: [JSON], _ example: JSON, _ place: String) {
    guard !condition, let other = values.first(where: { Self.kind($0) != Self.kind(example) }) else { return }
    problems.insert("\(place) is \(Self.kind(other)), not \(Self.kind(example))")
  }

  private static func kind(_ value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .decimal: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
