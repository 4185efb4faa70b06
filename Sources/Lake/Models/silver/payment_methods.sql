-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: payment_methods
-- grain: one row per payment_method of a source: payment_method_id
-- depends_on: bronze.payment_methods
-- description: A card, bank account or wallet a customer pays with.
-- assert_unique: payment_method_id
-- assert_not_null: payment_method_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, type
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as payment_method_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as type,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as allow_redisplay,
  null::varchar as billing_details_name,
  null::varchar as billing_details_email,
  null::varchar as billing_details_phone,
  null::varchar as billing_details_tax_id,
  null::varchar as billing_details_address_line1,
  null::varchar as billing_details_address_line2,
  null::varchar as billing_details_address_city,
  null::varchar as billing_details_address_state,
  null::varchar as billing_details_address_postal_code,
  null::varchar as billing_details_address_country,
  null::varchar as card_brand,
  null::varchar as card_display_brand,
  null::varchar as card_last4,
  null::bigint as card_exp_month,
  null::bigint as card_exp_year,
  null::varchar as card_country,
  null::varchar as card_funding,
  null::varchar as card_fingerprint,
  null::varchar as card_issuer,
  null::varchar as card_iin,
  null::varchar as card_regulated_status,
  null::varchar as card_checks_cvc_check,
  null::varchar as card_checks_address_line1_check,
  null::varchar as card_checks_address_postal_code_check,
  null::varchar as card_networks_preferred,
  null::json as card_networks_available,
  null::boolean as is_card_three_d_secure_usage_supported,
  null::varchar as card_wallet_type,
  null::varchar as sepa_debit_bank_code,
  null::varchar as sepa_debit_country,
  null::varchar as sepa_debit_last4,
  null::varchar as sepa_debit_fingerprint,
  null::varchar as us_bank_account_bank_name,
  null::varchar as us_bank_account_account_type,
  null::varchar as us_bank_account_account_holder_type,
  null::varchar as us_bank_account_last4,
  null::varchar as us_bank_account_fingerprint,
  null::varchar as link_email,
  null::varchar as generated_from_charge_id,
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

create or replace table payment_methods_read as
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
    getvariable('bronze_payment_methods'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(
        id json, deleted json, created json, livemode json, type json, customer json, customer_account json,
        allow_redisplay json, billing_details json, card json, sepa_debit json, us_bank_account json,
        link json, metadata json)',
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
    json_transform(data.billing_details, '{"name": "json", "email": "json", "phone": "json", "tax_id": "json", "address": {"line1": "json", "line2": "json", "city": "json", "state": "json", "postal_code": "json", "country": "json"}}') as in_billing_details,
    json_transform(data.card, '{"brand": "json", "display_brand": "json", "last4": "json", "exp_month": "json", "exp_year": "json", "country": "json", "funding": "json", "fingerprint": "json", "issuer": "json", "iin": "json", "regulated_status": "json", "checks": {"cvc_check": "json", "address_line1_check": "json", "address_postal_code_check": "json"}, "networks": {"preferred": "json", "available": "json"}, "three_d_secure_usage": {"supported": "json"}, "wallet": {"type": "json"}, "generated_from": {"charge": "json"}}') as in_card,
    json_transform(data.sepa_debit, '{"bank_code": "json", "country": "json", "last4": "json", "fingerprint": "json", "generated_from": {"charge": "json"}}') as in_sepa_debit,
    json_transform(data.us_bank_account, '{"bank_name": "json", "account_type": "json", "account_holder_type": "json", "last4": "json", "fingerprint": "json"}') as in_us_bank_account
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_card.generated_from.charge, in_sepa_debit.generated_from.charge) as member_of_generated_from_charge_id
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as payment_method_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.type) as type,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_text(data.allow_redisplay) as allow_redisplay,
    as_text(in_billing_details.name) as billing_details_name,
    as_text(in_billing_details.email) as billing_details_email,
    as_text(in_billing_details.phone) as billing_details_phone,
    as_text(in_billing_details.tax_id) as billing_details_tax_id,
    as_text(in_billing_details.address.line1) as billing_details_address_line1,
    as_text(in_billing_details.address.line2) as billing_details_address_line2,
    as_text(in_billing_details.address.city) as billing_details_address_city,
    as_text(in_billing_details.address.state) as billing_details_address_state,
    as_text(in_billing_details.address.postal_code) as billing_details_address_postal_code,
    as_text(in_billing_details.address.country) as billing_details_address_country,
    as_text(in_card.brand) as card_brand,
    as_text(in_card.display_brand) as card_display_brand,
    as_text(in_card.last4) as card_last4,
    as_integer(in_card.exp_month) as card_exp_month,
    as_integer(in_card.exp_year) as card_exp_year,
    as_text(in_card.country) as card_country,
    as_text(in_card.funding) as card_funding,
    as_text(in_card.fingerprint) as card_fingerprint,
    as_text(in_card.issuer) as card_issuer,
    as_text(in_card.iin) as card_iin,
    as_text(in_card.regulated_status) as card_regulated_status,
    as_text(in_card.checks.cvc_check) as card_checks_cvc_check,
    as_text(in_card.checks.address_line1_check) as card_checks_address_line1_check,
    as_text(in_card.checks.address_postal_code_check) as card_checks_address_postal_code_check,
    as_text(in_card.networks.preferred) as card_networks_preferred,
    in_card.networks.available as card_networks_available,
    as_boolean(in_card.three_d_secure_usage.supported) as is_card_three_d_secure_usage_supported,
    as_text(in_card.wallet.type) as card_wallet_type,
    as_text(in_sepa_debit.bank_code) as sepa_debit_bank_code,
    as_text(in_sepa_debit.country) as sepa_debit_country,
    as_text(in_sepa_debit.last4) as sepa_debit_last4,
    as_text(in_sepa_debit.fingerprint) as sepa_debit_fingerprint,
    as_text(in_us_bank_account.bank_name) as us_bank_account_bank_name,
    as_text(in_us_bank_account.account_type) as us_bank_account_account_type,
    as_text(in_us_bank_account.account_holder_type) as us_bank_account_account_holder_type,
    as_text(in_us_bank_account.last4) as us_bank_account_last4,
    as_text(in_us_bank_account.fingerprint) as us_bank_account_fingerprint,
    as_text(nullif(data.link -> '$.email', 'null')) as link_email,
    as_id(member_of_generated_from_charge_id) as generated_from_charge_id,
    data.metadata as metadata
  from found
)
select
  payment_method_id,
  created_at,
  is_livemode,
  type,
  customer_id,
  customer_account_id,
  allow_redisplay,
  billing_details_name,
  billing_details_email,
  billing_details_phone,
  billing_details_tax_id,
  billing_details_address_line1,
  billing_details_address_line2,
  billing_details_address_city,
  billing_details_address_state,
  billing_details_address_postal_code,
  billing_details_address_country,
  card_brand,
  card_display_brand,
  card_last4,
  card_exp_month,
  card_exp_year,
  card_country,
  card_funding,
  card_fingerprint,
  card_issuer,
  card_iin,
  card_regulated_status,
  card_checks_cvc_check,
  card_checks_address_line1_check,
  card_checks_address_postal_code_check,
  card_networks_preferred,
  card_networks_available,
  is_card_three_d_secure_usage_supported,
  card_wallet_type,
  sepa_debit_bank_code,
  sepa_debit_country,
  sepa_debit_last4,
  sepa_debit_fingerprint,
  us_bank_account_bank_name,
  us_bank_account_account_type,
  us_bank_account_account_holder_type,
  us_bank_account_last4,
  us_bank_account_fingerprint,
  link_email,
  generated_from_charge_id,
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
    when payment_method_id is null or payment_method_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      wrong(created_at, data.created, 'created', 'unix seconds'),
      missing(data.created, 'created'),
      wrong(is_livemode, data.livemode, 'livemode', 'true or false'),
      wrong(type, data.type, 'type', 'a text'),
      missing(data.type, 'type'),
      wrong(customer_id, nullif(data.customer, '""'), 'customer', 'an id or an object'),
      wrong(customer_account_id, nullif(data.customer_account, '""'), 'customer_account', 'an id or an object'),
      wrong(allow_redisplay, data.allow_redisplay, 'allow_redisplay', 'a text'),
      wrong_personal(billing_details_name, in_billing_details.name, 'billing_details.name', 'a text'),
      wrong_personal(billing_details_email, in_billing_details.email, 'billing_details.email', 'a text'),
      wrong_personal(billing_details_phone, in_billing_details.phone, 'billing_details.phone', 'a text'),
      wrong_personal(billing_details_tax_id, in_billing_details.tax_id, 'billing_details.tax_id', 'a text'),
      wrong_personal(billing_details_address_line1, in_billing_details.address.line1, 'billing_details.address.line1', 'a text'),
      wrong_personal(billing_details_address_line2, in_billing_details.address.line2, 'billing_details.address.line2', 'a text'),
      wrong_personal(billing_details_address_city, in_billing_details.address.city, 'billing_details.address.city', 'a text'),
      wrong_personal(billing_details_address_state, in_billing_details.address.state, 'billing_details.address.state', 'a text'),
      wrong_personal(billing_details_address_postal_code, in_billing_details.address.postal_code, 'billing_details.address.postal_code', 'a text'),
      wrong_personal(billing_details_address_country, in_billing_details.address.country, 'billing_details.address.country', 'a text'),
      wrong(card_brand, in_card.brand, 'card.brand', 'a text'),
      wrong(card_display_brand, in_card.display_brand, 'card.display_brand', 'a text'),
      wrong_personal(card_last4, in_card.last4, 'card.last4', 'a text'),
      wrong(card_exp_month, in_card.exp_month, 'card.exp_month', 'a whole number'),
      wrong(card_exp_year, in_card.exp_year, 'card.exp_year', 'a whole number'),
      wrong(card_country, in_card.country, 'card.country', 'a text'),
      wrong(card_funding, in_card.funding, 'card.funding', 'a text'),
      wrong_personal(card_fingerprint, in_card.fingerprint, 'card.fingerprint', 'a text'),
      wrong(card_issuer, in_card.issuer, 'card.issuer', 'a text'),
      wrong_personal(card_iin, in_card.iin, 'card.iin', 'a text'),
      wrong(card_regulated_status, in_card.regulated_status, 'card.regulated_status', 'a text'),
      wrong(card_checks_cvc_check, in_card.checks.cvc_check, 'card.checks.cvc_check', 'a text'),
      wrong(card_checks_address_line1_check, in_card.checks.address_line1_check, 'card.checks.address_line1_check', 'a text'),
      wrong(card_checks_address_postal_code_check, in_card.checks.address_postal_code_check, 'card.checks.address_postal_code_check', 'a text'),
      wrong(card_networks_preferred, in_card.networks.preferred, 'card.networks.preferred', 'a text'),
      wrong(is_card_three_d_secure_usage_supported, in_card.three_d_secure_usage.supported, 'card.three_d_secure_usage.supported', 'true or false'),
      wrong(card_wallet_type, in_card.wallet.type, 'card.wallet.type', 'a text'),
      wrong(sepa_debit_bank_code, in_sepa_debit.bank_code, 'sepa_debit.bank_code', 'a text'),
      wrong(sepa_debit_country, in_sepa_debit.country, 'sepa_debit.country', 'a text'),
      wrong_personal(sepa_debit_last4, in_sepa_debit.last4, 'sepa_debit.last4', 'a text'),
      wrong_personal(sepa_debit_fingerprint, in_sepa_debit.fingerprint, 'sepa_debit.fingerprint', 'a text'),
      wrong(us_bank_account_bank_name, in_us_bank_account.bank_name, 'us_bank_account.bank_name', 'a text'),
      wrong(us_bank_account_account_type, in_us_bank_account.account_type, 'us_bank_account.account_type', 'a text'),
      wrong(us_bank_account_account_holder_type, in_us_bank_account.account_holder_type, 'us_bank_account.account_holder_type', 'a text'),
      wrong_personal(us_bank_account_last4, in_us_bank_account.last4, 'us_bank_account.last4', 'a text'),
      wrong_personal(us_bank_account_fingerprint, in_us_bank_account.fingerprint, 'us_bank_account.fingerprint', 'a text'),
      wrong_personal(link_email, nullif(data.link -> '$.email', 'null'), 'link.email', 'a text'),
      wrong(generated_from_charge_id, nullif(member_of_generated_from_charge_id, '""'), 'card.generated_from.charge', 'an id or an object')), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from payment_methods_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from payment_methods_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_payment_methods'), filename = true)
  where payment_method_id in (select payment_method_id from payment_methods_read where is_stub and broken is null)
) as touched;

-- step: merge

-- Versions are compared from left to right.
create or replace macro version(observed_at, sequence) as
  {'observed_at': observed_at, 'sequence': sequence}::struct(observed_at timestamptz, sequence bigint);
-- All versions of a complete list, newest first.
create or replace macro versions(observed_at, sequence, before) as
  case when observed_at is not null then list_prepend(version(observed_at, sequence), coalesce(before, [])) end;

-- What silver has in the touched partitions.
create or replace view payment_methods_accepted as
select
  payment_method_id, created_at, is_livemode, type, customer_id, customer_account_id, allow_redisplay,
  billing_details_name, billing_details_email, billing_details_phone, billing_details_tax_id,
  billing_details_address_line1, billing_details_address_line2, billing_details_address_city,
  billing_details_address_state, billing_details_address_postal_code, billing_details_address_country,
  card_brand, card_display_brand, card_last4, card_exp_month, card_exp_year, card_country,
  card_funding, card_fingerprint, card_issuer, card_iin, card_regulated_status, card_checks_cvc_check,
  card_checks_address_line1_check, card_checks_address_postal_code_check, card_networks_preferred,
  card_networks_available, is_card_three_d_secure_usage_supported, card_wallet_type,
  sepa_debit_bank_code, sepa_debit_country, sepa_debit_last4, sepa_debit_fingerprint,
  us_bank_account_bank_name, us_bank_account_account_type, us_bank_account_account_holder_type,
  us_bank_account_last4, us_bank_account_fingerprint, link_email, generated_from_charge_id, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_payment_methods'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace table payment_methods_unsettled as
with candidates as (
  select payment_method_id, is_stub, observed_at, observed_sequence from payment_methods_read where broken is null
  union all
  select payment_method_id, false, observed_at, observed_sequence from payment_methods_accepted
)
select payment_method_id from candidates group by payment_method_id having count(*) > 1 or bool_or(is_stub);

create or replace table payment_methods_settled as
with candidates as (
  select
    payment_method_id, created_at, is_livemode, type, customer_id, customer_account_id, allow_redisplay,
    billing_details_name, billing_details_email, billing_details_phone, billing_details_tax_id,
    billing_details_address_line1, billing_details_address_line2, billing_details_address_city,
    billing_details_address_state, billing_details_address_postal_code, billing_details_address_country,
    card_brand, card_display_brand, card_last4, card_exp_month, card_exp_year, card_country,
    card_funding, card_fingerprint, card_issuer, card_iin, card_regulated_status, card_checks_cvc_check,
    card_checks_address_line1_check, card_checks_address_postal_code_check, card_networks_preferred,
    card_networks_available, is_card_three_d_secure_usage_supported, card_wallet_type,
    sepa_debit_bank_code, sepa_debit_country, sepa_debit_last4, sepa_debit_fingerprint,
    us_bank_account_bank_name, us_bank_account_account_type, us_bank_account_account_holder_type,
    us_bank_account_last4, us_bank_account_fingerprint, link_email, generated_from_charge_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [version(observed_at, 9)] end as absences
  from payment_methods_read semi join payment_methods_unsettled using (payment_method_id)
  where broken is null
  union all
  select
    payment_method_id, created_at, is_livemode, type, customer_id, customer_account_id, allow_redisplay,
    billing_details_name, billing_details_email, billing_details_phone, billing_details_tax_id,
    billing_details_address_line1, billing_details_address_line2, billing_details_address_city,
    billing_details_address_state, billing_details_address_postal_code, billing_details_address_country,
    card_brand, card_display_brand, card_last4, card_exp_month, card_exp_year, card_country,
    card_funding, card_fingerprint, card_issuer, card_iin, card_regulated_status, card_checks_cvc_check,
    card_checks_address_line1_check, card_checks_address_postal_code_check, card_networks_preferred,
    card_networks_available, is_card_three_d_secure_usage_supported, card_wallet_type,
    sepa_debit_bank_code, sepa_debit_country, sepa_debit_last4, sepa_debit_fingerprint,
    us_bank_account_bank_name, us_bank_account_account_type, us_bank_account_account_holder_type,
    us_bank_account_last4, us_bank_account_fingerprint, link_email, generated_from_charge_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences
  from payment_methods_accepted semi join payment_methods_unsettled using (payment_method_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by payment_method_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(
        created_at, is_livemode, type, customer_id, customer_account_id, allow_redisplay,
        billing_details_name, billing_details_email, billing_details_phone, billing_details_tax_id,
        billing_details_address_line1, billing_details_address_line2, billing_details_address_city,
        billing_details_address_state, billing_details_address_postal_code, billing_details_address_country,
        card_brand, card_display_brand, card_last4, card_exp_month, card_exp_year, card_country,
        card_funding, card_fingerprint, card_issuer, card_iin, card_regulated_status, card_checks_cvc_check,
        card_checks_address_line1_check, card_checks_address_postal_code_check, card_networks_preferred,
        card_networks_available, is_card_three_d_secure_usage_supported, card_wallet_type,
        sepa_debit_bank_code, sepa_debit_country, sepa_debit_last4, sepa_debit_fingerprint,
        us_bank_account_bank_name, us_bank_account_account_type, us_bank_account_account_holder_type,
        us_bank_account_last4, us_bank_account_fingerprint, link_email, generated_from_charge_id, metadata,
        bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select payment_method_id, unnest(absences) as absence from candidates
),
later as (
  select gone.payment_method_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (payment_method_id)
  where newest.is_stub
    or gone.absence > version(newest.observed_at, newest.observed_sequence)
  group by gone.payment_method_id
)
select
  newest.payment_method_id,
  newest.created_at,
  newest.is_livemode,
  newest.type,
  newest.customer_id,
  newest.customer_account_id,
  newest.allow_redisplay,
  newest.billing_details_name,
  newest.billing_details_email,
  newest.billing_details_phone,
  newest.billing_details_tax_id,
  newest.billing_details_address_line1,
  newest.billing_details_address_line2,
  newest.billing_details_address_city,
  newest.billing_details_address_state,
  newest.billing_details_address_postal_code,
  newest.billing_details_address_country,
  newest.card_brand,
  newest.card_display_brand,
  newest.card_last4,
  newest.card_exp_month,
  newest.card_exp_year,
  newest.card_country,
  newest.card_funding,
  newest.card_fingerprint,
  newest.card_issuer,
  newest.card_iin,
  newest.card_regulated_status,
  newest.card_checks_cvc_check,
  newest.card_checks_address_line1_check,
  newest.card_checks_address_postal_code_check,
  newest.card_networks_preferred,
  newest.card_networks_available,
  newest.is_card_three_d_secure_usage_supported,
  newest.card_wallet_type,
  newest.sepa_debit_bank_code,
  newest.sepa_debit_country,
  newest.sepa_debit_last4,
  newest.sepa_debit_fingerprint,
  newest.us_bank_account_bank_name,
  newest.us_bank_account_account_type,
  newest.us_bank_account_account_holder_type,
  newest.us_bank_account_last4,
  newest.us_bank_account_fingerprint,
  newest.link_email,
  newest.generated_from_charge_id,
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
left join later using (payment_method_id);

create or replace view payment_methods_merged as
select
  payment_method_id,
  created_at,
  is_livemode,
  type,
  customer_id,
  customer_account_id,
  allow_redisplay,
  billing_details_name,
  billing_details_email,
  billing_details_phone,
  billing_details_tax_id,
  billing_details_address_line1,
  billing_details_address_line2,
  billing_details_address_city,
  billing_details_address_state,
  billing_details_address_postal_code,
  billing_details_address_country,
  card_brand,
  card_display_brand,
  card_last4,
  card_exp_month,
  card_exp_year,
  card_country,
  card_funding,
  card_fingerprint,
  card_issuer,
  card_iin,
  card_regulated_status,
  card_checks_cvc_check,
  card_checks_address_line1_check,
  card_checks_address_postal_code_check,
  card_networks_preferred,
  card_networks_available,
  is_card_three_d_secure_usage_supported,
  card_wallet_type,
  sepa_debit_bank_code,
  sepa_debit_country,
  sepa_debit_last4,
  sepa_debit_fingerprint,
  us_bank_account_bank_name,
  us_bank_account_account_type,
  us_bank_account_account_holder_type,
  us_bank_account_last4,
  us_bank_account_fingerprint,
  link_email,
  generated_from_charge_id,
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
from payment_methods_read anti join payment_methods_unsettled using (payment_method_id)
where broken is null
union all
select
  payment_method_id, created_at, is_livemode, type, customer_id, customer_account_id, allow_redisplay,
  billing_details_name, billing_details_email, billing_details_phone, billing_details_tax_id,
  billing_details_address_line1, billing_details_address_line2, billing_details_address_city,
  billing_details_address_state, billing_details_address_postal_code, billing_details_address_country,
  card_brand, card_display_brand, card_last4, card_exp_month, card_exp_year, card_country,
  card_funding, card_fingerprint, card_issuer, card_iin, card_regulated_status, card_checks_cvc_check,
  card_checks_address_line1_check, card_checks_address_postal_code_check, card_networks_preferred,
  card_networks_available, is_card_three_d_secure_usage_supported, card_wallet_type,
  sepa_debit_bank_code, sepa_debit_country, sepa_debit_last4, sepa_debit_fingerprint,
  us_bank_account_bank_name, us_bank_account_account_type, us_bank_account_account_holder_type,
  us_bank_account_last4, us_bank_account_fingerprint, link_email, generated_from_charge_id, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from payment_methods_accepted anti join payment_methods_unsettled using (payment_method_id)
union all
select
  payment_method_id, created_at, is_livemode, type, customer_id, customer_account_id, allow_redisplay,
  billing_details_name, billing_details_email, billing_details_phone, billing_details_tax_id,
  billing_details_address_line1, billing_details_address_line2, billing_details_address_city,
  billing_details_address_state, billing_details_address_postal_code, billing_details_address_country,
  card_brand, card_display_brand, card_last4, card_exp_month, card_exp_year, card_country,
  card_funding, card_fingerprint, card_issuer, card_iin, card_regulated_status, card_checks_cvc_check,
  card_checks_address_line1_check, card_checks_address_postal_code_check, card_networks_preferred,
  card_networks_available, is_card_three_d_secure_usage_supported, card_wallet_type,
  sepa_debit_bank_code, sepa_debit_country, sepa_debit_last4, sepa_debit_fingerprint,
  us_bank_account_bank_name, us_bank_account_account_type, us_bank_account_account_holder_type,
  us_bank_account_last4, us_bank_account_fingerprint, link_email, generated_from_charge_id, metadata,
  is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id,
  api_version, absences, dt
from payment_methods_settled;
