import APIReference
import Foundation
import HTTPServer
import PlatformCore
import Sandbox

/// GET: what follows from the declarations, and the few reads with code of their own.
extension SandboxAPI {
  func read(
    _ exchange: Exchange, _ route: Route, _ variables: [String: String], _ form: FormMap
  ) throws -> HTTPResponse {
    if case .unsupported = route.action {
      throw StripeError.unsupported("\(exchange.request.method) \(route.endpoint.path)")
    }
    let params = try ParameterChecker(route.endpoint.parameters, exchange.version).check(form)
    let paths = try ParameterChecker.expand(form)
    let object = route.endpoint.object
    let subject: Presenter.Subject =
      switch route.endpoint.answer {
      case .list: .list(of: object)
      case .searchResult: .search(of: object)
      default: .object(object)
      }
    let presenter = try Presenter(exchange.version, expand: paths, of: subject, served)
    let now = Int64(options.clock.now.timeIntervalSince1970)
    let url = exchange.request.path
    let account = options.account
    let body: HTTPBody = try store.read { reader in
      switch route.action {
      case .read(let operation):
        let call = ReadCall(call: Call(path: variables, params: params), account: account, now: now)
        let object = try operation.perform(reader, call)
        return .bytes(try presenter.bytes(of: object, reader))
      case .retrieve(let type, let parent):
        let retrieval = Retrieval(type: type, route: route, parent: parent, variables: variables, now: now)
        return .bytes(try retrieval.bytes(reader, presenter))
      case .list(let type, let parent):
        let listing = Listing(type: type, parent: parent, variables: variables, params: params, now: now)
        return try listing.body(reader, presenter, url: url)
      case .search(let type): return try Search(type: type, params: params).body(reader, presenter, url: url)
      case .operation, .unsupported: throw PlatformError(.bug, "a call that is no read was read")
      }
    }
    return response(exchange, 200, body)
  }
}
