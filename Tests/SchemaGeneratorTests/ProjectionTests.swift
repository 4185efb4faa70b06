import StripeModel
import Testing

@testable import SchemaGenerator

/// The SQL by which verification reads a source's JSON, for a small declaration.
@Suite struct ProjectionTests {
  private static let definition = ResourceDefinition(
    name: .charge, table: "gadgets", path: nil, idPrefixes: [], help: "",
    columns: [
      .text("label"),
      .minorUnits("amount").required,
      .decimal("rate", from: ["pricing.rate", "rate"]),
      .unixTime("created"),
      .reference("customer", to: .customer),
      .references("taxes"),
      .json("order"),
      .text("url").volatile,
    ],
    ignored: ["secret"], collapsed: ["order.account", "outcome.rule"])

  @Test func projection() {
    let projection = Projection(Self.definition, work: "w", parentColumn: "customer_id")
    #expect(
      projection.select(from: "rows") == """
        select
          s._n,
          s._file,
          s._line,
          s._observed,
          s._container,
          s._doc,
          r0.id as id,
          coalesce(r0.deleted, false) as _stub,
          case when jsonb_typeof(r0.customer) = 'object' or r0.taxes @? '$[*] ? (@.type() == "object")' or d.j @? \
        '$."order"."account" ? (@.type() == "object")' or d.j @? '$."outcome"."rule" ? (@.type() == "object")' then \
        jsonb_build_array(r0.customer, r0.taxes, jsonb_path_query_array(d.j, '$."order"."account"'), \
        jsonb_path_query_array(d.j, '$."outcome"."rule"')) end as _expanded,
          r0.label as label,
          r0.amount as amount,
          coalesce(r1.rate, r0.rate) as rate,
          to_timestamp(r0.created) as created,
          nullif(coalesce(case jsonb_typeof(r0.customer) when 'string' then r0.customer #>> '{}' when 'object' then \
        r0.customer ->> 'id' end, s._container), '') as customer_id,
          case jsonb_typeof(r0.taxes) when 'array' then (select coalesce(jsonb_agg(case jsonb_typeof(e.x) when \
        'object' then e.x -> 'id' else e.x end order by e.n), '[]') from jsonb_array_elements(r0.taxes) \
        with ordinality \
        as e(x, n)) end as taxes,
          r0."order" as "order",
          r0.url as url
        from (rows) as s
        cross join lateral (select s._doc::jsonb as j offset 0) as d
        cross join lateral jsonb_to_record(d.j) as r0(id text, label text, amount bigint, pricing jsonb, rate numeric, \
        created bigint, customer jsonb, taxes jsonb, "order" jsonb, url text, deleted boolean)
        cross join lateral jsonb_to_record(case jsonb_typeof(r0.pricing) when 'object' then r0.pricing end) as \
        r1(rate numeric)
        """)
  }

  @Test func oneColumnAlone() {
    #expect(
      Projection(Self.definition, work: "w").select(from: "rows", only: "amount").hasSuffix(
        """
          r0.amount as amount
        from (rows) as s
        cross join lateral (select s._doc::jsonb as j offset 0) as d
        cross join lateral jsonb_to_record(d.j) as r0(id text, amount bigint)
        """))
  }

  @Test func normalForm() {
    #expect(
      ProjectionRules(Self.definition).below([JSONPath("outcome")]).normalised("x") == """
        jsonb_strip_nulls((select case jsonb_typeof(v0.x) when 'array' then coalesce(l0.x, '[]') else l0.x -> 0 end \
        from (select x as x) as v0, lateral (select jsonb_agg(case jsonb_typeof(e0.x) when 'object' then \
        ((e0.x - array['rule']) || jsonb_build_object('rule', (select case jsonb_typeof(v1.x) when 'array' then \
        coalesce(l1.x, '[]') else l1.x -> 0 end from (select e0.x -> 'rule' as x) as v1, lateral (select jsonb_agg(\
        case jsonb_typeof(e1.x) when 'object' then coalesce(e1.x -> 'id', e1.x) else e1.x end order by e1.n) as x from \
        jsonb_array_elements(case jsonb_typeof(v1.x) when 'array' then v1.x else jsonb_build_array(v1.x) end) with \
        ordinality as e1(x, n)) as l1))) else e0.x end order by e0.n) as x from jsonb_array_elements(case \
        jsonb_typeof(v0.x) when 'array' then v0.x else jsonb_build_array(v0.x) end) with ordinality as e0(x, n)) as l0))
        """)
    #expect(ProjectionRules(Self.definition).below([JSONPath("label")]).normalised("x") == "jsonb_strip_nulls(x)")
  }

  /// Proof reads every declared column of every resource, but for the volatile ones.
  @Test(arguments: ResourceName.allCases) func everyColumnTakesPart(resource: ResourceName) {
    let definition = resource.definition
    let comparison = ProjectionComparison(Projection(definition, work: "w"), schema: "stripe")
    let sql = comparison.differences(apiVersion: nil, findingLimit: 1, repairLimit: 1)
    for column in definition.columns {
      let name = SQLName.quoted(column.name)
      #expect(sql.contains("p.\(name) is distinct from t.\(name)") == !column.isVolatile)
    }
  }
}
