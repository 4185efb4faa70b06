-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: events
-- grain: one row per event of a source: event_id
-- depends_on: bronze.events
-- description: Something that happened to an object, with the object as it was then in the raw JSON.
-- assert_unique: event_id
-- assert_not_null: event_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, type
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as event_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as type,
  null::varchar as object_type,
  null::varchar as object_id,
  null::varchar as snapshot_api_version,
  null::json as previous_attributes,
  null::varchar as request_id,
  null::varchar as idempotency_key,
  null::varchar as account_id,
  null::varchar as context,
  null::bigint as pending_webhooks,
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

create or replace table events_read as
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
    getvariable('bronze_events'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, type json, data json, api_version json,
        request json, account json, context json, pending_webhooks json)',
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
    json_transform(data.data, '{"object": {"object": "json", "id": "json"}, "previous_attributes": "json"}') as in_data,
    json_transform(data.request, '{"id": "json", "idempotency_key": "json"}') as in_request
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as event_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.type) as type,
    as_text(in_data.object.object) as object_type,
    as_text(in_data.object.id) as object_id,
    as_text(data.api_version) as snapshot_api_version,
    in_data.previous_attributes as previous_attributes,
    as_text(in_request.id) as request_id,
    as_text(in_request.idempotency_key) as idempotency_key,
    as_id(data.account) as account_id,
    as_text(data.context) as context,
    as_integer(data.pending_webhooks) as pending_webhooks
  from opened
)
select
  event_id,
  created_at,
  is_livemode,
  type,
  object_type,
  object_id,
  snapshot_api_version,
  previous_attributes,
  request_id,
  idempotency_key,
  account_id,
  context,
  pending_webhooks,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when event_id is null or event_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(type, data.type, 'type', 'a text'),
      missing(data.type, 'type'),
      wrong(object_type, in_data.object.object, 'data.object.object', 'a text'),
      wrong(object_id, in_data.object.id, 'data.object.id', 'a text'),
      wrong(snapshot_api_version, data.api_version, 'api_version', 'a text'),
      wrong(request_id, in_request.id, 'request.id', 'a text'),
      wrong(idempotency_key, in_request.idempotency_key, 'request.idempotency_key', 'a text'),
      wrong(account_id, nullif(data.account, '""'), 'account', 'an id or an object'),
      wrong(context, data.context, 'context', 'a text'),
      wrong(pending_webhooks, data.pending_webhooks, 'pending_webhooks', 'a whole number')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from events_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from events_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_events'), filename = true)
  where event_id in (select event_id from events_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view events_accepted as
select
  event_id, created_at, is_livemode, type, object_type, object_id, snapshot_api_version,
  previous_attributes, request_id, idempotency_key, account_id, context, pending_webhooks, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_events'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table events_unsettled as
with candidates as (
  select event_id, is_stub, observed_at, observed_sequence from events_read where broken is null
  union all
  select event_id, false, observed_at, observed_sequence from events_accepted
)
select event_id from candidates group by event_id having count(*) > 1 or bool_or(is_stub);

create or replace table events_settled as
with candidates as (
  select
    event_id, created_at, is_livemode, type, object_type, object_id, snapshot_api_version,
    previous_attributes, request_id, idempotency_key, account_id, context, pending_webhooks, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from events_read semi join events_unsettled using (event_id)
  where broken is null
  union all
  select
    event_id, created_at, is_livemode, type, object_type, object_id, snapshot_api_version,
    previous_attributes, request_id, idempotency_key, account_id, context, pending_webhooks, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from events_accepted semi join events_unsettled using (event_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by event_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, type, object_type, object_id, snapshot_api_version, previous_attributes,
        request_id, idempotency_key, account_id, context, pending_webhooks, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select event_id, unnest(absences) as absence from candidates
),
later as (
  select gone.event_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (event_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.event_id
)
select
  newest.event_id,
  newest.created_at,
  newest.is_livemode,
  newest.type,
  newest.object_type,
  newest.object_id,
  newest.snapshot_api_version,
  newest.previous_attributes,
  newest.request_id,
  newest.idempotency_key,
  newest.account_id,
  newest.context,
  newest.pending_webhooks,
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
left join later using (event_id);

create or replace view events_merged as
select
  event_id,
  created_at,
  is_livemode,
  type,
  object_type,
  object_id,
  snapshot_api_version,
  previous_attributes,
  request_id,
  idempotency_key,
  account_id,
  context,
  pending_webhooks,
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
from events_read anti join events_unsettled using (event_id)
where broken is null
union all
select
  event_id, created_at, is_livemode, type, object_type, object_id, snapshot_api_version,
  previous_attributes, request_id, idempotency_key, account_id, context, pending_webhooks, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, dt
from events_accepted anti join events_unsettled using (event_id)
union all
select
  event_id, created_at, is_livemode, type, object_type, object_id, snapshot_api_version,
  previous_attributes, request_id, idempotency_key, account_id, context, pending_webhooks, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, dt
from events_settled;
