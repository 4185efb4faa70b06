/// Stripe's calls with the names of their parameters at the top (`!` = required), as documented for 2026-10-28.endive:
/// what lists filter by, and what creating and updating take. Written down apart from the reference, to check it.
let documentedNames = """
  POST /v1/customers
    address balance business_name cash_balance description email individual_name invoice_prefix
    invoice_settings metadata name next_invoice_sequence payment_method phone preferred_locales shipping
    source tax tax_exempt tax_id_data test_clock validate
  GET /v1/customers
    created email test_clock
  GET /v1/customers/search
    query!
  POST /v1/customers/{customer}
    address balance business_name cash_balance default_source description email individual_name
    invoice_prefix invoice_settings metadata name next_invoice_sequence phone preferred_locales shipping
    source tax tax_exempt validate
  GET /v1/customers/{customer}
  DELETE /v1/customers/{customer}
  POST /v1/customers/{customer}/balance_transactions
    amount! currency!
  GET /v1/customers/{customer}/balance_transactions
  POST /v1/customers/{customer}/balance_transactions/{transaction}
  GET /v1/customers/{customer}/balance_transactions/{transaction}
  POST /v1/customers/{customer}/cash_balance
  GET /v1/customers/{customer}/cash_balance
  GET /v1/customers/{customer}/cash_balance_transactions
  GET /v1/customers/{customer}/cash_balance_transactions/{transaction}
  DELETE /v1/customers/{customer}/discount
  POST /v1/customers/{customer}/funding_instructions
    bank_transfer! currency! funding_type!
  GET /v1/customers/{customer}/payment_methods
  GET /v1/customers/{customer}/payment_methods/{payment_method}
  POST /v1/customers/{customer}/sources
    source!
  GET /v1/customers/{customer}/sources
  POST /v1/customers/{customer}/sources/{id}
  GET /v1/customers/{customer}/sources/{id}
  DELETE /v1/customers/{customer}/sources/{id}
  POST /v1/customers/{customer}/sources/{id}/verify
  POST /v1/customers/{customer}/tax_ids
    type! value!
  GET /v1/customers/{customer}/tax_ids
  GET /v1/customers/{customer}/tax_ids/{id}
  DELETE /v1/customers/{customer}/tax_ids/{id}
  POST /v1/payment_methods
    acss_debit affirm afterpay_clearpay alipay allow_redisplay alma amazon_pay au_becs_debit bacs_debit
    bancontact billie billing_details bizum blik boleto card cashapp crypto custom customer
    customer_balance eps fpx giropay grabpay ideal interac_present kakao_pay klarna konbini kr_card link
    mb_way metadata mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco
    payment_method paynow paypal paypay payto pix promptpay radar_options revolut_pay samsung_pay
    satispay scalapay sepa_debit sequra sofort sunbit swish twint type upi us_bank_account wechat_pay
    zip
  GET /v1/payment_methods
    allow_redisplay customer customer_account type
  POST /v1/payment_methods/{payment_method}
    allow_redisplay billing_details card metadata us_bank_account
  GET /v1/payment_methods/{payment_method}
  POST /v1/payment_methods/{payment_method}/attach
  POST /v1/payment_methods/{payment_method}/detach
  POST /v1/products
    active default_price_data description id images marketing_features metadata name! package_dimensions
    shippable statement_descriptor tax_code tax_details type unit_label url
  GET /v1/products
    active created ids shippable type url
  GET /v1/products/search
    query!
  POST /v1/products/{id}
    active default_price description images marketing_features metadata name package_dimensions
    shippable statement_descriptor tax_code tax_details unit_label url
  GET /v1/products/{id}
  DELETE /v1/products/{id}
  POST /v1/prices
    active billing_scheme currency! currency_options custom_unit_amount lookup_key metadata nickname
    product product_data recurring tax_behavior tiers tiers_mode transfer_lookup_key transform_quantity
    unit_amount unit_amount_decimal
  GET /v1/prices
    active created currency lookup_keys product recurring type
  GET /v1/prices/search
    query!
  POST /v1/prices/{price}
    active currency_options lookup_key metadata nickname tax_behavior transfer_lookup_key
  GET /v1/prices/{price}
  POST /v1/coupons
    amount_off applies_to currency currency_options duration duration_in_months id max_redemptions
    metadata name percent_off redeem_by
  GET /v1/coupons
    created
  POST /v1/coupons/{coupon}
    currency_options metadata name
  GET /v1/coupons/{coupon}
  DELETE /v1/coupons/{coupon}
  POST /v1/subscriptions
    add_invoice_items application_fee_percent automatic_tax backdate_start_date billing_cycle_anchor
    billing_cycle_anchor_config billing_mode billing_schedules billing_thresholds cancel_at
    cancel_at_period_end collection_method currency customer customer_account days_until_due
    default_payment_method default_source default_tax_rates description discounts invoice_settings items
    metadata off_session on_behalf_of payment_behavior payment_settings pending_invoice_item_interval
    proration_behavior transfer_data trial_end trial_from_plan trial_period_days trial_settings
  GET /v1/subscriptions
    automatic_tax collection_method created current_period_end current_period_start customer
    customer_account plan price status test_clock
  GET /v1/subscriptions/search
    query!
  POST /v1/subscriptions/{subscription_exposed_id}
    add_invoice_items application_fee_percent automatic_tax billing_cycle_anchor billing_schedules
    billing_thresholds cancel_at cancel_at_period_end cancellation_details collection_method
    days_until_due default_payment_method default_source default_tax_rates description discounts
    invoice_settings items metadata off_session on_behalf_of pause_collection payment_behavior
    payment_settings pending_invoice_item_interval proration_behavior proration_date transfer_data
    trial_end trial_from_plan trial_settings
  GET /v1/subscriptions/{subscription_exposed_id}
  DELETE /v1/subscriptions/{subscription_exposed_id}
  DELETE /v1/subscriptions/{subscription_exposed_id}/discount
  POST /v1/subscriptions/{subscription}/migrate
    billing_mode!
  POST /v1/subscriptions/{subscription}/pause
  POST /v1/subscriptions/{subscription}/resume
  POST /v1/subscription_items
    billing_thresholds current_trial discounts metadata payment_behavior plan price price_data
    proration_behavior proration_date quantity subscription! tax_rates
  GET /v1/subscription_items
    subscription!
  POST /v1/subscription_items/{item}
    billing_thresholds current_trial discounts metadata off_session payment_behavior plan price
    price_data proration_behavior proration_date quantity tax_rates
  GET /v1/subscription_items/{item}
  DELETE /v1/subscription_items/{item}
  POST /v1/invoices
    account_tax_ids application_fee_amount auto_advance automatic_tax automatically_finalizes_at
    collection_method currency custom_fields customer customer_account days_until_due
    default_payment_method default_source default_tax_rates description discounts due_date effective_at
    footer from_invoice issuer metadata number on_behalf_of payment_settings
    pending_invoice_items_behavior rendering shipping_cost shipping_details statement_descriptor
    subscription transfer_data
  GET /v1/invoices
    collection_method created customer customer_account due_date status subscription
  POST /v1/invoices/create_preview
  GET /v1/invoices/search
    query!
  POST /v1/invoices/{invoice}
    account_tax_ids application_fee_amount auto_advance automatic_tax automatically_finalizes_at
    collection_method custom_fields days_until_due default_payment_method default_source
    default_tax_rates description discounts due_date effective_at footer issuer metadata number
    on_behalf_of payment_settings rendering shipping_cost shipping_details statement_descriptor
    transfer_data
  GET /v1/invoices/{invoice}
  DELETE /v1/invoices/{invoice}
  POST /v1/invoices/{invoice}/add_lines
    lines!
  POST /v1/invoices/{invoice}/attach_payment
  POST /v1/invoices/{invoice}/finalize
  GET /v1/invoices/{invoice}/lines
  POST /v1/invoices/{invoice}/lines/{line_item_id}
  POST /v1/invoices/{invoice}/mark_uncollectible
  POST /v1/invoices/{invoice}/pay
  POST /v1/invoices/{invoice}/remove_lines
    lines!
  POST /v1/invoices/{invoice}/send
  POST /v1/invoices/{invoice}/update_lines
    lines!
  POST /v1/invoices/{invoice}/void
  GET /v1/invoice_payments
    created invoice payment status
  GET /v1/invoice_payments/{invoice_payment}
  POST /v1/invoiceitems
    amount currency customer customer_account description discountable discounts invoice metadata period
    price_data pricing quantity quantity_decimal subscription tax_behavior tax_code tax_rates
    unit_amount_decimal
  GET /v1/invoiceitems
    created customer customer_account invoice pending
  POST /v1/invoiceitems/{invoiceitem}
    amount description discountable discounts invoicing_rules metadata period price_data pricing
    quantity quantity_decimal tax_behavior tax_code tax_rates unit_amount_decimal
  GET /v1/invoiceitems/{invoiceitem}
  DELETE /v1/invoiceitems/{invoiceitem}
  POST /v1/payment_intents
    allowed_payment_method_types amount! amount_details application_fee_amount automatic_payment_methods
    capture_method confirm confirmation_method confirmation_token currency! customer customer_account
    description error_on_requires_action excluded_payment_method_types hooks mandate mandate_data
    metadata off_session on_behalf_of payment_details payment_method payment_method_configuration
    payment_method_data payment_method_options radar_options receipt_email return_url setup_future_usage
    shipping statement_descriptor statement_descriptor_suffix transfer_data transfer_group
    use_stripe_sdk
  GET /v1/payment_intents
    created customer customer_account
  GET /v1/payment_intents/search
    query!
  POST /v1/payment_intents/{intent}
    allowed_payment_method_types amount amount_details application_fee_amount capture_method currency
    customer customer_account description excluded_payment_method_types hooks metadata payment_details
    payment_method payment_method_configuration payment_method_data payment_method_options receipt_email
    setup_future_usage shipping statement_descriptor statement_descriptor_suffix transfer_data
    transfer_group
  GET /v1/payment_intents/{intent}
  GET /v1/payment_intents/{intent}/amount_details_line_items
  POST /v1/payment_intents/{intent}/apply_customer_balance
  POST /v1/payment_intents/{intent}/cancel
  POST /v1/payment_intents/{intent}/capture
  POST /v1/payment_intents/{intent}/confirm
  POST /v1/payment_intents/{intent}/increment_authorization
    amount!
  POST /v1/payment_intents/{intent}/verify_microdeposits
  POST /v1/setup_intents
    allowed_payment_method_types attach_to_self automatic_payment_methods confirm confirmation_token
    customer customer_account description excluded_payment_method_types flow_directions mandate_data
    metadata on_behalf_of payment_method payment_method_configuration payment_method_data
    payment_method_options return_url single_use usage use_stripe_sdk
  GET /v1/setup_intents
    attach_to_self created customer customer_account payment_method
  POST /v1/setup_intents/{intent}
    allowed_payment_method_types attach_to_self customer customer_account description
    excluded_payment_method_types flow_directions metadata payment_method payment_method_configuration
    payment_method_data payment_method_options
  GET /v1/setup_intents/{intent}
  POST /v1/setup_intents/{intent}/cancel
  POST /v1/setup_intents/{intent}/confirm
  POST /v1/setup_intents/{intent}/verify_microdeposits
  POST /v1/charges
    amount application_fee application_fee_amount capture currency customer description destination
    metadata on_behalf_of radar_options receipt_email shipping source statement_descriptor
    statement_descriptor_suffix transfer_data transfer_group
  GET /v1/charges
    created customer payment_intent transfer_group
  GET /v1/charges/search
    query!
  POST /v1/charges/{charge}
    customer description fraud_details metadata receipt_email shipping transfer_group
  GET /v1/charges/{charge}
  POST /v1/charges/{charge}/capture
  POST /v1/refunds
    amount charge currency customer instructions_email metadata origin payment_intent reason
    refund_application_fee reverse_transfer
  GET /v1/refunds
    charge created payment_intent
  POST /v1/refunds/{refund}
    metadata
  GET /v1/refunds/{refund}
  POST /v1/refunds/{refund}/cancel
  GET /v1/disputes
    charge created payment_intent
  POST /v1/disputes/{dispute}
    evidence intended_submission_method metadata submit
  GET /v1/disputes/{dispute}
  POST /v1/disputes/{dispute}/close
  GET /v1/balance_transactions
    created currency payout source type
  GET /v1/balance_transactions/{id}
  POST /v1/payouts
    amount! currency! description destination metadata method payout_method source_type
    statement_descriptor
  GET /v1/payouts
    arrival_date created destination status
  POST /v1/payouts/{payout}
    metadata
  GET /v1/payouts/{payout}
  POST /v1/payouts/{payout}/cancel
  POST /v1/payouts/{payout}/reverse
  GET /v1/events
    created delivery_success type types
  GET /v1/events/{id}
  POST /v1/webhook_endpoints
    api_version connect description enabled_events! metadata url!
  GET /v1/webhook_endpoints
  POST /v1/webhook_endpoints/{webhook_endpoint}
    description disabled enabled_events metadata url
  GET /v1/webhook_endpoints/{webhook_endpoint}
  DELETE /v1/webhook_endpoints/{webhook_endpoint}
  POST /v1/test_helpers/test_clocks
    customer frozen_time! name
  GET /v1/test_helpers/test_clocks
  GET /v1/test_helpers/test_clocks/{test_clock}
  DELETE /v1/test_helpers/test_clocks/{test_clock}
  POST /v1/test_helpers/test_clocks/{test_clock}/advance
    frozen_time!
  GET /v1/balance
  """
