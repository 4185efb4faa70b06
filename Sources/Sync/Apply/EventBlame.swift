import JSONReader
import StripeModel

/// Which events of a batch are behind what could not be applied of it.
///
/// Of what the key may not read, and of objects that break their shape, the outcome says what it is: the events that
/// concern it are found in one step, however many they are. Everything else is found by trying parts of the batch.
struct EventBlame {
  /// Those that are, each with the reason.
  private(set) var blamed: [(event: [UInt8], reason: String)] = []
  /// The others.
  private(set) var others: [[UInt8]] = []
  /// Why one of the others may be behind it as well; nil where they are applied.
  private(set) var doubt: String?

  /// Looks who is to blame for the problems of an outcome.
  init(_ outcome: EventApplication.Outcome, _ events: [[UInt8]]) {
    doubt = outcome.problem
    guard !outcome.isWhole else {
      others = events
      return
    }
    let document = JSONDocument()
    var refused = outcome.refused
    var rejected = outcome.rejected
    for event in events {
      let told = (try? document.parse(event)).map(Told.init)
      if let told, let name = outcome.refused.keys.first(where: told.concerns), let reason = outcome.refused[name] {
        blamed.append((event, reason))
        refused = refused.filter { !told.concerns($0.key) }
      } else if let told, let id = told.ids.first(where: { outcome.rejected[$0] != nil }),
        let reason = outcome.rejected[id]
      {
        blamed.append((event, reason))
        rejected = rejected.filter { !told.ids.contains($0.key) }
      } else {
        others.append(event)
      }
    }
    doubt = doubt ?? refused.values.first ?? rejected.values.first
  }

  /// The objects that events tell of.
  static func objects(_ events: [[UInt8]]) -> Set<String> {
    let document = JSONDocument()
    return Set(events.compactMap { (try? document.parse($0)).map(Told.init)?.object })
  }

  /// The events of some objects, and the others.
  static func split(_ events: [[UInt8]], by ids: Set<String>) -> (its: [[UInt8]], others: [[UInt8]]) {
    guard !ids.isEmpty else { return ([], events) }
    let document = JSONDocument()
    var (its, others): ([[UInt8]], [[UInt8]]) = ([], [])
    for event in events {
      let told = (try? document.parse(event)).map(Told.init)
      if let object = told?.object, ids.contains(object) { its.append(event) } else { others.append(event) }
    }
    return (its, others)
  }

  /// What an event says of itself.
  private struct Told {
    /// Its own, and its object's.
    let ids: [String]
    /// The object's, also of a thin one.
    let object: String?
    private let type: String
    private let thin: String?

    init(_ event: JSONValue) {
      ids = [event["id"], event.value(at: ["data", "object", "id"])].compactMap { $0?.stringValue }
      object = (event.value(at: ["data", "object", "id"]) ?? event.value(at: ["related_object", "id"]))?.stringValue
      type = event["type"]?.stringValue ?? ""
      thin = event.value(at: ["related_object", "type"])?.stringValue
    }

    /// Whether objects of a resource may have been read for it.
    func concerns(_ name: ResourceName) -> Bool { name.definition.hears(type) || name.rawValue == thin }
  }
}
