import PlatformCore
import StripeClient

/// What became of the wish that an object be there.
struct Ensured<Object: Sendable>: Sendable {
  let object: Object
  /// Whether this run made it; then nothing can refer to it yet.
  let isNew: Bool
}

extension StripeCalls {
  /// Makes an object that was looked for in vain.
  ///
  /// Stripe keeps an answer for a day under its key, whatever becomes of the object. So a kept answer is believed only
  /// when the object is still there, and a refusal only when it comes twice, the second time under another key.
  ///
  /// - Parameters:
  ///   - find: looks again: a call that failed may have done its work all the same.
  ///   - retrieve: reads an object that Stripe says to have made before; nil when it has gone.
  ///   - make: makes it and answers whether it is a kept answer; the number goes into the key.
  func ensure<Object: Sendable>(
    find: () async throws -> Object?, retrieve: (Object) async throws -> Object?,
    make: (_ attempt: Int) async throws -> (object: Object, isReplayed: Bool)
  ) async throws -> Ensured<Object> {
    var refused = false
    var attempt = 0
    while true {
      do {
        let (object, isReplayed) = try await make(attempt)
        if !isReplayed { return Ensured(object: object, isNew: true) }
        if let object = try await retrieve(object) { return Ensured(object: object, isNew: false) }
      } catch  where Refusal.mayBeOutdated(error) {
        if let object = try await find() { return Ensured(object: object, isNew: false) }
        guard !refused else { throw error }
        refused = true
      }
      attempt += 1
    }
  }
}

/// What Stripe's refusals leave to hope for.
enum Refusal {
  /// Whether a call was understood and refused for what it asks, not for who asks or how often: others may go on.
  static func isAboutOneObject(_ error: any Error) -> Bool {
    guard let status = StripeClient.body(of: error)?.status else { return false }
    return status < 500 && ![401, 403, 409, 429].contains(status)
  }

  /// Whether it may be a kept answer, to be had otherwise under another key. Stripe keeps failures of its own, too.
  static func mayBeOutdated(_ error: any Error) -> Bool {
    isAboutOneObject(error) || StripeClient.body(of: error).map(\.status) ?? 0 >= 500
  }
}
