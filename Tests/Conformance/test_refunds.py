"""Refunds: whole and partial, what they leave behind, refusals, late failures."""

from __future__ import annotations

import stripe

from objects import charge_of, pay
from support import ConformanceCase, sandbox_only, us_account_only


def paid_charge(amount: int = 1000, card: str = "pm_card_visa") -> stripe.Charge:
    return charge_of(pay(amount=amount, card=card, capture_method="automatic"))


class Refunds(ConformanceCase):
    def test_whole(self) -> None:
        """LIFECYCLES 3; RESOURCES refund"""
        charge = paid_charge()
        refund = stripe.Refund.create(charge=charge.id, metadata={"why": "test"})
        self.assertShape(refund, {
            "object": "refund", "amount": 1000, "status": "succeeded", "charge": charge.id,
            "payment_intent": charge.payment_intent, "currency": "usd", "reason": None,
            "metadata": {"why": "test"},
        })
        self.assertAbsent(refund, "livemode")
        after = stripe.Charge.retrieve(charge.id)
        self.assertShape(after, {
            "refunded": True, "amount_refunded": 1000, "status": "succeeded", "paid": True,
        })
        self.assertEvents(refund.id, "refund.created")
        event = self.event("charge.refunded", charge.id)
        self.assertShape(event.data.previous_attributes, {
            "amount_refunded": 0, "refunded": False,
        })

    @us_account_only
    def test_its_balance_transaction(self) -> None:
        """LIFECYCLES 3: type refund, amount negative, fee 0, fee_details []"""
        charge = charge_of(pay(1000, description="Order 7", capture_method="automatic"))
        refund = stripe.Refund.create(charge=charge.id, amount=400)
        moved = stripe.BalanceTransaction.retrieve(refund.balance_transaction)
        self.assertShape(moved, {
            "type": "refund", "reporting_category": "refund", "amount": -400, "fee": 0,
            "fee_details": [], "net": -400, "source": refund.id,
            "description": "REFUND FOR CHARGE (Order 7)",
        })

    def test_parts(self) -> None:
        """LIFECYCLES 3: any number of partial ones; CONTRACT 8, refunds"""
        charge = paid_charge()
        first = stripe.Refund.create(charge=charge.id, amount=300)
        second = stripe.Refund.create(payment_intent=charge.payment_intent, amount=200)
        after = stripe.Charge.retrieve(charge.id, expand=["refunds"])
        self.assertShape(after, {"refunded": False, "amount_refunded": 500})
        self.assertEqual([r.id for r in after.refunds.data], [second.id, first.id])
        with self.refused(
            stripe.InvalidRequestError, 400, code=None, param="amount",
            message="Refund amount ($6.00) is greater than unrefunded amount on charge ($5.00)",
        ):
            stripe.Refund.create(charge=charge.id, amount=600)
        rest = stripe.Refund.create(charge=charge.id)
        self.assertEqual(rest.amount, 500)
        self.assertIs(stripe.Charge.retrieve(charge.id).refunded, True)

    def test_more_than_the_charge(self) -> None:
        """CONTRACT 8, refunds: over the charge"""
        with self.refused(
            stripe.InvalidRequestError, 400, code=None, param="amount",
            message="Refund amount ($11.00) is greater than charge amount ($10.00)",
        ):
            stripe.Refund.create(charge=paid_charge().id, amount=1100)

    def test_twice(self) -> None:
        """CONTRACT 8, refunds: charge_already_refunded, no param"""
        charge = paid_charge()
        stripe.Refund.create(charge=charge.id)
        with self.refused(
            stripe.InvalidRequestError, 400, code="charge_already_refunded", param=None,
            message=f"Charge {charge.id} has already been refunded.",
        ):
            stripe.Refund.create(charge=charge.id)

    def test_below_one(self) -> None:
        """CONTRACT 8: below the minimum (recorded for refund amount −1)"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_invalid_integer", param="amount",
            message="This value must be greater than or equal to 1.",
        ):
            stripe.Refund.create(charge=paid_charge().id, amount=-1)

    def test_of_an_uncaptured_charge(self) -> None:
        """CONTRACT 8, refunds: uncaptured charge of a PaymentIntent"""
        intent = pay(capture_method="manual")
        with self.refused(stripe.InvalidRequestError, 400) as refusal:
            stripe.Refund.create(charge=intent.latest_charge)
        self.assertTrue(refusal.error["message"].startswith(
            f"This uncaptured Charge was created by a PaymentIntent ({intent.id}). You must cancel"
            " the PaymentIntent to reverse the authorization instead of refunding the Charge"
            " directly."
        ), refusal.error["message"])

    def test_only_metadata_changes(self) -> None:
        """RESOURCES refund, update params; CONTRACT 8, unknown param"""
        refund = stripe.Refund.create(charge=paid_charge().id)
        changed = stripe.Refund.modify(refund.id, metadata={"a": "b"})
        self.assertEqual(changed.metadata["a"], "b")
        self.assertEvents(refund.id, "refund.updated", "charge.refund.updated")
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_unknown", param="reason"
        ):
            stripe.Refund.modify(refund.id, reason="duplicate")

    def test_lists(self) -> None:
        """RESOURCES refund, list filters"""
        charge = paid_charge()
        refund = stripe.Refund.create(charge=charge.id, reason="requested_by_customer")
        by_charge = stripe.Refund.list(charge=charge.id)
        by_intent = stripe.Refund.list(payment_intent=charge.payment_intent)
        self.assertEqual([r.id for r in by_charge.data], [refund.id])
        self.assertEqual([r.id for r in by_intent.data], [refund.id])
        self.assertEqual(by_charge.data[0].reason, "requested_by_customer")

    @sandbox_only("elsewhere the card's bank takes its time")
    def test_a_refund_that_fails_later(self) -> None:
        """LIFECYCLES 3 and CONTRACT 13, refundFail: succeeded, later failed"""
        charge = paid_charge(card="pm_card_refundFail")
        refund = stripe.Refund.create(charge=charge.id)
        self.assertEqual(refund.status, "succeeded")
        event = self.event("refund.failed", refund.id)
        self.assertEqual(event.data.object.status, "failed")
        failed = stripe.Refund.retrieve(refund.id)
        self.assertEqual(failed.status, "failed")
        self.assertIsNotNone(failed.failure_reason)
        back = stripe.BalanceTransaction.retrieve(failed.failure_balance_transaction)
        self.assertShape(back, {"type": "refund_failure", "amount": 1000})
        self.assertShape(stripe.Charge.retrieve(charge.id), {
            "amount_refunded": 0, "refunded": False,
        })
        self.assertEvents(refund.id, "refund.updated", "charge.refund.updated")

    @sandbox_only("elsewhere the card's bank takes its time")
    def test_a_refund_that_is_pending_first(self) -> None:
        """CONTRACT 13, pendingRefund: pending, later succeeded"""
        refund = stripe.Refund.create(charge=paid_charge(card="pm_card_pendingRefund").id)
        self.assertEqual(refund.status, "pending")
        self.eventually(
            "the refund succeeds",
            lambda: stripe.Refund.retrieve(refund.id).status == "succeeded",
        )
