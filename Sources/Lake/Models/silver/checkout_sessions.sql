-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: checkout_sessions
-- grain: one row per checkout_session of a source: checkout_session_id
-- depends_on: bronze.checkout_sessions
-- description: A customer's visit to Stripe's payment page; its lines say what is bought.
-- unit: amount_subtotal_minor = minor units of currency
-- unit: amount_total_minor = minor units of currency
-- unit: total_details_amount_discount_minor = minor units of currency
-- unit: total_details_amount_shipping_minor = minor units of currency
-- unit: total_details_amount_tax_minor = minor units of currency
-- unit: presentment_details_presentment_amount_minor = minor units of presentment_details_presentment_currency
-- unit: shipping_cost_amount_total_minor = minor units of currency
-- assert_unique: checkout_session_id
-- assert_not_null: checkout_session_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, mode, payment_status
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as checkout_session_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::varchar as mode,
  null::varchar as payment_status,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as payment_intent_id,
  null::varchar as setup_intent_id,
  null::varchar as subscription_id,
  null::varchar as invoice_id,
  null::varchar as payment_link_id,
  null::varchar as recovered_from_id,
  null::bigint as amount_subtotal_minor,
  null::bigint as amount_total_minor,
  null::bigint as total_details_amount_discount_minor,
  null::bigint as total_details_amount_shipping_minor,
  null::bigint as total_details_amount_tax_minor,
  null::varchar as currency,
  null::bigint as presentment_details_presentment_amount_minor,
  null::varchar as presentment_details_presentment_currency,
  null::json as currency_conversion,
  null::json as discounts,
  null::varchar as client_reference_id,
  null::varchar as customer_email,
  null::varchar as customer_details_email,
  null::varchar as customer_details_name,
  null::varchar as customer_details_phone,
  null::json as customer_details,
  null::json as collected_information,
  null::json as shipping_details,
  null::json as custom_fields,
  null::json as consent,
  null::varchar as customer_creation,
  null::timestamptz as expires_at,
  null::varchar as ui_mode,
  null::varchar as submit_type,
  null::varchar as locale,
  null::varchar as origin_context,
  null::varchar as integration_identifier,
  null::varchar as success_url,
  null::varchar as cancel_url,
  null::varchar as return_url,
  null::boolean as is_allow_promotion_codes,
  null::varchar as billing_address_collection,
  null::boolean as is_automatic_tax_enabled,
  null::varchar as automatic_tax_status,
  null::bigint as shipping_cost_amount_total_minor,
  null::json as shipping_options,
  null::varchar as payment_method_collection,
  null::json as payment_method_types,
  null::json as allowed_payment_method_types,
  null::json as excluded_payment_method_types,
  null::json as payment_method_options,
  null::varchar as payment_method_configuration_id,
  null::json as invoice_creation,
  null::boolean as is_managed_payments_enabled,
  null::json as metadata,
  null::boolean as is_deleted,
  null::timestamptz as deleted_at,
  null::boolean as is_placeholder,
  null::timestamptz as observed_at,
  null::bigint as observed_sequence,
  null::timestamptz as ingested_at,
  null::varchar as bronze_run_id,
  null::varchar as api_version,
  null::timestamptz as line_items_complete_at,
  null::bigint as line_items_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as line_items_complete_before,
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

create or replace table checkout_sessions_read as
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
    getvariable('bronze_checkout_sessions'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, mode json, payment_status json,
        customer json, customer_account json, payment_intent json, setup_intent json, subscription json,
        invoice json, payment_link json, recovered_from json, amount_subtotal json, amount_total json,
        total_details json, currency json, presentment_details json, currency_conversion json,
        discounts json, client_reference_id json, customer_email json, customer_details json,
        collected_information json, shipping_details json, custom_fields json, consent json,
        customer_creation json, expires_at json, ui_mode json, submit_type json, locale json,
        origin_context json, integration_identifier json, success_url json, cancel_url json,
        return_url json, allow_promotion_codes json, billing_address_collection json, automatic_tax json,
        shipping_cost json, shipping_options json, payment_method_collection json,
        payment_method_types json, allowed_payment_method_types json, excluded_payment_method_types json,
        payment_method_options json, payment_method_configuration_details json, invoice_creation json,
        managed_payments json, metadata json, line_items json)',
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
    json_transform(data.total_details, '{"amount_discount": "json", "amount_shipping": "json", "amount_tax": "json"}') as in_total_details,
    json_transform(data.presentment_details, '{"presentment_amount": "json", "presentment_currency": "json"}') as in_presentment_details,
    json_transform(data.customer_details, '{"email": "json", "name": "json", "phone": "json"}') as in_customer_details,
    json_transform(data.automatic_tax, '{"enabled": "json", "status": "json"}') as in_automatic_tax,
    json_transform(data.line_items, '{"data": "json", "has_more": "json", "total_count": "json"}') as in_line_items
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(nullif(data.collected_information -> '$.shipping_details', 'null'), data.shipping_details) as member_of_shipping_details
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as checkout_session_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_text(data.mode) as mode,
    as_text(data.payment_status) as payment_status,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_id(data.payment_intent) as payment_intent_id,
    as_id(data.setup_intent) as setup_intent_id,
    as_id(data.subscription) as subscription_id,
    as_id(data.invoice) as invoice_id,
    as_id(data.payment_link) as payment_link_id,
    as_id(data.recovered_from) as recovered_from_id,
    as_integer(data.amount_subtotal) as amount_subtotal_minor,
    as_integer(data.amount_total) as amount_total_minor,
    as_integer(in_total_details.amount_discount) as total_details_amount_discount_minor,
    as_integer(in_total_details.amount_shipping) as total_details_amount_shipping_minor,
    as_integer(in_total_details.amount_tax) as total_details_amount_tax_minor,
    as_text(data.currency) as currency,
    as_integer(in_presentment_details.presentment_amount) as presentment_details_presentment_amount_minor,
    as_text(in_presentment_details.presentment_currency) as presentment_details_presentment_currency,
    data.currency_conversion as currency_conversion,
    data.discounts as discounts,
    as_text(data.client_reference_id) as client_reference_id,
    as_text(data.customer_email) as customer_email,
    as_text(in_customer_details.email) as customer_details_email,
    as_text(in_customer_details.name) as customer_details_name,
    as_text(in_customer_details.phone) as customer_details_phone,
    data.customer_details as customer_details,
    data.collected_information as collected_information,
    member_of_shipping_details as shipping_details,
    data.custom_fields as custom_fields,
    data.consent as consent,
    as_text(data.customer_creation) as customer_creation,
    as_time(data.expires_at) as expires_at,
    as_text(data.ui_mode) as ui_mode,
    as_text(data.submit_type) as submit_type,
    as_text(data.locale) as locale,
    as_text(data.origin_context) as origin_context,
    as_text(data.integration_identifier) as integration_identifier,
    as_text(data.success_url) as success_url,
    as_text(data.cancel_url) as cancel_url,
    as_text(data.return_url) as return_url,
    as_boolean(data.allow_promotion_codes) as is_allow_promotion_codes,
    as_text(data.billing_address_collection) as billing_address_collection,
    as_boolean(in_automatic_tax.enabled) as is_automatic_tax_enabled,
    as_text(in_automatic_tax.status) as automatic_tax_status,
    as_integer(nullif(data.shipping_cost -> '$.amount_total', 'null')) as shipping_cost_amount_total_minor,
    data.shipping_options as shipping_options,
    as_text(data.payment_method_collection) as payment_method_collection,
    data.payment_method_types as payment_method_types,
    data.allowed_payment_method_types as allowed_payment_method_types,
    data.excluded_payment_method_types as excluded_payment_method_types,
    data.payment_method_options as payment_method_options,
    as_id(nullif(data.payment_method_configuration_details -> '$.id', 'null')) as payment_method_configuration_id,
    data.invoice_creation as invoice_creation,
    as_boolean(nullif(data.managed_payments -> '$.enabled', 'null')) as is_managed_payments_enabled,
    data.metadata as metadata,
    case when in_line_items.data like '[_%' and in_line_items.data <> '[]' then in_line_items.data end as line_items_json
  from found
)
select
  checkout_session_id,
  created_at,
  is_livemode,
  status,
  mode,
  payment_status,
  customer_id,
  customer_account_id,
  payment_intent_id,
  setup_intent_id,
  subscription_id,
  invoice_id,
  payment_link_id,
  recovered_from_id,
  amount_subtotal_minor,
  amount_total_minor,
  total_details_amount_discount_minor,
  total_details_amount_shipping_minor,
  total_details_amount_tax_minor,
  currency,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  currency_conversion,
  discounts,
  client_reference_id,
  customer_email,
  customer_details_email,
  customer_details_name,
  customer_details_phone,
  customer_details,
  collected_information,
  shipping_details,
  custom_fields,
  consent,
  customer_creation,
  expires_at,
  ui_mode,
  submit_type,
  locale,
  origin_context,
  integration_identifier,
  success_url,
  cancel_url,
  return_url,
  is_allow_promotion_codes,
  billing_address_collection,
  is_automatic_tax_enabled,
  automatic_tax_status,
  shipping_cost_amount_total_minor,
  shipping_options,
  payment_method_collection,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  payment_method_configuration_id,
  invoice_creation,
  is_managed_payments_enabled,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  line_items_json,
  coalesce(is_stub or (in_line_items.data like '[%' and coalesce(in_line_items.has_more <> 'true', true)
    and coalesce(as_integer(in_line_items.total_count), 0) <= json_array_length(in_line_items.data)), false) as line_items_is_complete,
  case
    when ingested_at is null then 'not JSON'
    when checkout_session_id is null or checkout_session_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      wrong(mode, data.mode, 'mode', 'a text'),
      missing(data.mode, 'mode'),
      wrong(payment_status, data.payment_status, 'payment_status', 'a text'),
      missing(data.payment_status, 'payment_status'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(payment_intent_id, nullif(data.payment_intent, '""'), 'payment_intent', 'an id or an object'),
      wrong(setup_intent_id, nullif(data.setup_intent, '""'), 'setup_intent', 'an id or an object'),
      wrong(subscription_id, nullif(data.subscription, '""'), 'subscription', 'an id or an object'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(payment_link_id, nullif(data.payment_link, '""'), 'payment_link', 'an id or an object'),
      wrong(recovered_from_id, nullif(data.recovered_from, '""'), 'recovered_from', 'an id or an object'),
      wrong(amount_subtotal_minor, data.amount_subtotal, 'amount_subtotal', 'a whole number of minor units'),
      wrong(amount_total_minor, data.amount_total, 'amount_total', 'a whole number of minor units'),
      wrong(total_details_amount_discount_minor, in_total_details.amount_discount, 'total_details.amount_discount', 'a whole number of minor units'),
      wrong(total_details_amount_shipping_minor, in_total_details.amount_shipping, 'total_details.amount_shipping', 'a whole number of minor units'),
      wrong(total_details_amount_tax_minor, in_total_details.amount_tax, 'total_details.amount_tax', 'a whole number of minor units'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      wrong(presentment_details_presentment_amount_minor, in_presentment_details.presentment_amount, 'presentment_details.presentment_amount', 'a whole number of minor units'),
      wrong(presentment_details_presentment_currency, in_presentment_details.presentment_currency, 'presentment_details.presentment_currency', 'a currency code'),
      wrong(client_reference_id, data.client_reference_id, 'client_reference_id', 'a text'),
      wrong_personal(customer_email, data.customer_email, 'customer_email', 'a text'),
      wrong_personal(customer_details_email, in_customer_details.email, 'customer_details.email', 'a text'),
      wrong_personal(customer_details_name, in_customer_details.name, 'customer_details.name', 'a text'),
      wrong_personal(customer_details_phone, in_customer_details.phone, 'customer_details.phone', 'a text'),
      wrong(customer_creation, data.customer_creation, 'customer_creation', 'a text'),
      wrong(expires_at, data.expires_at, 'expires_at', 'unix seconds'),
      wrong(ui_mode, data.ui_mode, 'ui_mode', 'a text'),
      wrong(submit_type, data.submit_type, 'submit_type', 'a text'),
      wrong(locale, data.locale, 'locale', 'a text'),
      wrong(origin_context, data.origin_context, 'origin_context', 'a text'),
      wrong(integration_identifier, data.integration_identifier, 'integration_identifier', 'a text'),
      wrong(success_url, data.success_url, 'success_url', 'a text'),
      wrong(cancel_url, data.cancel_url, 'cancel_url', 'a text'),
      wrong(return_url, data.return_url, 'return_url', 'a text'),
      wrong(is_allow_promotion_codes, data.allow_promotion_codes, 'allow_promotion_codes', 'true or false'),
      wrong(billing_address_collection, data.billing_address_collection, 'billing_address_collection', 'a text'),
      wrong(is_automatic_tax_enabled, in_automatic_tax.enabled, 'automatic_tax.enabled', 'true or false'),
      wrong(automatic_tax_status, in_automatic_tax.status, 'automatic_tax.status', 'a text'),
      wrong(shipping_cost_amount_total_minor, nullif(data.shipping_cost -> '$.amount_total', 'null'), 'shipping_cost.amount_total', 'a whole number of minor units'),
      wrong(payment_method_collection, data.payment_method_collection, 'payment_method_collection', 'a text'),
      wrong(payment_method_configuration_id, nullif(nullif(data.payment_method_configuration_details -> '$.id', 'null'), '""'), 'payment_method_configuration_details.id', 'an id or an object'),
      wrong(is_managed_payments_enabled, nullif(data.managed_payments -> '$.enabled', 'null'), 'managed_payments.enabled', 'true or false')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from checkout_sessions_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from checkout_sessions_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_checkout_sessions'), filename = true)
  where checkout_session_id in (select checkout_session_id from checkout_sessions_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view checkout_sessions_accepted as
select
  checkout_session_id, created_at, is_livemode, status, mode, payment_status, customer_id,
  customer_account_id, payment_intent_id, setup_intent_id, subscription_id, invoice_id,
  payment_link_id, recovered_from_id, amount_subtotal_minor, amount_total_minor,
  total_details_amount_discount_minor, total_details_amount_shipping_minor,
  total_details_amount_tax_minor, currency, presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency, currency_conversion, discounts, client_reference_id,
  customer_email, customer_details_email, customer_details_name, customer_details_phone,
  customer_details, collected_information, shipping_details, custom_fields, consent,
  customer_creation, expires_at, ui_mode, submit_type, locale, origin_context, integration_identifier,
  success_url, cancel_url, return_url, is_allow_promotion_codes, billing_address_collection,
  is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_options,
  payment_method_collection, payment_method_types, allowed_payment_method_types,
  excluded_payment_method_types, payment_method_options, payment_method_configuration_id,
  invoice_creation, is_managed_payments_enabled, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, line_items_complete_at,
  line_items_complete_sequence, absences, line_items_complete_before,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_checkout_sessions'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table checkout_sessions_unsettled as
with candidates as (
  select checkout_session_id, is_stub, observed_at, observed_sequence from checkout_sessions_read where broken is null
  union all
  select checkout_session_id, false, observed_at, observed_sequence from checkout_sessions_accepted
)
select checkout_session_id from candidates group by checkout_session_id having count(*) > 1 or bool_or(is_stub);

create or replace table checkout_sessions_settled as
with candidates as (
  select
    checkout_session_id, created_at, is_livemode, status, mode, payment_status, customer_id,
    customer_account_id, payment_intent_id, setup_intent_id, subscription_id, invoice_id,
    payment_link_id, recovered_from_id, amount_subtotal_minor, amount_total_minor,
    total_details_amount_discount_minor, total_details_amount_shipping_minor,
    total_details_amount_tax_minor, currency, presentment_details_presentment_amount_minor,
    presentment_details_presentment_currency, currency_conversion, discounts, client_reference_id,
    customer_email, customer_details_email, customer_details_name, customer_details_phone,
    customer_details, collected_information, shipping_details, custom_fields, consent,
    customer_creation, expires_at, ui_mode, submit_type, locale, origin_context, integration_identifier,
    success_url, cancel_url, return_url, is_allow_promotion_codes, billing_address_collection,
    is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_options,
    payment_method_collection, payment_method_types, allowed_payment_method_types,
    excluded_payment_method_types, payment_method_options, payment_method_configuration_id,
    invoice_creation, is_managed_payments_enabled, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when line_items_is_complete then [version(observed_at, if(is_stub, 9, observed_sequence))] end as line_items_complete
  from checkout_sessions_read semi join checkout_sessions_unsettled using (checkout_session_id)
  where broken is null
  union all
  select
    checkout_session_id, created_at, is_livemode, status, mode, payment_status, customer_id,
    customer_account_id, payment_intent_id, setup_intent_id, subscription_id, invoice_id,
    payment_link_id, recovered_from_id, amount_subtotal_minor, amount_total_minor,
    total_details_amount_discount_minor, total_details_amount_shipping_minor,
    total_details_amount_tax_minor, currency, presentment_details_presentment_amount_minor,
    presentment_details_presentment_currency, currency_conversion, discounts, client_reference_id,
    customer_email, customer_details_email, customer_details_name, customer_details_phone,
    customer_details, collected_information, shipping_details, custom_fields, consent,
    customer_creation, expires_at, ui_mode, submit_type, locale, origin_context, integration_identifier,
    success_url, cancel_url, return_url, is_allow_promotion_codes, billing_address_collection,
    is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_options,
    payment_method_collection, payment_method_types, allowed_payment_method_types,
    excluded_payment_method_types, payment_method_options, payment_method_configuration_id,
    invoice_creation, is_managed_payments_enabled, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    versions(line_items_complete_at, line_items_complete_sequence, line_items_complete_before)
  from checkout_sessions_accepted semi join checkout_sessions_unsettled using (checkout_session_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by checkout_session_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, mode, payment_status, customer_id, customer_account_id,
        payment_intent_id, setup_intent_id, subscription_id, invoice_id, payment_link_id, recovered_from_id,
        amount_subtotal_minor, amount_total_minor, total_details_amount_discount_minor,
        total_details_amount_shipping_minor, total_details_amount_tax_minor, currency,
        presentment_details_presentment_amount_minor, presentment_details_presentment_currency,
        currency_conversion, discounts, client_reference_id, customer_email, customer_details_email,
        customer_details_name, customer_details_phone, customer_details, collected_information,
        shipping_details, custom_fields, consent, customer_creation, expires_at, ui_mode, submit_type,
        locale, origin_context, integration_identifier, success_url, cancel_url, return_url,
        is_allow_promotion_codes, billing_address_collection, is_automatic_tax_enabled,
        automatic_tax_status, shipping_cost_amount_total_minor, shipping_options, payment_method_collection,
        payment_method_types, allowed_payment_method_types, excluded_payment_method_types,
        payment_method_options, payment_method_configuration_id, invoice_creation,
        is_managed_payments_enabled, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select checkout_session_id, unnest(absences) as absence from candidates
),
later as (
  select gone.checkout_session_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (checkout_session_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.checkout_session_id
),
complete as (
  select checkout_session_id, list_reverse_sort(list_distinct(flatten(list(line_items_complete)))) as line_items_complete
  from candidates group by checkout_session_id
)
select
  newest.checkout_session_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.mode,
  newest.payment_status,
  newest.customer_id,
  newest.customer_account_id,
  newest.payment_intent_id,
  newest.setup_intent_id,
  newest.subscription_id,
  newest.invoice_id,
  newest.payment_link_id,
  newest.recovered_from_id,
  newest.amount_subtotal_minor,
  newest.amount_total_minor,
  newest.total_details_amount_discount_minor,
  newest.total_details_amount_shipping_minor,
  newest.total_details_amount_tax_minor,
  newest.currency,
  newest.presentment_details_presentment_amount_minor,
  newest.presentment_details_presentment_currency,
  newest.currency_conversion,
  newest.discounts,
  newest.client_reference_id,
  newest.customer_email,
  newest.customer_details_email,
  newest.customer_details_name,
  newest.customer_details_phone,
  newest.customer_details,
  newest.collected_information,
  newest.shipping_details,
  newest.custom_fields,
  newest.consent,
  newest.customer_creation,
  newest.expires_at,
  newest.ui_mode,
  newest.submit_type,
  newest.locale,
  newest.origin_context,
  newest.integration_identifier,
  newest.success_url,
  newest.cancel_url,
  newest.return_url,
  newest.is_allow_promotion_codes,
  newest.billing_address_collection,
  newest.is_automatic_tax_enabled,
  newest.automatic_tax_status,
  newest.shipping_cost_amount_total_minor,
  newest.shipping_options,
  newest.payment_method_collection,
  newest.payment_method_types,
  newest.allowed_payment_method_types,
  newest.excluded_payment_method_types,
  newest.payment_method_options,
  newest.payment_method_configuration_id,
  newest.invoice_creation,
  newest.is_managed_payments_enabled,
  newest.metadata,
  later.absences is not null as is_deleted,
  later.absences[1].observed_at as deleted_at,
  newest.is_stub as is_placeholder,
  newest.observed_at,
  newest.observed_sequence,
  newest.ingested_at,
  newest.bronze_run_id,
  newest.api_version,
  complete.line_items_complete[1].observed_at as line_items_complete_at,
  complete.line_items_complete[1].sequence as line_items_complete_sequence,
  later.absences,
  case when len(complete.line_items_complete) > 1 then complete.line_items_complete[2:] end as line_items_complete_before,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (checkout_session_id)
left join complete using (checkout_session_id);

create or replace view checkout_sessions_merged as
select
  checkout_session_id,
  created_at,
  is_livemode,
  status,
  mode,
  payment_status,
  customer_id,
  customer_account_id,
  payment_intent_id,
  setup_intent_id,
  subscription_id,
  invoice_id,
  payment_link_id,
  recovered_from_id,
  amount_subtotal_minor,
  amount_total_minor,
  total_details_amount_discount_minor,
  total_details_amount_shipping_minor,
  total_details_amount_tax_minor,
  currency,
  presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency,
  currency_conversion,
  discounts,
  client_reference_id,
  customer_email,
  customer_details_email,
  customer_details_name,
  customer_details_phone,
  customer_details,
  collected_information,
  shipping_details,
  custom_fields,
  consent,
  customer_creation,
  expires_at,
  ui_mode,
  submit_type,
  locale,
  origin_context,
  integration_identifier,
  success_url,
  cancel_url,
  return_url,
  is_allow_promotion_codes,
  billing_address_collection,
  is_automatic_tax_enabled,
  automatic_tax_status,
  shipping_cost_amount_total_minor,
  shipping_options,
  payment_method_collection,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  payment_method_configuration_id,
  invoice_creation,
  is_managed_payments_enabled,
  metadata,
  false as is_deleted,
  null::timestamptz as deleted_at,
  false as is_placeholder,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when line_items_is_complete then observed_at end as line_items_complete_at,
  case when line_items_is_complete then observed_sequence end as line_items_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as line_items_complete_before,
  dt
from checkout_sessions_read anti join checkout_sessions_unsettled using (checkout_session_id)
where broken is null
union all
select
  checkout_session_id, created_at, is_livemode, status, mode, payment_status, customer_id,
  customer_account_id, payment_intent_id, setup_intent_id, subscription_id, invoice_id,
  payment_link_id, recovered_from_id, amount_subtotal_minor, amount_total_minor,
  total_details_amount_discount_minor, total_details_amount_shipping_minor,
  total_details_amount_tax_minor, currency, presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency, currency_conversion, discounts, client_reference_id,
  customer_email, customer_details_email, customer_details_name, customer_details_phone,
  customer_details, collected_information, shipping_details, custom_fields, consent,
  customer_creation, expires_at, ui_mode, submit_type, locale, origin_context, integration_identifier,
  success_url, cancel_url, return_url, is_allow_promotion_codes, billing_address_collection,
  is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_options,
  payment_method_collection, payment_method_types, allowed_payment_method_types,
  excluded_payment_method_types, payment_method_options, payment_method_configuration_id,
  invoice_creation, is_managed_payments_enabled, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, line_items_complete_at,
  line_items_complete_sequence, absences, line_items_complete_before, dt
from checkout_sessions_accepted anti join checkout_sessions_unsettled using (checkout_session_id)
union all
select
  checkout_session_id, created_at, is_livemode, status, mode, payment_status, customer_id,
  customer_account_id, payment_intent_id, setup_intent_id, subscription_id, invoice_id,
  payment_link_id, recovered_from_id, amount_subtotal_minor, amount_total_minor,
  total_details_amount_discount_minor, total_details_amount_shipping_minor,
  total_details_amount_tax_minor, currency, presentment_details_presentment_amount_minor,
  presentment_details_presentment_currency, currency_conversion, discounts, client_reference_id,
  customer_email, customer_details_email, customer_details_name, customer_details_phone,
  customer_details, collected_information, shipping_details, custom_fields, consent,
  customer_creation, expires_at, ui_mode, submit_type, locale, origin_context, integration_identifier,
  success_url, cancel_url, return_url, is_allow_promotion_codes, billing_address_collection,
  is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_options,
  payment_method_collection, payment_method_types, allowed_payment_method_types,
  excluded_payment_method_types, payment_method_options, payment_method_configuration_id,
  invoice_creation, is_managed_payments_enabled, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, line_items_complete_at,
  line_items_complete_sequence, absences, line_items_complete_before, dt
from checkout_sessions_settled;
