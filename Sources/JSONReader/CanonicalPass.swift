import CSimdJSON
import Foundation

/// The hot loop behind `CanonicalForm`: nodes in, canonical bytes out, no allocation once its buffers have grown.
///
/// It is one file so that its storage stays private.
struct CanonicalPass {
  /// A member waiting for its turn: the first 8 bytes of its name decide most comparisons.
  private struct Member {
    var prefix: UInt64
    var index: UInt32
    var length: UInt32
  }

  static let noStep = -1

  /// Copies of up to this many bytes are one move, which may read and write past their end.
  private static let slack = 32

  private var output: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 14
  private(set) var end = 0
  private var members: UnsafeMutablePointer<Member>
  private var memberCapacity = 256
  private var memberEnd = 0
  private var document: JSONNodes?
  private var nodes: UnsafePointer<csj_node>
  private var source: UnsafePointer<UInt8>
  private var strings: UnsafePointer<UInt8>
  private var steps: UnsafePointer<CanonicalRules.Step>?
  private var names: UnsafePointer<UInt8>?

  init() {
    output = .allocate(capacity: capacity)
    members = .allocate(capacity: memberCapacity)
    source = UnsafePointer(output)
    strings = UnsafePointer(output)
    nodes = UnsafeRawPointer(output).assumingMemoryBound(to: csj_node.self)
  }

  func deallocate() {
    output.deallocate()
    members.deallocate()
  }

  var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: output, count: end) }

  mutating func begin(
    _ document: JSONNodes, _ steps: UnsafePointer<CanonicalRules.Step>?, _ names: UnsafePointer<UInt8>?
  ) {
    nodes = document.nodes
    source = document.source
    strings = document.strings
    self.steps = steps
    self.names = names
    end = 0
    memberEnd = 0
  }

  /// Writes one value; `step` is the rule that leads here, or `noStep`.
  mutating func write(_ index: Int, _ step: Int) {
    let node = nodes + index
    switch UInt32(node.pointee.kind) {
    case CSJ_OBJECT.rawValue:
      if step != Self.noStep, let steps, steps[step].isCollapsed, let id = idMember(index) {
        writeString(nodes + id)
      } else {
        writeObject(index, step)
      }
    case CSJ_ARRAY.rawValue: writeArray(index, step)
    case CSJ_STRING.rawValue: writeString(node)
    case CSJ_DOUBLE.rawValue: writeDecimal(node)
    case CSJ_INTEGER.rawValue where node.pointee.value.integer == 0:
      // `-0` is the one integer with two spellings.
      writeByte(UInt8(ascii: "0"))
    default: append(source + Int(node.pointee.start), Int(node.pointee.end - node.pointee.start))
    }
  }

  private mutating func writeArray(_ index: Int, _ step: Int) {
    let stop = Int(nodes[index].next)
    var child = index + 1
    writeByte(UInt8(ascii: "["))
    while child < stop {
      if child > index + 1 { writeByte(UInt8(ascii: ",")) }
      write(child, step)
      child = Int(nodes[child].next)
    }
    writeByte(UInt8(ascii: "]"))
  }

  private mutating func writeObject(_ index: Int, _ step: Int) {
    let first = memberEnd
    collect(index)
    let last = memberEnd
    sort(first, last)
    var rule = 0
    var ruleEnd = 0
    if step != Self.noStep, let steps {
      rule = steps[step].firstChild
      ruleEnd = steps[step].childEnd
    }
    var separator = UInt8(ascii: "{")
    for place in first..<last {
      let member = members[place]
      // The last of several members with one name counts.
      if place + 1 < last, members[place + 1].prefix == member.prefix, compare(members[place + 1], member) == 0 {
        continue
      }
      let node = nodes + Int(member.index)
      if UInt32(node.pointee.kind) == CSJ_NULL.rawValue { continue }
      var childStep = Self.noStep
      if step != Self.noStep, let steps {
        while rule < ruleEnd, compare(steps[rule], member) < 0 { rule += 1 }
        if rule < ruleEnd, compare(steps[rule], member) == 0 {
          if steps[rule].isOmitted { continue }
          if steps[rule].hasEffect { childStep = rule }
        } else if isName(node, "data"), isListEnvelope(index) {
          childStep = step
        }
      }
      writeByte(separator)
      separator = UInt8(ascii: ",")
      writeKey(node)
      write(Int(member.index), childStep)
    }
    if separator == UInt8(ascii: "{") { writeByte(separator) }
    writeByte(UInt8(ascii: "}"))
    memberEnd = first
  }
}

// MARK: - Members in order

extension CanonicalPass {
  private mutating func collect(_ index: Int) {
    let stop = Int(nodes[index].next)
    var child = index + 1
    while child < stop {
      if memberEnd == memberCapacity { growMembers() }
      let node = nodes + child
      let length = Int(node.pointee.key_length)
      members[memberEnd] = Member(
        prefix: CanonicalRules.prefix(key(node), length), index: UInt32(child), length: UInt32(length))
      memberEnd += 1
      child = Int(node.pointee.next)
    }
  }

  private mutating func growMembers() {
    let grown = UnsafeMutablePointer<Member>.allocate(capacity: memberCapacity * 2)
    grown.update(from: members, count: memberEnd)
    members.deallocate()
    members = grown
    memberCapacity *= 2
  }

  /// Stripe's members are all but sorted, which an insertion sort likes; it gives up when they are not.
  private func sort(_ first: Int, _ last: Int) {
    guard last - first > 1 else { return }
    var budget = 24 * (last - first) + 64
    for place in first + 1..<last {
      let member = members[place]
      var hole = place
      while hole > first, compare(member, members[hole - 1]) < 0 {
        members[hole] = members[hole - 1]
        hole -= 1
      }
      members[hole] = member
      budget -= place - hole
      if budget < 0 { break }
    }
    guard budget < 0 else { return }
    var range = UnsafeMutableBufferPointer(start: members + first, count: last - first)
    range.sort { left, right in
      let order = compare(left, right)
      return order == 0 ? left.index < right.index : order < 0
    }
  }

  @inline(__always)
  private func key(_ node: UnsafePointer<csj_node>) -> UnsafePointer<UInt8> {
    let base = node.pointee.flags & UInt8(CSJ_KEY_UNESCAPED.rawValue) != 0 ? strings : source
    return base + Int(node.pointee.key_start)
  }

  @inline(__always)
  private func compare(_ left: Member, _ right: Member) -> Int {
    if left.prefix != right.prefix { return left.prefix < right.prefix ? -1 : 1 }
    return compareWhole(
      key(nodes + Int(left.index)), Int(left.length), key(nodes + Int(right.index)), Int(right.length))
  }

  @inline(__always)
  private func compare(_ step: CanonicalRules.Step, _ member: Member) -> Int {
    if step.prefix != member.prefix { return step.prefix < member.prefix ? -1 : 1 }
    guard let names else { return 1 }
    return compareWhole(
      names + step.nameStart, step.nameLength, key(nodes + Int(member.index)), Int(member.length))
  }

  private func compareWhole(
    _ left: UnsafePointer<UInt8>, _ leftLength: Int, _ right: UnsafePointer<UInt8>, _ rightLength: Int
  ) -> Int {
    let order = Int(memcmp(left, right, min(leftLength, rightLength)))
    return order != 0 ? order : leftLength - rightLength
  }

  private func isName(_ node: UnsafePointer<csj_node>, _ name: StaticString) -> Bool {
    Int(node.pointee.key_length) == name.utf8CodeUnitCount
      && memcmp(key(node), name.utf8Start, name.utf8CodeUnitCount) == 0
  }

  /// The last member of that name.
  private func member(_ index: Int, _ name: StaticString) -> Int? {
    let stop = Int(nodes[index].next)
    var child = index + 1
    var found: Int?
    while child < stop {
      if isName(nodes + child, name) { found = child }
      child = Int(nodes[child].next)
    }
    return found
  }

  private func idMember(_ index: Int) -> Int? {
    guard let id = member(index, "id"), UInt32(nodes[id].kind) == CSJ_STRING.rawValue else { return nil }
    return id
  }

  private func isListEnvelope(_ index: Int) -> Bool {
    guard let object = member(index, "object"), UInt32(nodes[object].kind) == CSJ_STRING.rawValue else { return false }
    let text = text(nodes + object)
    return text.elementsEqual("list".utf8)
  }
}

// MARK: - Bytes

extension CanonicalPass {
  private mutating func reserve(_ count: Int) {
    guard end + count + Self.slack > capacity else { return }
    var wanted = capacity * 2
    while wanted < end + count + Self.slack { wanted *= 2 }
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    grown.update(from: output, count: end)
    output.deallocate()
    output = grown
    capacity = wanted
  }

  @inline(__always)
  private mutating func writeByte(_ byte: UInt8) {
    reserve(1)
    output[end] = byte
    end += 1
  }

  /// Appends bytes that have at least `slack` readable bytes behind them.
  @inline(__always)
  private mutating func append(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    reserve(count)
    if count <= Self.slack {
      let chunk = UnsafeRawPointer(bytes).loadUnaligned(as: SIMD32<UInt8>.self)
      UnsafeMutableRawPointer(output + end).storeBytes(of: chunk, as: SIMD32<UInt8>.self)
    } else {
      memcpy(output + end, bytes, count)
    }
    end += count
  }

  @inline(__always)
  private mutating func writeKey(_ node: UnsafePointer<csj_node>) {
    let length = Int(node.pointee.key_length)
    if node.pointee.flags & UInt8(CSJ_KEY_UNESCAPED.rawValue) == 0 {
      append(source + Int(node.pointee.key_start) - 1, length + 2)
    } else {
      writeEscaped(UnsafeBufferPointer(start: key(node), count: length))
    }
    writeByte(UInt8(ascii: ":"))
  }

  private func text(_ node: UnsafePointer<csj_node>) -> UnsafeBufferPointer<UInt8> {
    let base = node.pointee.flags & UInt8(CSJ_TEXT_UNESCAPED.rawValue) != 0 ? strings : source
    return UnsafeBufferPointer(
      start: base + Int(node.pointee.value.text.start), count: Int(node.pointee.value.text.length))
  }

  /// A string without escapes is canonical as it stands in the source.
  @inline(__always)
  private mutating func writeString(_ node: UnsafePointer<csj_node>) {
    if node.pointee.flags & UInt8(CSJ_TEXT_UNESCAPED.rawValue) == 0 {
      append(source + Int(node.pointee.start), Int(node.pointee.end - node.pointee.start))
    } else {
      writeEscaped(text(node))
    }
  }

  private mutating func writeEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    reserve(6 * text.count + 2)
    writeByte(UInt8(ascii: "\""))
    for byte in text {
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        writeByte(byte)
      } else if byte >= 0x20 {
        writeByte(UInt8(ascii: "\\"))
        writeByte(byte)
      } else {
        let low = byte & 15
        for letter in [
          UInt8(ascii: "\\"), UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), UInt8(ascii: "0") + byte >> 4,
          low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10,
        ] {
          writeByte(letter)
        }
      }
    }
    writeByte(UInt8(ascii: "\""))
  }

  mutating func writeName(_ path: [String], isFirst: Bool) {
    writeByte(isFirst ? UInt8(ascii: "{") : UInt8(ascii: ","))
    var name = path.joined(separator: ".")
    name.withUTF8 { writeEscaped($0) }
    writeByte(UInt8(ascii: ":"))
  }

  mutating func writeEnd() { writeByte(UInt8(ascii: "}")) }

  /// A number with a fraction or an exponent, without needless digits; nothing is rounded.
  private mutating func writeDecimal(_ node: UnsafePointer<csj_node>) {
    let raw = UnsafeBufferPointer(
      start: source + Int(node.pointee.start), count: Int(node.pointee.end - node.pointee.start))
    reserve(raw.count + 64)
    let decimal = CanonicalDecimal(raw)
    for byte in decimal.bytes { writeByte(byte) }
  }
}
