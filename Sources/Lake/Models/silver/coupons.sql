-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: coupons
-- grain: one row per coupon of a source: coupon_id
-- depends_on: bronze.coupons
-- description: A reduction that can be granted: so much percent, or so much money, for so long.
-- unit: amount_off_minor = minor units of currency
-- assert_unique: coupon_id
-- assert_not_null: coupon_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, duration
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as coupon_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as name,
  null::decimal(38, 18) as percent_off,
  null::bigint as amount_off_minor,
  null::varchar as currency,
  null::json as currency_options,
  null::varchar as duration,
  null::bigint as duration_in_months,
  null::bigint as max_redemptions,
  null::timestamptz as redeem_by_at,
  null::bigint as times_redeemed,
  null::boolean as is_valid,
  null::json as applies_to_products,
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
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as currency_options_version,
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as applies_to_products_version,
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

create or replace table coupons_read as
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
    getvariable('bronze_coupons'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, name json, percent_off json, amount_off json,
        currency json, currency_options json, duration json, duration_in_months json, max_redemptions json,
        redeem_by json, times_redeemed json, valid json, applies_to json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
objects as (
  select * from bronze
),
typed as (
  select
    *,
    as_text(data.id) as coupon_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.name) as name,
    as_decimal(data.percent_off) as percent_off,
    as_integer(data.amount_off) as amount_off_minor,
    as_text(data.currency) as currency,
    data.currency_options as currency_options,
    as_text(data.duration) as duration,
    as_integer(data.duration_in_months) as duration_in_months,
    as_integer(data.max_redemptions) as max_redemptions,
    as_time(data.redeem_by) as redeem_by_at,
    as_integer(data.times_redeemed) as times_redeemed,
    as_boolean(data.valid) as is_valid,
    nullif(data.applies_to -> '$.products', 'null') as applies_to_products,
    data.metadata as metadata
  from objects
)
select
  coupon_id,
  created_at,
  is_livemode,
  name,
  percent_off,
  amount_off_minor,
  currency,
  currency_options,
  duration,
  duration_in_months,
  max_redemptions,
  redeem_by_at,
  times_redeemed,
  is_valid,
  applies_to_products,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when coupon_id is null or coupon_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(name, data.name, 'name', 'a text'),
      wrong(percent_off, data.percent_off, 'percent_off', 'a decimal number'),
      wrong(amount_off_minor, data.amount_off, 'amount_off', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      wrong(duration, data.duration, 'duration', 'a text'),
      missing(data.duration, 'duration'),
      wrong(duration_in_months, data.duration_in_months, 'duration_in_months', 'a whole number'),
      wrong(max_redemptions, data.max_redemptions, 'max_redemptions', 'a whole number'),
      wrong(redeem_by_at, data.redeem_by, 'redeem_by', 'unix seconds'),
      wrong(times_redeemed, data.times_redeemed, 'times_redeemed', 'a whole number'),
      wrong(is_valid, data.valid, 'valid', 'true or false')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from coupons_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from coupons_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_coupons'), filename = true)
  where coupon_id in (select coupon_id from coupons_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view coupons_accepted as
select
  coupon_id, created_at, is_livemode, name, percent_off, amount_off_minor, currency, currency_options,
  duration, duration_in_months, max_redemptions, redeem_by_at, times_redeemed, is_valid,
  applies_to_products, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, absences, currency_options_version,
  applies_to_products_version, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_coupons'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table coupons_unsettled as
with candidates as (
  select coupon_id, is_stub, observed_at, observed_sequence from coupons_read where broken is null
  union all
  select coupon_id, false, observed_at, observed_sequence from coupons_accepted
)
select coupon_id from candidates group by coupon_id having count(*) > 1 or bool_or(is_stub);

create or replace table coupons_settled as
with candidates as (
  select
    coupon_id, created_at, is_livemode, name, percent_off, amount_off_minor, currency, currency_options,
    duration, duration_in_months, max_redemptions, redeem_by_at, times_redeemed, is_valid,
    applies_to_products, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when currency_options is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as currency_options_version,
    case when applies_to_products is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as applies_to_products_version
  from coupons_read semi join coupons_unsettled using (coupon_id)
  where broken is null
  union all
  select
    coupon_id, created_at, is_livemode, name, percent_off, amount_off_minor, currency, currency_options,
    duration, duration_in_months, max_redemptions, redeem_by_at, times_redeemed, is_valid,
    applies_to_products, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    currency_options_version,
    applies_to_products_version
  from coupons_accepted semi join coupons_unsettled using (coupon_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by coupon_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, name, percent_off, amount_off_minor, currency, duration,
        duration_in_months, max_redemptions, redeem_by_at, times_redeemed, is_valid, metadata,
        bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select coupon_id, unnest(absences) as absence from candidates
),
later as (
  select gone.coupon_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (coupon_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.coupon_id
),
asked as (
  -- Absent says nothing where Stripe has to be asked for it.
  select coupon_id,
    arg_max(currency_options, {'version': currency_options_version, 'tie': hash(currency_options)}) filter (where currency_options is not null) as currency_options,
    max(currency_options_version) as currency_options_version,
    arg_max(applies_to_products, {'version': applies_to_products_version, 'tie': hash(applies_to_products)}) filter (where applies_to_products is not null) as applies_to_products,
    max(applies_to_products_version) as applies_to_products_version
  from candidates group by coupon_id
)
select
  newest.coupon_id,
  newest.created_at,
  newest.is_livemode,
  newest.name,
  newest.percent_off,
  newest.amount_off_minor,
  newest.currency,
  asked.currency_options,
  newest.duration,
  newest.duration_in_months,
  newest.max_redemptions,
  newest.redeem_by_at,
  newest.times_redeemed,
  newest.is_valid,
  asked.applies_to_products,
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
  asked.currency_options_version,
  asked.applies_to_products_version,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (coupon_id)
left join asked using (coupon_id);

create or replace view coupons_merged as
select
  coupon_id,
  created_at,
  is_livemode,
  name,
  percent_off,
  amount_off_minor,
  currency,
  currency_options,
  duration,
  duration_in_months,
  max_redemptions,
  redeem_by_at,
  times_redeemed,
  is_valid,
  applies_to_products,
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
  case when currency_options is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as currency_options_version,
  case when applies_to_products is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as applies_to_products_version,
  dt
from coupons_read anti join coupons_unsettled using (coupon_id)
where broken is null
union all
select
  coupon_id, created_at, is_livemode, name, percent_off, amount_off_minor, currency, currency_options,
  duration, duration_in_months, max_redemptions, redeem_by_at, times_redeemed, is_valid,
  applies_to_products, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, absences, currency_options_version,
  applies_to_products_version, dt
from coupons_accepted anti join coupons_unsettled using (coupon_id)
union all
select
  coupon_id, created_at, is_livemode, name, percent_off, amount_off_minor, currency, currency_options,
  duration, duration_in_months, max_redemptions, redeem_by_at, times_redeemed, is_valid,
  applies_to_products, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, absences, currency_options_version,
  applies_to_products_version, dt
from coupons_settled;
