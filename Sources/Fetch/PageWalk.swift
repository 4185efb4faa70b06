import PlatformCore
import StripeClient

/// Goes through a list page by page, newest first; a page edge that was deleted meanwhile does not end it.
///
/// Then the object before it serves as the cursor, else the moment of the last row: some rows come twice, none is left
/// out.
struct PageWalk {
  /// For lists without a filter by `created`.
  static let nothing: @Sendable (StripePage) -> [Int64?] = { page in page.ids.map { _ in nil } }

  private let client: StripeClient
  private let request: ListRequest
  /// Rows from this second on; may be raised between two pages.
  var from: Int64?
  private var before: Int64?
  private let saysCreated: @Sendable (StripePage) -> [Int64?]
  private var lastIDs: [String]
  private var lastCreated: Int64?
  private var isFinished = false
  private var restartsLeft = 5

  /// Begins a walk through the rows created in `from..<before`, behind the rows of `after` where those are known.
  init(
    _ client: StripeClient, _ request: ListRequest, from: Int64? = nil, before: Int64? = nil, after: [String] = [],
    created: @escaping @Sendable (StripePage) -> [Int64?] = { $0.created }
  ) {
    self.client = client
    self.request = request
    self.from = from
    self.before = before
    lastIDs = after
    saysCreated = created
  }

  /// The next page; nil behind the last.
  mutating func next() async throws -> (page: StripePage, created: [Int64?])? {
    guard !isFinished else { return nil }
    let page = try await nextPage()
    let created = saysCreated(page)
    isFinished = !page.hasMore || page.ids.isEmpty
    if !page.ids.isEmpty {
      lastIDs = page.ids
      lastCreated = created.last ?? nil
    }
    return (page, created)
  }

  private mutating func nextPage() async throws -> StripePage {
    // The last two rows are tried; where rows say when they were created, their moment is the better way on.
    let tried = lastCreated == nil ? lastIDs.count : min(2, lastIDs.count)
    for id in lastIDs.suffix(tried).reversed() {
      do {
        return try await client.page(request.path, parameters(after: id))
      } catch  where Self.isMissingCursor(error) {}
    }
    if !lastIDs.isEmpty {
      restartsLeft -= 1
      guard restartsLeft >= 0 else {
        throw PlatformError(
          .temporary, "A list changes faster than it can be read", context: ["path": request.path],
          nextStep: "run it again", isRetryable: true)
      }
      if let lastCreated { before = min(before ?? .max, lastCreated + 1) }
    }
    return try await client.page(request.path, parameters(after: nil))
  }

  private func parameters(after id: String?) -> [(String, String)] {
    var all = [("limit", String(ListRequest.pageSize))]
    if let from { all.append(("created[gte]", String(from))) }
    if let before { all.append(("created[lt]", String(before))) }
    if let id { all.append(("starting_after", id)) }
    return all + request.parameters
  }

  private static func isMissingCursor(_ error: any Error) -> Bool {
    guard let body = StripeClient.body(of: error) else { return false }
    return body.code == "resource_missing" && body.param == "starting_after"
  }
}
