import StripeModel
import Testing

@testable import SchemaGenerator

@Suite struct TableLayoutTests {
  @Test func everyKindHasItsTypeAndPlace() {
    let lines = TableLayout(definition: Samples.gadgets).columns.map(\.sql)
    #expect(
      lines == [
        #"id text collate "C" not null"#,
        "label text",
        "state text",
        "active boolean",
        "quantity bigint",
        "amount bigint",
        "currency text",
        "fee bigint",
        "rate numeric",
        "created timestamptz",
        #"customer_id text collate "C""#,
        #"source_id text collate "C""#,
        "taxes jsonb",
        #""order" jsonb"#,
        "tiers jsonb",
        "raw json compression lz4",
        "api_version text",
        "content_hash bigint",
        "expanded_hash bigint",
        "observed_at timestamptz",
        "observed_sequence bigint not null default 0",
        "first_seen_at timestamptz not null default now()",
        "last_changed_at timestamptz not null default now()",
        "deleted boolean not null default false",
        "deleted_at timestamptz",
        "is_placeholder boolean not null default false",
        "run_id text",
      ])
  }

  @Test func theSecondHashIsThereOnlyForColumnsThatMustBeAskedFor() {
    let plain = TableLayout(definition: Samples.definition("plain", [.text("label")]))
    #expect(plain.column("expanded_hash") == nil)
    #expect(TableLayout(definition: Samples.gadgets).column("expanded_hash") != nil)
  }

  @Test func requiredColumnsMayBeEmptyInPlaceholdersOnly() {
    let checks = TableLayout(definition: Samples.gadgets).checks
    #expect(checks.map(\.name) == ["gadgets_label_required", "gadgets_created_required"])
    #expect(checks.first?.expression == "is_placeholder or label is not null")
  }

  @Test func declaredTargetsGetForeignKeysOthersDoNot() {
    let keys = TableLayout(definition: Samples.gadgets).foreignKeys
    #expect(keys == [.init(name: "gadgets_customer_id_fkey", column: "customer_id", target: "customers")])
  }

  @Test func indexesFollowTheDeclaration() {
    let indexes = TableLayout(definition: Samples.gadgets).indexes
    #expect(indexes.map(\.name) == ["gadgets_created_idx", "gadgets_customer_id_idx", "gadgets_placeholder_idx"])
    #expect(indexes.last?.predicate == "is_placeholder")
  }

  @Test func theLiveViewShowsMoneyAsTextAndNoBookkeeping() {
    let view = TableLayout(definition: Samples.gadgets).liveView ?? []
    #expect(view.first?.name == "id")
    #expect(view.suffix(2).map(\.name) == ["observed_at", "last_changed_at"])
    #expect(view.first { $0.name == "amount" }?.expression == "{schema}._money_text(amount, currency)")
    #expect(view.first { $0.name == "fee" }?.expression == "fee")
    #expect(view.first { $0.name == "order" }?.expression == #""order""#)
    let hidden: Set = ["raw", "content_hash", "expanded_hash", "deleted", "is_placeholder", "run_id"]
    #expect(hidden.isDisjoint(with: view.map(\.name)))
  }

  @Test(arguments: ResourceName.allCases)
  func everyResourceHasDistinctColumnsAndShortNames(_ resource: ResourceName) {
    let layout = TableLayout(definition: resource.definition)
    let columns = layout.columns.map(\.name)
    #expect(Set(columns).count == columns.count)
    let names = columns + layout.checks.map(\.name) + layout.foreignKeys.map(\.name) + layout.indexes.map(\.name)
    #expect(names.filter { $0.utf8.count > SQLName.limitBytes } == [])
  }

  @Test func noTwoTablesOrIndexesShareAName() {
    let tables = SchemaSnapshot.current.tables
    let names = tables.flatMap { [$0.name] + $0.indexes.map(\.name) }
    #expect(Set(names).count == names.count)
  }
}

@Suite struct SQLNameTests {
  @Test(arguments: [
    ("amount", "amount"), ("order", #""order""#), ("Amount", #""Amount""#), ("1st", #""1st""#),
    (#"a"b"#, #""a""b""#), ("", #""""#), ("end", #""end""#), ("_runs", "_runs"),
  ])
  func quotesWhatMustBeQuoted(_ name: String, _ expected: String) {
    #expect(SQLName.quoted(name) == expected)
  }

  @Test func longNamesAreShortenedAndStayApart() {
    let long = String(repeating: "x", count: 60)
    let first = SQLName.joined("t", long + "1", "idx")
    let second = SQLName.joined("t", long + "2", "idx")
    #expect(first.utf8.count == SQLName.limitBytes)
    #expect(first.hasSuffix("_idx"))
    #expect(first != second)
    #expect(SQLName.joined("a", "b", "c") == "a_b_c")
  }

  @Test func literalsDoubleTheirQuotes() {
    #expect(SQLName.literal("it's") == "'it''s'")
  }
}
