-- Generated from the declarations; change those and run `okapi schema generate`.
-- model: invoices
-- grain: one row per invoice of a source: invoice_id
-- depends_on: bronze.invoices
-- description: A bill to a customer; its lines say for what.
-- unit: subtotal_minor = minor units of currency
-- unit: subtotal_excluding_tax_minor = minor units of currency
-- unit: total_minor = minor units of currency
-- unit: total_excluding_tax_minor = minor units of currency
-- unit: tax_minor = minor units of currency
-- unit: amount_due_minor = minor units of currency
-- unit: amount_paid_minor = minor units of currency
-- unit: amount_remaining_minor = minor units of currency
-- unit: amount_overpaid_minor = minor units of currency
-- unit: amount_paid_off_stripe_minor = minor units of currency
-- unit: amount_shipping_minor = minor units of currency
-- unit: starting_balance_minor = minor units of currency
-- unit: ending_balance_minor = minor units of currency
-- unit: pre_payment_credit_notes_amount_minor = minor units of currency
-- unit: post_payment_credit_notes_amount_minor = minor units of currency
-- unit: shipping_cost_amount_total_minor = minor units of currency
-- unit: application_fee_amount_minor = minor units of currency
-- assert_unique: invoice_id
-- assert_not_null: invoice_id, is_deleted, is_placeholder, observed_at, observed_sequence, ingested_at, dt
-- assert_not_null_unless_placeholder: created_at, currency, subtotal_minor, total_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor
-- decision: docs/decisions/0004-deletion-stubs.md
-- decision: docs/decisions/0007-when-a-list-was-complete.md

-- step: empty

select
  null::varchar as invoice_id,
  null::timestamptz as created_at,
  null::boolean as is_livemode,
  null::varchar as number,
  null::varchar as status,
  null::varchar as billing_reason,
  null::varchar as collection_method,
  null::varchar as customer_id,
  null::varchar as customer_account_id,
  null::varchar as parent_type,
  null::varchar as subscription_id,
  null::json as subscription_metadata,
  null::timestamptz as subscription_proration_at,
  null::varchar as quote_id,
  null::varchar as currency,
  null::bigint as subtotal_minor,
  null::bigint as subtotal_excluding_tax_minor,
  null::bigint as total_minor,
  null::bigint as total_excluding_tax_minor,
  null::bigint as tax_minor,
  null::bigint as amount_due_minor,
  null::bigint as amount_paid_minor,
  null::bigint as amount_remaining_minor,
  null::bigint as amount_overpaid_minor,
  null::bigint as amount_paid_off_stripe_minor,
  null::bigint as amount_shipping_minor,
  null::bigint as starting_balance_minor,
  null::bigint as ending_balance_minor,
  null::bigint as pre_payment_credit_notes_amount_minor,
  null::bigint as post_payment_credit_notes_amount_minor,
  null::boolean as is_attempted,
  null::bigint as attempt_count,
  null::timestamptz as next_payment_attempt_at,
  null::boolean as is_auto_advance,
  null::timestamptz as automatically_finalizes_at,
  null::timestamptz as due_at,
  null::timestamptz as effective_at,
  null::timestamptz as period_start_at,
  null::timestamptz as period_end_at,
  null::timestamptz as status_transitions_finalized_at,
  null::timestamptz as status_transitions_paid_at,
  null::timestamptz as status_transitions_voided_at,
  null::timestamptz as status_transitions_marked_uncollectible_at,
  null::timestamptz as webhooks_delivered_at,
  null::boolean as is_paid,
  null::boolean as is_paid_out_of_band,
  null::varchar as payment_intent_id,
  null::varchar as charge_id,
  null::varchar as default_payment_method_id,
  null::varchar as default_source_id,
  null::varchar as receipt_number,
  null::varchar as statement_descriptor,
  null::varchar as description,
  null::varchar as footer,
  null::json as custom_fields,
  null::varchar as customer_name,
  null::varchar as customer_email,
  null::varchar as customer_phone,
  null::json as customer_address,
  null::varchar as customer_country,
  null::json as customer_shipping,
  null::varchar as customer_tax_exempt,
  null::json as customer_tax_ids,
  null::varchar[] as discount_ids,
  null::varchar as discount_id,
  null::json as total_discount_amounts,
  null::json as total_pretax_credit_amounts,
  null::json as total_taxes,
  null::json as default_tax_rates,
  null::boolean as is_automatic_tax_enabled,
  null::varchar as automatic_tax_status,
  null::bigint as shipping_cost_amount_total_minor,
  null::json as shipping_details,
  null::json as payment_settings,
  null::json as rendering,
  null::json as threshold_reason,
  null::varchar as from_invoice_id,
  null::varchar as from_invoice_action,
  null::varchar as latest_revision_id,
  null::varchar as last_finalization_error_code,
  null::varchar as last_finalization_error_message,
  null::varchar as status_details_uncollectible_reason,
  null::varchar as account_country,
  null::varchar as account_name,
  null::varchar[] as account_tax_ids,
  null::varchar as application_id,
  null::bigint as application_fee_amount_minor,
  null::varchar as on_behalf_of_id,
  null::varchar as transfer_data_destination_id,
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
  null::timestamptz as lines_complete_at,
  null::bigint as lines_complete_sequence,
  null::timestamptz as payments_complete_at,
  null::bigint as payments_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as lines_complete_before,
  null::struct(observed_at timestamptz, sequence bigint)[] as payments_complete_before,
  null::varchar as dt
limit 0;

-- step: read

-- A member as the type of its column; null where it is absent, null or something else.
create or replace temp macro as_text(member) as case when member like '"%' then member ->> '$' end;
create or replace temp macro as_boolean(member) as case member when 'true' then true when 'false' then false end;
create or replace temp macro as_integer(member) as
  case when not contains(member::varchar, '.') then try_cast(member::varchar as bigint) end;
create or replace temp macro as_decimal(member) as try_cast(trim(member::varchar, '"') as decimal(38, 18));
-- Unix seconds of the years 1 to 9999.
create or replace temp macro as_time(member) as
  case when as_integer(member) between -62135596800 and 253402300799 then to_timestamp(as_integer(member)) end;
-- An id, the object itself or its deletion stub; Stripe writes an empty text where some references are unset.
create or replace temp macro as_id(member) as nullif(
  case when member like '"%' then member ->> '$' when member like '{%' then member ->> '$.id' end, '');
create or replace temp macro as_ids(member) as case when member like '[%' then
  list_transform(from_json(member, '["json"]'), lambda element: as_id(element)) end;
-- What is wrong with a member that was there and gave no value.
create or replace temp macro fault(place, expected, member) as
  place || ': expected ' || expected || ', found ' || left(member::varchar, 60);

create or replace temp table invoices_read as
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
    getvariable('bronze_invoices'), format = 'newline_delimited', ignore_errors = true,
    maximum_object_size = 67108864,
    columns = {
      data: 'struct(id json, deleted json, created json, livemode json, number json, status json, billing_reason json, collection_method json, customer json, customer_account json, parent json, subscription json, subscription_details json, subscription_proration_date json, quote json, currency json, subtotal json, subtotal_excluding_tax json, total json, total_excluding_tax json, tax json, amount_due json, amount_paid json, amount_remaining json, amount_overpaid json, amount_paid_off_stripe json, amount_shipping json, starting_balance json, ending_balance json, pre_payment_credit_notes_amount json, post_payment_credit_notes_amount json, attempted json, attempt_count json, next_payment_attempt json, auto_advance json, automatically_finalizes_at json, due_date json, effective_at json, period_start json, period_end json, status_transitions json, webhooks_delivered_at json, paid json, paid_out_of_band json, payment_intent json, charge json, default_payment_method json, default_source json, receipt_number json, statement_descriptor json, description json, footer json, custom_fields json, customer_name json, customer_email json, customer_phone json, customer_address json, customer_shipping json, customer_tax_exempt json, customer_tax_ids json, discounts json, discount json, total_discount_amounts json, total_pretax_credit_amounts json, total_taxes json, total_tax_amounts json, default_tax_rates json, automatic_tax json, shipping_cost json, shipping_details json, payment_settings json, rendering json, threshold_reason json, from_invoice json, latest_revision json, last_finalization_error json, status_details json, account_country json, account_name json, account_tax_ids json, application json, application_fee_amount json, on_behalf_of json, transfer_data json, test_clock json, metadata json, lines json, payments json)',
      meta: 'struct(run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint, api_version varchar)'
    })
  where meta is null or meta.ingested_at <= getvariable('as_of')
),
objects as (
  select * from bronze
),
opened as (
  select
    *,
    json_transform(data.parent, '{"type":"json","subscription_details":{"subscription":"json","metadata":"json","subscription_proration_date":"json"},"quote_details":{"quote":"json"}}') as in_parent,
    json_transform(data.status_transitions, '{"finalized_at":"json","paid_at":"json","voided_at":"json","marked_uncollectible_at":"json"}') as in_status_transitions,
    json_transform(data.automatic_tax, '{"enabled":"json","status":"json"}') as in_automatic_tax,
    json_transform(data.from_invoice, '{"invoice":"json","action":"json"}') as in_from_invoice,
    json_transform(data.last_finalization_error, '{"code":"json","message":"json"}') as in_last_finalization_error,
    json_transform(data.lines, '{"data":"json","has_more":"json","total_count":"json"}') as in_lines,
    json_transform(data.payments, '{"data":"json","has_more":"json","total_count":"json"}') as in_payments
  from objects
),
found as (
  -- The newest api version's place first.
  select
    *,
    coalesce(in_parent.subscription_details.subscription, data.subscription) as member_of_subscription_id,
    coalesce(in_parent.subscription_details.metadata, nullif(data.subscription_details -> '$.metadata', 'null')) as member_of_subscription_metadata,
    coalesce(in_parent.subscription_details.subscription_proration_date, data.subscription_proration_date) as member_of_subscription_proration_at,
    coalesce(in_parent.quote_details.quote, data.quote) as member_of_quote_id,
    coalesce(data.total_taxes, data.total_tax_amounts) as member_of_total_taxes
  from opened
),
typed as (
  select
    *,
    as_text(data.id) as invoice_id,
    coalesce(data.deleted = 'true', false) as is_stub,
    as_time(data.created) as created_at,
    as_boolean(data.livemode) as is_livemode,
    as_text(data.number) as number,
    as_text(data.status) as status,
    as_text(data.billing_reason) as billing_reason,
    as_text(data.collection_method) as collection_method,
    as_id(data.customer) as customer_id,
    as_id(data.customer_account) as customer_account_id,
    as_text(in_parent.type) as parent_type,
    as_id(member_of_subscription_id) as subscription_id,
    member_of_subscription_metadata as subscription_metadata,
    as_time(member_of_subscription_proration_at) as subscription_proration_at,
    as_id(member_of_quote_id) as quote_id,
    as_text(data.currency) as currency,
    as_integer(data.subtotal) as subtotal_minor,
    as_integer(data.subtotal_excluding_tax) as subtotal_excluding_tax_minor,
    as_integer(data.total) as total_minor,
    as_integer(data.total_excluding_tax) as total_excluding_tax_minor,
    as_integer(data.tax) as tax_minor,
    as_integer(data.amount_due) as amount_due_minor,
    as_integer(data.amount_paid) as amount_paid_minor,
    as_integer(data.amount_remaining) as amount_remaining_minor,
    as_integer(data.amount_overpaid) as amount_overpaid_minor,
    as_integer(data.amount_paid_off_stripe) as amount_paid_off_stripe_minor,
    as_integer(data.amount_shipping) as amount_shipping_minor,
    as_integer(data.starting_balance) as starting_balance_minor,
    as_integer(data.ending_balance) as ending_balance_minor,
    as_integer(data.pre_payment_credit_notes_amount) as pre_payment_credit_notes_amount_minor,
    as_integer(data.post_payment_credit_notes_amount) as post_payment_credit_notes_amount_minor,
    as_boolean(data.attempted) as is_attempted,
    as_integer(data.attempt_count) as attempt_count,
    as_time(data.next_payment_attempt) as next_payment_attempt_at,
    as_boolean(data.auto_advance) as is_auto_advance,
    as_time(data.automatically_finalizes_at) as automatically_finalizes_at,
    as_time(data.due_date) as due_at,
    as_time(data.effective_at) as effective_at,
    as_time(data.period_start) as period_start_at,
    as_time(data.period_end) as period_end_at,
    as_time(in_status_transitions.finalized_at) as status_transitions_finalized_at,
    as_time(in_status_transitions.paid_at) as status_transitions_paid_at,
    as_time(in_status_transitions.voided_at) as status_transitions_voided_at,
    as_time(in_status_transitions.marked_uncollectible_at) as status_transitions_marked_uncollectible_at,
    as_time(data.webhooks_delivered_at) as webhooks_delivered_at,
    as_boolean(data.paid) as is_paid,
    as_boolean(data.paid_out_of_band) as is_paid_out_of_band,
    as_id(data.payment_intent) as payment_intent_id,
    as_id(data.charge) as charge_id,
    as_id(data.default_payment_method) as default_payment_method_id,
    as_id(data.default_source) as default_source_id,
    as_text(data.receipt_number) as receipt_number,
    as_text(data.statement_descriptor) as statement_descriptor,
    as_text(data.description) as description,
    as_text(data.footer) as footer,
    data.custom_fields as custom_fields,
    as_text(data.customer_name) as customer_name,
    as_text(data.customer_email) as customer_email,
    as_text(data.customer_phone) as customer_phone,
    data.customer_address as customer_address,
    as_text(nullif(data.customer_address -> '$.country', 'null')) as customer_country,
    data.customer_shipping as customer_shipping,
    as_text(data.customer_tax_exempt) as customer_tax_exempt,
    data.customer_tax_ids as customer_tax_ids,
    as_ids(data.discounts) as discount_ids,
    as_id(data.discount) as discount_id,
    data.total_discount_amounts as total_discount_amounts,
    data.total_pretax_credit_amounts as total_pretax_credit_amounts,
    member_of_total_taxes as total_taxes,
    data.default_tax_rates as default_tax_rates,
    as_boolean(in_automatic_tax.enabled) as is_automatic_tax_enabled,
    as_text(in_automatic_tax.status) as automatic_tax_status,
    as_integer(nullif(data.shipping_cost -> '$.amount_total', 'null')) as shipping_cost_amount_total_minor,
    data.shipping_details as shipping_details,
    data.payment_settings as payment_settings,
    data.rendering as rendering,
    data.threshold_reason as threshold_reason,
    as_id(in_from_invoice.invoice) as from_invoice_id,
    as_text(in_from_invoice.action) as from_invoice_action,
    as_id(data.latest_revision) as latest_revision_id,
    as_text(in_last_finalization_error.code) as last_finalization_error_code,
    as_text(in_last_finalization_error.message) as last_finalization_error_message,
    as_text(nullif(data.status_details -> '$.uncollectible.reason', 'null')) as status_details_uncollectible_reason,
    as_text(data.account_country) as account_country,
    as_text(data.account_name) as account_name,
    as_ids(data.account_tax_ids) as account_tax_ids,
    as_id(data.application) as application_id,
    as_integer(data.application_fee_amount) as application_fee_amount_minor,
    as_id(data.on_behalf_of) as on_behalf_of_id,
    as_id(nullif(data.transfer_data -> '$.destination', 'null')) as transfer_data_destination_id,
    as_id(data.test_clock) as test_clock_id,
    data.metadata as metadata,
    case when in_lines.data like '[_%' and in_lines.data <> '[]' then in_lines.data end as lines_json,
    case when in_payments.data like '[_%' and in_payments.data <> '[]' then in_payments.data end as payments_json,
    list_filter(json_extract(data.default_tax_rates, '$[*]'), lambda place: place like '{%') as sighted_tax_rates,
    list_filter(list_concat(json_extract(data.discounts, '$[*]'), [data.discount]), lambda place: place like '{%') as sighted_discounts
  from found
)
select
  invoice_id,
  created_at,
  is_livemode,
  number,
  status,
  billing_reason,
  collection_method,
  customer_id,
  customer_account_id,
  parent_type,
  subscription_id,
  subscription_metadata,
  subscription_proration_at,
  quote_id,
  currency,
  subtotal_minor,
  subtotal_excluding_tax_minor,
  total_minor,
  total_excluding_tax_minor,
  tax_minor,
  amount_due_minor,
  amount_paid_minor,
  amount_remaining_minor,
  amount_overpaid_minor,
  amount_paid_off_stripe_minor,
  amount_shipping_minor,
  starting_balance_minor,
  ending_balance_minor,
  pre_payment_credit_notes_amount_minor,
  post_payment_credit_notes_amount_minor,
  is_attempted,
  attempt_count,
  next_payment_attempt_at,
  is_auto_advance,
  automatically_finalizes_at,
  due_at,
  effective_at,
  period_start_at,
  period_end_at,
  status_transitions_finalized_at,
  status_transitions_paid_at,
  status_transitions_voided_at,
  status_transitions_marked_uncollectible_at,
  webhooks_delivered_at,
  is_paid,
  is_paid_out_of_band,
  payment_intent_id,
  charge_id,
  default_payment_method_id,
  default_source_id,
  receipt_number,
  statement_descriptor,
  description,
  footer,
  custom_fields,
  customer_name,
  customer_email,
  customer_phone,
  customer_address,
  customer_country,
  customer_shipping,
  customer_tax_exempt,
  customer_tax_ids,
  discount_ids,
  discount_id,
  total_discount_amounts,
  total_pretax_credit_amounts,
  total_taxes,
  default_tax_rates,
  is_automatic_tax_enabled,
  automatic_tax_status,
  shipping_cost_amount_total_minor,
  shipping_details,
  payment_settings,
  rendering,
  threshold_reason,
  from_invoice_id,
  from_invoice_action,
  latest_revision_id,
  last_finalization_error_code,
  last_finalization_error_message,
  status_details_uncollectible_reason,
  account_country,
  account_name,
  account_tax_ids,
  application_id,
  application_fee_amount_minor,
  on_behalf_of_id,
  transfer_data_destination_id,
  test_clock_id,
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
  payments_json,
  coalesce(not is_stub and in_payments.data like '[%' and coalesce(in_payments.has_more <> 'true', true)
    and coalesce(as_integer(in_payments.total_count), 0) <= json_array_length(in_payments.data), false) as payments_is_complete,
  sighted_tax_rates,
  sighted_discounts,
  case
    when ingested_at is null then 'not json'
    when invoice_id is null or invoice_id = '' then 'id: missing'
    when is_stub then null
    else nullif(concat_ws('; ',
      case when created_at is null and data.created is not null then fault('created', 'unix seconds', data.created) end,
      case when data.created is null then 'created: missing' end,
      case when is_livemode is null and data.livemode is not null then fault('livemode', 'true or false', data.livemode) end,
      case when number is null and data.number is not null then fault('number', 'a text', data.number) end,
      case when status is null and data.status is not null then fault('status', 'a text', data.status) end,
      case when billing_reason is null and data.billing_reason is not null then fault('billing_reason', 'a text', data.billing_reason) end,
      case when collection_method is null and data.collection_method is not null then fault('collection_method', 'a text', data.collection_method) end,
      case when customer_id is null and data.customer <> '""' then fault('customer', 'an id or an object', data.customer) end,
      case when customer_account_id is null and data.customer_account <> '""' then fault('customer_account', 'an id or an object', data.customer_account) end,
      case when parent_type is null and in_parent.type is not null then fault('parent.type', 'a text', in_parent.type) end,
      case when subscription_id is null and member_of_subscription_id <> '""' then fault('parent.subscription_details.subscription', 'an id or an object', member_of_subscription_id) end,
      case when subscription_proration_at is null and member_of_subscription_proration_at is not null then fault('parent.subscription_details.subscription_proration_date', 'unix seconds', member_of_subscription_proration_at) end,
      case when quote_id is null and member_of_quote_id <> '""' then fault('parent.quote_details.quote', 'an id or an object', member_of_quote_id) end,
      case when currency is null and data.currency is not null then fault('currency', 'a currency code', data.currency) end,
      case when data.currency is null then 'currency: missing' end,
      case when subtotal_minor is null and data.subtotal is not null then fault('subtotal', 'a whole number of minor units', data.subtotal) end,
      case when data.subtotal is null then 'subtotal: missing' end,
      case when subtotal_excluding_tax_minor is null and data.subtotal_excluding_tax is not null then fault('subtotal_excluding_tax', 'a whole number of minor units', data.subtotal_excluding_tax) end,
      case when total_minor is null and data.total is not null then fault('total', 'a whole number of minor units', data.total) end,
      case when data.total is null then 'total: missing' end,
      case when total_excluding_tax_minor is null and data.total_excluding_tax is not null then fault('total_excluding_tax', 'a whole number of minor units', data.total_excluding_tax) end,
      case when tax_minor is null and data.tax is not null then fault('tax', 'a whole number of minor units', data.tax) end,
      case when amount_due_minor is null and data.amount_due is not null then fault('amount_due', 'a whole number of minor units', data.amount_due) end,
      case when data.amount_due is null then 'amount_due: missing' end,
      case when amount_paid_minor is null and data.amount_paid is not null then fault('amount_paid', 'a whole number of minor units', data.amount_paid) end,
      case when data.amount_paid is null then 'amount_paid: missing' end,
      case when amount_remaining_minor is null and data.amount_remaining is not null then fault('amount_remaining', 'a whole number of minor units', data.amount_remaining) end,
      case when data.amount_remaining is null then 'amount_remaining: missing' end,
      case when amount_overpaid_minor is null and data.amount_overpaid is not null then fault('amount_overpaid', 'a whole number of minor units', data.amount_overpaid) end,
      case when amount_paid_off_stripe_minor is null and data.amount_paid_off_stripe is not null then fault('amount_paid_off_stripe', 'a whole number of minor units', data.amount_paid_off_stripe) end,
      case when amount_shipping_minor is null and data.amount_shipping is not null then fault('amount_shipping', 'a whole number of minor units', data.amount_shipping) end,
      case when starting_balance_minor is null and data.starting_balance is not null then fault('starting_balance', 'a whole number of minor units', data.starting_balance) end,
      case when ending_balance_minor is null and data.ending_balance is not null then fault('ending_balance', 'a whole number of minor units', data.ending_balance) end,
      case when pre_payment_credit_notes_amount_minor is null and data.pre_payment_credit_notes_amount is not null then fault('pre_payment_credit_notes_amount', 'a whole number of minor units', data.pre_payment_credit_notes_amount) end,
      case when post_payment_credit_notes_amount_minor is null and data.post_payment_credit_notes_amount is not null then fault('post_payment_credit_notes_amount', 'a whole number of minor units', data.post_payment_credit_notes_amount) end,
      case when is_attempted is null and data.attempted is not null then fault('attempted', 'true or false', data.attempted) end,
      case when attempt_count is null and data.attempt_count is not null then fault('attempt_count', 'a whole number', data.attempt_count) end,
      case when next_payment_attempt_at is null and data.next_payment_attempt is not null then fault('next_payment_attempt', 'unix seconds', data.next_payment_attempt) end,
      case when is_auto_advance is null and data.auto_advance is not null then fault('auto_advance', 'true or false', data.auto_advance) end,
      case when automatically_finalizes_at is null and data.automatically_finalizes_at is not null then fault('automatically_finalizes_at', 'unix seconds', data.automatically_finalizes_at) end,
      case when due_at is null and data.due_date is not null then fault('due_date', 'unix seconds', data.due_date) end,
      case when effective_at is null and data.effective_at is not null then fault('effective_at', 'unix seconds', data.effective_at) end,
      case when period_start_at is null and data.period_start is not null then fault('period_start', 'unix seconds', data.period_start) end,
      case when period_end_at is null and data.period_end is not null then fault('period_end', 'unix seconds', data.period_end) end,
      case when status_transitions_finalized_at is null and in_status_transitions.finalized_at is not null then fault('status_transitions.finalized_at', 'unix seconds', in_status_transitions.finalized_at) end,
      case when status_transitions_paid_at is null and in_status_transitions.paid_at is not null then fault('status_transitions.paid_at', 'unix seconds', in_status_transitions.paid_at) end,
      case when status_transitions_voided_at is null and in_status_transitions.voided_at is not null then fault('status_transitions.voided_at', 'unix seconds', in_status_transitions.voided_at) end,
      case when status_transitions_marked_uncollectible_at is null and in_status_transitions.marked_uncollectible_at is not null then fault('status_transitions.marked_uncollectible_at', 'unix seconds', in_status_transitions.marked_uncollectible_at) end,
      case when webhooks_delivered_at is null and data.webhooks_delivered_at is not null then fault('webhooks_delivered_at', 'unix seconds', data.webhooks_delivered_at) end,
      case when is_paid is null and data.paid is not null then fault('paid', 'true or false', data.paid) end,
      case when is_paid_out_of_band is null and data.paid_out_of_band is not null then fault('paid_out_of_band', 'true or false', data.paid_out_of_band) end,
      case when payment_intent_id is null and data.payment_intent <> '""' then fault('payment_intent', 'an id or an object', data.payment_intent) end,
      case when charge_id is null and data.charge <> '""' then fault('charge', 'an id or an object', data.charge) end,
      case when default_payment_method_id is null and data.default_payment_method <> '""' then fault('default_payment_method', 'an id or an object', data.default_payment_method) end,
      case when default_source_id is null and data.default_source <> '""' then fault('default_source', 'an id or an object', data.default_source) end,
      case when receipt_number is null and data.receipt_number is not null then fault('receipt_number', 'a text', data.receipt_number) end,
      case when statement_descriptor is null and data.statement_descriptor is not null then fault('statement_descriptor', 'a text', data.statement_descriptor) end,
      case when description is null and data.description is not null then fault('description', 'a text', data.description) end,
      case when footer is null and data.footer is not null then fault('footer', 'a text', data.footer) end,
      case when customer_name is null and data.customer_name is not null then fault('customer_name', 'a text', data.customer_name) end,
      case when customer_email is null and data.customer_email is not null then fault('customer_email', 'a text', data.customer_email) end,
      case when customer_phone is null and data.customer_phone is not null then fault('customer_phone', 'a text', data.customer_phone) end,
      case when customer_country is null and nullif(data.customer_address -> '$.country', 'null') is not null then fault('customer_address.country', 'a text', nullif(data.customer_address -> '$.country', 'null')) end,
      case when customer_tax_exempt is null and data.customer_tax_exempt is not null then fault('customer_tax_exempt', 'a text', data.customer_tax_exempt) end,
      case when discount_ids is null and data.discounts is not null then fault('discounts', 'an array of ids or objects', data.discounts) end,
      case when discount_id is null and data.discount <> '""' then fault('discount', 'an id or an object', data.discount) end,
      case when is_automatic_tax_enabled is null and in_automatic_tax.enabled is not null then fault('automatic_tax.enabled', 'true or false', in_automatic_tax.enabled) end,
      case when automatic_tax_status is null and in_automatic_tax.status is not null then fault('automatic_tax.status', 'a text', in_automatic_tax.status) end,
      case when shipping_cost_amount_total_minor is null and nullif(data.shipping_cost -> '$.amount_total', 'null') is not null then fault('shipping_cost.amount_total', 'a whole number of minor units', nullif(data.shipping_cost -> '$.amount_total', 'null')) end,
      case when from_invoice_id is null and in_from_invoice.invoice <> '""' then fault('from_invoice.invoice', 'an id or an object', in_from_invoice.invoice) end,
      case when from_invoice_action is null and in_from_invoice.action is not null then fault('from_invoice.action', 'a text', in_from_invoice.action) end,
      case when latest_revision_id is null and data.latest_revision <> '""' then fault('latest_revision', 'an id or an object', data.latest_revision) end,
      case when last_finalization_error_code is null and in_last_finalization_error.code is not null then fault('last_finalization_error.code', 'a text', in_last_finalization_error.code) end,
      case when last_finalization_error_message is null and in_last_finalization_error.message is not null then fault('last_finalization_error.message', 'a text', in_last_finalization_error.message) end,
      case when status_details_uncollectible_reason is null and nullif(data.status_details -> '$.uncollectible.reason', 'null') is not null then fault('status_details.uncollectible.reason', 'a text', nullif(data.status_details -> '$.uncollectible.reason', 'null')) end,
      case when account_country is null and data.account_country is not null then fault('account_country', 'a text', data.account_country) end,
      case when account_name is null and data.account_name is not null then fault('account_name', 'a text', data.account_name) end,
      case when account_tax_ids is null and data.account_tax_ids is not null then fault('account_tax_ids', 'an array of ids or objects', data.account_tax_ids) end,
      case when application_id is null and data.application <> '""' then fault('application', 'an id or an object', data.application) end,
      case when application_fee_amount_minor is null and data.application_fee_amount is not null then fault('application_fee_amount', 'a whole number of minor units', data.application_fee_amount) end,
      case when on_behalf_of_id is null and data.on_behalf_of <> '""' then fault('on_behalf_of', 'an id or an object', data.on_behalf_of) end,
      case when transfer_data_destination_id is null and nullif(data.transfer_data -> '$.destination', 'null') <> '""' then fault('transfer_data.destination', 'an id or an object', nullif(data.transfer_data -> '$.destination', 'null')) end,
      case when test_clock_id is null and data.test_clock <> '""' then fault('test_clock', 'an id or an object', data.test_clock) end), '')
  end as broken
from typed;

-- step: touch

select distinct dt from (
  select dt from invoices_read where broken is null and dt is not null
  union all
  -- Placeholders move to their day once their content comes.
  select 'unknown' from invoices_read
  union all
  -- The rows of objects that do not say here when they began.
  select regexp_extract(filename, 'dt=([^/]+)/', 1) as dt from read_parquet(getvariable('silver_ids_invoices'), filename = true)
  where invoice_id in (select invoice_id from invoices_read where is_stub and broken is null)
) as touched;

-- step: merge

-- What silver has in the touched partitions.
create or replace temp view invoices_accepted as
select invoice_id, created_at, is_livemode, number, status, billing_reason, collection_method, customer_id, customer_account_id, parent_type, subscription_id, subscription_metadata, subscription_proration_at, quote_id, currency, subtotal_minor, subtotal_excluding_tax_minor, total_minor, total_excluding_tax_minor, tax_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor, amount_overpaid_minor, amount_paid_off_stripe_minor, amount_shipping_minor, starting_balance_minor, ending_balance_minor, pre_payment_credit_notes_amount_minor, post_payment_credit_notes_amount_minor, is_attempted, attempt_count, next_payment_attempt_at, is_auto_advance, automatically_finalizes_at, due_at, effective_at, period_start_at, period_end_at, status_transitions_finalized_at, status_transitions_paid_at, status_transitions_voided_at, status_transitions_marked_uncollectible_at, webhooks_delivered_at, is_paid, is_paid_out_of_band, payment_intent_id, charge_id, default_payment_method_id, default_source_id, receipt_number, statement_descriptor, description, footer, custom_fields, customer_name, customer_email, customer_phone, customer_address, customer_country, customer_shipping, customer_tax_exempt, customer_tax_ids, discount_ids, discount_id, total_discount_amounts, total_pretax_credit_amounts, total_taxes, default_tax_rates, is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_details, payment_settings, rendering, threshold_reason, from_invoice_id, from_invoice_action, latest_revision_id, last_finalization_error_code, last_finalization_error_message, status_details_uncollectible_reason, account_country, account_name, account_tax_ids, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, test_clock_id, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, lines_complete_at, lines_complete_sequence, payments_complete_at, payments_complete_sequence, absences, lines_complete_before, payments_complete_before, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
from read_parquet(getvariable('silver_invoices'), filename = true);

-- The few objects whose row does not follow from one observation.
create or replace temp table invoices_unsettled as
with candidates as (
  select invoice_id, is_stub, observed_at, observed_sequence from invoices_read where broken is null
  union all
  select invoice_id, false, observed_at, observed_sequence from invoices_accepted
)
select invoice_id from candidates group by invoice_id having count(*) > 1 or bool_or(is_stub);

create or replace temp table invoices_settled as
with candidates as (
  select
    invoice_id, created_at, is_livemode, number, status, billing_reason, collection_method, customer_id, customer_account_id, parent_type, subscription_id, subscription_metadata, subscription_proration_at, quote_id, currency, subtotal_minor, subtotal_excluding_tax_minor, total_minor, total_excluding_tax_minor, tax_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor, amount_overpaid_minor, amount_paid_off_stripe_minor, amount_shipping_minor, starting_balance_minor, ending_balance_minor, pre_payment_credit_notes_amount_minor, post_payment_credit_notes_amount_minor, is_attempted, attempt_count, next_payment_attempt_at, is_auto_advance, automatically_finalizes_at, due_at, effective_at, period_start_at, period_end_at, status_transitions_finalized_at, status_transitions_paid_at, status_transitions_voided_at, status_transitions_marked_uncollectible_at, webhooks_delivered_at, is_paid, is_paid_out_of_band, payment_intent_id, charge_id, default_payment_method_id, default_source_id, receipt_number, statement_descriptor, description, footer, custom_fields, customer_name, customer_email, customer_phone, customer_address, customer_country, customer_shipping, customer_tax_exempt, customer_tax_ids, discount_ids, discount_id, total_discount_amounts, total_pretax_credit_amounts, total_taxes, default_tax_rates, is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_details, payment_settings, rendering, threshold_reason, from_invoice_id, from_invoice_action, latest_revision_id, last_finalization_error_code, last_finalization_error_message, status_details_uncollectible_reason, account_country, account_name, account_tax_ids, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, test_clock_id, metadata, is_stub,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    case when is_stub then [{'observed_at': observed_at, 'sequence': 9}::struct(observed_at timestamptz, sequence bigint)] end as absences,
    case when lines_is_complete then [if(is_stub, {'observed_at': observed_at, 'sequence': 9}::struct(observed_at timestamptz, sequence bigint), {'observed_at': observed_at, 'sequence': observed_sequence}::struct(observed_at timestamptz, sequence bigint))] end as lines_complete,
    case when payments_is_complete then [if(is_stub, {'observed_at': observed_at, 'sequence': 9}::struct(observed_at timestamptz, sequence bigint), {'observed_at': observed_at, 'sequence': observed_sequence}::struct(observed_at timestamptz, sequence bigint))] end as payments_complete
  from invoices_read semi join invoices_unsettled using (invoice_id)
  where broken is null
  union all
  select
    invoice_id, created_at, is_livemode, number, status, billing_reason, collection_method, customer_id, customer_account_id, parent_type, subscription_id, subscription_metadata, subscription_proration_at, quote_id, currency, subtotal_minor, subtotal_excluding_tax_minor, total_minor, total_excluding_tax_minor, tax_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor, amount_overpaid_minor, amount_paid_off_stripe_minor, amount_shipping_minor, starting_balance_minor, ending_balance_minor, pre_payment_credit_notes_amount_minor, post_payment_credit_notes_amount_minor, is_attempted, attempt_count, next_payment_attempt_at, is_auto_advance, automatically_finalizes_at, due_at, effective_at, period_start_at, period_end_at, status_transitions_finalized_at, status_transitions_paid_at, status_transitions_voided_at, status_transitions_marked_uncollectible_at, webhooks_delivered_at, is_paid, is_paid_out_of_band, payment_intent_id, charge_id, default_payment_method_id, default_source_id, receipt_number, statement_descriptor, description, footer, custom_fields, customer_name, customer_email, customer_phone, customer_address, customer_country, customer_shipping, customer_tax_exempt, customer_tax_ids, discount_ids, discount_id, total_discount_amounts, total_pretax_credit_amounts, total_taxes, default_tax_rates, is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_details, payment_settings, rendering, threshold_reason, from_invoice_id, from_invoice_action, latest_revision_id, last_finalization_error_code, last_finalization_error_message, status_details_uncollectible_reason, account_country, account_name, account_tax_ids, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, test_clock_id, metadata, is_placeholder,
    observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, dt,
    absences,
    case when lines_complete_at is not null then list_prepend(
      {'observed_at': lines_complete_at, 'sequence': lines_complete_sequence}::struct(observed_at timestamptz, sequence bigint),
      coalesce(lines_complete_before, [])) end,
    case when payments_complete_at is not null then list_prepend(
      {'observed_at': payments_complete_at, 'sequence': payments_complete_sequence}::struct(observed_at timestamptz, sequence bigint),
      coalesce(payments_complete_before, [])) end
  from invoices_accepted semi join invoices_unsettled using (invoice_id)
),
ranked as (
  -- The hash decides what nothing else does, so that the same rows win in any order.
  select *, row_number() over (
    partition by invoice_id
    order by is_stub, observed_at desc, observed_sequence desc, ingested_at desc,
      hash(created_at, is_livemode, number, status, billing_reason, collection_method, customer_id, customer_account_id, parent_type, subscription_id, subscription_metadata, subscription_proration_at, quote_id, currency, subtotal_minor, subtotal_excluding_tax_minor, total_minor, total_excluding_tax_minor, tax_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor, amount_overpaid_minor, amount_paid_off_stripe_minor, amount_shipping_minor, starting_balance_minor, ending_balance_minor, pre_payment_credit_notes_amount_minor, post_payment_credit_notes_amount_minor, is_attempted, attempt_count, next_payment_attempt_at, is_auto_advance, automatically_finalizes_at, due_at, effective_at, period_start_at, period_end_at, status_transitions_finalized_at, status_transitions_paid_at, status_transitions_voided_at, status_transitions_marked_uncollectible_at, webhooks_delivered_at, is_paid, is_paid_out_of_band, payment_intent_id, charge_id, default_payment_method_id, default_source_id, receipt_number, statement_descriptor, description, footer, custom_fields, customer_name, customer_email, customer_phone, customer_address, customer_country, customer_shipping, customer_tax_exempt, customer_tax_ids, discount_ids, discount_id, total_discount_amounts, total_pretax_credit_amounts, total_taxes, default_tax_rates, is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_details, payment_settings, rendering, threshold_reason, from_invoice_id, from_invoice_action, latest_revision_id, last_finalization_error_code, last_finalization_error_message, status_details_uncollectible_reason, account_country, account_name, account_tax_ids, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, test_clock_id, metadata, bronze_run_id, api_version, dt) desc) as place
  from candidates
),
newest as (
  select * from ranked where place = 1
),
gone as (
  select invoice_id, unnest(absences) as absence from candidates
),
later as (
  select gone.invoice_id, list_sort(list_distinct(list(gone.absence))) as absences
  from gone join newest using (invoice_id)
  where newest.is_stub
    or gone.absence > {'observed_at': newest.observed_at, 'sequence': newest.observed_sequence}::struct(observed_at timestamptz, sequence bigint)
  group by gone.invoice_id
),
complete as (
  select invoice_id, list_reverse_sort(list_distinct(flatten(list(lines_complete)))) as lines_complete,
    list_reverse_sort(list_distinct(flatten(list(payments_complete)))) as payments_complete
  from candidates group by invoice_id
)
select
  newest.invoice_id,
  newest.created_at,
  newest.is_livemode,
  newest.number,
  newest.status,
  newest.billing_reason,
  newest.collection_method,
  newest.customer_id,
  newest.customer_account_id,
  newest.parent_type,
  newest.subscription_id,
  newest.subscription_metadata,
  newest.subscription_proration_at,
  newest.quote_id,
  newest.currency,
  newest.subtotal_minor,
  newest.subtotal_excluding_tax_minor,
  newest.total_minor,
  newest.total_excluding_tax_minor,
  newest.tax_minor,
  newest.amount_due_minor,
  newest.amount_paid_minor,
  newest.amount_remaining_minor,
  newest.amount_overpaid_minor,
  newest.amount_paid_off_stripe_minor,
  newest.amount_shipping_minor,
  newest.starting_balance_minor,
  newest.ending_balance_minor,
  newest.pre_payment_credit_notes_amount_minor,
  newest.post_payment_credit_notes_amount_minor,
  newest.is_attempted,
  newest.attempt_count,
  newest.next_payment_attempt_at,
  newest.is_auto_advance,
  newest.automatically_finalizes_at,
  newest.due_at,
  newest.effective_at,
  newest.period_start_at,
  newest.period_end_at,
  newest.status_transitions_finalized_at,
  newest.status_transitions_paid_at,
  newest.status_transitions_voided_at,
  newest.status_transitions_marked_uncollectible_at,
  newest.webhooks_delivered_at,
  newest.is_paid,
  newest.is_paid_out_of_band,
  newest.payment_intent_id,
  newest.charge_id,
  newest.default_payment_method_id,
  newest.default_source_id,
  newest.receipt_number,
  newest.statement_descriptor,
  newest.description,
  newest.footer,
  newest.custom_fields,
  newest.customer_name,
  newest.customer_email,
  newest.customer_phone,
  newest.customer_address,
  newest.customer_country,
  newest.customer_shipping,
  newest.customer_tax_exempt,
  newest.customer_tax_ids,
  newest.discount_ids,
  newest.discount_id,
  newest.total_discount_amounts,
  newest.total_pretax_credit_amounts,
  newest.total_taxes,
  newest.default_tax_rates,
  newest.is_automatic_tax_enabled,
  newest.automatic_tax_status,
  newest.shipping_cost_amount_total_minor,
  newest.shipping_details,
  newest.payment_settings,
  newest.rendering,
  newest.threshold_reason,
  newest.from_invoice_id,
  newest.from_invoice_action,
  newest.latest_revision_id,
  newest.last_finalization_error_code,
  newest.last_finalization_error_message,
  newest.status_details_uncollectible_reason,
  newest.account_country,
  newest.account_name,
  newest.account_tax_ids,
  newest.application_id,
  newest.application_fee_amount_minor,
  newest.on_behalf_of_id,
  newest.transfer_data_destination_id,
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
  complete.lines_complete[1].observed_at as lines_complete_at,
  complete.lines_complete[1].sequence as lines_complete_sequence,
  complete.payments_complete[1].observed_at as payments_complete_at,
  complete.payments_complete[1].sequence as payments_complete_sequence,
  later.absences,
  case when len(complete.lines_complete) > 1 then complete.lines_complete[2:] end as lines_complete_before,
  case when len(complete.payments_complete) > 1 then complete.payments_complete[2:] end as payments_complete_before,
  if(newest.is_stub, 'unknown', newest.dt) as dt
from newest
left join later using (invoice_id)
left join complete using (invoice_id);

create or replace temp view invoices_merged as
select
  invoice_id,
  created_at,
  is_livemode,
  number,
  status,
  billing_reason,
  collection_method,
  customer_id,
  customer_account_id,
  parent_type,
  subscription_id,
  subscription_metadata,
  subscription_proration_at,
  quote_id,
  currency,
  subtotal_minor,
  subtotal_excluding_tax_minor,
  total_minor,
  total_excluding_tax_minor,
  tax_minor,
  amount_due_minor,
  amount_paid_minor,
  amount_remaining_minor,
  amount_overpaid_minor,
  amount_paid_off_stripe_minor,
  amount_shipping_minor,
  starting_balance_minor,
  ending_balance_minor,
  pre_payment_credit_notes_amount_minor,
  post_payment_credit_notes_amount_minor,
  is_attempted,
  attempt_count,
  next_payment_attempt_at,
  is_auto_advance,
  automatically_finalizes_at,
  due_at,
  effective_at,
  period_start_at,
  period_end_at,
  status_transitions_finalized_at,
  status_transitions_paid_at,
  status_transitions_voided_at,
  status_transitions_marked_uncollectible_at,
  webhooks_delivered_at,
  is_paid,
  is_paid_out_of_band,
  payment_intent_id,
  charge_id,
  default_payment_method_id,
  default_source_id,
  receipt_number,
  statement_descriptor,
  description,
  footer,
  custom_fields,
  customer_name,
  customer_email,
  customer_phone,
  customer_address,
  customer_country,
  customer_shipping,
  customer_tax_exempt,
  customer_tax_ids,
  discount_ids,
  discount_id,
  total_discount_amounts,
  total_pretax_credit_amounts,
  total_taxes,
  default_tax_rates,
  is_automatic_tax_enabled,
  automatic_tax_status,
  shipping_cost_amount_total_minor,
  shipping_details,
  payment_settings,
  rendering,
  threshold_reason,
  from_invoice_id,
  from_invoice_action,
  latest_revision_id,
  last_finalization_error_code,
  last_finalization_error_message,
  status_details_uncollectible_reason,
  account_country,
  account_name,
  account_tax_ids,
  application_id,
  application_fee_amount_minor,
  on_behalf_of_id,
  transfer_data_destination_id,
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
  case when lines_is_complete then observed_at end as lines_complete_at,
  case when lines_is_complete then observed_sequence end as lines_complete_sequence,
  case when payments_is_complete then observed_at end as payments_complete_at,
  case when payments_is_complete then observed_sequence end as payments_complete_sequence,
  null::struct(observed_at timestamptz, sequence bigint)[] as absences,
  null::struct(observed_at timestamptz, sequence bigint)[] as lines_complete_before,
  null::struct(observed_at timestamptz, sequence bigint)[] as payments_complete_before,
  dt
from invoices_read anti join invoices_unsettled using (invoice_id)
where broken is null
union all
select invoice_id, created_at, is_livemode, number, status, billing_reason, collection_method, customer_id, customer_account_id, parent_type, subscription_id, subscription_metadata, subscription_proration_at, quote_id, currency, subtotal_minor, subtotal_excluding_tax_minor, total_minor, total_excluding_tax_minor, tax_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor, amount_overpaid_minor, amount_paid_off_stripe_minor, amount_shipping_minor, starting_balance_minor, ending_balance_minor, pre_payment_credit_notes_amount_minor, post_payment_credit_notes_amount_minor, is_attempted, attempt_count, next_payment_attempt_at, is_auto_advance, automatically_finalizes_at, due_at, effective_at, period_start_at, period_end_at, status_transitions_finalized_at, status_transitions_paid_at, status_transitions_voided_at, status_transitions_marked_uncollectible_at, webhooks_delivered_at, is_paid, is_paid_out_of_band, payment_intent_id, charge_id, default_payment_method_id, default_source_id, receipt_number, statement_descriptor, description, footer, custom_fields, customer_name, customer_email, customer_phone, customer_address, customer_country, customer_shipping, customer_tax_exempt, customer_tax_ids, discount_ids, discount_id, total_discount_amounts, total_pretax_credit_amounts, total_taxes, default_tax_rates, is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_details, payment_settings, rendering, threshold_reason, from_invoice_id, from_invoice_action, latest_revision_id, last_finalization_error_code, last_finalization_error_message, status_details_uncollectible_reason, account_country, account_name, account_tax_ids, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, test_clock_id, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, lines_complete_at, lines_complete_sequence, payments_complete_at, payments_complete_sequence, absences, lines_complete_before, payments_complete_before, dt
from invoices_accepted anti join invoices_unsettled using (invoice_id)
union all
select invoice_id, created_at, is_livemode, number, status, billing_reason, collection_method, customer_id, customer_account_id, parent_type, subscription_id, subscription_metadata, subscription_proration_at, quote_id, currency, subtotal_minor, subtotal_excluding_tax_minor, total_minor, total_excluding_tax_minor, tax_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor, amount_overpaid_minor, amount_paid_off_stripe_minor, amount_shipping_minor, starting_balance_minor, ending_balance_minor, pre_payment_credit_notes_amount_minor, post_payment_credit_notes_amount_minor, is_attempted, attempt_count, next_payment_attempt_at, is_auto_advance, automatically_finalizes_at, due_at, effective_at, period_start_at, period_end_at, status_transitions_finalized_at, status_transitions_paid_at, status_transitions_voided_at, status_transitions_marked_uncollectible_at, webhooks_delivered_at, is_paid, is_paid_out_of_band, payment_intent_id, charge_id, default_payment_method_id, default_source_id, receipt_number, statement_descriptor, description, footer, custom_fields, customer_name, customer_email, customer_phone, customer_address, customer_country, customer_shipping, customer_tax_exempt, customer_tax_ids, discount_ids, discount_id, total_discount_amounts, total_pretax_credit_amounts, total_taxes, default_tax_rates, is_automatic_tax_enabled, automatic_tax_status, shipping_cost_amount_total_minor, shipping_details, payment_settings, rendering, threshold_reason, from_invoice_id, from_invoice_action, latest_revision_id, last_finalization_error_code, last_finalization_error_message, status_details_uncollectible_reason, account_country, account_name, account_tax_ids, application_id, application_fee_amount_minor, on_behalf_of_id, transfer_data_destination_id, test_clock_id, metadata, is_deleted, deleted_at, is_placeholder, observed_at, observed_sequence, ingested_at, bronze_run_id, api_version, lines_complete_at, lines_complete_sequence, payments_complete_at, payments_complete_sequence, absences, lines_complete_before, payments_complete_before, dt from invoices_settled;
