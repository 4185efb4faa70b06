-- migration: 1 foundation
-- Written by `okapi db migration new` from the declarations; {schema} and {live} stand for the source's schemas.
-- Once applied anywhere, this file never changes: the runner compares checksums.

create or replace function {schema}._money_text(amount bigint, currency text) returns text
language sql immutable parallel safe
as $$
  select case
    when currency is null then null
    when currency in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf') then amount::text
    when currency in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then (amount * 0.001)::text
    else (amount * 0.01)::text
  end
$$;

create table {schema}.products (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  updated timestamptz,
  name text,
  active boolean,
  description text,
  type text,
  default_price_id text collate "C",
  tax_code_id text collate "C",
  tax_details_performance_location text,
  unit_label text,
  statement_descriptor text,
  shippable boolean,
  package_dimensions jsonb,
  url text,
  images jsonb,
  marketing_features jsonb,
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
  constraint products_created_required check (is_placeholder or created is not null),
  constraint products_name_required check (is_placeholder or name is not null)
);

create table {schema}.prices (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  product_id text collate "C",
  active boolean,
  type text,
  currency text,
  unit_amount bigint,
  unit_amount_decimal numeric,
  billing_scheme text,
  recurring_interval text,
  recurring_interval_count bigint,
  recurring_usage_type text,
  recurring_meter_id text collate "C",
  recurring_trial_period_days bigint,
  recurring_aggregate_usage text,
  nickname text,
  lookup_key text,
  tax_behavior text,
  tiers_mode text,
  tiers jsonb,
  currency_options jsonb,
  custom_unit_amount_minimum bigint,
  custom_unit_amount_maximum bigint,
  custom_unit_amount_preset bigint,
  transform_quantity_divide_by bigint,
  transform_quantity_round text,
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
  constraint prices_created_required check (is_placeholder or created is not null),
  constraint prices_product_id_required check (is_placeholder or product_id is not null),
  constraint prices_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.customers (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  name text,
  email text,
  phone text,
  business_name text,
  individual_name text,
  description text,
  address_line1 text,
  address_line2 text,
  address_city text,
  address_state text,
  address_postal_code text,
  address_country text,
  currency text,
  balance bigint,
  delinquent boolean,
  invoice_settings_default_payment_method_id text collate "C",
  default_source_id text collate "C",
  discount_id text,
  discount_coupon_id text collate "C",
  discount_start timestamptz,
  discount_end timestamptz,
  invoice_prefix text,
  next_invoice_sequence bigint,
  invoice_settings_footer text,
  invoice_settings_custom_fields jsonb,
  invoice_settings_rendering_options jsonb,
  tax_exempt text,
  tax_automatic_tax text,
  tax jsonb,
  cash_balance jsonb,
  invoice_credit_balance jsonb,
  preferred_locales jsonb,
  shipping jsonb,
  test_clock_id text collate "C",
  customer_account_id text collate "C",
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
  constraint customers_created_required check (is_placeholder or created is not null)
);

create table {schema}.payment_methods (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  type text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  allow_redisplay text,
  billing_details_name text,
  billing_details_email text,
  billing_details_phone text,
  billing_details_tax_id text,
  billing_details_address_line1 text,
  billing_details_address_line2 text,
  billing_details_address_city text,
  billing_details_address_state text,
  billing_details_address_postal_code text,
  billing_details_address_country text,
  card_brand text,
  card_display_brand text,
  card_last4 text,
  card_exp_month bigint,
  card_exp_year bigint,
  card_country text,
  card_funding text,
  card_fingerprint text,
  card_issuer text,
  card_iin text,
  card_regulated_status text,
  card_checks_cvc_check text,
  card_checks_address_line1_check text,
  card_checks_address_postal_code_check text,
  card_networks_preferred text,
  card_networks_available jsonb,
  card_three_d_secure_usage_supported boolean,
  card_wallet_type text,
  sepa_debit_bank_code text,
  sepa_debit_country text,
  sepa_debit_last4 text,
  sepa_debit_fingerprint text,
  us_bank_account_bank_name text,
  us_bank_account_account_type text,
  us_bank_account_account_holder_type text,
  us_bank_account_last4 text,
  us_bank_account_fingerprint text,
  link_email text,
  generated_from_charge_id text collate "C",
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
  constraint payment_methods_created_required check (is_placeholder or created is not null),
  constraint payment_methods_type_required check (is_placeholder or type is not null)
);

create table {schema}.balance_transactions (
  id text collate "C" not null,
  created timestamptz,
  available_on timestamptz,
  status text,
  type text,
  reporting_category text,
  balance_type text,
  amount bigint,
  fee bigint,
  net bigint,
  currency text,
  exchange_rate numeric,
  source_id text collate "C",
  description text,
  fee_details jsonb,
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
  constraint balance_transactions_created_required check (is_placeholder or created is not null),
  constraint balance_transactions_status_required check (is_placeholder or status is not null),
  constraint balance_transactions_type_required check (is_placeholder or type is not null),
  constraint balance_transactions_amount_required check (is_placeholder or amount is not null),
  constraint balance_transactions_fee_required check (is_placeholder or fee is not null),
  constraint balance_transactions_net_required check (is_placeholder or net is not null),
  constraint balance_transactions_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.subscriptions (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  currency text,
  collection_method text,
  days_until_due bigint,
  start_date timestamptz,
  billing_cycle_anchor timestamptz,
  billing_cycle_anchor_config jsonb,
  current_period_start timestamptz,
  current_period_end timestamptz,
  quantity bigint,
  trial_start timestamptz,
  trial_end timestamptz,
  trial_settings_end_behavior_missing_payment_method text,
  cancel_at_period_end boolean,
  cancel_at timestamptz,
  canceled_at timestamptz,
  ended_at timestamptz,
  cancellation_details_reason text,
  cancellation_details_feedback text,
  cancellation_details_comment text,
  pause_collection_behavior text,
  pause_collection_resumes_at timestamptz,
  default_payment_method_id text collate "C",
  default_source_id text collate "C",
  latest_invoice_id text collate "C",
  next_pending_invoice_item_invoice timestamptz,
  description text,
  discounts jsonb,
  discount_id text,
  default_tax_rates jsonb,
  automatic_tax_enabled boolean,
  automatic_tax_disabled_reason text,
  billing_mode_type text,
  billing_schedules jsonb,
  billing_thresholds jsonb,
  invoice_settings jsonb,
  payment_settings jsonb,
  pending_invoice_item_interval jsonb,
  pending_update_expires_at timestamptz,
  pending_update jsonb,
  pending_setup_intent_id text collate "C",
  schedule_id text collate "C",
  status_details jsonb,
  presentment_details_presentment_currency text,
  managed_payments_enabled boolean,
  application_id text collate "C",
  application_fee_percent numeric,
  on_behalf_of_id text collate "C",
  transfer_data_destination_id text collate "C",
  transfer_data_amount_percent numeric,
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
  constraint subscriptions_created_required check (is_placeholder or created is not null),
  constraint subscriptions_status_required check (is_placeholder or status is not null)
);

create table {schema}.subscription_items (
  id text collate "C" not null,
  created timestamptz,
  subscription_id text collate "C",
  price_id text collate "C",
  quantity bigint,
  current_period_start timestamptz,
  current_period_end timestamptz,
  billed_until timestamptz,
  current_trial_start_date timestamptz,
  current_trial_end_date timestamptz,
  current_trial_trial_offer_id text collate "C",
  billing_thresholds_usage_gte bigint,
  discounts jsonb,
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
  primary key (id)
);

create table {schema}.invoices (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  number text,
  status text,
  billing_reason text,
  collection_method text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  parent_type text,
  subscription_id text collate "C",
  subscription_metadata jsonb,
  subscription_proration_date timestamptz,
  quote_id text collate "C",
  currency text,
  subtotal bigint,
  subtotal_excluding_tax bigint,
  total bigint,
  total_excluding_tax bigint,
  tax bigint,
  amount_due bigint,
  amount_paid bigint,
  amount_remaining bigint,
  amount_overpaid bigint,
  amount_paid_off_stripe bigint,
  amount_shipping bigint,
  starting_balance bigint,
  ending_balance bigint,
  pre_payment_credit_notes_amount bigint,
  post_payment_credit_notes_amount bigint,
  attempted boolean,
  attempt_count bigint,
  next_payment_attempt timestamptz,
  auto_advance boolean,
  automatically_finalizes_at timestamptz,
  due_date timestamptz,
  effective_at timestamptz,
  period_start timestamptz,
  period_end timestamptz,
  status_transitions_finalized_at timestamptz,
  status_transitions_paid_at timestamptz,
  status_transitions_voided_at timestamptz,
  status_transitions_marked_uncollectible_at timestamptz,
  webhooks_delivered_at timestamptz,
  paid boolean,
  paid_out_of_band boolean,
  payment_intent_id text collate "C",
  charge_id text collate "C",
  default_payment_method_id text collate "C",
  default_source_id text collate "C",
  receipt_number text,
  hosted_invoice_url text,
  invoice_pdf text,
  statement_descriptor text,
  description text,
  footer text,
  custom_fields jsonb,
  customer_name text,
  customer_email text,
  customer_phone text,
  customer_address jsonb,
  customer_country text,
  customer_shipping jsonb,
  customer_tax_exempt text,
  customer_tax_ids jsonb,
  discounts jsonb,
  discount_id text,
  total_discount_amounts jsonb,
  total_pretax_credit_amounts jsonb,
  total_taxes jsonb,
  default_tax_rates jsonb,
  automatic_tax_enabled boolean,
  automatic_tax_status text,
  shipping_cost_amount_total bigint,
  shipping_details jsonb,
  payment_settings jsonb,
  rendering jsonb,
  threshold_reason jsonb,
  from_invoice_id text collate "C",
  from_invoice_action text,
  latest_revision_id text collate "C",
  last_finalization_error_code text,
  last_finalization_error_message text,
  status_details_uncollectible_reason text,
  account_country text,
  account_name text,
  account_tax_ids jsonb,
  application_id text collate "C",
  application_fee_amount bigint,
  on_behalf_of_id text collate "C",
  transfer_data_destination_id text collate "C",
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
  constraint invoices_created_required check (is_placeholder or created is not null),
  constraint invoices_currency_required check (is_placeholder or currency is not null),
  constraint invoices_subtotal_required check (is_placeholder or subtotal is not null),
  constraint invoices_total_required check (is_placeholder or total is not null),
  constraint invoices_amount_due_required check (is_placeholder or amount_due is not null),
  constraint invoices_amount_paid_required check (is_placeholder or amount_paid is not null),
  constraint invoices_amount_remaining_required check (is_placeholder or amount_remaining is not null)
);

create table {schema}.invoice_line_items (
  id text collate "C" not null,
  livemode boolean,
  invoice_id text collate "C",
  amount bigint,
  subtotal bigint,
  amount_excluding_tax bigint,
  currency text,
  description text,
  quantity bigint,
  quantity_decimal numeric,
  period_start timestamptz,
  period_end timestamptz,
  proration boolean,
  credited_items jsonb,
  parent_type text,
  subscription_id text collate "C",
  subscription_item_id text collate "C",
  invoice_item_id text collate "C",
  price_id text collate "C",
  product_id text collate "C",
  unit_amount_decimal numeric,
  unit_amount_excluding_tax numeric,
  discountable boolean,
  discounts jsonb,
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
  constraint invoice_line_items_amount_required check (is_placeholder or amount is not null),
  constraint invoice_line_items_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.payment_intents (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  amount bigint,
  amount_received bigint,
  amount_capturable bigint,
  currency text,
  customer_id text collate "C",
  customer_account_id text collate "C",
  payment_method_id text collate "C",
  latest_charge_id text collate "C",
  invoice_id text collate "C",
  payment_record_id text collate "C",
  capture_method text,
  confirmation_method text,
  setup_future_usage text,
  canceled_at timestamptz,
  cancellation_reason text,
  last_payment_error_type text,
  last_payment_error_code text,
  last_payment_error_decline_code text,
  last_payment_error_message text,
  last_payment_error_advice_code text,
  last_payment_error_charge_id text collate "C",
  next_action_type text,
  payment_method_types jsonb,
  allowed_payment_method_types jsonb,
  excluded_payment_method_types jsonb,
  payment_method_options jsonb,
  automatic_payment_methods jsonb,
  payment_method_configuration_id text collate "C",
  description text,
  receipt_email text,
  statement_descriptor text,
  statement_descriptor_suffix text,
  amount_details_tip_amount bigint,
  amount_details_tax_total_tax_amount bigint,
  amount_details_shipping_amount bigint,
  amount_details_discount_amount bigint,
  payment_details_order_reference text,
  payment_details_customer_reference text,
  presentment_details_presentment_amount bigint,
  presentment_details_presentment_currency text,
  processing jsonb,
  hooks jsonb,
  shipping jsonb,
  source_id text collate "C",
  review_id text collate "C",
  managed_payments_enabled boolean,
  application_id text collate "C",
  application_fee_amount bigint,
  on_behalf_of_id text collate "C",
  transfer_data_destination_id text collate "C",
  transfer_data_amount bigint,
  transfer_group text,
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
  constraint payment_intents_created_required check (is_placeholder or created is not null),
  constraint payment_intents_status_required check (is_placeholder or status is not null),
  constraint payment_intents_amount_required check (is_placeholder or amount is not null),
  constraint payment_intents_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.charges (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  amount bigint,
  amount_captured bigint,
  amount_refunded bigint,
  currency text,
  paid boolean,
  captured boolean,
  refunded boolean,
  disputed boolean,
  customer_id text collate "C",
  payment_intent_id text collate "C",
  payment_method_id text collate "C",
  invoice_id text collate "C",
  balance_transaction_id text collate "C",
  failure_balance_transaction_id text collate "C",
  dispute_id text collate "C",
  failure_code text,
  failure_message text,
  outcome_type text,
  outcome_network_status text,
  outcome_reason text,
  outcome_risk_level text,
  outcome_risk_score bigint,
  outcome_seller_message text,
  outcome_network_decline_code text,
  outcome_advice_code text,
  description text,
  receipt_email text,
  receipt_number text,
  receipt_url text,
  calculated_statement_descriptor text,
  billing_details_name text,
  billing_details_email text,
  billing_details_phone text,
  billing_details_address_postal_code text,
  billing_details_address_country text,
  billing_details_address jsonb,
  payment_method_type text,
  card_brand text,
  card_last4 text,
  card_exp_month bigint,
  card_exp_year bigint,
  card_country text,
  card_funding text,
  card_fingerprint text,
  card_network text,
  card_wallet_type text,
  card_three_d_secure_result text,
  card_cvc_check text,
  card_address_line1_check text,
  card_address_postal_code_check text,
  fraud_details jsonb,
  presentment_details_presentment_amount bigint,
  presentment_details_presentment_currency text,
  shipping jsonb,
  application_id text collate "C",
  application_fee_id text collate "C",
  application_fee_amount bigint,
  on_behalf_of_id text collate "C",
  transfer_id text collate "C",
  transfer_group text,
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
  constraint charges_created_required check (is_placeholder or created is not null),
  constraint charges_status_required check (is_placeholder or status is not null),
  constraint charges_amount_required check (is_placeholder or amount is not null),
  constraint charges_amount_refunded_required check (is_placeholder or amount_refunded is not null),
  constraint charges_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.invoice_payments (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  invoice_id text collate "C",
  status text,
  amount_requested bigint,
  amount_paid bigint,
  currency text,
  is_default boolean,
  payment_type text,
  payment_payment_intent_id text collate "C",
  payment_charge_id text collate "C",
  payment_payment_record_id text collate "C",
  status_transitions_paid_at timestamptz,
  status_transitions_canceled_at timestamptz,
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
  constraint invoice_payments_created_required check (is_placeholder or created is not null),
  constraint invoice_payments_status_required check (is_placeholder or status is not null),
  constraint invoice_payments_amount_requested_required check (is_placeholder or amount_requested is not null),
  constraint invoice_payments_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.refunds (
  id text collate "C" not null,
  created timestamptz,
  status text,
  amount bigint,
  currency text,
  charge_id text collate "C",
  payment_intent_id text collate "C",
  customer_id text collate "C",
  customer_account_id text collate "C",
  payment_method_id text collate "C",
  balance_transaction_id text collate "C",
  failure_balance_transaction_id text collate "C",
  reason text,
  failure_reason text,
  pending_reason text,
  description text,
  receipt_number text,
  instructions_email text,
  destination_details_type text,
  destination_details_card_type text,
  destination_details_card_reference text,
  destination_details_card_reference_status text,
  next_action_type text,
  presentment_details_presentment_amount bigint,
  presentment_details_presentment_currency text,
  transfer_reversal_id text collate "C",
  source_transfer_reversal_id text collate "C",
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
  constraint refunds_created_required check (is_placeholder or created is not null),
  constraint refunds_amount_required check (is_placeholder or amount is not null),
  constraint refunds_currency_required check (is_placeholder or currency is not null)
);

create table {schema}.disputes (
  id text collate "C" not null,
  created timestamptz,
  livemode boolean,
  status text,
  reason text,
  amount bigint,
  currency text,
  charge_id text collate "C",
  payment_intent_id text collate "C",
  balance_transaction_id text collate "C",
  balance_transactions jsonb,
  is_charge_refundable boolean,
  network_reason_code text,
  payment_method_details_type text,
  card_brand text,
  card_case_type text,
  card_network_reason_code text,
  evidence_details_due_by timestamptz,
  evidence_details_has_evidence boolean,
  evidence_details_past_due boolean,
  evidence_details_submission_count bigint,
  evidence_details_submission_method text,
  evidence_details_enhanced_eligibility jsonb,
  intended_submission_method text,
  enhanced_eligibility_types jsonb,
  evidence jsonb,
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
  constraint disputes_created_required check (is_placeholder or created is not null),
  constraint disputes_status_required check (is_placeholder or status is not null),
  constraint disputes_amount_required check (is_placeholder or amount is not null),
  constraint disputes_currency_required check (is_placeholder or currency is not null)
);

create table {schema}._runs (
  run_id text not null,
  command text not null,
  resource text,
  started_at timestamptz,
  finished_at timestamptz,
  status text,
  report jsonb
);

create table {schema}._exports (
  sha256 text not null,
  first_observed_at timestamptz,
  file text,
  run_id text,
  primary key (sha256)
);

create table {schema}._source (
  only_row boolean not null default true,
  livemode boolean,
  created_at timestamptz,
  primary key (only_row),
  constraint _source_only_row check (only_row)
);

create index products_created_idx on {schema}.products (created);

create index products_placeholder_idx on {schema}.products (id) where is_placeholder;

create index prices_created_idx on {schema}.prices (created);

create index prices_product_id_idx on {schema}.prices (product_id);

create index prices_placeholder_idx on {schema}.prices (id) where is_placeholder;

create index customers_created_idx on {schema}.customers (created);

create index customers_invoice_settings_default_payment_method_id_idx on {schema}.customers (invoice_settings_default_payment_method_id);

create index customers_placeholder_idx on {schema}.customers (id) where is_placeholder;

create index payment_methods_created_idx on {schema}.payment_methods (created);

create index payment_methods_customer_id_idx on {schema}.payment_methods (customer_id);

create index payment_methods_placeholder_idx on {schema}.payment_methods (id) where is_placeholder;

create index balance_transactions_created_idx on {schema}.balance_transactions (created);

create index balance_transactions_source_id_idx on {schema}.balance_transactions (source_id);

create index balance_transactions_placeholder_idx on {schema}.balance_transactions (id) where is_placeholder;

create index subscriptions_created_idx on {schema}.subscriptions (created);

create index subscriptions_customer_id_idx on {schema}.subscriptions (customer_id);

create index subscriptions_placeholder_idx on {schema}.subscriptions (id) where is_placeholder;

create index subscription_items_created_idx on {schema}.subscription_items (created);

create index subscription_items_subscription_id_idx on {schema}.subscription_items (subscription_id);

create index subscription_items_price_id_idx on {schema}.subscription_items (price_id);

create index subscription_items_placeholder_idx on {schema}.subscription_items (id) where is_placeholder;

create index invoices_created_idx on {schema}.invoices (created);

create index invoices_customer_id_idx on {schema}.invoices (customer_id);

create index invoices_subscription_id_idx on {schema}.invoices (subscription_id);

create index invoices_placeholder_idx on {schema}.invoices (id) where is_placeholder;

create index invoice_line_items_invoice_id_idx on {schema}.invoice_line_items (invoice_id);

create index invoice_line_items_subscription_id_idx on {schema}.invoice_line_items (subscription_id);

create index invoice_line_items_price_id_idx on {schema}.invoice_line_items (price_id);

create index invoice_line_items_product_id_idx on {schema}.invoice_line_items (product_id);

create index invoice_line_items_placeholder_idx on {schema}.invoice_line_items (id) where is_placeholder;

create index payment_intents_created_idx on {schema}.payment_intents (created);

create index payment_intents_customer_id_idx on {schema}.payment_intents (customer_id);

create index payment_intents_placeholder_idx on {schema}.payment_intents (id) where is_placeholder;

create index charges_created_idx on {schema}.charges (created);

create index charges_customer_id_idx on {schema}.charges (customer_id);

create index charges_payment_intent_id_idx on {schema}.charges (payment_intent_id);

create index charges_balance_transaction_id_idx on {schema}.charges (balance_transaction_id);

create index charges_placeholder_idx on {schema}.charges (id) where is_placeholder;

create index invoice_payments_created_idx on {schema}.invoice_payments (created);

create index invoice_payments_invoice_id_idx on {schema}.invoice_payments (invoice_id);

create index invoice_payments_payment_payment_intent_id_idx on {schema}.invoice_payments (payment_payment_intent_id);

create index invoice_payments_placeholder_idx on {schema}.invoice_payments (id) where is_placeholder;

create index refunds_created_idx on {schema}.refunds (created);

create index refunds_charge_id_idx on {schema}.refunds (charge_id);

create index refunds_payment_intent_id_idx on {schema}.refunds (payment_intent_id);

create index refunds_customer_id_idx on {schema}.refunds (customer_id);

create index refunds_balance_transaction_id_idx on {schema}.refunds (balance_transaction_id);

create index refunds_placeholder_idx on {schema}.refunds (id) where is_placeholder;

create index disputes_created_idx on {schema}.disputes (created);

create index disputes_charge_id_idx on {schema}.disputes (charge_id);

create index disputes_payment_intent_id_idx on {schema}.disputes (payment_intent_id);

create index disputes_placeholder_idx on {schema}.disputes (id) where is_placeholder;

create index _runs_run_id_idx on {schema}._runs (run_id);

alter table {schema}.products add constraint products_default_price_id_fkey
  foreign key (default_price_id) references {schema}.prices (id)
  deferrable initially deferred;

alter table {schema}.prices add constraint prices_product_id_fkey
  foreign key (product_id) references {schema}.products (id)
  deferrable initially deferred;

alter table {schema}.customers add constraint customers_invoice_settings_default_payment_method_id_fkey
  foreign key (invoice_settings_default_payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.payment_methods add constraint payment_methods_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.payment_methods add constraint payment_methods_generated_from_charge_id_fkey
  foreign key (generated_from_charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.subscriptions add constraint subscriptions_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.subscriptions add constraint subscriptions_default_payment_method_id_fkey
  foreign key (default_payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.subscriptions add constraint subscriptions_latest_invoice_id_fkey
  foreign key (latest_invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.subscription_items add constraint subscription_items_subscription_id_fkey
  foreign key (subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.subscription_items add constraint subscription_items_price_id_fkey
  foreign key (price_id) references {schema}.prices (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_subscription_id_fkey
  foreign key (subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_payment_intent_id_fkey
  foreign key (payment_intent_id) references {schema}.payment_intents (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_charge_id_fkey
  foreign key (charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_default_payment_method_id_fkey
  foreign key (default_payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_from_invoice_id_fkey
  foreign key (from_invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.invoices add constraint invoices_latest_revision_id_fkey
  foreign key (latest_revision_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.invoice_line_items add constraint invoice_line_items_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.invoice_line_items add constraint invoice_line_items_subscription_id_fkey
  foreign key (subscription_id) references {schema}.subscriptions (id)
  deferrable initially deferred;

alter table {schema}.invoice_line_items add constraint invoice_line_items_subscription_item_id_fkey
  foreign key (subscription_item_id) references {schema}.subscription_items (id)
  deferrable initially deferred;

alter table {schema}.invoice_line_items add constraint invoice_line_items_price_id_fkey
  foreign key (price_id) references {schema}.prices (id)
  deferrable initially deferred;

alter table {schema}.invoice_line_items add constraint invoice_line_items_product_id_fkey
  foreign key (product_id) references {schema}.products (id)
  deferrable initially deferred;

alter table {schema}.payment_intents add constraint payment_intents_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.payment_intents add constraint payment_intents_payment_method_id_fkey
  foreign key (payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.payment_intents add constraint payment_intents_latest_charge_id_fkey
  foreign key (latest_charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.payment_intents add constraint payment_intents_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.payment_intents add constraint payment_intents_last_payment_error_charge_id_fkey
  foreign key (last_payment_error_charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_payment_intent_id_fkey
  foreign key (payment_intent_id) references {schema}.payment_intents (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_payment_method_id_fkey
  foreign key (payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_failure_balance_transaction_id_fkey
  foreign key (failure_balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.charges add constraint charges_dispute_id_fkey
  foreign key (dispute_id) references {schema}.disputes (id)
  deferrable initially deferred;

alter table {schema}.invoice_payments add constraint invoice_payments_invoice_id_fkey
  foreign key (invoice_id) references {schema}.invoices (id)
  deferrable initially deferred;

alter table {schema}.invoice_payments add constraint invoice_payments_payment_payment_intent_id_fkey
  foreign key (payment_payment_intent_id) references {schema}.payment_intents (id)
  deferrable initially deferred;

alter table {schema}.invoice_payments add constraint invoice_payments_payment_charge_id_fkey
  foreign key (payment_charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.refunds add constraint refunds_charge_id_fkey
  foreign key (charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.refunds add constraint refunds_payment_intent_id_fkey
  foreign key (payment_intent_id) references {schema}.payment_intents (id)
  deferrable initially deferred;

alter table {schema}.refunds add constraint refunds_customer_id_fkey
  foreign key (customer_id) references {schema}.customers (id)
  deferrable initially deferred;

alter table {schema}.refunds add constraint refunds_payment_method_id_fkey
  foreign key (payment_method_id) references {schema}.payment_methods (id)
  deferrable initially deferred;

alter table {schema}.refunds add constraint refunds_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.refunds add constraint refunds_failure_balance_transaction_id_fkey
  foreign key (failure_balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

alter table {schema}.disputes add constraint disputes_charge_id_fkey
  foreign key (charge_id) references {schema}.charges (id)
  deferrable initially deferred;

alter table {schema}.disputes add constraint disputes_payment_intent_id_fkey
  foreign key (payment_intent_id) references {schema}.payment_intents (id)
  deferrable initially deferred;

alter table {schema}.disputes add constraint disputes_balance_transaction_id_fkey
  foreign key (balance_transaction_id) references {schema}.balance_transactions (id)
  deferrable initially deferred;

create view {live}.products as
select
  id,
  created,
  livemode,
  updated,
  name,
  active,
  description,
  type,
  default_price_id,
  tax_code_id,
  tax_details_performance_location,
  unit_label,
  statement_descriptor,
  shippable,
  package_dimensions,
  url,
  images,
  marketing_features,
  metadata,
  observed_at,
  last_changed_at
from {schema}.products
where not deleted and not is_placeholder;

create view {live}.prices as
select
  id,
  created,
  livemode,
  product_id,
  active,
  type,
  currency,
  {schema}._money_text(unit_amount, currency) as unit_amount,
  unit_amount_decimal,
  billing_scheme,
  recurring_interval,
  recurring_interval_count,
  recurring_usage_type,
  recurring_meter_id,
  recurring_trial_period_days,
  recurring_aggregate_usage,
  nickname,
  lookup_key,
  tax_behavior,
  tiers_mode,
  tiers,
  currency_options,
  {schema}._money_text(custom_unit_amount_minimum, currency) as custom_unit_amount_minimum,
  {schema}._money_text(custom_unit_amount_maximum, currency) as custom_unit_amount_maximum,
  {schema}._money_text(custom_unit_amount_preset, currency) as custom_unit_amount_preset,
  transform_quantity_divide_by,
  transform_quantity_round,
  metadata,
  observed_at,
  last_changed_at
from {schema}.prices
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

create view {live}.payment_methods as
select
  id,
  created,
  livemode,
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
  card_three_d_secure_usage_supported,
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
  observed_at,
  last_changed_at
from {schema}.payment_methods
where not deleted and not is_placeholder;

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

create view {live}.subscription_items as
select
  id,
  created,
  subscription_id,
  price_id,
  quantity,
  current_period_start,
  current_period_end,
  billed_until,
  current_trial_start_date,
  current_trial_end_date,
  current_trial_trial_offer_id,
  billing_thresholds_usage_gte,
  discounts,
  tax_rates,
  metadata,
  observed_at,
  last_changed_at
from {schema}.subscription_items
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

create view {live}.payment_intents as
select
  id,
  created,
  livemode,
  status,
  {schema}._money_text(amount, currency) as amount,
  {schema}._money_text(amount_received, currency) as amount_received,
  {schema}._money_text(amount_capturable, currency) as amount_capturable,
  currency,
  customer_id,
  customer_account_id,
  payment_method_id,
  latest_charge_id,
  invoice_id,
  payment_record_id,
  capture_method,
  confirmation_method,
  setup_future_usage,
  canceled_at,
  cancellation_reason,
  last_payment_error_type,
  last_payment_error_code,
  last_payment_error_decline_code,
  last_payment_error_message,
  last_payment_error_advice_code,
  last_payment_error_charge_id,
  next_action_type,
  payment_method_types,
  allowed_payment_method_types,
  excluded_payment_method_types,
  payment_method_options,
  automatic_payment_methods,
  payment_method_configuration_id,
  description,
  receipt_email,
  statement_descriptor,
  statement_descriptor_suffix,
  {schema}._money_text(amount_details_tip_amount, currency) as amount_details_tip_amount,
  {schema}._money_text(amount_details_tax_total_tax_amount, currency) as amount_details_tax_total_tax_amount,
  {schema}._money_text(amount_details_shipping_amount, currency) as amount_details_shipping_amount,
  {schema}._money_text(amount_details_discount_amount, currency) as amount_details_discount_amount,
  payment_details_order_reference,
  payment_details_customer_reference,
  {schema}._money_text(presentment_details_presentment_amount, presentment_details_presentment_currency) as presentment_details_presentment_amount,
  presentment_details_presentment_currency,
  processing,
  hooks,
  shipping,
  source_id,
  review_id,
  managed_payments_enabled,
  application_id,
  {schema}._money_text(application_fee_amount, currency) as application_fee_amount,
  on_behalf_of_id,
  transfer_data_destination_id,
  {schema}._money_text(transfer_data_amount, currency) as transfer_data_amount,
  transfer_group,
  metadata,
  observed_at,
  last_changed_at
from {schema}.payment_intents
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

create view {live}.invoice_payments as
select
  id,
  created,
  livemode,
  invoice_id,
  status,
  {schema}._money_text(amount_requested, currency) as amount_requested,
  {schema}._money_text(amount_paid, currency) as amount_paid,
  currency,
  is_default,
  payment_type,
  payment_payment_intent_id,
  payment_charge_id,
  payment_payment_record_id,
  status_transitions_paid_at,
  status_transitions_canceled_at,
  observed_at,
  last_changed_at
from {schema}.invoice_payments
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

create view {live}.disputes as
select
  id,
  created,
  livemode,
  status,
  reason,
  {schema}._money_text(amount, currency) as amount,
  currency,
  charge_id,
  payment_intent_id,
  balance_transaction_id,
  balance_transactions,
  is_charge_refundable,
  network_reason_code,
  payment_method_details_type,
  card_brand,
  card_case_type,
  card_network_reason_code,
  evidence_details_due_by,
  evidence_details_has_evidence,
  evidence_details_past_due,
  evidence_details_submission_count,
  evidence_details_submission_method,
  evidence_details_enhanced_eligibility,
  intended_submission_method,
  enhanced_eligibility_types,
  evidence,
  metadata,
  observed_at,
  last_changed_at
from {schema}.disputes
where not deleted and not is_placeholder;
