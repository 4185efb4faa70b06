import APIReference
import HTTPServer
import PlatformCore
import Sandbox

/// POST and DELETE: one unit of work, its answer kept under the idempotency key in that same unit.
extension SandboxAPI {
  private enum Outcome: Sendable {
    case done(status: Int, body: [UInt8])
    case replay(KeptReply)
  }

  func write(
    _ exchange: Exchange, _ route: Route, _ operation: Operation, _ variables: [String: String], _ form: FormMap
  ) throws -> HTTPResponse {
    guard let key = exchange.idempotencyKey else {
      return try execute(exchange, nil, operation, variables, checked(exchange, route, form))
    }
    let fingerprint = try Fingerprint.of(exchange, form)
    return try keysInFlight.run(key) {
      try execute(exchange, (key, fingerprint), operation, variables, checked(exchange, route, form))
    }
  }

  /// What is known of a request before it runs; a fault waits until the key was looked up.
  private struct Checked: Sendable {
    let params: Params
    let presenter: Presenter
  }

  private func checked(_ exchange: Exchange, _ route: Route, _ form: FormMap) -> Result<Checked, StripeError> {
    Result { () throws(StripeError) in
      let sent = try ParameterChecker(route.endpoint.parameters, exchange.version).check(form)
      let params = VersionedParameters.upgrade(sent, route.endpoint)
      let paths = try ParameterChecker.expand(form)
      let presenter = try Presenter(exchange.version, expand: paths, of: .object(route.endpoint.object), served)
      return Checked(params: params, presenter: presenter)
    }
  }

  private func execute(
    _ exchange: Exchange, _ kept: (key: String, fingerprint: String)?, _ operation: Operation,
    _ variables: [String: String], _ checked: Result<Checked, StripeError>
  ) throws -> HTTPResponse {
    if kept == nil, case .failure(let fault) = checked { throw fault }
    let origin = World.Origin(
      requestID: exchange.requestID, idempotencyKey: exchange.idempotencyKey, version: exchange.version)
    let keys = keysInFlight
    do {
      let outcome: Outcome = try store.write(origin: origin) { world in
        if let kept, let reply = try world.keptReply(kept.key) {
          guard reply.request == kept.fingerprint else { throw Self.mismatch(kept.key) }
          return .replay(reply)
        }
        let call = try checked.get()
        let reply = try operation.perform(world, Call(path: variables, params: call.params))
        let (status, body) = try self.body(of: reply, call.presenter, world, exchange)
        if let kept {
          try world.keep(kept, status, body, exchange)
          if keys.isTimeToClean(now: world.wallTime) { try world.dropOldReplies() }
        }
        return .done(status: status, body: body)
      }
      switch outcome {
      case .done(let status, let body): return response(exchange, status, .bytes(body), executed: true)
      case .replay(let reply):
        return response(
          exchange, reply.status, .bytes(Array(reply.body.utf8)), executed: true, replayOf: reply.requestID)
      }
    } catch {
      return try failed(error, exchange, kept, checked)
    }
  }

  /// The answer to a call that threw and was undone; once it had begun, its error is kept like any answer.
  private func failed(
    _ error: any Error, _ exchange: Exchange, _ kept: (key: String, fingerprint: String)?,
    _ checked: Result<Checked, StripeError>
  ) throws -> HTTPResponse {
    var known: StripeError
    if let error = error as? StripeError {
      guard !error.isRefusal else { throw error }
      known = error
    } else {
      known = internalError(error, exchange)
    }
    if case .success(let call) = checked {
      let error = known
      known = (try? store.read { try call.presenter.render(error, $0) }) ?? error
    }
    let body = errorBody(known, exchange)
    if let kept {
      let status = known.status
      do {
        try store.write { try $0.keep(kept, status, body, exchange) }
      } catch {
        _ = internalError(error, exchange)  // the answer stands, but the same key would run again
      }
    }
    return response(exchange, known.status, .bytes(body), executed: true)
  }

  private func body(
    of reply: Reply, _ presenter: Presenter, _ world: World, _ exchange: Exchange
  ) throws -> (Int, [UInt8]) {
    switch reply {
    case .record(let record): return (200, try presenter.bytes(of: record.body, world))
    case .object(let object): return (200, try presenter.bytes(of: object, world))
    case .deleted(let type, let id): return (200, JSONWriter.bytes(Presenter.stub(type, id), pretty: true))
    case .failure(let error): return (error.status, errorBody(try presenter.render(error, world), exchange))
    }
  }

  private static func mismatch(_ key: String) -> StripeError {
    StripeError(
      type: "idempotency_error",
      """
      Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a \
      key other than '\(key)' if you meant to execute a different request.
      """)
  }
}

extension World {
  fileprivate func keep(
    _ kept: (key: String, fingerprint: String), _ status: Int, _ body: [UInt8], _ exchange: Exchange
  ) throws {
    try keep(
      KeptReply(
        key: kept.key, request: kept.fingerprint, status: status, body: String(decoding: body, as: UTF8.self),
        requestID: exchange.requestID))
  }
}

extension StripeError {
  /// Whether it turns a request away before it runs: such an answer is not kept under the key, and carries no
  /// `Stripe-Should-Retry` (CONTRACT.md, section 7).
  var isRefusal: Bool {
    if type == "idempotency_error" || [401, 403, 404, 409, 429].contains(status) { return true }
    guard let code else { return status == 400 && message.hasPrefix("Invalid ") }
    return code.hasPrefix("parameter_") || code == "unsupported" || (code == "resource_missing" && param != nil)
  }
}
