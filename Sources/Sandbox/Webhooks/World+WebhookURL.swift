extension World {
  /// Whether that can be the URL of an endpoint: a scheme, a host, and no space.
  package static func isWebhookURL(_ text: String) -> Bool {
    text.wholeMatch(of: #/https?://[^\s/?#]+([/?#]\S*)?/#) != nil
  }

  /// The enabled endpoint of that URL that asks for all events, made when there is none; whether it is new.
  ///
  /// Its secret is its hidden member `secret`: the one given, or one made by chance.
  package func endpoint(for url: String, secret: String? = nil) throws -> (record: Record, isNew: Bool) {
    let known = try records(ListQuery(.webhookEndpoint)).first {
      $0.text("url") == url && $0.text("status") == "enabled" && $0["enabled_events"] == ["*"]
    }
    if let known { return (known, false) }
    let id = try createWebhookEndpoint(Params(["url": .string(url), "enabled_events": ["*"]])).id
    var made = try require(.webhookEndpoint, id, param: "id")
    if let secret {
      made.hidden["secret"] = .string(secret)
      try save(&made)
    }
    return (made, true)
  }
}
