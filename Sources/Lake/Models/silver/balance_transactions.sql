-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: balance_transactions
-- grain: one row per balance_transaction of a source: balance_transaction_id
-- depends_on: bronze.balance_transactions, silver.disputes
-- description: One movement of money into or out of the account's balance; never changes but for its status.
-- unit: amount_minor = minor units of currency
-- unit: fee_minor = minor units of currency
-- unit: net_minor = minor units of currency
-- assert_unique: balance_transaction_id
-- assert_not_null: balance_transaction_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status, type, amount_minor, fee_minor, net_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as balance_transaction_id,
  null::timestamptz as created_at,
  null::timestamptz as available_at,
  null::varchar as status,
  null::varchar as type,
  null::varchar as reporting_category,
  null::varchar as balance_type,
  null::bigint as amount_minor,
  null::bigint as fee_minor,
  null::bigint as net_minor,
  null::varchar as currency,
  null::decimal(38, 18) as exchange_rate,
  null::varchar as source_id,
  null::varchar as description,
  null::json as fee_details,
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

create or replace table balance_transactions_read as
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
    getvariable('bronze_balance_transactions'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, available_on json, status json, type json,
        reporting_category json, balance_type json, amount json, fee json, net json, currency json,
        exchange_rate json, source json, description json, fee_details json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
sightings as (
  select unnest(sighted_balance_transactions) as sighting, dt, observed_at, ingested_at, bronze_run_id, api_version
  from disputes_read where broken is null
),
sighted as (
  -- Sequence 0: a record of its own of the same second counts more.
  select
    json_transform(sighting, '{"id": "json", "deleted": "json", "created": "json", "available_on": "json", "status": "json",
      "type": "json", "reporting_category": "json", "balance_type": "json", "amount": "json",
      "fee": "json", "net": "json", "currency": "json", "exchange_rate": "json", "source": "json",
      "description": "json", "fee_details": "json"}') as data,
    null::varchar as container_id,
    dt as container_dt,
    observed_at, 0 as observed_sequence, ingested_at, bronze_run_id, api_version
  from sightings
  where sighting ->> '$.object' = 'balance_transaction'
),
objects as (
  select * from bronze
  union all
  select * from sighted
),
typed as (
  select
    *,
    as_text(data.id) as balance_transaction_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_time(data.available_on) as available_at,
    as_text(data.status) as status,
    as_text(data.type) as type,
    as_text(data.reporting_category) as reporting_category,
    as_text(data.balance_type) as balance_type,
    as_integer(data.amount) as amount_minor,
    as_integer(data.fee) as fee_minor,
    as_integer(data.net) as net_minor,
    as_text(data.currency) as currency,
    as_decimal(data.exchange_rate) as exchange_rate,
    as_id(data.source) as source_id,
    as_text(data.description) as description,
    data.fee_details as fee_details
  from objects
)
select
  balance_transaction_id,
  created_at,
  available_at,
  status,
  type,
  reporting_category,
  balance_type,
  amount_minor,
  fee_minor,
  net_minor,
  currency,
  exchange_rate,
  source_id,
  description,
  fee_details,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), container_dt, 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when balance_transaction_id is null or balance_transaction_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(available_at, data.available_on, 'available_on', 'unix seconds'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(type, data.type, 'type', 'a text'),
      missing(data.type, 'type'),
      wrong(reporting_category, data.reporting_category, 'reporting_category', 'a text'),
      wrong(balance_type, data.balance_type, 'balance_type', 'a text'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(fee_minor, data.fee, 'fee', 'a whole number of minor units'),
      missing(data.fee, 'fee'),
      wrong(net_minor, data.net, 'net', 'a whole number of minor units'),
      missing(data.net, 'net'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(exchange_rate, data.exchange_rate, 'exchange_rate', 'a decimal number'),
      wrong(source_id, nullif(data.source, '""'), 'source', 'an id or an object'),
      wrong_personal(description, data.description, 'description', 'a text')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from balance_transactions_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from balance_transactions_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_balance_transactions'), filename = true)
  where balance_transaction_id in (select balance_transaction_id from balance_transactions_read where (is_stub or created_at is null) and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view balance_transactions_accepted as
select
  balance_transaction_id, created_at, available_at, status, type, reporting_category, balance_type,
  amount_minor, fee_minor, net_minor, currency, exchange_rate, source_id, description, fee_details,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_balance_transactions'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table balance_transactions_unsettled as
with candidates as (
  select balance_transaction_id, is_stub, observed_at, observed_sequence from balance_transactions_read where broken is null
  union all
  select balance_transaction_id, false, observed_at, observed_sequence from balance_transactions_accepted
)
select balance_transaction_id from candidates group by balance_transaction_id having count(*) > 1 or bool_or(is_stub);

create or replace table balance_transactions_settled as
with candidates as (
  select
    balance_transaction_id, created_at, available_at, status, type, reporting_category, balance_type,
    amount_minor, fee_minor, net_minor, currency, exchange_rate, source_id, description, fee_details, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from balance_transactions_read semi join balance_transactions_unsettled using (balance_transaction_id)
  where broken is null
  union all
  select
    balance_transaction_id, created_at, available_at, status, type, reporting_category, balance_type,
    amount_minor, fee_minor, net_minor, currency, exchange_rate, source_id, description, fee_details, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from balance_transactions_accepted semi join balance_transactions_unsettled using (balance_transaction_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by balance_transaction_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, available_at, status, type, reporting_category, balance_type, amount_minor, fee_minor,
        net_minor, currency, exchange_rate, source_id, description, fee_details, bronze_run_id, api_version,
        dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select balance_transaction_id, unnest(absences) as absence from candidates
),
later as (
  select gone.balance_transaction_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (balance_transaction_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.balance_transaction_id
)
select
  newest.balance_transaction_id,
  newest.created_at,
  newest.available_at,
  newest.status,
  newest.type,
  newest.reporting_category,
  newest.balance_type,
  newest.amount_minor,
  newest.fee_minor,
  newest.net_minor,
  newest.currency,
  newest.exchange_rate,
  newest.source_id,
  newest.description,
  newest.fee_details,
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
left join later using (balance_transaction_id);

create or replace view balance_transactions_merged as
select
  balance_transaction_id,
  created_at,
  available_at,
  status,
  type,
  reporting_category,
  balance_type,
  amount_minor,
  fee_minor,
  net_minor,
  currency,
  exchange_rate,
  source_id,
  description,
  fee_details,
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
from balance_transactions_read anti join balance_transactions_unsettled using (balance_transaction_id)
where broken is null
union all
select
  balance_transaction_id, created_at, available_at, status, type, reporting_category, balance_type,
  amount_minor, fee_minor, net_minor, currency, exchange_rate, source_id, description, fee_details,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from balance_transactions_accepted anti join balance_transactions_unsettled using (balance_transaction_id)
union all
select
  balance_transaction_id, created_at, available_at, status, type, reporting_category, balance_type,
  amount_minor, fee_minor, net_minor, currency, exchange_rate, source_id, description, fee_details,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from balance_transactions_settled;
