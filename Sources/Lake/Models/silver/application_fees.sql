-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: application_fees
-- grain: one row per application_fee of a source: application_fee_id
-- depends_on: bronze.application_fees
-- description: A platform's share of a payment of a connected account.
-- unit: amount_minor = minor units of currency
-- unit: amount_refunded_minor = minor units of currency
-- assert_unique: application_fee_id
-- assert_not_null: application_fee_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as application_fee_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::bigint as amount_minor,
  null::bigint as amount_refunded_minor,
  null::varchar as currency,
  null::boolean as is_refunded,
  null::varchar as account_id,
  null::varchar as application_id,
  null::varchar as charge_id,
  null::varchar as originating_transaction_id,
  null::varchar as fee_source_type,
  null::varchar as fee_source_charge_id,
  null::varchar as fee_source_payout_id,
  null::varchar as balance_transaction_id,
  null::boolean as is_deleted,
  null::timestamptz as deleted_at,
  null::boolean as is_placeholder,
  null::timestamptz as observed_at,
  null::bigint as observed_sequence,
  null::timestamptz as ingested_at,
  null::varchar as bronze_run_id,
  null::varchar as api_version,
  null::timestamptz as refunds_complete_at,
  null::bigint as refunds_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as refunds_complete_before,
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

create or replace table application_fees_read as
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
    getvariable('bronze_application_fees'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, amount json, amount_refunded json,
        currency json, refunded json, account json, application json, charge json,
        originating_transaction json, fee_source json, balance_transaction json, refunds json)',
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
    json_transform(data.fee_source, '{"type": "json", "charge": "json", "payout": "json"}') as in_fee_source,
    json_transform(data.refunds, '{"data": "json", "has_more": "json", "total_count": "json"}') as in_refunds
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as application_fee_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_integer(data.amount) as amount_minor,
    as_integer(data.amount_refunded) as amount_refunded_minor,
    as_text(data.currency) as currency,
    as_boolean(data.refunded) as is_refunded,
    as_id(data.account) as account_id,
    as_id(data.application) as application_id,
    as_id(data.charge) as charge_id,
    as_id(data.originating_transaction) as originating_transaction_id,
    as_text(in_fee_source.type) as fee_source_type,
    as_id(in_fee_source.charge) as fee_source_charge_id,
    as_id(in_fee_source.payout) as fee_source_payout_id,
    as_id(data.balance_transaction) as balance_transaction_id,
    case when in_refunds.data like '[_%' and in_refunds.data <> '[]' then in_refunds.data end as refunds_json
  from opened
)
select
  application_fee_id,
  created_at,
  is_livemode,
  amount_minor,
  amount_refunded_minor,
  currency,
  is_refunded,
  account_id,
  application_id,
  charge_id,
  originating_transaction_id,
  fee_source_type,
  fee_source_charge_id,
  fee_source_payout_id,
  balance_transaction_id,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  refunds_json,
  coalesce(is_stub or (in_refunds.data like '[%' and coalesce(in_refunds.has_more <> 'true', true)
    and coalesce(as_integer(in_refunds.total_count), 0) <= json_array_length(in_refunds.data)), false) as refunds_is_complete,
  case
    when ingested_at is null then 'not JSON'
    when application_fee_id is null or application_fee_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(amount_refunded_minor, data.amount_refunded, 'amount_refunded', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(is_refunded, data.refunded, 'refunded', 'true or false'),
      wrong(account_id, nullif(data.account, '""'), 'account', 'an id or an object'),
      wrong(application_id, nullif(data.application, '""'), 'application', 'an id or an object'),
      wrong(charge_id, nullif(data.charge, '""'), 'charge', 'an id or an object'),
      wrong(originating_transaction_id, nullif(data.originating_transaction, '""'), 'originating_transaction', 'an id or an object'),
      wrong(fee_source_type, in_fee_source.type, 'fee_source.type', 'a text'),
      wrong(fee_source_charge_id, nullif(in_fee_source.charge, '""'), 'fee_source.charge', 'an id or an object'),
      wrong(fee_source_payout_id, nullif(in_fee_source.payout, '""'), 'fee_source.payout', 'an id or an object'),
      wrong(balance_transaction_id, nullif(data.balance_transaction, '""'), 'balance_transaction', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from application_fees_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from application_fees_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_application_fees'), filename = true)
  where application_fee_id in (select application_fee_id from application_fees_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view application_fees_accepted as
select
  application_fee_id, created_at, is_livemode, amount_minor, amount_refunded_minor, currency,
  is_refunded, account_id, application_id, charge_id, originating_transaction_id, fee_source_type,
  fee_source_charge_id, fee_source_payout_id, balance_transaction_id, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  refunds_complete_at, refunds_complete_sequence, absences, refunds_complete_before,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_application_fees'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table application_fees_unsettled as
with candidates as (
  select application_fee_id, is_stub, observed_at, observed_sequence from application_fees_read where broken is null
  union all
  select application_fee_id, false, observed_at, observed_sequence from application_fees_accepted
)
select application_fee_id from candidates group by application_fee_id having count(*) > 1 or bool_or(is_stub);

create or replace table application_fees_settled as
with candidates as (
  select
    application_fee_id, created_at, is_livemode, amount_minor, amount_refunded_minor, currency,
    is_refunded, account_id, application_id, charge_id, originating_transaction_id, fee_source_type,
    fee_source_charge_id, fee_source_payout_id, balance_transaction_id, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when refunds_is_complete then [version(observed_at, if(is_stub, 9, observed_sequence))] end as refunds_complete
  from application_fees_read semi join application_fees_unsettled using (application_fee_id)
  where broken is null
  union all
  select
    application_fee_id, created_at, is_livemode, amount_minor, amount_refunded_minor, currency,
    is_refunded, account_id, application_id, charge_id, originating_transaction_id, fee_source_type,
    fee_source_charge_id, fee_source_payout_id, balance_transaction_id, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    versions(refunds_complete_at, refunds_complete_sequence, refunds_complete_before)
  from application_fees_accepted semi join application_fees_unsettled using (application_fee_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by application_fee_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, amount_minor, amount_refunded_minor, currency, is_refunded, account_id,
        application_id, charge_id, originating_transaction_id, fee_source_type, fee_source_charge_id,
        fee_source_payout_id, balance_transaction_id, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select application_fee_id, unnest(absences) as absence from candidates
),
later as (
  select gone.application_fee_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (application_fee_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.application_fee_id
),
complete as (
  select application_fee_id, list_reverse_sort(list_distinct(flatten(list(refunds_complete)))) as refunds_complete
  from candidates group by application_fee_id
)
select
  newest.application_fee_id,
  newest.created_at,
  newest.is_livemode,
  newest.amount_minor,
  newest.amount_refunded_minor,
  newest.currency,
  newest.is_refunded,
  newest.account_id,
  newest.application_id,
  newest.charge_id,
  newest.originating_transaction_id,
  newest.fee_source_type,
  newest.fee_source_charge_id,
  newest.fee_source_payout_id,
  newest.balance_transaction_id,
  later.absences is not null as is_deleted,
  later.absences[1].observed_at as deleted_at,
  newest.is_stub as is_placeholder,
  newest.observed_at,
  newest.observed_sequence,
  newest.ingested_at,
  newest.bronze_run_id,
  newest.api_version,
  complete.refunds_complete[1].observed_at as refunds_complete_at,
  complete.refunds_complete[1].sequence as refunds_complete_sequence,
  later.absences,
  case when len(complete.refunds_complete) > 1 then complete.refunds_complete[2:] end as refunds_complete_before,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (application_fee_id)
left join complete using (application_fee_id);

create or replace view application_fees_merged as
select
  application_fee_id,
  created_at,
  is_livemode,
  amount_minor,
  amount_refunded_minor,
  currency,
  is_refunded,
  account_id,
  application_id,
  charge_id,
  originating_transaction_id,
  fee_source_type,
  fee_source_charge_id,
  fee_source_payout_id,
  balance_transaction_id,
  false as is_deleted,
  null::timestamptz as deleted_at,
  false as is_placeholder,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when refunds_is_complete then observed_at end as refunds_complete_at,
  case when refunds_is_complete then observed_sequence end as refunds_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as refunds_complete_before,
  dt
from application_fees_read anti join application_fees_unsettled using (application_fee_id)
where broken is null
union all
select
  application_fee_id, created_at, is_livemode, amount_minor, amount_refunded_minor, currency,
  is_refunded, account_id, application_id, charge_id, originating_transaction_id, fee_source_type,
  fee_source_charge_id, fee_source_payout_id, balance_transaction_id, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  refunds_complete_at, refunds_complete_sequence, absences, refunds_complete_before, dt
from application_fees_accepted anti join application_fees_unsettled using (application_fee_id)
union all
select
  application_fee_id, created_at, is_livemode, amount_minor, amount_refunded_minor, currency,
  is_refunded, account_id, application_id, charge_id, originating_transaction_id, fee_source_type,
  fee_source_charge_id, fee_source_payout_id, balance_transaction_id, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  refunds_complete_at, refunds_complete_sequence, absences, refunds_complete_before, dt
from application_fees_settled;
