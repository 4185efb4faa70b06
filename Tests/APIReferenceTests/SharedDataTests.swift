import Foundation
import Testing

@testable import APIReference

/// The official example objects, which are not part of the repository: `make test-shared`.
struct SharedDataTests {
  /// Where the examples, a release older than the reference, differ for a reason.
  private static let known: Set<String> = [
    // Old members, kept in the examples.
    "event data.object.aggregate_usage: is unknown", "invoice subscription: is unknown",
    // Sent, but undocumented or left out of the examples.
    "charge radar_options: is missing", "customer customer_account: is missing", "subscription plan: is missing",
    "subscription quantity: is missing",
    // New with endive.
    "charge payment_method_details.card.electronic_commerce_indicator: is missing",
    "charge payment_method_details.card.setup_credential_usage: is missing",
    "charge payment_method_details.card.stored_credential_usage: is missing",
    "dispute evidence_details.submission_method: is missing", "dispute intended_submission_method: is missing",
    "invoice status_details: is missing", "invoiceitem frozen_fields: is missing",
    "invoiceitem invoicing_rules: is missing", "payment_intent allowed_payment_method_types: is missing",
    "payment_intent payment_record: is missing", "product tax_details: is missing",
    "setup_intent allowed_payment_method_types: is missing",
    "subscription cancellation_details.feedback_option: is missing",
    "subscription items.data[0].current_trial: is missing",
    "subscription pending_update.cancel_at_period_end: is missing",
    "subscription trial_settings.end_behavior.billing_cycle_anchor: is missing",
    "subscription status_details: is missing", "subscription_item current_trial: is missing",
  ]

  @Test("the official example of every object has its shape")
  func officialExamples() throws {
    let root = try #require(ProcessInfo.processInfo.environment["OKAPI_SHARED"], "run `make test-shared SHARED=…`")
    let file = URL(fileURLWithPath: "\(root)/stripe/fixtures/fixtures3.json")
    let examples = try #require(try ShapeValue.json(Data(contentsOf: file))["resources"])
    for (name, _) in ObjectText.all {
      let example = try #require(examples[name], "no example of a \(name)")
      let problems = ShapeCheck(expanded: true, acceptsNewValues: true).problems(in: example, as: name)
        // Another's account shows itself in part only.
        .filter { !$0.path.contains("transfer_data.destination.") }
        .map { "\(name) \($0)" }
      #expect(problems.filter { !Self.known.contains($0) } == [])
    }
  }
}
