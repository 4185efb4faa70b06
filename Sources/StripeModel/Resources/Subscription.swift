extension ResourceDefinition {
  /// A customer's standing agreement to pay. Source: Stripe API reference, "The Subscription object".
  static let subscription = ResourceDefinition(
    name: .subscription, table: "subscriptions", path: "/v1/subscriptions",
    listing: .byCreated.with("status", "all").hidingClockObjects, idPrefixes: ["sub_"],
    help: "A customer's agreement to pay again every period; its items say for what.",
    columns: [
      .unixTime("created", help: "When the subscription was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration(
        "status",
        [
          "active", "canceled", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid",
        ],
        help: "Where the subscription stands"
      ).required,
      .reference("customer", to: .customer, help: "Who subscribed"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .currency(help: "Currency of its invoices, lower-case ISO 4217 code"),
      .enumeration(
        "collection_method", ["charge_automatically", "send_invoice"], help: "Charged by itself or paid by invoice"),
      .integer("days_until_due", help: "Days to pay when invoices are sent"),
      .unixTime("start_date", help: "When it began, which may lie before its creation"),
      .unixTime("billing_cycle_anchor", help: "Moment that fixes the day of every later bill"),
      .json("billing_cycle_anchor_config", help: "Day, hour and minute the bills are fixed to"),
      .unixTime("current_period_start", help: "Start of the paid period; only before 2025-03-31, see the items"),
      .unixTime("current_period_end", help: "End of the paid period; only before 2025-03-31, see the items"),
      .integer("quantity", help: "Units of the only item; null when there are several"),
      .unixTime("trial_start", help: "When the free trial began"),
      .unixTime("trial_end", help: "When the free trial ends or ended"),
      .enumeration(
        "trial_settings.end_behavior.missing_payment_method", ["cancel", "create_invoice", "pause"],
        help: "What happens when the trial ends without a payment method"),
      .boolean("cancel_at_period_end", help: "Whether it ends with the paid period"),
      .unixTime("cancel_at", help: "When it is going to end"),
      .unixTime("canceled_at", help: "When the cancellation was asked for"),
      .unixTime("ended_at", help: "When it really ended"),
      .enumeration(
        "cancellation_details.reason",
        [
          "canceled_by_retention_policy", "cancellation_requested", "payment_disputed", "payment_failed",
        ],
        help: "Why it was canceled"),
      .enumeration(
        "cancellation_details.feedback",
        [
          "customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex",
          "too_expensive", "unused",
        ],
        help: "Reason the customer chose from a list"),
      .text("cancellation_details.comment", help: "What the customer wrote on leaving").personal,
      .enumeration(
        "pause_collection.behavior", ["keep_as_draft", "mark_uncollectible", "void"],
        help: "What becomes of invoices while collection is paused"),
      .unixTime("pause_collection.resumes_at", help: "When collection goes on"),
      .reference("default_payment_method", to: .paymentMethod, help: "Payment method taken for it").unindexed,
      .expandable("default_source", help: "Card or bank account of the older API taken for it").unindexed,
      .reference("latest_invoice", to: .invoice, help: "Its most recent invoice").unindexed,
      .unixTime("next_pending_invoice_item_invoice", help: "When loose invoice items are next billed"),
      .text("description", help: "Text shown to the customer").personal,
      .references("discounts", help: "Ids of the discounts on it"),
      .reference("discount", to: .discount, help: "Its only discount; only before 2025-03-31").unindexed,
      .json("default_tax_rates", help: "Tax rates for items without their own"),
      .boolean("automatic_tax.enabled", help: "Whether Stripe works out the tax"),
      .text("automatic_tax.disabled_reason", help: "Why automatic tax was switched off"),
      .enumeration("billing_mode.type", ["classic", "flexible"], help: "Which rules of proration hold"),
      .json("billing_schedules", help: "Until when which prices are billed ahead"),
      .json("billing_thresholds", help: "Amounts that bring an invoice before the period ends"),
      .json("invoice_settings", help: "Texts, tax numbers and issuer for its invoices").personal,
      .json("payment_settings", help: "Payment method types allowed, and their options"),
      .json("pending_invoice_item_interval", help: "How often loose invoice items are billed"),
      .unixTime("pending_update.expires_at", help: "When a change waiting for payment is dropped"),
      .json("pending_update", help: "Change that waits for its payment"),
      .reference("pending_setup_intent", to: .setupIntent, help: "Setup that waits for the customer").unindexed,
      .reference("schedule", to: .subscriptionSchedule, help: "Schedule that drives it").unindexed,
      .json("status_details", help: "Since when and why it is paused"),
      .text("presentment_details.presentment_currency", help: "Currency shown to the customer"),
      .boolean("managed_payments.enabled", help: "Whether Stripe sells on the merchant's behalf"),
      .expandable("application", help: "Connect application that made it").unindexed,
      .decimal("application_fee_percent", help: "Percent of each invoice that goes to the application"),
      .expandable("on_behalf_of", help: "Account the charges are made for").unindexed,
      .expandable("transfer_data.destination", help: "Account that receives the money").unindexed,
      .decimal("transfer_data.amount_percent", help: "Percent of each invoice that is passed on"),
      .reference("test_clock", to: .testClock, help: "Simulated clock it lives on; test mode only").unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    children: [
      ChildList(
        "items", of: .subscriptionItem, at: ParentEndpoint("/v1/subscription_items", by: "subscription"),
        parentColumn: "subscription_id")
    ],
    expand: ["discounts"],
    events: ["customer.subscription.*", "customer.discount.*"],
    collapsed: [
      "plan", "automatic_tax.liability.account", "billing_schedules.applies_to.price",
      "cancellation_details.feedback_option",
      "invoice_settings.account_tax_ids", "invoice_settings.issuer.account",
      "pending_update.discounts", "pending_update.subscription_items.price", "pending_update.subscription_items.plan",
    ],
    embedded: ["default_tax_rates"])
}
