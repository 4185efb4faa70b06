import Foundation
import HTTPServer
import PlatformCore
package import Sandbox
import Synchronization

/// A whole sandbox at work: store, API, webhooks, the passing of time, and the port.
package final class SandboxService: Sendable {
  /// An endpoint made for one of `SandboxServiceOptions.webhookURLs`.
  package struct Endpoint: Sendable {
    /// Where it is.
    package let url: String
    /// Its id.
    package let id: String
    /// What signs its deliveries.
    package let secret: String
    /// Whether it was made now: then, and never again, its secret is to be shown.
    package let isNew: Bool
  }

  /// Where it answers, as `http://127.0.0.1:12111`.
  package let url: String
  /// The port in use.
  package let port: UInt16
  /// The endpoints for the webhook URLs, in their order.
  package var endpoints: [Endpoint] { works.endpoints }
  /// The objects.
  package var store: SandboxStore { works.store }

  private let works: SandboxWorks
  private let server: HTTPServer
  private let locks: Mutex<[ServerLock]>

  /// Opens the store, takes the port and begins to serve.
  ///
  /// - Throws: `.temporary` when another sandbox serves the store, `.unavailable` when the port is taken, and what the
  ///   store throws.
  package init(_ options: SandboxServiceOptions) throws {
    var locks: [ServerLock] = []
    if let folder = options.folder {
      try folder.make()
      locks.append(try ServerLock(path: ServerLock.path(ofFolder: folder.url)))
    }
    let works = try SandboxWorks(options)
    // Whoever is answered finds the locks told: a program that was started on a good `/health` looks there.
    let isTold = DispatchGroup()
    isTold.enter()
    do {
      // Also where it fails: a server that goes waits for those it answers.
      defer { isTold.leave() }
      let handler = SandboxService.handler(works, options)
      let server = try HTTPServer(host: options.host, port: options.port) { request in
        isTold.wait()
        return handler(request)
      }
      self.server = server
      port = server.port
      // Nobody can call 0.0.0.0: it means every address of the machine, this one among them.
      url = "http://" + (options.host == "0.0.0.0" ? "127.0.0.1:\(server.port)" : server.address)
      try works.store.configure(serverURL: url)
      if let registry = options.registry {
        try SandboxFolder(registry).make()
        let file = registry.appending(path: "\(getpid())-\(server.port).lock")
        locks.append(try ServerLock(path: file.path, isTemporary: true))
      }
      let running = RunningSandbox(pid: getpid(), url: url, data: options.folder?.url.path)
      for lock in locks { try lock.tell(running) }
      if options.isOpenToOthers {
        options.log(
          .warning, "sandbox_open_to_others",
          ["address": .string(server.address), "reason": "any test key is accepted from whoever reaches it"])
      }
    } catch {
      works.stop()
      throw error
    }
    self.works = works
    self.locks = Mutex(locks)
  }

  /// Ends running requests and deliveries, and closes; a second call does nothing.
  package func stop() {
    works.faults.stop()
    server.stop()
    works.stop()
    locks.withLock { $0.removeAll() }
  }

  /// Does what has fallen due meanwhile, after the clock of the options was set by hand.
  func clockWasSet() { works.clockWasSet() }

  private static func handler(
    _ works: SandboxWorks, _ options: SandboxServiceOptions
  ) -> @Sendable (HTTPRequest) -> HTTPResponse {
    var served = SandboxAPIOptions()
    served.account.id = options.account
    served.clock = options.clock
    served.forbiddenResources = options.forbiddenResources
    served.log = options.log
    let (log, level) = (options.log, options.requestLevel)
    served.requestLog = { entry in
      log(
        level, "request_answered",
        [
          "method": .string(entry.method), "path": .string(entry.path), "status": .integer(entry.status),
          "duration_ms": .number(Double(Int(entry.duration / .microseconds(1))) / 1_000),
          "request_id": .string(entry.requestID),
        ])
    }
    let seeding = works.seeding
    let control = SandboxControl(works: works, seeding: seeding)
    served.pages = control.pages.merging(ReferencePages.all) { $1 }
    let errors = SandboxAPI(store: works.store, options: served)  // for the form of its errors only
    served.around = { request, serve in
      guard !seeding.isRunning else { return errors.errorAnswer(SandboxSeeding.refusal, to: request) }
      return works.faults.answer(request, refuse: { errors.errorAnswer($0, to: request) }, serve: serve)
    }
    let api = SandboxAPI(store: works.store, options: served)
    let authentication = AuthenticationPage(store: works.store)
    return { request in
      request.path.hasPrefix(AuthenticationPage.prefix) ? authentication.answer(request) : api.answer(request)
    }
  }
}
