import JSONReader
import ResourceStore
import StripeModel

/// Writes one object as a row of PostgreSQL's binary COPY format, column by column as declared.
struct RowWriter {
  private let apiVersion: [UInt8]?
  private let runID: [UInt8]

  /// For rows of a run that were rendered in an API version.
  init(apiVersion: String?, runID: String) {
    self.apiVersion = apiVersion.map { Array($0.utf8) }
    self.runID = Array(runID.utf8)
  }

  /// What is wrong with a value; the caller knows where it stands.
  private struct Fault: Error {
    var place = ""
    let reason: String
  }

  /// Appends the row. `onReference` is told of every id that must stand in another table.
  ///
  /// - Throws: `RecordFault` naming the first field that breaks its declaration; then `bytes` holds half a row.
  func append(
    _ visit: ObjectWalk.Visit, _ observation: Observation, to bytes: inout [UInt8],
    onReference: (ResourceName, String) -> Void
  ) throws {
    let plan = visit.plan
    CopyBinary.begin(fields: plan.copyFieldCount, in: &bytes)
    appendText(visit.id, to: &bytes)
    for position in plan.fields.indices {
      let field = plan.fields[position]
      var place = 0
      var value = visit.slots[field.slot]
      while value?.isNull != false, place < field.olderSlots.count {
        value = visit.slots[field.olderSlots[place]]
        place += 1
      }
      guard let value, !value.isNull else {
        try appendMissing(plan.definition.columns[position], visit, to: &bytes, onReference: onReference)
        continue
      }
      do {
        try append(value, as: field, to: &bytes, onReference: onReference)
      } catch let fault as Fault {
        let column = plan.definition.columns[position]
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
    CopyBinary.appendNull(to: &bytes)
  }

  private func append(
    _ value: JSONValue, as field: ResourcePlan.Field, to bytes: inout [UInt8],
    onReference: (ResourceName, String) -> Void
  ) throws {
    func fault(_ reason: String? = nil) -> Fault { Fault(reason: reason ?? "it is \(value.kind.phrase)") }
    switch field.form {
    case .text:
      guard let text = value.string else { throw fault() }
      CopyBinary.append(text, to: &bytes)
    case .boolean:
      guard let flag = value.bool else { throw fault() }
      CopyBinary.append(flag, to: &bytes)
    case .integer:
      guard let number = value.int64 else { throw fault() }
      CopyBinary.append(number, to: &bytes)
    case .decimal:
      let digits = value.string ?? ([.integer, .double].contains(value.kind) ? value.rawBytes : nil)
      guard let digits else { throw fault() }
      guard CopyBinary.isDecimal(digits) else { throw fault("it is not a number") }
      CopyBinary.append(decimal: digits, to: &bytes)
    case .time:
      guard let seconds = value.int64 else { throw fault() }
      guard TimestampText.range.contains(seconds) else { throw fault("it lies outside the years 1 to 9999") }
      CopyBinary.append(milliseconds: seconds * 1000, to: &bytes)
    case .id:
      guard let id = value.string ?? value["id"]?.string else { throw fault() }
      guard !id.isEmpty else { return CopyBinary.appendNull(to: &bytes) }
      guard id.count <= ObjectWalk.idLimit else { throw fault("it is longer than \(ObjectWalk.idLimit) bytes") }
      CopyBinary.append(id, to: &bytes)
      if let target = field.target { onReference(target, String(decoding: id, as: UTF8.self)) }
    case .ids:
      guard value.kind == .array else { throw fault() }
      try ids(in: value).withUnsafeBufferPointer { CopyBinary.append(jsonb: $0, to: &bytes) }
    case .json:
      CopyBinary.append(jsonb: value.rawBytes, to: &bytes)
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
    let moment = observation.version.observedAt.milliseconds
    CopyBinary.append(visit.value.rawBytes, to: &bytes)
    CopyBinary.append(observation.contentHash, to: &bytes)
    if visit.plan.hasExpandOnlyColumns {
      if let hash = observation.expandedHash {
        CopyBinary.append(hash, to: &bytes)
      } else {
        CopyBinary.appendNull(to: &bytes)
      }
    }
    CopyBinary.append(observation.version.sequence, to: &bytes)
    // A stub of an object that was never seen is a placeholder that is known to be deleted.
    CopyBinary.append(visit.isDeletionStub, to: &bytes)
    CopyBinary.append(visit.isDeletionStub, to: &bytes)
    append(moment: moment, when: visit.isDeletionStub, to: &bytes)
    append(moment: moment, when: true, to: &bytes)
    if let apiVersion {
      apiVersion.withUnsafeBufferPointer { CopyBinary.append($0, to: &bytes) }
    } else {
      CopyBinary.appendNull(to: &bytes)
    }
    runID.withUnsafeBufferPointer { CopyBinary.append($0, to: &bytes) }
    for position in visit.plan.children.indices {
      let list = position < visit.lists.count ? visit.lists[position] : nil
      append(moment: moment, when: list?.isComplete == true, to: &bytes)
    }
  }

  /// The moment of the observation, or NULL.
  private func append(moment: Int64, when isKnown: Bool, to bytes: inout [UInt8]) {
    if isKnown { CopyBinary.append(milliseconds: moment, to: &bytes) } else { CopyBinary.appendNull(to: &bytes) }
  }

  private func appendText(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { CopyBinary.append($0, to: &bytes) }
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
