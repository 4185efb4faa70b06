-- model: fct_invoices
-- grain: one row per invoice of a source, deleted drafts included
-- depends_on: silver.invoices, silver.invoice_line_items, silver.credit_notes
-- description: What was billed to whom, what was paid of it, and what was credited
-- partition: created_at
-- unit: subtotal_minor = minor units of currency
-- unit: total_minor = minor units of currency
-- unit: amount_due_minor = minor units of currency
-- unit: amount_paid_minor = minor units of currency
-- unit: amount_remaining_minor = minor units of currency
-- unit: line_amount_minor = minor units of currency, before discounts and exclusive tax
-- unit: credited_minor = minor units of currency, credit notes that were not voided
-- assert_unique: invoice_id
-- assert_not_null: source, invoice_id, created_at, currency, total_minor, line_count, line_amount_minor
-- reconciles: invoices by invoice_id: total_minor, amount_paid_minor, amount_remaining_minor where not is_placeholder
with
invoices as (
  select source, invoice_id, created_at, is_livemode, number, status, billing_reason, collection_method, customer_id,
    subscription_id, currency, subtotal_minor, total_minor, amount_due_minor, amount_paid_minor,
    amount_remaining_minor, attempt_count, due_at, period_start_at, period_end_at, status_transitions_finalized_at,
    status_transitions_paid_at, status_transitions_voided_at, status_transitions_marked_uncollectible_at, is_deleted
  from silver.invoices
  where not is_placeholder
),
line_totals as (
  select source, invoice_id, count(*) as line_count, sum(amount_minor)::bigint as line_amount_minor,
    count(*) filter (is_proration) as proration_line_count
  from silver.invoice_line_items
  where not is_deleted and not is_placeholder
  group by source, invoice_id
),
credit_totals as (
  select source, invoice_id, count(*) as credit_note_count, sum(total_minor)::bigint as credited_minor
  from silver.credit_notes
  where status <> 'void' and not is_placeholder
  group by source, invoice_id
),
final as (
  select
    invoices.source,
    invoices.invoice_id,
    invoices.created_at,
    invoices.is_livemode,
    invoices.number,
    invoices.status,
    invoices.billing_reason,
    invoices.collection_method,
    invoices.customer_id,
    invoices.subscription_id,
    invoices.due_at,
    invoices.period_start_at,
    invoices.period_end_at,
    invoices.status_transitions_finalized_at as finalized_at,
    invoices.status_transitions_paid_at as paid_at,
    invoices.status_transitions_voided_at as voided_at,
    invoices.status_transitions_marked_uncollectible_at as marked_uncollectible_at,
    invoices.is_deleted,
    invoices.currency,
    invoices.subtotal_minor,
    invoices.total_minor,
    invoices.amount_due_minor,
    invoices.amount_paid_minor,
    invoices.amount_remaining_minor,
    invoices.attempt_count,
    coalesce(line_totals.line_count, 0) as line_count,
    coalesce(line_totals.line_amount_minor, 0) as line_amount_minor,
    coalesce(line_totals.proration_line_count, 0) as proration_line_count,
    coalesce(credit_totals.credit_note_count, 0) as credit_note_count,
    coalesce(credit_totals.credited_minor, 0) as credited_minor
  from invoices
  left join line_totals using (source, invoice_id)
  left join credit_totals using (source, invoice_id)
)
select * from final
