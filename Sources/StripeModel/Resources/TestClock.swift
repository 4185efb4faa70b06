extension ResourceDefinition {
  /// A simulated clock. Source: Stripe API reference, "The Test Clock object".
  static let testClock = ResourceDefinition(
    name: .testClock, table: "test_clocks", path: "/v1/test_helpers/test_clocks", listing: .whole.inTestModeOnly,
    idPrefixes: ["clock_"],
    help: "A simulated clock that customers live on in test mode; Stripe deletes it after 30 days.",
    columns: [
      .unixTime("created", help: "When the clock was created").required,
      .boolean("livemode", help: "Always false"),
      .text("name", help: "Name of the clock"),
      .enumeration("status", ["advancing", "internal_failure", "ready"], help: "Whether it stands or moves").required,
      .unixTime("frozen_time", help: "What time it is on the clock").required,
      .unixTime("status_details.advancing.target_frozen_time", help: "What time it is moving to"),
      .unixTime("deletes_after", help: "When Stripe deletes the clock and what lives on it"),
    ],
    events: ["test_helpers.test_clock.*"],
    isDeletable: true)
}
