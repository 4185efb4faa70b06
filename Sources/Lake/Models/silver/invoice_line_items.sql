-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: invoice_line_items
-- grain: one row per invoice_line_item of a source: invoice_line_item_id
-- depends_on: bronze.invoice_line_items, silver.invoices
-- description: One line of an invoice; found inside its invoice only.
-- unit: amount_minor = minor units of currency
-- unit: subtotal_minor = minor units of currency
-- unit: amount_excluding_tax_minor = minor units of currency
-- assert_unique: invoice_line_item_id
-- assert_not_null: invoice_line_item_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as invoice_line_item_id,
  null::boolean as is_livemode,
  null::varchar as invoice_id,
  null::bigint as amount_minor,
  null::bigint as subtotal_minor,
  null::bigint as amount_excluding_tax_minor,
  null::varchar as currency,
  null::varchar as description,
  null::bigint as quantity,
  null::decimal(38, 18) as quantity_decimal,
  null::timestamptz as period_start_at,
  null::timestamptz as period_end_at,
  null::boolean as is_proration,
  null::json as credited_items,
  null::varchar as parent_type,
  null::varchar as subscription_id,
  null::varchar as subscription_item_id,
  null::varchar as invoice_item_id,
  null::varchar as price_id,
  null::varchar as product_id,
  null::decimal(38, 18) as unit_amount_decimal,
  null::decimal(38, 18) as unit_amount_excluding_tax,
  null::boolean as is_discountable,
  null::varchar[] as discount_ids,
  null::json as discount_amounts,
  null::json as pretax_credit_amounts,
  null::json as taxes,
  null::json as tax_rates,
  null::json as metadata,
  null::boolean as is_deleted,
  null::timestamptz as deleted_at,
  null::boolean as is_placeholder,
  null::timestamptz as observed_at,
  null::bigint as observed_sequence,
  null::timestamptz as ingested_at,
  null::varchar as bronze_run_id,
  null::varchar as api_version,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::varchar as dt
limit 0;

-- step: read

-- A member as the type of its column; null where it is absent, null or something else.
create or replace macro as_text(member) as case when member like '"%' then member ->> '$' end;
create or replace macro as_boolean(member) as case member when 'true' then true when 'false' then false end;
create or replace macro as_integer(member) as
  case when not contains(member::varchar, '.') then try_cast(member::varchar as bigint) end;
create or replace macro as_decimal(member) as try_cast(trim(member::varchar, '"') as decimal(38, 18));
-- Unix seconds of the years 1 to 9999.
create or replace macro as_time(member) as
  case when as_integer(member) between -62135596800 and 253402300799 then to_timestamp(as_integer(member)) end;
-- An id, the object itself or its deletion stub; Stripe writes an empty text where some references are unset.
create or replace macro as_id(member) as nullif(
  case when member like '"%' then member ->> '$' when member like '{%' then member ->> '$.id' end, '');
create or replace macro as_ids(member) as case when member like '[%' then
  list_transform(from_json(member, '["json"]'), lambda element: as_id(element)) end;
-- What is wrong with a member that was there and gave no value, and with one that must be there; what people
-- wrote or are called is not repeated.
create or replace macro wrong(value, member, place, expected) as
  case when value is null and member is not null then
    place || ': expected ' || expected || ', found ' || left(member::varchar, 60) end;
create or replace macro wrong_personal(value, member, place, expected) as
  case when value is null and member is not null then
    place || ': expected ' || expected || ', found ' || lower(json_type(member)) end;
create or replace macro missing(member, place) as case when member is null then place || ': missing' end;

create or replace table invoice_line_items_read as
with bronze as (
  -- A line that is no json is a row of nulls.
  select
    data,
    null::varchar as container_id,
    null::varchar as container_dt,
    meta.observed_at as observed_at,
    meta.sequence as observed_sequence,
    meta.ingested_at as ingested_at,
    meta.run_id as bronze_run_id,
    meta.api_version as api_version
  from read_json(
    getvariable('bronze_invoice_line_items'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, livemode json, invoice json, amount json, subtotal json,
        amount_excluding_tax json, currency json, description json, quantity json, quantity_decimal json,
        period json, parent json, proration json, proration_details json, type json, subscription json,
        subscription_item json, invoice_item json, pricing json, price json, plan json,
        unit_amount_excluding_tax json, discountable json, discounts json, discount_amounts json,
        pretax_credit_amounts json, taxes json, tax_amounts json, tax_rates json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
invoices_lines as (
  -- The elements of a list have the version of the object around them.
  select
    unnest(json_transform(lines_json, '[{"id": "json", "deleted": "json", "livemode": "json", "invoice": "json", "amount": "json",
      "subtotal": "json", "amount_excluding_tax": "json", "currency": "json", "description": "json",
      "quantity": "json", "quantity_decimal": "json", "period": "json", "parent": "json",
      "proration": "json", "proration_details": "json", "type": "json", "subscription": "json",
      "subscription_item": "json", "invoice_item": "json", "pricing": "json", "price": "json",
      "plan": "json", "unit_amount_excluding_tax": "json", "discountable": "json", "discounts": "json",
      "discount_amounts": "json", "pretax_credit_amounts": "json", "taxes": "json", "tax_amounts": "json",
      "tax_rates": "json", "metadata": "json"}]')) as data,
    invoice_id as container_id,
    dt as container_dt,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
  from invoices_read
  where broken is null and lines_json is not null
),
objects as (
  select * from bronze
  union all
  select * from invoices_lines
),
opened as (
  select
    *,
    json_transform(data.period, '{"start": "json", "end": "json"}') as in_period,
    json_transform(data.parent, '{"subscription_item_details": {"proration": "json", "proration_details": {"credited_items": "json"}, "subscription": "json", "subscription_item": "json", "invoice_item": "json"}, "invoice_item_details": {"proration": "json", "proration_details": {"credited_items": "json"}, "subscription": "json", "invoice_item": "json"}, "type": "json"}') as in_parent,
    json_transform(data.pricing, '{"price_details": {"price": "json", "product": "json"}, "unit_amount_decimal": "json"}') as in_pricing,
    json_transform(data.price, '{"product": "json", "unit_amount_decimal": "json"}') as in_price,
    json_transform(data.plan, '{"product": "json", "amount_decimal": "json"}') as in_plan
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_parent.subscription_item_details.proration, in_parent.invoice_item_details.proration, data.proration) as member_of_is_proration,
    coalesce(in_parent.subscription_item_details.proration_details.credited_items, in_parent.invoice_item_details.proration_details.credited_items, nullif(data.proration_details -> '$.credited_items', 'null')) as member_of_credited_items,
    coalesce(in_parent.type, data.type) as member_of_parent_type,
    coalesce(in_parent.subscription_item_details.subscription, in_parent.invoice_item_details.subscription, data.subscription) as member_of_subscription_id,
    coalesce(in_parent.subscription_item_details.subscription_item, data.subscription_item) as member_of_subscription_item_id,
    coalesce(in_parent.invoice_item_details.invoice_item, in_parent.subscription_item_details.invoice_item, data.invoice_item) as member_of_invoice_item_id,
    coalesce(in_pricing.price_details.price, data.price, data.plan) as member_of_price_id,
    coalesce(in_pricing.price_details.product, in_price.product, in_plan.product) as member_of_product_id,
    coalesce(in_pricing.unit_amount_decimal, in_price.unit_amount_decimal, in_plan.amount_decimal) as member_of_unit_amount_decimal,
    coalesce(data.taxes, data.tax_amounts) as member_of_taxes
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as invoice_line_item_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_boolean(data.livemode) as is_livemode,
    coalesce(as_id(data.invoice), container_id) as invoice_id,
    as_integer(data.amount) as amount_minor,
    as_integer(data.subtotal) as subtotal_minor,
    as_integer(data.amount_excluding_tax) as amount_excluding_tax_minor,
    as_text(data.currency) as currency,
    as_text(data.description) as description,
    as_integer(data.quantity) as quantity,
    as_decimal(data.quantity_decimal) as quantity_decimal,
    as_time(in_period.start) as period_start_at,
    as_time(in_period."end") as period_end_at,
    as_boolean(member_of_is_proration) as is_proration,
    member_of_credited_items as credited_items,
    as_text(member_of_parent_type) as parent_type,
    as_id(member_of_subscription_id) as subscription_id,
    as_id(member_of_subscription_item_id) as subscription_item_id,
    as_id(member_of_invoice_item_id) as invoice_item_id,
    as_id(member_of_price_id) as price_id,
    as_id(member_of_product_id) as product_id,
    as_decimal(member_of_unit_amount_decimal) as unit_amount_decimal,
    as_decimal(data.unit_amount_excluding_tax) as unit_amount_excluding_tax,
    as_boolean(data.discountable) as is_discountable,
    as_ids(data.discounts) as discount_ids,
    data.discount_amounts as discount_amounts,
    data.pretax_credit_amounts as pretax_credit_amounts,
    member_of_taxes as taxes,
    data.tax_rates as tax_rates,
    data.metadata as metadata,
    list_filter(json_extract(data.tax_rates, '$[*]'), lambda place: place like '{%') as sighted_tax_rates,
    list_filter(json_extract(data.discounts, '$[*]'), lambda place: place like '{%') as sighted_discounts
  from found
)
select
  invoice_line_item_id,
  is_livemode,
  invoice_id,
  amount_minor,
  subtotal_minor,
  amount_excluding_tax_minor,
  currency,
  description,
  quantity,
  quantity_decimal,
  period_start_at,
  period_end_at,
  is_proration,
  credited_items,
  parent_type,
  subscription_id,
  subscription_item_id,
  invoice_item_id,
  price_id,
  product_id,
  unit_amount_decimal,
  unit_amount_excluding_tax,
  is_discountable,
  discount_ids,
  discount_amounts,
  pretax_credit_amounts,
  taxes,
  tax_rates,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(container_dt, 'unknown') end as dt,
  sighted_tax_rates,
  sighted_discounts,
  case
    when ingested_at is null then 'not JSON'
    when invoice_line_item_id is null or invoice_line_item_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(subtotal_minor, data.subtotal, 'subtotal', 'a whole number of minor units'),
      wrong(amount_excluding_tax_minor, data.amount_excluding_tax, 'amount_excluding_tax', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong(quantity, data.quantity, 'quantity', 'a whole number'),
      wrong(quantity_decimal, data.quantity_decimal, 'quantity_decimal', 'a decimal number'),
      wrong(period_start_at, in_period.start, 'period.start', 'unix seconds'),
      wrong(period_end_at, in_period."end", 'period.end', 'unix seconds'),
      wrong(is_proration, member_of_is_proration, 'parent.subscription_item_details.proration', 'true or false'),
      wrong(parent_type, member_of_parent_type, 'parent.type', 'a text'),
      wrong(subscription_id, nullif(member_of_subscription_id, '""'), 'parent.subscription_item_details.subscription', 'an id or an object'),
      wrong(subscription_item_id, nullif(member_of_subscription_item_id, '""'), 'parent.subscription_item_details.subscription_item', 'an id or an object'),
      wrong(invoice_item_id, nullif(member_of_invoice_item_id, '""'), 'parent.invoice_item_details.invoice_item', 'an id or an object'),
      wrong(price_id, nullif(member_of_price_id, '""'), 'pricing.price_details.price', 'an id or an object'),
      wrong(product_id, nullif(member_of_product_id, '""'), 'pricing.price_details.product', 'an id or an object'),
      wrong(unit_amount_decimal, member_of_unit_amount_decimal, 'pricing.unit_amount_decimal', 'a decimal number'),
      wrong(unit_amount_excluding_tax, data.unit_amount_excluding_tax, 'unit_amount_excluding_tax', 'a decimal number'),
      wrong(is_discountable, data.discountable, 'discountable', 'true or false'),
      wrong(discount_ids, data.discounts, 'discounts', 'an array of ids or objects')), '')
  end as broken
from typed;

-- A list with an element that cannot be read does not show what is gone.
update invoices_read set lines_is_complete = false
from (select distinct invoice_id as parent_id, observed_at, observed_sequence
  from invoice_line_items_read where broken is not null) as doubtful
where invoices_read.invoice_id = doubtful.parent_id
  and invoices_read.observed_at = doubtful.observed_at
  and invoices_read.observed_sequence = doubtful.observed_sequence;

-- step: touch

select distinct dt from (
  select dt from invoice_line_items_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from invoice_line_items_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_invoice_line_items'), filename = true)
  where invoice_line_item_id in (select invoice_line_item_id from invoice_line_items_read where is_stub and broken is null)
  union all
  -- What a complete list may have lost.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_invoice_line_items'), filename = true)
  where invoice_id in (
    select invoice_id from invoices_read where broken is null and lines_is_complete)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view invoice_line_items_accepted as
select
  invoice_line_item_id, is_livemode, invoice_id, amount_minor, subtotal_minor,
  amount_excluding_tax_minor, currency, description, quantity, quantity_decimal, period_start_at,
  period_end_at, is_proration, credited_items, parent_type, subscription_id, subscription_item_id,
  invoice_item_id, price_id, product_id, unit_amount_decimal, unit_amount_excluding_tax,
  is_discountable, discount_ids, discount_amounts, pretax_credit_amounts, taxes, tax_rates, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_invoice_line_items'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table invoice_line_items_unsettled as
with invoices_lines as (
  select invoice_id as parent_id,
    versions(lines_complete_at, lines_complete_sequence, lines_complete_before) as complete
  from invoices_merged
  where lines_complete_at is not null
),
candidates as (
  select invoice_line_item_id, is_stub, observed_at, observed_sequence, invoice_id from invoice_line_items_read where broken is null
  union all
  select invoice_line_item_id, false, observed_at, observed_sequence, invoice_id from invoice_line_items_accepted
)
select invoice_line_item_id from candidates group by invoice_line_item_id having count(*) > 1 or bool_or(is_stub)
union
-- Gone from a complete list of the parent.
select invoice_line_item_id from candidates
join invoices_lines as parent on parent.parent_id = candidates.invoice_id
where parent.complete[1] > version(observed_at, observed_sequence);

create or replace table invoice_line_items_settled as
with invoices_lines as (
  select invoice_id as parent_id,
    versions(lines_complete_at, lines_complete_sequence, lines_complete_before) as complete
  from invoices_merged
  where lines_complete_at is not null
),
candidates as (
  select
    invoice_line_item_id, is_livemode, invoice_id, amount_minor, subtotal_minor,
    amount_excluding_tax_minor, currency, description, quantity, quantity_decimal, period_start_at,
    period_end_at, is_proration, credited_items, parent_type, subscription_id, subscription_item_id,
    invoice_item_id, price_id, product_id, unit_amount_decimal, unit_amount_excluding_tax,
    is_discountable, discount_ids, discount_amounts, pretax_credit_amounts, taxes, tax_rates, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from invoice_line_items_read semi join invoice_line_items_unsettled using (invoice_line_item_id)
  where broken is null
  union all
  select
    invoice_line_item_id, is_livemode, invoice_id, amount_minor, subtotal_minor,
    amount_excluding_tax_minor, currency, description, quantity, quantity_decimal, period_start_at,
    period_end_at, is_proration, credited_items, parent_type, subscription_id, subscription_item_id,
    invoice_item_id, price_id, product_id, unit_amount_decimal, unit_amount_excluding_tax,
    is_discountable, discount_ids, discount_amounts, pretax_credit_amounts, taxes, tax_rates, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from invoice_line_items_accepted semi join invoice_line_items_unsettled using (invoice_line_item_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by invoice_line_item_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        is_livemode, invoice_id, amount_minor, subtotal_minor, amount_excluding_tax_minor, currency,
        description, quantity, quantity_decimal, period_start_at, period_end_at, is_proration,
        credited_items, parent_type, subscription_id, subscription_item_id, invoice_item_id, price_id,
        product_id, unit_amount_decimal, unit_amount_excluding_tax, is_discountable, discount_ids,
        discount_amounts, pretax_credit_amounts, taxes, tax_rates, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select invoice_line_item_id, unnest(absences) as absence from candidates
  union all
  select newest.invoice_line_item_id, unnest(parent.complete)
    from newest join invoices_lines as parent on parent.parent_id = newest.invoice_id
),
later as (
  select gone.invoice_line_item_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (invoice_line_item_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.invoice_line_item_id
)
select
  newest.invoice_line_item_id,
  newest.is_livemode,
  newest.invoice_id,
  newest.amount_minor,
  newest.subtotal_minor,
  newest.amount_excluding_tax_minor,
  newest.currency,
  newest.description,
  newest.quantity,
  newest.quantity_decimal,
  newest.period_start_at,
  newest.period_end_at,
  newest.is_proration,
  newest.credited_items,
  newest.parent_type,
  newest.subscription_id,
  newest.subscription_item_id,
  newest.invoice_item_id,
  newest.price_id,
  newest.product_id,
  newest.unit_amount_decimal,
  newest.unit_amount_excluding_tax,
  newest.is_discountable,
  newest.discount_ids,
  newest.discount_amounts,
  newest.pretax_credit_amounts,
  newest.taxes,
  newest.tax_rates,
  newest.metadata,
  later.absences is not null as is_deleted,
  later.absences[1].observed_at as deleted_at,
  newest.is_stub as is_placeholder,
  newest.observed_at,
  newest.observed_sequence,
  newest.ingested_at,
  newest.bronze_run_id,
  newest.api_version,
  later.absences,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (invoice_line_item_id);

create or replace view invoice_line_items_merged as
select
  invoice_line_item_id,
  is_livemode,
  invoice_id,
  amount_minor,
  subtotal_minor,
  amount_excluding_tax_minor,
  currency,
  description,
  quantity,
  quantity_decimal,
  period_start_at,
  period_end_at,
  is_proration,
  credited_items,
  parent_type,
  subscription_id,
  subscription_item_id,
  invoice_item_id,
  price_id,
  product_id,
  unit_amount_decimal,
  unit_amount_excluding_tax,
  is_discountable,
  discount_ids,
  discount_amounts,
  pretax_credit_amounts,
  taxes,
  tax_rates,
  metadata,
  false as is_deleted,
  null::timestamptz as deleted_at,
  false as is_placeholder,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  dt
from invoice_line_items_read anti join invoice_line_items_unsettled using (invoice_line_item_id)
where broken is null
union all
select
  invoice_line_item_id, is_livemode, invoice_id, amount_minor, subtotal_minor,
  amount_excluding_tax_minor, currency, description, quantity, quantity_decimal, period_start_at,
  period_end_at, is_proration, credited_items, parent_type, subscription_id, subscription_item_id,
  invoice_item_id, price_id, product_id, unit_amount_decimal, unit_amount_excluding_tax,
  is_discountable, discount_ids, discount_amounts, pretax_credit_amounts, taxes, tax_rates, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from invoice_line_items_accepted anti join invoice_line_items_unsettled using (invoice_line_item_id)
union all
select
  invoice_line_item_id, is_livemode, invoice_id, amount_minor, subtotal_minor,
  amount_excluding_tax_minor, currency, description, quantity, quantity_decimal, period_start_at,
  period_end_at, is_proration, credited_items, parent_type, subscription_id, subscription_item_id,
  invoice_item_id, price_id, product_id, unit_amount_decimal, unit_amount_excluding_tax,
  is_discountable, discount_ids, discount_amounts, pretax_credit_amounts, taxes, tax_rates, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from invoice_line_items_settled;
