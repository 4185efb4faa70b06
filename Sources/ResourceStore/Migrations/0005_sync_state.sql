-- migration: 5 sync_state
-- Written by `okapi db migration new` from the declarations; {schema} and {live} stand for the source's schemas.
-- Once applied anywhere, this file never changes: the runner compares checksums.

drop view if exists {live}.balance_transactions;

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
