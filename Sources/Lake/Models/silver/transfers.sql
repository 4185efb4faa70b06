-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: transfers
-- grain: one row per transfer of a source: transfer_id
-- depends_on: bronze.transfers
-- description: Money passed from the account's balance to a connected account.
-- unit: amount_minor = minor units of currency
-- unit: amount_reversed_minor = minor units of currency
-- assert_unique: transfer_id
-- assert_not_null: transfer_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as transfer_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::bigint as amount_minor,
  null::bigint as amount_reversed_minor,
  null::varchar as currency,
  null::boolean as is_reversed,
  null::varchar as destination_id,
  null::varchar as destination_payment_id,
  null::varchar as source_transaction_id,
  null::varchar as source_type,
  null::varchar as balance_transaction_id,
  null::varchar as transfer_group,
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
  null::timestamptz as reversals_complete_at,
  null::bigint as reversals_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as reversals_complete_before,
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

create or replace table transfers_read as
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
    getvariable('bronze_transfers'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, amount json, amount_reversed json,
        currency json, reversed json, destination json, destination_payment json, source_transaction json,
        source_type json, balance_transaction json, transfer_group json, description json, metadata json,
        reversals json)',
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
    json_transform(data.reversals, '{"data": "json", "has_more": "json", "total_count": "json"}') as in_reversals
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as transfer_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_integer(data.amount) as amount_minor,
    as_integer(data.amount_reversed) as amount_reversed_minor,
    as_text(data.currency) as currency,
    as_boolean(data.reversed) as is_reversed,
    as_id(data.destination) as destination_id,
    as_id(data.destination_payment) as destination_payment_id,
    as_id(data.source_transaction) as source_transaction_id,
    as_text(data.source_type) as source_type,
    as_id(data.balance_transaction) as balance_transaction_id,
    as_text(data.transfer_group) as transfer_group,
    as_text(data.description) as description,
    data.metadata as metadata,
    case when in_reversals.data like '[_%' and in_reversals.data <> '[]' then in_reversals.data end as reversals_json
  from opened
)
select
  transfer_id,
  created_at,
  is_livemode,
  amount_minor,
  amount_reversed_minor,
  currency,
  is_reversed,
  destination_id,
  destination_payment_id,
  source_transaction_id,
  source_type,
  balance_transaction_id,
  transfer_group,
  description,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  reversals_json,
  coalesce(is_stub or (in_reversals.data like '[%' and coalesce(in_reversals.has_more <> 'true', true)
    and coalesce(as_integer(in_reversals.total_count), 0) <= json_array_length(in_reversals.data)), false) as reversals_is_complete,
  case
    when ingested_at is null then 'not JSON'
    when transfer_id is null or transfer_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(amount_reversed_minor, data.amount_reversed, 'amount_reversed', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(is_reversed, data.reversed, 'reversed', 'true or false'),
      wrong(destination_id, nullif(data.destination, '""'), 'destination', 'an id or an object'),
      wrong(destination_payment_id, nullif(data.destination_payment, '""'), 'destination_payment', 'an id or an object'),
      wrong(source_transaction_id, nullif(data.source_transaction, '""'), 'source_transaction', 'an id or an object'),
      wrong(source_type, data.source_type, 'source_type', 'a text'),
      wrong(balance_transaction_id, nullif(data.balance_transaction, '""'), 'balance_transaction', 'an id or an object'),
      wrong(transfer_group, data.transfer_group, 'transfer_group', 'a text'),
      wrong_personal(description, data.description, 'description', 'a text')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from transfers_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from transfers_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_transfers'), filename = true)
  where transfer_id in (select transfer_id from transfers_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view transfers_accepted as
select
  transfer_id, created_at, is_livemode, amount_minor, amount_reversed_minor, currency, is_reversed,
  destination_id, destination_payment_id, source_transaction_id, source_type, balance_transaction_id,
  transfer_group, description, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, reversals_complete_at,
  reversals_complete_sequence, absences, reversals_complete_before,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_transfers'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table transfers_unsettled as
with candidates as (
  select transfer_id, is_stub, observed_at, observed_sequence from transfers_read where broken is null
  union all
  select transfer_id, false, observed_at, observed_sequence from transfers_accepted
)
select transfer_id from candidates group by transfer_id having count(*) > 1 or bool_or(is_stub);

create or replace table transfers_settled as
with candidates as (
  select
    transfer_id, created_at, is_livemode, amount_minor, amount_reversed_minor, currency, is_reversed,
    destination_id, destination_payment_id, source_transaction_id, source_type, balance_transaction_id,
    transfer_group, description, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when reversals_is_complete then [version(observed_at, if(is_stub, 9, observed_sequence))] end as reversals_complete
  from transfers_read semi join transfers_unsettled using (transfer_id)
  where broken is null
  union all
  select
    transfer_id, created_at, is_livemode, amount_minor, amount_reversed_minor, currency, is_reversed,
    destination_id, destination_payment_id, source_transaction_id, source_type, balance_transaction_id,
    transfer_group, description, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    versions(reversals_complete_at, reversals_complete_sequence, reversals_complete_before)
  from transfers_accepted semi join transfers_unsettled using (transfer_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by transfer_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, amount_minor, amount_reversed_minor, currency, is_reversed, destination_id,
        destination_payment_id, source_transaction_id, source_type, balance_transaction_id, transfer_group,
        description, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select transfer_id, unnest(absences) as absence from candidates
),
later as (
  select gone.transfer_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (transfer_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.transfer_id
),
complete as (
  select transfer_id, list_reverse_sort(list_distinct(flatten(list(reversals_complete)))) as reversals_complete
  from candidates group by transfer_id
)
select
  newest.transfer_id,
  newest.created_at,
  newest.is_livemode,
  newest.amount_minor,
  newest.amount_reversed_minor,
  newest.currency,
  newest.is_reversed,
  newest.destination_id,
  newest.destination_payment_id,
  newest.source_transaction_id,
  newest.source_type,
  newest.balance_transaction_id,
  newest.transfer_group,
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
  complete.reversals_complete[1].observed_at as reversals_complete_at,
  complete.reversals_complete[1].sequence as reversals_complete_sequence,
  later.absences,
  case when len(complete.reversals_complete) > 1 then complete.reversals_complete[2:] end as reversals_complete_before,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (transfer_id)
left join complete using (transfer_id);

create or replace view transfers_merged as
select
  transfer_id,
  created_at,
  is_livemode,
  amount_minor,
  amount_reversed_minor,
  currency,
  is_reversed,
  destination_id,
  destination_payment_id,
  source_transaction_id,
  source_type,
  balance_transaction_id,
  transfer_group,
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
  case when reversals_is_complete then observed_at end as reversals_complete_at,
  case when reversals_is_complete then observed_sequence end as reversals_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as reversals_complete_before,
  dt
from transfers_read anti join transfers_unsettled using (transfer_id)
where broken is null
union all
select
  transfer_id, created_at, is_livemode, amount_minor, amount_reversed_minor, currency, is_reversed,
  destination_id, destination_payment_id, source_transaction_id, source_type, balance_transaction_id,
  transfer_group, description, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, reversals_complete_at,
  reversals_complete_sequence, absences, reversals_complete_before, dt
from transfers_accepted anti join transfers_unsettled using (transfer_id)
union all
select
  transfer_id, created_at, is_livemode, amount_minor, amount_reversed_minor, currency, is_reversed,
  destination_id, destination_payment_id, source_transaction_id, source_type, balance_transaction_id,
  transfer_group, description, metadata, is_deleted, deleted_at, is_placeholder, observed_at,
  observed_sequence, ingested_at, bronze_run_id, api_version, reversals_complete_at,
  reversals_complete_sequence, absences, reversals_complete_before, dt
from transfers_settled;
