-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: checkout_session_line_items
-- grain: one row per checkout_session_line_item of a source: checkout_session_line_item_id
-- depends_on: bronze.checkout_session_line_items, silver.checkout_sessions
-- description: One thing bought in a checkout session; found inside its session only.
-- unit: amount_subtotal_minor = minor units of currency
-- unit: amount_discount_minor = minor units of currency
-- unit: amount_tax_minor = minor units of currency
-- unit: amount_total_minor = minor units of currency
-- assert_unique: checkout_session_line_item_id
-- assert_not_null: checkout_session_line_item_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: amount_subtotal_minor, amount_total_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as checkout_session_line_item_id,
  null::varchar as checkout_session_id,
  null::varchar as price_id,
  null::varchar as product_id,
  null::bigint as quantity,
  null::bigint as amount_subtotal_minor,
  null::bigint as amount_discount_minor,
  null::bigint as amount_tax_minor,
  null::bigint as amount_total_minor,
  null::varchar as currency,
  null::varchar as description,
  null::json as adjustable_quantity,
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

create or replace table checkout_session_line_items_read as
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
    getvariable('bronze_checkout_session_line_items'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, checkout_session json, price json, quantity json, amount_subtotal json,
        amount_discount json, amount_tax json, amount_total json, currency json, description json,
        adjustable_quantity json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
checkout_sessions_line_items as (
  -- The elements of a list have the version of the object around them.
  select
    unnest(json_transform(line_items_json, '[{"id": "json", "deleted": "json", "checkout_session": "json", "price": "json", "quantity": "json",
      "amount_subtotal": "json", "amount_discount": "json", "amount_tax": "json", "amount_total": "json",
      "currency": "json", "description": "json", "adjustable_quantity": "json", "metadata": "json"}]')) as data,
    checkout_session_id as container_id,
    dt as container_dt,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
  from checkout_sessions_read
  where broken is null and line_items_json is not null
),
objects as (
  select * from bronze
  union all
  select * from checkout_sessions_line_items
),
typed as (
  select
    *,
    as_text(data.id) as checkout_session_line_item_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    coalesce(as_id(data.checkout_session), container_id) as checkout_session_id,
    as_id(data.price) as price_id,
    as_id(nullif(data.price -> '$.product', 'null')) as product_id,
    as_integer(data.quantity) as quantity,
    as_integer(data.amount_subtotal) as amount_subtotal_minor,
    as_integer(data.amount_discount) as amount_discount_minor,
    as_integer(data.amount_tax) as amount_tax_minor,
    as_integer(data.amount_total) as amount_total_minor,
    as_text(data.currency) as currency,
    as_text(data.description) as description,
    data.adjustable_quantity as adjustable_quantity,
    data.metadata as metadata
  from objects
)
select
  checkout_session_line_item_id,
  checkout_session_id,
  price_id,
  product_id,
  quantity,
  amount_subtotal_minor,
  amount_discount_minor,
  amount_tax_minor,
  amount_total_minor,
  currency,
  description,
  adjustable_quantity,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(container_dt, 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when checkout_session_line_item_id is null or checkout_session_line_item_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(checkout_session_id, nullif(data.checkout_session, '""'), 'checkout_session', 'an id or an object'),
      wrong(price_id, nullif(data.price, '""'), 'price', 'an id or an object'),
      wrong(product_id, nullif(nullif(data.price -> '$.product', 'null'), '""'), 'price.product', 'an id or an object'),
      wrong(quantity, data.quantity, 'quantity', 'a whole number'),
      wrong(amount_subtotal_minor, data.amount_subtotal, 'amount_subtotal', 'a whole number of minor units'),
      missing(data.amount_subtotal, 'amount_subtotal'),
      wrong(amount_discount_minor, data.amount_discount, 'amount_discount', 'a whole number of minor units'),
      wrong(amount_tax_minor, data.amount_tax, 'amount_tax', 'a whole number of minor units'),
      wrong(amount_total_minor, data.amount_total, 'amount_total', 'a whole number of minor units'),
      missing(data.amount_total, 'amount_total'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(description, data.description, 'description', 'a text')), '')
  end as broken
from typed;

-- A list with an element that cannot be read does not show what is gone.
update checkout_sessions_read set line_items_is_complete = false
from (select distinct checkout_session_id as parent_id, observed_at, observed_sequence
  from checkout_session_line_items_read where broken is not null) as doubtful
where checkout_sessions_read.checkout_session_id = doubtful.parent_id
  and checkout_sessions_read.observed_at = doubtful.observed_at
  and checkout_sessions_read.observed_sequence = doubtful.observed_sequence;

-- step: touch

select distinct dt from (
  select dt from checkout_session_line_items_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from checkout_session_line_items_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_checkout_session_line_items'), filename = true)
  where checkout_session_line_item_id in (select checkout_session_line_item_id from checkout_session_line_items_read where is_stub and broken is null)
  union all
  -- What a complete list may have lost.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_checkout_session_line_items'), filename = true)
  where checkout_session_id in (
    select checkout_session_id from checkout_sessions_read where broken is null and line_items_is_complete)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view checkout_session_line_items_accepted as
select
  checkout_session_line_item_id, checkout_session_id, price_id, product_id, quantity,
  amount_subtotal_minor, amount_discount_minor, amount_tax_minor, amount_total_minor, currency,
  description, adjustable_quantity, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_checkout_session_line_items'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table checkout_session_line_items_unsettled as
with checkout_sessions_line_items as (
  select checkout_session_id as parent_id,
    versions(line_items_complete_at, line_items_complete_sequence, line_items_complete_before) as complete
  from checkout_sessions_merged
  where line_items_complete_at is not null
),
candidates as (
  select checkout_session_line_item_id, is_stub, observed_at, observed_sequence, checkout_session_id from checkout_session_line_items_read where broken is null
  union all
  select checkout_session_line_item_id, false, observed_at, observed_sequence, checkout_session_id from checkout_session_line_items_accepted
)
select checkout_session_line_item_id from candidates group by checkout_session_line_item_id having count(*) > 1 or bool_or(is_stub)
union
-- Gone from a complete list of the parent.
select checkout_session_line_item_id from candidates
join checkout_sessions_line_items as parent on parent.parent_id = candidates.checkout_session_id
where parent.complete[1] > version(observed_at, observed_sequence);

create or replace table checkout_session_line_items_settled as
with checkout_sessions_line_items as (
  select checkout_session_id as parent_id,
    versions(line_items_complete_at, line_items_complete_sequence, line_items_complete_before) as complete
  from checkout_sessions_merged
  where line_items_complete_at is not null
),
candidates as (
  select
    checkout_session_line_item_id, checkout_session_id, price_id, product_id, quantity,
    amount_subtotal_minor, amount_discount_minor, amount_tax_minor, amount_total_minor, currency,
    description, adjustable_quantity, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from checkout_session_line_items_read semi join checkout_session_line_items_unsettled using (checkout_session_line_item_id)
  where broken is null
  union all
  select
    checkout_session_line_item_id, checkout_session_id, price_id, product_id, quantity,
    amount_subtotal_minor, amount_discount_minor, amount_tax_minor, amount_total_minor, currency,
    description, adjustable_quantity, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from checkout_session_line_items_accepted semi join checkout_session_line_items_unsettled using (checkout_session_line_item_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by checkout_session_line_item_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        checkout_session_id, price_id, product_id, quantity, amount_subtotal_minor, amount_discount_minor,
        amount_tax_minor, amount_total_minor, currency, description, adjustable_quantity, metadata,
        bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select checkout_session_line_item_id, unnest(absences) as absence from candidates
  union all
  select newest.checkout_session_line_item_id, unnest(parent.complete)
    from newest join checkout_sessions_line_items as parent on parent.parent_id = newest.checkout_session_id
),
later as (
  select gone.checkout_session_line_item_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (checkout_session_line_item_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.checkout_session_line_item_id
)
select
  newest.checkout_session_line_item_id,
  newest.checkout_session_id,
  newest.price_id,
  newest.product_id,
  newest.quantity,
  newest.amount_subtotal_minor,
  newest.amount_discount_minor,
  newest.amount_tax_minor,
  newest.amount_total_minor,
  newest.currency,
  newest.description,
  newest.adjustable_quantity,
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
left join later using (checkout_session_line_item_id);

create or replace view checkout_session_line_items_merged as
select
  checkout_session_line_item_id,
  checkout_session_id,
  price_id,
  product_id,
  quantity,
  amount_subtotal_minor,
  amount_discount_minor,
  amount_tax_minor,
  amount_total_minor,
  currency,
  description,
  adjustable_quantity,
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
from checkout_session_line_items_read anti join checkout_session_line_items_unsettled using (checkout_session_line_item_id)
where broken is null
union all
select
  checkout_session_line_item_id, checkout_session_id, price_id, product_id, quantity,
  amount_subtotal_minor, amount_discount_minor, amount_tax_minor, amount_total_minor, currency,
  description, adjustable_quantity, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from checkout_session_line_items_accepted anti join checkout_session_line_items_unsettled using (checkout_session_line_item_id)
union all
select
  checkout_session_line_item_id, checkout_session_id, price_id, product_id, quantity,
  amount_subtotal_minor, amount_discount_minor, amount_tax_minor, amount_total_minor, currency,
  description, adjustable_quantity, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from checkout_session_line_items_settled;
