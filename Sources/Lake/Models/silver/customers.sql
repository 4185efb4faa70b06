-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: customers
-- grain: one row per customer of a source: customer_id
-- depends_on: bronze.customers
-- description: Somebody who buys: a person or a company.
-- unit: balance_minor = minor units of currency
-- assert_unique: customer_id
-- assert_not_null: customer_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as customer_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as name,
  null::varchar as email,
  null::varchar as phone,
  null::varchar as business_name,
  null::varchar as individual_name,
  null::varchar as description,
  null::varchar as address_line1,
  null::varchar as address_line2,
  null::varchar as address_city,
  null::varchar as address_state,
  null::varchar as address_postal_code,
  null::varchar as address_country,
  null::varchar as currency,
  null::bigint as balance_minor,
  null::boolean as is_delinquent,
  null::varchar as invoice_settings_default_payment_method_id,
  null::varchar as default_source_id,
  null::varchar as discount_id,
  null::varchar as discount_coupon_id,
  null::timestamptz as discount_start_at,
  null::timestamptz as discount_end_at,
  null::varchar as invoice_prefix,
  null::bigint as next_invoice_sequence,
  null::varchar as invoice_settings_footer,
  null::json as invoice_settings_custom_fields,
  null::json as invoice_settings_rendering_options,
  null::varchar as tax_exempt,
  null::varchar as tax_automatic_tax,
  null::json as tax,
  null::json as cash_balance,
  null::json as invoice_credit_balance,
  null::json as preferred_locales,
  null::json as shipping,
  null::varchar as test_clock_id,
  null::varchar as customer_account_id,
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
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as tax_automatic_tax_version,
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as tax_version,
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as cash_balance_version,
  null::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) as invoice_credit_balance_version,
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

create or replace table customers_read as
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
    getvariable('bronze_customers'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, name json, email json, phone json,
        business_name json, individual_name json, description json, address json, currency json,
        balance json, delinquent json, invoice_settings json, default_source json, discount json,
        invoice_prefix json, next_invoice_sequence json, tax_exempt json, tax json, cash_balance json,
        invoice_credit_balance json, preferred_locales json, shipping json, test_clock json,
        customer_account json, metadata json)',
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
    json_transform(data.address, '{"line1": "json", "line2": "json", "city": "json", "state": "json", "postal_code": "json", "country": "json"}') as in_address,
    json_transform(data.invoice_settings, '{"default_payment_method": "json", "footer": "json", "custom_fields": "json", "rendering_options": "json"}') as in_invoice_settings,
    json_transform(data.discount, '{"id": "json", "source": {"coupon": "json"}, "coupon": "json", "start": "json", "end": "json"}') as in_discount
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_discount.source.coupon, in_discount.coupon) as member_of_discount_coupon_id
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as customer_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.name) as name,
    as_text(data.email) as email,
    as_text(data.phone) as phone,
    as_text(data.business_name) as business_name,
    as_text(data.individual_name) as individual_name,
    as_text(data.description) as description,
    as_text(in_address.line1) as address_line1,
    as_text(in_address.line2) as address_line2,
    as_text(in_address.city) as address_city,
    as_text(in_address.state) as address_state,
    as_text(in_address.postal_code) as address_postal_code,
    as_text(in_address.country) as address_country,
    as_text(data.currency) as currency,
    as_integer(data.balance) as balance_minor,
    as_boolean(data.delinquent) as is_delinquent,
    as_id(in_invoice_settings.default_payment_method) as invoice_settings_default_payment_method_id,
    as_id(data.default_source) as default_source_id,
    as_id(in_discount.id) as discount_id,
    as_id(member_of_discount_coupon_id) as discount_coupon_id,
    as_time(in_discount.start) as discount_start_at,
    as_time(in_discount."end") as discount_end_at,
    as_text(data.invoice_prefix) as invoice_prefix,
    as_integer(data.next_invoice_sequence) as next_invoice_sequence,
    as_text(in_invoice_settings.footer) as invoice_settings_footer,
    in_invoice_settings.custom_fields as invoice_settings_custom_fields,
    in_invoice_settings.rendering_options as invoice_settings_rendering_options,
    as_text(data.tax_exempt) as tax_exempt,
    as_text(nullif(data.tax -> '$.automatic_tax', 'null')) as tax_automatic_tax,
    data.tax as tax,
    data.cash_balance as cash_balance,
    data.invoice_credit_balance as invoice_credit_balance,
    data.preferred_locales as preferred_locales,
    data.shipping as shipping,
    as_id(data.test_clock) as test_clock_id,
    as_id(data.customer_account) as customer_account_id,
    data.metadata as metadata,
    list_filter([data.discount], lambda place: place like '{%') as sighted_discounts
  from found
)
select
  customer_id,
  created_at,
  is_livemode,
  name,
  email,
  phone,
  business_name,
  individual_name,
  description,
  address_line1,
  address_line2,
  address_city,
  address_state,
  address_postal_code,
  address_country,
  currency,
  balance_minor,
  is_delinquent,
  invoice_settings_default_payment_method_id,
  default_source_id,
  discount_id,
  discount_coupon_id,
  discount_start_at,
  discount_end_at,
  invoice_prefix,
  next_invoice_sequence,
  invoice_settings_footer,
  invoice_settings_custom_fields,
  invoice_settings_rendering_options,
  tax_exempt,
  tax_automatic_tax,
  tax,
  cash_balance,
  invoice_credit_balance,
  preferred_locales,
  shipping,
  test_clock_id,
  customer_account_id,
  metadata,
  is_stub,
  observed_at,
  observed_sequence,
  ingested_at,
  bronze_run_id,
  api_version,
  case when not is_stub then coalesce(strftime(created_at at time zone 'UTC', '%Y-%m-%d'), 'unknown') end as dt,
  sighted_discounts,
  case
    when ingested_at is null then 'not JSON'
    when customer_id is null or customer_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong_personal(name, data.name, 'name', 'a text'),
      wrong_personal(email, data.email, 'email', 'a text'),
      wrong_personal(phone, data.phone, 'phone', 'a text'),
      wrong_personal(business_name, data.business_name, 'business_name', 'a text'),
      wrong_personal(individual_name, data.individual_name, 'individual_name', 'a text'),
      wrong_personal(description, data.description, 'description', 'a text'),
      wrong_personal(address_line1, in_address.line1, 'address.line1', 'a text'),
      wrong_personal(address_line2, in_address.line2, 'address.line2', 'a text'),
      wrong_personal(address_city, in_address.city, 'address.city', 'a text'),
      wrong_personal(address_state, in_address.state, 'address.state', 'a text'),
      wrong_personal(address_postal_code, in_address.postal_code, 'address.postal_code', 'a text'),
      wrong_personal(address_country, in_address.country, 'address.country', 'a text'),
      wrong(currency, data.currency, 'currency', 'a currency code'),
      wrong(balance_minor, data.balance, 'balance', 'a whole number of minor units'),
      wrong(is_delinquent, data.delinquent, 'delinquent', 'true or false'),
      wrong(invoice_settings_default_payment_method_id, nullif(in_invoice_settings.default_payment_method, '""'), 'invoice_settings.default_payment_method', 'an id or an object'),
      wrong(default_source_id, nullif(data.default_source, '""'), 'default_source', 'an id or an object'),
      wrong(discount_id, nullif(in_discount.id, '""'), 'discount.id', 'an id or an object'),
      wrong(discount_coupon_id, nullif(member_of_discount_coupon_id, '""'), 'discount.source.coupon', 'an id or an object'),
      wrong(discount_start_at, in_discount.start, 'discount.start', 'unix seconds'),
      wrong(discount_end_at, in_discount."end", 'discount.end', 'unix seconds'),
      wrong(invoice_prefix, data.invoice_prefix, 'invoice_prefix', 'a text'),
      wrong(next_invoice_sequence, data.next_invoice_sequence, 'next_invoice_sequence', 'a whole number'),
      wrong_personal(invoice_settings_footer, in_invoice_settings.footer, 'invoice_settings.footer', 'a text'),
      wrong(tax_exempt, data.tax_exempt, 'tax_exempt', 'a text'),
      wrong(tax_automatic_tax, nullif(data.tax -> '$.automatic_tax', 'null'), 'tax.automatic_tax', 'a text'),
      wrong(test_clock_id, nullif(data.test_clock, '""'), 'test_clock', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from customers_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from customers_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_customers'), filename = true)
  where customer_id in (select customer_id from customers_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view customers_accepted as
select
  customer_id, created_at, is_livemode, name, email, phone, business_name, individual_name,
  description, address_line1, address_line2, address_city, address_state, address_postal_code,
  address_country, currency, balance_minor, is_delinquent, invoice_settings_default_payment_method_id,
  default_source_id, discount_id, discount_coupon_id, discount_start_at, discount_end_at,
  invoice_prefix, next_invoice_sequence, invoice_settings_footer, invoice_settings_custom_fields,
  invoice_settings_rendering_options, tax_exempt, tax_automatic_tax, tax, cash_balance,
  invoice_credit_balance, preferred_locales, shipping, test_clock_id, customer_account_id, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, tax_automatic_tax_version, tax_version, cash_balance_version,
  invoice_credit_balance_version, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_customers'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table customers_unsettled as
with candidates as (
  select customer_id, is_stub, observed_at, observed_sequence from customers_read where broken is null
  union all
  select customer_id, false, observed_at, observed_sequence from customers_accepted
)
select customer_id from candidates group by customer_id having count(*) > 1 or bool_or(is_stub);

create or replace table customers_settled as
with candidates as (
  select
    customer_id, created_at, is_livemode, name, email, phone, business_name, individual_name,
    description, address_line1, address_line2, address_city, address_state, address_postal_code,
    address_country, currency, balance_minor, is_delinquent, invoice_settings_default_payment_method_id,
    default_source_id, discount_id, discount_coupon_id, discount_start_at, discount_end_at,
    invoice_prefix, next_invoice_sequence, invoice_settings_footer, invoice_settings_custom_fields,
    invoice_settings_rendering_options, tax_exempt, tax_automatic_tax, tax, cash_balance,
    invoice_credit_balance, preferred_locales, shipping, test_clock_id, customer_account_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences,
    case when tax_automatic_tax is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as tax_automatic_tax_version,
    case when tax is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as tax_version,
    case when cash_balance is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as cash_balance_version,
    case when invoice_credit_balance is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as invoice_credit_balance_version
  from customers_read semi join customers_unsettled using (customer_id)
  where broken is null
  union all
  select
    customer_id, created_at, is_livemode, name, email, phone, business_name, individual_name,
    description, address_line1, address_line2, address_city, address_state, address_postal_code,
    address_country, currency, balance_minor, is_delinquent, invoice_settings_default_payment_method_id,
    default_source_id, discount_id, discount_coupon_id, discount_start_at, discount_end_at,
    invoice_prefix, next_invoice_sequence, invoice_settings_footer, invoice_settings_custom_fields,
    invoice_settings_rendering_options, tax_exempt, tax_automatic_tax, tax, cash_balance,
    invoice_credit_balance, preferred_locales, shipping, test_clock_id, customer_account_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    tax_automatic_tax_version,
    tax_version,
    cash_balance_version,
    invoice_credit_balance_version
  from customers_accepted semi join customers_unsettled using (customer_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by customer_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, name, email, phone, business_name, individual_name, description,
        address_line1, address_line2, address_city, address_state, address_postal_code, address_country,
        currency, balance_minor, is_delinquent, invoice_settings_default_payment_method_id,
        default_source_id, discount_id, discount_coupon_id, discount_start_at, discount_end_at,
        invoice_prefix, next_invoice_sequence, invoice_settings_footer, invoice_settings_custom_fields,
        invoice_settings_rendering_options, tax_exempt, preferred_locales, shipping, test_clock_id,
        customer_account_id, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select customer_id, unnest(absences) as absence from candidates
),
later as (
  select gone.customer_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (customer_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.customer_id
),
asked as (
  -- Absent says nothing where Stripe has to be asked for it.
  select customer_id,
    arg_max(tax_automatic_tax, {'version': tax_automatic_tax_version, 'tie': hash(tax_automatic_tax)}) filter (where tax_automatic_tax is not null) as tax_automatic_tax,
    max(tax_automatic_tax_version) as tax_automatic_tax_version,
    arg_max(tax, {'version': tax_version, 'tie': hash(tax)}) filter (where tax is not null) as tax,
    max(tax_version) as tax_version,
    arg_max(cash_balance, {'version': cash_balance_version, 'tie': hash(cash_balance)}) filter (where cash_balance is not null) as cash_balance,
    max(cash_balance_version) as cash_balance_version,
    arg_max(invoice_credit_balance, {'version': invoice_credit_balance_version, 'tie': hash(invoice_credit_balance)}) filter (where invoice_credit_balance is not null) as invoice_credit_balance,
    max(invoice_credit_balance_version) as invoice_credit_balance_version
  from candidates group by customer_id
)
select
  newest.customer_id,
  newest.created_at,
  newest.is_livemode,
  newest.name,
  newest.email,
  newest.phone,
  newest.business_name,
  newest.individual_name,
  newest.description,
  newest.address_line1,
  newest.address_line2,
  newest.address_city,
  newest.address_state,
  newest.address_postal_code,
  newest.address_country,
  newest.currency,
  newest.balance_minor,
  newest.is_delinquent,
  newest.invoice_settings_default_payment_method_id,
  newest.default_source_id,
  newest.discount_id,
  newest.discount_coupon_id,
  newest.discount_start_at,
  newest.discount_end_at,
  newest.invoice_prefix,
  newest.next_invoice_sequence,
  newest.invoice_settings_footer,
  newest.invoice_settings_custom_fields,
  newest.invoice_settings_rendering_options,
  newest.tax_exempt,
  asked.tax_automatic_tax,
  asked.tax,
  asked.cash_balance,
  asked.invoice_credit_balance,
  newest.preferred_locales,
  newest.shipping,
  newest.test_clock_id,
  newest.customer_account_id,
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
  asked.tax_automatic_tax_version,
  asked.tax_version,
  asked.cash_balance_version,
  asked.invoice_credit_balance_version,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (customer_id)
left join asked using (customer_id);

create or replace view customers_merged as
select
  customer_id,
  created_at,
  is_livemode,
  name,
  email,
  phone,
  business_name,
  individual_name,
  description,
  address_line1,
  address_line2,
  address_city,
  address_state,
  address_postal_code,
  address_country,
  currency,
  balance_minor,
  is_delinquent,
  invoice_settings_default_payment_method_id,
  default_source_id,
  discount_id,
  discount_coupon_id,
  discount_start_at,
  discount_end_at,
  invoice_prefix,
  next_invoice_sequence,
  invoice_settings_footer,
  invoice_settings_custom_fields,
  invoice_settings_rendering_options,
  tax_exempt,
  tax_automatic_tax,
  tax,
  cash_balance,
  invoice_credit_balance,
  preferred_locales,
  shipping,
  test_clock_id,
  customer_account_id,
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
  case when tax_automatic_tax is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as tax_automatic_tax_version,
  case when tax is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as tax_version,
  case when cash_balance is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as cash_balance_version,
  case when invoice_credit_balance is not null then {'observed_at': observed_at, 'sequence': observed_sequence, 'ingested_at': ingested_at}::struct(observed_at timestamptz, sequence bigint, ingested_at timestamptz) end as invoice_credit_balance_version,
  dt
from customers_read anti join customers_unsettled using (customer_id)
where broken is null
union all
select
  customer_id, created_at, is_livemode, name, email, phone, business_name, individual_name,
  description, address_line1, address_line2, address_city, address_state, address_postal_code,
  address_country, currency, balance_minor, is_delinquent, invoice_settings_default_payment_method_id,
  default_source_id, discount_id, discount_coupon_id, discount_start_at, discount_end_at,
  invoice_prefix, next_invoice_sequence, invoice_settings_footer, invoice_settings_custom_fields,
  invoice_settings_rendering_options, tax_exempt, tax_automatic_tax, tax, cash_balance,
  invoice_credit_balance, preferred_locales, shipping, test_clock_id, customer_account_id, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, tax_automatic_tax_version, tax_version, cash_balance_version,
  invoice_credit_balance_version, dt
from customers_accepted anti join customers_unsettled using (customer_id)
union all
select
  customer_id, created_at, is_livemode, name, email, phone, business_name, individual_name,
  description, address_line1, address_line2, address_city, address_state, address_postal_code,
  address_country, currency, balance_minor, is_delinquent, invoice_settings_default_payment_method_id,
  default_source_id, discount_id, discount_coupon_id, discount_start_at, discount_end_at,
  invoice_prefix, next_invoice_sequence, invoice_settings_footer, invoice_settings_custom_fields,
  invoice_settings_rendering_options, tax_exempt, tax_automatic_tax, tax, cash_balance,
  invoice_credit_balance, preferred_locales, shipping, test_clock_id, customer_account_id, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, tax_automatic_tax_version, tax_version, cash_balance_version,
  invoice_credit_balance_version, dt
from customers_settled;
