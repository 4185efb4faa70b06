-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: refunds
-- grain: one row per refund of a source: refund_id
-- depends_on: bronze.refunds, silver.charges
-- description: Money given back for a charge, all or part of it.
-- unit: amount_minor = minor units of currency
-- unit: presentment_details_presentment_amount_minor = minor units of presentment_details_presentment_currency
-- assert_unique: refund_id
-- assert_not_null: refund_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as refund_id,
  null::timestamptz as created_at,
  null::varchar as status,
  null::bigint as amount_minor,
  null::varchar as currency,
  null::varchar as charge_id,
  null::varchar as payment_intent_id,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as payment_method_id,
  null::varchar as balance_transaction_id,
  null::varchar as failure_balance_transaction_id,
  null::varchar as reason,
  null::varchar as failure_reason,
  null::varchar as pending_reason,
  null::varchar as description,
  null::varchar as receipt_number,
  null::varchar as instructions_email,
  null::varchar as destination_details_type,
  null::varchar as destination_details_card_type,
  null::varchar as destination_details_card_reference,
  null::varchar as destination_details_card_reference_status,
  null::varchar as next_action_type,
  null::bigint as presentment_details_presentment_amount_minor,
  null::varchar as presentment_details_presentment_currency,
  null::varchar as transfer_reversal_id,
  null::varchar as source_transfer_reversal_id,
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

create or replace table refunds_read as
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
    getvariable('bronze_refunds'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, status json, amount json, currency json, charge json,
        payment_intent json, customer json, customer_account json, payment_method json,
        balance_transaction json, failure_balance_transaction json, reason json, failure_reason json,
        pending_reason json, description json, receipt_number json, instructions_email json,
        destination_details json, next_action json, presentment_details json, transfer_reversal json,
        source_transfer_reversal json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
charges_refunds as (
  -- The elements of a list have the version of the object around them.
  select
    unnest(json_transform(refunds_json, '[{"id": "json", "deleted": "json", "created": "json", "status": "json", "amount": "json",
      "currency": "json", "charge": "json", "payment_intent": "json", "customer": "json",
      "customer_account": "json", "payment_method": "json", "balance_transaction": "json",
      "failure_balance_transaction": "json", "reason": "json", "failure_reason": "json",
      "pending_reason": "json", "description": "json", "receipt_number": "json",
      "instructions_email": "json", "destination_details": "json", "next_action": "json",
      "presentment_details": "json", "transfer_reversal": "json", "source_transfer_reversal": "json",
      "metadata": "json"}]')) as data,
    charge_id as container_id,
    dt as container_dt,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
  from charges_read
  where broken is null and refunds_json is not null
),
objects as (
  select * from bronze
  union all
  select * from charges_refunds
),
opened as (
  select
    *,
    json_transform(data.destination_details, '{"type": "json", "card": {"type": "json", "reference": "json", "reference_status": "json"}}') as in_destination_details,
    json_transform(data.presentment_details, '{"presentment_amount": "json", "presentment_currency": "json"}') as in_presentment_details
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as refund_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_text(data.status) as status,
    as_integer(data.amount) as amount_minor,
    as_text(data.currency) as currency,
    coalesce(as_id(data.charge), container_id) as charge_id,
    as_id(data.payment_intent) as payment_intent_id,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_id(data.payment_method) as payment_method_id,
    as_id(data.balance_transaction) as balance_transaction_id,
    as_id(data.failure_balance_transaction) as failure_balance_transaction_id,
    as_text(data.reason) as reason,
    as_text(data.failure_reason) as failure_reason,
    as_text(data.pending_reason) as pending_reason,
    as_text(data.description) as description,
    as_text(data.receipt_number) as receipt_number,
    as_text(data.instructions_email) as instructions_email,
    as_text(in_destination_details.type) as destination_details_type,
    as_text(in_destination_details.card.type) as destination_details_card_type,
    as_text(in_destination_details.card.reference) as destination_details_card_reference,
    as_text(in_destination_details.card.reference_status) as destination_details_card_reference_status,
    as_text(nullif(data.next_action -> '$.type', 'null')) as next_action_type,
    as_integer(in_presentment_details.presentment_amount) as presentment_details_presentment_amount_minor,
    as_text(in_presentment_details.presentment_currency) as presentment_details_presentment_currency,
    as_id(data.transfer_reversal) as transfer_reversal_id,
    as_id(data.source_transfer_reversal) as source_transfer_reversal_id,
    data.metadata as metadata
  from opened
)
select
  refund_id,
  created_at,
  status,
  amount_minor,
  currency,
  charge_id,
  payment_intent_id,
  customer_id,
  customer_account_id,
  payment_method_id,
  balance_transaction_id,
  failure_balance_transaction_id,
  reason,
  failure_reason,
  pending_reason,
  description,
  receipt_number,
  instructions_email,
  destination_details_type,
  destination_details_card_type,
  destination_details_card_reference,
  destination_details_card_reference_status,
  next_action_type,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  transfer_reversal_id,
  source_transfer_reversal_id,
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
    when refund_id is null or refund_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(status, data.status, 'status', 'a text'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(charge_id, nullif(data.charge, '""'), 'charge', 'an id or an object'),
      wrong(payment_intent_id, nullif(data.payment_intent, '""'), 'payment_intent', 'an id or an object'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(payment_method_id, nullif(data.payment_method, '""'), 'payment_method', 'an id or an object'),
      wrong(balance_transaction_id, nullif(data.balance_transaction, '""'), 'balance_transaction', 'an id or an object'),
      wrong(failure_balance_transaction_id, nullif(data.failure_balance_transaction, '""'), 'failure_balance_transaction', 'an id or an object'),
      wrong(reason, data.reason, 'reason', 'a text'),
      wrong(failure_reason, data.failure_reason, 'failure_reason', 'a text'),
      wrong(pending_reason, data.pending_reason, 'pending_reason', 'a text'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong(receipt_number, data.receipt_number, 'receipt_number', 'a text'),
      wrong_personal(instructions_email, data.instructions_email, 'instructions_email', 'a text'),
      wrong(destination_details_type, in_destination_details.type, 'destination_details.type', 'a text'),
      wrong(destination_details_card_type, in_destination_details.card.type, 'destination_details.card.type', 'a text'),
      wrong_personal(destination_details_card_reference, in_destination_details.card.reference, 'destination_details.card.reference', 'a text'),
      wrong(destination_details_card_reference_status, in_destination_details.card.reference_status, 'destination_details.card.reference_status', 'a text'),
      wrong(next_action_type, nullif(data.next_action -> '$.type', 'null'), 'next_action.type', 'a text'),
      wrong(presentment_details_presentment_amount_minor, in_presentment_details.presentment_amount, 'presentment_details.presentment_amount', 'a whole number of minor units'),
      wrong(presentment_details_presentment_currency, in_presentment_details.presentment_currency, 'presentment_details.presentment_currency', 'a currency code'),
      wrong(transfer_reversal_id, nullif(data.transfer_reversal, '""'), 'transfer_reversal', 'an id or an object'),
      wrong(source_transfer_reversal_id, nullif(data.source_transfer_reversal, '""'), 'source_transfer_reversal', 'an id or an object')), '')
  end as broken
from typed;

-- A list with an element that cannot be read does not show what is gone.
update charges_read set refunds_is_complete = false
from (select distinct charge_id as parent_id, observed_at, observed_sequence
  from refunds_read where broken is not null) as doubtful
where charges_read.charge_id = doubtful.parent_id
  and charges_read.observed_at = doubtful.observed_at
  and charges_read.observed_sequence = doubtful.observed_sequence;

-- step: touch

select distinct dt from (
  select dt from refunds_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from refunds_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_refunds'), filename = true)
  where refund_id in (select refund_id from refunds_read where is_stub and broken is null)
  union all
  -- What a complete list may have lost.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_refunds'), filename = true)
  where charge_id in (
    select charge_id from charges_read where broken is null and refunds_is_complete)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view refunds_accepted as
select
  refund_id, created_at, status, amount_minor, currency, charge_id, payment_intent_id, customer_id,
  customer_account_id, payment_method_id, balance_transaction_id, failure_balance_transaction_id,
  reason, failure_reason, pending_reason, description, receipt_number, instructions_email,
  destination_details_type, destination_details_card_type, destination_details_card_reference,
  destination_details_card_reference_status, next_action_type,
  presentment_details_presentment_amount_minor, presentment_details_presentment_currency,
  transfer_reversal_id, source_transfer_reversal_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_refunds'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table refunds_unsettled as
with charges_refunds as (
  select charge_id as parent_id,
    versions(refunds_complete_at, refunds_complete_sequence, refunds_complete_before) as complete
  from charges_merged
  where refunds_complete_at is not null
  union all
  -- Objects with a bronze entity of their own come without their parents.
  select charge_id as parent_id,
    versions(refunds_complete_at, refunds_complete_sequence, refunds_complete_before) as complete
  from read_parquet(getvariable('silver_ids_charges'))
  where refunds_complete_at is not null
    and charge_id in (select charge_id from refunds_read where broken is null)
),
candidates as (
  select refund_id, is_stub, observed_at, observed_sequence, charge_id from refunds_read where broken is null
  union all
  select refund_id, false, observed_at, observed_sequence, charge_id from refunds_accepted
)
select refund_id from candidates group by refund_id having count(*) > 1 or bool_or(is_stub)
union
-- Gone from a complete list of the parent.
select refund_id from candidates
join charges_refunds as parent on parent.parent_id = candidates.charge_id
where parent.complete[1] > version(observed_at, observed_sequence);

create or replace table refunds_settled as
with charges_refunds as (
  select charge_id as parent_id,
    versions(refunds_complete_at, refunds_complete_sequence, refunds_complete_before) as complete
  from charges_merged
  where refunds_complete_at is not null
  union all
  -- Objects with a bronze entity of their own come without their parents.
  select charge_id as parent_id,
    versions(refunds_complete_at, refunds_complete_sequence, refunds_complete_before) as complete
  from read_parquet(getvariable('silver_ids_charges'))
  where refunds_complete_at is not null
    and charge_id in (select charge_id from refunds_read where broken is null)
),
candidates as (
  select
    refund_id, created_at, status, amount_minor, currency, charge_id, payment_intent_id, customer_id,
    customer_account_id, payment_method_id, balance_transaction_id, failure_balance_transaction_id,
    reason, failure_reason, pending_reason, description, receipt_number, instructions_email,
    destination_details_type, destination_details_card_type, destination_details_card_reference,
    destination_details_card_reference_status, next_action_type,
    presentment_details_presentment_amount_minor, presentment_details_presentment_currency,
    transfer_reversal_id, source_transfer_reversal_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from refunds_read semi join refunds_unsettled using (refund_id)
  where broken is null
  union all
  select
    refund_id, created_at, status, amount_minor, currency, charge_id, payment_intent_id, customer_id,
    customer_account_id, payment_method_id, balance_transaction_id, failure_balance_transaction_id,
    reason, failure_reason, pending_reason, description, receipt_number, instructions_email,
    destination_details_type, destination_details_card_type, destination_details_card_reference,
    destination_details_card_reference_status, next_action_type,
    presentment_details_presentment_amount_minor, presentment_details_presentment_currency,
    transfer_reversal_id, source_transfer_reversal_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from refunds_accepted semi join refunds_unsettled using (refund_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by refund_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, status, amount_minor, currency, charge_id, payment_intent_id, customer_id,
        customer_account_id, payment_method_id, balance_transaction_id, failure_balance_transaction_id,
        reason, failure_reason, pending_reason, description, receipt_number, instructions_email,
        destination_details_type, destination_details_card_type, destination_details_card_reference,
        destination_details_card_reference_status, next_action_type,
        presentment_details_presentment_amount_minor, presentment_details_presentment_currency,
        transfer_reversal_id, source_transfer_reversal_id, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select refund_id, unnest(absences) as absence from candidates
  union all
  select newest.refund_id, unnest(parent.complete)
    from newest join charges_refunds as parent on parent.parent_id = newest.charge_id
),
later as (
  select gone.refund_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (refund_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.refund_id
)
select
  newest.refund_id,
  newest.created_at,
  newest.status,
  newest.amount_minor,
  newest.currency,
  newest.charge_id,
  newest.payment_intent_id,
  newest.customer_id,
  newest.customer_account_id,
  newest.payment_method_id,
  newest.balance_transaction_id,
  newest.failure_balance_transaction_id,
  newest.reason,
  newest.failure_reason,
  newest.pending_reason,
  newest.description,
  newest.receipt_number,
  newest.instructions_email,
  newest.destination_details_type,
  newest.destination_details_card_type,
  newest.destination_details_card_reference,
  newest.destination_details_card_reference_status,
  newest.next_action_type,
  newest.presentment_details_presentment_amount_minor,
  newest.presentment_details_presentment_currency,
  newest.transfer_reversal_id,
  newest.source_transfer_reversal_id,
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
left join later using (refund_id);

create or replace view refunds_merged as
select
  refund_id,
  created_at,
  status,
  amount_minor,
  currency,
  charge_id,
  payment_intent_id,
  customer_id,
  customer_account_id,
  payment_method_id,
  balance_transaction_id,
  failure_balance_transaction_id,
  reason,
  failure_reason,
  pending_reason,
  description,
  receipt_number,
  instructions_email,
  destination_details_type,
  destination_details_card_type,
  destination_details_card_reference,
  destination_details_card_reference_status,
  next_action_type,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  transfer_reversal_id,
  source_transfer_reversal_id,
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
from refunds_read anti join refunds_unsettled using (refund_id)
where broken is null
union all
select
  refund_id, created_at, status, amount_minor, currency, charge_id, payment_intent_id, customer_id,
  customer_account_id, payment_method_id, balance_transaction_id, failure_balance_transaction_id,
  reason, failure_reason, pending_reason, description, receipt_number, instructions_email,
  destination_details_type, destination_details_card_type, destination_details_card_reference,
  destination_details_card_reference_status, next_action_type,
  presentment_details_presentment_amount_minor, presentment_details_presentment_currency,
  transfer_reversal_id, source_transfer_reversal_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from refunds_accepted anti join refunds_unsettled using (refund_id)
union all
select
  refund_id, created_at, status, amount_minor, currency, charge_id, payment_intent_id, customer_id,
  customer_account_id, payment_method_id, balance_transaction_id, failure_balance_transaction_id,
  reason, failure_reason, pending_reason, description, receipt_number, instructions_email,
  destination_details_type, destination_details_card_type, destination_details_card_reference,
  destination_details_card_reference_status, next_action_type,
  presentment_details_presentment_amount_minor, presentment_details_presentment_currency,
  transfer_reversal_id, source_transfer_reversal_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from refunds_settled;
