-- migration: 5 sync_state
-- Written by `okapi db migration new` from the declarations; {schema} and {live} stand for the source's schemas.
-- Once applied anywhere, this file never changes: the runner compares checksums.

drop view if exists {live}.balance_transactions;

drop view if exists {live}.invoices;

drop view if exists {live}.invoice_items;

create table {schema}._leases (
  name text not null,
  token text not null,
  command text not null,
  run_id text not null,
  host text,
  pid bigint,
  taken_at timestamptz not null,
  heartbeat_at timestamptz not null,
  primary key (name)
);

create table {schema}._coverage (
  resource text not null,
  outcome text not null,
  reason text,
  status integer,
  listed_at timestamptz,
  proven_at timestamptz,
  read_at timestamptz,
  synced_at timestamptz,
  run_id text,
  primary key (resource)
);

create index balance_transactions_status_open_idx on {schema}.balance_transactions (available_on) where status = 'pending';

create index invoices_deleted_idx on {schema}.invoices (id) where deleted;

create index invoice_items_invoice_id_open_idx on {schema}.invoice_items (id) where invoice_id is null;

create view {live}.balance_transactions as
select
  id,
  created,
  available_on,
  status,
  type,
  reporting_category,
  balance_type,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(fee, currency) as fee,
  {schema}._money_text(net, currency) as net,
  currency,
  exchange_rate,
  source_id,
  description,
  fee_details,
  observed_at,
  last_changed_at
from {schema}.balance_transactions
where not deleted and not is_placeholder;

create view {live}.invoices as
select
  id,
  created,
  livemode,
  number,
  status,
  billing_reason,
  collection_method,
  customer_id,
  customer_account_id,
  parent_type,
  subscription_id,
  subscription_metadata,
  subscription_proration_date,
  quote_id,
  currency,
  {schema}._money_text(subtotal, currency) as subtotal,
  {schema}._money_text(subtotal_excluding_tax, currency) as subtotal_excluding_tax,
  {schema}._money_text(total, currency) as total,
  {schema}._money_text(total_excluding_tax, currency) as total_excluding_tax,
  {schema}._money_text(tax, currency) as tax,
  {schema}._money_text(amount_due, currency) as amount_due,
  {schema}._money_text(amount_paid, currency) as amount_paid,
  {schema}._money_text(amount_remaining, currency) as amount_remaining,
  {schema}._money_text(amount_overpaid, currency) as amount_overpaid,
  {schema}._money_text(amount_paid_off_stripe, currency) as amount_paid_off_stripe,
  {schema}._money_text(amount_shipping, currency) as amount_shipping,
  {schema}._money_text(starting_balance, currency) as starting_balance,
  {schema}._money_text(ending_balance, currency) as ending_balance,
  {schema}._money_text(pre_payment_credit_notes_amount, currency) as pre_payment_credit_notes_amount,
  {schema}._money_text(post_payment_credit_notes_amount, currency) as post_payment_credit_notes_amount,
  attempted,
  attempt_count,
  next_payment_attempt,
  auto_advance,
  automatically_finalizes_at,
  due_date,
  effective_at,
  period_start,
  period_end,
  status_transitions_finalized_at,
  status_transitions_paid_at,
  status_transitions_voided_at,
  status_transitions_marked_uncollectible_at,
  webhooks_delivered_at,
  paid,
  paid_out_of_band,
  payment_intent_id,
  charge_id,
  default_payment_method_id,
  default_source_id,
  receipt_number,
  hosted_invoice_url,
  invoice_pdf,
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
  discounts,
  discount_id,
  total_discount_amounts,
  total_pretax_credit_amounts,
  total_taxes,
  default_tax_rates,
  automatic_tax_enabled,
  automatic_tax_status,
  {schema}._money_text(shipping_cost_amount_total, currency) as shipping_cost_amount_total,
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
  {schema}._money_text(application_fee_amount, currency) as application_fee_amount,
  on_behalf_of_id,
  transfer_data_destination_id,
  test_clock_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.invoices
where not deleted and not is_placeholder;

create view {live}.invoice_items as
select
  id,
  date,
  livemode,
  customer_id,
  customer_account_id,
  invoice_id,
  parent_type,
  subscription_id,
  subscription_item_id,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(net_amount, currency) as net_amount,
  currency,
  price_id,
  product_id,
  unit_amount_decimal,
  {schema}._money_text(unit_amount, currency) as unit_amount,
  quantity,
  quantity_decimal,
  description,
  period_start,
  period_end,
  proration,
  proration_details,
  discountable,
  discounts,
  tax_rates,
  frozen_fields,
  invoicing_rules,
  test_clock_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.invoice_items
where not deleted and not is_placeholder;
