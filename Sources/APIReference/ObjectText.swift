/// The objects' fields as text, one object per file in `Objects/`; ``ShapeParser`` says how to read it.
enum ObjectText {
  /// Every text, by Stripe's word for the object.
  static let all: KeyValuePairs<String, String> = [
    "account": account,
    "balance": balance,
    "balance_transaction": balanceTransaction,
    "charge": charge,
    "coupon": coupon,
    "customer": customer,
    "customer_balance_transaction": customerBalanceTransaction,
    "discount": discount,
    "dispute": dispute,
    "event": event,
    "invoice": invoice,
    "invoice_payment": invoicePayment,
    "invoiceitem": invoiceItem,
    "line_item": lineItem,
    "payment_intent": paymentIntent,
    "payment_method": paymentMethod,
    "payout": payout,
    "plan": plan,
    "price": price,
    "product": product,
    "refund": refund,
    "setup_intent": setupIntent,
    "subscription": subscription,
    "subscription_item": subscriptionItem,
    "test_helpers.test_clock": testClock,
    "webhook_endpoint": webhookEndpoint,
  ]
}
