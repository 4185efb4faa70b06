-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: payment_intents
-- grain: one row per payment_intent of a source: payment_intent_id
-- depends_on: bronze.payment_intents
-- description: One payment on its way; each attempt is a charge.
-- unit: amount_minor = minor units of currency
-- unit: amount_received_minor = minor units of currency
-- unit: amount_capturable_minor = minor units of currency
-- unit: amount_details_tip_amount_minor = minor units of currency
-- unit: amount_details_tax_total_tax_amount_minor = minor units of currency
-- unit: amount_details_shipping_amount_minor = minor units of currency
-- unit: amount_details_discount_amount_minor = minor units of currency
-- unit: presentment_details_presentment_amount_minor = minor units of presentment_details_presentment_currency
-- unit: application_fee_amount_minor = minor units of currency
-- unit: transfer_data_amount_minor = minor units of currency
-- assert_unique: payment_intent_id
-- assert_not_null: payment_intent_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status, amount_minor, currency
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as payment_intent_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::bigint as amount_minor,
  null::bigint as amount_received_minor,
  null::bigint as amount_capturable_minor,
  null::varchar as currency,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as payment_method_id,
  null::varchar as latest_charge_id,
  null::varchar as invoice_id,
  null::varchar as payment_record_id,
  null::varchar as capture_method,
  null::varchar as confirmation_method,
  null::varchar as setup_future_usage,
  null::timestamptz as canceled_at,
  null::varchar as cancellation_reason,
  null::varchar as last_payment_error_type,
  null::varchar as last_payment_error_code,
  null::varchar as last_payment_error_decline_code,
  null::varchar as last_payment_error_message,
  null::varchar as last_payment_error_advice_code,
  null::varchar as last_payment_error_charge_id,
  null::varchar as next_action_type,
  null::json as payment_method_types,
  null::json as allowed_payment_method_types,
  null::json as excluded_payment_method_types,
  null::json as payment_method_options,
  null::json as automatic_payment_methods,
  null::varchar as payment_method_configuration_id,
  null::varchar as description,
  null::varchar as receipt_email,
  null::varchar as statement_descriptor,
  null::varchar as statement_descriptor_suffix,
  null::bigint as amount_details_tip_amount_minor,
  null::bigint as amount_details_tax_total_tax_amount_minor,
  null::bigint as amount_details_shipping_amount_minor,
  null::bigint as amount_details_discount_amount_minor,
  null::varchar as payment_details_order_reference,
  null::varchar as payment_details_customer_reference,
  null::bigint as presentment_details_presentment_amount_minor,
  null::varchar as presentment_details_presentment_currency,
  null::json as processing,
  null::json as hooks,
  null::json as shipping,
  null::varchar as source_id,
  null::varchar as review_id,
  null::boolean as is_managed_payments_enabled,
  null::varchar as application_id,
  null::bigint as application_fee_amount_minor,
  null::varchar as on_behalf_of_id,
  null::varchar as transfer_data_destination_id,
  null::bigint as transfer_data_amount_minor,
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
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
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

create or replace temp table payment_intents_read as
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
    getvariable('bronze_payment_intents'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(id json, deleted json, created json, livemode json, status json, amount json, amount_received json, amount_capturable json, currency json, customer json, customer_account json, payment_method json, latest_charge json, invoice json, payment_record json, capture_method json, confirmation_method json, setup_future_usage json, canceled_at json, cancellation_reason json, last_payment_error json, next_action json, payment_method_types json, allowed_payment_method_types json, excluded_payment_method_types json, payment_method_options json, automatic_payment_methods json, payment_method_configuration_details json, description json, receipt_email json, statement_descriptor json, statement_descriptor_suffix json, amount_details json, payment_details json, presentment_details json, processing json, hooks json, shipping json, source json, review json, managed_payments json, application json, application_fee_amount json, on_behalf_of json, transfer_data json, transfer_group json, metadata json)',
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
    json_transform(data.last_payment_error, '{"type":"json","code":"json","decline_code":"json","message":"json","advice_code":"json","charge":"json"}') as in_last_payment_error,
    json_transform(data.amount_details, '{"tip":{"amount":"json"},"tax":{"total_tax_amount":"json"},"shipping":{"amount":"json"},"discount_amount":"json"}') as in_amount_details,
    json_transform(data.payment_details, '{"order_reference":"json","customer_reference":"json"}') as in_payment_details,
    json_transform(data.presentment_details, '{"presentment_amount":"json","presentment_currency":"json"}') as in_presentment_details,
    json_transform(data.transfer_data, '{"destination":"json","amount":"json"}') as in_transfer_data
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as payment_intent_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_integer(data.amount) as amount_minor,
    as_integer(data.amount_received) as amount_received_minor,
    as_integer(data.amount_capturable) as amount_capturable_minor,
    as_text(data.currency) as currency,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_id(data.payment_method) as payment_method_id,
    as_id(data.latest_charge) as latest_charge_id,
    as_id(data.invoice) as invoice_id,
    as_id(data.payment_record) as payment_record_id,
    as_text(data.capture_method) as capture_method,
    as_text(data.confirmation_method) as confirmation_method,
    as_text(data.setup_future_usage) as setup_future_usage,
    as_time(data.canceled_at) as canceled_at,
    as_text(data.cancellation_reason) as cancellation_reason,
    as_text(in_last_payment_error.type) as last_payment_error_type,
    as_text(in_last_payment_error.code) as last_payment_error_code,
    as_text(in_last_payment_error.decline_code) as last_payment_error_decline_code,
    as_text(in_last_payment_error.message) as last_payment_error_message,
    as_text(in_last_payment_error.advice_code) as last_payment_error_advice_code,
    as_id(in_last_payment_error.charge) as last_payment_error_charge_id,
    as_text(nullif(data.next_action -> '$.type', 'null')) as next_action_type,
    data.payment_method_types as payment_method_types,
    data.allowed_payment_method_types as allowed_payment_method_types,
    data.excluded_payment_method_types as excluded_payment_method_types,
    data.payment_method_options as payment_method_options,
    data.automatic_payment_methods as automatic_payment_methods,
    as_id(nullif(data.payment_method_configuration_details -> '$.id', 'null')) as payment_method_configuration_id,
    as_text(data.description) as description,
    as_text(data.receipt_email) as receipt_email,
    as_text(data.statement_descriptor) as statement_descriptor,
    as_text(data.statement_descriptor_suffix) as statement_descriptor_suffix,
    as_integer(in_amount_details.tip.amount) as amount_details_tip_amount_minor,
    as_integer(in_amount_details.tax.total_tax_amount) as amount_details_tax_total_tax_amount_minor,
    as_integer(in_amount_details.shipping.amount) as amount_details_shipping_amount_minor,
    as_integer(in_amount_details.discount_amount) as amount_details_discount_amount_minor,
    as_text(in_payment_details.order_reference) as payment_details_order_reference,
    as_text(in_payment_details.customer_reference) as payment_details_customer_reference,
    as_integer(in_presentment_details.presentment_amount) as presentment_details_presentment_amount_minor,
    as_text(in_presentment_details.presentment_currency) as presentment_details_presentment_currency,
    data.processing as processing,
    data.hooks as hooks,
    data.shipping as shipping,
    as_id(data.source) as source_id,
    as_id(data.review) as review_id,
    as_boolean(nullif(data.managed_payments -> '$.enabled', 'null')) as is_managed_payments_enabled,
    as_id(data.application) as application_id,
    as_integer(data.application_fee_amount) as application_fee_amount_minor,
    as_id(data.on_behalf_of) as on_behalf_of_id,
    as_id(in_transfer_data.destination) as transfer_data_destination_id,
    as_integer(in_transfer_data.amount) as transfer_data_amount_minor,
    as_text(data.transfer_group) as transfer_group,
    data.metadata as metadata
  from opened
)
select
  payment_intent_id,
  created_at,
  is_livemode,
  status,
  amount_minor,
  amount_received_minor,
  amount_capturable_minor,
  currency,
  customer_id,
  customer_account_id,
  payment_method_id,
  latest_charge_id,
  invoice_id,
  payment_record_id,
  capture_method,
  confirmation_method,
  setup_future_usage,
  canceled_at,
  cancellation_reason,
  last_payment_error_type,
  last_payment_error_code,
  last_payment_error_decline_code,
  last_payment_error_message,
  last_payment_error_advice_code,
  last_payment_error_charge_id,
  next_action_type,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  automatic_payment_methods,
  payment_method_configuration_id,
  description,
  receipt_email,
  statement_descriptor,
  statement_descriptor_suffix,
  amount_details_tip_amount_minor,
  amount_details_tax_total_tax_amount_minor,
  amount_details_shipping_amount_minor,
  amount_details_discount_amount_minor,
  payment_details_order_reference,
  payment_details_customer_reference,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  processing,
  hooks,
  shipping,
  source_id,
  review_id,
  is_managed_payments_enabled,
  application_id,
  application_fee_amount_minor,
  on_behalf_of_id,
  transfer_data_destination_id,
  transfer_data_amount_minor,
  transfer_group,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  case
    when ingested_at is null then 'not json'
    when payment_intent_id is null or payment_intent_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      case when created_at is null and data.created is not null then fault('created', 'unix seconds', data.created) end,
      case when data.created is null then 'created: missing' end,
      case when is_livemode is null and data.livemode is not null then fault('livemode', 'true or false', data.livemode) end,
      case when status is null and data.status is not null then fault('status', 'a text', data.status) end,
      case when data.status is null then 'status: missing' end,
      case when amount_minor is null and data.amount is not null then fault('amount', 'a whole number of minor units', data.amount) end,
      case when data.amount is null then 'amount: missing' end,
      case when amount_received_minor is null and data.amount_received is not null then fault('amount_received', 'a whole number of minor units', data.amount_received) end,
      case when amount_capturable_minor is null and data.amount_capturable is not null then fault('amount_capturable', 'a whole number of minor units', data.amount_capturable) end,
      case when currency is null and data.currency is not null then fault('currency', 'a currency code', data.currency) end,
      case when data.currency is null then 'currency: missing' end,
      case when customer_id is null and data.customer <> '""' then fault('customer', 'an id or an object', data.customer) end,
      case when customer_account_id is null and data.customer_account <> '""' then fault('customer_account', 'an id or an object', data.customer_account) end,
      case when payment_method_id is null and data.payment_method <> '""' then fault('payment_method', 'an id or an object', data.payment_method) end,
      case when latest_charge_id is null and data.latest_charge <> '""' then fault('latest_charge', 'an id or an object', data.latest_charge) end,
      case when invoice_id is null and data.invoice <> '""' then fault('invoice', 'an id or an object', data.invoice) end,
      case when payment_record_id is null and data.payment_record <> '""' then fault('payment_record', 'an id or an object', data.payment_record) end,
      case when capture_method is null and data.capture_method is not null then fault('capture_method', 'a text', data.capture_method) end,
      case when confirmation_method is null and data.confirmation_method is not null then fault('confirmation_method', 'a text', data.confirmation_method) end,
      case when setup_future_usage is null and data.setup_future_usage is not null then fault('setup_future_usage', 'a text', data.setup_future_usage) end,
      case when canceled_at is null and data.canceled_at is not null then fault('canceled_at', 'unix seconds', data.canceled_at) end,
      case when cancellation_reason is null and data.cancellation_reason is not null then fault('cancellation_reason', 'a text', data.cancellation_reason) end,
      case when last_payment_error_type is null and in_last_payment_error.type is not null then fault('last_payment_error.type', 'a text', in_last_payment_error.type) end,
      case when last_payment_error_code is null and in_last_payment_error.code is not null then fault('last_payment_error.code', 'a text', in_last_payment_error.code) end,
      case when last_payment_error_decline_code is null and in_last_payment_error.decline_code is not null then fault('last_payment_error.decline_code', 'a text', in_last_payment_error.decline_code) end,
      case when last_payment_error_message is null and in_last_payment_error.message is not null then fault('last_payment_error.message', 'a text', in_last_payment_error.message) end,
      case when last_payment_error_advice_code is null and in_last_payment_error.advice_code is not null then fault('last_payment_error.advice_code', 'a text', in_last_payment_error.advice_code) end,
      case when last_payment_error_charge_id is null and in_last_payment_error.charge <> '""' then fault('last_payment_error.charge', 'an id or an object', in_last_payment_error.charge) end,
      case when next_action_type is null and nullif(data.next_action -> '$.type', 'null') is not null then fault('next_action.type', 'a text', nullif(data.next_action -> '$.type', 'null')) end,
      case when payment_method_configuration_id is null and nullif(data.payment_method_configuration_details -> '$.id', 'null') <> '""' then fault('payment_method_configuration_details.id', 'an id or an object', nullif(data.payment_method_configuration_details -> '$.id', 'null')) end,
      case when description is null and data.description is not null then fault('description', 'a text', data.description) end,
      case when receipt_email is null and data.receipt_email is not null then fault('receipt_email', 'a text', data.receipt_email) end,
      case when statement_descriptor is null and data.statement_descriptor is not null then fault('statement_descriptor', 'a text', data.statement_descriptor) end,
      case when statement_descriptor_suffix is null and data.statement_descriptor_suffix is not null then fault('statement_descriptor_suffix', 'a text', data.statement_descriptor_suffix) end,
      case when amount_details_tip_amount_minor is null and in_amount_details.tip.amount is not null then fault('amount_details.tip.amount', 'a whole number of minor units', in_amount_details.tip.amount) end,
      case when amount_details_tax_total_tax_amount_minor is null and in_amount_details.tax.total_tax_amount is not null then fault('amount_details.tax.total_tax_amount', 'a whole number of minor units', in_amount_details.tax.total_tax_amount) end,
      case when amount_details_shipping_amount_minor is null and in_amount_details.shipping.amount is not null then fault('amount_details.shipping.amount', 'a whole number of minor units', in_amount_details.shipping.amount) end,
      case when amount_details_discount_amount_minor is null and in_amount_details.discount_amount is not null then fault('amount_details.discount_amount', 'a whole number of minor units', in_amount_details.discount_amount) end,
      case when payment_details_order_reference is null and in_payment_details.order_reference is not null then fault('payment_details.order_reference', 'a text', in_payment_details.order_reference) end,
      case when payment_details_customer_reference is null and in_payment_details.customer_reference is not null then fault('payment_details.customer_reference', 'a text', in_payment_details.customer_reference) end,
      case when presentment_details_presentment_amount_minor is null and in_presentment_details.presentment_amount is not null then fault('presentment_details.presentment_amount', 'a whole number of minor units', in_presentment_details.presentment_amount) end,
      case when presentment_details_presentment_currency is null and in_presentment_details.presentment_currency is not null then fault('presentment_details.presentment_currency', 'a currency code', in_presentment_details.presentment_currency) end,
      case when source_id is null and data.source <> '""' then fault('source', 'an id or an object', data.source) end,
      case when review_id is null and data.review <> '""' then fault('review', 'an id or an object', data.review) end,
      case when is_managed_payments_enabled is null and nullif(data.managed_payments -> '$.enabled', 'null') is not null then fault('managed_payments.enabled', 'true or false', nullif(data.managed_payments -> '$.enabled', 'null')) end,
      case when application_id is null and data.application <> '""' then fault('application', 'an id or an object', data.application) end,
      case when application_fee_amount_minor is null and data.application_fee_amount is not null then fault('application_fee_amount', 'a whole number of minor units', data.application_fee_amount) end,
      case when on_behalf_of_id is null and data.on_behalf_of <> '""' then fault('on_behalf_of', 'an id or an object', data.on_behalf_of) end,
      case when transfer_data_destination_id is null and in_transfer_data.destination <> '""' then fault('transfer_data.destination', 'an id or an object', in_transfer_data.destination) end,
      case when transfer_data_amount_minor is null and in_transfer_data.amount is not null then fault('transfer_data.amount', 'a whole number of minor units', in_transfer_data.amount) end,
      case when transfer_group is null and data.transfer_group is not null then fault('transfer_group', 'a text', data.transfer_group) end), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from payment_intents_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from payment_intents_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_payment_intents'), filename = true)
  where payment_intent_id in (select payment_intent_id from payment_intents_read where is_stub and broken is null)
) as touched;

-- step: merge

-- What silver has in the touched partitions.
create or replace temp view payment_intents_accepted as
select payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor, amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id, latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method, setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type, last_payment_error_code, last_payment_error_decline_code, last_payment_error_message, last_payment_error_advice_code, last_payment_error_charge_id, next_action_type, payment_method_types, allowed_payment_method_types, excluded_payment_method_types, payment_method_options, automatic_payment_methods, payment_method_configuration_id, description, receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor, amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor, amount_details_discount_amount_minor, payment_details_order_reference, payment_details_customer_reference, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id, is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_payment_intents'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace temp table payment_intents_unsettled as
with candidates as (
  select payment_intent_id, is_stub, observed_at, observed_sequence from payment_intents_read where broken is null
  union all
  select payment_intent_id, false, observed_at, observed_sequence from payment_intents_accepted
)
select payment_intent_id from candidates group by payment_intent_id having count(*) > 1 or bool_or(is_stub);

create or replace temp table payment_intents_settled as
with candidates as (
  select
    payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor, amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id, latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method, setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type, last_payment_error_code, last_payment_error_decline_code, last_payment_error_message, last_payment_error_advice_code, last_payment_error_charge_id, next_action_type, payment_method_types, allowed_payment_method_types, excluded_payment_method_types, payment_method_options, automatic_payment_methods, payment_method_configuration_id, description, receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor, amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor, amount_details_discount_amount_minor, payment_details_order_reference, payment_details_customer_reference, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id, is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [{'observed_at': observed_at, 'sequence': 9}::struct(observed_at timestamptz, sequence bigint)] end as absences
  from payment_intents_read semi join payment_intents_unsettled using (payment_intent_id)
  where broken is null
  union all
  select
    payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor, amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id, latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method, setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type, last_payment_error_code, last_payment_error_decline_code, last_payment_error_message, last_payment_error_advice_code, last_payment_error_charge_id, next_action_type, payment_method_types, allowed_payment_method_types, excluded_payment_method_types, payment_method_options, automatic_payment_methods, payment_method_configuration_id, description, receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor, amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor, amount_details_discount_amount_minor, payment_details_order_reference, payment_details_customer_reference, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id, is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from payment_intents_accepted semi join payment_intents_unsettled using (payment_intent_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by payment_intent_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(created_at, is_livemode, status, amount_minor, amount_received_minor, amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id, latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method, setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type, last_payment_error_code, last_payment_error_decline_code, last_payment_error_message, last_payment_error_advice_code, last_payment_error_charge_id, next_action_type, payment_method_types, allowed_payment_method_types, excluded_payment_method_types, payment_method_options, automatic_payment_methods, payment_method_configuration_id, description, receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor, amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor, amount_details_discount_amount_minor, payment_details_order_reference, payment_details_customer_reference, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id, is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select payment_intent_id, unnest(absences) as absence from candidates
),
later as (
  select gone.payment_intent_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (payment_intent_id)
  where newest.is_stub
    or gone.absence > {'observed_at': newest.observed_at, 'sequence': newest.observed_sequence}::struct(observed_at timestamptz, sequence bigint)
  group by gone.payment_intent_id
)
select
  newest.payment_intent_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.amount_minor,
  newest.amount_received_minor,
  newest.amount_capturable_minor,
  newest.currency,
  newest.customer_id,
  newest.customer_account_id,
  newest.payment_method_id,
  newest.latest_charge_id,
  newest.invoice_id,
  newest.payment_record_id,
  newest.capture_method,
  newest.confirmation_method,
  newest.setup_future_usage,
  newest.canceled_at,
  newest.cancellation_reason,
  newest.last_payment_error_type,
  newest.last_payment_error_code,
  newest.last_payment_error_decline_code,
  newest.last_payment_error_message,
  newest.last_payment_error_advice_code,
  newest.last_payment_error_charge_id,
  newest.next_action_type,
  newest.payment_method_types,
  newest.allowed_payment_method_types,
  newest.excluded_payment_method_types,
  newest.payment_method_options,
  newest.automatic_payment_methods,
  newest.payment_method_configuration_id,
  newest.description,
  newest.receipt_email,
  newest.statement_descriptor,
  newest.statement_descriptor_suffix,
  newest.amount_details_tip_amount_minor,
  newest.amount_details_tax_total_tax_amount_minor,
  newest.amount_details_shipping_amount_minor,
  newest.amount_details_discount_amount_minor,
  newest.payment_details_order_reference,
  newest.payment_details_customer_reference,
  newest.presentment_details_presentment_amount_minor,
  newest.presentment_details_presentment_currency,
  newest.processing,
  newest.hooks,
  newest.shipping,
  newest.source_id,
  newest.review_id,
  newest.is_managed_payments_enabled,
  newest.application_id,
  newest.application_fee_amount_minor,
  newest.on_behalf_of_id,
  newest.transfer_data_destination_id,
  newest.transfer_data_amount_minor,
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
  later.absences,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (payment_intent_id);

create or replace temp view payment_intents_merged as
select
  payment_intent_id,
  created_at,
  is_livemode,
  status,
  amount_minor,
  amount_received_minor,
  amount_capturable_minor,
  currency,
  customer_id,
  customer_account_id,
  payment_method_id,
  latest_charge_id,
  invoice_id,
  payment_record_id,
  capture_method,
  confirmation_method,
  setup_future_usage,
  canceled_at,
  cancellation_reason,
  last_payment_error_type,
  last_payment_error_code,
  last_payment_error_decline_code,
  last_payment_error_message,
  last_payment_error_advice_code,
  last_payment_error_charge_id,
  next_action_type,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  automatic_payment_methods,
  payment_method_configuration_id,
  description,
  receipt_email,
  statement_descriptor,
  statement_descriptor_suffix,
  amount_details_tip_amount_minor,
  amount_details_tax_total_tax_amount_minor,
  amount_details_shipping_amount_minor,
  amount_details_discount_amount_minor,
  payment_details_order_reference,
  payment_details_customer_reference,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  processing,
  hooks,
  shipping,
  source_id,
  review_id,
  is_managed_payments_enabled,
  application_id,
  application_fee_amount_minor,
  on_behalf_of_id,
  transfer_data_destination_id,
  transfer_data_amount_minor,
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
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  dt
from payment_intents_read anti join payment_intents_unsettled using (payment_intent_id)
where broken is null
union all
select payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor, amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id, latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method, setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type, last_payment_error_code, last_payment_error_decline_code, last_payment_error_message, last_payment_error_advice_code, last_payment_error_charge_id, next_action_type, payment_method_types, allowed_payment_method_types, excluded_payment_method_types, payment_method_options, automatic_payment_methods, payment_method_configuration_id, description, receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor, amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor, amount_details_discount_amount_minor, payment_details_order_reference, payment_details_customer_reference, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id, is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt
from payment_intents_accepted anti join payment_intents_unsettled using (payment_intent_id)
union all
select payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor, amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id, latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method, setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type, last_payment_error_code, last_payment_error_decline_code, last_payment_error_message, last_payment_error_advice_code, last_payment_error_charge_id, next_action_type, payment_method_types, allowed_payment_method_types, excluded_payment_method_types, payment_method_options, automatic_payment_methods, payment_method_configuration_id, description, receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor, amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor, amount_details_discount_amount_minor, payment_details_order_reference, payment_details_customer_reference, presentment_details_presentment_amount_minor, presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id, is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences, dt from payment_intents_settled;
