import StripeModel

/// What the newest events of some stretch of the feed mean for each object they concern.
///
/// Events come newest first; those of an object's newest second decide. Holds one snapshot an object at most.
struct ChangeSet {
  /// What is to be done for an object.
  enum Action {
    /// The snapshot says it all.
    case snapshot([UInt8])
    /// It is gone.
    case deleted
    /// It is to be read.
    case read
  }

  private struct Change {
    let second: Int64
    /// Events of that second that concern the object, handled ones too.
    var events = 0
    var hasNew = false
    var proof: [UInt8]?
    var isDeletion = false
  }

  private var changes: [ObjectName: Change] = [:]
  /// Resources that are to be looked for in an object when it is read: its snapshots may have been cut.
  private(set) var listeners: [ObjectName: Set<ResourceName>] = [:]

  /// Takes an event; one that was handled before only counts as a neighbour in its second.
  mutating func take(_ event: FeedEvent, isHandled: Bool) {
    if let subject = event.subject {
      note(subject, event, isHandled) { change in
        change.proof = event.proof
        change.isDeletion = event.isDeletion
      }
    }
    for name in event.concerned { note(name, event, isHandled) { $0.proof = nil } }
    if !isHandled, let subject = event.subject, !event.listeners.isEmpty {
      listeners[subject, default: []].formUnion(event.listeners)
    }
  }

  private mutating func note(
    _ name: ObjectName, _ event: FeedEvent, _ isHandled: Bool, _ first: (inout Change) -> Void
  ) {
    var change = changes[name] ?? Change(second: event.created)
    guard change.second == event.created else {
      // Older than one that was handled, and seen only now: whether that one knew of it is not certain.
      if !isHandled && !change.hasNew {
        (change.hasNew, change.isDeletion, change.proof) = (true, change.isDeletion && Self.isFinal(name), nil)
        changes[name] = change
      }
      return
    }
    if change.events == 0 { first(&change) }
    change.events += 1
    if change.events > 1 {
      change.proof = nil
      let isDeletion = change.isDeletion || (event.subject == name && event.isDeletion)
      change.isDeletion = isDeletion && Self.isFinal(name)
    }
    change.hasNew = change.hasNew || !isHandled
    changes[name] = change
  }

  /// Whether a deletion is the last word: of what cannot be read, and is never made again under its id.
  private static func isFinal(_ name: ObjectName) -> Bool { name.resource.definition.path == nil }

  /// What is to be done, with the second of each object's newest event.
  var actions: [(name: ObjectName, second: Int64, action: Action)] {
    changes.compactMap { name, change in
      guard change.hasNew else { return nil }
      let action: Action =
        change.isDeletion ? .deleted : change.proof.map { .snapshot($0) } ?? .read
      return (name, change.second, action)
    }
    .sorted { ($0.second, $0.name.id) < ($1.second, $1.name.id) }
  }

  /// Leaves out what would say nothing new of some objects.
  mutating func drop(_ names: Set<ObjectName>) {
    for name in names { changes[name] = nil }
  }

  /// Lets some objects be read, whatever their event shows.
  mutating func doubt(_ names: Set<ObjectName>) {
    for name in names {
      changes[name]?.proof = nil
      changes[name]?.isDeletion = false
    }
  }

  /// Whether an object is to be read.
  var needsReads: Bool { changes.values.contains { $0.hasNew && !$0.isDeletion && $0.proof == nil } }
}
