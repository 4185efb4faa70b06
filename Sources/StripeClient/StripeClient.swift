package import PlatformCore

/// The one door to Stripe's API: keeps to a budget, tries again what may succeed, and says in full what does not.
///
/// Errors are `PlatformError`: 401 and 403 `.permission`, a missing object `.inputMissing`, 429 and 409 after the retries
/// `.temporary`, no connection, a refused certificate and 5xx `.unavailable`, everything else `.protocolViolation`. `code`
/// is Stripe's; the place names the request, the HTTP status and the request id.
package final class StripeClient: Sendable {
  /// Whom it speaks to.
  package let options: StripeClientOptions

  /// Makes a client; nothing is sent.
  package init(_ options: StripeClientOptions, log: Log = .silent) {
    self.options = options
  }

  /// Reads an object, or whatever else answers to GET.
  ///
  /// - Parameters:
  ///   - path: from `/v1/` on, without a query; build ids into it with `StripePath.of`.
  ///   - parameters: in brackets form, in order: `("expand[]", "data.customer")`.
  package func get(_ path: String, _ parameters: [(String, String)] = []) async throws -> StripeAnswer {
    throw Self.unbuilt
  }

  /// Reads one page of a list and checks its envelope; `limit` is the caller's.
  package func page(_ path: String, _ parameters: [(String, String)] = []) async throws -> StripePage {
    throw Self.unbuilt
  }

  /// Creates, changes or acts; a repeated attempt carries the same key, so that it happens once.
  package func post(
    _ path: String, _ parameters: [(String, String)], idempotencyKey: String
  ) async throws -> StripeAnswer {
    throw Self.unbuilt
  }

  /// Deletes or cancels; a repeated attempt may find that the first one did it, which is 404.
  package func delete(_ path: String, _ parameters: [(String, String)] = []) async throws -> StripeAnswer {
    throw Self.unbuilt
  }

  /// What was done so far.
  package var statistics: StripeStatistics { StripeStatistics() }

  /// Ends the calls under way, closes the connections; later calls fail.
  package func close() {}

  /// What Stripe said, if the error is its answer to a call of a client; nil for any other.
  package static func body(of error: any Error) -> StripeErrorBody? { nil }

  private static let unbuilt = PlatformError(.bug, "the client is not built yet")
}
