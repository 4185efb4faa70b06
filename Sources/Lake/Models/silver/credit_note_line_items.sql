-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: credit_note_line_items
-- grain: one row per credit_note_line_item of a source: credit_note_line_item_id
-- depends_on: bronze.credit_note_line_items, silver.credit_notes
-- description: One line of a credit note; found inside its credit note only.
-- unit: amount_minor = minor units of the parent's currency
-- unit: discount_amount_minor = minor units of the parent's currency
-- unit: unit_amount_minor = minor units of the parent's currency
-- unit: amount_excluding_tax_minor = minor units of the parent's currency
-- assert_unique: credit_note_line_item_id
-- assert_not_null: credit_note_line_item_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: amount_minor
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as credit_note_line_item_id,
  null::boolean as is_livemode,
  null::varchar as credit_note_id,
  null::varchar as type,
  null::varchar as invoice_line_item_id,
  null::bigint as amount_minor,
  null::bigint as discount_amount_minor,
  null::bigint as quantity,
  null::bigint as unit_amount_minor,
  null::decimal(38, 18) as unit_amount_decimal,
  null::bigint as amount_excluding_tax_minor,
  null::decimal(38, 18) as unit_amount_excluding_tax,
  null::varchar as description,
  null::json as discount_amounts,
  null::json as pretax_credit_amounts,
  null::json as taxes,
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

create or replace table credit_note_line_items_read as
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
    getvariable('bronze_credit_note_line_items'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, livemode json, credit_note json, type json, invoice_line_item json,
        amount json, discount_amount json, quantity json, unit_amount json, unit_amount_decimal json,
        amount_excluding_tax json, unit_amount_excluding_tax json, description json, discount_amounts json,
        pretax_credit_amounts json, taxes json, tax_amounts json, tax_rates json, metadata json)',
      meta: 'struct(
        run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
credit_notes_lines as (
  -- The elements of a list have the version of the object around them.
  select
    unnest(json_transform(lines_json, '[{"id": "json", "deleted": "json", "livemode": "json", "credit_note": "json", "type": "json",
      "invoice_line_item": "json", "amount": "json", "discount_amount": "json", "quantity": "json",
      "unit_amount": "json", "unit_amount_decimal": "json", "amount_excluding_tax": "json",
      "unit_amount_excluding_tax": "json", "description": "json", "discount_amounts": "json",
      "pretax_credit_amounts": "json", "taxes": "json", "tax_amounts": "json", "tax_rates": "json",
      "metadata": "json"}]')) as data,
    credit_note_id as container_id,
    dt as container_dt,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version
  from credit_notes_read
  where broken is null and lines_json is not null
),
objects as (
  select * from bronze
  union all
  select * from credit_notes_lines
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(data.taxes, data.tax_amounts) as member_of_taxes
  from objects
),
typed as (
  select
    *,
    as_text(data.id) as credit_note_line_item_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_boolean(data.livemode) as is_livemode,
    coalesce(as_id(data.credit_note), container_id) as credit_note_id,
    as_text(data.type) as type,
    as_id(data.invoice_line_item) as invoice_line_item_id,
    as_integer(data.amount) as amount_minor,
    as_integer(data.discount_amount) as discount_amount_minor,
    as_integer(data.quantity) as quantity,
    as_integer(data.unit_amount) as unit_amount_minor,
    as_decimal(data.unit_amount_decimal) as unit_amount_decimal,
    as_integer(data.amount_excluding_tax) as amount_excluding_tax_minor,
    as_decimal(data.unit_amount_excluding_tax) as unit_amount_excluding_tax,
    as_text(data.description) as description,
    data.discount_amounts as discount_amounts,
    data.pretax_credit_amounts as pretax_credit_amounts,
    member_of_taxes as taxes,
    data.tax_rates as tax_rates,
    data.metadata as metadata,
    list_filter(json_extract(data.tax_rates, '$[*]'), lambda place: place like '{%') as sighted_tax_rates
  from found
)
select
  credit_note_line_item_id,
  is_livemode,
  credit_note_id,
  type,
  invoice_line_item_id,
  amount_minor,
  discount_amount_minor,
  quantity,
  unit_amount_minor,
  unit_amount_decimal,
  amount_excluding_tax_minor,
  unit_amount_excluding_tax,
  description,
  discount_amounts,
  pretax_credit_amounts,
  taxes,
  tax_rates,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(container_dt, 'unknown') end as dt,
  sighted_tax_rates,
  case
    when ingested_at is null then 'not JSON'
    when credit_note_line_item_id is null or credit_note_line_item_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(credit_note_id, nullif(data.credit_note, '""'), 'credit_note', 'an id or an object'),
      wrong(type, data.type, 'type', 'a text'),
      wrong(invoice_line_item_id, nullif(data.invoice_line_item, '""'), 'invoice_line_item', 'an id or an object'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(discount_amount_minor, data.discount_amount, 'discount_amount', 'a whole number of minor units'),
      wrong(quantity, data.quantity, 'quantity', 'a whole number'),
      wrong(unit_amount_minor, data.unit_amount, 'unit_amount', 'a whole number of minor units'),
      wrong(unit_amount_decimal, data.unit_amount_decimal, 'unit_amount_decimal', 'a decimal number'),
      wrong(amount_excluding_tax_minor, data.amount_excluding_tax, 'amount_excluding_tax', 'a whole number of minor units'),
      wrong(unit_amount_excluding_tax, data.unit_amount_excluding_tax, 'unit_amount_excluding_tax', 'a decimal number'),
      wrong_personal(description, data.description, 'description', 'a text')), '')
  end as broken
from typed;

-- A list with an element that cannot be read does not show what is gone.
update credit_notes_read set lines_is_complete = false
from (select distinct credit_note_id as parent_id, observed_at, observed_sequence
  from credit_note_line_items_read where broken is not null) as doubtful
where credit_notes_read.credit_note_id = doubtful.parent_id
  and credit_notes_read.observed_at = doubtful.observed_at
  and credit_notes_read.observed_sequence = doubtful.observed_sequence;

-- step: touch

select distinct dt from (
  select dt from credit_note_line_items_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from credit_note_line_items_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_credit_note_line_items'), filename = true)
  where credit_note_line_item_id in (select credit_note_line_item_id from credit_note_line_items_read where is_stub and broken is null)
  union all
  -- What a complete list may have lost.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_credit_note_line_items'), filename = true)
  where credit_note_id in (
    select credit_note_id from credit_notes_read where broken is null and lines_is_complete)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view credit_note_line_items_accepted as
select
  credit_note_line_item_id, is_livemode, credit_note_id, type, invoice_line_item_id, amount_minor,
  discount_amount_minor, quantity, unit_amount_minor, unit_amount_decimal, amount_excluding_tax_minor,
  unit_amount_excluding_tax, description, discount_amounts, pretax_credit_amounts, taxes, tax_rates,
  metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at,
  bronze_run_id, api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_credit_note_line_items'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table credit_note_line_items_unsettled as
with credit_notes_lines as (
  select credit_note_id as parent_id,
    versions(lines_complete_at, lines_complete_sequence, lines_complete_before) as complete
  from credit_notes_merged
  where lines_complete_at is not null
),
candidates as (
  select credit_note_line_item_id, is_stub, observed_at, observed_sequence, credit_note_id from credit_note_line_items_read where broken is null
  union all
  select credit_note_line_item_id, false, observed_at, observed_sequence, credit_note_id from credit_note_line_items_accepted
)
select credit_note_line_item_id from candidates group by credit_note_line_item_id having count(*) > 1 or bool_or(is_stub)
union
-- Gone from a complete list of the parent.
select credit_note_line_item_id from candidates
join credit_notes_lines as parent on parent.parent_id = candidates.credit_note_id
where parent.complete[1] > version(observed_at, observed_sequence);

create or replace table credit_note_line_items_settled as
with credit_notes_lines as (
  select credit_note_id as parent_id,
    versions(lines_complete_at, lines_complete_sequence, lines_complete_before) as complete
  from credit_notes_merged
  where lines_complete_at is not null
),
candidates as (
  select
    credit_note_line_item_id, is_livemode, credit_note_id, type, invoice_line_item_id, amount_minor,
    discount_amount_minor, quantity, unit_amount_minor, unit_amount_decimal, amount_excluding_tax_minor,
    unit_amount_excluding_tax, description, discount_amounts, pretax_credit_amounts, taxes, tax_rates,
    metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from credit_note_line_items_read semi join credit_note_line_items_unsettled using (credit_note_line_item_id)
  where broken is null
  union all
  select
    credit_note_line_item_id, is_livemode, credit_note_id, type, invoice_line_item_id, amount_minor,
    discount_amount_minor, quantity, unit_amount_minor, unit_amount_decimal, amount_excluding_tax_minor,
    unit_amount_excluding_tax, description, discount_amounts, pretax_credit_amounts, taxes, tax_rates,
    metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from credit_note_line_items_accepted semi join credit_note_line_items_unsettled using (credit_note_line_item_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by credit_note_line_item_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        is_livemode, credit_note_id, type, invoice_line_item_id, amount_minor, discount_amount_minor,
        quantity, unit_amount_minor, unit_amount_decimal, amount_excluding_tax_minor,
        unit_amount_excluding_tax, description, discount_amounts, pretax_credit_amounts, taxes, tax_rates,
        metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select credit_note_line_item_id, unnest(absences) as absence from candidates
  union all
  select newest.credit_note_line_item_id, unnest(parent.complete)
    from newest join credit_notes_lines as parent on parent.parent_id = newest.credit_note_id
),
later as (
  select gone.credit_note_line_item_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (credit_note_line_item_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.credit_note_line_item_id
)
select
  newest.credit_note_line_item_id,
  newest.is_livemode,
  newest.credit_note_id,
  newest.type,
  newest.invoice_line_item_id,
  newest.amount_minor,
  newest.discount_amount_minor,
  newest.quantity,
  newest.unit_amount_minor,
  newest.unit_amount_decimal,
  newest.amount_excluding_tax_minor,
  newest.unit_amount_excluding_tax,
  newest.description,
  newest.discount_amounts,
  newest.pretax_credit_amounts,
  newest.taxes,
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
left join later using (credit_note_line_item_id);

create or replace view credit_note_line_items_merged as
select
  credit_note_line_item_id,
  is_livemode,
  credit_note_id,
  type,
  invoice_line_item_id,
  amount_minor,
  discount_amount_minor,
  quantity,
  unit_amount_minor,
  unit_amount_decimal,
  amount_excluding_tax_minor,
  unit_amount_excluding_tax,
  description,
  discount_amounts,
  pretax_credit_amounts,
  taxes,
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
from credit_note_line_items_read anti join credit_note_line_items_unsettled using (credit_note_line_item_id)
where broken is null
union all
select
  credit_note_line_item_id, is_livemode, credit_note_id, type, invoice_line_item_id, amount_minor,
  discount_amount_minor, quantity, unit_amount_minor, unit_amount_decimal, amount_excluding_tax_minor,
  unit_amount_excluding_tax, description, discount_amounts, pretax_credit_amounts, taxes, tax_rates,
  metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at,
  bronze_run_id, api_version, absences, dt
from credit_note_line_items_accepted anti join credit_note_line_items_unsettled using (credit_note_line_item_id)
union all
select
  credit_note_line_item_id, is_livemode, credit_note_id, type, invoice_line_item_id, amount_minor,
  discount_amount_minor, quantity, unit_amount_minor, unit_amount_decimal, amount_excluding_tax_minor,
  unit_amount_excluding_tax, description, discount_amounts, pretax_credit_amounts, taxes, tax_rates,
  metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at,
  bronze_run_id, api_version, absences, dt
from credit_note_line_items_settled;
