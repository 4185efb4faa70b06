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

create or replace table payment_intents_read as
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
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, amount json, amount_received json,
        amount_capturable json, currency json, customer json, customer_account json, payment_method json,
        latest_charge json, invoice json, payment_record json, capture_method json,
        confirmation_method json, setup_future_usage json, canceled_at json, cancellation_reason json,
        last_payment_error json, next_action json, payment_method_types json,
        allowed_payment_method_types json, excluded_payment_method_types json, payment_method_options json,
        automatic_payment_methods json, payment_method_configuration_details json, description json,
        receipt_email json, statement_descriptor json, statement_descriptor_suffix json,
        amount_details json, payment_details json, presentment_details json, processing json, hooks json,
        shipping json, source json, review json, managed_payments json, application json,
        application_fee_amount json, on_behalf_of json, transfer_data json, transfer_group json,
        metadata json)',
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
    json_transform(data.last_payment_error, '{"type": "json", "code": "json", "decline_code": "json", "message": "json", "advice_code": "json", "charge": "json"}') as in_last_payment_error,
    json_transform(data.amount_details, '{"tip": {"amount": "json"}, "tax": {"total_tax_amount": "json"}, "shipping": {"amount": "json"}, "discount_amount": "json"}') as in_amount_details,
    json_transform(data.payment_details, '{"order_reference": "json", "customer_reference": "json"}') as in_payment_details,
    json_transform(data.presentment_details, '{"presentment_amount": "json", "presentment_currency": "json"}') as in_presentment_details,
    json_transform(data.transfer_data, '{"destination": "json", "amount": "json"}') as in_transfer_data
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
    when ingested_at is null then 'not JSON'
    when payment_intent_id is null or payment_intent_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(amount_received_minor, data.amount_received, 'amount_received', 'a whole number of minor units'),
      wrong(amount_capturable_minor, data.amount_capturable, 'amount_capturable', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(payment_method_id, nullif(data.payment_method, '""'), 'payment_method', 'an id or an object'),
      wrong(latest_charge_id, nullif(data.latest_charge, '""'), 'latest_charge', 'an id or an object'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(payment_record_id, nullif(data.payment_record, '""'), 'payment_record', 'an id or an object'),
      wrong(capture_method, data.capture_method, 'capture_method', 'a text'),
      wrong(confirmation_method, data.confirmation_method, 'confirmation_method', 'a text'),
      wrong(setup_future_usage, data.setup_future_usage, 'setup_future_usage', 'a text'),
      wrong(canceled_at, data.canceled_at, 'canceled_at', 'unix seconds'),
      wrong(cancellation_reason, data.cancellation_reason, 'cancellation_reason', 'a text'),
      wrong(last_payment_error_type, in_last_payment_error.type, 'last_payment_error.type', 'a text'),
      wrong(last_payment_error_code, in_last_payment_error.code, 'last_payment_error.code', 'a text'),
      wrong(last_payment_error_decline_code, in_last_payment_error.decline_code, 'last_payment_error.decline_code', 'a text'),
      wrong_personal(last_payment_error_message, in_last_payment_error.message, 'last_payment_error.message', 'a text'),
      wrong(last_payment_error_advice_code, in_last_payment_error.advice_code, 'last_payment_error.advice_code', 'a text'),
      wrong(last_payment_error_charge_id, nullif(in_last_payment_error.charge, '""'), 'last_payment_error.charge', 'an id or an object'),
      wrong(next_action_type, nullif(data.next_action -> '$.type', 'null'), 'next_action.type', 'a text'),
      wrong(payment_method_configuration_id, nullif(nullif(data.payment_method_configuration_details -> '$.id', 'null'), '""'), 'payment_method_configuration_details.id', 'an id or an object'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong_personal(receipt_email, data.receipt_email, 'receipt_email', 'a text'),
      wrong(statement_descriptor, data.statement_descriptor, 'statement_descriptor', 'a text'),
      wrong(statement_descriptor_suffix, data.statement_descriptor_suffix, 'statement_descriptor_suffix', 'a text'),
      wrong(amount_details_tip_amount_minor, in_amount_details.tip.amount, 'amount_details.tip.amount', 'a whole number of minor units'),
      wrong(amount_details_tax_total_tax_amount_minor, in_amount_details.tax.total_tax_amount, 'amount_details.tax.total_tax_amount', 'a whole number of minor units'),
      wrong(amount_details_shipping_amount_minor, in_amount_details.shipping.amount, 'amount_details.shipping.amount', 'a whole number of minor units'),
      wrong(amount_details_discount_amount_minor, in_amount_details.discount_amount, 'amount_details.discount_amount', 'a whole number of minor units'),
      wrong(payment_details_order_reference, in_payment_details.order_reference, 'payment_details.order_reference', 'a text'),
      wrong_personal(payment_details_customer_reference, in_payment_details.customer_reference, 'payment_details.customer_reference', 'a text'),
      wrong(presentment_details_presentment_amount_minor, in_presentment_details.presentment_amount, 'presentment_details.presentment_amount', 'a whole number of minor units'),
      wrong(presentment_details_presentment_currency, in_presentment_details.presentment_currency, 'presentment_details.presentment_currency', 'a currency code'),
      wrong(source_id, nullif(data.source, '""'), 'source', 'an id or an object'),
      wrong(review_id, nullif(data.review, '""'), 'review', 'an id or an object'),
      wrong(is_managed_payments_enabled, nullif(data.managed_payments -> '$.enabled', 'null'), 'managed_payments.enabled', 'true or false'),
      wrong(application_id, nullif(data.application, '""'), 'application', 'an id or an object'),
      wrong(application_fee_amount_minor, data.application_fee_amount, 'application_fee_amount', 'a whole number of minor units'),
      wrong(on_behalf_of_id, nullif(data.on_behalf_of, '""'), 'on_behalf_of', 'an id or an object'),
      wrong(transfer_data_destination_id, nullif(in_transfer_data.destination, '""'), 'transfer_data.destination', 'an id or an object'),
      wrong(transfer_data_amount_minor, in_transfer_data.amount, 'transfer_data.amount', 'a whole number of minor units'),
      wrong(transfer_group, data.transfer_group, 'transfer_group', 'a text')), '')
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

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view payment_intents_accepted as
select
  payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor,
  amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id,
  latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method,
  setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type,
  last_payment_error_code, last_payment_error_decline_code, last_payment_error_message,
  last_payment_error_advice_code, last_payment_error_charge_id, next_action_type,
  payment_method_types, allowed_payment_method_types, excluded_payment_method_types,
  payment_method_options, automatic_payment_methods, payment_method_configuration_id, description,
  receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor,
  amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor,
  amount_details_discount_amount_minor, payment_details_order_reference,
  payment_details_customer_reference, presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id,
  is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id,
  transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_payment_intents'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table payment_intents_unsettled as
with candidates as (
  select payment_intent_id, is_stub, observed_at, observed_sequence from payment_intents_read where broken is null
  union all
  select payment_intent_id, false, observed_at, observed_sequence from payment_intents_accepted
)
select payment_intent_id from candidates group by payment_intent_id having count(*) > 1 or bool_or(is_stub);

create or replace table payment_intents_settled as
with candidates as (
  select
    payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor,
    amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id,
    latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method,
    setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type,
    last_payment_error_code, last_payment_error_decline_code, last_payment_error_message,
    last_payment_error_advice_code, last_payment_error_charge_id, next_action_type,
    payment_method_types, allowed_payment_method_types, excluded_payment_method_types,
    payment_method_options, automatic_payment_methods, payment_method_configuration_id, description,
    receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor,
    amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor,
    amount_details_discount_amount_minor, payment_details_order_reference,
    payment_details_customer_reference, presentment_details_presentment_amount_minor,
    presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id,
    is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id,
    transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from payment_intents_read semi join payment_intents_unsettled using (payment_intent_id)
  where broken is null
  union all
  select
    payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor,
    amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id,
    latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method,
    setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type,
    last_payment_error_code, last_payment_error_decline_code, last_payment_error_message,
    last_payment_error_advice_code, last_payment_error_charge_id, next_action_type,
    payment_method_types, allowed_payment_method_types, excluded_payment_method_types,
    payment_method_options, automatic_payment_methods, payment_method_configuration_id, description,
    receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor,
    amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor,
    amount_details_discount_amount_minor, payment_details_order_reference,
    payment_details_customer_reference, presentment_details_presentment_amount_minor,
    presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id,
    is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id,
    transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from payment_intents_accepted semi join payment_intents_unsettled using (payment_intent_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by payment_intent_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, amount_minor, amount_received_minor, amount_capturable_minor,
        currency, customer_id, customer_account_id, payment_method_id, latest_charge_id, invoice_id,
        payment_record_id, capture_method, confirmation_method, setup_future_usage, canceled_at,
        cancellation_reason, last_payment_error_type, last_payment_error_code,
        last_payment_error_decline_code, last_payment_error_message, last_payment_error_advice_code,
        last_payment_error_charge_id, next_action_type, payment_method_types, allowed_payment_method_types,
        excluded_payment_method_types, payment_method_options, automatic_payment_methods,
        payment_method_configuration_id, description, receipt_email, statement_descriptor,
        statement_descriptor_suffix, amount_details_tip_amount_minor,
        amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor,
        amount_details_discount_amount_minor, payment_details_order_reference,
        payment_details_customer_reference, presentment_details_presentment_amount_minor,
        presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id,
        is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id,
        transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, bronze_run_id,
        api_version, dt) desc) as place
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
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
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

create or replace view payment_intents_merged as
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
select
  payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor,
  amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id,
  latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method,
  setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type,
  last_payment_error_code, last_payment_error_decline_code, last_payment_error_message,
  last_payment_error_advice_code, last_payment_error_charge_id, next_action_type,
  payment_method_types, allowed_payment_method_types, excluded_payment_method_types,
  payment_method_options, automatic_payment_methods, payment_method_configuration_id, description,
  receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor,
  amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor,
  amount_details_discount_amount_minor, payment_details_order_reference,
  payment_details_customer_reference, presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id,
  is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id,
  transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, dt
from payment_intents_accepted anti join payment_intents_unsettled using (payment_intent_id)
union all
select
  payment_intent_id, created_at, is_livemode, status, amount_minor, amount_received_minor,
  amount_capturable_minor, currency, customer_id, customer_account_id, payment_method_id,
  latest_charge_id, invoice_id, payment_record_id, capture_method, confirmation_method,
  setup_future_usage, canceled_at, cancellation_reason, last_payment_error_type,
  last_payment_error_code, last_payment_error_decline_code, last_payment_error_message,
  last_payment_error_advice_code, last_payment_error_charge_id, next_action_type,
  payment_method_types, allowed_payment_method_types, excluded_payment_method_types,
  payment_method_options, automatic_payment_methods, payment_method_configuration_id, description,
  receipt_email, statement_descriptor, statement_descriptor_suffix, amount_details_tip_amount_minor,
  amount_details_tax_total_tax_amount_minor, amount_details_shipping_amount_minor,
  amount_details_discount_amount_minor, payment_details_order_reference,
  payment_details_customer_reference, presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency, processing, hooks, shipping, source_id, review_id,
  is_managed_payments_enabled, application_id, application_fee_amount_minor, on_behalf_of_id,
  transfer_data_destination_id, transfer_data_amount_minor, transfer_group, metadata, is_deleted,
  deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  absences, dt
from payment_intents_settled;
