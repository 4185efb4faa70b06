-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: subscriptions
-- grain: one row per subscription of a source: subscription_id
-- depends_on: bronze.subscriptions
-- description: A customer's agreement to pay again every period; its items say for what.
-- assert_unique: subscription_id
-- assert_not_null: subscription_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as subscription_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as currency,
  null::varchar as collection_method,
  null::bigint as days_until_due,
  null::timestamptz as start_at,
  null::timestamptz as billing_cycle_anchor_at,
  null::json as billing_cycle_anchor_config,
  null::timestamptz as current_period_start_at,
  null::timestamptz as current_period_end_at,
  null::bigint as quantity,
  null::timestamptz as trial_start_at,
  null::timestamptz as trial_end_at,
  null::varchar as trial_settings_end_behavior_missing_payment_method,
  null::boolean as is_cancel_at_period_end,
  null::timestamptz as cancel_at,
  null::timestamptz as canceled_at,
  null::timestamptz as ended_at,
  null::varchar as cancellation_details_reason,
  null::varchar as cancellation_details_feedback,
  null::varchar as cancellation_details_comment,
  null::varchar as pause_collection_behavior,
  null::timestamptz as pause_collection_resumes_at,
  null::varchar as default_payment_method_id,
  null::varchar as default_source_id,
  null::varchar as latest_invoice_id,
  null::timestamptz as next_pending_invoice_item_invoice_at,
  null::varchar as description,
  null::varchar[] as discount_ids,
  null::varchar as discount_id,
  null::json as default_tax_rates,
  null::boolean as is_automatic_tax_enabled,
  null::varchar as automatic_tax_disabled_reason,
  null::varchar as billing_mode_type,
  null::json as billing_schedules,
  null::json as billing_thresholds,
  null::json as invoice_settings,
  null::json as payment_settings,
  null::json as pending_invoice_item_interval,
  null::timestamptz as pending_update_expires_at,
  null::json as pending_update,
  null::varchar as pending_setup_intent_id,
  null::varchar as schedule_id,
  null::json as status_details,
  null::varchar as presentment_details_presentment_currency,
  null::boolean as is_managed_payments_enabled,
  null::varchar as application_id,
  null::decimal(38, 18) as application_fee_percent,
  null::varchar as on_behalf_of_id,
  null::varchar as transfer_data_destination_id,
  null::decimal(38, 18) as transfer_data_amount_percent,
  null::varchar as test_clock_id,
  null::json as metadata,
  null::boolean as is_deleted,
  null::timestamptz as deleted_at,
  null::boolean as is_placeholder,
  null::timestamptz as observed_at,
  null::bigint as observed_sequence,
  null::timestamptz as ingested_at,
  null::varchar as bronze_run_id,
  null::varchar as api_version,
  null::timestamptz as items_complete_at,
  null::bigint as items_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as items_complete_before,
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

create or replace table subscriptions_read as
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
    getvariable('bronze_subscriptions'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, customer json,
        customer_account json, currency json, collection_method json, days_until_due json, start_date json,
        billing_cycle_anchor json, billing_cycle_anchor_config json, current_period_start json,
        current_period_end json, quantity json, trial_start json, trial_end json, trial_settings json,
        cancel_at_period_end json, cancel_at json, canceled_at json, ended_at json,
        cancellation_details json, pause_collection json, default_payment_method json, default_source json,
        latest_invoice json, next_pending_invoice_item_invoice json, description json, discounts json,
        discount json, default_tax_rates json, automatic_tax json, billing_mode json,
        billing_schedules json, billing_thresholds json, invoice_settings json, payment_settings json,
        pending_invoice_item_interval json, pending_update json, pending_setup_intent json, schedule json,
        status_details json, presentment_details json, managed_payments json, application json,
        application_fee_percent json, on_behalf_of json, transfer_data json, test_clock json, metadata json,
        items json)',
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
    json_transform(data.cancellation_details, '{"reason": "json", "feedback": "json", "comment": "json"}') as in_cancellation_details,
    json_transform(data.pause_collection, '{"behavior": "json", "resumes_at": "json"}') as in_pause_collection,
    json_transform(data.automatic_tax, '{"enabled": "json", "disabled_reason": "json"}') as in_automatic_tax,
    json_transform(data.transfer_data, '{"destination": "json", "amount_percent": "json"}') as in_transfer_data,
    json_transform(data.items, '{"data": "json", "has_more": "json", "total_count": "json"}') as in_items
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as subscription_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_text(data.currency) as currency,
    as_text(data.collection_method) as collection_method,
    as_integer(data.days_until_due) as days_until_due,
    as_time(data.start_date) as start_at,
    as_time(data.billing_cycle_anchor) as billing_cycle_anchor_at,
    data.billing_cycle_anchor_config as billing_cycle_anchor_config,
    as_time(data.current_period_start) as current_period_start_at,
    as_time(data.current_period_end) as current_period_end_at,
    as_integer(data.quantity) as quantity,
    as_time(data.trial_start) as trial_start_at,
    as_time(data.trial_end) as trial_end_at,
    as_text(nullif(data.trial_settings -> '$.end_behavior.missing_payment_method', 'null')) as trial_settings_end_behavior_missing_payment_method,
    as_boolean(data.cancel_at_period_end) as is_cancel_at_period_end,
    as_time(data.cancel_at) as cancel_at,
    as_time(data.canceled_at) as canceled_at,
    as_time(data.ended_at) as ended_at,
    as_text(in_cancellation_details.reason) as cancellation_details_reason,
    as_text(in_cancellation_details.feedback) as cancellation_details_feedback,
    as_text(in_cancellation_details.comment) as cancellation_details_comment,
    as_text(in_pause_collection.behavior) as pause_collection_behavior,
    as_time(in_pause_collection.resumes_at) as pause_collection_resumes_at,
    as_id(data.default_payment_method) as default_payment_method_id,
    as_id(data.default_source) as default_source_id,
    as_id(data.latest_invoice) as latest_invoice_id,
    as_time(data.next_pending_invoice_item_invoice) as next_pending_invoice_item_invoice_at,
    as_text(data.description) as description,
    as_ids(data.discounts) as discount_ids,
    as_id(data.discount) as discount_id,
    data.default_tax_rates as default_tax_rates,
    as_boolean(in_automatic_tax.enabled) as is_automatic_tax_enabled,
    as_text(in_automatic_tax.disabled_reason) as automatic_tax_disabled_reason,
    as_text(nullif(data.billing_mode -> '$.type', 'null')) as billing_mode_type,
    data.billing_schedules as billing_schedules,
    data.billing_thresholds as billing_thresholds,
    data.invoice_settings as invoice_settings,
    data.payment_settings as payment_settings,
    data.pending_invoice_item_interval as pending_invoice_item_interval,
    as_time(nullif(data.pending_update -> '$.expires_at', 'null')) as pending_update_expires_at,
    data.pending_update as pending_update,
    as_id(data.pending_setup_intent) as pending_setup_intent_id,
    as_id(data.schedule) as schedule_id,
    data.status_details as status_details,
    as_text(nullif(data.presentment_details -> '$.presentment_currency', 'null')) as presentment_details_presentment_currency,
    as_boolean(nullif(data.managed_payments -> '$.enabled', 'null')) as is_managed_payments_enabled,
    as_id(data.application) as application_id,
    as_decimal(data.application_fee_percent) as application_fee_percent,
    as_id(data.on_behalf_of) as on_behalf_of_id,
    as_id(in_transfer_data.destination) as transfer_data_destination_id,
    as_decimal(in_transfer_data.amount_percent) as transfer_data_amount_percent,
    as_id(data.test_clock) as test_clock_id,
    data.metadata as metadata,
    case when in_items.data like '[_%' and in_items.data <> '[]' then in_items.data end as items_json,
    list_filter(json_extract(data.default_tax_rates, '$[*]'), lambda place: place like '{%') as sighted_tax_rates,
    list_filter(list_concat(json_extract(data.discounts, '$[*]'), [data.discount]), lambda place: place like '{%') as sighted_discounts
  from opened
)
select
  subscription_id,
  created_at,
  is_livemode,
  status,
  customer_id,
  customer_account_id,
  currency,
  collection_method,
  days_until_due,
  start_at,
  billing_cycle_anchor_at,
  billing_cycle_anchor_config,
  current_period_start_at,
  current_period_end_at,
  quantity,
  trial_start_at,
  trial_end_at,
  trial_settings_end_behavior_missing_payment_method,
  is_cancel_at_period_end,
  cancel_at,
  canceled_at,
  ended_at,
  cancellation_details_reason,
  cancellation_details_feedback,
  cancellation_details_comment,
  pause_collection_behavior,
  pause_collection_resumes_at,
  default_payment_method_id,
  default_source_id,
  latest_invoice_id,
  next_pending_invoice_item_invoice_at,
  description,
  discount_ids,
  discount_id,
  default_tax_rates,
  is_automatic_tax_enabled,
  automatic_tax_disabled_reason,
  billing_mode_type,
  billing_schedules,
  billing_thresholds,
  invoice_settings,
  payment_settings,
  pending_invoice_item_interval,
  pending_update_expires_at,
  pending_update,
  pending_setup_intent_id,
  schedule_id,
  status_details,
  presentment_details_presentment_currency,
  is_managed_payments_enabled,
  application_id,
  application_fee_percent,
  on_behalf_of_id,
  transfer_data_destination_id,
  transfer_data_amount_percent,
  test_clock_id,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  items_json,
  coalesce(is_stub or (in_items.data like '[%' and coalesce(in_items.has_more <> 'true', true)
    and coalesce(as_integer(in_items.total_count), 0) <= json_array_length(in_items.data)), false) as items_is_complete,
  sighted_tax_rates,
  sighted_discounts,
  case
    when ingested_at is null then 'not JSON'
    when subscription_id is null or subscription_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      wrong(collection_method, data.collection_method, 'collection_method', 'a text'),
      wrong(days_until_due, data.days_until_due, 'days_until_due', 'a whole number'),
      wrong(start_at, data.start_date, 'start_date', 'unix seconds'),
      wrong(billing_cycle_anchor_at, data.billing_cycle_anchor, 'billing_cycle_anchor', 'unix seconds'),
      wrong(current_period_start_at, data.current_period_start, 'current_period_start', 'unix seconds'),
      wrong(current_period_end_at, data.current_period_end, 'current_period_end', 'unix seconds'),
      wrong(quantity, data.quantity, 'quantity', 'a whole number'),
      wrong(trial_start_at, data.trial_start, 'trial_start', 'unix seconds'),
      wrong(trial_end_at, data.trial_end, 'trial_end', 'unix seconds'),
      wrong(trial_settings_end_behavior_missing_payment_method, nullif(data.trial_settings -> '$.end_behavior.missing_payment_method', 'null'), 'trial_settings.end_behavior.missing_payment_method', 'a text'),
      wrong(is_cancel_at_period_end, data.cancel_at_period_end, 'cancel_at_period_end', 'true or false'),
      wrong(cancel_at, data.cancel_at, 'cancel_at', 'unix seconds'),
      wrong(canceled_at, data.canceled_at, 'canceled_at', 'unix seconds'),
      wrong(ended_at, data.ended_at, 'ended_at', 'unix seconds'),
      wrong(cancellation_details_reason, in_cancellation_details.reason, 'cancellation_details.reason', 'a text'),
      wrong(cancellation_details_feedback, in_cancellation_details.feedback, 'cancellation_details.feedback', 'a text'),
      wrong_personal(cancellation_details_comment, in_cancellation_details.comment, 'cancellation_details.comment', 'a text'),
      wrong(pause_collection_behavior, in_pause_collection.behavior, 'pause_collection.behavior', 'a text'),
      wrong(pause_collection_resumes_at, in_pause_collection.resumes_at, 'pause_collection.resumes_at', 'unix seconds'),
      wrong(default_payment_method_id, nullif(data.default_payment_method, '""'), 'default_payment_method', 'an id or an object'),
      wrong(default_source_id, nullif(data.default_source, '""'), 'default_source', 'an id or an object'),
      wrong(latest_invoice_id, nullif(data.latest_invoice, '""'), 'latest_invoice', 'an id or an object'),
      wrong(next_pending_invoice_item_invoice_at, data.next_pending_invoice_item_invoice, 'next_pending_invoice_item_invoice', 'unix seconds'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong(discount_ids, data.discounts, 'discounts', 'an array of ids or objects'),
      wrong(discount_id, nullif(data.discount, '""'), 'discount', 'an id or an object'),
      wrong(is_automatic_tax_enabled, in_automatic_tax.enabled, 'automatic_tax.enabled', 'true or false'),
      wrong(automatic_tax_disabled_reason, in_automatic_tax.disabled_reason, 'automatic_tax.disabled_reason', 'a text'),
      wrong(billing_mode_type, nullif(data.billing_mode -> '$.type', 'null'), 'billing_mode.type', 'a text'),
      wrong(pending_update_expires_at, nullif(data.pending_update -> '$.expires_at', 'null'), 'pending_update.expires_at', 'unix seconds'),
      wrong(pending_setup_intent_id, nullif(data.pending_setup_intent, '""'), 'pending_setup_intent', 'an id or an object'),
      wrong(schedule_id, nullif(data.schedule, '""'), 'schedule', 'an id or an object'),
      wrong(presentment_details_presentment_currency, nullif(data.presentment_details -> '$.presentment_currency', 'null'), 'presentment_details.presentment_currency', 'a text'),
      wrong(is_managed_payments_enabled, nullif(data.managed_payments -> '$.enabled', 'null'), 'managed_payments.enabled', 'true or false'),
      wrong(application_id, nullif(data.application, '""'), 'application', 'an id or an object'),
      wrong(application_fee_percent, data.application_fee_percent, 'application_fee_percent', 'a decimal number'),
      wrong(on_behalf_of_id, nullif(data.on_behalf_of, '""'), 'on_behalf_of', 'an id or an object'),
      wrong(transfer_data_destination_id, nullif(in_transfer_data.destination, '""'), 'transfer_data.destination', 'an id or an object'),
      wrong(transfer_data_amount_percent, in_transfer_data.amount_percent, 'transfer_data.amount_percent', 'a decimal number'),
      wrong(test_clock_id, nullif(data.test_clock, '""'), 'test_clock', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from subscriptions_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from subscriptions_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_subscriptions'), filename = true)
  where subscription_id in (select subscription_id from subscriptions_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view subscriptions_accepted as
select
  subscription_id, created_at, is_livemode, status, customer_id, customer_account_id, currency,
  collection_method, days_until_due, start_at, billing_cycle_anchor_at, billing_cycle_anchor_config,
  current_period_start_at, current_period_end_at, quantity, trial_start_at, trial_end_at,
  trial_settings_end_behavior_missing_payment_method, is_cancel_at_period_end, cancel_at, canceled_at,
  ended_at, cancellation_details_reason, cancellation_details_feedback, cancellation_details_comment,
  pause_collection_behavior, pause_collection_resumes_at, default_payment_method_id,
  default_source_id, latest_invoice_id, next_pending_invoice_item_invoice_at, description,
  discount_ids, discount_id, default_tax_rates, is_automatic_tax_enabled,
  automatic_tax_disabled_reason, billing_mode_type, billing_schedules, billing_thresholds,
  invoice_settings, payment_settings, pending_invoice_item_interval, pending_update_expires_at,
  pending_update, pending_setup_intent_id, schedule_id, status_details,
  presentment_details_presentment_currency, is_managed_payments_enabled, application_id,
  application_fee_percent, on_behalf_of_id, transfer_data_destination_id,
  transfer_data_amount_percent, test_clock_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, items_complete_at,
  items_complete_sequence, absences, items_complete_before,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_subscriptions'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table subscriptions_unsettled as
with candidates as (
  select subscription_id, is_stub, observed_at, observed_sequence from subscriptions_read where broken is null
  union all
  select subscription_id, false, observed_at, observed_sequence from subscriptions_accepted
)
select subscription_id from candidates group by subscription_id having count(*) > 1 or bool_or(is_stub);

create or replace table subscriptions_settled as
with candidates as (
  select
    subscription_id, created_at, is_livemode, status, customer_id, customer_account_id, currency,
    collection_method, days_until_due, start_at, billing_cycle_anchor_at, billing_cycle_anchor_config,
    current_period_start_at, current_period_end_at, quantity, trial_start_at, trial_end_at,
    trial_settings_end_behavior_missing_payment_method, is_cancel_at_period_end, cancel_at, canceled_at,
    ended_at, cancellation_details_reason, cancellation_details_feedback, cancellation_details_comment,
    pause_collection_behavior, pause_collection_resumes_at, default_payment_method_id,
    default_source_id, latest_invoice_id, next_pending_invoice_item_invoice_at, description,
    discount_ids, discount_id, default_tax_rates, is_automatic_tax_enabled,
    automatic_tax_disabled_reason, billing_mode_type, billing_schedules, billing_thresholds,
    invoice_settings, payment_settings, pending_invoice_item_interval, pending_update_expires_at,
    pending_update, pending_setup_intent_id, schedule_id, status_details,
    presentment_details_presentment_currency, is_managed_payments_enabled, application_id,
    application_fee_percent, on_behalf_of_id, transfer_data_destination_id,
    transfer_data_amount_percent, test_clock_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when items_is_complete then [version(observed_at, if(is_stub, 9, observed_sequence))] end as items_complete
  from subscriptions_read semi join subscriptions_unsettled using (subscription_id)
  where broken is null
  union all
  select
    subscription_id, created_at, is_livemode, status, customer_id, customer_account_id, currency,
    collection_method, days_until_due, start_at, billing_cycle_anchor_at, billing_cycle_anchor_config,
    current_period_start_at, current_period_end_at, quantity, trial_start_at, trial_end_at,
    trial_settings_end_behavior_missing_payment_method, is_cancel_at_period_end, cancel_at, canceled_at,
    ended_at, cancellation_details_reason, cancellation_details_feedback, cancellation_details_comment,
    pause_collection_behavior, pause_collection_resumes_at, default_payment_method_id,
    default_source_id, latest_invoice_id, next_pending_invoice_item_invoice_at, description,
    discount_ids, discount_id, default_tax_rates, is_automatic_tax_enabled,
    automatic_tax_disabled_reason, billing_mode_type, billing_schedules, billing_thresholds,
    invoice_settings, payment_settings, pending_invoice_item_interval, pending_update_expires_at,
    pending_update, pending_setup_intent_id, schedule_id, status_details,
    presentment_details_presentment_currency, is_managed_payments_enabled, application_id,
    application_fee_percent, on_behalf_of_id, transfer_data_destination_id,
    transfer_data_amount_percent, test_clock_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    versions(items_complete_at, items_complete_sequence, items_complete_before)
  from subscriptions_accepted semi join subscriptions_unsettled using (subscription_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by subscription_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, customer_id, customer_account_id, currency, collection_method,
        days_until_due, start_at, billing_cycle_anchor_at, billing_cycle_anchor_config,
        current_period_start_at, current_period_end_at, quantity, trial_start_at, trial_end_at,
        trial_settings_end_behavior_missing_payment_method, is_cancel_at_period_end, cancel_at, canceled_at,
        ended_at, cancellation_details_reason, cancellation_details_feedback, cancellation_details_comment,
        pause_collection_behavior, pause_collection_resumes_at, default_payment_method_id,
        default_source_id, latest_invoice_id, next_pending_invoice_item_invoice_at, description,
        discount_ids, discount_id, default_tax_rates, is_automatic_tax_enabled,
        automatic_tax_disabled_reason, billing_mode_type, billing_schedules, billing_thresholds,
        invoice_settings, payment_settings, pending_invoice_item_interval, pending_update_expires_at,
        pending_update, pending_setup_intent_id, schedule_id, status_details,
        presentment_details_presentment_currency, is_managed_payments_enabled, application_id,
        application_fee_percent, on_behalf_of_id, transfer_data_destination_id,
        transfer_data_amount_percent, test_clock_id, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select subscription_id, unnest(absences) as absence from candidates
),
later as (
  select gone.subscription_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (subscription_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.subscription_id
),
complete as (
  select subscription_id, list_reverse_sort(list_distinct(flatten(list(items_complete)))) as items_complete
  from candidates group by subscription_id
)
select
  newest.subscription_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.customer_id,
  newest.customer_account_id,
  newest.currency,
  newest.collection_method,
  newest.days_until_due,
  newest.start_at,
  newest.billing_cycle_anchor_at,
  newest.billing_cycle_anchor_config,
  newest.current_period_start_at,
  newest.current_period_end_at,
  newest.quantity,
  newest.trial_start_at,
  newest.trial_end_at,
  newest.trial_settings_end_behavior_missing_payment_method,
  newest.is_cancel_at_period_end,
  newest.cancel_at,
  newest.canceled_at,
  newest.ended_at,
  newest.cancellation_details_reason,
  newest.cancellation_details_feedback,
  newest.cancellation_details_comment,
  newest.pause_collection_behavior,
  newest.pause_collection_resumes_at,
  newest.default_payment_method_id,
  newest.default_source_id,
  newest.latest_invoice_id,
  newest.next_pending_invoice_item_invoice_at,
  newest.description,
  newest.discount_ids,
  newest.discount_id,
  newest.default_tax_rates,
  newest.is_automatic_tax_enabled,
  newest.automatic_tax_disabled_reason,
  newest.billing_mode_type,
  newest.billing_schedules,
  newest.billing_thresholds,
  newest.invoice_settings,
  newest.payment_settings,
  newest.pending_invoice_item_interval,
  newest.pending_update_expires_at,
  newest.pending_update,
  newest.pending_setup_intent_id,
  newest.schedule_id,
  newest.status_details,
  newest.presentment_details_presentment_currency,
  newest.is_managed_payments_enabled,
  newest.application_id,
  newest.application_fee_percent,
  newest.on_behalf_of_id,
  newest.transfer_data_destination_id,
  newest.transfer_data_amount_percent,
  newest.test_clock_id,
  newest.metadata,
  later.absences is not null as is_deleted,
  later.absences[1].observed_at as deleted_at,
  newest.is_stub as is_placeholder,
  newest.observed_at,
  newest.observed_sequence,
  newest.ingested_at,
  newest.bronze_run_id,
  newest.api_version,
  complete.items_complete[1].observed_at as items_complete_at,
  complete.items_complete[1].sequence as items_complete_sequence,
  later.absences,
  case when len(complete.items_complete) > 1 then complete.items_complete[2:] end as items_complete_before,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (subscription_id)
left join complete using (subscription_id);

create or replace view subscriptions_merged as
select
  subscription_id,
  created_at,
  is_livemode,
  status,
  customer_id,
  customer_account_id,
  currency,
  collection_method,
  days_until_due,
  start_at,
  billing_cycle_anchor_at,
  billing_cycle_anchor_config,
  current_period_start_at,
  current_period_end_at,
  quantity,
  trial_start_at,
  trial_end_at,
  trial_settings_end_behavior_missing_payment_method,
  is_cancel_at_period_end,
  cancel_at,
  canceled_at,
  ended_at,
  cancellation_details_reason,
  cancellation_details_feedback,
  cancellation_details_comment,
  pause_collection_behavior,
  pause_collection_resumes_at,
  default_payment_method_id,
  default_source_id,
  latest_invoice_id,
  next_pending_invoice_item_invoice_at,
  description,
  discount_ids,
  discount_id,
  default_tax_rates,
  is_automatic_tax_enabled,
  automatic_tax_disabled_reason,
  billing_mode_type,
  billing_schedules,
  billing_thresholds,
  invoice_settings,
  payment_settings,
  pending_invoice_item_interval,
  pending_update_expires_at,
  pending_update,
  pending_setup_intent_id,
  schedule_id,
  status_details,
  presentment_details_presentment_currency,
  is_managed_payments_enabled,
  application_id,
  application_fee_percent,
  on_behalf_of_id,
  transfer_data_destination_id,
  transfer_data_amount_percent,
  test_clock_id,
  metadata,
  false as is_deleted,
  null::timestamptz as deleted_at,
  false as is_placeholder,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when items_is_complete then observed_at end as items_complete_at,
  case when items_is_complete then observed_sequence end as items_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as items_complete_before,
  dt
from subscriptions_read anti join subscriptions_unsettled using (subscription_id)
where broken is null
union all
select
  subscription_id, created_at, is_livemode, status, customer_id, customer_account_id, currency,
  collection_method, days_until_due, start_at, billing_cycle_anchor_at, billing_cycle_anchor_config,
  current_period_start_at, current_period_end_at, quantity, trial_start_at, trial_end_at,
  trial_settings_end_behavior_missing_payment_method, is_cancel_at_period_end, cancel_at, canceled_at,
  ended_at, cancellation_details_reason, cancellation_details_feedback, cancellation_details_comment,
  pause_collection_behavior, pause_collection_resumes_at, default_payment_method_id,
  default_source_id, latest_invoice_id, next_pending_invoice_item_invoice_at, description,
  discount_ids, discount_id, default_tax_rates, is_automatic_tax_enabled,
  automatic_tax_disabled_reason, billing_mode_type, billing_schedules, billing_thresholds,
  invoice_settings, payment_settings, pending_invoice_item_interval, pending_update_expires_at,
  pending_update, pending_setup_intent_id, schedule_id, status_details,
  presentment_details_presentment_currency, is_managed_payments_enabled, application_id,
  application_fee_percent, on_behalf_of_id, transfer_data_destination_id,
  transfer_data_amount_percent, test_clock_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, items_complete_at,
  items_complete_sequence, absences, items_complete_before, dt
from subscriptions_accepted anti join subscriptions_unsettled using (subscription_id)
union all
select
  subscription_id, created_at, is_livemode, status, customer_id, customer_account_id, currency,
  collection_method, days_until_due, start_at, billing_cycle_anchor_at, billing_cycle_anchor_config,
  current_period_start_at, current_period_end_at, quantity, trial_start_at, trial_end_at,
  trial_settings_end_behavior_missing_payment_method, is_cancel_at_period_end, cancel_at, canceled_at,
  ended_at, cancellation_details_reason, cancellation_details_feedback, cancellation_details_comment,
  pause_collection_behavior, pause_collection_resumes_at, default_payment_method_id,
  default_source_id, latest_invoice_id, next_pending_invoice_item_invoice_at, description,
  discount_ids, discount_id, default_tax_rates, is_automatic_tax_enabled,
  automatic_tax_disabled_reason, billing_mode_type, billing_schedules, billing_thresholds,
  invoice_settings, payment_settings, pending_invoice_item_interval, pending_update_expires_at,
  pending_update, pending_setup_intent_id, schedule_id, status_details,
  presentment_details_presentment_currency, is_managed_payments_enabled, application_id,
  application_fee_percent, on_behalf_of_id, transfer_data_destination_id,
  transfer_data_amount_percent, test_clock_id, metadata, is_deleted, deleted_at, is_placeholder,
  observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, items_complete_at,
  items_complete_sequence, absences, items_complete_before, dt
from subscriptions_settled;
