"""Test cards that decline, one row of the documents' table each."""

from __future__ import annotations

from typing import NamedTuple, Optional

import stripe

from objects import CARDS_ONLY, attach, charge_of, make_customer, pay
from support import ConformanceCase


class Row(NamedTuple):
    """A line of CONTRACT 8's decline table; None = the member is absent."""

    decline_code: str
    code: str
    param: Optional[str]
    message: str
    advice: str
    network_advice: Optional[str]
    network_decline: str


DECLINED = "Your card was declined."
GENERIC = Row("generic_decline", "card_declined", None, DECLINED, "try_again_later", None, "01")
ROWS = {
    "pm_card_chargeDeclined": GENERIC,
    "pm_card_visa_chargeDeclined": GENERIC,
    "pm_card_visa_chargeDeclinedInsufficientFunds": Row(
        "insufficient_funds", "card_declined", None, "Your card has insufficient funds.",
        "try_again_later", "02", "51",
    ),
    "pm_card_visa_chargeDeclinedLostCard": Row(
        "lost_card", "card_declined", None, DECLINED, "do_not_try_again", "01", "41",
    ),
    "pm_card_visa_chargeDeclinedStolenCard": Row(
        "stolen_card", "card_declined", None, DECLINED, "do_not_try_again", "01", "43",
    ),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": Row(
        "card_velocity_exceeded", "card_declined", None,
        "Your card was declined for making repeated attempts too frequently or exceeding its"
        " amount limit.", "try_again_later", "02", "61",
    ),
    "pm_card_chargeDeclinedExpiredCard": Row(
        "expired_card", "expired_card", "exp_month", "Your card has expired.",
        "confirm_card_data", "03", "54",
    ),
    "pm_card_chargeDeclinedIncorrectCvc": Row(
        "incorrect_cvc", "incorrect_cvc", "cvc", "Your card's security code is incorrect.",
        "confirm_card_data", "03", "N7",
    ),
    "pm_card_chargeDeclinedProcessingError": Row(
        "processing_error", "processing_error", None,
        "An error occurred while processing your card. Try again in a little bit.",
        "try_again_later", None, "06",
    ),
}


class Rows(ConformanceCase):
    def test_every_row(self) -> None:
        """CONTRACT 8, decline table (recorded/errors.json)"""
        for card, row in ROWS.items():
            with self.subTest(card=card):
                self.check_row(card, row)

    def check_row(self, card: str, row: Row) -> None:
        intent = stripe.PaymentIntent.create(
            amount=2000, currency="usd", payment_method=card, automatic_payment_methods=CARDS_ONLY
        )
        with self.refused(
            stripe.CardError, 402, type="card_error", code=row.code, param=row.param,
            message=row.message,
        ) as refusal:
            stripe.PaymentIntent.confirm(intent.id)
        error = refusal.error
        said = {
            name: error.get(name)
            for name in (
                "decline_code", "advice_code", "network_advice_code", "network_decline_code"
            )
        }
        self.assertEqual(said, {
            "decline_code": row.decline_code, "advice_code": row.advice,
            "network_advice_code": row.network_advice, "network_decline_code": row.network_decline,
        })
        slug = row.code.replace("_", "-")
        self.assertEqual(error["doc_url"], f"https://stripe.com/docs/error-codes/{slug}")
        self.assertShape(error["payment_intent"], {
            "id": intent.id, "status": "requires_payment_method", "latest_charge": error["charge"],
            "last_payment_error": {"code": row.code, "decline_code": row.decline_code},
        })
        self.assertEqual(error["payment_method"]["object"], "payment_method")

    def test_the_failed_charge_stays(self) -> None:
        """CONTRACT 8: the failed charge exists; LIFECYCLES 2, failed charge"""
        with self.refused(stripe.CardError, 402) as refusal:
            pay(card="pm_card_visa_chargeDeclinedInsufficientFunds")
        charge = stripe.Charge.retrieve(refusal.error["charge"])
        self.assertShape(charge, {
            "status": "failed", "paid": False, "captured": False, "balance_transaction": None,
            "failure_code": "card_declined", "failure_message": "Your card has insufficient funds.",
            "outcome": {
                "network_status": "declined_by_network", "type": "issuer_declined",
                "reason": "insufficient_funds",
            },
        })
        self.assertEvents(charge.id, "charge.failed")
        self.assertEvents(charge.payment_intent, "payment_intent.payment_failed")

    def test_every_attempt_makes_a_charge(self) -> None:
        """LIFECYCLES 1: every attempt makes a new charge, failed ones stay"""
        with self.refused(stripe.CardError, 402) as refusal:
            pay(card="pm_card_chargeDeclined")
        intent = refusal.error["payment_intent"]["id"]
        stripe.PaymentIntent.confirm(intent, payment_method="pm_card_visa")
        charges = stripe.Charge.list(payment_intent=intent).data
        self.assertEqual([c.status for c in charges], ["succeeded", "failed"])

    def test_customer_fail_declines_every_charge(self) -> None:
        """CONTRACT 13, 4000000000000341"""
        customer = make_customer()
        method = attach(customer, "pm_card_chargeCustomerFail")
        for _ in range(2):
            with self.refused(stripe.CardError, 402, code="card_declined") as refusal:
                pay(card=method.id, customer=customer.id)
            self.assertEqual(refusal.error["decline_code"], "generic_decline")

    def test_radar_block(self) -> None:
        """CONTRACT 8 and 13, radarBlock: card_declined / fraudulent, outcome blocked"""
        with self.refused(stripe.CardError, 402, code="card_declined") as refusal:
            pay(card="pm_card_radarBlock")
        self.assertEqual(refusal.error["decline_code"], "fraudulent")
        charge = stripe.Charge.retrieve(refusal.error["charge"])
        self.assertShape(charge.outcome, {
            "type": "blocked", "network_status": "not_sent_to_network", "risk_level": "highest",
        })

    def test_elevated_risk_succeeds(self) -> None:
        """CONTRACT 13, riskLevelElevated"""
        charge = charge_of(pay(card="pm_card_riskLevelElevated"))
        self.assertShape(charge, {"status": "succeeded", "outcome": {"risk_level": "elevated"}})

    def test_failing_checks_do_not_decline(self) -> None:
        """CONTRACT 13, avsZipFail: the payment succeeds, the check shows fail"""
        method = stripe.PaymentMethod.create(
            type="card", card={"token": "tok_avsZipFail"},
            billing_details={"address": {"postal_code": "94107"}},
        )
        charge = charge_of(pay(card=method.id))
        self.assertShape(charge, {
            "status": "succeeded",
            "payment_method_details": {"card": {"checks": {"address_postal_code_check": "fail"}}},
        })
