-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: products
-- grain: one row per product of a source: product_id
-- depends_on: bronze.products
-- description: What the company sells; prices say for how much.
-- assert_unique: product_id
-- assert_not_null: product_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, name
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as product_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::timestamptz as updated_at,
  null::varchar as name,
  null::boolean as is_active,
  null::varchar as description,
  null::varchar as type,
  null::varchar as default_price_id,
  null::varchar as tax_code_id,
  null::varchar as tax_details_performance_location,
  null::varchar as unit_label,
  null::varchar as statement_descriptor,
  null::boolean as is_shippable,
  null::json as package_dimensions,
  null::varchar as url,
  null::json as images,
  null::json as marketing_features,
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

create or replace table products_read as
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
    getvariable('bronze_products'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, updated json, name json, active json,
        description json, type json, default_price json, tax_details json, tax_code json, unit_label json,
        statement_descriptor json, shippable json, package_dimensions json, url json, images json,
        marketing_features json, features json, metadata json)',
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
    json_transform(data.tax_details, '{"tax_code": "json", "performance_location": "json"}') as in_tax_details
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_tax_details.tax_code, data.tax_code) as member_of_tax_code_id,
    coalesce(data.marketing_features, data.features) as member_of_marketing_features
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as product_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_time(data.updated) as updated_at,
    as_text(data.name) as name,
    as_boolean(data.active) as is_active,
    as_text(data.description) as description,
    as_text(data.type) as type,
    as_id(data.default_price) as default_price_id,
    as_id(member_of_tax_code_id) as tax_code_id,
    as_text(in_tax_details.performance_location) as tax_details_performance_location,
    as_text(data.unit_label) as unit_label,
    as_text(data.statement_descriptor) as statement_descriptor,
    as_boolean(data.shippable) as is_shippable,
    data.package_dimensions as package_dimensions,
    as_text(data.url) as url,
    data.images as images,
    member_of_marketing_features as marketing_features,
    data.metadata as metadata
  from found
)
select
  product_id,
  created_at,
  is_livemode,
  updated_at,
  name,
  is_active,
  description,
  type,
  default_price_id,
  tax_code_id,
  tax_details_performance_location,
  unit_label,
  statement_descriptor,
  is_shippable,
  package_dimensions,
  url,
  images,
  marketing_features,
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
    when product_id is null or product_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(updated_at, data.updated, 'updated', 'unix seconds'),
      wrong(name, data.name, 'name', 'a text'),
      missing(data.name, 'name'),
      wrong(is_active, data.active, 'active', 'true or false'),
      wrong(description, data.description, 'description', 'a text'),
      wrong(type, data.type, 'type', 'a text'),
      wrong(default_price_id, nullif(data.default_price, '""'), 'default_price', 'an id or an object'),
      wrong(tax_code_id, nullif(member_of_tax_code_id, '""'), 'tax_details.tax_code', 'an id or an object'),
      wrong(tax_details_performance_location, in_tax_details.performance_location, 'tax_details.performance_location', 'a text'),
      wrong(unit_label, data.unit_label, 'unit_label', 'a text'),
      wrong(statement_descriptor, data.statement_descriptor, 'statement_descriptor', 'a text'),
      wrong(is_shippable, data.shippable, 'shippable', 'true or false'),
      wrong(url, data.url, 'url', 'a text')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from products_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from products_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_products'), filename = true)
  where product_id in (select product_id from products_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view products_accepted as
select
  product_id, created_at, is_livemode, updated_at, name, is_active, description, type,
  default_price_id, tax_code_id, tax_details_performance_location, unit_label, statement_descriptor,
  is_shippable, package_dimensions, url, images, marketing_features, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_products'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table products_unsettled as
with candidates as (
  select product_id, is_stub, observed_at, observed_sequence from products_read where broken is null
  union all
  select product_id, false, observed_at, observed_sequence from products_accepted
)
select product_id from candidates group by product_id having count(*) > 1 or bool_or(is_stub);

create or replace table products_settled as
with candidates as (
  select
    product_id, created_at, is_livemode, updated_at, name, is_active, description, type,
    default_price_id, tax_code_id, tax_details_performance_location, unit_label, statement_descriptor,
    is_shippable, package_dimensions, url, images, marketing_features, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from products_read semi join products_unsettled using (product_id)
  where broken is null
  union all
  select
    product_id, created_at, is_livemode, updated_at, name, is_active, description, type,
    default_price_id, tax_code_id, tax_details_performance_location, unit_label, statement_descriptor,
    is_shippable, package_dimensions, url, images, marketing_features, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from products_accepted semi join products_unsettled using (product_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by product_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, updated_at, name, is_active, description, type, default_price_id,
        tax_code_id, tax_details_performance_location, unit_label, statement_descriptor, is_shippable,
        package_dimensions, url, images, marketing_features, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select product_id, unnest(absences) as absence from candidates
),
later as (
  select gone.product_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (product_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.product_id
)
select
  newest.product_id,
  newest.created_at,
  newest.is_livemode,
  newest.updated_at,
  newest.name,
  newest.is_active,
  newest.description,
  newest.type,
  newest.default_price_id,
  newest.tax_code_id,
  newest.tax_details_performance_location,
  newest.unit_label,
  newest.statement_descriptor,
  newest.is_shippable,
  newest.package_dimensions,
  newest.url,
  newest.images,
  newest.marketing_features,
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
left join later using (product_id);

create or replace view products_merged as
select
  product_id,
  created_at,
  is_livemode,
  updated_at,
  name,
  is_active,
  description,
  type,
  default_price_id,
  tax_code_id,
  tax_details_performance_location,
  unit_label,
  statement_descriptor,
  is_shippable,
  package_dimensions,
  url,
  images,
  marketing_features,
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
from products_read anti join products_unsettled using (product_id)
where broken is null
union all
select
  product_id, created_at, is_livemode, updated_at, name, is_active, description, type,
  default_price_id, tax_code_id, tax_details_performance_location, unit_label, statement_descriptor,
  is_shippable, package_dimensions, url, images, marketing_features, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from products_accepted anti join products_unsettled using (product_id)
union all
select
  product_id, created_at, is_livemode, updated_at, name, is_active, description, type,
  default_price_id, tax_code_id, tax_details_performance_location, unit_label, statement_descriptor,
  is_shippable, package_dimensions, url, images, marketing_features, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, absences,
  dt
from products_settled;
