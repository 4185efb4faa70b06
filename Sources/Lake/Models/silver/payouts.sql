-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: payouts
-- grain: one row per payout of a source: payout_id
-- depends_on: bronze.payouts
-- description: Money sent from the account's balance to the merchant's bank account or card.
-- unit: amount_minor = minor units of currency
-- unit: application_fee_amount_minor = minor units of currency
-- assert_unique: payout_id
-- assert_not_null: payout_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as payout_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::bigint as amount_minor,
  null::varchar as currency,
  null::timestamptz as arrival_at,
  null::boolean as is_automatic,
  null::varchar as method,
  null::varchar as type,
  null::varchar as destination_id,
  null::varchar as payout_method,
  null::varchar as source_type,
  null::varchar as balance_transaction_id,
  null::varchar as failure_balance_transaction_id,
  null::varchar as failure_code,
  null::varchar as failure_message,
  null::varchar as original_payout_id,
  null::varchar as reversed_by_id,
  null::varchar as reconciliation_status,
  null::varchar as trace_id_value,
  null::varchar as trace_id_status,
  null::varchar as statement_descriptor,
  null::varchar as description,
  null::varchar as application_fee_id,
  null::bigint as application_fee_amount_minor,
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

create or replace table payouts_read as
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
    getvariable('bronze_payouts'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, amount json, currency json,
        arrival_date json, automatic json, method json, type json, destination json, payout_method json,
        source_type json, balance_transaction json, failure_balance_transaction json, failure_code json,
        failure_message json, original_payout json, reversed_by json, reconciliation_status json,
        trace_id json, statement_descriptor json, description json, application_fee json,
        application_fee_amount json, metadata json)',
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
    json_transform(data.trace_id, '{"value": "json", "status": "json"}') as in_trace_id
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as payout_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_integer(data.amount) as amount_minor,
    as_text(data.currency) as currency,
    as_time(data.arrival_date) as arrival_at,
    as_boolean(data.automatic) as is_automatic,
    as_text(data.method) as method,
    as_text(data.type) as type,
    as_id(data.destination) as destination_id,
    as_text(data.payout_method) as payout_method,
    as_text(data.source_type) as source_type,
    as_id(data.balance_transaction) as balance_transaction_id,
    as_id(data.failure_balance_transaction) as failure_balance_transaction_id,
    as_text(data.failure_code) as failure_code,
    as_text(data.failure_message) as failure_message,
    as_id(data.original_payout) as original_payout_id,
    as_id(data.reversed_by) as reversed_by_id,
    as_text(data.reconciliation_status) as reconciliation_status,
    as_text(in_trace_id.value) as trace_id_value,
    as_text(in_trace_id.status) as trace_id_status,
    as_text(data.statement_descriptor) as statement_descriptor,
    as_text(data.description) as description,
    as_id(data.application_fee) as application_fee_id,
    as_integer(data.application_fee_amount) as application_fee_amount_minor,
    data.metadata as metadata
  from opened
)
select
  payout_id,
  created_at,
  is_livemode,
  status,
  amount_minor,
  currency,
  arrival_at,
  is_automatic,
  method,
  type,
  destination_id,
  payout_method,
  source_type,
  balance_transaction_id,
  failure_balance_transaction_id,
  failure_code,
  failure_message,
  original_payout_id,
  reversed_by_id,
  reconciliation_status,
  trace_id_value,
  trace_id_status,
  statement_descriptor,
  description,
  application_fee_id,
  application_fee_amount_minor,
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
    when payout_id is null or payout_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(arrival_at, data.arrival_date, 'arrival_date', 'unix seconds'),
      wrong(is_automatic, data.automatic, 'automatic', 'true or false'),
      wrong(method, data.method, 'method', 'a text'),
      wrong(type, data.type, 'type', 'a text'),
      wrong(destination_id, nullif(data.destination, '""'), 'destination', 'an id or an object'),
      wrong(payout_method, data.payout_method, 'payout_method', 'a text'),
      wrong(source_type, data.source_type, 'source_type', 'a text'),
      wrong(balance_transaction_id, nullif(data.balance_transaction, '""'), 'balance_transaction', 'an id or an object'),
      wrong(failure_balance_transaction_id, nullif(data.failure_balance_transaction, '""'), 'failure_balance_transaction', 'an id or an object'),
      wrong(failure_code, data.failure_code, 'failure_code', 'a text'),
      wrong(failure_message, data.failure_message, 'failure_message', 'a text'),
      wrong(original_payout_id, nullif(data.original_payout, '""'), 'original_payout', 'an id or an object'),
      wrong(reversed_by_id, nullif(data.reversed_by, '""'), 'reversed_by', 'an id or an object'),
      wrong(reconciliation_status, data.reconciliation_status, 'reconciliation_status', 'a text'),
      wrong(trace_id_value, in_trace_id.value, 'trace_id.value', 'a text'),
      wrong(trace_id_status, in_trace_id.status, 'trace_id.status', 'a text'),
      wrong(statement_descriptor, data.statement_descriptor, 'statement_descriptor', 'a text'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong(application_fee_id, nullif(data.application_fee, '""'), 'application_fee', 'an id or an object'),
      wrong(application_fee_amount_minor, data.application_fee_amount, 'application_fee_amount', 'a whole number of minor units')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from payouts_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from payouts_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_payouts'), filename = true)
  where payout_id in (select payout_id from payouts_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view payouts_accepted as
select
  payout_id, created_at, is_livemode, status, amount_minor, currency, arrival_at, is_automatic,
  method, type, destination_id, payout_method, source_type, balance_transaction_id,
  failure_balance_transaction_id, failure_code, failure_message, original_payout_id, reversed_by_id,
  reconciliation_status, trace_id_value, trace_id_status, statement_descriptor, description,
  application_fee_id, application_fee_amount_minor, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_payouts'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table payouts_unsettled as
with candidates as (
  select payout_id, is_stub, observed_at, observed_sequence from payouts_read where broken is null
  union all
  select payout_id, false, observed_at, observed_sequence from payouts_accepted
)
select payout_id from candidates group by payout_id having count(*) > 1 or bool_or(is_stub);

create or replace table payouts_settled as
with candidates as (
  select
    payout_id, created_at, is_livemode, status, amount_minor, currency, arrival_at, is_automatic,
    method, type, destination_id, payout_method, source_type, balance_transaction_id,
    failure_balance_transaction_id, failure_code, failure_message, original_payout_id, reversed_by_id,
    reconciliation_status, trace_id_value, trace_id_status, statement_descriptor, description,
    application_fee_id, application_fee_amount_minor, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from payouts_read semi join payouts_unsettled using (payout_id)
  where broken is null
  union all
  select
    payout_id, created_at, is_livemode, status, amount_minor, currency, arrival_at, is_automatic,
    method, type, destination_id, payout_method, source_type, balance_transaction_id,
    failure_balance_transaction_id, failure_code, failure_message, original_payout_id, reversed_by_id,
    reconciliation_status, trace_id_value, trace_id_status, statement_descriptor, description,
    application_fee_id, application_fee_amount_minor, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from payouts_accepted semi join payouts_unsettled using (payout_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by payout_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, amount_minor, currency, arrival_at, is_automatic, method, type,
        destination_id, payout_method, source_type, balance_transaction_id, failure_balance_transaction_id,
        failure_code, failure_message, original_payout_id, reversed_by_id, reconciliation_status,
        trace_id_value, trace_id_status, statement_descriptor, description, application_fee_id,
        application_fee_amount_minor, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select payout_id, unnest(absences) as absence from candidates
),
later as (
  select gone.payout_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (payout_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.payout_id
)
select
  newest.payout_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.amount_minor,
  newest.currency,
  newest.arrival_at,
  newest.is_automatic,
  newest.method,
  newest.type,
  newest.destination_id,
  newest.payout_method,
  newest.source_type,
  newest.balance_transaction_id,
  newest.failure_balance_transaction_id,
  newest.failure_code,
  newest.failure_message,
  newest.original_payout_id,
  newest.reversed_by_id,
  newest.reconciliation_status,
  newest.trace_id_value,
  newest.trace_id_status,
  newest.statement_descriptor,
  newest.description,
  newest.application_fee_id,
  newest.application_fee_amount_minor,
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
left join later using (payout_id);

create or replace view payouts_merged as
select
  payout_id,
  created_at,
  is_livemode,
  status,
  amount_minor,
  currency,
  arrival_at,
  is_automatic,
  method,
  type,
  destination_id,
  payout_method,
  source_type,
  balance_transaction_id,
  failure_balance_transaction_id,
  failure_code,
  failure_message,
  original_payout_id,
  reversed_by_id,
  reconciliation_status,
  trace_id_value,
  trace_id_status,
  statement_descriptor,
  description,
  application_fee_id,
  application_fee_amount_minor,
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
from payouts_read anti join payouts_unsettled using (payout_id)
where broken is null
union all
select
  payout_id, created_at, is_livemode, status, amount_minor, currency, arrival_at, is_automatic,
  method, type, destination_id, payout_method, source_type, balance_transaction_id,
  failure_balance_transaction_id, failure_code, failure_message, original_payout_id, reversed_by_id,
  reconciliation_status, trace_id_value, trace_id_status, statement_descriptor, description,
  application_fee_id, application_fee_amount_minor, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from payouts_accepted anti join payouts_unsettled using (payout_id)
union all
select
  payout_id, created_at, is_livemode, status, amount_minor, currency, arrival_at, is_automatic,
  method, type, destination_id, payout_method, source_type, balance_transaction_id,
  failure_balance_transaction_id, failure_code, failure_message, original_payout_id, reversed_by_id,
  reconciliation_status, trace_id_value, trace_id_status, statement_descriptor, description,
  application_fee_id, application_fee_amount_minor, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from payouts_settled;
