-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: discounts
-- grain: one row per discount of a source: discount_id
-- depends_on: bronze.discounts, silver.customers, silver.subscriptions, silver.subscription_items, silver.invoices, silver.invoice_line_items, silver.invoice_items
-- description: A coupon at work: for a customer, a subscription, an invoice or one line.
-- assert_unique: discount_id
-- assert_not_null: discount_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as discount_id,
  null::timestamptz as start_at,
  null::timestamptz as end_at,
  null::varchar as coupon_id,
  null::varchar as source_type,
  null::varchar as promotion_code_id,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as subscription_id,
  null::varchar as subscription_item_id,
  null::varchar as invoice_id,
  null::varchar as invoice_item_id,
  null::varchar as checkout_session_id,
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

create or replace table discounts_read as
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
    getvariable('bronze_discounts'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, start json, "end" json, source json, coupon json, promotion_code json,
        customer json, customer_account json, subscription json, subscription_item json, invoice json,
        invoice_item json, checkout_session json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
sightings as (
  select unnest(sighted_discounts) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from customers_read where broken is null
  union all
  select unnest(sighted_discounts) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from subscriptions_read where broken is null
  union all
  select unnest(sighted_discounts) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from subscription_items_read where broken is null
  union all
  select unnest(sighted_discounts) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from invoices_read where broken is null
  union all
  select unnest(sighted_discounts) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from invoice_line_items_read where broken is null
  union all
  select unnest(sighted_discounts) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from invoice_items_read where broken is null
),
sighted as (
  -- Sequence 0: a record of its own of the same second counts more.
  select
    json_transform(sighting, '{"id": "json", "deleted": "json", "start": "json", "end": "json", "source": "json", "coupon": "json",
      "promotion_code": "json", "customer": "json", "customer_account": "json", "subscription": "json",
      "subscription_item": "json", "invoice": "json", "invoice_item": "json", "checkout_session": "json"}') as data,
    null::varchar as container_id,
    dt as container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from sightings
  where sighting ->> '$.object' = 'discount'
),
objects as (
  select * from bronze
  union all
  select * from sighted
),
opened as (
  select
    *,
    json_transform(data.source, '{"coupon": "json", "type": "json"}') as in_source
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_source.coupon, data.coupon) as member_of_coupon_id
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as discount_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.start) as start_at,
    as_time(data."end") as end_at,
    as_id(member_of_coupon_id) as coupon_id,
    as_text(in_source.type) as source_type,
    as_id(data.promotion_code) as promotion_code_id,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_id(data.subscription) as subscription_id,
    as_id(data.subscription_item) as subscription_item_id,
    as_id(data.invoice) as invoice_id,
    as_id(data.invoice_item) as invoice_item_id,
    as_id(data.checkout_session) as checkout_session_id
  from found
)
select
  discount_id,
  start_at,
  end_at,
  coupon_id,
  source_type,
  promotion_code_id,
  customer_id,
  customer_account_id,
  subscription_id,
  subscription_item_id,
  invoice_id,
  invoice_item_id,
  checkout_session_id,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(start_at at time zone 'UTC', '%Y-%m-%d'), container_dt, 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when discount_id is null or discount_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(start_at, data.start, 'start', 'unix seconds'),
      wrong(end_at, data."end", 'end', 'unix seconds'),
      wrong(coupon_id, nullif(member_of_coupon_id, '""'), 'source.coupon', 'an id or an object'),
      wrong(source_type, in_source.type, 'source.type', 'a text'),
      wrong(promotion_code_id, nullif(data.promotion_code, '""'), 'promotion_code', 'an id or an object'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(subscription_id, nullif(data.subscription, '""'), 'subscription', 'an id or an object'),
      wrong(subscription_item_id, nullif(data.subscription_item, '""'), 'subscription_item', 'an id or an object'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(invoice_item_id, nullif(data.invoice_item, '""'), 'invoice_item', 'an id or an object'),
      wrong(checkout_session_id, nullif(data.checkout_session, '""'), 'checkout_session', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from discounts_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from discounts_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_discounts'), filename = true)
  where discount_id in (select discount_id from discounts_read where (is_stub or start_at is null) and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view discounts_accepted as
select
  discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id,
  customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id,
  checkout_session_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_discounts'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table discounts_unsettled as
with candidates as (
  select discount_id, is_stub, observed_at, observed_sequence from discounts_read where broken is null
  union all
  select discount_id, false, observed_at, observed_sequence from discounts_accepted
)
select discount_id from candidates group by discount_id having count(*) > 1 or bool_or(is_stub);

create or replace table discounts_settled as
with candidates as (
  select
    discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id,
    customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id,
    checkout_session_id, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from discounts_read semi join discounts_unsettled using (discount_id)
  where broken is null
  union all
  select
    discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id,
    customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id,
    checkout_session_id, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from discounts_accepted semi join discounts_unsettled using (discount_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by discount_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id, customer_account_id,
        subscription_id, subscription_item_id, invoice_id, invoice_item_id, checkout_session_id,
        bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select discount_id, unnest(absences) as absence from candidates
),
later as (
  select gone.discount_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (discount_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.discount_id
)
select
  newest.discount_id,
  newest.start_at,
  newest.end_at,
  newest.coupon_id,
  newest.source_type,
  newest.promotion_code_id,
  newest.customer_id,
  newest.customer_account_id,
  newest.subscription_id,
  newest.subscription_item_id,
  newest.invoice_id,
  newest.invoice_item_id,
  newest.checkout_session_id,
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
left join later using (discount_id);

create or replace view discounts_merged as
select
  discount_id,
  start_at,
  end_at,
  coupon_id,
  source_type,
  promotion_code_id,
  customer_id,
  customer_account_id,
  subscription_id,
  subscription_item_id,
  invoice_id,
  invoice_item_id,
  checkout_session_id,
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
from discounts_read anti join discounts_unsettled using (discount_id)
where broken is null
union all
select
  discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id,
  customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id,
  checkout_session_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, dt
from discounts_accepted anti join discounts_unsettled using (discount_id)
union all
select
  discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id,
  customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id,
  checkout_session_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, dt
from discounts_settled;
