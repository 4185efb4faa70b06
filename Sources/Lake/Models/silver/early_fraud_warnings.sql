-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: early_fraud_warnings
-- grain: one row per early_fraud_warning of a source: early_fraud_warning_id
-- depends_on: bronze.early_fraud_warnings
-- description: A card issuer's hint that a charge may be fraudulent, before there is a dispute.
-- assert_unique: early_fraud_warning_id
-- assert_not_null: early_fraud_warning_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as early_fraud_warning_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::boolean as is_actionable,
  null::varchar as fraud_type,
  null::varchar as charge_id,
  null::varchar as payment_intent_id,
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

create or replace table early_fraud_warnings_read as
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
    getvariable('bronze_early_fraud_warnings'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, actionable json, fraud_type json, charge json,
        payment_intent json)',
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
    as_text(data.id) as early_fraud_warning_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_boolean(data.actionable) as is_actionable,
    as_text(data.fraud_type) as fraud_type,
    as_id(data.charge) as charge_id,
    as_id(data.payment_intent) as payment_intent_id
  from objects
)
select
  early_fraud_warning_id,
  created_at,
  is_livemode,
  is_actionable,
  fraud_type,
  charge_id,
  payment_intent_id,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when early_fraud_warning_id is null or early_fraud_warning_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(is_actionable, data.actionable, 'actionable', 'true or false'),
      wrong(fraud_type, data.fraud_type, 'fraud_type', 'a text'),
      wrong(charge_id, nullif(data.charge, '""'), 'charge', 'an id or an object'),
      wrong(payment_intent_id, nullif(data.payment_intent, '""'), 'payment_intent', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from early_fraud_warnings_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from early_fraud_warnings_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_early_fraud_warnings'), filename = true)
  where early_fraud_warning_id in (select early_fraud_warning_id from early_fraud_warnings_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view early_fraud_warnings_accepted as
select
  early_fraud_warning_id, created_at, is_livemode, is_actionable, fraud_type, charge_id,
  payment_intent_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_early_fraud_warnings'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table early_fraud_warnings_unsettled as
with candidates as (
  select early_fraud_warning_id, is_stub, observed_at, observed_sequence from early_fraud_warnings_read where broken is null
  union all
  select early_fraud_warning_id, false, observed_at, observed_sequence from early_fraud_warnings_accepted
)
select early_fraud_warning_id from candidates group by early_fraud_warning_id having count(*) > 1 or bool_or(is_stub);

create or replace table early_fraud_warnings_settled as
with candidates as (
  select
    early_fraud_warning_id, created_at, is_livemode, is_actionable, fraud_type, charge_id,
    payment_intent_id, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from early_fraud_warnings_read semi join early_fraud_warnings_unsettled using (early_fraud_warning_id)
  where broken is null
  union all
  select
    early_fraud_warning_id, created_at, is_livemode, is_actionable, fraud_type, charge_id,
    payment_intent_id, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from early_fraud_warnings_accepted semi join early_fraud_warnings_unsettled using (early_fraud_warning_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by early_fraud_warning_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, is_actionable, fraud_type, charge_id, payment_intent_id, bronze_run_id,
        api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select early_fraud_warning_id, unnest(absences) as absence from candidates
),
later as (
  select gone.early_fraud_warning_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (early_fraud_warning_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.early_fraud_warning_id
)
select
  newest.early_fraud_warning_id,
  newest.created_at,
  newest.is_livemode,
  newest.is_actionable,
  newest.fraud_type,
  newest.charge_id,
  newest.payment_intent_id,
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
left join later using (early_fraud_warning_id);

create or replace view early_fraud_warnings_merged as
select
  early_fraud_warning_id,
  created_at,
  is_livemode,
  is_actionable,
  fraud_type,
  charge_id,
  payment_intent_id,
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
from early_fraud_warnings_read anti join early_fraud_warnings_unsettled using (early_fraud_warning_id)
where broken is null
union all
select
  early_fraud_warning_id, created_at, is_livemode, is_actionable, fraud_type, charge_id,
  payment_intent_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, dt
from early_fraud_warnings_accepted anti join early_fraud_warnings_unsettled using (early_fraud_warning_id)
union all
select
  early_fraud_warning_id, created_at, is_livemode, is_actionable, fraud_type, charge_id,
  payment_intent_id, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, dt
from early_fraud_warnings_settled;
