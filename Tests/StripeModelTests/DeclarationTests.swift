import StripeModel
import Testing

/// What every generator and loader takes for granted of a declaration.
@Suite struct DeclarationTests {
  /// The columns that stand beside the declared ones in every table.
  private let bookkeeping: Set = [
    "id", "raw", "api_version", "content_hash", "expanded_hash", "observed_at", "observed_sequence", "first_seen_at",
    "last_changed_at", "deleted", "deleted_at", "is_placeholder", "run_id",
  ]

  /// PostgreSQL's reserved words and system columns, as far as a Stripe field could be called so.
  private let reserved: Set = [
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "both", "case", "cast", "check", "collate",
    "column", "constraint", "create", "current_date", "current_time", "current_timestamp", "current_user", "default",
    "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from", "grant", "group",
    "having", "in", "initially", "intersect", "into", "lateral", "leading", "limit", "localtime", "not", "null",
    "offset", "on", "only", "or", "order", "placing", "primary", "references", "returning", "select", "session_user",
    "some", "symmetric", "table", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic",
    "when", "where", "window", "with", "oid", "tableoid", "xmin", "xmax", "cmin", "cmax", "ctid",
  ]

  @Test func tableNamesAreUniqueAndPlain() {
    let tables = ResourceName.allCases.map(\.definition.table)
    #expect(Set(tables).count == 33)
    for table in tables { #expect(isIdentifier(table), "\(table)") }
  }

  @Test(arguments: ResourceName.allCases)
  func theDeclarationBelongsToItsCase(resource: ResourceName) {
    #expect(resource.definition.name == resource)
    #expect(resource.definition.object == resource.rawValue)
    // Coupons have ids of the merchant's choice, or random ones.
    #expect(resource.definition.idPrefixes.isEmpty == (resource == .coupon))
  }

  @Test(arguments: ResourceName.allCases)
  func columnNamesAreUniqueAndFree(resource: ResourceName) {
    let names = resource.definition.columns.map(\.name)
    #expect(Set(names).count == names.count, "\(Dictionary(grouping: names) { $0 }.filter { $1.count > 1 }.keys)")
    for name in names {
      #expect(!bookkeeping.contains(name) && !reserved.contains(name), "\(name)")
      #expect(isIdentifier(name), "\(name)")
      #expect(!name.hasPrefix("_") && !name.hasSuffix("_"), "\(name)")
    }
  }

  @Test(arguments: ResourceName.allCases)
  func everyColumnHasAPlaceAndOneSentenceOfHelp(resource: ResourceName) {
    #expect(!resource.definition.help.isEmpty)
    for column in resource.definition.columns {
      #expect(!column.paths.isEmpty && column.paths.allSatisfy { !$0.members.isEmpty }, "\(column.name)")
      #expect(Set(column.paths).count == column.paths.count, "\(column.name)")
      #expect(!column.help.isEmpty && column.help.count <= 100, "\(column.name)")
      #expect(!column.help.contains("\n") && !column.help.contains("|"), "\(column.name)")
    }
  }

  @Test(arguments: ResourceName.allCases)
  func referencesAreNamedAsSuchAndReadOnce(resource: ResourceName) {
    var seen: Set<JSONPath> = []
    for column in resource.definition.columns {
      switch column.kind {
      case .reference, .expandable:
        #expect(column.name.hasSuffix("_id"), "\(column.name)")
        for path in column.paths { #expect(seen.insert(path).inserted, "\(path.dotted)") }
      default: continue
      }
    }
  }

  @Test(arguments: ResourceName.allCases)
  func moneyStandsBesideItsCurrency(resource: ResourceName) {
    for column in resource.definition.columns {
      guard case .minorUnits(let currency) = column.kind, let currency else { continue }
      #expect(resource.definition.column(currency)?.kind == .currency, "\(column.name)")
    }
  }

  @Test(arguments: ResourceName.allCases)
  func childListsNameColumnsThatExist(resource: ResourceName) throws {
    for child in resource.definition.children {
      let column = try #require(child.resource.definition.column(child.parentColumn))
      #expect(column.kind == .reference(to: resource))
      guard let sum = child.sum else { continue }
      let currency = child.resource.definition.column("currency")?.name
      #expect(child.resource.definition.column(sum.child)?.kind == .minorUnits(currency: currency))
      #expect(resource.definition.column(sum.parent)?.kind == .minorUnits(currency: "currency"))
      if let deductions = sum.unless { #expect(child.resource.definition.column(deductions)?.kind == .json) }
    }
  }

  @Test(arguments: ResourceName.allCases)
  func whatOnlyComesOnRequestIsAskedFor(resource: ResourceName) {
    let definition = resource.definition
    for column in definition.columns where column.isExpandOnly {
      #expect(!column.isRequired, "\(column.name)")
      for path in column.paths {
        #expect(definition.expand.contains { path.members.starts(with: JSONPath($0).members) }, "\(path.dotted)")
      }
    }
    let onRequest =
      definition.columns.filter { $0.isExpandOnly || $0.kind == .references }.flatMap(\.paths)
      + definition.children.map(\.path)
    for path in definition.expand {
      #expect(onRequest.contains { $0.members.starts(with: JSONPath(path).members) }, "\(path)")
    }
  }

  @Test(arguments: ResourceName.allCases)
  func whatIsIgnoredIsNoColumn(resource: ResourceName) {
    let definition = resource.definition
    for path in definition.columns.flatMap(\.paths) {
      for ignored in definition.ignored {
        #expect(!path.members.starts(with: ignored.members), "\(path.dotted)")
      }
    }
  }

  @Test func signedAddressesAreVolatileAndSecret() throws {
    let signed: [(ResourceName, String)] = [
      (.invoice, "hosted_invoice_url"), (.invoice, "invoice_pdf"), (.charge, "receipt_url"), (.creditNote, "pdf"),
      (.checkoutSession, "url"),
    ]
    for (resource, name) in signed {
      let column = try #require(resource.definition.column(name))
      #expect(column.isVolatile && column.sensitivity == .secret)
    }
  }

  @Test(arguments: [
    (ResourceName.customer, "email"), (.customer, "address_line1"), (.charge, "card_last4"),
    (.charge, "billing_details_name"), (.paymentMethod, "card_fingerprint"), (.invoice, "customer_email"),
    (.dispute, "evidence"), (.refund, "instructions_email"), (.checkoutSession, "customer_details"),
    (.event, "previous_attributes"), (.creditNote, "memo"),
  ])
  func whatSaysSomethingOfAPersonIsTagged(resource: ResourceName, name: String) throws {
    #expect(try #require(resource.definition.column(name)).sensitivity == .personal)
  }

  @Test(arguments: ResourceName.allCases)
  func namesOnTheCommandLineResolve(resource: ResourceName) {
    #expect(ResourceName(commandLineName: resource.definition.table) == resource)
    #expect(ResourceName(commandLineName: resource.rawValue) == resource)
    #expect(ResourceName(commandLineName: String(resource.definition.table.dropLast())) == resource)
    #expect(ResourceName(commandLineName: resource.rawValue + "s") == resource)
  }

  @Test(arguments: ["", "s", "quote", "Charges", "_charges", "checkout"])
  func otherNamesOnTheCommandLineDoNot(name: String) {
    #expect(ResourceName(commandLineName: name) == nil)
  }

  /// PostgreSQL cuts names at 63 bytes; lower case needs no quotes.
  private func isIdentifier(_ name: String) -> Bool {
    guard let first = name.first, name.utf8.count <= 63 else { return false }
    return first.isLowercase && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
  }
}
