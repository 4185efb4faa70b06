import APIReference
import Sandbox

/// Parameters that a later version renamed, put in today's form (CONTRACT.md, section 12).
enum VersionedParameters {
  static func upgrade(_ form: FormMap, _ endpoint: Endpoint, _ version: APIVersion) -> FormMap { form }
}
