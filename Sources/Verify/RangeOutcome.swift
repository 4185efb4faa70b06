import StripeModel

/// What comparing one range of a chunk found; taken into the tallies only when the whole range went through.
struct RangeOutcome: Sendable {
  /// One table's part.
  struct Part: Sendable {
    let resource: ResourceName
    var rows = 0
    var stubs = 0
    var newIDs = 0
    var differingRows = 0
    var counts: [Finding.Kind: Int] = [:]
    var findings: [Finding] = []
    var sourceSums: [ResourceTally.SumKey: Int128] = [:]
    var storeSums: [ResourceTally.SumKey: Int128] = [:]
    var isElement = false
  }

  /// One list's part.
  struct ListPart: Sendable {
    let index: Int
    var lists = 0
    var cut = 0
    var untied = 0
  }

  var parts: [Part] = []
  var lists: [ListPart] = []
  var repairIDs: [String] = []
}
