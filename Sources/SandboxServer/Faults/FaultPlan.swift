package import Sandbox

/// The faults that are set, and whose turn it is: the same requests in the same order meet the same faults.
package struct FaultPlan: Sendable {
  /// A fault with what became of it.
  private struct Entry {
    let number: Int
    let fault: Fault
    var chance: UInt64
    /// The requests that it might have hit.
    var seen = 0
    /// Those that it hit.
    var fired = 0
  }

  private var entries: [Entry] = []
  private var lastNumber = 0

  /// A plan of these faults.
  package init(_ faults: [Fault] = []) {
    for fault in faults { add(fault) }
  }

  /// Adds a fault; returns its number.
  @discardableResult
  package mutating func add(_ fault: Fault) -> Int {
    lastNumber += 1
    entries.append(Entry(number: lastNumber, fault: fault, chance: fault.seed))
    return lastNumber
  }

  /// Takes all faults away.
  package mutating func clear() { entries.removeAll() }

  /// Whether nothing is set.
  var isEmpty: Bool { entries.isEmpty }

  /// The faults that hit this request, in the order they were set.
  package mutating func faults(forRequestTo path: String, hasKey: Bool = false) -> [Fault] {
    draw { fault in
      !fault.kind.concernsWebhooks && (hasKey || fault.kind != .keyInUse) && Self.covers(fault.path ?? "/", path)
    }
  }

  /// The fault that hits this delivery.
  package mutating func fault(forEvent type: String, to url: String) -> Fault? {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let path = "/" + (parts.count > 2 ? parts[2].drop { $0 != "/" }.drop { $0 == "/" } : "")
    return draw { fault in
      guard fault.kind.concernsWebhooks else { return false }
      guard let wanted = fault.path else { return true }
      if wanted.hasPrefix("/") { return Self.covers(wanted, path) }
      return wanted.hasSuffix("*") ? type.hasPrefix(wanted.dropLast()) : wanted == type
    }.first
  }

  /// The faults as the control endpoint shows them.
  package var list: JSONObject {
    ["object": "list", "data": .array(entries.map { Self.shown($0) })]
  }

  private static func shown(_ entry: Entry) -> JSON {
    let fault = entry.fault
    return [
      "number": .integer(Int64(entry.number)), "kind": .string(fault.kind.rawValue), "path": .text(fault.path),
      "rate": .decimal(String(fault.rate)), "count": .int(fault.count.map(Int64.init)),
      "seed": .decimal(String(fault.seed)), "delay_ms": .int(fault.delayMilliseconds.map(Int64.init)),
      "seen": .integer(Int64(entry.seen)), "fired": .integer(Int64(entry.fired)),
    ]
  }

  /// `/v1/charges` covers itself and `/v1/charges/ch_1`, not `/v1/charges_of_others`; a query does not count.
  private static func covers(_ wanted: String, _ path: String) -> Bool {
    let wanted = wanted.hasSuffix("/") ? wanted.dropLast() : wanted[...]
    let path = path.prefix { $0 != "?" }
    return path == wanted || (path.hasPrefix(wanted) && path.dropFirst(wanted.count).first == "/")
  }

  private mutating func draw(_ concerns: (Fault) -> Bool) -> [Fault] {
    var hit: [Fault] = []
    for index in entries.indices where concerns(entries[index].fault) {
      let fault = entries[index].fault
      entries[index].seen += 1
      if let count = fault.count, entries[index].fired >= count { continue }
      guard Self.number(&entries[index].chance) < fault.rate else { continue }
      entries[index].fired += 1
      hit.append(fault)
    }
    return hit
  }

  /// The next number of a SplitMix64 sequence, from 0 up to 1.
  private static func number(_ state: inout UInt64) -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    mixed ^= mixed >> 31
    return Double(mixed >> 11) / Double(UInt64(1) << 53)
  }
}
