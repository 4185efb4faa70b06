extension ResourceDefinition {
  /// Changes planned for a subscription. Source: Stripe API reference, "The Subscription Schedule object".
  static let subscriptionSchedule = ResourceDefinition(
    name: .subscriptionSchedule, table: "subscription_schedules", path: "/v1/subscription_schedules",
    idPrefixes: ["sub_sched_"],
    help: "Changes planned for a subscription, phase by phase.",
    columns: [
      .unixTime("created", help: "When the schedule was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration(
        "status", ["active", "canceled", "completed", "not_started", "released"], help: "Where the schedule stands"
      ).required,
      .reference("customer", to: .customer, help: "Who subscribes"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .reference("subscription", to: .subscription, help: "Subscription it drives; null before and after"),
      .reference("released_subscription", to: .subscription, help: "Subscription it drove until it was released")
        .unindexed,
      .unixTime("current_phase.start_date", help: "When the present phase began"),
      .unixTime("current_phase.end_date", help: "When the present phase ends"),
      .enumeration(
        "end_behavior", ["cancel", "none", "release", "renew"],
        help: "What becomes of the subscription after the last phase"),
      .unixTime("completed_at", help: "When the last phase ended"),
      .unixTime("canceled_at", help: "When it was canceled"),
      .unixTime("released_at", help: "When the subscription was let go"),
      .json("phases", help: "The phases in order: items, prices, dates and settings").personal,
      .enumeration("billing_mode.type", ["classic", "flexible"], help: "Which rules of proration hold"),
      .enumeration(
        "default_settings.billing_cycle_anchor", ["automatic", "phase_start"],
        help: "Whether bills move to the start of a phase"),
      .enumeration(
        "default_settings.collection_method", ["charge_automatically", "send_invoice"],
        help: "Charged by itself or paid by invoice"),
      .reference("default_settings.default_payment_method", to: .paymentMethod, help: "Payment method taken for it")
        .unindexed,
      .text("default_settings.description", help: "Text shown to the customer").personal,
      .boolean("default_settings.automatic_tax.enabled", help: "Whether Stripe works out the tax"),
      .json("default_settings.billing_thresholds", help: "Amounts that bring an invoice before the period ends"),
      .json("default_settings.invoice_settings", help: "Texts, tax numbers and issuer for its invoices").personal,
      .decimal(
        "default_settings.application_fee_percent", help: "Percent of each invoice that goes to the application"),
      .expandable("default_settings.on_behalf_of", help: "Account the charges are made for").unindexed,
      .expandable("default_settings.transfer_data.destination", help: "Account that receives the money").unindexed,
      .decimal("default_settings.transfer_data.amount_percent", help: "Percent of each invoice that is passed on"),
      .json("pause_schedules", help: "Pauses planned for the subscription"),
      .expandable("application", help: "Connect application that made it").unindexed,
      .reference("test_clock", to: .testClock, help: "Simulated clock it lives on; test mode only").unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    events: ["subscription_schedule.*"],
    collapsed: [
      "default_settings.automatic_tax.liability.account", "default_settings.invoice_settings.account_tax_ids",
      "default_settings.invoice_settings.issuer.account",
      "phases.add_invoice_items.discounts.coupon", "phases.add_invoice_items.discounts.discount",
      "phases.add_invoice_items.discounts.promotion_code", "phases.add_invoice_items.price",
      "phases.automatic_tax.liability.account", "phases.coupon", "phases.default_payment_method",
      "phases.discounts.coupon", "phases.discounts.discount", "phases.discounts.promotion_code",
      "phases.invoice_settings.account_tax_ids", "phases.invoice_settings.issuer.account",
      "phases.items.discounts.coupon", "phases.items.discounts.discount", "phases.items.discounts.promotion_code",
      "phases.items.plan", "phases.items.price", "phases.on_behalf_of", "phases.transfer_data.destination",
    ],
    embedded: ["phases.add_invoice_items.tax_rates", "phases.default_tax_rates", "phases.items.tax_rates"])
}
