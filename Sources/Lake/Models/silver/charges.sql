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
create or replace temp macro as_text(member) as case when member like '"%' then member ->> '$' end;
create or replace temp macro as_boolean(member) as case member when 'true' then true when 'false' then false end;
create or replace temp macro as_integer(member) as
  case when not contains(member::varchar, '.') then try_cast(member::varchar as bigint) end;
create or replace temp macro as_decimal(member) as try_cast(trim(member::varchar, '"') as decimal(38, 18));
-- Unix seconds of the years 1 to 9999.
create or replace temp macro as_time(member) as
  case when as_integer(member) between -62135596800 and 253402300799 then to_timestamp(as_integer(member)) end;
-- An id, the object itself or its deletion stub; Stripe writes an empty text where some references are unset.
create or replace temp macro as_id(member) as nullif(
  case when member like '"%' then member ->> '$' when member like '{%' then member ->> '$.id' end, '');
create or replace temp macro as_ids(member) as case when member like '[%' then
  list_transform(from_json(member, '["json"]'), lambda element: as_id(element)) end;
-- What is wrong with a member that was there and gave no value.
create or replace temp macro fault(place, expected, member) as
  place || ': expected ' || expected || ', found ' || left(member::varchar, 60);

create or replace temp table charges_read as
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
      data: 'struct(id json, deleted json, created json, livemode json, status json, amount json, amount_captured json, amount_refunded json, currency json, paid json, captured json, refunded json, disputed json, customer json, payment_intent json, payment_method json, invoice json, balance_transaction json, failure_balance_transaction json, dispute json, failure_code json, failure_message json, outcome json, description json, receipt_email json, receipt_number json, calculated_statement_descriptor json, billing_details json, payment_method_details json, fraud_details json, presentment_details json, shipping json, application json, application_fee json, application_fee_amount json, on_behalf_of json, transfer json, transfer_group json, metadata json, refunds json)',
      meta: 'struct(run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
objects as (
  select * from bronze
),
opened as (
  select
    *,
    json_transform(data.outcome, '{"type":"json","network_status":"json","reason":"json","risk_level":"json","risk_score":"json","seller_message":"json","network_decline_code":"json","advice_code":"json"}') as in_outcome,
    json_transform(data.billing_details, '{"name":"json","email":"json","phone":"json","address":"json"}') as in_billing_details,
    json_transform(data.payment_method_details, '{"type":"json","card":{"brand":"json","last4":"json","exp_month":"json","exp_year":"json","country":"json","funding":"json","fingerprint":"json","network":"json","wallet":{"type":"json"},"three_d_secure":{"result":"json"},"checks":{"cvc_check":"json","address_line1_check":"json","address_postal_code_check":"json"}}}') as in_payment_method_details,
    json_transform(data.presentment_details, '{"presentment_amount":"json","presentment_currency":"json"}') as in_presentment_details,
    json_transform(data.refunds, '{"data":"json","has_more":"json","total_count":"json"}') as in_refunds
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
    when ingested_at is null then 'not json'
    when charge_id is null or charge_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      case when created_at is null and data.created is not null then fault('created', 'unix seconds', data.created) end,
      case when data.created is null then 'created: missing' end,
      case when is_livemode is null and data.livemode is not null then fault('livemode', 'true or false', data.livemode) end,
      case when status is null and data.status is not null then fault('status', 'a text', data.status) end,
      case when data.status is null then 'status: missing' end,
      case when amount_minor is null and data.amount is not null then fault('amount', 'a whole number of minor units', data.amount) end,
      case when data.amount is null then 'amount: missing' end,
      case when amount_captured_minor is null and data.amount_captured is not null then fault('amount_captured', 'a whole number of minor units', data.amount_captured) end,
      case when amount_refunded_minor is null and data.amount_refunded is not null then fault('amount_refunded', 'a whole number of minor units', data.amount_refunded) end,
      case when data.amount_refunded is null then 'amount_refunded: missing' end,
      case when currency is null and data.currency is not null then fault('currency', 'a currency code', data.currency) end,
      case when data.currency is null then 'currency: missing' end,
      case when is_paid is null and data.paid is not null then fault('paid', 'true or false', data.paid) end,
      case when is_captured is null and data.captured is not null then fault('captured', 'true or false', data.captured) end,
      case when is_refunded is null and data.refunded is not null then fault('refunded', 'true or false', data.refunded) end,
      case when is_disputed is null and data.disputed is not null then fault('disputed', 'true or false', data.disputed) end,
      case when customer_id is null and data.customer <> '""' then fault('customer', 'an id or an object', data.customer) end,
      case when payment_intent_id is null and data.payment_intent <> '""' then fault('payment_intent', 'an id or an object', data.payment_intent) end,
      case when payment_method_id is null and data.payment_method <> '""' then fault('payment_method', 'an id or an object', data.payment_method) end,
      case when invoice_id is null and data.invoice <> '""' then fault('invoice', 'an id or an object', data.invoice) end,
      case when balance_transaction_id is null and data.balance_transaction <> '""' then fault('balance_transaction', 'an id or an object', data.balance_transaction) end,
      case when failure_balance_transaction_id is null and data.failure_balance_transaction <> '""' then fault('failure_balance_transaction', 'an id or an object', data.failure_balance_transaction) end,
      case when dispute_id is null and data.dispute <> '""' then fault('dispute', 'an id or an object', data.dispute) end,
      case when failure_code is null and data.failure_code is not null then fault('failure_code', 'a text', data.failure_code) end,
      case when failure_message is null and data.failure_message is not null then fault('failure_message', 'a text', data.failure_message) end,
      case when outcome_type is null and in_outcome.type is not null then fault('outcome.type', 'a text', in_outcome.type) end,
      case when outcome_network_status is null and in_outcome.network_status is not null then fault('outcome.network_status', 'a text', in_outcome.network_status) end,
      case when outcome_reason is null and in_outcome.reason is not null then fault('outcome.reason', 'a text', in_outcome.reason) end,
      case when outcome_risk_level is null and in_outcome.risk_level is not null then fault('outcome.risk_level', 'a text', in_outcome.risk_level) end,
      case when outcome_risk_score is null and in_outcome.risk_score is not null then fault('outcome.risk_score', 'a whole number', in_outcome.risk_score) end,
      case when outcome_seller_message is null and in_outcome.seller_message is not null then fault('outcome.seller_message', 'a text', in_outcome.seller_message) end,
      case when outcome_network_decline_code is null and in_outcome.network_decline_code is not null then fault('outcome.network_decline_code', 'a text', in_outcome.network_decline_code) end,
      case when outcome_advice_code is null and in_outcome.advice_code is not null then fault('outcome.advice_code', 'a text', in_outcome.advice_code) end,
      case when description is null and data.description is not null then fault('description', 'a text', data.description) end,
      case when receipt_email is null and data.receipt_email is not null then fault('receipt_email', 'a text', data.receipt_email) end,
      case when receipt_number is null and data.receipt_number is not null then fault('receipt_number', 'a text', data.receipt_number) end,
      case when calculated_statement_descriptor is null and data.calculated_statement_descriptor is not null then fault('calculated_statement_descriptor', 'a text', data.calculated_statement_descriptor) end,
      case when billing_details_name is null and in_billing_details.name is not null then fault('billing_details.name', 'a text', in_billing_details.name) end,
      case when billing_details_email is null and in_billing_details.email is not null then fault('billing_details.email', 'a text', in_billing_details.email) end,
      case when billing_details_phone is null and in_billing_details.phone is not null then fault('billing_details.phone', 'a text', in_billing_details.phone) end,
      case when billing_details_address_postal_code is null and nullif(in_billing_details.address -> '$.postal_code', 'null') is not null then fault('billing_details.address.postal_code', 'a text', nullif(in_billing_details.address -> '$.postal_code', 'null')) end,
      case when billing_details_address_country is null and nullif(in_billing_details.address -> '$.country', 'null') is not null then fault('billing_details.address.country', 'a text', nullif(in_billing_details.address -> '$.country', 'null')) end,
      case when payment_method_type is null and in_payment_method_details.type is not null then fault('payment_method_details.type', 'a text', in_payment_method_details.type) end,
      case when card_brand is null and in_payment_method_details.card.brand is not null then fault('payment_method_details.card.brand', 'a text', in_payment_method_details.card.brand) end,
      case when card_last4 is null and in_payment_method_details.card.last4 is not null then fault('payment_method_details.card.last4', 'a text', in_payment_method_details.card.last4) end,
      case when card_exp_month is null and in_payment_method_details.card.exp_month is not null then fault('payment_method_details.card.exp_month', 'a whole number', in_payment_method_details.card.exp_month) end,
      case when card_exp_year is null and in_payment_method_details.card.exp_year is not null then fault('payment_method_details.card.exp_year', 'a whole number', in_payment_method_details.card.exp_year) end,
      case when card_country is null and in_payment_method_details.card.country is not null then fault('payment_method_details.card.country', 'a text', in_payment_method_details.card.country) end,
      case when card_funding is null and in_payment_method_details.card.funding is not null then fault('payment_method_details.card.funding', 'a text', in_payment_method_details.card.funding) end,
      case when card_fingerprint is null and in_payment_method_details.card.fingerprint is not null then fault('payment_method_details.card.fingerprint', 'a text', in_payment_method_details.card.fingerprint) end,
      case when card_network is null and in_payment_method_details.card.network is not null then fault('payment_method_details.card.network', 'a text', in_payment_method_details.card.network) end,
      case when card_wallet_type is null and in_payment_method_details.card.wallet.type is not null then fault('payment_method_details.card.wallet.type', 'a text', in_payment_method_details.card.wallet.type) end,
      case when card_three_d_secure_result is null and in_payment_method_details.card.three_d_secure.result is not null then fault('payment_method_details.card.three_d_secure.result', 'a text', in_payment_method_details.card.three_d_secure.result) end,
      case when card_cvc_check is null and in_payment_method_details.card.checks.cvc_check is not null then fault('payment_method_details.card.checks.cvc_check', 'a text', in_payment_method_details.card.checks.cvc_check) end,
      case when card_address_line1_check is null and in_payment_method_details.card.checks.address_line1_check is not null then fault('payment_method_details.card.checks.address_line1_check', 'a text', in_payment_method_details.card.checks.address_line1_check) end,
      case when card_address_postal_code_check is null and in_payment_method_details.card.checks.address_postal_code_check is not null then fault('payment_method_details.card.checks.address_postal_code_check', 'a text', in_payment_method_details.card.checks.address_postal_code_check) end,
      case when presentment_details_presentment_amount_minor is null and in_presentment_details.presentment_amount is not null then fault('presentment_details.presentment_amount', 'a whole number of minor units', in_presentment_details.presentment_amount) end,
      case when presentment_details_presentment_currency is null and in_presentment_details.presentment_currency is not null then fault('presentment_details.presentment_currency', 'a currency code', in_presentment_details.presentment_currency) end,
      case when application_id is null and data.application <> '""' then fault('application', 'an id or an object', data.application) end,
      case when application_fee_id is null and data.application_fee <> '""' then fault('application_fee', 'an id or an object', data.application_fee) end,
      case when application_fee_amount_minor is null and data.application_fee_amount is not null then fault('application_fee_amount', 'a whole number of minor units', data.application_fee_amount) end,
      case when on_behalf_of_id is null and data.on_behalf_of <> '""' then fault('on_behalf_of', 'an id or an object', data.on_behalf_of) end,
      case when transfer_id is null and data.transfer <> '""' then fault('transfer', 'an id or an object', data.transfer) end,
      case when transfer_group is null and data.transfer_group is not null then fault('transfer_group', 'a text', data.transfer_group) end), '')
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

-- What silver has in the touched partitions.
create or replace temp view charges_accepted as
select charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor, amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id, payment_intent_id, payment_method_id, invoice_id, balance_transaction_id, failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type, outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score, outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description, receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name, billing_details_email, billing_details_phone, billing_details_address_postal_code, billing_details_address_country, billing_details_address, payment_method_type, card_brand, card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint, card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check, card_address_line1_check, card_address_postal_code_check, fraud_details, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping, application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id, transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, refunds_complete_at, refunds_complete_sequence, absences, refunds_complete_before, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_charges'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace temp table charges_unsettled as
with candidates as (
  select charge_id, is_stub, observed_at, observed_sequence from charges_read where broken is null
  union all
  select charge_id, false, observed_at, observed_sequence from charges_accepted
)
select charge_id from candidates group by charge_id having count(*) > 1 or bool_or(is_stub);

create or replace temp table charges_settled as
with candidates as (
  select
    charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor, amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id, payment_intent_id, payment_method_id, invoice_id, balance_transaction_id, failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type, outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score, outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description, receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name, billing_details_email, billing_details_phone, billing_details_address_postal_code, billing_details_address_country, billing_details_address, payment_method_type, card_brand, card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint, card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check, card_address_line1_check, card_address_postal_code_check, fraud_details, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping, application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id, transfer_group, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [{'observed_at': observed_at, 'sequence': 9}::struct(observed_at timestamptz, sequence bigint)] end as absences,
    case when refunds_is_complete then [if(is_stub, {'observed_at': observed_at, 'sequence': 9}::struct(observed_at timestamptz, sequence bigint), {'observed_at': observed_at, 'sequence': observed_sequence}::struct(observed_at timestamptz, sequence bigint))] end as refunds_complete
  from charges_read semi join charges_unsettled using (charge_id)
  where broken is null
  union all
  select
    charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor, amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id, payment_intent_id, payment_method_id, invoice_id, balance_transaction_id, failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type, outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score, outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description, receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name, billing_details_email, billing_details_phone, billing_details_address_postal_code, billing_details_address_country, billing_details_address, payment_method_type, card_brand, card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint, card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check, card_address_line1_check, card_address_postal_code_check, fraud_details, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping, application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id, transfer_group, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    case when refunds_complete_at is not null then list_prepend(
      {'observed_at': refunds_complete_at, 'sequence': refunds_complete_sequence}::struct(observed_at timestamptz, sequence bigint),
      coalesce(refunds_complete_before, [])) end
  from charges_accepted semi join charges_unsettled using (charge_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by charge_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(created_at, is_livemode, status, amount_minor, amount_captured_minor, amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id, payment_intent_id, payment_method_id, invoice_id, balance_transaction_id, failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type, outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score, outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description, receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name, billing_details_email, billing_details_phone, billing_details_address_postal_code, billing_details_address_country, billing_details_address, payment_method_type, card_brand, card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint, card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check, card_address_line1_check, card_address_postal_code_check, fraud_details, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping, application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id, transfer_group, metadata, bronze_run_id, api_version, dt) desc) as place
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
    or gone.absence > {'observed_at': newest.observed_at, 'sequence': newest.observed_sequence}::struct(observed_at timestamptz, sequence bigint)
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

create or replace temp view charges_merged as
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
select charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor, amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id, payment_intent_id, payment_method_id, invoice_id, balance_transaction_id, failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type, outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score, outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description, receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name, billing_details_email, billing_details_phone, billing_details_address_postal_code, billing_details_address_country, billing_details_address, payment_method_type, card_brand, card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint, card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check, card_address_line1_check, card_address_postal_code_check, fraud_details, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping, application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id, transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, refunds_complete_at, refunds_complete_sequence, absences, refunds_complete_before, dt
from charges_accepted anti join charges_unsettled using (charge_id)
union all
select charge_id, created_at, is_livemode, status, amount_minor, amount_captured_minor, amount_refunded_minor, currency, is_paid, is_captured, is_refunded, is_disputed, customer_id, payment_intent_id, payment_method_id, invoice_id, balance_transaction_id, failure_balance_transaction_id, dispute_id, failure_code, failure_message, outcome_type, outcome_network_status, outcome_reason, outcome_risk_level, outcome_risk_score, outcome_seller_message, outcome_network_decline_code, outcome_advice_code, description, receipt_email, receipt_number, calculated_statement_descriptor, billing_details_name, billing_details_email, billing_details_phone, billing_details_address_postal_code, billing_details_address_country, billing_details_address, payment_method_type, card_brand, card_last4, card_exp_month, card_exp_year, card_country, card_funding, card_fingerprint, card_network, card_wallet_type, card_three_d_secure_result, card_cvc_check, card_address_line1_check, card_address_postal_code_check, fraud_details, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, shipping, application_id, application_fee_id, application_fee_amount_minor, on_behalf_of_id, transfer_id, transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, refunds_complete_at, refunds_complete_sequence, absences, refunds_complete_before, dt from charges_settled;
