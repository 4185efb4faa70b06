-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: charges
-- grain: one row per charge of a source: charge_id
-- depends_on: bronze.charges
-- description: One attempt to move money, whether it succeeded or not.
-- unit: amount_minor = minor units of currency
-- unit: amount_captured_minor = minor units of currency
-- unit: amount_refunded_minor = minor units of currency
-- unit: presentment_details_presentment_amount_minor = minor units of presentment_details_presentment_currency
-- unit: application_fee_amount_minor = minor units of currency
-- assert_unique: charge_id
-- assert_not_null: charge_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status, amount_minor, amount_refunded_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as charge_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::bigint as amount_minor,
  null::bigint as amount_captured_minor,
  null::bigint as amount_refunded_minor,
  null::varchar as currency,
  null::boolean as is_paid,
  null::boolean as is_captured,
  null::boolean as is_refunded,
  null::boolean as is_disputed,
  null::varchar as customer_id,
  null::varchar as payment_intent_id,
  null::varchar as payment_method_id,
  null::varchar as invoice_id,
  null::varchar as balance_transaction_id,
  null::varchar as failure_balance_transaction_id,
  null::varchar as dispute_id,
  null::varchar as failure_code,
  null::varchar as failure_message,
  null::varchar as outcome_type,
  null::varchar as outcome_network_status,
  null::varchar as outcome_reason,
  null::varchar as outcome_risk_level,
  null::bigint as outcome_risk_score,
  null::varchar as outcome_seller_message,
  null::varchar as outcome_network_decline_code,
  null::varchar as outcome_advice_code,
  null::varchar as description,
  null::varchar as receipt_email,
  null::varchar as receipt_number,
  null::varchar as calculated_statement_descriptor,
  null::varchar as billing_details_name,
  null::varchar as billing_details_email,
  null::varchar as billing_details_phone,
  null::varchar as billing_details_address_postal_code,
  null::varchar as billing_details_address_country,
  null::json as billing_details_address,
  null::varchar as payment_method_type,
  null::varchar as card_brand,
  null::varchar as card_last4,
  null::bigint as card_exp_month,
  null::bigint as card_exp_year,
  null::varchar as card_country,
  null::varchar as card_funding,
  null::varchar as card_fingerprint,
  null::varchar as card_network,
  null::varchar as card_wallet_type,
  null::varchar as card_three_d_secure_result,
  null::varchar as card_cvc_check,
  null::varchar as card_address_line1_check,
  null::varchar as card_address_postal_code_check,
  null::json as fraud_details,
  null::bigint as presentment_details_presentment_amount_minor,
  null::varchar as presentment_details_presentment_currency,
  null::json as shipping,
  null::varchar as application_id,
  null::varchar as application_fee_id,
  null::bigint as application_fee_amount_minor,
  null::varchar as on_behalf_of_id,
  null::varchar as transfer_id,
  null::varchar as transfer_group,
  null::json as metadata,
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

create or replace table charges_read as
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
    getvariable('bronze_charges'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, amount json, amount_captured json,
        amount_refunded json, currency json, paid json, captured json, refunded json, disputed json,
        customer json, payment_intent json, payment_method json, invoice json, balance_transaction json,
        failure_balance_transaction json, dispute json, failure_code json, failure_message json,
        outcome json, description json, receipt_email json, receipt_number json,
        calculated_statement_descriptor json, billing_details json, payment_method_details json,
        fraud_details json, presentment_details json, shipping json, application json, application_fee json,
        application_fee_amount json, on_behalf_of json, transfer json, transfer_group json, metadata json,
        refunds json)',
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
    json_transform(data.outcome, '{"type": "json", "network_status": "json", "reason": "json", "risk_level": "json", "risk_score": "json", "seller_message": "json", "network_decline_code": "json", "advice_code": "json"}') as in_outcome,
    json_transform(data.billing_details, '{"name": "json", "email": "json", "phone": "json", "address": "json"}') as in_billing_details,
    json_transform(data.payment_method_details, '{"type": "json", "card": {"brand": "json", "last4": "json", "exp_month": "json", "exp_year": "json", "country": "json", "funding": "json", "fingerprint": "json", "network": "json", "wallet": {"type": "json"}, "three_d_secure": {"result": "json"}, "checks": {"cvc_check": "json", "address_line1_check": "json", "address_postal_code_check": "json"}}}') as in_payment_method_details,
    json_transform(data.presentment_details, '{"presentment_amount": "json", "presentment_currency": "json"}') as in_presentment_details,
    json_transform(data.refunds, '{"data": "json", "has_more": "json", "total_count": "json"}') as in_refunds
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as charge_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_integer(data.amount) as amount_minor,
    as_integer(data.amount_captured) as amount_captured_minor,
    as_integer(data.amount_refunded) as amount_refunded_minor,
    as_text(data.currency) as currency,
    as_boolean(data.paid) as is_paid,
    as_boolean(data.captured) as is_captured,
    as_boolean(data.refunded) as is_refunded,
    as_boolean(data.disputed) as is_disputed,
    as_id(data.customer) as customer_id,
    as_id(data.payment_intent) as payment_intent_id,
    as_id(data.payment_method) as payment_method_id,
    as_id(data.invoice) as invoice_id,
    as_id(data.balance_transaction) as balance_transaction_id,
    as_id(data.failure_balance_transaction) as failure_balance_transaction_id,
    as_id(data.dispute) as dispute_id,
    as_text(data.failure_code) as failure_code,
    as_text(data.failure_message) as failure_message,
    as_text(in_outcome.type) as outcome_type,
    as_text(in_outcome.network_status) as outcome_network_status,
    as_text(in_outcome.reason) as outcome_reason,
    as_text(in_outcome.risk_level) as outcome_risk_level,
    as_integer(in_outcome.risk_score) as outcome_risk_score,
    as_text(in_outcome.seller_message) as outcome_seller_message,
    as_text(in_outcome.network_decline_code) as outcome_network_decline_code,
    as_text(in_outcome.advice_code) as outcome_advice_code,
    as_text(data.description) as description,
    as_text(data.receipt_email) as receipt_email,
    as_text(data.receipt_number) as receipt_number,
    as_text(data.calculated_statement_descriptor) as calculated_statement_descriptor,
    as_text(in_billing_details.name) as billing_details_name,
    as_text(in_billing_details.email) as billing_details_email,
    as_text(in_billing_details.phone) as billing_details_phone,
    as_text(nullif(in_billing_details.address -> '$.postal_code', 'null')) as billing_details_address_postal_code,
    as_text(nullif(in_billing_details.address -> '$.country', 'null')) as billing_details_address_country,
    in_billing_details.address as billing_details_address,
    as_text(in_payment_method_details.type) as payment_method_type,
    as_text(in_payment_method_details.card.brand) as card_brand,
    as_text(in_payment_method_details.card.last4) as card_last4,
    as_integer(in_payment_method_details.card.exp_month) as card_exp_month,
    as_integer(in_payment_method_details.card.exp_year) as card_exp_year,
    as_text(in_payment_method_details.card.country) as card_country,
    as_text(in_payment_method_details.card.funding) as card_funding,
    as_text(in_payment_method_details.card.fingerprint) as card_fingerprint,
    as_text(in_payment_method_details.card.network) as card_network,
    as_text(in_payment_method_details.card.wallet.type) as card_wallet_type,
    as_text(in_payment_method_details.card.three_d_secure.result) as card_three_d_secure_result,
    as_text(in_payment_method_details.card.checks.cvc_check) as card_cvc_check,
    as_text(in_payment_method_details.card.checks.address_line1_check) as card_address_line1_check,
    as_text(in_payment_method_details.card.checks.address_postal_code_check) as card_address_postal_code_check,
    data.fraud_details as fraud_details,
    as_integer(in_presentment_details.presentment_amount) as presentment_details_presentment_amount_minor,
    as_text(in_presentment_details.presentment_currency) as presentment_details_presentment_currency,
    data.shipping as shipping,
    as_id(data.application) as application_id,
    as_id(data.application_fee) as application_fee_id,
    as_integer(data.application_fee_amount) as application_fee_amount_minor,
    as_id(data.on_behalf_of) as on_behalf_of_id,
    as_id(data.transfer) as transfer_id,
    as_text(data.transfer_group) as transfer_group,
    data.metadata as metadata,
    case when in_refunds.data like '[_%' and in_refunds.data <> '[]' then in_refunds.data end as refunds_json
  from opened
)
select
  charge_id,
  created_at,
  is_livemode,
  status,
  amount_minor,
  amount_captured_minor,
  amount_refunded_minor,
  currency,
  is_paid,
  is_captured,
  is_refunded,
  is_disputed,
  customer_id,
  payment_intent_id,
  payment_method_id,
  invoice_id,
  balance_transaction_id,
  failure_balance_transaction_id,
  dispute_id,
  failure_code,
  failure_message,
  outcome_type,
  outcome_network_status,
  outcome_reason,
  outcome_risk_level,
  outcome_risk_score,
  outcome_seller_message,
  outcome_network_decline_code,
  outcome_advice_code,
  description,
  receipt_email,
  receipt_number,
  calculated_statement_descriptor,
  billing_details_name,
  billing_details_email,
  billing_details_phone,
  billing_details_address_postal_code,
  billing_details_address_country,
  billing_details_address,
  payment_method_type,
  card_brand,
  card_last4,
  card_exp_month,
  card_exp_year,
  card_country,
  card_funding,
  card_fingerprint,
  card_network,
  card_wallet_type,
  card_three_d_secure_result,
  card_cvc_check,
  card_address_line1_check,
  card_address_postal_code_check,
  fraud_details,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  shipping,
  application_id,
  application_fee_id,
  application_fee_amount_minor,
  on_behalf_of_id,
  transfer_id,
  transfer_group,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  refunds_json,
  coalesce(not is_stub and in_refunds.data like '[%' and coalesce(in_refunds.has_more <> 'true', true)
    and coalesce(as_integer(in_refunds.total_count), 0) <= json_array_length(in_refunds.data), false) as refunds_is_complete,
  case
    when ingested_at is null then 'not JSON'
    when charge_id is null or charge_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(amount_captured_minor, data.amount_captured, 'amount_captured', 'a whole number of minor units'),
      wrong(amount_refunded_minor, data.amount_refunded, 'amount_refunded', 'a whole number of minor units'),
      missing(data.amount_refunded, 'amount_refunded'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(is_paid, data.paid, 'paid', 'true or false'),
      wrong(is_captured, data.captured, 'captured', 'true or false'),
      wrong(is_refunded, data.refunded, 'refunded', 'true or false'),
      wrong(is_disputed, data.disputed, 'disputed', 'true or false'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(payment_intent_id, nullif(data.payment_intent, '""'), 'payment_intent', 'an id or an object'),
      wrong(payment_method_id, nullif(data.payment_method, '""'), 'payment_method', 'an id or an object'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(balance_transaction_id, nullif(data.balance_transaction, '""'), 'balance_transaction', 'an id or an object'),
      wrong(failure_balance_transaction_id, nullif(data.failure_balance_transaction, '""'), 'failure_balance_transaction', 'an id or an object'),
      wrong(dispute_id, nullif(data.dispute, '""'), 'dispute', 'an id or an object'),
      wrong(failure_code, data.failure_code, 'failure_code', 'a text'),
      wrong(failure_message, data.failure_message, 'failure_message', 'a text'),
      wrong(outcome_type, in_outcome.type, 'outcome.type', 'a text'),
      wrong(outcome_network_status, in_outcome.network_status, 'outcome.network_status', 'a text'),
      wrong(outcome_reason, in_outcome.reason, 'outcome.reason', 'a text'),
      wrong(outcome_risk_level, in_outcome.risk_level, 'outcome.risk_level', 'a text'),
      wrong(outcome_risk_score, in_outcome.risk_score, 'outcome.risk_score', 'a whole number'),
      wrong(outcome_seller_message, in_outcome.seller_message, 'outcome.seller_message', 'a text'),
      wrong(outcome_network_decline_code, in_outcome.network_decline_code, 'outcome.network_decline_code', 'a text'),
      wrong(outcome_advice_code, in_outcome.advice_code, 'outcome.advice_code', 'a text'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong_personal(receipt_email, data.receipt_email, 'receipt_email', 'a text'),
      wrong(receipt_number, data.receipt_number, 'receipt_number', 'a text'),
      wrong(calculated_statement_descriptor, data.calculated_statement_descriptor, 'calculated_statement_descriptor', 'a text'),
      wrong_personal(billing_details_name, in_billing_details.name, 'billing_details.name', 'a text'),
      wrong_personal(billing_details_email, in_billing_details.email, 'billing_details.email', 'a text'),
      wrong_personal(billing_details_phone, in_billing_details.phone, 'billing_details.phone', 'a text'),
      wrong_personal(billing_details_address_postal_code, nullif(in_billing_details.address -> '$.postal_code', 'null'), 'billing_details.address.postal_code', 'a text'),
      wrong_personal(billing_details_address_country, nullif(in_billing_details.address -> '$.country', 'null'), 'billing_details.address.country', 'a text'),
      wrong(payment_method_type, in_payment_method_details.type, 'payment_method_details.type', 'a text'),
      wrong(card_brand, in_payment_method_details.card.brand, 'payment_method_details.card.brand', 'a text'),
      wrong_personal(card_last4, in_payment_method_details.card.last4, 'payment_method_details.card.last4', 'a text'),
      wrong(card_exp_month, in_payment_method_details.card.exp_month, 'payment_method_details.card.exp_month', 'a whole number'),
      wrong(card_exp_year, in_payment_method_details.card.exp_year, 'payment_method_details.card.exp_year', 'a whole number'),
      wrong(card_country, in_payment_method_details.card.country, 'payment_method_details.card.country', 'a text'),
      wrong(card_funding, in_payment_method_details.card.funding, 'payment_method_details.card.funding', 'a text'),
      wrong_personal(card_fingerprint, in_payment_method_details.card.fingerprint, 'payment_method_details.card.fingerprint', 'a text'),
      wrong(card_network, in_payment_method_details.card.network, 'payment_method_details.card.network', 'a text'),
      wrong(card_wallet_type, in_payment_method_details.card.wallet.type, 'payment_method_details.card.wallet.type', 'a text'),
      wrong(card_three_d_secure_result, in_payment_method_details.card.three_d_secure.result, 'payment_method_details.card.three_d_secure.result', 'a text'),
      wrong(card_cvc_check, in_payment_method_details.card.checks.cvc_check, 'payment_method_details.card.checks.cvc_check', 'a text'),
      wrong(card_address_line1_check, in_payment_method_details.card.checks.address_line1_check, 'payment_method_details.card.checks.address_line1_check', 'a text'),
      wrong(card_address_postal_code_check, in_payment_method_details.card.checks.address_postal_code_check, 'payment_method_details.card.checks.address_postal_code_check', 'a text'),
      wrong(presentment_details_presentment_amount_minor, in_presentment_details.presentment_amount, 'presentment_details.presentment_amount', 'a whole number of minor units'),
      wrong(presentment_details_presentment_currency, in_presentment_details.presentment_currency, 'presentment_details.presentment_currency', 'a currency code'),
      wrong(application_id, nullif(data.application, '""'), 'application', 'an id or an object'),
      wrong(application_fee_id, nullif(data.application_fee, '""'), 'application_fee', 'an id or an object'),
      wrong(application_fee_amount_minor, data.application_fee_amount, 'application_fee_amount', 'a whole number of minor units'),
      wrong(on_behalf_of_id, nullif(data.on_behalf_of, '""'), 'on_behalf_of', 'an id or an object'),
      wrong(transfer_id, nullif(data.transfer, '""'), 'transfer', 'an id or an object'),
      wrong(transfer_group, data.transfer_group, 'transfer_group', 'a text')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from charges_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from charges_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_charges'), filename = true)
  where charge_id in (select charge_id from charges_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view charges_accepted as
select
  charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor,
  amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id,
  payment_intent_id, payment_method_id, invoice_id, balance_transaction_id,
  failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type,
  outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score,
  outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description,
  receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name,
  billing_details_email, billing_details_phone, billing_details_address_postal_code,
  billing_details_address_country, billing_details_address, payment_method_type, card_brand,
  card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint,
  card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check,
  card_address_line1_check, card_address_postal_code_check, fraud_details,
  presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping,
  application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id,
  transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, refunds_complete_at, refunds_complete_sequence, absences,
  refunds_complete_before, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_charges'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table charges_unsettled as
with candidates as (
  select charge_id, is_stub, observed_at, observed_sequence from charges_read where broken is null
  union all
  select charge_id, false, observed_at, observed_sequence from charges_accepted
)
select charge_id from candidates group by charge_id having count(*) > 1 or bool_or(is_stub);

create or replace table charges_settled as
with candidates as (
  select
    charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor,
    amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id,
    payment_intent_id, payment_method_id, invoice_id, balance_transaction_id,
    failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type,
    outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score,
    outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description,
    receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name,
    billing_details_email, billing_details_phone, billing_details_address_postal_code,
    billing_details_address_country, billing_details_address, payment_method_type, card_brand,
    card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint,
    card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check,
    card_address_line1_check, card_address_postal_code_check, fraud_details,
    presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping,
    application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id,
    transfer_group, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when refunds_is_complete then [version(observed_at, if(is_stub, 9, observed_sequence))] end as refunds_complete
  from charges_read semi join charges_unsettled using (charge_id)
  where broken is null
  union all
  select
    charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor,
    amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id,
    payment_intent_id, payment_method_id, invoice_id, balance_transaction_id,
    failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type,
    outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score,
    outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description,
    receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name,
    billing_details_email, billing_details_phone, billing_details_address_postal_code,
    billing_details_address_country, billing_details_address, payment_method_type, card_brand,
    card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint,
    card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check,
    card_address_line1_check, card_address_postal_code_check, fraud_details,
    presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping,
    application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id,
    transfer_group, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    versions(refunds_complete_at, refunds_complete_sequence, refunds_complete_before)
  from charges_accepted semi join charges_unsettled using (charge_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by charge_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, amount_minor, amount_captured_minor, amount_refunded_minor,
        currency, is_paid, is_captured, is_refunded, is_disputed, customer_id, payment_intent_id,
        payment_method_id, invoice_id, balance_transaction_id, failure_balance_transaction_id, dispute_id,
        failure_code, failure_message, outcome_type, outcome_network_status, outcome_reason,
        outcome_risk_level, outcome_risk_score, outcome_seller_message, outcome_network_decline_code,
        outcome_advice_code, description, receipt_email, receipt_number, calculated_statement_descriptor,
        billing_details_name, billing_details_email, billing_details_phone,
        billing_details_address_postal_code, billing_details_address_country, billing_details_address,
        payment_method_type, card_brand, card_last4, card_exp_month, card_exp_year, card_country,
        card_funding, card_fingerprint, card_network, card_wallet_type, card_three_d_secure_result,
        card_cvc_check, card_address_line1_check, card_address_postal_code_check, fraud_details,
        presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping,
        application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id,
        transfer_group, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select charge_id, unnest(absences) as absence from candidates
),
later as (
  select gone.charge_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (charge_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.charge_id
),
complete as (
  select charge_id, list_reverse_sort(list_distinct(flatten(list(refunds_complete)))) as refunds_complete
  from candidates group by charge_id
)
select
  newest.charge_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.amount_minor,
  newest.amount_captured_minor,
  newest.amount_refunded_minor,
  newest.currency,
  newest.is_paid,
  newest.is_captured,
  newest.is_refunded,
  newest.is_disputed,
  newest.customer_id,
  newest.payment_intent_id,
  newest.payment_method_id,
  newest.invoice_id,
  newest.balance_transaction_id,
  newest.failure_balance_transaction_id,
  newest.dispute_id,
  newest.failure_code,
  newest.failure_message,
  newest.outcome_type,
  newest.outcome_network_status,
  newest.outcome_reason,
  newest.outcome_risk_level,
  newest.outcome_risk_score,
  newest.outcome_seller_message,
  newest.outcome_network_decline_code,
  newest.outcome_advice_code,
  newest.description,
  newest.receipt_email,
  newest.receipt_number,
  newest.calculated_statement_descriptor,
  newest.billing_details_name,
  newest.billing_details_email,
  newest.billing_details_phone,
  newest.billing_details_address_postal_code,
  newest.billing_details_address_country,
  newest.billing_details_address,
  newest.payment_method_type,
  newest.card_brand,
  newest.card_last4,
  newest.card_exp_month,
  newest.card_exp_year,
  newest.card_country,
  newest.card_funding,
  newest.card_fingerprint,
  newest.card_network,
  newest.card_wallet_type,
  newest.card_three_d_secure_result,
  newest.card_cvc_check,
  newest.card_address_line1_check,
  newest.card_address_postal_code_check,
  newest.fraud_details,
  newest.presentment_details_presentment_amount_minor,
  newest.presentment_details_presentment_currency,
  newest.shipping,
  newest.application_id,
  newest.application_fee_id,
  newest.application_fee_amount_minor,
  newest.on_behalf_of_id,
  newest.transfer_id,
  newest.transfer_group,
  newest.metadata,
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
left join later using (charge_id)
left join complete using (charge_id);

create or replace view charges_merged as
select
  charge_id,
  created_at,
  is_livemode,
  status,
  amount_minor,
  amount_captured_minor,
  amount_refunded_minor,
  currency,
  is_paid,
  is_captured,
  is_refunded,
  is_disputed,
  customer_id,
  payment_intent_id,
  payment_method_id,
  invoice_id,
  balance_transaction_id,
  failure_balance_transaction_id,
  dispute_id,
  failure_code,
  failure_message,
  outcome_type,
  outcome_network_status,
  outcome_reason,
  outcome_risk_level,
  outcome_risk_score,
  outcome_seller_message,
  outcome_network_decline_code,
  outcome_advice_code,
  description,
  receipt_email,
  receipt_number,
  calculated_statement_descriptor,
  billing_details_name,
  billing_details_email,
  billing_details_phone,
  billing_details_address_postal_code,
  billing_details_address_country,
  billing_details_address,
  payment_method_type,
  card_brand,
  card_last4,
  card_exp_month,
  card_exp_year,
  card_country,
  card_funding,
  card_fingerprint,
  card_network,
  card_wallet_type,
  card_three_d_secure_result,
  card_cvc_check,
  card_address_line1_check,
  card_address_postal_code_check,
  fraud_details,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  shipping,
  application_id,
  application_fee_id,
  application_fee_amount_minor,
  on_behalf_of_id,
  transfer_id,
  transfer_group,
  metadata,
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
from charges_read anti join charges_unsettled using (charge_id)
where broken is null
union all
select
  charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor,
  amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id,
  payment_intent_id, payment_method_id, invoice_id, balance_transaction_id,
  failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type,
  outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score,
  outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description,
  receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name,
  billing_details_email, billing_details_phone, billing_details_address_postal_code,
  billing_details_address_country, billing_details_address, payment_method_type, card_brand,
  card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint,
  card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check,
  card_address_line1_check, card_address_postal_code_check, fraud_details,
  presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping,
  application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id,
  transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, refunds_complete_at, refunds_complete_sequence, absences,
  refunds_complete_before, dt
from charges_accepted anti join charges_unsettled using (charge_id)
union all
select
  charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor,
  amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id,
  payment_intent_id, payment_method_id, invoice_id, balance_transaction_id,
  failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type,
  outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score,
  outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description,
  receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name,
  billing_details_email, billing_details_phone, billing_details_address_postal_code,
  billing_details_address_country, billing_details_address, payment_method_type, card_brand,
  card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint,
  card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check,
  card_address_line1_check, card_address_postal_code_check, fraud_details,
  presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping,
  application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id,
  transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence,
  ingested_at, bronze_run_id, api_version, refunds_complete_at, refunds_complete_sequence, absences,
  refunds_complete_before, dt
from charges_settled;
