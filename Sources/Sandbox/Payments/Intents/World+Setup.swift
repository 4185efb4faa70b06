extension World {
  func authenticateSetup(_ id: String, succeed: Bool) throws -> Record {
    throw StripeError.unsupported("setup intents")
  }
}
