import HTTPServer
import Sandbox

/// Stands in for the bank's page: the customer of a payment or setup intent that waits for authentication succeeds or
/// fails.
///
/// `GET` shows two buttons, `POST` with `result=succeeded` or `result=failed` decides and leads back to the shop.
struct AuthenticationPage: Sendable {
  /// What every such path begins with; the intent's id follows.
  static let prefix = "/_okapi/authenticate/"

  let store: SandboxStore

  /// Answers a request for a path with the prefix.
  func answer(_ request: HTTPRequest) -> HTTPResponse {
    let id = String(request.path.dropFirst(Self.prefix.count))
    guard id.utf8.allSatisfy({ Self.isPlain($0) }) else { return page(404, "There is no such intent.") }
    guard request.method == "POST" else { return page(200, Self.buttons(id)) }
    let form = try? FormDecoder.decode(query: request.query, body: request.body)
    let succeeds: Bool
    switch form?["result"] {
    case .text("succeeded"): succeeds = true
    case .text("failed"): succeeds = false
    default: return page(400, "Say result=succeeded or result=failed.")
    }
    do {
      let place = try store.write { world -> String? in
        let before = try world.find(id.hasPrefix("seti_") ? .setupIntent : .paymentIntent, id)
        _ = try world.authenticate(id, succeed: succeeds)
        return before?["next_action"]["redirect_to_url"]["return_url"].string
      }
      guard let place else { return page(200, "Done. You may close this page.") }
      let kind = id.hasPrefix("seti_") ? "setup_intent" : "payment_intent"
      let more = "\(kind)=\(id)&redirect_status=\(succeeds ? "succeeded" : "failed")"
      return HTTPResponse(
        status: 303, headers: [("Location", place + (place.contains("?") ? "&" : "?") + more)], body: .bytes([]))
    } catch let error as StripeError {
      return page(error.status, error.message)
    } catch {
      return page(500, "The sandbox failed; its log may say more.")
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func buttons(_ id: String) -> String {
    """
    <p>The bank asks whether you are you. (\(id))</p>
    <form method="post"><button name="result" value="succeeded">Complete authentication</button>
    <button name="result" value="failed">Fail authentication</button></form>
    """
  }

  /// `text` is ours, or an error's message, which repeats nothing but an id of letters and digits.
  private func page(_ status: Int, _ text: String) -> HTTPResponse {
    let html = """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Okapi sandbox</title>
      <style>body { font: 16px/1.5 system-ui; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }
      button { font: inherit; padding: .5rem 1rem; margin-right: .5rem }</style>
      <h1>3D Secure</h1>\(text)</html>
      """
    return HTTPResponse(
      status: status, headers: [("Content-Type", "text/html; charset=utf-8")], body: .bytes(Array(html.utf8)))
  }
}
