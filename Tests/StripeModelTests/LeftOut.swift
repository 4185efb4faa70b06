import StripeModel

/// The places that samples have and declarations leave to the raw JSON, because hardly anybody would query them.
///
/// A new field of a sample belongs into a declaration, or here.
let leftOut: [ResourceName: [String]] = [
  .product: ["attributes"],
  .paymentMethod: [
    "card.description", "card.generated_from.payment_method_details", "card.wallet.dynamic_last4",
    "link.persistent_token", "sepa_debit.branch_code", "us_bank_account.financial_connections_account",
    "us_bank_account.networks", "us_bank_account.routing_number",
  ],
  .subscription: [
    "automatic_tax.liability.type", "billing_mode.flexible", "billing_mode.updated_at",
    "trial_settings.end_behavior.billing_cycle_anchor",
  ],
  .invoice: [
    "automatic_tax.disabled_reason", "automatic_tax.liability.type", "automatic_tax.provider",
    "issuer.type", "last_finalization_error.advice_code", "last_finalization_error.doc_url",
    "last_finalization_error.param",
    "last_finalization_error.type", "shipping_cost.amount_subtotal", "shipping_cost.amount_tax",
    "shipping_cost.taxes", "transfer_data.amount",
  ],
  .invoiceLineItem: ["pricing.type"],
  .invoiceItem: ["pricing.type"],
  .setupIntent: ["last_setup_error.doc_url", "payment_method_configuration_details.parent"],
  .subscriptionSchedule: [
    "billing_mode.flexible", "billing_mode.updated_at", "default_settings.automatic_tax.disabled_reason",
    "default_settings.automatic_tax.liability.type",
  ],
  .checkoutSession: [
    "adaptive_pricing", "automatic_tax.liability.type", "automatic_tax.provider", "branding_settings",
    "consent_collection", "custom_text", "name_collection", "optional_items",
    "payment_method_configuration_details.parent", "permissions", "phone_number_collection", "redirect_on_completion",
    "saved_payment_method_options", "shipping_address_collection", "shipping_cost.amount_subtotal",
    "shipping_cost.amount_tax", "tax_id_collection", "wallet_options",
  ],
  .event: ["data.object"],
  .paymentIntent: [
    "amount_details.error", "amount_details.shipping.from_postal_code", "amount_details.shipping.to_postal_code",
    "last_payment_error.doc_url", "last_payment_error.network_decline_code",
    "payment_method_configuration_details.parent",
  ],
  .charge: [
    "authorization_code", "billing_details.tax_id", "outcome.network_advice_code",
    "payment_method_details.card.amount_authorized", "payment_method_details.card.authorization_code",
    "payment_method_details.card.electronic_commerce_indicator", "payment_method_details.card.extended_authorization",
    "payment_method_details.card.incremental_authorization", "payment_method_details.card.installments",
    "payment_method_details.card.multicapture", "payment_method_details.card.network_token",
    "payment_method_details.card.network_transaction_id", "payment_method_details.card.overcapture",
    "payment_method_details.card.regulated_status", "payment_method_details.card.setup_credential_usage",
    "payment_method_details.card.stored_credential_usage",
    "payment_method_details.card.three_d_secure.authentication_flow",
    "payment_method_details.card.three_d_secure.electronic_commerce_indicator",
    "payment_method_details.card.three_d_secure.exemption_indicator",
    "payment_method_details.card.three_d_secure.result_reason",
    "payment_method_details.card.three_d_secure.transaction_id", "payment_method_details.card.three_d_secure.version",
    "payment_method_details.card.transaction_link_id", "payment_method_details.card.wallet.dynamic_last4",
    "statement_descriptor", "statement_descriptor_suffix", "transfer_data.amount",
  ],
  .refund: ["destination_details.card.reference_type", "next_action.display_details"],
]
