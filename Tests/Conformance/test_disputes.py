"""Disputes: chargebacks and inquiries, decided by the evidence's magic words."""

from __future__ import annotations

from typing import Optional

import stripe

from objects import charge_of, pay
from support import ConformanceCase, us_account_only


class Disputes(ConformanceCase):
    def disputed(self, card: str = "pm_card_createDispute") -> stripe.Dispute:
        """A payment of 10.00 with its dispute, which may take a moment to be there."""
        charge = charge_of(pay(1000, card=card, capture_method="automatic"))

        def found() -> Optional[stripe.Dispute]:
            return next(iter(stripe.Dispute.list(charge=charge.id).data), None)

        return self.eventually(f"a dispute of {charge.id}", found)

    def decided(self, dispute: stripe.Dispute, status: str) -> stripe.Dispute:
        def read() -> Optional[stripe.Dispute]:
            current = stripe.Dispute.retrieve(dispute.id)
            return current if current.status == status else None

        return self.eventually(f"{dispute.id} becomes {status}", read)

    def test_chargeback(self) -> None:
        """LIFECYCLES 4, created (chargeback); RESOURCES dispute; CONTRACT 13, createDispute"""
        dispute = self.disputed()
        self.assertRegex(dispute.id, r"^d[up]_")
        self.assertShape(dispute, {
            "object": "dispute", "status": "needs_response", "reason": "fraudulent",
            "amount": 1000, "currency": "usd", "is_charge_refundable": False, "livemode": False,
            "evidence_details": {
                "has_evidence": False, "past_due": False, "submission_count": 0,
            },
        })
        self.assertEqual(dispute.evidence_details.due_by % 86400, 86399)
        charge = stripe.Charge.retrieve(dispute.charge)
        self.assertShape(charge, {
            "disputed": True, "status": "succeeded", "amount_refunded": 0,
        })
        self.assertEvents(
            dispute.id, "charge.dispute.created", "charge.dispute.funds_withdrawn"
        )

    @us_account_only
    def test_what_a_chargeback_costs(self) -> None:
        """LIFECYCLES 4: balance transaction #1 (recorded/disputes_with_balance_transactions)"""
        dispute = self.disputed()
        self.assertEqual(len(dispute.balance_transactions), 1)
        self.assertShape(dispute.balance_transactions[0], {
            "object": "balance_transaction", "type": "adjustment",
            "reporting_category": "dispute", "amount": -1000, "fee": 1500, "net": -2500,
            "description": f"Chargeback withdrawal for {dispute.charge}", "source": dispute.id,
        })
        self.assertShape(dispute.balance_transactions[0].fee_details[0], {
            "amount": 1500, "type": "stripe_fee", "description": "Dispute fee",
        })

    def test_no_refund_meanwhile(self) -> None:
        """CONTRACT 8, refunds: charge_disputed"""
        dispute = self.disputed()
        with self.refused(
            stripe.InvalidRequestError, 400, code="charge_disputed",
            message=f"Charge {dispute.charge} has been charged back; cannot issue a refund.",
        ):
            stripe.Refund.create(charge=dispute.charge)

    def test_winning_evidence(self) -> None:
        """LIFECYCLES 4, won: under_review, then won; the fee stays"""
        dispute = self.disputed()
        answered = stripe.Dispute.modify(
            dispute.id, evidence={"uncategorized_text": "winning_evidence"}
        )
        self.assertShape(answered, {
            "status": "under_review",
            "evidence_details": {"has_evidence": True, "submission_count": 1},
        })
        won = self.decided(dispute, "won")
        self.assertIs(won.is_charge_refundable, True)
        self.assertEqual(len(won.balance_transactions), 2)
        self.assertShape(won.balance_transactions[1], {
            "type": "adjustment", "reporting_category": "dispute_reversal", "amount": 1000,
            "fee": 0, "description": f"Chargeback reversal for {dispute.charge}",
        })
        self.assertEvents(
            dispute.id, "charge.dispute.updated", "charge.dispute.closed",
            "charge.dispute.funds_reinstated",
        )

    def test_losing_evidence(self) -> None:
        """LIFECYCLES 4, lost: nothing more moves; a lost dispute is not a refund"""
        dispute = self.disputed()
        stripe.Dispute.modify(dispute.id, evidence={"uncategorized_text": "losing_evidence"})
        lost = self.decided(dispute, "lost")
        self.assertEqual(len(lost.balance_transactions), 1)
        self.assertShape(stripe.Charge.retrieve(dispute.charge), {
            "amount_refunded": 0, "refunded": False, "disputed": True,
        })
        event = self.event("charge.dispute.closed", dispute.id)
        self.assertShape(event.data, {
            "object": {"status": "lost"}, "previous_attributes": {"status": "under_review"},
        })

    def test_close_accepts_the_loss(self) -> None:
        """LIFECYCLES 4: close() → lost at once"""
        dispute = self.disputed()
        self.assertEqual(stripe.Dispute.close(dispute.id).status, "lost")
        event = self.event("charge.dispute.closed", dispute.id)
        self.assertShape(event.data.previous_attributes, {"status": "needs_response"})

    def test_evidence_that_is_kept_back(self) -> None:
        """RESOURCES dispute: submit (default true); LIFECYCLES 4, evidence saved"""
        dispute = self.disputed()
        saved = stripe.Dispute.modify(
            dispute.id, evidence={"customer_name": "Ada"}, submit=False
        )
        self.assertShape(saved, {
            "status": "needs_response", "evidence": {"customer_name": "Ada"},
            "evidence_details": {"has_evidence": True, "submission_count": 0},
        })

    def test_other_reason(self) -> None:
        """CONTRACT 13, createDisputeProductNotReceived"""
        dispute = self.disputed("pm_card_createDisputeProductNotReceived")
        self.assertEqual(dispute.reason, "product_not_received")

    def test_inquiry(self) -> None:
        """LIFECYCLES 4, inquiry: no money moves, refundable; closing it"""
        dispute = self.disputed("pm_card_createDisputeInquiry")
        self.assertShape(dispute, {
            "status": "warning_needs_response", "is_charge_refundable": True,
            "balance_transactions": [],
        })
        self.assertNoEvent("charge.dispute.funds_withdrawn", dispute.id)
        self.assertEqual(stripe.Dispute.close(dispute.id).status, "warning_closed")
        self.assertEvents(dispute.id, "charge.dispute.closed")

    def test_an_inquiry_escalates(self) -> None:
        """CONTRACT 13: escalate_inquiry_evidence makes it a chargeback"""
        dispute = self.disputed("pm_card_createDisputeInquiry")
        stripe.Dispute.modify(
            dispute.id, evidence={"uncategorized_text": "escalate_inquiry_evidence"}
        )
        self.decided(dispute, "needs_response")
        self.assertEvents(dispute.id, "charge.dispute.funds_withdrawn")
