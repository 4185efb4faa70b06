-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: disputes
-- grain: one row per dispute of a source: dispute_id
-- depends_on: bronze.disputes
-- description: A payer's complaint to the bank, which takes the money back until it is decided.
-- unit: amount_minor = minor units of currency
-- assert_unique: dispute_id
-- assert_not_null: dispute_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as dispute_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::varchar as reason,
  null::bigint as amount_minor,
  null::varchar as currency,
  null::varchar as charge_id,
  null::varchar as payment_intent_id,
  null::varchar as balance_transaction_id,
  null::varchar[] as balance_transaction_ids,
  null::boolean as is_charge_refundable,
  null::varchar as network_reason_code,
  null::varchar as payment_method_details_type,
  null::varchar as card_brand,
  null::varchar as card_case_type,
  null::varchar as card_network_reason_code,
  null::timestamptz as evidence_details_due_by_at,
  null::boolean as is_evidence_details_has_evidence,
  null::boolean as is_evidence_details_past_due,
  null::bigint as evidence_details_submission_count,
  null::varchar as evidence_details_submission_method,
  null::json as evidence_details_enhanced_eligibility,
  null::varchar as intended_submission_method,
  null::json as enhanced_eligibility_types,
  null::json as evidence,
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

create or replace table disputes_read as
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
    getvariable('bronze_disputes'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, reason json, amount json,
        currency json, charge json, payment_intent json, balance_transaction json,
        balance_transactions json, is_charge_refundable json, network_reason_code json,
        payment_method_details json, evidence_details json, intended_submission_method json,
        enhanced_eligibility_types json, evidence json, metadata json)',
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
    json_transform(data.payment_method_details, '{"type": "json", "card": {"brand": "json", "case_type": "json", "network_reason_code": "json"}}') as in_payment_method_details,
    json_transform(data.evidence_details, '{"due_by": "json", "has_evidence": "json", "past_due": "json", "submission_count": "json", "submission_method": "json", "enhanced_eligibility": "json"}') as in_evidence_details
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as dispute_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_text(data.reason) as reason,
    as_integer(data.amount) as amount_minor,
    as_text(data.currency) as currency,
    as_id(data.charge) as charge_id,
    as_id(data.payment_intent) as payment_intent_id,
    as_id(data.balance_transaction) as balance_transaction_id,
    as_ids(data.balance_transactions) as balance_transaction_ids,
    as_boolean(data.is_charge_refundable) as is_charge_refundable,
    as_text(data.network_reason_code) as network_reason_code,
    as_text(in_payment_method_details.type) as payment_method_details_type,
    as_text(in_payment_method_details.card.brand) as card_brand,
    as_text(in_payment_method_details.card.case_type) as card_case_type,
    as_text(in_payment_method_details.card.network_reason_code) as card_network_reason_code,
    as_time(in_evidence_details.due_by) as evidence_details_due_by_at,
    as_boolean(in_evidence_details.has_evidence) as is_evidence_details_has_evidence,
    as_boolean(in_evidence_details.past_due) as is_evidence_details_past_due,
    as_integer(in_evidence_details.submission_count) as evidence_details_submission_count,
    as_text(in_evidence_details.submission_method) as evidence_details_submission_method,
    in_evidence_details.enhanced_eligibility as evidence_details_enhanced_eligibility,
    as_text(data.intended_submission_method) as intended_submission_method,
    data.enhanced_eligibility_types as enhanced_eligibility_types,
    data.evidence as evidence,
    data.metadata as metadata,
    list_filter(json_extract(data.balance_transactions, '$[*]'), lambda place: place like '{%') as sighted_balance_transactions
  from opened
)
select
  dispute_id,
  created_at,
  is_livemode,
  status,
  reason,
  amount_minor,
  currency,
  charge_id,
  payment_intent_id,
  balance_transaction_id,
  balance_transaction_ids,
  is_charge_refundable,
  network_reason_code,
  payment_method_details_type,
  card_brand,
  card_case_type,
  card_network_reason_code,
  evidence_details_due_by_at,
  is_evidence_details_has_evidence,
  is_evidence_details_past_due,
  evidence_details_submission_count,
  evidence_details_submission_method,
  evidence_details_enhanced_eligibility,
  intended_submission_method,
  enhanced_eligibility_types,
  evidence,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  sighted_balance_transactions,
  case
    when ingested_at is null then 'not JSON'
    when dispute_id is null or dispute_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(reason, data.reason, 'reason', 'a text'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(charge_id, nullif(data.charge, '""'), 'charge', 'an id or an object'),
      wrong(payment_intent_id, nullif(data.payment_intent, '""'), 'payment_intent', 'an id or an object'),
      wrong(balance_transaction_id, nullif(data.balance_transaction, '""'), 'balance_transaction', 'an id or an object'),
      wrong(balance_transaction_ids, data.balance_transactions, 'balance_transactions', 'an array of ids or objects'),
      wrong(is_charge_refundable, data.is_charge_refundable, 'is_charge_refundable', 'true or false'),
      wrong(network_reason_code, data.network_reason_code, 'network_reason_code', 'a text'),
      wrong(payment_method_details_type, in_payment_method_details.type, 'payment_method_details.type', 'a text'),
      wrong(card_brand, in_payment_method_details.card.brand, 'payment_method_details.card.brand', 'a text'),
      wrong(card_case_type, in_payment_method_details.card.case_type, 'payment_method_details.card.case_type', 'a text'),
      wrong(card_network_reason_code, in_payment_method_details.card.network_reason_code, 'payment_method_details.card.network_reason_code', 'a text'),
      wrong(evidence_details_due_by_at, in_evidence_details.due_by, 'evidence_details.due_by', 'unix seconds'),
      wrong(is_evidence_details_has_evidence, in_evidence_details.has_evidence, 'evidence_details.has_evidence', 'true or false'),
      wrong(is_evidence_details_past_due, in_evidence_details.past_due, 'evidence_details.past_due', 'true or false'),
      wrong(evidence_details_submission_count, in_evidence_details.submission_count, 'evidence_details.submission_count', 'a whole number'),
      wrong(evidence_details_submission_method, in_evidence_details.submission_method, 'evidence_details.submission_method', 'a text'),
      wrong(intended_submission_method, data.intended_submission_method, 'intended_submission_method', 'a text')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from disputes_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from disputes_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_disputes'), filename = true)
  where dispute_id in (select dispute_id from disputes_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view disputes_accepted as
select
  dispute_id, created_at, is_livemode, status, reason, amount_minor, currency, charge_id,
  payment_intent_id, balance_transaction_id, balance_transaction_ids, is_charge_refundable,
  network_reason_code, payment_method_details_type, card_brand, card_case_type,
  card_network_reason_code, evidence_details_due_by_at, is_evidence_details_has_evidence,
  is_evidence_details_past_due, evidence_details_submission_count, evidence_details_submission_method,
  evidence_details_enhanced_eligibility, intended_submission_method, enhanced_eligibility_types,
  evidence, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_disputes'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table disputes_unsettled as
with candidates as (
  select dispute_id, is_stub, observed_at, observed_sequence from disputes_read where broken is null
  union all
  select dispute_id, false, observed_at, observed_sequence from disputes_accepted
)
select dispute_id from candidates group by dispute_id having count(*) > 1 or bool_or(is_stub);

create or replace table disputes_settled as
with candidates as (
  select
    dispute_id, created_at, is_livemode, status, reason, amount_minor, currency, charge_id,
    payment_intent_id, balance_transaction_id, balance_transaction_ids, is_charge_refundable,
    network_reason_code, payment_method_details_type, card_brand, card_case_type,
    card_network_reason_code, evidence_details_due_by_at, is_evidence_details_has_evidence,
    is_evidence_details_past_due, evidence_details_submission_count, evidence_details_submission_method,
    evidence_details_enhanced_eligibility, intended_submission_method, enhanced_eligibility_types,
    evidence, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from disputes_read semi join disputes_unsettled using (dispute_id)
  where broken is null
  union all
  select
    dispute_id, created_at, is_livemode, status, reason, amount_minor, currency, charge_id,
    payment_intent_id, balance_transaction_id, balance_transaction_ids, is_charge_refundable,
    network_reason_code, payment_method_details_type, card_brand, card_case_type,
    card_network_reason_code, evidence_details_due_by_at, is_evidence_details_has_evidence,
    is_evidence_details_past_due, evidence_details_submission_count, evidence_details_submission_method,
    evidence_details_enhanced_eligibility, intended_submission_method, enhanced_eligibility_types,
    evidence, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from disputes_accepted semi join disputes_unsettled using (dispute_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by dispute_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, reason, amount_minor, currency, charge_id, payment_intent_id,
        balance_transaction_id, balance_transaction_ids, is_charge_refundable, network_reason_code,
        payment_method_details_type, card_brand, card_case_type, card_network_reason_code,
        evidence_details_due_by_at, is_evidence_details_has_evidence, is_evidence_details_past_due,
        evidence_details_submission_count, evidence_details_submission_method,
        evidence_details_enhanced_eligibility, intended_submission_method, enhanced_eligibility_types,
        evidence, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select dispute_id, unnest(absences) as absence from candidates
),
later as (
  select gone.dispute_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (dispute_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.dispute_id
)
select
  newest.dispute_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.reason,
  newest.amount_minor,
  newest.currency,
  newest.charge_id,
  newest.payment_intent_id,
  newest.balance_transaction_id,
  newest.balance_transaction_ids,
  newest.is_charge_refundable,
  newest.network_reason_code,
  newest.payment_method_details_type,
  newest.card_brand,
  newest.card_case_type,
  newest.card_network_reason_code,
  newest.evidence_details_due_by_at,
  newest.is_evidence_details_has_evidence,
  newest.is_evidence_details_past_due,
  newest.evidence_details_submission_count,
  newest.evidence_details_submission_method,
  newest.evidence_details_enhanced_eligibility,
  newest.intended_submission_method,
  newest.enhanced_eligibility_types,
  newest.evidence,
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
left join later using (dispute_id);

create or replace view disputes_merged as
select
  dispute_id,
  created_at,
  is_livemode,
  status,
  reason,
  amount_minor,
  currency,
  charge_id,
  payment_intent_id,
  balance_transaction_id,
  balance_transaction_ids,
  is_charge_refundable,
  network_reason_code,
  payment_method_details_type,
  card_brand,
  card_case_type,
  card_network_reason_code,
  evidence_details_due_by_at,
  is_evidence_details_has_evidence,
  is_evidence_details_past_due,
  evidence_details_submission_count,
  evidence_details_submission_method,
  evidence_details_enhanced_eligibility,
  intended_submission_method,
  enhanced_eligibility_types,
  evidence,
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
from disputes_read anti join disputes_unsettled using (dispute_id)
where broken is null
union all
select
  dispute_id, created_at, is_livemode, status, reason, amount_minor, currency, charge_id,
  payment_intent_id, balance_transaction_id, balance_transaction_ids, is_charge_refundable,
  network_reason_code, payment_method_details_type, card_brand, card_case_type,
  card_network_reason_code, evidence_details_due_by_at, is_evidence_details_has_evidence,
  is_evidence_details_past_due, evidence_details_submission_count, evidence_details_submission_method,
  evidence_details_enhanced_eligibility, intended_submission_method, enhanced_eligibility_types,
  evidence, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, dt
from disputes_accepted anti join disputes_unsettled using (dispute_id)
union all
select
  dispute_id, created_at, is_livemode, status, reason, amount_minor, currency, charge_id,
  payment_intent_id, balance_transaction_id, balance_transaction_ids, is_charge_refundable,
  network_reason_code, payment_method_details_type, card_brand, card_case_type,
  card_network_reason_code, evidence_details_due_by_at, is_evidence_details_has_evidence,
  is_evidence_details_past_due, evidence_details_submission_count, evidence_details_submission_method,
  evidence_details_enhanced_eligibility, intended_submission_method, enhanced_eligibility_types,
  evidence, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, absences, dt
from disputes_settled;
