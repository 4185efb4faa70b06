import HTTPServer
import Sandbox

/// What lies under `/_okapi/`: faults, a fresh start, deliveries once more. Not Stripe's.
struct SandboxControl: Sendable {
  let works: SandboxWorks
  let seeding: SandboxSeeding

  /// Who answers which path.
  var pages: [String: @Sendable (HTTPRequest) -> HTTPResponse] {
    [
      "/_okapi/faults": guarded { try works.faults.control($0) },
      "/_okapi/reset": guarded { request in
        try Self.requirePost(request)
        try works.erase()
        return ["reset": true]
      },
      "/_okapi/resend": guarded { try resend($0) },
      "/_okapi/ledger": guarded { _ in try works.ledger() },
      "/_okapi/seed": guarded { request in
        if request.method == "POST" { try seeding.start(Self.plan(request), works) }
        return seeding.json
      },
    ]
  }

  /// `{"event": "evt_…", "endpoint": "we_…"}`; without an endpoint, to all that want such events.
  private func resend(_ request: HTTPRequest) throws -> JSON {
    try Self.requirePost(request)
    guard let body = (try? JSONParser().parse(request.body))?.object, let event = body["event"].string else {
      throw StripeError.missing("event")
    }
    let endpoint = body["endpoint"].string
    let count = try works.store.write { try $0.resend(event: event, to: endpoint) }
    return ["event": .string(event), "deliveries": .integer(Int64(count))]
  }

  private static func plan(_ request: HTTPRequest) throws(StripeError) -> SeedPlan {
    guard let body = (try? JSONParser().parse(request.body))?.object, let plan = SeedPlan(body) else {
      throw .invalid("A plan has customers, months, profile, seed and until.")
    }
    return plan
  }

  private static func requirePost(_ request: HTTPRequest) throws(StripeError) {
    guard request.method == "POST" else { throw StripeError(status: 405, "Use POST.") }
  }

  /// A page that answers errors as JSON, and that web pages in a browser cannot call behind their reader's back.
  private func guarded(_ answer: @escaping @Sendable (HTTPRequest) throws -> JSON)
    -> @Sendable (HTTPRequest)
    -> HTTPResponse
  {
    { request in
      do {
        guard request.header("Origin") == nil else { throw StripeError(status: 403, "Not for web pages.") }
        return Self.json(200, try answer(request))
      } catch {
        let shown = error as? StripeError ?? StripeError(status: 500, type: "api_error", "\(error)")
        return Self.json(shown.status, shown.body)
      }
    }
  }

  private static func json(_ status: Int, _ value: JSON) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json")],
      body: .bytes(JSONWriter.bytes(value, pretty: true) + [UInt8(ascii: "\n")]))
  }
}
