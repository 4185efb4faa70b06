-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: credit_notes
-- grain: one row per credit_note of a source: credit_note_id
-- depends_on: bronze.credit_notes
-- description: A correction that lowers a finalized invoice; its lines say what for.
-- unit: amount_minor = minor units of currency
-- unit: subtotal_minor = minor units of currency
-- unit: subtotal_excluding_tax_minor = minor units of currency
-- unit: total_minor = minor units of currency
-- unit: total_excluding_tax_minor = minor units of currency
-- unit: amount_shipping_minor = minor units of currency
-- unit: discount_amount_minor = minor units of currency
-- unit: pre_payment_amount_minor = minor units of currency
-- unit: post_payment_amount_minor = minor units of currency
-- unit: out_of_band_amount_minor = minor units of currency
-- unit: shipping_cost_amount_subtotal_minor = minor units of currency
-- unit: shipping_cost_amount_tax_minor = minor units of currency
-- unit: shipping_cost_amount_total_minor = minor units of currency
-- assert_unique: credit_note_id
-- assert_not_null: credit_note_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, status, currency, amount_minor, subtotal_minor, total_minor
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as credit_note_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as number,
  null::varchar as status,
  null::varchar as type,
  null::varchar as reason,
  null::varchar as invoice_id,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as currency,
  null::bigint as amount_minor,
  null::bigint as subtotal_minor,
  null::bigint as subtotal_excluding_tax_minor,
  null::bigint as total_minor,
  null::bigint as total_excluding_tax_minor,
  null::bigint as amount_shipping_minor,
  null::bigint as discount_amount_minor,
  null::bigint as pre_payment_amount_minor,
  null::bigint as post_payment_amount_minor,
  null::bigint as out_of_band_amount_minor,
  null::varchar as refund_id,
  null::json as refunds,
  null::varchar as customer_balance_transaction_id,
  null::timestamptz as effective_at,
  null::timestamptz as voided_at,
  null::varchar as memo,
  null::json as discount_amounts,
  null::json as pretax_credit_amounts,
  null::json as total_taxes,
  null::bigint as shipping_cost_amount_subtotal_minor,
  null::bigint as shipping_cost_amount_tax_minor,
  null::bigint as shipping_cost_amount_total_minor,
  null::json as metadata,
  null::boolean as is_deleted,
  null::timestamptz as deleted_at,
  null::boolean as is_placeholder,
  null::timestamptz as observed_at,
  null::bigint as observed_sequence,
  null::timestamptz as ingested_at,
  null::varchar as bronze_run_id,
  null::varchar as api_version,
  null::timestamptz as lines_complete_at,
  null::bigint as lines_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as lines_complete_before,
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

create or replace table credit_notes_read as
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
    getvariable('bronze_credit_notes'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, number json, status json, type json,
        reason json, invoice json, customer json, customer_account json, currency json, amount json,
        subtotal json, subtotal_excluding_tax json, total json, total_excluding_tax json,
        amount_shipping json, discount_amount json, pre_payment_amount json, post_payment_amount json,
        out_of_band_amount json, refund json, refunds json, customer_balance_transaction json,
        effective_at json, voided_at json, memo json, discount_amounts json, pretax_credit_amounts json,
        total_taxes json, tax_amounts json, shipping_cost json, metadata json, lines json)',
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
    json_transform(data.shipping_cost, '{"amount_subtotal": "json", "amount_tax": "json", "amount_total": "json"}') as in_shipping_cost,
    json_transform(data.lines, '{"data": "json", "has_more": "json", "total_count": "json"}') as in_lines
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(data.total_taxes, data.tax_amounts) as member_of_total_taxes
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as credit_note_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.number) as number,
    as_text(data.status) as status,
    as_text(data.type) as type,
    as_text(data.reason) as reason,
    as_id(data.invoice) as invoice_id,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_text(data.currency) as currency,
    as_integer(data.amount) as amount_minor,
    as_integer(data.subtotal) as subtotal_minor,
    as_integer(data.subtotal_excluding_tax) as subtotal_excluding_tax_minor,
    as_integer(data.total) as total_minor,
    as_integer(data.total_excluding_tax) as total_excluding_tax_minor,
    as_integer(data.amount_shipping) as amount_shipping_minor,
    as_integer(data.discount_amount) as discount_amount_minor,
    as_integer(data.pre_payment_amount) as pre_payment_amount_minor,
    as_integer(data.post_payment_amount) as post_payment_amount_minor,
    as_integer(data.out_of_band_amount) as out_of_band_amount_minor,
    as_id(data.refund) as refund_id,
    data.refunds as refunds,
    as_id(data.customer_balance_transaction) as customer_balance_transaction_id,
    as_time(data.effective_at) as effective_at,
    as_time(data.voided_at) as voided_at,
    as_text(data.memo) as memo,
    data.discount_amounts as discount_amounts,
    data.pretax_credit_amounts as pretax_credit_amounts,
    member_of_total_taxes as total_taxes,
    as_integer(in_shipping_cost.amount_subtotal) as shipping_cost_amount_subtotal_minor,
    as_integer(in_shipping_cost.amount_tax) as shipping_cost_amount_tax_minor,
    as_integer(in_shipping_cost.amount_total) as shipping_cost_amount_total_minor,
    data.metadata as metadata,
    case when in_lines.data like '[_%' and in_lines.data <> '[]' then in_lines.data end as lines_json
  from found
)
select
  credit_note_id,
  created_at,
  is_livemode,
  number,
  status,
  type,
  reason,
  invoice_id,
  customer_id,
  customer_account_id,
  currency,
  amount_minor,
  subtotal_minor,
  subtotal_excluding_tax_minor,
  total_minor,
  total_excluding_tax_minor,
  amount_shipping_minor,
  discount_amount_minor,
  pre_payment_amount_minor,
  post_payment_amount_minor,
  out_of_band_amount_minor,
  refund_id,
  refunds,
  customer_balance_transaction_id,
  effective_at,
  voided_at,
  memo,
  discount_amounts,
  pretax_credit_amounts,
  total_taxes,
  shipping_cost_amount_subtotal_minor,
  shipping_cost_amount_tax_minor,
  shipping_cost_amount_total_minor,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  lines_json,
  coalesce(is_stub or (in_lines.data like '[%' and coalesce(in_lines.has_more <> 'true', true)
    and coalesce(as_integer(in_lines.total_count), 0) <= json_array_length(in_lines.data)), false) as lines_is_complete,
  case
    when ingested_at is null then 'not JSON'
    when credit_note_id is null or credit_note_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(number, data.number, 'number', 'a text'),
      wrong(status, data.status, 'status', 'a text'),
      missing(data.status, 'status'),
      wrong(type, data.type, 'type', 'a text'),
      wrong(reason, data.reason, 'reason', 'a text'),
      wrong(invoice_id, nullif(data.invoice, '""'), 'invoice', 'an id or an object'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      missing(data.currency, 'currency'),
      wrong(amount_minor, data.amount, 'amount', 'a whole number of minor units'),
      missing(data.amount, 'amount'),
      wrong(subtotal_minor, data.subtotal, 'subtotal', 'a whole number of minor units'),
      missing(data.subtotal, 'subtotal'),
      wrong(subtotal_excluding_tax_minor, data.subtotal_excluding_tax, 'subtotal_excluding_tax', 'a whole number of minor units'),
      wrong(total_minor, data.total, 'total', 'a whole number of minor units'),
      missing(data.total, 'total'),
      wrong(total_excluding_tax_minor, data.total_excluding_tax, 'total_excluding_tax', 'a whole number of minor units'),
      wrong(amount_shipping_minor, data.amount_shipping, 'amount_shipping', 'a whole number of minor units'),
      wrong(discount_amount_minor, data.discount_amount, 'discount_amount', 'a whole number of minor units'),
      wrong(pre_payment_amount_minor, data.pre_payment_amount, 'pre_payment_amount', 'a whole number of minor units'),
      wrong(post_payment_amount_minor, data.post_payment_amount, 'post_payment_amount', 'a whole number of minor units'),
      wrong(out_of_band_amount_minor, data.out_of_band_amount, 'out_of_band_amount', 'a whole number of minor units'),
      wrong(refund_id, nullif(data.refund, '""'), 'refund', 'an id or an object'),
      wrong(customer_balance_transaction_id, nullif(data.customer_balance_transaction, '""'), 'customer_balance_transaction', 'an id or an object'),
      wrong(effective_at, data.effective_at, 'effective_at', 'unix seconds'),
      wrong(voided_at, data.voided_at, 'voided_at', 'unix seconds'),
      wrong_personal(memo, data.memo, 'memo', 'a text'),
      wrong(shipping_cost_amount_subtotal_minor, in_shipping_cost.amount_subtotal, 'shipping_cost.amount_subtotal', 'a whole number of minor units'),
      wrong(shipping_cost_amount_tax_minor, in_shipping_cost.amount_tax, 'shipping_cost.amount_tax', 'a whole number of minor units'),
      wrong(shipping_cost_amount_total_minor, in_shipping_cost.amount_total, 'shipping_cost.amount_total', 'a whole number of minor units')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from credit_notes_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from credit_notes_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_credit_notes'), filename = true)
  where credit_note_id in (select credit_note_id from credit_notes_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view credit_notes_accepted as
select
  credit_note_id, created_at, is_livemode, number, status, type, reason, invoice_id, customer_id,
  customer_account_id, currency, amount_minor, subtotal_minor, subtotal_excluding_tax_minor,
  total_minor, total_excluding_tax_minor, amount_shipping_minor, discount_amount_minor,
  pre_payment_amount_minor, post_payment_amount_minor, out_of_band_amount_minor, refund_id, refunds,
  customer_balance_transaction_id, effective_at, voided_at, memo, discount_amounts,
  pretax_credit_amounts, total_taxes, shipping_cost_amount_subtotal_minor,
  shipping_cost_amount_tax_minor, shipping_cost_amount_total_minor, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  lines_complete_at, lines_complete_sequence, absences, lines_complete_before,
  regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_credit_notes'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table credit_notes_unsettled as
with candidates as (
  select credit_note_id, is_stub, observed_at, observed_sequence from credit_notes_read where broken is null
  union all
  select credit_note_id, false, observed_at, observed_sequence from credit_notes_accepted
)
select credit_note_id from candidates group by credit_note_id having count(*) > 1 or bool_or(is_stub);

create or replace table credit_notes_settled as
with candidates as (
  select
    credit_note_id, created_at, is_livemode, number, status, type, reason, invoice_id, customer_id,
    customer_account_id, currency, amount_minor, subtotal_minor, subtotal_excluding_tax_minor,
    total_minor, total_excluding_tax_minor, amount_shipping_minor, discount_amount_minor,
    pre_payment_amount_minor, post_payment_amount_minor, out_of_band_amount_minor, refund_id, refunds,
    customer_balance_transaction_id, effective_at, voided_at, memo, discount_amounts,
    pretax_credit_amounts, total_taxes, shipping_cost_amount_subtotal_minor,
    shipping_cost_amount_tax_minor, shipping_cost_amount_total_minor, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when lines_is_complete then [version(observed_at, if(is_stub, 9, observed_sequence))] end as lines_complete
  from credit_notes_read semi join credit_notes_unsettled using (credit_note_id)
  where broken is null
  union all
  select
    credit_note_id, created_at, is_livemode, number, status, type, reason, invoice_id, customer_id,
    customer_account_id, currency, amount_minor, subtotal_minor, subtotal_excluding_tax_minor,
    total_minor, total_excluding_tax_minor, amount_shipping_minor, discount_amount_minor,
    pre_payment_amount_minor, post_payment_amount_minor, out_of_band_amount_minor, refund_id, refunds,
    customer_balance_transaction_id, effective_at, voided_at, memo, discount_amounts,
    pretax_credit_amounts, total_taxes, shipping_cost_amount_subtotal_minor,
    shipping_cost_amount_tax_minor, shipping_cost_amount_total_minor, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    versions(lines_complete_at, lines_complete_sequence, lines_complete_before)
  from credit_notes_accepted semi join credit_notes_unsettled using (credit_note_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by credit_note_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, number, status, type, reason, invoice_id, customer_id, customer_account_id,
        currency, amount_minor, subtotal_minor, subtotal_excluding_tax_minor, total_minor,
        total_excluding_tax_minor, amount_shipping_minor, discount_amount_minor, pre_payment_amount_minor,
        post_payment_amount_minor, out_of_band_amount_minor, refund_id, refunds,
        customer_balance_transaction_id, effective_at, voided_at, memo, discount_amounts,
        pretax_credit_amounts, total_taxes, shipping_cost_amount_subtotal_minor,
        shipping_cost_amount_tax_minor, shipping_cost_amount_total_minor, metadata, bronze_run_id,
        api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select credit_note_id, unnest(absences) as absence from candidates
),
later as (
  select gone.credit_note_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (credit_note_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.credit_note_id
),
complete as (
  select credit_note_id, list_reverse_sort(list_distinct(flatten(list(lines_complete)))) as lines_complete
  from candidates group by credit_note_id
)
select
  newest.credit_note_id,
  newest.created_at,
  newest.is_livemode,
  newest.number,
  newest.status,
  newest.type,
  newest.reason,
  newest.invoice_id,
  newest.customer_id,
  newest.customer_account_id,
  newest.currency,
  newest.amount_minor,
  newest.subtotal_minor,
  newest.subtotal_excluding_tax_minor,
  newest.total_minor,
  newest.total_excluding_tax_minor,
  newest.amount_shipping_minor,
  newest.discount_amount_minor,
  newest.pre_payment_amount_minor,
  newest.post_payment_amount_minor,
  newest.out_of_band_amount_minor,
  newest.refund_id,
  newest.refunds,
  newest.customer_balance_transaction_id,
  newest.effective_at,
  newest.voided_at,
  newest.memo,
  newest.discount_amounts,
  newest.pretax_credit_amounts,
  newest.total_taxes,
  newest.shipping_cost_amount_subtotal_minor,
  newest.shipping_cost_amount_tax_minor,
  newest.shipping_cost_amount_total_minor,
  newest.metadata,
  later.absences is not null as is_deleted,
  later.absences[1].observed_at as deleted_at,
  newest.is_stub as is_placeholder,
  newest.observed_at,
  newest.observed_sequence,
  newest.ingested_at,
  newest.bronze_run_id,
  newest.api_version,
  complete.lines_complete[1].observed_at as lines_complete_at,
  complete.lines_complete[1].sequence as lines_complete_sequence,
  later.absences,
  case when len(complete.lines_complete) > 1 then complete.lines_complete[2:] end as lines_complete_before,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (credit_note_id)
left join complete using (credit_note_id);

create or replace view credit_notes_merged as
select
  credit_note_id,
  created_at,
  is_livemode,
  number,
  status,
  type,
  reason,
  invoice_id,
  customer_id,
  customer_account_id,
  currency,
  amount_minor,
  subtotal_minor,
  subtotal_excluding_tax_minor,
  total_minor,
  total_excluding_tax_minor,
  amount_shipping_minor,
  discount_amount_minor,
  pre_payment_amount_minor,
  post_payment_amount_minor,
  out_of_band_amount_minor,
  refund_id,
  refunds,
  customer_balance_transaction_id,
  effective_at,
  voided_at,
  memo,
  discount_amounts,
  pretax_credit_amounts,
  total_taxes,
  shipping_cost_amount_subtotal_minor,
  shipping_cost_amount_tax_minor,
  shipping_cost_amount_total_minor,
  metadata,
  false as is_deleted,
  null::timestamptz as deleted_at,
  false as is_placeholder,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when lines_is_complete then observed_at end as lines_complete_at,
  case when lines_is_complete then observed_sequence end as lines_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as lines_complete_before,
  dt
from credit_notes_read anti join credit_notes_unsettled using (credit_note_id)
where broken is null
union all
select
  credit_note_id, created_at, is_livemode, number, status, type, reason, invoice_id, customer_id,
  customer_account_id, currency, amount_minor, subtotal_minor, subtotal_excluding_tax_minor,
  total_minor, total_excluding_tax_minor, amount_shipping_minor, discount_amount_minor,
  pre_payment_amount_minor, post_payment_amount_minor, out_of_band_amount_minor, refund_id, refunds,
  customer_balance_transaction_id, effective_at, voided_at, memo, discount_amounts,
  pretax_credit_amounts, total_taxes, shipping_cost_amount_subtotal_minor,
  shipping_cost_amount_tax_minor, shipping_cost_amount_total_minor, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  lines_complete_at, lines_complete_sequence, absences, lines_complete_before, dt
from credit_notes_accepted anti join credit_notes_unsettled using (credit_note_id)
union all
select
  credit_note_id, created_at, is_livemode, number, status, type, reason, invoice_id, customer_id,
  customer_account_id, currency, amount_minor, subtotal_minor, subtotal_excluding_tax_minor,
  total_minor, total_excluding_tax_minor, amount_shipping_minor, discount_amount_minor,
  pre_payment_amount_minor, post_payment_amount_minor, out_of_band_amount_minor, refund_id, refunds,
  customer_balance_transaction_id, effective_at, voided_at, memo, discount_amounts,
  pretax_credit_amounts, total_taxes, shipping_cost_amount_subtotal_minor,
  shipping_cost_amount_tax_minor, shipping_cost_amount_total_minor, metadata, is_deleted, deleted_at,
  is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version,
  lines_complete_at, lines_complete_sequence, absences, lines_complete_before, dt
from credit_notes_settled;
