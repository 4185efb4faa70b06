-- model: fct_payments
-- grain: one row per payment intent of a source
-- depends_on: silver.payment_intents, silver.charges, silver.refunds, silver.disputes, silver.balance_transactions
-- description: What became of each payment: attempts, money received, given back and disputed, and what Stripe kept
-- partition: created_at
-- unit: amount_minor = minor units of currency
-- unit: amount_received_minor = minor units of currency
-- unit: captured_minor = minor units of currency, over all its charges
-- unit: refunded_minor = minor units of currency, refunds that were not failed or canceled
-- unit: disputed_minor = minor units of currency, whatever became of the disputes
-- unit: fee_minor = minor units of balance_currency, null where its movements have several currencies
-- unit: net_minor = minor units of balance_currency, null where its movements have several currencies
-- assert_unique: payment_intent_id
-- assert_not_null: source, payment_intent_id, created_at, currency, amount_minor, charge_count, captured_minor
-- reconciles: payment_intents by payment_intent_id: amount_minor, amount_received_minor where not is_placeholder
with
payment_intents as (
  select source, payment_intent_id, created_at, is_livemode, status, customer_id, currency, amount_minor,
    amount_received_minor, latest_charge_id, canceled_at, cancellation_reason
  from silver.payment_intents
  where not is_placeholder
),
charges as (
  select source, charge_id, payment_intent_id, status, amount_captured_minor, failure_code, outcome_type
  from silver.charges
  where payment_intent_id is not null and not is_placeholder
),
refunds as (
  select refunds.source, refunds.refund_id, coalesce(refunds.payment_intent_id, charges.payment_intent_id) as payment_intent_id,
    refunds.amount_minor, refunds.status not in ('failed', 'canceled') as is_effective
  from silver.refunds
  left join charges on charges.source = refunds.source and charges.charge_id = refunds.charge_id
  where not refunds.is_placeholder and not refunds.is_deleted
),
disputes as (
  select disputes.source, disputes.dispute_id,
    coalesce(disputes.payment_intent_id, charges.payment_intent_id) as payment_intent_id, disputes.amount_minor,
    disputes.status = 'lost' as is_lost
  from silver.disputes
  left join charges on charges.source = disputes.source and charges.charge_id = disputes.charge_id
  where not disputes.is_placeholder
),
charge_totals as (
  select source, payment_intent_id, count(*) as charge_count, count(*) filter (status = 'failed') as failed_charge_count,
    count(*) filter (outcome_type = 'blocked') as blocked_charge_count,
    sum(case when status = 'succeeded' then amount_captured_minor else 0 end)::bigint as captured_minor
  from charges
  group by source, payment_intent_id
),
refund_totals as (
  select source, payment_intent_id, count(*) as refund_count,
    sum(case when is_effective then amount_minor else 0 end)::bigint as refunded_minor
  from refunds
  group by source, payment_intent_id
),
dispute_totals as (
  select source, payment_intent_id, count(*) as dispute_count, count(*) filter (is_lost) as lost_dispute_count,
    sum(amount_minor)::bigint as disputed_minor
  from disputes
  group by source, payment_intent_id
),
-- What moved money: a balance transaction names it as its source.
movers as (
  select source, payment_intent_id, charge_id as mover_id from charges
  union all
  select source, payment_intent_id, refund_id from refunds
  union all
  select source, payment_intent_id, dispute_id from disputes
),
movements as (
  select movers.source, movers.payment_intent_id, min(moved.currency) as balance_currency,
    count(distinct moved.currency) as currency_count, sum(moved.fee_minor)::bigint as fee_minor,
    sum(moved.net_minor)::bigint as net_minor
  from silver.balance_transactions as moved
  join movers on movers.source = moved.source and movers.mover_id = moved.source_id
  where not moved.is_placeholder
  group by movers.source, movers.payment_intent_id
),
final as (
  select
    payment_intents.source,
    payment_intents.payment_intent_id,
    payment_intents.created_at,
    payment_intents.is_livemode,
    payment_intents.status,
    payment_intents.customer_id,
    payment_intents.latest_charge_id,
    payment_intents.canceled_at,
    payment_intents.cancellation_reason,
    payment_intents.currency,
    payment_intents.amount_minor,
    payment_intents.amount_received_minor,
    coalesce(charge_totals.charge_count, 0) as charge_count,
    coalesce(charge_totals.failed_charge_count, 0) as failed_charge_count,
    coalesce(charge_totals.blocked_charge_count, 0) as blocked_charge_count,
    coalesce(charge_totals.captured_minor, 0) as captured_minor,
    coalesce(refund_totals.refund_count, 0) as refund_count,
    coalesce(refund_totals.refunded_minor, 0) as refunded_minor,
    coalesce(dispute_totals.dispute_count, 0) as dispute_count,
    coalesce(dispute_totals.lost_dispute_count, 0) as lost_dispute_count,
    coalesce(dispute_totals.disputed_minor, 0) as disputed_minor,
    case when movements.currency_count = 1 then movements.balance_currency end as balance_currency,
    case when movements.currency_count = 1 then movements.fee_minor end as fee_minor,
    case when movements.currency_count = 1 then movements.net_minor end as net_minor
  from payment_intents
  left join charge_totals using (source, payment_intent_id)
  left join refund_totals using (source, payment_intent_id)
  left join dispute_totals using (source, payment_intent_id)
  left join movements using (source, payment_intent_id)
)
select * from final
