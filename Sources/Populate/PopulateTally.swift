import PlatformCore
import Synchronization

/// Collects what became of the fixture's objects, from many tasks.
final class PopulateTally: Sendable {
  /// An object's kind and its place in the fixture; sorts in the fixture's order.
  struct Place: Hashable, Comparable, Sendable {
    let resource: PopulateReport.Resource
    let index: Int
    var price = 0

    var text: String {
      switch resource {
      case .customers, .products, .subscriptions: "\(resource.rawValue)[\(index)]"
      case .prices: "products[\(index)].prices[\(price)]"
      }
    }

    static func < (left: Place, right: Place) -> Bool { (left.index, left.price) < (right.index, right.price) }
  }

  private struct Entries {
    var objects: [Place: PopulateReport.Object] = [:]
    var statuses: Set<ExitStatus> = []
  }

  private let entries = Mutex(Entries())
  private let onProgress: @Sendable (Int) -> Void

  init(onProgress: @escaping @Sendable (Int) -> Void) { self.onProgress = onProgress }

  /// How many of the fixture's objects something became of.
  var count: Int { entries.withLock { $0.objects.count } }

  func note(
    _ place: Place, _ outcome: PopulateReport.Outcome, id: String? = nil, status: String? = nil, reason: String? = nil
  ) {
    let object = PopulateReport.Object(
      resource: place.resource, place: place.text, outcome: outcome, id: id, status: status, reason: reason)
    onProgress(
      entries.withLock { entries in
        entries.objects[place] = object
        return entries.objects.count
      })
  }

  /// Notes a refusal that concerns this object alone.
  ///
  /// - Throws: the error, when it concerns more.
  func fail(_ place: Place, _ error: any Error) throws {
    guard Refusal.isAboutOneObject(error), let known = error as? PlatformError else { throw error }
    let words = [known.cause ?? known.message, known.code.map { "[\($0)]" }].compactMap(\.self)
    note(place, .failed, reason: words.joined(separator: " "))
    entries.withLock { _ = $0.statuses.insert(known.status) }
  }

  func report(runID: String, isDryRun: Bool, seconds: Double) -> PopulateReport {
    let (objects, statuses) = entries.withLock { ($0.objects, $0.statuses) }
    let kinds = PopulateReport.Resource.allCases.map { resource in
      objects.filter { $0.key.resource == resource }.sorted { $0.key < $1.key }.map(\.value)
    }
    let counts = zip(PopulateReport.Resource.allCases, kinds).map { resource, objects in
      PopulateReport.Count(
        resource: resource, wanted: objects.count,
        outcomes: Dictionary(objects.map { ($0.outcome.rawValue, 1) }, uniquingKeysWith: +))
    }
    return PopulateReport(
      runID: runID, isDryRun: isDryRun, resources: counts, objects: kinds.flatMap(\.self),
      statuses: statuses.map(\.rawValue).sorted(), seconds: seconds)
  }
}
