-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: transfer_reversals
-- grain: one row per transfer_reversal of a source: transfer_reversal_id
-- depends_on: bronze.transfer_reversals, silver.transfers
-- description: A transfer taken back, all or part of it; found inside its transfer only.
-- unit: amount_minor = minor units of currency
-- assert_unique: transfer_reversal_id
-- assert_not_null: transfer_reversal_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as transfer_reversal_id,
  null::timestamptz as created_at,
  null::varchar as transfer_id,
  null::bigint as amount_minor,
  null::varchar as currency,
  null::varchar as balance_transaction_id,
  null::varchar as source_refund_id,
  null::varchar as destination_payment_refund_id,
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

create or replace table transfer_reversals_read as
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
    getvariable('bronze_transfer_reversals'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, transfer json, amount json, currency json,
        balance_transaction json, source_refund json, destination_payment_refund json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
transfers_reversals as (
  -- The elements of a list have the version of the object around them.
  select
    unnest(json_transform(reversals_json, '[{"id": "json", "deleted": "json", "created": "json", "transfer": "json", "amount": "json",
      "currency": "json", "balance_transaction": "json", "source_refund": "json",
      "destination_payment_refund": "json", "metadata": "json"}]')) as data,
    transfer_id as container_id,
    dt as container_dt,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
  from transfers_read
  where broken is null and reversals_json is not null
),
objects as (
  select * from bronze
  union all
  select * from transfers_reversals
),
typed as (
  select
    *,
    as_text(data.id) as transfer_reversal_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    coalesce(as_id(data.transfer), container_id) as transfer_id,
    as_integer(data.amount) as amount_minor,
    as_text(data.currency) as currency,
    as_id(data.balance_transaction) as balance_transaction_id,
    as_id(data.source_refund) as source_refund_id,
    as_id(data.destination_payment_refund) as destination_payment_refund_id,
    data.metadata as metadata
  from objects
)
select
  transfer_reversal_id,
  created_at,
  transfer_id,
  amount_minor,
  currency,
  balance_transaction_id,
  source_refund_id,
  destination_payment_refund_id,
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
    when transfer_reversal_id is null or transfer_reversal_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(transfer_id, nullif(data.transfer, '""'), 'transfer', 'an id or an object'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(balance_transaction_id, nullif(data.balance_transaction, '""'), 'balance_transaction', 'an id or an object'),
      wrong(source_refund_id, nullif(data.source_refund, '""'), 'source_refund', 'an id or an object'),
      wrong(destination_payment_refund_id, nullif(data.destination_payment_refund, '""'), 'destination_payment_refund', 'an id or an object')), '')
  end as broken
from typed;

-- A list with an element that cannot be read does not show what is gone.
update transfers_read set reversals_is_complete = false
from (select distinct transfer_id as parent_id, observed_at, observed_sequence
  from transfer_reversals_read where broken is not null) as doubtful
where transfers_read.transfer_id = doubtful.parent_id
  and transfers_read.observed_at = doubtful.observed_at
  and transfers_read.observed_sequence = doubtful.observed_sequence;

-- step: touch

select distinct dt from (
  select dt from transfer_reversals_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from transfer_reversals_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_transfer_reversals'), filename = true)
  where transfer_reversal_id in (select transfer_reversal_id from transfer_reversals_read where is_stub and broken is null)
  union all
  -- What a complete list may have lost.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_transfer_reversals'), filename = true)
  where transfer_id in (
    select transfer_id from transfers_read where broken is null and reversals_is_complete)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view transfer_reversals_accepted as
select
  transfer_reversal_id, created_at, transfer_id, amount_minor, currency, balance_transaction_id,
  source_refund_id, destination_payment_refund_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_transfer_reversals'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table transfer_reversals_unsettled as
with transfers_reversals as (
  select transfer_id as parent_id,
    versions(reversals_complete_at, reversals_complete_sequence, reversals_complete_before) as complete
  from transfers_merged
  where reversals_complete_at is not null
),
candidates as (
  select transfer_reversal_id, is_stub, observed_at, observed_sequence, transfer_id from transfer_reversals_read where broken is null
  union all
  select transfer_reversal_id, false, observed_at, observed_sequence, transfer_id from transfer_reversals_accepted
)
select transfer_reversal_id from candidates group by transfer_reversal_id having count(*) > 1 or bool_or(is_stub)
union
-- Gone from a complete list of the parent.
select transfer_reversal_id from candidates
join transfers_reversals as parent on parent.parent_id = candidates.transfer_id
where parent.complete[1] > version(observed_at, observed_sequence);

create or replace table transfer_reversals_settled as
with transfers_reversals as (
  select transfer_id as parent_id,
    versions(reversals_complete_at, reversals_complete_sequence, reversals_complete_before) as complete
  from transfers_merged
  where reversals_complete_at is not null
),
candidates as (
  select
    transfer_reversal_id, created_at, transfer_id, amount_minor, currency, balance_transaction_id,
    source_refund_id, destination_payment_refund_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from transfer_reversals_read semi join transfer_reversals_unsettled using (transfer_reversal_id)
  where broken is null
  union all
  select
    transfer_reversal_id, created_at, transfer_id, amount_minor, currency, balance_transaction_id,
    source_refund_id, destination_payment_refund_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from transfer_reversals_accepted semi join transfer_reversals_unsettled using (transfer_reversal_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by transfer_reversal_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, transfer_id, amount_minor, currency, balance_transaction_id, source_refund_id,
        destination_payment_refund_id, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select transfer_reversal_id, unnest(absences) as absence from candidates
  union all
  select newest.transfer_reversal_id, unnest(parent.complete)
    from newest join transfers_reversals as parent on parent.parent_id = newest.transfer_id
),
later as (
  select gone.transfer_reversal_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (transfer_reversal_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.transfer_reversal_id
)
select
  newest.transfer_reversal_id,
  newest.created_at,
  newest.transfer_id,
  newest.amount_minor,
  newest.currency,
  newest.balance_transaction_id,
  newest.source_refund_id,
  newest.destination_payment_refund_id,
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
left join later using (transfer_reversal_id);

create or replace view transfer_reversals_merged as
select
  transfer_reversal_id,
  created_at,
  transfer_id,
  amount_minor,
  currency,
  balance_transaction_id,
  source_refund_id,
  destination_payment_refund_id,
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
from transfer_reversals_read anti join transfer_reversals_unsettled using (transfer_reversal_id)
where broken is null
union all
select
  transfer_reversal_id, created_at, transfer_id, amount_minor, currency, balance_transaction_id,
  source_refund_id, destination_payment_refund_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from transfer_reversals_accepted anti join transfer_reversals_unsettled using (transfer_reversal_id)
union all
select
  transfer_reversal_id, created_at, transfer_id, amount_minor, currency, balance_transaction_id,
  source_refund_id, destination_payment_refund_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from transfer_reversals_settled;
