import HTTPClient
import JSONReader

/// Reads the body of a call that succeeded.
enum AnswerReader {
  /// What is wrong with it, in words.
  struct Fault: Error { let reason: String }

  static func answer(_ response: HTTPClient.Response, startedAt: Int64) throws(Fault) -> StripeAnswer {
    let document = DocumentPool.shared.take()
    defer { DocumentPool.shared.giveBack(document) }
    let value = try object(response, document)
    return StripeAnswer(
      status: response.status, body: value.minified, requestID: response.header("Request-Id"),
      apiVersion: response.header("Stripe-Version"), startedAt: startedAt,
      isReplayed: response.header("Idempotent-Replayed") == "true")
  }

  static func id(_ response: HTTPClient.Response) throws(Fault) -> String {
    let document = JSONDocument()
    defer { withExtendedLifetime(document) {} }
    guard let id = try object(response, document)["id"]?.stringValue else { throw Fault(reason: "it has no id") }
    return id
  }

  static func page(_ response: HTTPClient.Response, startedAt: Int64) throws(Fault) -> StripePage {
    let document = DocumentPool.shared.take()
    defer { DocumentPool.shared.giveBack(document) }
    let list = try object(response, document)
    guard list["object"]?.stringValue == "list", let data = list["data"], data.kind == .array,
      let hasMore = list["has_more"]?.bool
    else { throw Fault(reason: "it is no list with data and has_more") }
    var ids: [String] = []
    var created: [Int64?] = []
    data.forEachElement { element in
      if let id = element["id"]?.stringValue { ids.append(id) }
      created.append(element["created"]?.int64)
    }
    guard ids.count == created.count else { throw Fault(reason: "an element of the list has no id") }
    return StripePage(
      elements: data.minifiedElements, ids: ids, created: created, hasMore: hasMore, startedAt: startedAt,
      requestID: response.header("Request-Id"), apiVersion: response.header("Stripe-Version"))
  }

  private static func object(_ response: HTTPClient.Response, _ document: JSONDocument) throws(Fault) -> JSONValue {
    do throws(JSONFault) {
      let value = try document.parse(response.body)
      if value.kind == .object { return value }
    } catch {
      throw Fault(reason: "\(error.reason) (\(response.body.count) bytes)")
    }
    throw Fault(reason: "it is no JSON object")
  }
}
