-- migration: 3 add_billing_and_money
-- Written by `okapi db migration new` from the declarations; {schema} and {live} stand for the source's schemas.
-- Once applied anywhere, this file never changes: the runner compares checksums.

drop view if exists {live}.customers;

drop view if exists {live}.subscriptions;

drop view if exists {live}.invoices;

drop view if exists {live}.invoice_line_items;

drop view if exists {live}.charges;

drop view if exists {live}.refunds;

create table {schema}.tax_rates (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  display_name text,
  active boolean,
  inclusive boolean,
  percentage numeric,
  effective_percentage numeric,
  rate_type text,
  flat_amount_amount bigint,
  flat_amount_currency text,
  tax_type text,
  country text,
  state text,
  jurisdiction text,
  jurisdiction_level text,
  description text,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint tax_rates_created_required check (is_placeholder or created is not null),
  constraint tax_rates_display_name_required check (is_placeholder or display_name is not null),
  constraint tax_rates_inclusive_required check (is_placeholder or inclusive is not null),
  constraint tax_rates_percentage_required check (is_placeholder or percentage is not null)
);

create table {schema}.coupons (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  name text,
  percent_off numeric,
  amount_off bigint,
  currency text,
  currency_options jsonb,
  duration text,
  duration_in_months bigint,
  max_redemptions bigint,
  redeem_by timestamptz,
  times_redeemed bigint,
  valid boolean,
  applies_to_products jsonb,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  expanded_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint coupons_created_required check (is_placeholder or created is not null),
  constraint coupons_duration_required check (is_placeholder or duration is not null)
);

create table {schema}.test_clocks (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  name text,
  status text,
  frozen_time timestamptz,
  status_details_advancing_target_frozen_time timestamptz,
  deletes_after timestamptz,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint test_clocks_created_required check (is_placeholder or created is not null),
  constraint test_clocks_status_required check (is_placeholder or status is not null),
  constraint test_clocks_frozen_time_required check (is_placeholder or frozen_time is not null)
);

alter table {schema}.customers alter column discount_id type text collate "C" using discount_id::text;

create table {schema}.promotion_codes (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  code text,
  active boolean,
  coupon_id text collate "C",
  promotion_type text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  expires_at timestamptz,
  max_redemptions bigint,
  times_redeemed bigint,
  restrictions_first_time_transaction boolean,
  restrictions_minimum_amount bigint,
  restrictions_minimum_amount_currency text,
  restrictions_currency_options jsonb,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  expanded_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint promotion_codes_created_required check (is_placeholder or created is not null),
  constraint promotion_codes_code_required check (is_placeholder or code is not null)
);

create table {schema}.discounts (
  id text collate "C" not null,
  start_date timestamptz,
  end_date timestamptz,
  coupon_id text collate "C",
  source_type text,
  promotion_code_id text collate "C",
  customer_id text collate "C",
  customer_account_id text collate "C",
  subscription_id text collate "C",
  subscription_item_id text collate "C",
  invoice_id text collate "C",
  invoice_item_id text collate "C",
  checkout_session_id text collate "C",
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id)
);

create table {schema}.setup_intents (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  usage text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  payment_method_id text collate "C",
  attach_to_self boolean,
  latest_attempt_id text collate "C",
  mandate_id text collate "C",
  single_use_mandate_id text collate "C",
  cancellation_reason text,
  last_setup_error_type text,
  last_setup_error_code text,
  last_setup_error_decline_code text,
  last_setup_error_message text,
  last_setup_error_advice_code text,
  next_action_type text,
  payment_method_types jsonb,
  allowed_payment_method_types jsonb,
  excluded_payment_method_types jsonb,
  payment_method_options jsonb,
  automatic_payment_methods jsonb,
  payment_method_configuration_id text collate "C",
  flow_directions jsonb,
  description text,
  managed_payments_enabled boolean,
  application_id text collate "C",
  on_behalf_of_id text collate "C",
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint setup_intents_created_required check (is_placeholder or created is not null),
  constraint setup_intents_status_required check (is_placeholder or status is not null)
);

create table {schema}.payouts (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  amount bigint,
  currency text,
  arrival_date timestamptz,
  automatic boolean,
  method text,
  type text,
  destination_id text collate "C",
  payout_method text,
  source_type text,
  balance_transaction_id text collate "C",
  failure_balance_transaction_id text collate "C",
  failure_code text,
  failure_message text,
  original_payout_id text collate "C",
  reversed_by_id text collate "C",
  reconciliation_status text,
  trace_id_value text,
  trace_id_status text,
  statement_descriptor text,
  description text,
  application_fee_id text collate "C",
  application_fee_amount bigint,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint payouts_created_required check (is_placeholder or created is not null),
  constraint payouts_status_required check (is_placeholder or status is not null),
  constraint payouts_amount_required check (is_placeholder or amount is not null),
  constraint payouts_currency_required check (is_placeholder or currency is not null)
);

alter table {schema}.subscriptions alter column discount_id type text collate "C" using discount_id::text;

create table {schema}.subscription_schedules (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  subscription_id text collate "C",
  released_subscription_id text collate "C",
  current_phase_start_date timestamptz,
  current_phase_end_date timestamptz,
  end_behavior text,
  completed_at timestamptz,
  canceled_at timestamptz,
  released_at timestamptz,
  phases jsonb,
  billing_mode_type text,
  default_settings_billing_cycle_anchor text,
  default_settings_collection_method text,
  default_settings_default_payment_method_id text collate "C",
  default_settings_description text,
  default_settings_automatic_tax_enabled boolean,
  default_settings_billing_thresholds jsonb,
  default_settings_invoice_settings jsonb,
  default_settings_application_fee_percent numeric,
  default_settings_on_behalf_of_id text collate "C",
  default_settings_transfer_data_destination_id text collate "C",
  default_settings_transfer_data_amount_percent numeric,
  pause_schedules jsonb,
  application_id text collate "C",
  test_clock_id text collate "C",
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint subscription_schedules_created_required check (is_placeholder or created is not null),
  constraint subscription_schedules_status_required check (is_placeholder or status is not null)
);

alter table {schema}.invoices alter column discount_id type text collate "C" using discount_id::text;

create table {schema}.invoice_items (
  id text collate "C" not null,
  date timestamptz,
  livemode boolean,
  customer_id text collate "C",
  customer_account_id text collate "C",
  invoice_id text collate "C",
  parent_type text,
  subscription_id text collate "C",
  subscription_item_id text collate "C",
  amount bigint,
  net_amount bigint,
  currency text,
  price_id text collate "C",
  product_id text collate "C",
  unit_amount_decimal numeric,
  unit_amount bigint,
  quantity bigint,
  quantity_decimal numeric,
  description text,
  period_start timestamptz,
  period_end timestamptz,
  proration boolean,
  proration_details jsonb,
  discountable boolean,
  discounts jsonb,
  tax_rates jsonb,
  frozen_fields jsonb,
  invoicing_rules jsonb,
  test_clock_id text collate "C",
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint invoice_items_date_required check (is_placeholder or date is not null),
  constraint invoice_items_amount_required check (is_placeholder or amount is not null),
  constraint invoice_items_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.early_fraud_warnings (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  actionable boolean,
  fraud_type text,
  charge_id text collate "C",
  payment_intent_id text collate "C",
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint early_fraud_warnings_created_required check (is_placeholder or created is not null)
);

create table {schema}.credit_notes (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  number text,
  status text,
  type text,
  reason text,
  invoice_id text collate "C",
  customer_id text collate "C",
  customer_account_id text collate "C",
  currency text,
  amount bigint,
  subtotal bigint,
  subtotal_excluding_tax bigint,
  total bigint,
  total_excluding_tax bigint,
  amount_shipping bigint,
  discount_amount bigint,
  pre_payment_amount bigint,
  post_payment_amount bigint,
  out_of_band_amount bigint,
  refund_id text collate "C",
  refunds jsonb,
  customer_balance_transaction_id text collate "C",
  effective_at timestamptz,
  voided_at timestamptz,
  memo text,
  pdf text,
  discount_amounts jsonb,
  pretax_credit_amounts jsonb,
  total_taxes jsonb,
  shipping_cost_amount_subtotal bigint,
  shipping_cost_amount_tax bigint,
  shipping_cost_amount_total bigint,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  lines_complete_at timestamptz,
  primary key (id),
  constraint credit_notes_created_required check (is_placeholder or created is not null),
  constraint credit_notes_status_required check (is_placeholder or status is not null),
  constraint credit_notes_currency_required check (is_placeholder or currency is not null),
  constraint credit_notes_amount_required check (is_placeholder or amount is not null),
  constraint credit_notes_subtotal_required check (is_placeholder or subtotal is not null),
  constraint credit_notes_total_required check (is_placeholder or total is not null)
);

create table {schema}.credit_note_line_items (
  id text collate "C" not null,
  livemode boolean,
  credit_note_id text collate "C",
  type text,
  invoice_line_item_id text collate "C",
  amount bigint,
  discount_amount bigint,
  quantity bigint,
  unit_amount bigint,
  unit_amount_decimal numeric,
  amount_excluding_tax bigint,
  unit_amount_excluding_tax numeric,
  description text,
  discount_amounts jsonb,
  pretax_credit_amounts jsonb,
  taxes jsonb,
  tax_rates jsonb,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint credit_note_line_items_amount_required check (is_placeholder or amount is not null)
);

create table {schema}.checkout_sessions (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  mode text,
  payment_status text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  payment_intent_id text collate "C",
  setup_intent_id text collate "C",
  subscription_id text collate "C",
  invoice_id text collate "C",
  payment_link_id text collate "C",
  recovered_from_id text collate "C",
  amount_subtotal bigint,
  amount_total bigint,
  total_details_amount_discount bigint,
  total_details_amount_shipping bigint,
  total_details_amount_tax bigint,
  currency text,
  presentment_details_presentment_amount bigint,
  presentment_details_presentment_currency text,
  currency_conversion jsonb,
  discounts jsonb,
  client_reference_id text,
  customer_email text,
  customer_details_email text,
  customer_details_name text,
  customer_details_phone text,
  customer_details jsonb,
  collected_information jsonb,
  shipping_details jsonb,
  custom_fields jsonb,
  consent jsonb,
  customer_creation text,
  expires_at timestamptz,
  after_expiration jsonb,
  ui_mode text,
  submit_type text,
  locale text,
  origin_context text,
  integration_identifier text,
  url text,
  success_url text,
  cancel_url text,
  return_url text,
  allow_promotion_codes boolean,
  billing_address_collection text,
  automatic_tax_enabled boolean,
  automatic_tax_status text,
  shipping_cost_amount_total bigint,
  shipping_options jsonb,
  payment_method_collection text,
  payment_method_types jsonb,
  allowed_payment_method_types jsonb,
  excluded_payment_method_types jsonb,
  payment_method_options jsonb,
  payment_method_configuration_id text collate "C",
  invoice_creation jsonb,
  managed_payments_enabled boolean,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  line_items_complete_at timestamptz,
  primary key (id),
  constraint checkout_sessions_created_required check (is_placeholder or created is not null),
  constraint checkout_sessions_mode_required check (is_placeholder or mode is not null),
  constraint checkout_sessions_payment_status_required check (is_placeholder or payment_status is not null)
);

create table {schema}.checkout_session_line_items (
  id text collate "C" not null,
  checkout_session_id text collate "C",
  price_id text collate "C",
  product_id text collate "C",
  quantity bigint,
  amount_subtotal bigint,
  amount_discount bigint,
  amount_tax bigint,
  amount_total bigint,
  currency text,
  description text,
  adjustable_quantity jsonb,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint checkout_session_line_items_amount_subtotal_required check (is_placeholder or amount_subtotal is not null),
  constraint checkout_session_line_items_amount_total_required check (is_placeholder or amount_total is not null),
  constraint checkout_session_line_items_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.transfers (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  amount bigint,
  amount_reversed bigint,
  currency text,
  reversed boolean,
  destination_id text collate "C",
  destination_payment_id text collate "C",
  source_transaction_id text collate "C",
  source_type text,
  balance_transaction_id text collate "C",
  transfer_group text,
  description text,
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  reversals_complete_at timestamptz,
  primary key (id),
  constraint transfers_created_required check (is_placeholder or created is not null),
  constraint transfers_amount_required check (is_placeholder or amount is not null),
  constraint transfers_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.transfer_reversals (
  id text collate "C" not null,
  created timestamptz,
  transfer_id text collate "C",
  amount bigint,
  currency text,
  balance_transaction_id text collate "C",
  source_refund_id text collate "C",
  destination_payment_refund_id text collate "C",
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint transfer_reversals_created_required check (is_placeholder or created is not null),
  constraint transfer_reversals_amount_required check (is_placeholder or amount is not null),
  constraint transfer_reversals_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.application_fees (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  amount bigint,
  amount_refunded bigint,
  currency text,
  refunded boolean,
  account_id text collate "C",
  application_id text collate "C",
  charge_id text collate "C",
  originating_transaction_id text collate "C",
  fee_source_type text,
  fee_source_charge_id text collate "C",
  fee_source_payout_id text collate "C",
  balance_transaction_id text collate "C",
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  refunds_complete_at timestamptz,
  primary key (id),
  constraint application_fees_created_required check (is_placeholder or created is not null),
  constraint application_fees_amount_required check (is_placeholder or amount is not null),
  constraint application_fees_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.application_fee_refunds (
  id text collate "C" not null,
  created timestamptz,
  application_fee_id text collate "C",
  amount bigint,
  currency text,
  balance_transaction_id text collate "C",
  metadata jsonb,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint application_fee_refunds_created_required check (is_placeholder or created is not null),
  constraint application_fee_refunds_amount_required check (is_placeholder or amount is not null),
  constraint application_fee_refunds_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.events (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  type text,
  object_type text,
  object_id text,
  snapshot_api_version text,
  previous_attributes jsonb,
  request_id text,
  idempotency_key text,
  account_id text collate "C",
  context text,
  pending_webhooks bigint,
  raw json compression lz4,
  api_version text,
  content_hash bigint,
  observed_at timestamptz,
  observed_sequence bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_changed_at timestamptz not null default now(),
  deleted boolean not null default false,
  deleted_at timestamptz,
  is_placeholder boolean not null default false,
  run_id text,
  primary key (id),
  constraint events_created_required check (is_placeholder or created is not null),
  constraint events_type_required check (is_placeholder or type is not null)
);

create index tax_rates_created_idx on {schema}.tax_rates (created);

create index tax_rates_placeholder_idx on {schema}.tax_rates (id) where is_placeholder;

create index coupons_created_idx on {schema}.coupons (created);

create index coupons_placeholder_idx on {schema}.coupons (id) where is_placeholder;

create index test_clocks_created_idx on {schema}.test_clocks (created);

create index test_clocks_placeholder_idx on {schema}.test_clocks (id) where is_placeholder;

create index promotion_codes_created_idx on {schema}.promotion_codes (created);

create index promotion_codes_code_idx on {schema}.promotion_codes (code);

create index promotion_codes_coupon_id_idx on {schema}.promotion_codes (coupon_id);

create index promotion_codes_customer_id_idx on {schema}.promotion_codes (customer_id);

create index promotion_codes_placeholder_idx on {schema}.promotion_codes (id) where is_placeholder;

create index discounts_coupon_id_idx on {schema}.discounts (coupon_id);

create index discounts_promotion_code_id_idx on {schema}.discounts (promotion_code_id);

create index discounts_customer_id_idx on {schema}.discounts (customer_id);

create index discounts_subscription_id_idx on {schema}.discounts (subscription_id);

create index discounts_invoice_id_idx on {schema}.discounts (invoice_id);

create index discounts_placeholder_idx on {schema}.discounts (id) where is_placeholder;

create index setup_intents_created_idx on {schema}.setup_intents (created);

create index setup_intents_customer_id_idx on {schema}.setup_intents (customer_id);

create index setup_intents_payment_method_id_idx on {schema}.setup_intents (payment_method_id);

create index setup_intents_placeholder_idx on {schema}.setup_intents (id) where is_placeholder;

create index payouts_created_idx on {schema}.payouts (created);

create index payouts_balance_transaction_id_idx on {schema}.payouts (balance_transaction_id);

create index payouts_placeholder_idx on {schema}.payouts (id) where is_placeholder;

create index subscription_schedules_created_idx on {schema}.subscription_schedules (created);

create index subscription_schedules_customer_id_idx on {schema}.subscription_schedules (customer_id);

create index subscription_schedules_subscription_id_idx on {schema}.subscription_schedules (subscription_id);

create index subscription_schedules_placeholder_idx on {schema}.subscription_schedules (id) where is_placeholder;

create index invoice_items_date_idx on {schema}.invoice_items (date);

create index invoice_items_customer_id_idx on {schema}.invoice_items (customer_id);

create index invoice_items_invoice_id_idx on {schema}.invoice_items (invoice_id);

create index invoice_items_subscription_id_idx on {schema}.invoice_items (subscription_id);

create index invoice_items_price_id_idx on {schema}.invoice_items (price_id);

create index invoice_items_placeholder_idx on {schema}.invoice_items (id) where is_placeholder;

create index early_fraud_warnings_created_idx on {schema}.early_fraud_warnings (created);

create index early_fraud_warnings_charge_id_idx on {schema}.early_fraud_warnings (charge_id);

create index early_fraud_warnings_payment_intent_id_idx on {schema}.early_fraud_warnings (payment_intent_id);

create index early_fraud_warnings_placeholder_idx on {schema}.early_fraud_warnings (id) where is_placeholder;

create index credit_notes_created_idx on {schema}.credit_notes (created);

create index credit_notes_invoice_id_idx on {schema}.credit_notes (invoice_id);

create index credit_notes_customer_id_idx on {schema}.credit_notes (customer_id);

create index credit_notes_placeholder_idx on {schema}.credit_notes (id) where is_placeholder;

create index credit_note_line_items_credit_note_id_idx on {schema}.credit_note_line_items (credit_note_id);

create index credit_note_line_items_invoice_line_item_id_idx on {schema}.credit_note_line_items (invoice_line_item_id);

create index credit_note_line_items_placeholder_idx on {schema}.credit_note_line_items (id) where is_placeholder;

create index checkout_sessions_created_idx on {schema}.checkout_sessions (created);

create index checkout_sessions_customer_id_idx on {schema}.checkout_sessions (customer_id);

create index checkout_sessions_payment_intent_id_idx on {schema}.checkout_sessions (payment_intent_id);

create index checkout_sessions_subscription_id_idx on {schema}.checkout_sessions (subscription_id);

create index checkout_sessions_invoice_id_idx on {schema}.checkout_sessions (invoice_id);

create index checkout_sessions_client_reference_id_idx on {schema}.checkout_sessions (client_reference_id);

create index checkout_sessions_placeholder_idx on {schema}.checkout_sessions (id) where is_placeholder;

create index checkout_session_line_items_checkout_session_id_idx on {schema}.checkout_session_line_items (checkout_session_id);

create index checkout_session_line_items_price_id_idx on {schema}.checkout_session_line_items (price_id);

create index checkout_session_line_items_product_id_idx on {schema}.checkout_session_line_items (product_id);

create index checkout_session_line_items_placeholder_idx on {schema}.checkout_session_line_items (id) where is_placeholder;

create index transfers_created_idx on {schema}.transfers (created);

create index transfers_destination_id_idx on {schema}.transfers (destination_id);

create index transfers_source_transaction_id_idx on {schema}.transfers (source_transaction_id);

create index transfers_balance_transaction_id_idx on {schema}.transfers (balance_transaction_id);

create index transfers_transfer_group_idx on {schema}.transfers (transfer_group);

create index transfers_placeholder_idx on {schema}.transfers (id) where is_placeholder;

create index transfer_reversals_created_idx on {schema}.transfer_reversals (created);

create index transfer_reversals_transfer_id_idx on {schema}.transfer_reversals (transfer_id);

create index transfer_reversals_balance_transaction_id_idx on {schema}.transfer_reversals (balance_transaction_id);

create index transfer_reversals_placeholder_idx on {schema}.transfer_reversals (id) where is_placeholder;

create index application_fees_created_idx on {schema}.application_fees (created);

create index application_fees_account_id_idx on {schema}.application_fees (account_id);

create index application_fees_charge_id_idx on {schema}.application_fees (charge_id);

create index application_fees_balance_transaction_id_idx on {schema}.application_fees (balance_transaction_id);

create index application_fees_placeholder_idx on {schema}.application_fees (id) where is_placeholder;

create index application_fee_refunds_created_idx on {schema}.application_fee_refunds (created);

create index application_fee_refunds_application_fee_id_idx on {schema}.application_fee_refunds (application_fee_id);

create index application_fee_refunds_balance_transaction_id_idx on {schema}.application_fee_refunds (balance_transaction_id);

create index application_fee_refunds_placeholder_idx on {schema}.application_fee_refunds (id) where is_placeholder;

create index events_created_idx on {schema}.events (created);

create index events_type_idx on {schema}.events (type);

create index events_object_id_idx on {schema}.events (object_id);

create index events_placeholder_idx on {schema}.events (id) where is_placeholder;

insert into {schema}.discounts (id, is_placeholder)
  select distinct discount_id, true from {schema}.customers where discount_id is not null on conflict do nothing;

insert into {schema}.coupons (id, is_placeholder)
  select distinct discount_coupon_id, true from {schema}.customers where discount_coupon_id is not null on conflict do nothing;

insert into {schema}.test_clocks (id, is_placeholder)
  select distinct test_clock_id, true from {schema}.customers where test_clock_id is not null on conflict do nothing;

insert into {schema}.discounts (id, is_placeholder)
  select distinct discount_id, true from {schema}.subscriptions where discount_id is not null on conflict do nothing;

insert into {schema}.setup_intents (id, is_placeholder)
  select distinct pending_setup_intent_id, true from {schema}.subscriptions where pending_setup_intent_id is not null on conflict do nothing;

insert into {schema}.subscription_schedules (id, is_placeholder)
  select distinct schedule_id, true from {schema}.subscriptions where schedule_id is not null on conflict do nothing;

insert into {schema}.test_clocks (id, is_placeholder)
  select distinct test_clock_id, true from {schema}.subscriptions where test_clock_id is not null on conflict do nothing;

insert into {schema}.discounts (id, is_placeholder)
  select distinct discount_id, true from {schema}.invoices where discount_id is not null on conflict do nothing;

insert into {schema}.test_clocks (id, is_placeholder)
  select distinct test_clock_id, true from {schema}.invoices where test_clock_id is not null on conflict do nothing;

insert into {schema}.invoice_items (id, is_placeholder)
  select distinct invoice_item_id, true from {schema}.invoice_line_items where invoice_item_id is not null on conflict do nothing;

insert into {schema}.application_fees (id, is_placeholder)
  select distinct application_fee_id, true from {schema}.charges where application_fee_id is not null on conflict do nothing;

insert into {schema}.transfers (id, is_placeholder)
  select distinct transfer_id, true from {schema}.charges where transfer_id is not null on conflict do nothing;

insert into {schema}.transfer_reversals (id, is_placeholder)
  select distinct transfer_reversal_id, true from {schema}.refunds where transfer_reversal_id is not null on conflict do nothing;

set constraints all immediate;

alter table {schema}.customers add constraint customers_discount_id_fkey
  foreign key (discount_id) references {schema}.discounts (id)
  deferrable initially deferred;

alter table {schema}.customers add constraint customers_discount_coupon_id_fkey
  foreign key (discount_coupon_id) references {schema}.coupons (id)
  deferrable initially deferred;

alter table {schema}.customers add constraint customers_test_clock_id_fkey
  foreign key (test_clock_id) references {schema}.test_clocks (id)
  deferrable initially deferred;

alter table {schema}.promotion_codes add constraint promotion_codes_coupon_id_fkey
  foreign key (coupon_id) references {schema}.coupons (id)
  deferrable initially deferred;

alter table {schema}.promotion_codes add constraint promotion_codes_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_coupon_id_fkey
  foreign key (coupon_id) references {schema}.coupons (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_promotion_code_id_fkey
  foreign key (promotion_code_id) references {schema}.promotion_codes (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_subscription_id_fkey
  foreign key (subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_subscription_item_id_fkey
  foreign key (subscription_item_id) references {schema}.subscription_items (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_invoice_item_id_fkey
  foreign key (invoice_item_id) references {schema}.invoice_items (id)
  deferrable initially deferred;

alter table {schema}.discounts add constraint discounts_checkout_session_id_fkey
  foreign key (checkout_session_id) references {schema}.checkout_sessions (id)
  deferrable initially deferred;

alter table {schema}.setup_intents add constraint setup_intents_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.setup_intents add constraint setup_intents_payment_method_id_fkey
  foreign key (payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.payouts add constraint payouts_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.payouts add constraint payouts_failure_balance_transaction_id_fkey
  foreign key (failure_balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.payouts add constraint payouts_original_payout_id_fkey
  foreign key (original_payout_id) references {schema}.payouts (id)
  deferrable initially deferred;

alter table {schema}.payouts add constraint payouts_reversed_by_id_fkey
  foreign key (reversed_by_id) references {schema}.payouts (id)
  deferrable initially deferred;

alter table {schema}.payouts add constraint payouts_application_fee_id_fkey
  foreign key (application_fee_id) references {schema}.application_fees (id)
  deferrable initially deferred;

alter table {schema}.subscriptions add constraint subscriptions_discount_id_fkey
  foreign key (discount_id) references {schema}.discounts (id)
  deferrable initially deferred;

alter table {schema}.subscriptions add constraint subscriptions_pending_setup_intent_id_fkey
  foreign key (pending_setup_intent_id) references {schema}.setup_intents (id)
  deferrable initially deferred;

alter table {schema}.subscriptions add constraint subscriptions_schedule_id_fkey
  foreign key (schedule_id) references {schema}.subscription_schedules (id)
  deferrable initially deferred;

alter table {schema}.subscriptions add constraint subscriptions_test_clock_id_fkey
  foreign key (test_clock_id) references {schema}.test_clocks (id)
  deferrable initially deferred;

alter table {schema}.subscription_schedules add constraint subscription_schedules_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.subscription_schedules add constraint subscription_schedules_subscription_id_fkey
  foreign key (subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.subscription_schedules add constraint subscription_schedules_released_subscription_id_fkey
  foreign key (released_subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.subscription_schedules add constraint subscription_schedules_default_settings_default_p_acb9c1ca_fkey
  foreign key (default_settings_default_payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.subscription_schedules add constraint subscription_schedules_test_clock_id_fkey
  foreign key (test_clock_id) references {schema}.test_clocks (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_discount_id_fkey
  foreign key (discount_id) references {schema}.discounts (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_test_clock_id_fkey
  foreign key (test_clock_id) references {schema}.test_clocks (id)
  deferrable initially deferred;

alter table {schema}.invoice_line_items add constraint invoice_line_items_invoice_item_id_fkey
  foreign key (invoice_item_id) references {schema}.invoice_items (id)
  deferrable initially deferred;

alter table {schema}.invoice_items add constraint invoice_items_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.invoice_items add constraint invoice_items_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.invoice_items add constraint invoice_items_subscription_id_fkey
  foreign key (subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.invoice_items add constraint invoice_items_subscription_item_id_fkey
  foreign key (subscription_item_id) references {schema}.subscription_items (id)
  deferrable initially deferred;

alter table {schema}.invoice_items add constraint invoice_items_price_id_fkey
  foreign key (price_id) references {schema}.prices (id)
  deferrable initially deferred;

alter table {schema}.invoice_items add constraint invoice_items_product_id_fkey
  foreign key (product_id) references {schema}.products (id)
  deferrable initially deferred;

alter table {schema}.invoice_items add constraint invoice_items_test_clock_id_fkey
  foreign key (test_clock_id) references {schema}.test_clocks (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_application_fee_id_fkey
  foreign key (application_fee_id) references {schema}.application_fees (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_transfer_id_fkey
  foreign key (transfer_id) references {schema}.transfers (id)
  deferrable initially deferred;

alter table {schema}.refunds add constraint refunds_transfer_reversal_id_fkey
  foreign key (transfer_reversal_id) references {schema}.transfer_reversals (id)
  deferrable initially deferred;

alter table {schema}.early_fraud_warnings add constraint early_fraud_warnings_charge_id_fkey
  foreign key (charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.early_fraud_warnings add constraint early_fraud_warnings_payment_intent_id_fkey
  foreign key (payment_intent_id) references {schema}.payment_intents (id)
  deferrable initially deferred;

alter table {schema}.credit_notes add constraint credit_notes_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.credit_notes add constraint credit_notes_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.credit_notes add constraint credit_notes_refund_id_fkey
  foreign key (refund_id) references {schema}.refunds (id)
  deferrable initially deferred;

alter table {schema}.credit_note_line_items add constraint credit_note_line_items_credit_note_id_fkey
  foreign key (credit_note_id) references {schema}.credit_notes (id)
  deferrable initially deferred;

alter table {schema}.credit_note_line_items add constraint credit_note_line_items_invoice_line_item_id_fkey
  foreign key (invoice_line_item_id) references {schema}.invoice_line_items (id)
  deferrable initially deferred;

alter table {schema}.checkout_sessions add constraint checkout_sessions_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.checkout_sessions add constraint checkout_sessions_payment_intent_id_fkey
  foreign key (payment_intent_id) references {schema}.payment_intents (id)
  deferrable initially deferred;

alter table {schema}.checkout_sessions add constraint checkout_sessions_setup_intent_id_fkey
  foreign key (setup_intent_id) references {schema}.setup_intents (id)
  deferrable initially deferred;

alter table {schema}.checkout_sessions add constraint checkout_sessions_subscription_id_fkey
  foreign key (subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.checkout_sessions add constraint checkout_sessions_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.checkout_sessions add constraint checkout_sessions_recovered_from_id_fkey
  foreign key (recovered_from_id) references {schema}.checkout_sessions (id)
  deferrable initially deferred;

alter table {schema}.checkout_session_line_items add constraint checkout_session_line_items_checkout_session_id_fkey
  foreign key (checkout_session_id) references {schema}.checkout_sessions (id)
  deferrable initially deferred;

alter table {schema}.checkout_session_line_items add constraint checkout_session_line_items_price_id_fkey
  foreign key (price_id) references {schema}.prices (id)
  deferrable initially deferred;

alter table {schema}.checkout_session_line_items add constraint checkout_session_line_items_product_id_fkey
  foreign key (product_id) references {schema}.products (id)
  deferrable initially deferred;

alter table {schema}.transfers add constraint transfers_source_transaction_id_fkey
  foreign key (source_transaction_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.transfers add constraint transfers_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.transfer_reversals add constraint transfer_reversals_transfer_id_fkey
  foreign key (transfer_id) references {schema}.transfers (id)
  deferrable initially deferred;

alter table {schema}.transfer_reversals add constraint transfer_reversals_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.transfer_reversals add constraint transfer_reversals_source_refund_id_fkey
  foreign key (source_refund_id) references {schema}.refunds (id)
  deferrable initially deferred;

alter table {schema}.application_fees add constraint application_fees_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.application_fee_refunds add constraint application_fee_refunds_application_fee_id_fkey
  foreign key (application_fee_id) references {schema}.application_fees (id)
  deferrable initially deferred;

alter table {schema}.application_fee_refunds add constraint application_fee_refunds_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

create view {live}.tax_rates as
select
  id,
  created,
  livemode,
  display_name,
  active,
  inclusive,
  percentage,
  effective_percentage,
  rate_type,
  {schema}._money_text(flat_amount_amount, flat_amount_currency) as flat_amount_amount,
  flat_amount_currency,
  tax_type,
  country,
  state,
  jurisdiction,
  jurisdiction_level,
  description,
  metadata,
  observed_at,
  last_changed_at
from {schema}.tax_rates
where not deleted and not is_placeholder;

create view {live}.coupons as
select
  id,
  created,
  livemode,
  name,
  percent_off,
  {schema}._money_text(amount_off, currency) as amount_off,
  currency,
  currency_options,
  duration,
  duration_in_months,
  max_redemptions,
  redeem_by,
  times_redeemed,
  valid,
  applies_to_products,
  metadata,
  observed_at,
  last_changed_at
from {schema}.coupons
where not deleted and not is_placeholder;

create view {live}.test_clocks as
select
  id,
  created,
  livemode,
  name,
  status,
  frozen_time,
  status_details_advancing_target_frozen_time,
  deletes_after,
  observed_at,
  last_changed_at
from {schema}.test_clocks
where not deleted and not is_placeholder;

create view {live}.customers as
select
  id,
  created,
  livemode,
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
  {schema}._money_text(balance, currency) as balance,
  delinquent,
  invoice_settings_default_payment_method_id,
  default_source_id,
  discount_id,
  discount_coupon_id,
  discount_start,
  discount_end,
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
  observed_at,
  last_changed_at
from {schema}.customers
where not deleted and not is_placeholder;

create view {live}.promotion_codes as
select
  id,
  created,
  livemode,
  code,
  active,
  coupon_id,
  promotion_type,
  customer_id,
  customer_account_id,
  expires_at,
  max_redemptions,
  times_redeemed,
  restrictions_first_time_transaction,
  {schema}._money_text(restrictions_minimum_amount, restrictions_minimum_amount_currency) as restrictions_minimum_amount,
  restrictions_minimum_amount_currency,
  restrictions_currency_options,
  metadata,
  observed_at,
  last_changed_at
from {schema}.promotion_codes
where not deleted and not is_placeholder;

create view {live}.discounts as
select
  id,
  start_date,
  end_date,
  coupon_id,
  source_type,
  promotion_code_id,
  customer_id,
  customer_account_id,
  subscription_id,
  subscription_item_id,
  invoice_id,
  invoice_item_id,
  checkout_session_id,
  observed_at,
  last_changed_at
from {schema}.discounts
where not deleted and not is_placeholder;

create view {live}.setup_intents as
select
  id,
  created,
  livemode,
  status,
  usage,
  customer_id,
  customer_account_id,
  payment_method_id,
  attach_to_self,
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
  managed_payments_enabled,
  application_id,
  on_behalf_of_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.setup_intents
where not deleted and not is_placeholder;

create view {live}.payouts as
select
  id,
  created,
  livemode,
  status,
  {schema}._money_text(amount, currency) as amount,
  currency,
  arrival_date,
  automatic,
  method,
  type,
  destination_id,
  payout_method,
  source_type,
  balance_transaction_id,
  failure_balance_transaction_id,
  failure_code,
  failure_message,
  original_payout_id,
  reversed_by_id,
  reconciliation_status,
  trace_id_value,
  trace_id_status,
  statement_descriptor,
  description,
  application_fee_id,
  {schema}._money_text(application_fee_amount, currency) as application_fee_amount,
  metadata,
  observed_at,
  last_changed_at
from {schema}.payouts
where not deleted and not is_placeholder;

create view {live}.subscriptions as
select
  id,
  created,
  livemode,
  status,
  customer_id,
  customer_account_id,
  currency,
  collection_method,
  days_until_due,
  start_date,
  billing_cycle_anchor,
  billing_cycle_anchor_config,
  current_period_start,
  current_period_end,
  quantity,
  trial_start,
  trial_end,
  trial_settings_end_behavior_missing_payment_method,
  cancel_at_period_end,
  cancel_at,
  canceled_at,
  ended_at,
  cancellation_details_reason,
  cancellation_details_feedback,
  cancellation_details_comment,
  pause_collection_behavior,
  pause_collection_resumes_at,
  default_payment_method_id,
  default_source_id,
  latest_invoice_id,
  next_pending_invoice_item_invoice,
  description,
  discounts,
  discount_id,
  default_tax_rates,
  automatic_tax_enabled,
  automatic_tax_disabled_reason,
  billing_mode_type,
  billing_schedules,
  billing_thresholds,
  invoice_settings,
  payment_settings,
  pending_invoice_item_interval,
  pending_update_expires_at,
  pending_update,
  pending_setup_intent_id,
  schedule_id,
  status_details,
  presentment_details_presentment_currency,
  managed_payments_enabled,
  application_id,
  application_fee_percent,
  on_behalf_of_id,
  transfer_data_destination_id,
  transfer_data_amount_percent,
  test_clock_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.subscriptions
where not deleted and not is_placeholder;

create view {live}.subscription_schedules as
select
  id,
  created,
  livemode,
  status,
  customer_id,
  customer_account_id,
  subscription_id,
  released_subscription_id,
  current_phase_start_date,
  current_phase_end_date,
  end_behavior,
  completed_at,
  canceled_at,
  released_at,
  phases,
  billing_mode_type,
  default_settings_billing_cycle_anchor,
  default_settings_collection_method,
  default_settings_default_payment_method_id,
  default_settings_description,
  default_settings_automatic_tax_enabled,
  default_settings_billing_thresholds,
  default_settings_invoice_settings,
  default_settings_application_fee_percent,
  default_settings_on_behalf_of_id,
  default_settings_transfer_data_destination_id,
  default_settings_transfer_data_amount_percent,
  pause_schedules,
  application_id,
  test_clock_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.subscription_schedules
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

create view {live}.invoice_line_items as
select
  id,
  livemode,
  invoice_id,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(subtotal, currency) as subtotal,
  {schema}._money_text(amount_excluding_tax, currency) as amount_excluding_tax,
  currency,
  description,
  quantity,
  quantity_decimal,
  period_start,
  period_end,
  proration,
  credited_items,
  parent_type,
  subscription_id,
  subscription_item_id,
  invoice_item_id,
  price_id,
  product_id,
  unit_amount_decimal,
  unit_amount_excluding_tax,
  discountable,
  discounts,
  discount_amounts,
  pretax_credit_amounts,
  taxes,
  tax_rates,
  metadata,
  observed_at,
  last_changed_at
from {schema}.invoice_line_items
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

create view {live}.charges as
select
  id,
  created,
  livemode,
  status,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(amount_captured, currency) as amount_captured,
  {schema}._money_text(amount_refunded, currency) as amount_refunded,
  currency,
  paid,
  captured,
  refunded,
  disputed,
  customer_id,
  payment_intent_id,
  payment_method_id,
  invoice_id,
  balance_transaction_id,
  failure_balance_transaction_id,
  dispute_id,
  failure_code,
  failure_message,
  outcome_type,
  outcome_network_status,
  outcome_reason,
  outcome_risk_level,
  outcome_risk_score,
  outcome_seller_message,
  outcome_network_decline_code,
  outcome_advice_code,
  description,
  receipt_email,
  receipt_number,
  receipt_url,
  calculated_statement_descriptor,
  billing_details_name,
  billing_details_email,
  billing_details_phone,
  billing_details_address_postal_code,
  billing_details_address_country,
  billing_details_address,
  payment_method_type,
  card_brand,
  card_last4,
  card_exp_month,
  card_exp_year,
  card_country,
  card_funding,
  card_fingerprint,
  card_network,
  card_wallet_type,
  card_three_d_secure_result,
  card_cvc_check,
  card_address_line1_check,
  card_address_postal_code_check,
  fraud_details,
  {schema}._money_text(presentment_details_presentment_amount, presentment_details_presentment_currency) as presentment_details_presentment_amount,
  presentment_details_presentment_currency,
  shipping,
  application_id,
  application_fee_id,
  {schema}._money_text(application_fee_amount, currency) as application_fee_amount,
  on_behalf_of_id,
  transfer_id,
  transfer_group,
  metadata,
  observed_at,
  last_changed_at
from {schema}.charges
where not deleted and not is_placeholder;

create view {live}.refunds as
select
  id,
  created,
  status,
  {schema}._money_text(amount, currency) as amount,
  currency,
  charge_id,
  payment_intent_id,
  customer_id,
  customer_account_id,
  payment_method_id,
  balance_transaction_id,
  failure_balance_transaction_id,
  reason,
  failure_reason,
  pending_reason,
  description,
  receipt_number,
  instructions_email,
  destination_details_type,
  destination_details_card_type,
  destination_details_card_reference,
  destination_details_card_reference_status,
  next_action_type,
  {schema}._money_text(presentment_details_presentment_amount, presentment_details_presentment_currency) as presentment_details_presentment_amount,
  presentment_details_presentment_currency,
  transfer_reversal_id,
  source_transfer_reversal_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.refunds
where not deleted and not is_placeholder;

create view {live}.early_fraud_warnings as
select
  id,
  created,
  livemode,
  actionable,
  fraud_type,
  charge_id,
  payment_intent_id,
  observed_at,
  last_changed_at
from {schema}.early_fraud_warnings
where not deleted and not is_placeholder;

create view {live}.credit_notes as
select
  id,
  created,
  livemode,
  number,
  status,
  type,
  reason,
  invoice_id,
  customer_id,
  customer_account_id,
  currency,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(subtotal, currency) as subtotal,
  {schema}._money_text(subtotal_excluding_tax, currency) as subtotal_excluding_tax,
  {schema}._money_text(total, currency) as total,
  {schema}._money_text(total_excluding_tax, currency) as total_excluding_tax,
  {schema}._money_text(amount_shipping, currency) as amount_shipping,
  {schema}._money_text(discount_amount, currency) as discount_amount,
  {schema}._money_text(pre_payment_amount, currency) as pre_payment_amount,
  {schema}._money_text(post_payment_amount, currency) as post_payment_amount,
  {schema}._money_text(out_of_band_amount, currency) as out_of_band_amount,
  refund_id,
  refunds,
  customer_balance_transaction_id,
  effective_at,
  voided_at,
  memo,
  pdf,
  discount_amounts,
  pretax_credit_amounts,
  total_taxes,
  {schema}._money_text(shipping_cost_amount_subtotal, currency) as shipping_cost_amount_subtotal,
  {schema}._money_text(shipping_cost_amount_tax, currency) as shipping_cost_amount_tax,
  {schema}._money_text(shipping_cost_amount_total, currency) as shipping_cost_amount_total,
  metadata,
  observed_at,
  last_changed_at
from {schema}.credit_notes
where not deleted and not is_placeholder;

create view {live}.credit_note_line_items as
select
  id,
  livemode,
  credit_note_id,
  type,
  invoice_line_item_id,
  amount,
  discount_amount,
  quantity,
  unit_amount,
  unit_amount_decimal,
  amount_excluding_tax,
  unit_amount_excluding_tax,
  description,
  discount_amounts,
  pretax_credit_amounts,
  taxes,
  tax_rates,
  metadata,
  observed_at,
  last_changed_at
from {schema}.credit_note_line_items
where not deleted and not is_placeholder;

create view {live}.checkout_sessions as
select
  id,
  created,
  livemode,
  status,
  mode,
  payment_status,
  customer_id,
  customer_account_id,
  payment_intent_id,
  setup_intent_id,
  subscription_id,
  invoice_id,
  payment_link_id,
  recovered_from_id,
  {schema}._money_text(amount_subtotal, currency) as amount_subtotal,
  {schema}._money_text(amount_total, currency) as amount_total,
  {schema}._money_text(total_details_amount_discount, currency) as total_details_amount_discount,
  {schema}._money_text(total_details_amount_shipping, currency) as total_details_amount_shipping,
  {schema}._money_text(total_details_amount_tax, currency) as total_details_amount_tax,
  currency,
  {schema}._money_text(presentment_details_presentment_amount, presentment_details_presentment_currency) as presentment_details_presentment_amount,
  presentment_details_presentment_currency,
  currency_conversion,
  discounts,
  client_reference_id,
  customer_email,
  customer_details_email,
  customer_details_name,
  customer_details_phone,
  customer_details,
  collected_information,
  shipping_details,
  custom_fields,
  consent,
  customer_creation,
  expires_at,
  after_expiration,
  ui_mode,
  submit_type,
  locale,
  origin_context,
  integration_identifier,
  url,
  success_url,
  cancel_url,
  return_url,
  allow_promotion_codes,
  billing_address_collection,
  automatic_tax_enabled,
  automatic_tax_status,
  {schema}._money_text(shipping_cost_amount_total, currency) as shipping_cost_amount_total,
  shipping_options,
  payment_method_collection,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  payment_method_configuration_id,
  invoice_creation,
  managed_payments_enabled,
  metadata,
  observed_at,
  last_changed_at
from {schema}.checkout_sessions
where not deleted and not is_placeholder;

create view {live}.checkout_session_line_items as
select
  id,
  checkout_session_id,
  price_id,
  product_id,
  quantity,
  {schema}._money_text(amount_subtotal, currency) as amount_subtotal,
  {schema}._money_text(amount_discount, currency) as amount_discount,
  {schema}._money_text(amount_tax, currency) as amount_tax,
  {schema}._money_text(amount_total, currency) as amount_total,
  currency,
  description,
  adjustable_quantity,
  metadata,
  observed_at,
  last_changed_at
from {schema}.checkout_session_line_items
where not deleted and not is_placeholder;

create view {live}.transfers as
select
  id,
  created,
  livemode,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(amount_reversed, currency) as amount_reversed,
  currency,
  reversed,
  destination_id,
  destination_payment_id,
  source_transaction_id,
  source_type,
  balance_transaction_id,
  transfer_group,
  description,
  metadata,
  observed_at,
  last_changed_at
from {schema}.transfers
where not deleted and not is_placeholder;

create view {live}.transfer_reversals as
select
  id,
  created,
  transfer_id,
  {schema}._money_text(amount, currency) as amount,
  currency,
  balance_transaction_id,
  source_refund_id,
  destination_payment_refund_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.transfer_reversals
where not deleted and not is_placeholder;

create view {live}.application_fees as
select
  id,
  created,
  livemode,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(amount_refunded, currency) as amount_refunded,
  currency,
  refunded,
  account_id,
  application_id,
  charge_id,
  originating_transaction_id,
  fee_source_type,
  fee_source_charge_id,
  fee_source_payout_id,
  balance_transaction_id,
  observed_at,
  last_changed_at
from {schema}.application_fees
where not deleted and not is_placeholder;

create view {live}.application_fee_refunds as
select
  id,
  created,
  application_fee_id,
  {schema}._money_text(amount, currency) as amount,
  currency,
  balance_transaction_id,
  metadata,
  observed_at,
  last_changed_at
from {schema}.application_fee_refunds
where not deleted and not is_placeholder;

create view {live}.events as
select
  id,
  created,
  livemode,
  type,
  object_type,
  object_id,
  snapshot_api_version,
  previous_attributes,
  request_id,
  idempotency_key,
  account_id,
  context,
  pending_webhooks,
  observed_at,
  last_changed_at
from {schema}.events
where not deleted and not is_placeholder;
