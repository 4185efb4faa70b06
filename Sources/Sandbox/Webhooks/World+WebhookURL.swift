extension World {
  /// The enabled endpoint of that URL that asks for all events, made when there is none; whether it is new.
  ///
  /// A new one's secret is its hidden member `secret`.
  package func endpoint(for url: String) throws -> (record: Record, isNew: Bool) {
    let known = try records(ListQuery(.webhookEndpoint)).first {
      $0.text("url") == url && $0.text("status") == "enabled" && $0["enabled_events"] == ["*"]
    }
    if let known { return (known, false) }
    var made = Record(blank: .webhookEndpoint, created: now)
    made.body.remove("secret")  // shown by the call that makes one, and by none after
    made["url"] = .string(url)
    made["enabled_events"] = ["*"]
    made["metadata"] = [:]
    made["status"] = "enabled"
    made.hidden["secret"] = .string("whsec_" + randomText(32))
    try save(&made)
    return (made, true)
  }
}
