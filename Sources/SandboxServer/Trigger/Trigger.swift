import Foundation
import PlatformCore
import Sandbox

/// Makes an event happen for real: the objects are made, the money moves, and the event follows from it.
package enum Trigger {
  /// What a trigger led to.
  package struct Outcome: Sendable, Encodable {
    /// The event asked for.
    package let type: String
    /// The id of the first event of that type that the scene caused.
    package let event: String
    /// The id of the object it is about; nil for an object without one.
    package let object: String?
  }

  /// The events that can be made to happen, in alphabetical order.
  package static let events = TriggerScenes.all.flatMap(\.events).sorted()

  /// Plays the scene of an event against the sandbox at a URL and waits for the event.
  ///
  /// - Parameter pause: what is done between two looks instead of waiting a moment; a test sets its clock forward.
  /// - Throws: `.usage` for an event without a scene, listing those that have one; `.temporary` when the event did not
  ///   come in time; what the sandbox refuses.
  package static func run(
    _ type: String, url: String, within time: Duration = .seconds(120),
    pause: (() -> Void)? = nil
  ) throws -> Outcome {
    guard let scene = TriggerScenes.all.first(where: { $0.events.contains(type) }) else {
      throw PlatformError(
        .usage, "no scene leads to the event \(type)",
        cause: "events that can be triggered: \(events.joined(separator: ", "))")
    }
    let client = TriggerClient(url: url, pause: pause ?? { Thread.sleep(forTimeInterval: 0.1) })
    // An event of a test clock may lie in the future and stay the newest: only what was not there before counts.
    let before = Set(try latest(type, client).compactMap(\.id))
    try scene.play(client)
    let deadline = ContinuousClock.now + time
    while true {
      if let event = try latest(type, client).first(where: { !before.contains($0.id ?? "") }) {
        return Outcome(
          type: type, event: event["id"].string ?? "", object: event["data"]["object"]["id"].string)
      }
      guard ContinuousClock.now < deadline else {
        throw PlatformError(
          .temporary, "the event \(type) did not come within \(time)", context: ["url": url], isRetryable: true)
      }
      client.pause()
    }
  }

  private static func latest(_ type: String, _ client: TriggerClient) throws -> [JSON] {
    try client.get("/v1/events?limit=100&type=\(type)")["data"].array ?? []
  }
}
