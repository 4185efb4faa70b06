import JSONReader
import ResourceStore
import StripeModel

/// Hashes visited objects under their declarations; keeps buffers, so one per thread.
final class ObjectHasher {
  private var form: CanonicalForm
  private var rules: [ResourceName: CanonicalRules] = [:]

  init() throws { form = try CanonicalForm() }

  /// The observation a visit amounts to, at a moment.
  func observation(
    of visit: ObjectWalk.Visit, at moment: ObservationTime, apiVersion: String? = nil
  ) -> Observation {
    let resource = visit.plan.definition.name
    let paths = visit.plan.expandOnlyPaths
    return Observation(
      id: visit.id, contentHash: form.hash(visit.value, canonicalRules(resource, visit.plan)),
      expandedHash: paths.isEmpty ? nil : form.hash(visit.value, only: paths),
      version: ObservationVersion(observedAt: moment, sequence: visit.sequence), isDeleted: visit.isDeletionStub,
      apiVersion: apiVersion)
  }

  private func canonicalRules(_ resource: ResourceName, _ plan: ResourcePlan) -> CanonicalRules {
    if let known = rules[resource] { return known }
    let made = plan.canonicalRules()
    rules[resource] = made
    return made
  }
}
