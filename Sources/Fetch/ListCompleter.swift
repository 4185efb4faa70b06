import Foundation
import JSONReader
import StripeClient
import StripeModel

/// Follows the lists inside objects to their end, where Stripe cut them (decision 0013).
///
/// The list's `data` is extended and its `has_more` becomes false; every other byte stays. What comes later is at least
/// as new as the object's own read began, and whatever changed in between is told by an event.
struct ListCompleter: Sendable {
  /// What was done for some objects.
  struct Work: Sendable {
    var pages = 0
    var lists = 0
  }

  /// A list that goes on.
  private struct Cut: Sendable {
    let list: ChildList
    /// Where a further element goes: before the closing bracket of `data`.
    let end: Int
    let hasMore: Range<Int>
    let ids: [String]
  }

  let client: StripeClient
  private let definition: ResourceDefinition

  init(_ client: StripeClient, _ definition: ResourceDefinition) {
    self.client = client
    self.definition = definition
  }

  /// The objects, whole; one that was deleted meanwhile stays as it came.
  func complete(
    _ objects: [ArraySlice<UInt8>], ids: [String]
  ) async throws -> (objects: [ArraySlice<UInt8>], work: Work) {
    var work = Work()
    guard !definition.children.isEmpty else { return (objects, work) }
    var objects = objects
    for (index, cuts) in cuts(in: objects).sorted(by: { $0.key < $1.key }) {
      var text = ObjectText(Array(objects[index]))
      for cut in cuts {
        guard let more = try await rest(of: cut, parent: ids[index], &work) else { continue }
        text.replace(cut.end..<cut.end, with: more)
        text.replace(cut.hasMore, with: Array("false".utf8))
        work.lists += 1
      }
      objects[index] = text.changed[...]
    }
    return (objects, work)
  }

  private func cuts(in objects: [ArraySlice<UInt8>]) -> [Int: [Cut]] {
    let document = JSONDocument()
    var found: [Int: [Cut]] = [:]
    // Few objects hold a list that goes on; the others need not be parsed once more.
    for (index, bytes) in objects.enumerated() where Self.mayBeCut(bytes) {
      guard let root = try? document.parse(Array(bytes)) else { continue }
      for list in definition.children {
        guard let envelope = root.value(at: list.path.members), let data = envelope["data"], data.kind == .array,
          let hasMore = envelope["has_more"], hasMore.bool == true
        else { continue }
        var ids: [String] = []
        data.forEachElement { if let id = $0["id"]?.stringValue { ids.append(id) } }
        found[index, default: []].append(
          Cut(list: list, end: data.range(in: root).upperBound - 1, hasMore: hasMore.range(in: root), ids: ids))
      }
    }
    withExtendedLifetime(document) {}
    return found
  }

  private static let sign = Array(#"has_more":true"#.utf8)

  /// Whether the sign of a list that goes on stands anywhere in the JSON, which has no blanks.
  private static func mayBeCut(_ object: ArraySlice<UInt8>) -> Bool {
    object.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      var start = 0
      while let found = memchr(base + start, Int32(sign[0]), bytes.count - start) {
        start = UnsafeRawPointer(found) - base + 1
        if bytes.count - start + 1 >= sign.count, memcmp(found, sign, sign.count) == 0 { return true }
      }
      return false
    }
  }

  /// The further elements as text, each behind its comma; nil where the parent is gone.
  private func rest(of cut: Cut, parent: String, _ work: inout Work) async throws -> [UInt8]? {
    let request = ListRequest(cut.list.endpoint, parent: parent, of: cut.list.resource.definition)
    // Elements may go before they are asked for, and then come twice: an id is taken once.
    var known = Set(cut.ids)
    var text: [UInt8] = []
    var isFirst = cut.ids.isEmpty
    do {
      var walk = PageWalk(client, request, after: cut.ids, created: PageWalk.nothing)
      while let (page, _) = try await walk.next() {
        work.pages += 1
        for (id, element) in zip(page.ids, page.elements) where known.insert(id).inserted {
          if !isFirst { text.append(UInt8(ascii: ",")) }
          text += element
          isFirst = false
        }
      }
    } catch  where StripeClient.body(of: error)?.status == 404 {
      return nil
    }
    return text
  }
}
