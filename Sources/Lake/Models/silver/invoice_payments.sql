-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: invoice_payments
-- grain: one row per invoice_payment of a source: invoice_payment_id
-- depends_on: bronze.invoice_payments, silver.invoices
-- description: Links an invoice with what pays it; since 2025-03-31 the only link there is.
-- unit: amount_requested_minor = minor units of currency
-- unit: amount_paid_minor = minor units of currency
-- assert_unique: invoice_payment_id
-- assert_not_null: invoice_payment_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status, amount_requested_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as invoice_payment_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as invoice_id,
  null::varchar as status,
  null::bigint as amount_requested_minor,
  null::bigint as amount_paid_minor,
  null::varchar as currency,
  null::boolean as is_default,
  null::varchar as payment_type,
  null::varchar as payment_payment_intent_id,
  null::varchar as payment_charge_id,
  null::varchar as payment_payment_record_id,
  null::timestamptz as status_transitions_paid_at,
  null::timestamptz as status_transitions_canceled_at,
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

create or replace table invoice_payments_read as
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
    getvariable('bronze_invoice_payments'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, invoice json, status json,
        amount_requested json, amount_paid json, currency json, is_default json, payment json,
        status_transitions json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
invoices_payments as (
  -- The elements of a list have the version of the object around them.
  select
    unnest(json_transform(payments_json, '[{"id": "json", "deleted": "json", "created": "json", "livemode": "json", "invoice": "json",
      "status": "json", "amount_requested": "json", "amount_paid": "json", "currency": "json",
      "is_default": "json", "payment": "json", "status_transitions": "json"}]')) as data,
    invoice_id as container_id,
    dt as container_dt,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
  from invoices_read
  where broken is null and payments_json is not null
),
objects as (
  select * from bronze
  union all
  select * from invoices_payments
),
opened as (
  select
    *,
    json_transform(data.payment, '{"type": "json", "payment_intent": "json", "charge": "json", "payment_record": "json"}') as in_payment,
    json_transform(data.status_transitions, '{"paid_at": "json", "canceled_at": "json"}') as in_status_transitions
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as invoice_payment_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    coalesce(as_id(data.invoice), container_id) as invoice_id,
    as_text(data.status) as status,
    as_integer(data.amount_requested) as amount_requested_minor,
    as_integer(data.amount_paid) as amount_paid_minor,
    as_text(data.currency) as currency,
    as_boolean(data.is_default) as is_default,
    as_text(in_payment.type) as payment_type,
    as_id(in_payment.payment_intent) as payment_payment_intent_id,
    as_id(in_payment.charge) as payment_charge_id,
    as_id(in_payment.payment_record) as payment_payment_record_id,
    as_time(in_status_transitions.paid_at) as status_transitions_paid_at,
    as_time(in_status_transitions.canceled_at) as status_transitions_canceled_at
  from opened
)
select
  invoice_payment_id,
  created_at,
  is_livemode,
  invoice_id,
  status,
  amount_requested_minor,
  amount_paid_minor,
  currency,
  is_default,
  payment_type,
  payment_payment_intent_id,
  payment_charge_id,
  payment_payment_record_id,
  status_transitions_paid_at,
  status_transitions_canceled_at,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), container_dt, 'unknown') end as dt,
  case
    when ingested_at is null then 'not JSON'
    when invoice_payment_id is null or invoice_payment_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(amount_requested_minor, data.amount_requested, 'amount_requested', 'a whole number of minor units'),
      missing(data.amount_requested, 'amount_requested'),
      wrong(amount_paid_minor, data.amount_paid, 'amount_paid', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(is_default, data.is_default, 'is_default', 'true or false'),
      wrong(payment_type, in_payment.type, 'payment.type', 'a text'),
      wrong(payment_payment_intent_id, nullif(in_payment.payment_intent, '""'), 'payment.payment_intent', 'an id or an object'),
      wrong(payment_charge_id, nullif(in_payment.charge, '""'), 'payment.charge', 'an id or an object'),
      wrong(payment_payment_record_id, nullif(in_payment.payment_record, '""'), 'payment.payment_record', 'an id or an object'),
      wrong(status_transitions_paid_at, in_status_transitions.paid_at, 'status_transitions.paid_at', 'unix seconds'),
      wrong(status_transitions_canceled_at, in_status_transitions.canceled_at, 'status_transitions.canceled_at', 'unix seconds')), '')
  end as broken
from typed;

-- A list with an element that cannot be read does not show what is gone.
update invoices_read set payments_is_complete = false
from (select distinct invoice_id as parent_id, observed_at, observed_sequence
  from invoice_payments_read where broken is not null) as doubtful
where invoices_read.invoice_id = doubtful.parent_id
  and invoices_read.observed_at = doubtful.observed_at
  and invoices_read.observed_sequence = doubtful.observed_sequence;

-- step: touch

select distinct dt from (
  select dt from invoice_payments_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from invoice_payments_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_invoice_payments'), filename = true)
  where invoice_payment_id in (select invoice_payment_id from invoice_payments_read where is_stub and broken is null)
  union all
  -- What a complete list may have lost.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_invoice_payments'), filename = true)
  where invoice_id in (
    select invoice_id from invoices_read where broken is null and payments_is_complete)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view invoice_payments_accepted as
select
  invoice_payment_id, created_at, is_livemode, invoice_id, status, amount_requested_minor,
  amount_paid_minor, currency, is_default, payment_type, payment_payment_intent_id, payment_charge_id,
  payment_payment_record_id, status_transitions_paid_at, status_transitions_canceled_at, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_invoice_payments'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table invoice_payments_unsettled as
with invoices_payments as (
  select invoice_id as parent_id,
    versions(payments_complete_at, payments_complete_sequence, payments_complete_before) as complete
  from invoices_merged
  where payments_complete_at is not null
  union all
  -- Objects with a bronze entity of their own come without their parents.
  select invoice_id as parent_id,
    versions(payments_complete_at, payments_complete_sequence, payments_complete_before) as complete
  from read_parquet(getvariable('silver_ids_invoices'))
  where payments_complete_at is not null
    and invoice_id in (select invoice_id from invoice_payments_read where broken is null)
),
candidates as (
  select invoice_payment_id, is_stub, observed_at, observed_sequence, invoice_id from invoice_payments_read where broken is null
  union all
  select invoice_payment_id, false, observed_at, observed_sequence, invoice_id from invoice_payments_accepted
)
select invoice_payment_id from candidates group by invoice_payment_id having count(*) > 1 or bool_or(is_stub)
union
-- Gone from a complete list of the parent.
select invoice_payment_id from candidates
join invoices_payments as parent on parent.parent_id = candidates.invoice_id
where parent.complete[1] > version(observed_at, observed_sequence);

create or replace table invoice_payments_settled as
with invoices_payments as (
  select invoice_id as parent_id,
    versions(payments_complete_at, payments_complete_sequence, payments_complete_before) as complete
  from invoices_merged
  where payments_complete_at is not null
  union all
  -- Objects with a bronze entity of their own come without their parents.
  select invoice_id as parent_id,
    versions(payments_complete_at, payments_complete_sequence, payments_complete_before) as complete
  from read_parquet(getvariable('silver_ids_invoices'))
  where payments_complete_at is not null
    and invoice_id in (select invoice_id from invoice_payments_read where broken is null)
),
candidates as (
  select
    invoice_payment_id, created_at, is_livemode, invoice_id, status, amount_requested_minor,
    amount_paid_minor, currency, is_default, payment_type, payment_payment_intent_id, payment_charge_id,
    payment_payment_record_id, status_transitions_paid_at, status_transitions_canceled_at, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from invoice_payments_read semi join invoice_payments_unsettled using (invoice_payment_id)
  where broken is null
  union all
  select
    invoice_payment_id, created_at, is_livemode, invoice_id, status, amount_requested_minor,
    amount_paid_minor, currency, is_default, payment_type, payment_payment_intent_id, payment_charge_id,
    payment_payment_record_id, status_transitions_paid_at, status_transitions_canceled_at, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from invoice_payments_accepted semi join invoice_payments_unsettled using (invoice_payment_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by invoice_payment_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, invoice_id, status, amount_requested_minor, amount_paid_minor, currency,
        is_default, payment_type, payment_payment_intent_id, payment_charge_id, payment_payment_record_id,
        status_transitions_paid_at, status_transitions_canceled_at, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select invoice_payment_id, unnest(absences) as absence from candidates
  union all
  select newest.invoice_payment_id, unnest(parent.complete)
    from newest join invoices_payments as parent on parent.parent_id = newest.invoice_id
),
later as (
  select gone.invoice_payment_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (invoice_payment_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.invoice_payment_id
)
select
  newest.invoice_payment_id,
  newest.created_at,
  newest.is_livemode,
  newest.invoice_id,
  newest.status,
  newest.amount_requested_minor,
  newest.amount_paid_minor,
  newest.currency,
  newest.is_default,
  newest.payment_type,
  newest.payment_payment_intent_id,
  newest.payment_charge_id,
  newest.payment_payment_record_id,
  newest.status_transitions_paid_at,
  newest.status_transitions_canceled_at,
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
left join later using (invoice_payment_id);

create or replace view invoice_payments_merged as
select
  invoice_payment_id,
  created_at,
  is_livemode,
  invoice_id,
  status,
  amount_requested_minor,
  amount_paid_minor,
  currency,
  is_default,
  payment_type,
  payment_payment_intent_id,
  payment_charge_id,
  payment_payment_record_id,
  status_transitions_paid_at,
  status_transitions_canceled_at,
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
from invoice_payments_read anti join invoice_payments_unsettled using (invoice_payment_id)
where broken is null
union all
select
  invoice_payment_id, created_at, is_livemode, invoice_id, status, amount_requested_minor,
  amount_paid_minor, currency, is_default, payment_type, payment_payment_intent_id, payment_charge_id,
  payment_payment_record_id, status_transitions_paid_at, status_transitions_canceled_at, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, dt
from invoice_payments_accepted anti join invoice_payments_unsettled using (invoice_payment_id)
union all
select
  invoice_payment_id, created_at, is_livemode, invoice_id, status, amount_requested_minor,
  amount_paid_minor, currency, is_default, payment_type, payment_payment_intent_id, payment_charge_id,
  payment_payment_record_id, status_transitions_paid_at, status_transitions_canceled_at, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, dt
from invoice_payments_settled;
