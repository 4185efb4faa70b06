import JSONReader
import PlatformCore
package import StripeClient

/// The calls that populating makes, so that a test can stand in between.
package protocol StripeCalls: Sendable {
  /// One page of a list.
  func page(_ path: String, _ parameters: [(String, String)]) async throws -> StripePage
  /// One object.
  func get(_ path: String, _ parameters: [(String, String)]) async throws -> StripeAnswer
  /// A change; under the same key it happens once.
  func post(_ path: String, _ parameters: [(String, String)], idempotencyKey: String) async throws -> StripeAnswer
  /// A deletion, or a subscription's end.
  func delete(_ path: String, _ parameters: [(String, String)]) async throws -> StripeAnswer
}

extension StripeClient: StripeCalls {}

extension StripeCalls {
  /// What it reads of every element of a list, newest first, to its last page.
  func list<Object>(
    _ path: String, _ parameters: [(String, String)], read: (JSONValue) -> Object?
  ) async throws -> [Object] {
    var objects: [Object] = []
    var cursor: [(String, String)] = []
    while true {
      let page = try await page(path, parameters + [("limit", "100")] + cursor)
      for element in page.elements {
        if let object = try Self.read(Array(element), path, read) { objects.append(object) }
      }
      guard page.hasMore, let last = page.ids.last else { return objects }
      cursor = [("starting_after", last)]
    }
  }

  /// What it reads of an object; nil when there is none.
  func find<Object>(_ path: String, read: (JSONValue) -> Object?) async throws -> Object? {
    do {
      return try Self.read(await get(path, []).body, path, read)
    } catch  where StripeClient.body(of: error)?.status == 404 {
      return nil
    }
  }

  /// What it reads of the object that a change answers; that is more than nothing.
  static func required<Object>(_ body: [UInt8], _ path: String, _ read: (JSONValue) -> Object?) throws -> Object {
    if let object = try Self.read(body, path, read) { return object }
    throw PlatformError(.protocolViolation, "Stripe's answer is not the object asked for", context: ["path": path])
  }

  private static func read<Object>(
    _ body: [UInt8], _ path: String, _ read: (JSONValue) -> Object?
  ) throws(PlatformError) -> Object? {
    let document = JSONDocument()
    do throws(JSONFault) {
      let value = try document.parse(body)
      return withExtendedLifetime(document) { read(value) }
    } catch {
      throw PlatformError(
        .protocolViolation, "Stripe's answer cannot be read", cause: error.reason, context: ["path": path])
    }
  }
}
