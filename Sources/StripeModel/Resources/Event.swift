extension ResourceDefinition {
  /// Something that happened. Source: Stripe API reference, "The Event object".
  ///
  /// The object inside is what it was at that moment, in the version of the event: it stays in `raw`, is no sighting,
  /// and its id is no foreign key. Stripe forgets events after 30 days; the rows stay.
  static let event = ResourceDefinition(
    name: .event, table: "events", path: "/v1/events", listing: .byCreated.reaching(days: 30), idPrefixes: ["evt_"],
    help: "Something that happened to an object, with the object as it was then in the raw JSON.",
    columns: [
      .unixTime("created", help: "When it happened").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .text("type", help: "What happened, such as invoice.paid").required.indexed,
      .text("object_type", from: ["data.object.object"], help: "Kind of object it happened to, such as invoice"),
      .text("object_id", from: ["data.object.id"], help: "Id of the object it happened to").indexed,
      .text("snapshot_api_version", from: ["api_version"], help: "API version of the object inside, for ever"),
      .json("previous_attributes", from: ["data.previous_attributes"], help: "What changed, with the values before")
        .personal,
      .text("request_id", from: ["request.id"], help: "API call that caused it; null when Stripe did"),
      .text("idempotency_key", from: ["request.idempotency_key"], help: "Idempotency key of that call"),
      .expandable("account", help: "Connected account it happened in").unindexed,
      .text("context", help: "Where it happened, in newer versions"),
      .integer("pending_webhooks", help: "Webhook deliveries that are not acknowledged yet").volatile,
    ],
    unannounced: [.creation],
    // Signed anew with every read, as in the objects themselves.
    ignored: [
      "data.object.hosted_invoice_url", "data.object.invoice_pdf", "data.object.pdf", "data.object.receipt_url",
      "data.object.url",
    ])
}
