-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: setup_intents
-- grain: one row per setup_intent of a source: setup_intent_id
-- depends_on: bronze.setup_intents
-- description: One payment method on its way to being kept for later payments.
-- assert_unique: setup_intent_id
-- assert_not_null: setup_intent_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as setup_intent_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as status,
  null::varchar as usage,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as payment_method_id,
  null::boolean as is_attach_to_self,
  null::varchar as latest_attempt_id,
  null::varchar as mandate_id,
  null::varchar as single_use_mandate_id,
  null::varchar as cancellation_reason,
  null::varchar as last_setup_error_type,
  null::varchar as last_setup_error_code,
  null::varchar as last_setup_error_decline_code,
  null::varchar as last_setup_error_message,
  null::varchar as last_setup_error_advice_code,
  null::varchar as next_action_type,
  null::json as payment_method_types,
  null::json as allowed_payment_method_types,
  null::json as excluded_payment_method_types,
  null::json as payment_method_options,
  null::json as automatic_payment_methods,
  null::varchar as payment_method_configuration_id,
  null::json as flow_directions,
  null::varchar as description,
  null::boolean as is_managed_payments_enabled,
  null::varchar as application_id,
  null::varchar as on_behalf_of_id,
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

create or replace table setup_intents_read as
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
    getvariable('bronze_setup_intents'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, status json, usage json, customer json,
        customer_account json, payment_method json, attach_to_self json, latest_attempt json, mandate json,
        single_use_mandate json, cancellation_reason json, last_setup_error json, next_action json,
        payment_method_types json, allowed_payment_method_types json, excluded_payment_method_types json,
        payment_method_options json, automatic_payment_methods json,
        payment_method_configuration_details json, flow_directions json, description json,
        managed_payments json, application json, on_behalf_of json, metadata json)',
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
    json_transform(data.last_setup_error, '{"type": "json", "code": "json", "decline_code": "json", "message": "json", "advice_code": "json"}') as in_last_setup_error
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as setup_intent_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.status) as status,
    as_text(data.usage) as usage,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_id(data.payment_method) as payment_method_id,
    as_boolean(data.attach_to_self) as is_attach_to_self,
    as_id(data.latest_attempt) as latest_attempt_id,
    as_id(data.mandate) as mandate_id,
    as_id(data.single_use_mandate) as single_use_mandate_id,
    as_text(data.cancellation_reason) as cancellation_reason,
    as_text(in_last_setup_error.type) as last_setup_error_type,
    as_text(in_last_setup_error.code) as last_setup_error_code,
    as_text(in_last_setup_error.decline_code) as last_setup_error_decline_code,
    as_text(in_last_setup_error.message) as last_setup_error_message,
    as_text(in_last_setup_error.advice_code) as last_setup_error_advice_code,
    as_text(nullif(data.next_action -> '$.type', 'null')) as next_action_type,
    data.payment_method_types as payment_method_types,
    data.allowed_payment_method_types as allowed_payment_method_types,
    data.excluded_payment_method_types as excluded_payment_method_types,
    data.payment_method_options as payment_method_options,
    data.automatic_payment_methods as automatic_payment_methods,
    as_id(nullif(data.payment_method_configuration_details -> '$.id', 'null')) as payment_method_configuration_id,
    data.flow_directions as flow_directions,
    as_text(data.description) as description,
    as_boolean(nullif(data.managed_payments -> '$.enabled', 'null')) as is_managed_payments_enabled,
    as_id(data.application) as application_id,
    as_id(data.on_behalf_of) as on_behalf_of_id,
    data.metadata as metadata
  from opened
)
select
  setup_intent_id,
  created_at,
  is_livemode,
  status,
  usage,
  customer_id,
  customer_account_id,
  payment_method_id,
  is_attach_to_self,
  latest_attempt_id,
  mandate_id,
  single_use_mandate_id,
  cancellation_reason,
  last_setup_error_type,
  last_setup_error_code,
  last_setup_error_decline_code,
  last_setup_error_message,
  last_setup_error_advice_code,
  next_action_type,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  automatic_payment_methods,
  payment_method_configuration_id,
  flow_directions,
  description,
  is_managed_payments_enabled,
  application_id,
  on_behalf_of_id,
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
    when setup_intent_id is null or setup_intent_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(usage, data.usage, 'usage', 'a text'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(payment_method_id, nullif(data.payment_method, '""'), 'payment_method', 'an id or an object'),
      wrong(is_attach_to_self, data.attach_to_self, 'attach_to_self', 'true or false'),
      wrong(latest_attempt_id, nullif(data.latest_attempt, '""'), 'latest_attempt', 'an id or an object'),
      wrong(mandate_id, nullif(data.mandate, '""'), 'mandate', 'an id or an object'),
      wrong(single_use_mandate_id, nullif(data.single_use_mandate, '""'), 'single_use_mandate', 'an id or an object'),
      wrong(cancellation_reason, data.cancellation_reason, 'cancellation_reason', 'a text'),
      wrong(last_setup_error_type, in_last_setup_error.type, 'last_setup_error.type', 'a text'),
      wrong(last_setup_error_code, in_last_setup_error.code, 'last_setup_error.code', 'a text'),
      wrong(last_setup_error_decline_code, in_last_setup_error.decline_code, 'last_setup_error.decline_code', 'a text'),
      wrong_personal(last_setup_error_message, in_last_setup_error.message, 'last_setup_error.message', 'a text'),
      wrong(last_setup_error_advice_code, in_last_setup_error.advice_code, 'last_setup_error.advice_code', 'a text'),
      wrong(next_action_type, nullif(data.next_action -> '$.type', 'null'), 'next_action.type', 'a text'),
      wrong(payment_method_configuration_id, nullif(nullif(data.payment_method_configuration_details -> '$.id', 'null'), '""'), 'payment_method_configuration_details.id', 'an id or an object'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong(is_managed_payments_enabled, nullif(data.managed_payments -> '$.enabled', 'null'), 'managed_payments.enabled', 'true or false'),
      wrong(application_id, nullif(data.application, '""'), 'application', 'an id or an object'),
      wrong(on_behalf_of_id, nullif(data.on_behalf_of, '""'), 'on_behalf_of', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from setup_intents_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from setup_intents_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_setup_intents'), filename = true)
  where setup_intent_id in (select setup_intent_id from setup_intents_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view setup_intents_accepted as
select
  setup_intent_id, created_at, is_livemode, status, usage, customer_id, customer_account_id,
  payment_method_id, is_attach_to_self, latest_attempt_id, mandate_id, single_use_mandate_id,
  cancellation_reason, last_setup_error_type, last_setup_error_code, last_setup_error_decline_code,
  last_setup_error_message, last_setup_error_advice_code, next_action_type, payment_method_types,
  allowed_payment_method_types, excluded_payment_method_types, payment_method_options,
  automatic_payment_methods, payment_method_configuration_id, flow_directions, description,
  is_managed_payments_enabled, application_id, on_behalf_of_id, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_setup_intents'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table setup_intents_unsettled as
with candidates as (
  select setup_intent_id, is_stub, observed_at, observed_sequence from setup_intents_read where broken is null
  union all
  select setup_intent_id, false, observed_at, observed_sequence from setup_intents_accepted
)
select setup_intent_id from candidates group by setup_intent_id having count(*) > 1 or bool_or(is_stub);

create or replace table setup_intents_settled as
with candidates as (
  select
    setup_intent_id, created_at, is_livemode, status, usage, customer_id, customer_account_id,
    payment_method_id, is_attach_to_self, latest_attempt_id, mandate_id, single_use_mandate_id,
    cancellation_reason, last_setup_error_type, last_setup_error_code, last_setup_error_decline_code,
    last_setup_error_message, last_setup_error_advice_code, next_action_type, payment_method_types,
    allowed_payment_method_types, excluded_payment_method_types, payment_method_options,
    automatic_payment_methods, payment_method_configuration_id, flow_directions, description,
    is_managed_payments_enabled, application_id, on_behalf_of_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from setup_intents_read semi join setup_intents_unsettled using (setup_intent_id)
  where broken is null
  union all
  select
    setup_intent_id, created_at, is_livemode, status, usage, customer_id, customer_account_id,
    payment_method_id, is_attach_to_self, latest_attempt_id, mandate_id, single_use_mandate_id,
    cancellation_reason, last_setup_error_type, last_setup_error_code, last_setup_error_decline_code,
    last_setup_error_message, last_setup_error_advice_code, next_action_type, payment_method_types,
    allowed_payment_method_types, excluded_payment_method_types, payment_method_options,
    automatic_payment_methods, payment_method_configuration_id, flow_directions, description,
    is_managed_payments_enabled, application_id, on_behalf_of_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from setup_intents_accepted semi join setup_intents_unsettled using (setup_intent_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by setup_intent_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, status, usage, customer_id, customer_account_id, payment_method_id,
        is_attach_to_self, latest_attempt_id, mandate_id, single_use_mandate_id, cancellation_reason,
        last_setup_error_type, last_setup_error_code, last_setup_error_decline_code,
        last_setup_error_message, last_setup_error_advice_code, next_action_type, payment_method_types,
        allowed_payment_method_types, excluded_payment_method_types, payment_method_options,
        automatic_payment_methods, payment_method_configuration_id, flow_directions, description,
        is_managed_payments_enabled, application_id, on_behalf_of_id, metadata, bronze_run_id, api_version,
        dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select setup_intent_id, unnest(absences) as absence from candidates
),
later as (
  select gone.setup_intent_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (setup_intent_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.setup_intent_id
)
select
  newest.setup_intent_id,
  newest.created_at,
  newest.is_livemode,
  newest.status,
  newest.usage,
  newest.customer_id,
  newest.customer_account_id,
  newest.payment_method_id,
  newest.is_attach_to_self,
  newest.latest_attempt_id,
  newest.mandate_id,
  newest.single_use_mandate_id,
  newest.cancellation_reason,
  newest.last_setup_error_type,
  newest.last_setup_error_code,
  newest.last_setup_error_decline_code,
  newest.last_setup_error_message,
  newest.last_setup_error_advice_code,
  newest.next_action_type,
  newest.payment_method_types,
  newest.allowed_payment_method_types,
  newest.excluded_payment_method_types,
  newest.payment_method_options,
  newest.automatic_payment_methods,
  newest.payment_method_configuration_id,
  newest.flow_directions,
  newest.description,
  newest.is_managed_payments_enabled,
  newest.application_id,
  newest.on_behalf_of_id,
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
left join later using (setup_intent_id);

create or replace view setup_intents_merged as
select
  setup_intent_id,
  created_at,
  is_livemode,
  status,
  usage,
  customer_id,
  customer_account_id,
  payment_method_id,
  is_attach_to_self,
  latest_attempt_id,
  mandate_id,
  single_use_mandate_id,
  cancellation_reason,
  last_setup_error_type,
  last_setup_error_code,
  last_setup_error_decline_code,
  last_setup_error_message,
  last_setup_error_advice_code,
  next_action_type,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  automatic_payment_methods,
  payment_method_configuration_id,
  flow_directions,
  description,
  is_managed_payments_enabled,
  application_id,
  on_behalf_of_id,
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
from setup_intents_read anti join setup_intents_unsettled using (setup_intent_id)
where broken is null
union all
select
  setup_intent_id, created_at, is_livemode, status, usage, customer_id, customer_account_id,
  payment_method_id, is_attach_to_self, latest_attempt_id, mandate_id, single_use_mandate_id,
  cancellation_reason, last_setup_error_type, last_setup_error_code, last_setup_error_decline_code,
  last_setup_error_message, last_setup_error_advice_code, next_action_type, payment_method_types,
  allowed_payment_method_types, excluded_payment_method_types, payment_method_options,
  automatic_payment_methods, payment_method_configuration_id, flow_directions, description,
  is_managed_payments_enabled, application_id, on_behalf_of_id, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from setup_intents_accepted anti join setup_intents_unsettled using (setup_intent_id)
union all
select
  setup_intent_id, created_at, is_livemode, status, usage, customer_id, customer_account_id,
  payment_method_id, is_attach_to_self, latest_attempt_id, mandate_id, single_use_mandate_id,
  cancellation_reason, last_setup_error_type, last_setup_error_code, last_setup_error_decline_code,
  last_setup_error_message, last_setup_error_advice_code, next_action_type, payment_method_types,
  allowed_payment_method_types, excluded_payment_method_types, payment_method_options,
  automatic_payment_methods, payment_method_configuration_id, flow_directions, description,
  is_managed_payments_enabled, application_id, on_behalf_of_id, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from setup_intents_settled;
