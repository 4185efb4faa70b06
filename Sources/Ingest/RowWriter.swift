import JSONReader
import ResourceStore
import StripeModel

/// Writes one object as a line of PostgreSQL's COPY text format, column by column as declared.
struct RowWriter {
  /// The end of every line of a run: moment, API version, run.
  struct Origin: Sendable {
    let observedAt: ObservationTime
    let apiVersion: String?
    let runID: String
  }

  let origin: Origin

  /// What is wrong with a value; the caller knows where it stands.
  private struct Fault: Error {
    var place = ""
    let reason: String
  }

  /// Appends the line. `onReference` is told of every id that must stand in another table.
  ///
  /// - Throws: `RecordFault` naming the first field that breaks its declaration; then `bytes` holds half a line.
  func append(
    _ visit: ObjectWalk.Visit, _ observation: Observation, to bytes: inout [UInt8],
    onReference: (ResourceName, String) -> Void
  ) throws {
    appendText(visit.id, to: &bytes)
    for (column, slots) in visit.plan.columns {
      bytes.append(UInt8(ascii: "\t"))
      guard let place = slots.firstIndex(where: { visit.slots[$0].map { !$0.isNull } ?? false }),
        let value = visit.slots[slots[place]]
      else {
        try appendMissing(column, visit, to: &bytes, onReference: onReference)
        continue
      }
      do {
        try append(value, as: column, to: &bytes, onReference: onReference)
      } catch let fault as Fault {
        throw RecordFault(
          field: visit.path + column.paths[place].dotted + fault.place, expectation: column.expectation,
          reason: fault.reason)
      }
    }
    appendBookkeeping(visit, observation, to: &bytes)
  }

  private func appendMissing(
    _ column: Column, _ visit: ObjectWalk.Visit, to bytes: inout [UInt8], onReference: (ResourceName, String) -> Void
  ) throws {
    if let parent = visit.parent, parent.column == column.name {
      appendText(parent.id, to: &bytes)
      if case .reference(let target) = column.kind { onReference(target, parent.id) }
      return
    }
    if column.isRequired && !visit.isDeletionStub {
      throw RecordFault(
        field: visit.path + column.paths[0].dotted, expectation: column.expectation, reason: "it is missing")
    }
    appendNull(to: &bytes)
  }

  private func append(
    _ value: JSONValue, as column: Column, to bytes: inout [UInt8], onReference: (ResourceName, String) -> Void
  ) throws {
    func fault(_ reason: String? = nil) -> Fault { Fault(reason: reason ?? "it is \(value.kind.phrase)") }
    switch column.kind {
    case .text, .enumeration, .currency:
      guard let text = value.string else { throw fault() }
      CopyText.append(text, to: &bytes)
    case .boolean:
      guard let flag = value.bool else { throw fault() }
      bytes.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    case .integer, .minorUnits:
      guard let number = value.int64 else { throw fault() }
      CopyText.append(number, to: &bytes)
    case .decimal:
      let digits = value.string ?? ([.integer, .double].contains(value.kind) ? value.rawBytes : nil)
      guard let digits else { throw fault() }
      guard CopyText.isDecimal(digits) else { throw fault("it is not a number") }
      bytes.append(contentsOf: digits)
    case .unixTime:
      guard let seconds = value.int64 else { throw fault() }
      guard TimestampText.range.contains(seconds) else { throw fault("it lies outside the years 1 to 9999") }
      TimestampText.append(seconds: seconds, to: &bytes)
    case .reference, .expandable:
      guard let id = value.string ?? value["id"]?.string else { throw fault() }
      guard !id.isEmpty else { return appendNull(to: &bytes) }
      guard id.count <= ObjectWalk.idLimit else { throw fault("it is longer than \(ObjectWalk.idLimit) bytes") }
      CopyText.append(id, to: &bytes)
      if case .reference(let target) = column.kind { onReference(target, String(decoding: id, as: UTF8.self)) }
    case .references:
      guard value.kind == .array else { throw fault() }
      CopyText.append(json: try ids(in: value), to: &bytes)
    case .json:
      CopyText.append(json: value.rawBytes, to: &bytes)
    }
  }

  /// The array with every object in it written as its id.
  private func ids(in array: JSONValue) throws -> [UInt8] {
    var json: [UInt8] = [UInt8(ascii: "[")]
    var position = 0
    try array.forEachElement { element in
      guard let id = element.kind == .string ? element : element["id"], id.kind == .string else {
        throw Fault(place: "[\(position)]", reason: "it is \(element.kind.phrase)")
      }
      position += 1
      if json.count > 1 { json.append(UInt8(ascii: ",")) }
      json.append(contentsOf: id.rawBytes)
    }
    json.append(UInt8(ascii: "]"))
    return json
  }

  private func appendBookkeeping(_ visit: ObjectWalk.Visit, _ observation: Observation, to bytes: inout [UInt8]) {
    let tab = UInt8(ascii: "\t")
    bytes.append(tab)
    CopyText.append(json: visit.value.rawBytes, to: &bytes)
    bytes.append(tab)
    CopyText.append(observation.contentHash, to: &bytes)
    if visit.plan.definition.hasExpandOnlyColumns {
      bytes.append(tab)
      if let hash = observation.expandedHash { CopyText.append(hash, to: &bytes) } else { appendNull(to: &bytes) }
    }
    bytes.append(tab)
    CopyText.append(observation.sequence, to: &bytes)
    bytes.append(tab)
    // A stub of an object that was never seen is a placeholder that is known to be deleted.
    bytes.append(visit.isDeletionStub ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    bytes.append(tab)
    bytes.append(visit.isDeletionStub ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    bytes.append(tab)
    if visit.isDeletionStub { bytes.append(contentsOf: origin.observedAt.sql.utf8) } else { appendNull(to: &bytes) }
    bytes.append(tab)
    bytes.append(contentsOf: origin.observedAt.sql.utf8)
    bytes.append(tab)
    if let version = origin.apiVersion { appendText(version, to: &bytes) } else { appendNull(to: &bytes) }
    bytes.append(tab)
    appendText(origin.runID, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  private func appendText(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { CopyText.append($0, to: &bytes) }
  }

  private func appendNull(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(UInt8(ascii: "N"))
  }
}

extension JSONValue {
  /// The exact source bytes.
  var rawBytes: UnsafeBufferPointer<UInt8> { raw.bindMemory(to: UInt8.self) }
}

extension JSONValue.Kind {
  /// For a sentence: "it is an object".
  var phrase: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a text"
    case .integer: "a whole number"
    case .double: "a number with a fraction"
    case .boolean: "true or false"
    case .null: "null"
    }
  }
}

extension Column {
  /// What the declaration expects, for a sentence.
  var expectation: String {
    let kind =
      switch self.kind {
      case .text, .enumeration: "a text"
      case .boolean: "true or false"
      case .integer: "a whole number of 64 bits"
      case .minorUnits: "money: a whole number of 64 bits in minor units"
      case .decimal: "a decimal, as text or number"
      case .unixTime: "Unix seconds"
      case .currency: "a currency code"
      case .reference(let target): "the id of a \(target.rawValue), or the object"
      case .expandable: "an id, or the object"
      case .references: "an array of ids or objects"
      case .json: "any JSON"
      }
    return isRequired ? kind + ", required" : kind
  }
}
