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
create or replace temp macro as_text(member) as case when member like '"%' then member ->> '$' end;
create or replace temp macro as_boolean(member) as case member when 'true' then true when 'false' then false end;
create or replace temp macro as_integer(member) as
  case when not contains(member::varchar, '.') then try_cast(member::varchar as bigint) end;
create or replace temp macro as_decimal(member) as try_cast(trim(member::varchar, '"') as decimal(38, 18));
-- Unix seconds of the years 1 to 9999.
create or replace temp macro as_time(member) as
  case when as_integer(member) between -62135596800 and 253402300799 then to_timestamp(as_integer(member)) end;
-- An id, the object itself or its deletion stub; Stripe writes an empty text where some references are unset.
create or replace temp macro as_id(member) as nullif(
  case when member like '"%' then member ->> '$' when member like '{%' then member ->> '$.id' end, '');
create or replace temp macro as_ids(member) as case when member like '[%' then
  list_transform(from_json(member, '["json"]'), lambda element: as_id(element)) end;
-- What is wrong with a member that was there and gave no value.
create or replace temp macro fault(place, expected, member) as
  place || ': expected ' || expected || ', found ' || left(member::varchar, 60);

create or replace temp table discounts_read as
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
      data: 'struct(id json, deleted json, start json, "end" json, source json, coupon json, promotion_code json, customer json, customer_account json, subscription json, subscription_item json, invoice json, invoice_item json, checkout_session json)',
      meta: 'struct(run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
sighted_in_customers as (
  -- What stands whole inside another object yields to a record of its own of the same second.
  select
    json_transform(sighting, '{"id":"json","deleted":"json","start":"json","end":"json","source":"json","coupon":"json","promotion_code":"json","customer":"json","customer_account":"json","subscription":"json","subscription_item":"json","invoice":"json","invoice_item":"json","checkout_session":"json"}') as data,
    null::varchar as container_id,
    container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from (
    select
      unnest(sighted_discounts) as sighting, dt as container_dt,
      observed_at, ingested_at, bronze_run_id, api_version
    from customers_read
    where broken is null and sighted_discounts is not null
  )
  where sighting ->> '$.object' = 'discount'
),
sighted_in_subscriptions as (
  -- What stands whole inside another object yields to a record of its own of the same second.
  select
    json_transform(sighting, '{"id":"json","deleted":"json","start":"json","end":"json","source":"json","coupon":"json","promotion_code":"json","customer":"json","customer_account":"json","subscription":"json","subscription_item":"json","invoice":"json","invoice_item":"json","checkout_session":"json"}') as data,
    null::varchar as container_id,
    container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from (
    select
      unnest(sighted_discounts) as sighting, dt as container_dt,
      observed_at, ingested_at, bronze_run_id, api_version
    from subscriptions_read
    where broken is null and sighted_discounts is not null
  )
  where sighting ->> '$.object' = 'discount'
),
sighted_in_subscription_items as (
  -- What stands whole inside another object yields to a record of its own of the same second.
  select
    json_transform(sighting, '{"id":"json","deleted":"json","start":"json","end":"json","source":"json","coupon":"json","promotion_code":"json","customer":"json","customer_account":"json","subscription":"json","subscription_item":"json","invoice":"json","invoice_item":"json","checkout_session":"json"}') as data,
    null::varchar as container_id,
    container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from (
    select
      unnest(sighted_discounts) as sighting, dt as container_dt,
      observed_at, ingested_at, bronze_run_id, api_version
    from subscription_items_read
    where broken is null and sighted_discounts is not null
  )
  where sighting ->> '$.object' = 'discount'
),
sighted_in_invoices as (
  -- What stands whole inside another object yields to a record of its own of the same second.
  select
    json_transform(sighting, '{"id":"json","deleted":"json","start":"json","end":"json","source":"json","coupon":"json","promotion_code":"json","customer":"json","customer_account":"json","subscription":"json","subscription_item":"json","invoice":"json","invoice_item":"json","checkout_session":"json"}') as data,
    null::varchar as container_id,
    container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from (
    select
      unnest(sighted_discounts) as sighting, dt as container_dt,
      observed_at, ingested_at, bronze_run_id, api_version
    from invoices_read
    where broken is null and sighted_discounts is not null
  )
  where sighting ->> '$.object' = 'discount'
),
sighted_in_invoice_line_items as (
  -- What stands whole inside another object yields to a record of its own of the same second.
  select
    json_transform(sighting, '{"id":"json","deleted":"json","start":"json","end":"json","source":"json","coupon":"json","promotion_code":"json","customer":"json","customer_account":"json","subscription":"json","subscription_item":"json","invoice":"json","invoice_item":"json","checkout_session":"json"}') as data,
    null::varchar as container_id,
    container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from (
    select
      unnest(sighted_discounts) as sighting, dt as container_dt,
      observed_at, ingested_at, bronze_run_id, api_version
    from invoice_line_items_read
    where broken is null and sighted_discounts is not null
  )
  where sighting ->> '$.object' = 'discount'
),
sighted_in_invoice_items as (
  -- What stands whole inside another object yields to a record of its own of the same second.
  select
    json_transform(sighting, '{"id":"json","deleted":"json","start":"json","end":"json","source":"json","coupon":"json","promotion_code":"json","customer":"json","customer_account":"json","subscription":"json","subscription_item":"json","invoice":"json","invoice_item":"json","checkout_session":"json"}') as data,
    null::varchar as container_id,
    container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from (
    select
      unnest(sighted_discounts) as sighting, dt as container_dt,
      observed_at, ingested_at, bronze_run_id, api_version
    from invoice_items_read
    where broken is null and sighted_discounts is not null
  )
  where sighting ->> '$.object' = 'discount'
),
objects as (
  select * from bronze
  union all
  select * from sighted_in_customers
  union all
  select * from sighted_in_subscriptions
  union all
  select * from sighted_in_subscription_items
  union all
  select * from sighted_in_invoices
  union all
  select * from sighted_in_invoice_line_items
  union all
  select * from sighted_in_invoice_items
),
opened as (
  select
    *,
    json_transform(data.source, '{"coupon":"json","type":"json"}') as in_source
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
    when ingested_at is null then 'not json'
    when discount_id is null or discount_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      case when start_at is null and data.start is not null then fault('start', 'unix seconds', data.start) end,
      case when end_at is null and data."end" is not null then fault('end', 'unix seconds', data."end") end,
      case when coupon_id is null and member_of_coupon_id <> '""' then fault('source.coupon', 'an id or an object', member_of_coupon_id) end,
      case when source_type is null and in_source.type is not null then fault('source.type', 'a text', in_source.type) end,
      case when promotion_code_id is null and data.promotion_code <> '""' then fault('promotion_code', 'an id or an object', data.promotion_code) end,
      case when customer_id is null and data.customer <> '""' then fault('customer', 'an id or an object', data.customer) end,
      case when customer_account_id is null and data.customer_account <> '""' then fault('customer_account', 'an id or an object', data.customer_account) end,
      case when subscription_id is null and data.subscription <> '""' then fault('subscription', 'an id or an object', data.subscription) end,
      case when subscription_item_id is null and data.subscription_item <> '""' then fault('subscription_item', 'an id or an object', data.subscription_item) end,
      case when invoice_id is null and data.invoice <> '""' then fault('invoice', 'an id or an object', data.invoice) end,
      case when invoice_item_id is null and data.invoice_item <> '""' then fault('invoice_item', 'an id or an object', data.invoice_item) end,
      case when checkout_session_id is null and data.checkout_session <> '""' then fault('checkout_session', 'an id or an object', data.checkout_session) end), '')
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

-- What silver has in the touched partitions.
create or replace temp view discounts_accepted as
select discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id, customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id, checkout_session_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_discounts'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace temp table discounts_unsettled as
with candidates as (
  select discount_id, is_stub, observed_at, observed_sequence from discounts_read where broken is null
  union all
  select discount_id, false, observed_at, observed_sequence from discounts_accepted
)
select discount_id from candidates group by discount_id having count(*) > 1 or bool_or(is_stub);

create or replace temp table discounts_settled as
with candidates as (
  select
    discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id, customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id, checkout_session_id, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [{'observed_at': observed_at, 'sequence': 9}::struct(observed_at timestamptz, sequence bigint)] end as absences
  from discounts_read semi join discounts_unsettled using (discount_id)
  where broken is null
  union all
  select
    discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id, customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id, checkout_session_id, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from discounts_accepted semi join discounts_unsettled using (discount_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by discount_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id, customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id, checkout_session_id, bronze_run_id, api_version, dt) desc) as place
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
    or gone.absence > {'observed_at': newest.observed_at, 'sequence': newest.observed_sequence}::struct(observed_at timestamptz, sequence bigint)
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

create or replace temp view discounts_merged as
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
select discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id, customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id, checkout_session_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from discounts_accepted anti join discounts_unsettled using (discount_id)
union all
select discount_id, start_at, end_at, coupon_id, source_type, promotion_code_id, customer_id, customer_account_id, subscription_id, subscription_item_id, invoice_id, invoice_item_id, checkout_session_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt from discounts_settled;
