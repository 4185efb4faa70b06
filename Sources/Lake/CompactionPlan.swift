import BronzeStore
import Foundation
import PlatformCore
import StripeModel

/// Which parts of a source can be put together: closed days, as silver has read them. The caller holds both locks.
struct CompactionPlan {
  /// The parts of one entity and day.
  struct Group {
    let entity: String
    let day: String
    var parts: [(part: BronzePart, bytes: Int)] = []

    var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }
    /// Whether there is something to put together or to pack.
    var isLoose: Bool {
      parts.contains { !$0.part.isCompacted } || Set(parts.map(\.part.runID)).count > 1
    }
  }

  /// By entity and day, in order.
  private(set) var groups: [Group] = []
  private(set) var left: [CompactReport.Left] = []

  /// - Parameters:
  ///   - day: the first that is too young.
  ///   - youngest: the same for streams that silver does not read, as of captured webhooks.
  init(_ lake: LakeFolder, source: String, before day: String, streamsBefore youngest: String) throws {
    let reader = BronzeReader(lake: lake, source: source)
    let state = BronzeState(lake: lake, source: source)
    let modelled = Set(ResourceName.allCases.map(\.definition.table))
    for entity in try reader.entities() {
      let isModelled = modelled.contains(entity)
      let known: TransformState? = try lake.document(LakePath.transformed(entity))
      let read = known?.sources[source]?.parts ?? [:]
      let underWay = try state.runsUnderWay(of: entity)
      var days: [String: Group] = [:]
      var reasons: [CompactReport.Left.Reason: Int] = [:]
      // Nothing says of a stream without a model that its parts are whole; those of the day before may still grow.
      let before = isModelled ? day : min(day, youngest)
      for (part, bytes) in try reader.sizedParts(of: entity) where part.day < before {
        guard let bytes else {
          reasons[.noFile, default: 0] += 1
          continue
        }
        let reason: CompactReport.Left.Reason? =
          if underWay.contains(part.runID) {
            .listingUnderWay
          } else if isModelled, bytes > 0, read[part.path] != bytes {
            .notInSilver
          } else {
            try part.isCompacted || Self.endsWhole(part, bytes, lake) ? nil : .halfLine
          }
        if let reason {
          reasons[reason, default: 0] += 1
        } else {
          days[part.day, default: Group(entity: entity, day: part.day)].parts.append((part, bytes))
        }
      }
      // Nothing but empty parts is nothing to put together.
      groups += days.values.filter { $0.bytes > 0 }.sorted { $0.day < $1.day }
      left += reasons.sorted { $0.key.rawValue < $1.key.rawValue }
        .map { CompactReport.Left(entity: entity, reason: $0.key, parts: $0.value) }
    }
  }

  private static func endsWhole(_ part: BronzePart, _ bytes: Int, _ lake: LakeFolder) throws -> Bool {
    try bytes == 0 || lake.open(part.path).read(1, at: bytes - 1) == [UInt8(ascii: "\n")]
  }
}
