-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: prices
-- grain: one row per price of a source: price_id
-- depends_on: bronze.prices
-- description: How much a product costs, in which currency and how often.
-- unit: unit_amount_minor = minor units of currency
-- unit: custom_unit_amount_minimum_minor = minor units of currency
-- unit: custom_unit_amount_maximum_minor = minor units of currency
-- unit: custom_unit_amount_preset_minor = minor units of currency
-- assert_unique: price_id
-- assert_not_null: price_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, product_id, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as price_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as product_id,
  null::boolean as is_active,
  null::varchar as type,
  null::varchar as currency,
  null::bigint as unit_amount_minor,
  null::decimal(38, 18) as unit_amount_decimal,
  null::varchar as billing_scheme,
  null::varchar as recurring_interval,
  null::bigint as recurring_interval_count,
  null::varchar as recurring_usage_type,
  null::varchar as recurring_meter_id,
  null::bigint as recurring_trial_period_days,
  null::varchar as recurring_aggregate_usage,
  null::varchar as nickname,
  null::varchar as lookup_key,
  null::varchar as tax_behavior,
  null::varchar as tiers_mode,
  null::json as tiers,
  null::json as currency_options,
  null::bigint as custom_unit_amount_minimum_minor,
  null::bigint as custom_unit_amount_maximum_minor,
  null::bigint as custom_unit_amount_preset_minor,
  null::bigint as transform_quantity_divide_by,
  null::varchar as transform_quantity_round,
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
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as tiers_version,
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as currency_options_version,
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

create or replace table prices_read as
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
    getvariable('bronze_prices'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, product json, active json, type json,
        currency json, unit_amount json, unit_amount_decimal json, billing_scheme json, recurring json,
        nickname json, lookup_key json, tax_behavior json, tiers_mode json, tiers json,
        currency_options json, custom_unit_amount json, transform_quantity json, metadata json)',
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
    json_transform(data.recurring, '{"interval": "json", "interval_count": "json", "usage_type": "json", "meter": "json", "trial_period_days": "json", "aggregate_usage": "json"}') as in_recurring,
    json_transform(data.custom_unit_amount, '{"minimum": "json", "maximum": "json", "preset": "json"}') as in_custom_unit_amount,
    json_transform(data.transform_quantity, '{"divide_by": "json", "round": "json"}') as in_transform_quantity
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as price_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_id(data.product) as product_id,
    as_boolean(data.active) as is_active,
    as_text(data.type) as type,
    as_text(data.currency) as currency,
    as_integer(data.unit_amount) as unit_amount_minor,
    as_decimal(data.unit_amount_decimal) as unit_amount_decimal,
    as_text(data.billing_scheme) as billing_scheme,
    as_text(in_recurring.interval) as recurring_interval,
    as_integer(in_recurring.interval_count) as recurring_interval_count,
    as_text(in_recurring.usage_type) as recurring_usage_type,
    as_id(in_recurring.meter) as recurring_meter_id,
    as_integer(in_recurring.trial_period_days) as recurring_trial_period_days,
    as_text(in_recurring.aggregate_usage) as recurring_aggregate_usage,
    as_text(data.nickname) as nickname,
    as_text(data.lookup_key) as lookup_key,
    as_text(data.tax_behavior) as tax_behavior,
    as_text(data.tiers_mode) as tiers_mode,
    data.tiers as tiers,
    data.currency_options as currency_options,
    as_integer(in_custom_unit_amount.minimum) as custom_unit_amount_minimum_minor,
    as_integer(in_custom_unit_amount.maximum) as custom_unit_amount_maximum_minor,
    as_integer(in_custom_unit_amount.preset) as custom_unit_amount_preset_minor,
    as_integer(in_transform_quantity.divide_by) as transform_quantity_divide_by,
    as_text(in_transform_quantity.round) as transform_quantity_round,
    data.metadata as metadata
  from opened
)
select
  price_id,
  created_at,
  is_livemode,
  product_id,
  is_active,
  type,
  currency,
  unit_amount_minor,
  unit_amount_decimal,
  billing_scheme,
  recurring_interval,
  recurring_interval_count,
  recurring_usage_type,
  recurring_meter_id,
  recurring_trial_period_days,
  recurring_aggregate_usage,
  nickname,
  lookup_key,
  tax_behavior,
  tiers_mode,
  tiers,
  currency_options,
  custom_unit_amount_minimum_minor,
  custom_unit_amount_maximum_minor,
  custom_unit_amount_preset_minor,
  transform_quantity_divide_by,
  transform_quantity_round,
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
    when price_id is null or price_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(product_id, nullif(data.product, '""'), 'product', 'an id or an object'),
      missing(data.product, 'product'),
      wrong(is_active, data.active, 'active', 'true or false'),
      wrong(type, data.type, 'type', 'a text'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(unit_amount_minor, data.unit_amount, 'unit_amount', 'a whole number of minor units'),
      wrong(unit_amount_decimal, data.unit_amount_decimal, 'unit_amount_decimal', 'a decimal number'),
      wrong(billing_scheme, data.billing_scheme, 'billing_scheme', 'a text'),
      wrong(recurring_interval, in_recurring.interval, 'recurring.interval', 'a text'),
      wrong(recurring_interval_count, in_recurring.interval_count, 'recurring.interval_count', 'a whole number'),
      wrong(recurring_usage_type, in_recurring.usage_type, 'recurring.usage_type', 'a text'),
      wrong(recurring_meter_id, nullif(in_recurring.meter, '""'), 'recurring.meter', 'an id or an object'),
      wrong(recurring_trial_period_days, in_recurring.trial_period_days, 'recurring.trial_period_days', 'a whole number'),
      wrong(recurring_aggregate_usage, in_recurring.aggregate_usage, 'recurring.aggregate_usage', 'a text'),
      wrong(nickname, data.nickname, 'nickname', 'a text'),
      wrong(lookup_key, data.lookup_key, 'lookup_key', 'a text'),
      wrong(tax_behavior, data.tax_behavior, 'tax_behavior', 'a text'),
      wrong(tiers_mode, data.tiers_mode, 'tiers_mode', 'a text'),
      wrong(custom_unit_amount_minimum_minor, in_custom_unit_amount.minimum, 'custom_unit_amount.minimum', 'a whole number of minor units'),
      wrong(custom_unit_amount_maximum_minor, in_custom_unit_amount.maximum, 'custom_unit_amount.maximum', 'a whole number of minor units'),
      wrong(custom_unit_amount_preset_minor, in_custom_unit_amount.preset, 'custom_unit_amount.preset', 'a whole number of minor units'),
      wrong(transform_quantity_divide_by, in_transform_quantity.divide_by, 'transform_quantity.divide_by', 'a whole number'),
      wrong(transform_quantity_round, in_transform_quantity.round, 'transform_quantity.round', 'a text')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from prices_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from prices_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_prices'), filename = true)
  where price_id in (select price_id from prices_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view prices_accepted as
select
  price_id, created_at, is_livemode, product_id, is_active, type, currency, unit_amount_minor,
  unit_amount_decimal, billing_scheme, recurring_interval, recurring_interval_count,
  recurring_usage_type, recurring_meter_id, recurring_trial_period_days, recurring_aggregate_usage,
  nickname, lookup_key, tax_behavior, tiers_mode, tiers, currency_options,
  custom_unit_amount_minimum_minor, custom_unit_amount_maximum_minor, custom_unit_amount_preset_minor,
  transform_quantity_divide_by, transform_quantity_round, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  tiers_version, currency_options_version, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_prices'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table prices_unsettled as
with candidates as (
  select price_id, is_stub, observed_at, observed_sequence from prices_read where broken is null
  union all
  select price_id, false, observed_at, observed_sequence from prices_accepted
)
select price_id from candidates group by price_id having count(*) > 1 or bool_or(is_stub);

create or replace table prices_settled as
with candidates as (
  select
    price_id, created_at, is_livemode, product_id, is_active, type, currency, unit_amount_minor,
    unit_amount_decimal, billing_scheme, recurring_interval, recurring_interval_count,
    recurring_usage_type, recurring_meter_id, recurring_trial_period_days, recurring_aggregate_usage,
    nickname, lookup_key, tax_behavior, tiers_mode, tiers, currency_options,
    custom_unit_amount_minimum_minor, custom_unit_amount_maximum_minor, custom_unit_amount_preset_minor,
    transform_quantity_divide_by, transform_quantity_round, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when tiers is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as tiers_version,
    case when currency_options is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as currency_options_version
  from prices_read semi join prices_unsettled using (price_id)
  where broken is null
  union all
  select
    price_id, created_at, is_livemode, product_id, is_active, type, currency, unit_amount_minor,
    unit_amount_decimal, billing_scheme, recurring_interval, recurring_interval_count,
    recurring_usage_type, recurring_meter_id, recurring_trial_period_days, recurring_aggregate_usage,
    nickname, lookup_key, tax_behavior, tiers_mode, tiers, currency_options,
    custom_unit_amount_minimum_minor, custom_unit_amount_maximum_minor, custom_unit_amount_preset_minor,
    transform_quantity_divide_by, transform_quantity_round, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    tiers_version,
    currency_options_version
  from prices_accepted semi join prices_unsettled using (price_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by price_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, product_id, is_active, type, currency, unit_amount_minor,
        unit_amount_decimal, billing_scheme, recurring_interval, recurring_interval_count,
        recurring_usage_type, recurring_meter_id, recurring_trial_period_days, recurring_aggregate_usage,
        nickname, lookup_key, tax_behavior, tiers_mode, custom_unit_amount_minimum_minor,
        custom_unit_amount_maximum_minor, custom_unit_amount_preset_minor, transform_quantity_divide_by,
        transform_quantity_round, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select price_id, unnest(absences) as absence from candidates
),
later as (
  select gone.price_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (price_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.price_id
),
asked as (
  -- Absent says nothing where Stripe has to be asked for it.
  select price_id,
    arg_max(tiers, {'version': tiers_version, 'tie': hash(tiers)}) filter (where tiers is not null) as tiers,
    max(tiers_version) as tiers_version,
    arg_max(currency_options, {'version': currency_options_version, 'tie': hash(currency_options)}) filter (where currency_options is not null) as currency_options,
    max(currency_options_version) as currency_options_version
  from candidates group by price_id
)
select
  newest.price_id,
  newest.created_at,
  newest.is_livemode,
  newest.product_id,
  newest.is_active,
  newest.type,
  newest.currency,
  newest.unit_amount_minor,
  newest.unit_amount_decimal,
  newest.billing_scheme,
  newest.recurring_interval,
  newest.recurring_interval_count,
  newest.recurring_usage_type,
  newest.recurring_meter_id,
  newest.recurring_trial_period_days,
  newest.recurring_aggregate_usage,
  newest.nickname,
  newest.lookup_key,
  newest.tax_behavior,
  newest.tiers_mode,
  asked.tiers,
  asked.currency_options,
  newest.custom_unit_amount_minimum_minor,
  newest.custom_unit_amount_maximum_minor,
  newest.custom_unit_amount_preset_minor,
  newest.transform_quantity_divide_by,
  newest.transform_quantity_round,
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
  asked.tiers_version,
  asked.currency_options_version,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (price_id)
left join asked using (price_id);

create or replace view prices_merged as
select
  price_id,
  created_at,
  is_livemode,
  product_id,
  is_active,
  type,
  currency,
  unit_amount_minor,
  unit_amount_decimal,
  billing_scheme,
  recurring_interval,
  recurring_interval_count,
  recurring_usage_type,
  recurring_meter_id,
  recurring_trial_period_days,
  recurring_aggregate_usage,
  nickname,
  lookup_key,
  tax_behavior,
  tiers_mode,
  tiers,
  currency_options,
  custom_unit_amount_minimum_minor,
  custom_unit_amount_maximum_minor,
  custom_unit_amount_preset_minor,
  transform_quantity_divide_by,
  transform_quantity_round,
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
  case when tiers is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as tiers_version,
  case when currency_options is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as currency_options_version,
  dt
from prices_read anti join prices_unsettled using (price_id)
where broken is null
union all
select
  price_id, created_at, is_livemode, product_id, is_active, type, currency, unit_amount_minor,
  unit_amount_decimal, billing_scheme, recurring_interval, recurring_interval_count,
  recurring_usage_type, recurring_meter_id, recurring_trial_period_days, recurring_aggregate_usage,
  nickname, lookup_key, tax_behavior, tiers_mode, tiers, currency_options,
  custom_unit_amount_minimum_minor, custom_unit_amount_maximum_minor, custom_unit_amount_preset_minor,
  transform_quantity_divide_by, transform_quantity_round, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  tiers_version, currency_options_version, dt
from prices_accepted anti join prices_unsettled using (price_id)
union all
select
  price_id, created_at, is_livemode, product_id, is_active, type, currency, unit_amount_minor,
  unit_amount_decimal, billing_scheme, recurring_interval, recurring_interval_count,
  recurring_usage_type, recurring_meter_id, recurring_trial_period_days, recurring_aggregate_usage,
  nickname, lookup_key, tax_behavior, tiers_mode, tiers, currency_options,
  custom_unit_amount_minimum_minor, custom_unit_amount_maximum_minor, custom_unit_amount_preset_minor,
  transform_quantity_divide_by, transform_quantity_round, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  tiers_version, currency_options_version, dt
from prices_settled;
