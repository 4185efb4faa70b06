"""The balance, its transactions, payouts."""

from __future__ import annotations

import stripe

from objects import charge_of, pay
from support import ConformanceCase, now, us_account_only


class Balance(ConformanceCase):
    def test_balance(self) -> None:
        """RESOURCES balance: one entry per currency, no id, no created"""
        balance = stripe.Balance.retrieve()
        self.assertEqual(balance.object, "balance")
        self.assertAbsent(balance, "id", "created")
        for entry in [*balance.available, *balance.pending]:
            self.assertIsInstance(entry.amount, int)
            self.assertEqual(len(entry.currency), 3)

    @us_account_only
    def test_a_charge_is_pending_first(self) -> None:
        """LIFECYCLES 5: pending → available; RESOURCES balance"""

        def moves_by_its_net() -> bool:
            before = pending_usd()
            charge = charge_of(pay(5000, capture_method="automatic"))
            moved = stripe.BalanceTransaction.retrieve(charge.balance_transaction)
            self.assertGreater(moved.available_on, now())
            return pending_usd() == before + moved.net

        # Once is enough: the account may move for other reasons meanwhile.
        self.eventually("the pending balance grows by a charge's net", moves_by_its_net)

    def test_transactions_by_source_and_type(self) -> None:
        """RESOURCES balance_transaction, list filters"""
        charge = charge_of(pay(5000, capture_method="automatic"))
        refund = stripe.Refund.create(charge=charge.id, amount=100)
        by_source = stripe.BalanceTransaction.list(source=charge.id)
        self.assertEqual([t.id for t in by_source.data], [charge.balance_transaction])
        newest = stripe.BalanceTransaction.list(type="refund", source=refund.id).data[0]
        self.assertEqual(newest.id, refund.balance_transaction)
        of_another_type = stripe.BalanceTransaction.list(type="charge", source=refund.id)
        self.assertEqual(of_another_type.data, [])
        full = stripe.BalanceTransaction.retrieve(newest.id, expand=["source"])
        self.assertShape(full.source, {"id": refund.id, "object": "refund"})
        self.assertAbsent(newest, "livemode")


class Payouts(ConformanceCase):
    def test_more_than_there_is(self) -> None:
        """CONTRACT 8, payout above the balance: balance_insufficient"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="balance_insufficient",
            message="You have insufficient funds in your Stripe account for this transfer. Your"
            " card balance is too low.  You can use the /v1/balance endpoint to view your Stripe"
            " balance (for more details, see stripe.com/docs/api#balance).",
        ):
            stripe.Payout.create(amount=99_999_999, currency="usd")

    @us_account_only
    def test_made_and_canceled(self) -> None:
        """LIFECYCLES 5, payout: pending, trace_id, a negative balance transaction; canceled"""
        pay(5000, card="pm_card_bypassPending", capture_method="automatic")
        payout = stripe.Payout.create(amount=1000, currency="usd", metadata={"a": "b"})
        self.assertShape(payout, {
            "object": "payout", "amount": 1000, "currency": "usd", "status": "pending",
            "automatic": False, "method": "standard", "reconciliation_status": "not_applicable",
            "trace_id": {"status": "pending", "value": None}, "metadata": {"a": "b"},
        })
        self.assertEqual(payout.arrival_date % 86400, 0)
        moved = stripe.BalanceTransaction.retrieve(payout.balance_transaction)
        self.assertShape(moved, {"type": "payout", "amount": -1000, "source": payout.id})
        self.assertEvents(payout.id, "payout.created")
        canceled = stripe.Payout.cancel(payout.id)
        self.assertEqual(canceled.status, "canceled")
        self.assertEvents(payout.id, "payout.canceled")
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.Payout.cancel(payout.id)


def pending_usd() -> int:
    return sum(e.amount for e in stripe.Balance.retrieve().pending if e.currency == "usd")
