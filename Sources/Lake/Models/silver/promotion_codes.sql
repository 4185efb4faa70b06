-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: promotion_codes
-- grain: one row per promotion_code of a source: promotion_code_id
-- depends_on: bronze.promotion_codes
-- description: A code that customers type in to redeem a coupon.
-- unit: restrictions_minimum_amount_minor = minor units of restrictions_minimum_amount_currency
-- assert_unique: promotion_code_id
-- assert_not_null: promotion_code_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, code
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as promotion_code_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as code,
  null::boolean as is_active,
  null::varchar as coupon_id,
  null::varchar as promotion_type,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::timestamptz as expires_at,
  null::bigint as max_redemptions,
  null::bigint as times_redeemed,
  null::boolean as is_restrictions_first_time_transaction,
  null::bigint as restrictions_minimum_amount_minor,
  null::varchar as restrictions_minimum_amount_currency,
  null::json as restrictions_currency_options,
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
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as restrictions_currency_options_version,
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

create or replace table promotion_codes_read as
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
    getvariable('bronze_promotion_codes'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, code json, active json, promotion json,
        coupon json, customer json, customer_account json, expires_at json, max_redemptions json,
        times_redeemed json, restrictions json, metadata json)',
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
    json_transform(data.promotion, '{"coupon": "json", "type": "json"}') as in_promotion,
    json_transform(data.restrictions, '{"first_time_transaction": "json", "minimum_amount": "json", "minimum_amount_currency": "json", "currency_options": "json"}') as in_restrictions
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_promotion.coupon, data.coupon) as member_of_coupon_id
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as promotion_code_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.code) as code,
    as_boolean(data.active) as is_active,
    as_id(member_of_coupon_id) as coupon_id,
    as_text(in_promotion.type) as promotion_type,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_time(data.expires_at) as expires_at,
    as_integer(data.max_redemptions) as max_redemptions,
    as_integer(data.times_redeemed) as times_redeemed,
    as_boolean(in_restrictions.first_time_transaction) as is_restrictions_first_time_transaction,
    as_integer(in_restrictions.minimum_amount) as restrictions_minimum_amount_minor,
    as_text(in_restrictions.minimum_amount_currency) as restrictions_minimum_amount_currency,
    in_restrictions.currency_options as restrictions_currency_options,
    data.metadata as metadata
  from found
)
select
  promotion_code_id,
  created_at,
  is_livemode,
  code,
  is_active,
  coupon_id,
  promotion_type,
  customer_id,
  customer_account_id,
  expires_at,
  max_redemptions,
  times_redeemed,
  is_restrictions_first_time_transaction,
  restrictions_minimum_amount_minor,
  restrictions_minimum_amount_currency,
  restrictions_currency_options,
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
    when promotion_code_id is null or promotion_code_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(code, data.code, 'code', 'a text'),
      missing(data.code, 'code'),
      wrong(is_active, data.active, 'active', 'true or false'),
      wrong(coupon_id, nullif(member_of_coupon_id, '""'), 'promotion.coupon', 'an id or an object'),
      wrong(promotion_type, in_promotion.type, 'promotion.type', 'a text'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(expires_at, data.expires_at, 'expires_at', 'unix seconds'),
      wrong(max_redemptions, data.max_redemptions, 'max_redemptions', 'a whole number'),
      wrong(times_redeemed, data.times_redeemed, 'times_redeemed', 'a whole number'),
      wrong(is_restrictions_first_time_transaction, in_restrictions.first_time_transaction, 'restrictions.first_time_transaction', 'true or false'),
      wrong(restrictions_minimum_amount_minor, in_restrictions.minimum_amount, 'restrictions.minimum_amount', 'a whole number of minor units'),
      wrong(restrictions_minimum_amount_currency, in_restrictions.minimum_amount_currency, 'restrictions.minimum_amount_currency', 'a currency code')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from promotion_codes_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from promotion_codes_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_promotion_codes'), filename = true)
  where promotion_code_id in (select promotion_code_id from promotion_codes_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view promotion_codes_accepted as
select
  promotion_code_id, created_at, is_livemode, code, is_active, coupon_id, promotion_type, customer_id,
  customer_account_id, expires_at, max_redemptions, times_redeemed,
  is_restrictions_first_time_transaction, restrictions_minimum_amount_minor,
  restrictions_minimum_amount_currency, restrictions_currency_options, metadata, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, restrictions_currency_options_version, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_promotion_codes'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table promotion_codes_unsettled as
with candidates as (
  select promotion_code_id, is_stub, observed_at, observed_sequence from promotion_codes_read where broken is null
  union all
  select promotion_code_id, false, observed_at, observed_sequence from promotion_codes_accepted
)
select promotion_code_id from candidates group by promotion_code_id having count(*) > 1 or bool_or(is_stub);

create or replace table promotion_codes_settled as
with candidates as (
  select
    promotion_code_id, created_at, is_livemode, code, is_active, coupon_id, promotion_type, customer_id,
    customer_account_id, expires_at, max_redemptions, times_redeemed,
    is_restrictions_first_time_transaction, restrictions_minimum_amount_minor,
    restrictions_minimum_amount_currency, restrictions_currency_options, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when restrictions_currency_options is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as restrictions_currency_options_version
  from promotion_codes_read semi join promotion_codes_unsettled using (promotion_code_id)
  where broken is null
  union all
  select
    promotion_code_id, created_at, is_livemode, code, is_active, coupon_id, promotion_type, customer_id,
    customer_account_id, expires_at, max_redemptions, times_redeemed,
    is_restrictions_first_time_transaction, restrictions_minimum_amount_minor,
    restrictions_minimum_amount_currency, restrictions_currency_options, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    restrictions_currency_options_version
  from promotion_codes_accepted semi join promotion_codes_unsettled using (promotion_code_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by promotion_code_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, code, is_active, coupon_id, promotion_type, customer_id,
        customer_account_id, expires_at, max_redemptions, times_redeemed,
        is_restrictions_first_time_transaction, restrictions_minimum_amount_minor,
        restrictions_minimum_amount_currency, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select promotion_code_id, unnest(absences) as absence from candidates
),
later as (
  select gone.promotion_code_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (promotion_code_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.promotion_code_id
),
asked as (
  -- Absent says nothing where Stripe has to be asked for it.
  select promotion_code_id,
    arg_max(restrictions_currency_options, {'version': restrictions_currency_options_version, 'tie': hash(restrictions_currency_options)}) filter (where restrictions_currency_options is not null) as restrictions_currency_options,
    max(restrictions_currency_options_version) as restrictions_currency_options_version
  from candidates group by promotion_code_id
)
select
  newest.promotion_code_id,
  newest.created_at,
  newest.is_livemode,
  newest.code,
  newest.is_active,
  newest.coupon_id,
  newest.promotion_type,
  newest.customer_id,
  newest.customer_account_id,
  newest.expires_at,
  newest.max_redemptions,
  newest.times_redeemed,
  newest.is_restrictions_first_time_transaction,
  newest.restrictions_minimum_amount_minor,
  newest.restrictions_minimum_amount_currency,
  asked.restrictions_currency_options,
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
  asked.restrictions_currency_options_version,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (promotion_code_id)
left join asked using (promotion_code_id);

create or replace view promotion_codes_merged as
select
  promotion_code_id,
  created_at,
  is_livemode,
  code,
  is_active,
  coupon_id,
  promotion_type,
  customer_id,
  customer_account_id,
  expires_at,
  max_redemptions,
  times_redeemed,
  is_restrictions_first_time_transaction,
  restrictions_minimum_amount_minor,
  restrictions_minimum_amount_currency,
  restrictions_currency_options,
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
  case when restrictions_currency_options is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as restrictions_currency_options_version,
  dt
from promotion_codes_read anti join promotion_codes_unsettled using (promotion_code_id)
where broken is null
union all
select
  promotion_code_id, created_at, is_livemode, code, is_active, coupon_id, promotion_type, customer_id,
  customer_account_id, expires_at, max_redemptions, times_redeemed,
  is_restrictions_first_time_transaction, restrictions_minimum_amount_minor,
  restrictions_minimum_amount_currency, restrictions_currency_options, metadata, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, restrictions_currency_options_version, dt
from promotion_codes_accepted anti join promotion_codes_unsettled using (promotion_code_id)
union all
select
  promotion_code_id, created_at, is_livemode, code, is_active, coupon_id, promotion_type, customer_id,
  customer_account_id, expires_at, max_redemptions, times_redeemed,
  is_restrictions_first_time_transaction, restrictions_minimum_amount_minor,
  restrictions_minimum_amount_currency, restrictions_currency_options, metadata, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, restrictions_currency_options_version, dt
from promotion_codes_settled;
