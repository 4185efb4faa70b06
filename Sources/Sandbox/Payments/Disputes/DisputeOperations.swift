/// The calls about disputes.
enum DisputeOperations {
  static let operations = [
    Operation("POST", "/v1/disputes/{dispute}") { world, call in
      var dispute = try world.require(.dispute, call, "dispute")
      try update(world, &dispute, call.params)
      return .record(dispute)
    },
    Operation("POST", "/v1/disputes/{dispute}/close") { world, call in
      var dispute = try world.require(.dispute, call, "dispute")
      guard isOpen(dispute) else { throw closed() }
      let isInquiry = (dispute.text("status") ?? "").hasPrefix("warning_")
      try world.end(&dispute, isInquiry ? "warning_closed" : "lost")
      return .record(dispute)
    },
  ]

  private static func update(_ world: World, _ dispute: inout Record, _ params: Params) throws {
    try dispute.takeMetadata(params)
    dispute.take(params, "intended_submission_method")
    let evidence = params.hash("evidence")
    if evidence != nil || params.flag("submit") == true {
      guard (dispute.text("status") ?? "").hasSuffix("needs_response") else { throw closed() }
    }
    if let evidence {
      for member in evidence.values.members { dispute["evidence"][member.name] = member.value }
      let given = (dispute["evidence"].object ?? [:]).members.contains { $0.value.string?.isEmpty == false }
      dispute["evidence_details"]["has_evidence"] = .bool(given)
    }
    // Notes alone hand nothing in.
    if params.flag("submit") ?? (evidence != nil) { try world.submit(&dispute) }
    try world.save(&dispute, emitting: "charge.dispute.updated")
  }

  private static func isOpen(_ dispute: Record) -> Bool {
    !["won", "lost", "warning_closed", "prevented"].contains(dispute.text("status") ?? "")
  }

  private static func closed() -> StripeError {
    .invalid("This dispute is already closed or its evidence was submitted; it cannot be changed any more.")
  }
}
