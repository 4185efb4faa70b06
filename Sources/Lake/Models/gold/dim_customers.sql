-- model: dim_customers
-- grain: one row per customer of a source, deleted ones included
-- depends_on: silver.customers, silver.subscriptions, gold.fct_payments, gold.fct_invoices
-- description: Who pays: what is known of each customer, and when and how often there was business
-- unit: balance_minor = minor units of currency; negative is credit of the customer
-- assert_unique: customer_id
-- assert_not_null: source, customer_id, is_deleted, payment_count, invoice_count, subscription_count
-- reconciles: customers by customer_id
with
customers as (
  select source, customer_id, created_at, is_livemode, name, email, phone, address_country, currency, balance_minor,
    is_delinquent, tax_exempt, is_deleted, deleted_at, is_placeholder
  from silver.customers
),
payments as (
  select source, customer_id, count(*) filter (status = 'succeeded') as payment_count,
    min(created_at) filter (status = 'succeeded') as first_payment_at,
    max(created_at) filter (status = 'succeeded') as last_payment_at, sum(dispute_count)::bigint as dispute_count
  from gold.fct_payments
  group by source, customer_id
),
invoices as (
  select source, customer_id, count(*) as invoice_count, min(paid_at) as first_invoice_paid_at
  from gold.fct_invoices
  where not is_deleted
  group by source, customer_id
),
subscriptions as (
  select source, customer_id, count(*) as subscription_count,
    count(*) filter (status in ('active', 'past_due', 'trialing')) as active_subscription_count
  from silver.subscriptions
  where not is_placeholder
  group by source, customer_id
),
final as (
  select
    customers.source,
    customers.customer_id,
    customers.created_at,
    customers.is_livemode,
    customers.name,
    customers.email,
    customers.phone,
    customers.address_country as country,
    customers.currency,
    customers.balance_minor,
    customers.is_delinquent,
    customers.tax_exempt,
    customers.is_deleted,
    customers.deleted_at,
    customers.is_placeholder,
    coalesce(payments.payment_count, 0) as payment_count,
    payments.first_payment_at,
    payments.last_payment_at,
    coalesce(payments.dispute_count, 0) as dispute_count,
    coalesce(invoices.invoice_count, 0) as invoice_count,
    invoices.first_invoice_paid_at,
    coalesce(subscriptions.subscription_count, 0) as subscription_count,
    coalesce(subscriptions.active_subscription_count, 0) as active_subscription_count
  from customers
  left join payments using (source, customer_id)
  left join invoices using (source, customer_id)
  left join subscriptions using (source, customer_id)
)
select * from final
