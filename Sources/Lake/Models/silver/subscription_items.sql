-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: subscription_items
-- grain: one row per subscription_item of a source: subscription_item_id
-- depends_on: bronze.subscription_items, silver.subscriptions
-- description: One price within a subscription, with its quantity and paid period.
-- assert_unique: subscription_item_id
-- assert_not_null: subscription_item_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as subscription_item_id,
  null::timestamptz as created_at,
  null::varchar as subscription_id,
  null::varchar as price_id,
  null::bigint as quantity,
  null::timestamptz as current_period_start_at,
  null::timestamptz as current_period_end_at,
  null::timestamptz as billed_until_at,
  null::timestamptz as current_trial_start_at,
  null::timestamptz as current_trial_end_at,
  null::varchar as current_trial_trial_offer_id,
  null::bigint as billing_thresholds_usage_gte,
  null::varchar[] as discount_ids,
  null::json as tax_rates,
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

create or replace table subscription_items_read as
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
    getvariable('bronze_subscription_items'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, subscription json, price json, plan json, quantity json,
        current_period_start json, current_period_end json, billed_until json, current_trial json,
        billing_thresholds json, discounts json, tax_rates json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
subscriptions_items as (
  -- The elements of a list have the version of the object around them.
  select
    unnest(json_transform(items_json, '[{"id": "json", "deleted": "json", "created": "json", "subscription": "json", "price": "json",
      "plan": "json", "quantity": "json", "current_period_start": "json", "current_period_end": "json",
      "billed_until": "json", "current_trial": "json", "billing_thresholds": "json", "discounts": "json",
      "tax_rates": "json", "metadata": "json"}]')) as data,
    subscription_id as container_id,
    dt as container_dt,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
  from subscriptions_read
  where broken is null and items_json is not null
),
objects as (
  select * from bronze
  union all
  select * from subscriptions_items
),
opened as (
  select
    *,
    json_transform(data.current_trial, '{"start_date": "json", "end_date": "json", "trial_offer": "json"}') as in_current_trial
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(data.price, data.plan) as member_of_price_id
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as subscription_item_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    coalesce(as_id(data.subscription), container_id) as subscription_id,
    as_id(member_of_price_id) as price_id,
    as_integer(data.quantity) as quantity,
    as_time(data.current_period_start) as current_period_start_at,
    as_time(data.current_period_end) as current_period_end_at,
    as_time(data.billed_until) as billed_until_at,
    as_time(in_current_trial.start_date) as current_trial_start_at,
    as_time(in_current_trial.end_date) as current_trial_end_at,
    as_id(in_current_trial.trial_offer) as current_trial_trial_offer_id,
    as_integer(nullif(data.billing_thresholds -> '$.usage_gte', 'null')) as billing_thresholds_usage_gte,
    as_ids(data.discounts) as discount_ids,
    data.tax_rates as tax_rates,
    data.metadata as metadata,
    list_filter(json_extract(data.tax_rates, '$[*]'), lambda place: place like '{%') as sighted_tax_rates,
    list_filter(json_extract(data.discounts, '$[*]'), lambda place: place like '{%') as sighted_discounts
  from found
)
select
  subscription_item_id,
  created_at,
  subscription_id,
  price_id,
  quantity,
  current_period_start_at,
  current_period_end_at,
  billed_until_at,
  current_trial_start_at,
  current_trial_end_at,
  current_trial_trial_offer_id,
  billing_thresholds_usage_gte,
  discount_ids,
  tax_rates,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), container_dt, 'unknown') end as dt,
  sighted_tax_rates,
  sighted_discounts,
  case
    when ingested_at is null then 'not JSON'
    when subscription_item_id is null or subscription_item_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      wrong(subscription_id, nullif(data.subscription, '""'), 'subscription', 'an id or an object'),
      wrong(price_id, nullif(member_of_price_id, '""'), 'price', 'an id or an object'),
      wrong(quantity, data.quantity, 'quantity', 'a whole number'),
      wrong(current_period_start_at, data.current_period_start, 'current_period_start', 'unix seconds'),
      wrong(current_period_end_at, data.current_period_end, 'current_period_end', 'unix seconds'),
      wrong(billed_until_at, data.billed_until, 'billed_until', 'unix seconds'),
      wrong(current_trial_start_at, in_current_trial.start_date, 'current_trial.start_date', 'unix seconds'),
      wrong(current_trial_end_at, in_current_trial.end_date, 'current_trial.end_date', 'unix seconds'),
      wrong(current_trial_trial_offer_id, nullif(in_current_trial.trial_offer, '""'), 'current_trial.trial_offer', 'an id or an object'),
      wrong(billing_thresholds_usage_gte, nullif(data.billing_thresholds -> '$.usage_gte', 'null'), 'billing_thresholds.usage_gte', 'a whole number'),
      wrong(discount_ids, data.discounts, 'discounts', 'an array of ids or objects')), '')
  end as broken
from typed;

-- A list with an element that cannot be read does not show what is gone.
update subscriptions_read set items_is_complete = false
from (select distinct subscription_id as parent_id, observed_at, observed_sequence
  from subscription_items_read where broken is not null) as doubtful
where subscriptions_read.subscription_id = doubtful.parent_id
  and subscriptions_read.observed_at = doubtful.observed_at
  and subscriptions_read.observed_sequence = doubtful.observed_sequence;

-- step: touch

select distinct dt from (
  select dt from subscription_items_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from subscription_items_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_subscription_items'), filename = true)
  where subscription_item_id in (select subscription_item_id from subscription_items_read where is_stub and broken is null)
  union all
  -- What a complete list may have lost.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_subscription_items'), filename = true)
  where subscription_id in (
    select subscription_id from subscriptions_read where broken is null and items_is_complete)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view subscription_items_accepted as
select
  subscription_item_id, created_at, subscription_id, price_id, quantity, current_period_start_at,
  current_period_end_at, billed_until_at, current_trial_start_at, current_trial_end_at,
  current_trial_trial_offer_id, billing_thresholds_usage_gte, discount_ids, tax_rates, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_subscription_items'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table subscription_items_unsettled as
with subscriptions_items as (
  select subscription_id as parent_id,
    versions(items_complete_at, items_complete_sequence, items_complete_before) as complete
  from subscriptions_merged
  where items_complete_at is not null
  union all
  -- Objects with a bronze entity of their own come without their parents.
  select subscription_id as parent_id,
    versions(items_complete_at, items_complete_sequence, items_complete_before) as complete
  from read_parquet(getvariable('silver_ids_subscriptions'))
  where items_complete_at is not null
    and subscription_id in (select subscription_id from subscription_items_read where broken is null)
),
candidates as (
  select subscription_item_id, is_stub, observed_at, observed_sequence, subscription_id from subscription_items_read where broken is null
  union all
  select subscription_item_id, false, observed_at, observed_sequence, subscription_id from subscription_items_accepted
)
select subscription_item_id from candidates group by subscription_item_id having count(*) > 1 or bool_or(is_stub)
union
-- Gone from a complete list of the parent.
select subscription_item_id from candidates
join subscriptions_items as parent on parent.parent_id = candidates.subscription_id
where parent.complete[1] > version(observed_at, observed_sequence);

create or replace table subscription_items_settled as
with subscriptions_items as (
  select subscription_id as parent_id,
    versions(items_complete_at, items_complete_sequence, items_complete_before) as complete
  from subscriptions_merged
  where items_complete_at is not null
  union all
  -- Objects with a bronze entity of their own come without their parents.
  select subscription_id as parent_id,
    versions(items_complete_at, items_complete_sequence, items_complete_before) as complete
  from read_parquet(getvariable('silver_ids_subscriptions'))
  where items_complete_at is not null
    and subscription_id in (select subscription_id from subscription_items_read where broken is null)
),
candidates as (
  select
    subscription_item_id, created_at, subscription_id, price_id, quantity, current_period_start_at,
    current_period_end_at, billed_until_at, current_trial_start_at, current_trial_end_at,
    current_trial_trial_offer_id, billing_thresholds_usage_gte, discount_ids, tax_rates, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from subscription_items_read semi join subscription_items_unsettled using (subscription_item_id)
  where broken is null
  union all
  select
    subscription_item_id, created_at, subscription_id, price_id, quantity, current_period_start_at,
    current_period_end_at, billed_until_at, current_trial_start_at, current_trial_end_at,
    current_trial_trial_offer_id, billing_thresholds_usage_gte, discount_ids, tax_rates, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from subscription_items_accepted semi join subscription_items_unsettled using (subscription_item_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by subscription_item_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, subscription_id, price_id, quantity, current_period_start_at, current_period_end_at,
        billed_until_at, current_trial_start_at, current_trial_end_at, current_trial_trial_offer_id,
        billing_thresholds_usage_gte, discount_ids, tax_rates, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select subscription_item_id, unnest(absences) as absence from candidates
  union all
  select newest.subscription_item_id, unnest(parent.complete)
    from newest join subscriptions_items as parent on parent.parent_id = newest.subscription_id
),
later as (
  select gone.subscription_item_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (subscription_item_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.subscription_item_id
)
select
  newest.subscription_item_id,
  newest.created_at,
  newest.subscription_id,
  newest.price_id,
  newest.quantity,
  newest.current_period_start_at,
  newest.current_period_end_at,
  newest.billed_until_at,
  newest.current_trial_start_at,
  newest.current_trial_end_at,
  newest.current_trial_trial_offer_id,
  newest.billing_thresholds_usage_gte,
  newest.discount_ids,
  newest.tax_rates,
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
left join later using (subscription_item_id);

create or replace view subscription_items_merged as
select
  subscription_item_id,
  created_at,
  subscription_id,
  price_id,
  quantity,
  current_period_start_at,
  current_period_end_at,
  billed_until_at,
  current_trial_start_at,
  current_trial_end_at,
  current_trial_trial_offer_id,
  billing_thresholds_usage_gte,
  discount_ids,
  tax_rates,
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
from subscription_items_read anti join subscription_items_unsettled using (subscription_item_id)
where broken is null
union all
select
  subscription_item_id, created_at, subscription_id, price_id, quantity, current_period_start_at,
  current_period_end_at, billed_until_at, current_trial_start_at, current_trial_end_at,
  current_trial_trial_offer_id, billing_thresholds_usage_gte, discount_ids, tax_rates, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from subscription_items_accepted anti join subscription_items_unsettled using (subscription_item_id)
union all
select
  subscription_item_id, created_at, subscription_id, price_id, quantity, current_period_start_at,
  current_period_end_at, billed_until_at, current_trial_start_at, current_trial_end_at,
  current_trial_trial_offer_id, billing_thresholds_usage_gte, discount_ids, tax_rates, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from subscription_items_settled;
