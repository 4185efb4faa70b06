import Foundation
import PlatformCore
import StripeModel
import Testing

@testable import SchemaGenerator

@Suite struct MigrationWriterTests {
  private let old = Samples.snapshot(Samples.definition("gadgets", [.text("label"), .integer("size")]))

  @Test func theFirstMigrationMakesTablesThenIndexesThenKeysThenViews() throws {
    let gadgets = Samples.definition(
      "gadgets", [.reference("customer", to: .customer).required, .minorUnits("amount")])
    let statements = try MigrationWriter.statements(from: nil, to: Samples.snapshot(gadgets))
    #expect(
      statements == [
        """
        create table {schema}.gadgets (
          id text collate "C" not null,
          customer_id text collate "C",
          amount bigint,
          raw json compression lz4,
          api_version text,
          content_hash bigint,
          observed_at timestamptz,
          observed_sequence bigint not null default 0,
          first_seen_at timestamptz not null default now(),
          last_changed_at timestamptz not null default now(),
          deleted boolean not null default false,
          deleted_at timestamptz,
          is_placeholder boolean not null default false,
          run_id text,
          primary key (id),
          constraint gadgets_customer_id_required check (is_placeholder or customer_id is not null)
        );
        """,
        "create index gadgets_customer_id_idx on {schema}.gadgets (customer_id);",
        "create index gadgets_placeholder_idx on {schema}.gadgets (id) where is_placeholder;",
        """
        alter table {schema}.gadgets add constraint gadgets_customer_id_fkey
          foreign key (customer_id) references {schema}.customers (id)
          deferrable initially deferred;
        """,
        """
        create view {live}.gadgets as
        select
          id,
          customer_id,
          amount,
          observed_at,
          last_changed_at
        from {schema}.gadgets
        where not deleted and not is_placeholder;
        """,
      ])
  }

  @Test func keysComeAfterAllTablesAsStripesGraphHasCycles() throws {
    let statements = try MigrationWriter.statements(from: nil, to: .current)
    let lastTable = try #require(statements.lastIndex { $0.hasPrefix("create table") })
    let firstKey = try #require(statements.firstIndex { $0.contains("foreign key") })
    let firstView = try #require(statements.firstIndex { $0.hasPrefix("create view") })
    #expect(lastTable < firstKey)
    #expect(firstKey < firstView)
    #expect(statements.first?.hasPrefix("create or replace function {schema}._money_text") == true)
  }

  @Test func nothingChangedIsNothingToDo() throws {
    #expect(try MigrationWriter.statements(from: old, to: old) == [])
    #expect(try MigrationWriter.statements(from: .current, to: .current) == [])
  }

  @Test func aNewColumnRemakesTheViewAndLetsTheNextLoadFillIt() throws {
    let new = Samples.snapshot(
      Samples.definition("gadgets", [.text("label").required, .integer("size"), .text("color").required.indexed]))
    let statements = try MigrationWriter.statements(from: old, to: new)
    #expect(
      Array(statements.dropLast()) == [
        "drop view if exists {live}.gadgets;",
        "alter table {schema}.gadgets add column color text;",
        "update {schema}.gadgets set content_hash = null where content_hash is not null;",
        "alter table {schema}.gadgets add constraint gadgets_label_required "
          + "check (is_placeholder or label is not null) not valid;",
        "alter table {schema}.gadgets add constraint gadgets_color_required "
          + "check (is_placeholder or color is not null) not valid;",
        "create index gadgets_color_idx on {schema}.gadgets (color);",
      ])
    #expect(statements.last?.contains("  color,\n") == true)
  }

  @Test func onlyTouchedTablesLoseTheirView() throws {
    let other = Samples.definition("others", [.text("label")], name: .refund)
    let before = Samples.snapshot(Samples.gadgets, other)
    let after = Samples.snapshot(
      Samples.gadgets, Samples.definition("others", [.text("label").indexed], name: .refund))
    let statements = try MigrationWriter.statements(from: before, to: after)
    #expect(statements.contains("drop view if exists {live}.others;"))
    #expect(!statements.contains { $0.contains("gadgets") })
  }

  @Test func constraintsAndIndexesGo() throws {
    let before = Samples.snapshot(
      Samples.definition("gadgets", [.text("label").required.indexed, .reference("customer", to: .customer)]))
    let after = Samples.snapshot(
      Samples.definition("gadgets", [.text("label"), .expandable("customer")]))
    let statements = try MigrationWriter.statements(from: before, to: after)
    #expect(
      Array(statements.dropLast()) == [
        "drop view if exists {live}.gadgets;",
        "alter table {schema}.gadgets drop constraint gadgets_label_required;",
        "alter table {schema}.gadgets drop constraint gadgets_customer_id_fkey;",
        "drop index {schema}.gadgets_label_idx;",
      ])
  }

  @Test func idsThatRowsHoldGetTheirParentsBeforeTheKey() throws {
    let before = Samples.snapshot(Samples.definition("gadgets", [.expandable("coupon")]))
    let after = Samples.snapshot(
      Samples.definition("gadgets", [.reference("coupon", to: .coupon), .reference("customer", to: .customer)]))
    let statements = try MigrationWriter.statements(from: before, to: after)
    let filled = try #require(
      statements.firstIndex(
        of: """
          insert into {schema}.coupons (id, is_placeholder)
            select distinct coupon_id, true from {schema}.gadgets where coupon_id is not null on conflict do nothing;
          """))
    #expect(statements[filled + 1] == "set constraints all immediate;", "a new column holds no ids")
    #expect(statements[filled + 2].contains("gadgets_coupon_id_fkey"))
  }

  @Test func aDroppedColumnIsRefusedByName() {
    let new = Samples.snapshot(Samples.definition("gadgets", [.text("label")]))
    let error = #expect(throws: PlatformError.self) { try MigrationWriter.statements(from: old, to: new) }
    #expect(error?.status == .data)
    #expect(error?.message == "One change loses or converts data and must be written by hand")
    #expect(error?.cause == "alter table gadgets drop column size;")
    #expect(
      MigrationWriter.plan(from: old, to: new).contains(
        "-- undecided: alter table {schema}.gadgets drop column size;"))
  }

  @Test func aChangedTypeIsRefusedByName() {
    let new = Samples.snapshot(Samples.definition("gadgets", [.text("label"), .decimal("size")]))
    let error = #expect(throws: PlatformError.self) { try MigrationWriter.statements(from: old, to: new) }
    #expect(error?.cause == "alter table gadgets alter column size type numeric using size::numeric;")
  }

  @Test func aDroppedTableIsRefusedByName() {
    let error = #expect(throws: PlatformError.self) {
      try MigrationWriter.statements(from: old, to: Samples.snapshot())
    }
    #expect(error?.cause == "drop table gadgets;")
  }

  @Test func aChangedFunctionIsMadeAnew() throws {
    let new = SchemaSnapshot(functions: [.init(name: "f", definition: "create f")], tables: old.tables)
    #expect(try MigrationWriter.statements(from: old, to: new) == ["create f"])
  }

  @Test func theFileNamesItselfAndKeepsTheStatementsApart() {
    let text = MigrationWriter.file(number: 7, name: "add_coupons", statements: ["select 1;", "select 2;"])
    #expect(text.hasPrefix("-- migration: 7 add_coupons\n"))
    #expect(text.hasSuffix("\n\nselect 1;\n\nselect 2;\n"))
  }
}

@Suite struct SchemaSnapshotTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let data = try SchemaSnapshot.current.encoded()
    #expect(try SchemaSnapshot.decoded(data) == .current)
    #expect(try SchemaSnapshot.current.encoded() == data)
  }

  @Test(arguments: ["", "{}", #"{"format": 2, "functions": [], "tables": []}"#])
  func damagedSnapshotsAreRefused(_ text: String) {
    let error = #expect(throws: PlatformError.self) { try SchemaSnapshot.decoded(Data(text.utf8)) }
    #expect(error?.status == .data)
  }

  @Test func theSnapshotHoldsResourcesAndBookkeeping() {
    let names = SchemaSnapshot.current.tables.map(\.name)
    #expect(
      names == ResourceName.allCases.map(\.definition.table) + [
        "_runs", "_exports", "_bronze_parts", "_leases", "_coverage", "_source",
      ])
  }
}
