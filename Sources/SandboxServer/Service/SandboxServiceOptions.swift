package import Foundation
package import PlatformCore
import Sandbox

/// What a sandbox serves, where, and what goes wrong in it.
package struct SandboxServiceOptions: Sendable {
  /// The port where people look for it.
  package static let defaultPort: UInt16 = 12_111

  /// The address to listen on.
  package var host = "127.0.0.1"
  /// The port; 0 for any that is free.
  package var port = defaultPort
  /// Whether other machines may reach the address: then everybody there can use the sandbox, for any key is good.
  package var isOpenToOthers: Bool { !(host == "localhost" || host == "::1" || host.hasPrefix("127.")) }
  /// The world's time.
  package var clock = WallClock.system
  /// Where the objects lie; nil for memory.
  package var folder: SandboxFolder?
  /// The folder in which the running sandboxes of a workspace are listed; nil for none.
  package var registry: URL?
  /// URLs that are to receive all events.
  package var webhookURLs: [String] = []
  /// How events are delivered; faults and log come from here.
  package var webhooks = WebhookOptions()
  /// What goes wrong from the start.
  package var faults: [Fault] = []
  /// Requests a second that are let through; nil for all.
  package var rateLimit: Int?
  /// The account's id; another one in `Stripe-Account` is refused.
  package var account = AccountSettings().id
  /// The objects that restricted keys may not touch.
  package var forbiddenResources: Set<String> = []
  /// Where requests, deliveries and failures are reported.
  package var log = Log.silent
  /// The level of the line for each request.
  package var requestLevel = Log.Level.info

  /// The options above.
  package init() {}
}
