-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: tax_rates
-- grain: one row per tax_rate of a source: tax_rate_id
-- depends_on: bronze.tax_rates, silver.subscriptions, silver.subscription_items, silver.subscription_schedules, silver.invoices, silver.invoice_line_items, silver.invoice_items, silver.credit_note_line_items
-- description: A tax that can be added to invoices, with its percentage and place.
-- unit: flat_amount_amount_minor = minor units of flat_amount_currency
-- assert_unique: tax_rate_id
-- assert_not_null: tax_rate_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, display_name, is_inclusive, percentage
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as tax_rate_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as display_name,
  null::boolean as is_active,
  null::boolean as is_inclusive,
  null::decimal(38, 18) as percentage,
  null::decimal(38, 18) as effective_percentage,
  null::varchar as rate_type,
  null::bigint as flat_amount_amount_minor,
  null::varchar as flat_amount_currency,
  null::varchar as tax_type,
  null::varchar as country,
  null::varchar as state,
  null::varchar as jurisdiction,
  null::varchar as jurisdiction_level,
  null::varchar as description,
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

create or replace table tax_rates_read as
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
    getvariable('bronze_tax_rates'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, display_name json, active json, inclusive json,
        percentage json, effective_percentage json, rate_type json, flat_amount json, tax_type json,
        country json, state json, jurisdiction json, jurisdiction_level json, description json,
        metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
sightings as (
  select unnest(sighted_tax_rates) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from subscriptions_read where broken is null
  union all
  select unnest(sighted_tax_rates) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from subscription_items_read where broken is null
  union all
  select unnest(sighted_tax_rates) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from subscription_schedules_read where broken is null
  union all
  select unnest(sighted_tax_rates) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from invoices_read where broken is null
  union all
  select unnest(sighted_tax_rates) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from invoice_line_items_read where broken is null
  union all
  select unnest(sighted_tax_rates) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from invoice_items_read where broken is null
  union all
  select unnest(sighted_tax_rates) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from credit_note_line_items_read where broken is null
),
sighted as (
  -- Sequence 0: a record of its own of the same second counts more.
  select
    json_transform(sighting, '{"id": "json", "deleted": "json", "created": "json", "livemode": "json", "display_name": "json",
      "active": "json", "inclusive": "json", "percentage": "json", "effective_percentage": "json",
      "rate_type": "json", "flat_amount": "json", "tax_type": "json", "country": "json", "state": "json",
      "jurisdiction": "json", "jurisdiction_level": "json", "description": "json", "metadata": "json"}') as data,
    null::varchar as container_id,
    dt as container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from sightings
  where sighting ->> '$.object' = 'tax_rate'
),
objects as (
  select * from bronze
  union all
  select * from sighted
),
opened as (
  select
    *,
    json_transform(data.flat_amount, '{"amount": "json", "currency": "json"}') as in_flat_amount
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as tax_rate_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.display_name) as display_name,
    as_boolean(data.active) as is_active,
    as_boolean(data.inclusive) as is_inclusive,
    as_decimal(data.percentage) as percentage,
    as_decimal(data.effective_percentage) as effective_percentage,
    as_text(data.rate_type) as rate_type,
    as_integer(in_flat_amount.amount) as flat_amount_amount_minor,
    as_text(in_flat_amount.currency) as flat_amount_currency,
    as_text(data.tax_type) as tax_type,
    as_text(data.country) as country,
    as_text(data.state) as state,
    as_text(data.jurisdiction) as jurisdiction,
    as_text(data.jurisdiction_level) as jurisdiction_level,
    as_text(data.description) as description,
    data.metadata as metadata
  from opened
)
select
  tax_rate_id,
  created_at,
  is_livemode,
  display_name,
  is_active,
  is_inclusive,
  percentage,
  effective_percentage,
  rate_type,
  flat_amount_amount_minor,
  flat_amount_currency,
  tax_type,
  country,
  state,
  jurisdiction,
  jurisdiction_level,
  description,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), container_dt, 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when tax_rate_id is null or tax_rate_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(display_name, data.display_name, 'display_name', 'a text'),
      missing(data.display_name, 'display_name'),
      wrong(is_active, data.active, 'active', 'true or false'),
      wrong(is_inclusive, data.inclusive, 'inclusive', 'true or false'),
      missing(data.inclusive, 'inclusive'),
      wrong(percentage, data.percentage, 'percentage', 'a decimal number'),
      missing(data.percentage, 'percentage'),
      wrong(effective_percentage, data.effective_percentage, 'effective_percentage', 'a decimal number'),
      wrong(rate_type, data.rate_type, 'rate_type', 'a text'),
      wrong(flat_amount_amount_minor, in_flat_amount.amount, 'flat_amount.amount', 'a whole number of minor units'),
      wrong(flat_amount_currency, in_flat_amount.currency, 'flat_amount.currency', 'a currency code'),
      wrong(tax_type, data.tax_type, 'tax_type', 'a text'),
      wrong(country, data.country, 'country', 'a text'),
      wrong(state, data.state, 'state', 'a text'),
      wrong(jurisdiction, data.jurisdiction, 'jurisdiction', 'a text'),
      wrong(jurisdiction_level, data.jurisdiction_level, 'jurisdiction_level', 'a text'),
      wrong(description, data.description, 'description', 'a text')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from tax_rates_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from tax_rates_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_tax_rates'), filename = true)
  where tax_rate_id in (select tax_rate_id from tax_rates_read where (is_stub or created_at is null) and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view tax_rates_accepted as
select
  tax_rate_id, created_at, is_livemode, display_name, is_active, is_inclusive, percentage,
  effective_percentage, rate_type, flat_amount_amount_minor, flat_amount_currency, tax_type, country,
  state, jurisdiction, jurisdiction_level, description, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_tax_rates'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table tax_rates_unsettled as
with candidates as (
  select tax_rate_id, is_stub, observed_at, observed_sequence from tax_rates_read where broken is null
  union all
  select tax_rate_id, false, observed_at, observed_sequence from tax_rates_accepted
)
select tax_rate_id from candidates group by tax_rate_id having count(*) > 1 or bool_or(is_stub);

create or replace table tax_rates_settled as
with candidates as (
  select
    tax_rate_id, created_at, is_livemode, display_name, is_active, is_inclusive, percentage,
    effective_percentage, rate_type, flat_amount_amount_minor, flat_amount_currency, tax_type, country,
    state, jurisdiction, jurisdiction_level, description, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from tax_rates_read semi join tax_rates_unsettled using (tax_rate_id)
  where broken is null
  union all
  select
    tax_rate_id, created_at, is_livemode, display_name, is_active, is_inclusive, percentage,
    effective_percentage, rate_type, flat_amount_amount_minor, flat_amount_currency, tax_type, country,
    state, jurisdiction, jurisdiction_level, description, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from tax_rates_accepted semi join tax_rates_unsettled using (tax_rate_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by tax_rate_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, display_name, is_active, is_inclusive, percentage, effective_percentage,
        rate_type, flat_amount_amount_minor, flat_amount_currency, tax_type, country, state, jurisdiction,
        jurisdiction_level, description, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select tax_rate_id, unnest(absences) as absence from candidates
),
later as (
  select gone.tax_rate_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (tax_rate_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.tax_rate_id
)
select
  newest.tax_rate_id,
  newest.created_at,
  newest.is_livemode,
  newest.display_name,
  newest.is_active,
  newest.is_inclusive,
  newest.percentage,
  newest.effective_percentage,
  newest.rate_type,
  newest.flat_amount_amount_minor,
  newest.flat_amount_currency,
  newest.tax_type,
  newest.country,
  newest.state,
  newest.jurisdiction,
  newest.jurisdiction_level,
  newest.description,
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
left join later using (tax_rate_id);

create or replace view tax_rates_merged as
select
  tax_rate_id,
  created_at,
  is_livemode,
  display_name,
  is_active,
  is_inclusive,
  percentage,
  effective_percentage,
  rate_type,
  flat_amount_amount_minor,
  flat_amount_currency,
  tax_type,
  country,
  state,
  jurisdiction,
  jurisdiction_level,
  description,
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
from tax_rates_read anti join tax_rates_unsettled using (tax_rate_id)
where broken is null
union all
select
  tax_rate_id, created_at, is_livemode, display_name, is_active, is_inclusive, percentage,
  effective_percentage, rate_type, flat_amount_amount_minor, flat_amount_currency, tax_type, country,
  state, jurisdiction, jurisdiction_level, description, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from tax_rates_accepted anti join tax_rates_unsettled using (tax_rate_id)
union all
select
  tax_rate_id, created_at, is_livemode, display_name, is_active, is_inclusive, percentage,
  effective_percentage, rate_type, flat_amount_amount_minor, flat_amount_currency, tax_type, country,
  state, jurisdiction, jurisdiction_level, description, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from tax_rates_settled;
