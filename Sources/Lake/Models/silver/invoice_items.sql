-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: invoice_items
-- grain: one row per invoice_item of a source: invoice_item_id
-- depends_on: bronze.invoice_items
-- description: Something to be billed with a customer's next invoice, or with a draft.
-- unit: amount_minor = minor units of currency
-- unit: net_amount_minor = minor units of currency
-- unit: unit_amount_minor = minor units of currency
-- assert_unique: invoice_item_id
-- assert_not_null: invoice_item_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as invoice_item_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as invoice_id,
  null::varchar as parent_type,
  null::varchar as subscription_id,
  null::varchar as subscription_item_id,
  null::bigint as amount_minor,
  null::bigint as net_amount_minor,
  null::varchar as currency,
  null::varchar as price_id,
  null::varchar as product_id,
  null::decimal(38, 18) as unit_amount_decimal,
  null::bigint as unit_amount_minor,
  null::bigint as quantity,
  null::decimal(38, 18) as quantity_decimal,
  null::varchar as description,
  null::timestamptz as period_start_at,
  null::timestamptz as period_end_at,
  null::boolean as is_proration,
  null::json as proration_details,
  null::boolean as is_discountable,
  null::varchar[] as discount_ids,
  null::json as tax_rates,
  null::json as frozen_fields,
  null::json as invoicing_rules,
  null::varchar as test_clock_id,
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

create or replace table invoice_items_read as
with bronze as (
  -- A line that is no json is a row of nulls.
  select
    data,
    meta.observed_at as observed_at,
    meta.sequence as observed_sequence,
    meta.ingested_at as ingested_at,
    meta.run_id as bronze_run_id,
    meta.api_version as api_version
  from read_json(
    getvariable('bronze_invoice_items'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, date json, livemode json, customer json, customer_account json, invoice json,
        parent json, subscription json, subscription_item json, amount json, net_amount json, currency json,
        pricing json, price json, unit_amount_decimal json, unit_amount json, quantity json,
        quantity_decimal json, description json, period json, proration json, proration_details json,
        discountable json, discounts json, tax_rates json, frozen_fields json, invoicing_rules json,
        test_clock json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
objects as (
  select * from bronze
),
opened as (
  select
    *,
    json_transform(data.parent, '{"type": "json", "subscription_details": {"subscription": "json", "subscription_item": "json"}}') as in_parent,
    json_transform(data.pricing, '{"price_details": {"price": "json", "product": "json"}, "unit_amount_decimal": "json"}') as in_pricing,
    json_transform(data.period, '{"start": "json", "end": "json"}') as in_period
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_parent.subscription_details.subscription, data.subscription) as member_of_subscription_id,
    coalesce(in_parent.subscription_details.subscription_item, data.subscription_item) as member_of_subscription_item_id,
    coalesce(in_pricing.price_details.price, data.price) as member_of_price_id,
    coalesce(in_pricing.price_details.product, nullif(data.price -> '$.product', 'null')) as member_of_product_id,
    coalesce(in_pricing.unit_amount_decimal, data.unit_amount_decimal) as member_of_unit_amount_decimal
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as invoice_item_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.date) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_id(data.invoice) as invoice_id,
    as_text(in_parent.type) as parent_type,
    as_id(member_of_subscription_id) as subscription_id,
    as_id(member_of_subscription_item_id) as subscription_item_id,
    as_integer(data.amount) as amount_minor,
    as_integer(data.net_amount) as net_amount_minor,
    as_text(data.currency) as currency,
    as_id(member_of_price_id) as price_id,
    as_id(member_of_product_id) as product_id,
    as_decimal(member_of_unit_amount_decimal) as unit_amount_decimal,
    as_integer(data.unit_amount) as unit_amount_minor,
    as_integer(data.quantity) as quantity,
    as_decimal(data.quantity_decimal) as quantity_decimal,
    as_text(data.description) as description,
    as_time(in_period.start) as period_start_at,
    as_time(in_period."end") as period_end_at,
    as_boolean(data.proration) as is_proration,
    data.proration_details as proration_details,
    as_boolean(data.discountable) as is_discountable,
    as_ids(data.discounts) as discount_ids,
    data.tax_rates as tax_rates,
    data.frozen_fields as frozen_fields,
    data.invoicing_rules as invoicing_rules,
    as_id(data.test_clock) as test_clock_id,
    data.metadata as metadata,
    list_filter(json_extract(data.tax_rates, '$[*]'), lambda place: place like '{%') as sighted_tax_rates,
    list_filter(json_extract(data.discounts, '$[*]'), lambda place: place like '{%') as sighted_discounts
  from found
)
select
  invoice_item_id,
  created_at,
  is_livemode,
  customer_id,
  customer_account_id,
  invoice_id,
  parent_type,
  subscription_id,
  subscription_item_id,
  amount_minor,
  net_amount_minor,
  currency,
  price_id,
  product_id,
  unit_amount_decimal,
  unit_amount_minor,
  quantity,
  quantity_decimal,
  description,
  period_start_at,
  period_end_at,
  is_proration,
  proration_details,
  is_discountable,
  discount_ids,
  tax_rates,
  frozen_fields,
  invoicing_rules,
  test_clock_id,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  sighted_tax_rates,
  sighted_discounts,
  case
    when ingested_at is null then 'not JSON'
    when invoice_item_id is null or invoice_item_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.date, 'date', 'unix seconds'),
      missing(data.date, 'date'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(parent_type, in_parent.type, 'parent.type', 'a text'),
      wrong(subscription_id, nullif(member_of_subscription_id, '""'), 'parent.subscription_details.subscription', 'an id or an object'),
      wrong(subscription_item_id, nullif(member_of_subscription_item_id, '""'), 'parent.subscription_details.subscription_item', 'an id or an object'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(net_amount_minor, data.net_amount, 'net_amount', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(price_id, nullif(member_of_price_id, '""'), 'pricing.price_details.price', 'an id or an object'),
      wrong(product_id, nullif(member_of_product_id, '""'), 'pricing.price_details.product', 'an id or an object'),
      wrong(unit_amount_decimal, member_of_unit_amount_decimal, 'pricing.unit_amount_decimal', 'a decimal number'),
      wrong(unit_amount_minor, data.unit_amount, 'unit_amount', 'a whole number of minor units'),
      wrong(quantity, data.quantity, 'quantity', 'a whole number'),
      wrong(quantity_decimal, data.quantity_decimal, 'quantity_decimal', 'a decimal number'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong(period_start_at, in_period.start, 'period.start', 'unix seconds'),
      wrong(period_end_at, in_period."end", 'period.end', 'unix seconds'),
      wrong(is_proration, data.proration, 'proration', 'true or false'),
      wrong(is_discountable, data.discountable, 'discountable', 'true or false'),
      wrong(discount_ids, data.discounts, 'discounts', 'an array of ids or objects'),
      wrong(test_clock_id, nullif(data.test_clock, '""'), 'test_clock', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from invoice_items_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from invoice_items_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_invoice_items'), filename = true)
  where invoice_item_id in (select invoice_item_id from invoice_items_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view invoice_items_accepted as
select
  invoice_item_id, created_at, is_livemode, customer_id, customer_account_id, invoice_id, parent_type,
  subscription_id, subscription_item_id, amount_minor, net_amount_minor, currency, price_id,
  product_id, unit_amount_decimal, unit_amount_minor, quantity, quantity_decimal, description,
  period_start_at, period_end_at, is_proration, proration_details, is_discountable, discount_ids,
  tax_rates, frozen_fields, invoicing_rules, test_clock_id, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_invoice_items'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table invoice_items_unsettled as
with candidates as (
  select invoice_item_id, is_stub, observed_at, observed_sequence from invoice_items_read where broken is null
  union all
  select invoice_item_id, false, observed_at, observed_sequence from invoice_items_accepted
)
select invoice_item_id from candidates group by invoice_item_id having count(*) > 1 or bool_or(is_stub);

create or replace table invoice_items_settled as
with candidates as (
  select
    invoice_item_id, created_at, is_livemode, customer_id, customer_account_id, invoice_id, parent_type,
    subscription_id, subscription_item_id, amount_minor, net_amount_minor, currency, price_id,
    product_id, unit_amount_decimal, unit_amount_minor, quantity, quantity_decimal, description,
    period_start_at, period_end_at, is_proration, proration_details, is_discountable, discount_ids,
    tax_rates, frozen_fields, invoicing_rules, test_clock_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from invoice_items_read semi join invoice_items_unsettled using (invoice_item_id)
  where broken is null
  union all
  select
    invoice_item_id, created_at, is_livemode, customer_id, customer_account_id, invoice_id, parent_type,
    subscription_id, subscription_item_id, amount_minor, net_amount_minor, currency, price_id,
    product_id, unit_amount_decimal, unit_amount_minor, quantity, quantity_decimal, description,
    period_start_at, period_end_at, is_proration, proration_details, is_discountable, discount_ids,
    tax_rates, frozen_fields, invoicing_rules, test_clock_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from invoice_items_accepted semi join invoice_items_unsettled using (invoice_item_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by invoice_item_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, customer_id, customer_account_id, invoice_id, parent_type, subscription_id,
        subscription_item_id, amount_minor, net_amount_minor, currency, price_id, product_id,
        unit_amount_decimal, unit_amount_minor, quantity, quantity_decimal, description, period_start_at,
        period_end_at, is_proration, proration_details, is_discountable, discount_ids, tax_rates,
        frozen_fields, invoicing_rules, test_clock_id, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select invoice_item_id, unnest(absences) as absence from candidates
),
later as (
  select gone.invoice_item_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (invoice_item_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.invoice_item_id
)
select
  newest.invoice_item_id,
  newest.created_at,
  newest.is_livemode,
  newest.customer_id,
  newest.customer_account_id,
  newest.invoice_id,
  newest.parent_type,
  newest.subscription_id,
  newest.subscription_item_id,
  newest.amount_minor,
  newest.net_amount_minor,
  newest.currency,
  newest.price_id,
  newest.product_id,
  newest.unit_amount_decimal,
  newest.unit_amount_minor,
  newest.quantity,
  newest.quantity_decimal,
  newest.description,
  newest.period_start_at,
  newest.period_end_at,
  newest.is_proration,
  newest.proration_details,
  newest.is_discountable,
  newest.discount_ids,
  newest.tax_rates,
  newest.frozen_fields,
  newest.invoicing_rules,
  newest.test_clock_id,
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
left join later using (invoice_item_id);

create or replace view invoice_items_merged as
select
  invoice_item_id,
  created_at,
  is_livemode,
  customer_id,
  customer_account_id,
  invoice_id,
  parent_type,
  subscription_id,
  subscription_item_id,
  amount_minor,
  net_amount_minor,
  currency,
  price_id,
  product_id,
  unit_amount_decimal,
  unit_amount_minor,
  quantity,
  quantity_decimal,
  description,
  period_start_at,
  period_end_at,
  is_proration,
  proration_details,
  is_discountable,
  discount_ids,
  tax_rates,
  frozen_fields,
  invoicing_rules,
  test_clock_id,
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
from invoice_items_read anti join invoice_items_unsettled using (invoice_item_id)
where broken is null
union all
select
  invoice_item_id, created_at, is_livemode, customer_id, customer_account_id, invoice_id, parent_type,
  subscription_id, subscription_item_id, amount_minor, net_amount_minor, currency, price_id,
  product_id, unit_amount_decimal, unit_amount_minor, quantity, quantity_decimal, description,
  period_start_at, period_end_at, is_proration, proration_details, is_discountable, discount_ids,
  tax_rates, frozen_fields, invoicing_rules, test_clock_id, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from invoice_items_accepted anti join invoice_items_unsettled using (invoice_item_id)
union all
select
  invoice_item_id, created_at, is_livemode, customer_id, customer_account_id, invoice_id, parent_type,
  subscription_id, subscription_item_id, amount_minor, net_amount_minor, currency, price_id,
  product_id, unit_amount_decimal, unit_amount_minor, quantity, quantity_decimal, description,
  period_start_at, period_end_at, is_proration, proration_details, is_discountable, discount_ids,
  tax_rates, frozen_fields, invoicing_rules, test_clock_id, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from invoice_items_settled;
