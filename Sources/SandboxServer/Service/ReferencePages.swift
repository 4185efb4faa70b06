import APIReference
import HTTPServer

/// What is served, for people at `/docs` and for programs at `/openapi.json`.
enum ReferencePages {
  static let all: [String: @Sendable (HTTPRequest) -> HTTPResponse] = [
    "/docs": { _ in answer("text/html; charset=utf-8", page) },
    "/openapi.json": { _ in answer("application/json", document) },
  ]

  private static let page = Array(ReferencePage.html.utf8)
  private static let document = Array(OpenAPIDocument.text.utf8)

  private static func answer(_ type: String, _ bytes: [UInt8]) -> HTTPResponse {
    HTTPResponse(headers: [("Content-Type", type)], body: .bytes(bytes))
  }
}
