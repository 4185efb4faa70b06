-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: subscription_schedules
-- grain: one row per subscription_schedule of a source: subscription_schedule_id
-- depends_on: bronze.subscription_schedules
-- description: Changes planned for a subscription, phase by phase.
-- assert_unique: subscription_schedule_id
-- assert_not_null: subscription_schedule_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as subscription_schedule_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as subscription_id,
  null::varchar as released_subscription_id,
  null::timestamptz as current_phase_start_at,
  null::timestamptz as current_phase_end_at,
  null::varchar as end_behavior,
  null::timestamptz as completed_at,
  null::timestamptz as canceled_at,
  null::timestamptz as released_at,
  null::json as phases,
  null::varchar as billing_mode_type,
  null::varchar as default_settings_billing_cycle_anchor,
  null::varchar as default_settings_collection_method,
  null::varchar as default_settings_default_payment_method_id,
  null::varchar as default_settings_description,
  null::boolean as is_default_settings_automatic_tax_enabled,
  null::json as default_settings_billing_thresholds,
  null::json as default_settings_invoice_settings,
  null::decimal(38, 18) as default_settings_application_fee_percent,
  null::varchar as default_settings_on_behalf_of_id,
  null::varchar as default_settings_transfer_data_destination_id,
  null::decimal(38, 18) as default_settings_transfer_data_amount_percent,
  null::json as pause_schedules,
  null::varchar as application_id,
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

create or replace table subscription_schedules_read as
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
    getvariable('bronze_subscription_schedules'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, customer json,
        customer_account json, subscription json, released_subscription json, current_phase json,
        end_behavior json, completed_at json, canceled_at json, released_at json, phases json,
        billing_mode json, default_settings json, pause_schedules json, application json, test_clock json,
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
    json_transform(data.current_phase, '{"start_date": "json", "end_date": "json"}') as in_current_phase,
    json_transform(data.default_settings, '{"billing_cycle_anchor": "json", "collection_method": "json", "default_payment_method": "json", "description": "json", "automatic_tax": {"enabled": "json"}, "billing_thresholds": "json", "invoice_settings": "json", "application_fee_percent": "json", "on_behalf_of": "json", "transfer_data": {"destination": "json", "amount_percent": "json"}}') as in_default_settings
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as subscription_schedule_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_id(data.subscription) as subscription_id,
    as_id(data.released_subscription) as released_subscription_id,
    as_time(in_current_phase.start_date) as current_phase_start_at,
    as_time(in_current_phase.end_date) as current_phase_end_at,
    as_text(data.end_behavior) as end_behavior,
    as_time(data.completed_at) as completed_at,
    as_time(data.canceled_at) as canceled_at,
    as_time(data.released_at) as released_at,
    data.phases as phases,
    as_text(nullif(data.billing_mode -> '$.type', 'null')) as billing_mode_type,
    as_text(in_default_settings.billing_cycle_anchor) as default_settings_billing_cycle_anchor,
    as_text(in_default_settings.collection_method) as default_settings_collection_method,
    as_id(in_default_settings.default_payment_method) as default_settings_default_payment_method_id,
    as_text(in_default_settings.description) as default_settings_description,
    as_boolean(in_default_settings.automatic_tax.enabled) as is_default_settings_automatic_tax_enabled,
    in_default_settings.billing_thresholds as default_settings_billing_thresholds,
    in_default_settings.invoice_settings as default_settings_invoice_settings,
    as_decimal(in_default_settings.application_fee_percent) as default_settings_application_fee_percent,
    as_id(in_default_settings.on_behalf_of) as default_settings_on_behalf_of_id,
    as_id(in_default_settings.transfer_data.destination) as default_settings_transfer_data_destination_id,
    as_decimal(in_default_settings.transfer_data.amount_percent) as default_settings_transfer_data_amount_percent,
    data.pause_schedules as pause_schedules,
    as_id(data.application) as application_id,
    as_id(data.test_clock) as test_clock_id,
    data.metadata as metadata,
    list_filter(list_concat(json_extract(data.phases, '$[*].add_invoice_items[*].tax_rates[*]'), json_extract(data.phases, '$[*].default_tax_rates[*]'), json_extract(data.phases, '$[*].items[*].tax_rates[*]')), lambda place: place like '{%') as sighted_tax_rates
  from opened
)
select
  subscription_schedule_id,
  created_at,
  is_livemode,
  status,
  customer_id,
  customer_account_id,
  subscription_id,
  released_subscription_id,
  current_phase_start_at,
  current_phase_end_at,
  end_behavior,
  completed_at,
  canceled_at,
  released_at,
  phases,
  billing_mode_type,
  default_settings_billing_cycle_anchor,
  default_settings_collection_method,
  default_settings_default_payment_method_id,
  default_settings_description,
  is_default_settings_automatic_tax_enabled,
  default_settings_billing_thresholds,
  default_settings_invoice_settings,
  default_settings_application_fee_percent,
  default_settings_on_behalf_of_id,
  default_settings_transfer_data_destination_id,
  default_settings_transfer_data_amount_percent,
  pause_schedules,
  application_id,
  test_clock_id,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  sighted_tax_rates,
  case
    when ingested_at is null then 'not JSON'
    when subscription_schedule_id is null or subscription_schedule_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(subscription_id, nullif(data.subscription, '""'), 'subscription', 'an id or an object'),
      wrong(released_subscription_id, nullif(data.released_subscription, '""'), 'released_subscription', 'an id or an object'),
      wrong(current_phase_start_at, in_current_phase.start_date, 'current_phase.start_date', 'unix seconds'),
      wrong(current_phase_end_at, in_current_phase.end_date, 'current_phase.end_date', 'unix seconds'),
      wrong(end_behavior, data.end_behavior, 'end_behavior', 'a text'),
      wrong(completed_at, data.completed_at, 'completed_at', 'unix seconds'),
      wrong(canceled_at, data.canceled_at, 'canceled_at', 'unix seconds'),
      wrong(released_at, data.released_at, 'released_at', 'unix seconds'),
      wrong(billing_mode_type, nullif(data.billing_mode -> '$.type', 'null'), 'billing_mode.type', 'a text'),
      wrong(default_settings_billing_cycle_anchor, in_default_settings.billing_cycle_anchor, 'default_settings.billing_cycle_anchor', 'a text'),
      wrong(default_settings_collection_method, in_default_settings.collection_method, 'default_settings.collection_method', 'a text'),
      wrong(default_settings_default_payment_method_id, nullif(in_default_settings.default_payment_method, '""'), 'default_settings.default_payment_method', 'an id or an object'),
      wrong_personal(default_settings_description, in_default_settings.description, 'default_settings.description', 'a text'),
      wrong(is_default_settings_automatic_tax_enabled, in_default_settings.automatic_tax.enabled, 'default_settings.automatic_tax.enabled', 'true or false'),
      wrong(default_settings_application_fee_percent, in_default_settings.application_fee_percent, 'default_settings.application_fee_percent', 'a decimal number'),
      wrong(default_settings_on_behalf_of_id, nullif(in_default_settings.on_behalf_of, '""'), 'default_settings.on_behalf_of', 'an id or an object'),
      wrong(default_settings_transfer_data_destination_id, nullif(in_default_settings.transfer_data.destination, '""'), 'default_settings.transfer_data.destination', 'an id or an object'),
      wrong(default_settings_transfer_data_amount_percent, in_default_settings.transfer_data.amount_percent, 'default_settings.transfer_data.amount_percent', 'a decimal number'),
      wrong(application_id, nullif(data.application, '""'), 'application', 'an id or an object'),
      wrong(test_clock_id, nullif(data.test_clock, '""'), 'test_clock', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from subscription_schedules_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from subscription_schedules_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_subscription_schedules'), filename = true)
  where subscription_schedule_id in (select subscription_schedule_id from subscription_schedules_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view subscription_schedules_accepted as
select
  subscription_schedule_id, created_at, is_livemode, status, customer_id, customer_account_id,
  subscription_id, released_subscription_id, current_phase_start_at, current_phase_end_at,
  end_behavior, completed_at, canceled_at, released_at, phases, billing_mode_type,
  default_settings_billing_cycle_anchor, default_settings_collection_method,
  default_settings_default_payment_method_id, default_settings_description,
  is_default_settings_automatic_tax_enabled, default_settings_billing_thresholds,
  default_settings_invoice_settings, default_settings_application_fee_percent,
  default_settings_on_behalf_of_id, default_settings_transfer_data_destination_id,
  default_settings_transfer_data_amount_percent, pause_schedules, application_id, test_clock_id,
  metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at,
  bronze_run_id, api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_subscription_schedules'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table subscription_schedules_unsettled as
with candidates as (
  select subscription_schedule_id, is_stub, observed_at, observed_sequence from subscription_schedules_read where broken is null
  union all
  select subscription_schedule_id, false, observed_at, observed_sequence from subscription_schedules_accepted
)
select subscription_schedule_id from candidates group by subscription_schedule_id having count(*) > 1 or bool_or(is_stub);

create or replace table subscription_schedules_settled as
with candidates as (
  select
    subscription_schedule_id, created_at, is_livemode, status, customer_id, customer_account_id,
    subscription_id, released_subscription_id, current_phase_start_at, current_phase_end_at,
    end_behavior, completed_at, canceled_at, released_at, phases, billing_mode_type,
    default_settings_billing_cycle_anchor, default_settings_collection_method,
    default_settings_default_payment_method_id, default_settings_description,
    is_default_settings_automatic_tax_enabled, default_settings_billing_thresholds,
    default_settings_invoice_settings, default_settings_application_fee_percent,
    default_settings_on_behalf_of_id, default_settings_transfer_data_destination_id,
    default_settings_transfer_data_amount_percent, pause_schedules, application_id, test_clock_id,
    metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from subscription_schedules_read semi join subscription_schedules_unsettled using (subscription_schedule_id)
  where broken is null
  union all
  select
    subscription_schedule_id, created_at, is_livemode, status, customer_id, customer_account_id,
    subscription_id, released_subscription_id, current_phase_start_at, current_phase_end_at,
    end_behavior, completed_at, canceled_at, released_at, phases, billing_mode_type,
    default_settings_billing_cycle_anchor, default_settings_collection_method,
    default_settings_default_payment_method_id, default_settings_description,
    is_default_settings_automatic_tax_enabled, default_settings_billing_thresholds,
    default_settings_invoice_settings, default_settings_application_fee_percent,
    default_settings_on_behalf_of_id, default_settings_transfer_data_destination_id,
    default_settings_transfer_data_amount_percent, pause_schedules, application_id, test_clock_id,
    metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from subscription_schedules_accepted semi join subscription_schedules_unsettled using (subscription_schedule_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by subscription_schedule_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, customer_id, customer_account_id, subscription_id,
        released_subscription_id, current_phase_start_at, current_phase_end_at, end_behavior, completed_at,
        canceled_at, released_at, phases, billing_mode_type, default_settings_billing_cycle_anchor,
        default_settings_collection_method, default_settings_default_payment_method_id,
        default_settings_description, is_default_settings_automatic_tax_enabled,
        default_settings_billing_thresholds, default_settings_invoice_settings,
        default_settings_application_fee_percent, default_settings_on_behalf_of_id,
        default_settings_transfer_data_destination_id, default_settings_transfer_data_amount_percent,
        pause_schedules, application_id, test_clock_id, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select subscription_schedule_id, unnest(absences) as absence from candidates
),
later as (
  select gone.subscription_schedule_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (subscription_schedule_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.subscription_schedule_id
)
select
  newest.subscription_schedule_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.customer_id,
  newest.customer_account_id,
  newest.subscription_id,
  newest.released_subscription_id,
  newest.current_phase_start_at,
  newest.current_phase_end_at,
  newest.end_behavior,
  newest.completed_at,
  newest.canceled_at,
  newest.released_at,
  newest.phases,
  newest.billing_mode_type,
  newest.default_settings_billing_cycle_anchor,
  newest.default_settings_collection_method,
  newest.default_settings_default_payment_method_id,
  newest.default_settings_description,
  newest.is_default_settings_automatic_tax_enabled,
  newest.default_settings_billing_thresholds,
  newest.default_settings_invoice_settings,
  newest.default_settings_application_fee_percent,
  newest.default_settings_on_behalf_of_id,
  newest.default_settings_transfer_data_destination_id,
  newest.default_settings_transfer_data_amount_percent,
  newest.pause_schedules,
  newest.application_id,
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
  later.absences,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (subscription_schedule_id);

create or replace view subscription_schedules_merged as
select
  subscription_schedule_id,
  created_at,
  is_livemode,
  status,
  customer_id,
  customer_account_id,
  subscription_id,
  released_subscription_id,
  current_phase_start_at,
  current_phase_end_at,
  end_behavior,
  completed_at,
  canceled_at,
  released_at,
  phases,
  billing_mode_type,
  default_settings_billing_cycle_anchor,
  default_settings_collection_method,
  default_settings_default_payment_method_id,
  default_settings_description,
  is_default_settings_automatic_tax_enabled,
  default_settings_billing_thresholds,
  default_settings_invoice_settings,
  default_settings_application_fee_percent,
  default_settings_on_behalf_of_id,
  default_settings_transfer_data_destination_id,
  default_settings_transfer_data_amount_percent,
  pause_schedules,
  application_id,
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
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  dt
from subscription_schedules_read anti join subscription_schedules_unsettled using (subscription_schedule_id)
where broken is null
union all
select
  subscription_schedule_id, created_at, is_livemode, status, customer_id, customer_account_id,
  subscription_id, released_subscription_id, current_phase_start_at, current_phase_end_at,
  end_behavior, completed_at, canceled_at, released_at, phases, billing_mode_type,
  default_settings_billing_cycle_anchor, default_settings_collection_method,
  default_settings_default_payment_method_id, default_settings_description,
  is_default_settings_automatic_tax_enabled, default_settings_billing_thresholds,
  default_settings_invoice_settings, default_settings_application_fee_percent,
  default_settings_on_behalf_of_id, default_settings_transfer_data_destination_id,
  default_settings_transfer_data_amount_percent, pause_schedules, application_id, test_clock_id,
  metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at,
  bronze_run_id, api_version, absences, dt
from subscription_schedules_accepted anti join subscription_schedules_unsettled using (subscription_schedule_id)
union all
select
  subscription_schedule_id, created_at, is_livemode, status, customer_id, customer_account_id,
  subscription_id, released_subscription_id, current_phase_start_at, current_phase_end_at,
  end_behavior, completed_at, canceled_at, released_at, phases, billing_mode_type,
  default_settings_billing_cycle_anchor, default_settings_collection_method,
  default_settings_default_payment_method_id, default_settings_description,
  is_default_settings_automatic_tax_enabled, default_settings_billing_thresholds,
  default_settings_invoice_settings, default_settings_application_fee_percent,
  default_settings_on_behalf_of_id, default_settings_transfer_data_destination_id,
  default_settings_transfer_data_amount_percent, pause_schedules, application_id, test_clock_id,
  metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at,
  bronze_run_id, api_version, absences, dt
from subscription_schedules_settled;
