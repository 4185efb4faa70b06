/// How the API lists a resource: what a reader has to ask for to see all of it.
///
/// Source: the list parameters of Stripe's API reference for `2026-10-28.endive`.
package struct ResourceListing: Sendable, Hashable {
  /// What is listed at a time.
  package enum Scope: Sendable, Hashable {
    /// The whole collection at its `path`, which can be cut into windows over `created`.
    case byCreated
    /// The whole collection at its `path`, which has no filter by `created`: from page to page.
    case whole
    /// One list for each object of another resource.
    case each(ResourceName, at: ParentEndpoint)
    /// Nothing: its objects stand inside others, as child lists, embedded or expanded.
    case inside
  }

  /// What is listed at a time.
  package let scope: Scope
  /// Parameters without which the list leaves something out.
  package private(set) var parameters: [String: String] = [:]
  /// Whether the list leaves out what lives on a test clock; then it is asked again with `test_clock=<id>` for every
  /// clock. What is listed for each parent is complete with the parents.
  package private(set) var hidesClockObjects = false
  /// Whether the endpoint is there in test mode only.
  package private(set) var isTestModeOnly = false
  /// The member that says when an object was created, which the filter by `created` looks at.
  package private(set) var createdMember = "created"
  /// How far back the list reaches; what is older is not gone, the source only does not say it any more.
  package private(set) var reachDays: Int?

  /// The whole collection, in windows over `created`.
  package static let byCreated = ResourceListing(scope: .byCreated)
  /// The whole collection, from page to page.
  package static let whole = ResourceListing(scope: .whole)
  /// No list of its own.
  package static let inside = ResourceListing(scope: .inside)

  /// One list for each object of another resource.
  package static func each(_ parent: ResourceName, at endpoint: ParentEndpoint) -> ResourceListing {
    ResourceListing(scope: .each(parent, at: endpoint))
  }

  /// The same listing, asked with a parameter.
  package func with(_ parameter: String, _ value: String) -> ResourceListing {
    changed { $0.parameters[parameter] = value }
  }

  /// The same listing, which leaves out what lives on a test clock.
  package var hidingClockObjects: ResourceListing { changed { $0.hidesClockObjects = true } }
  /// The same listing, there in test mode only.
  package var inTestModeOnly: ResourceListing { changed { $0.isTestModeOnly = true } }

  /// The same listing, of objects that say in another member when they were created.
  package func said(in member: String) -> ResourceListing { changed { $0.createdMember = member } }

  /// The same listing, which forgets what is older.
  package func reaching(days: Int) -> ResourceListing { changed { $0.reachDays = days } }

  private func changed(_ change: (inout ResourceListing) -> Void) -> ResourceListing {
    var copy = self
    change(&copy)
    return copy
  }
}

/// A list endpoint that answers the objects of one parent.
package struct ParentEndpoint: Sendable, Hashable {
  /// The path; `{id}` in it stands for the parent's id.
  package let path: String
  /// The parameter that names the parent, where the path does not.
  package let parameter: String?

  /// Names the endpoint.
  package init(_ path: String, by parameter: String? = nil) {
    self.path = path
    self.parameter = parameter
  }

  /// What to request for one parent.
  package func request(parent id: String) -> (path: String, parameters: [(String, String)]) {
    (path.replacing("{id}", with: PathSegment.encoded(id)), parameter.map { [($0, id)] } ?? [])
  }
}

/// What happens to a resource's objects without an event, so that it has to be looked for.
package enum Unannounced: Sendable, Hashable {
  /// New ones appear: those created since the last look are to be listed.
  case creation
  /// Rows whose column holds a value (nil: nothing) change once the moment in the column `at` is past (nil: at any
  /// time): they are to be read again.
  case change(of: String, from: String?, at: String?)
  /// Rows whose column holds one of some values may change at any time: for so many days after their creation they are
  /// to be read again, each time after twice as long. (Millions of them are never touched again.)
  case changeWhile(String, isOneOf: [String], days: Int)
  /// Rows change when the row that a column refers to is deleted: they are to be read again. (The event of the deletion
  /// shows ten of them at most.)
  case deletion(behind: String)
  /// Any of them may change: all are to be listed again on a schedule.
  case anyChange
}

/// What the snapshot inside an event says, compared with a read under the declared `expand`.
package enum SnapshotContent: Sendable, Hashable {
  /// Less: what comes only on request is missing. The object is to be read.
  case partial
  /// As much, unless one of these places holds something, which a read would answer expanded. Lists and arrays on the
  /// way of a path are passed through.
  case whole(unless: [JSONPath])
}

/// Ids in paths: merchants choose those of coupons, products and old plans freely.
enum PathSegment {
  /// Everything but unreserved characters as `%XX`.
  static func encoded(_ id: String) -> String {
    id.utf8.reduce(into: "") { text, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.count == 1 ? "%0" + digits : "%" + digits
      }
    }
  }
}
