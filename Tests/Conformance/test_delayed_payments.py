"""Payments that take their time: direct debits from bank accounts with test numbers."""

from __future__ import annotations

from typing import Any

import stripe

from objects import charge_of, make_customer
from support import ConformanceCase, TARGET, sandbox_only

REASON = "elsewhere a debit needs a mandate, and an account that may take debits"


class DelayedPayments(ConformanceCase):
    payer: str

    @classmethod
    def setUpClass(cls) -> None:
        # At once: later the path of customers is struck by the faults of a theme beside this one.
        if TARGET.is_sandbox:
            TARGET.use()
            cls.payer = make_customer().id

    def debit(self, method: str, kind: str, currency: str) -> stripe.PaymentIntent:
        return stripe.PaymentIntent.create(
            amount=900, currency=currency, customer=self.payer, payment_method=method,
            allowed_payment_method_types=[kind], confirm=True,
        )

    def sepa(self, iban: str) -> stripe.PaymentMethod:
        return stripe.PaymentMethod.create(
            type="sepa_debit", sepa_debit={"iban": iban},
            billing_details={"name": "Ada", "email": "ada@example.com"},
        )

    def settled(self, intent: stripe.PaymentIntent, status: str) -> stripe.PaymentIntent:
        def read() -> Any:
            current = stripe.PaymentIntent.retrieve(intent.id)
            return current if current.status != "processing" else None

        done = self.eventually(f"{intent.id} settles", read)
        self.assertEqual(done.status, status)
        return done

    @sandbox_only(REASON)
    def test_ach_succeeds(self) -> None:
        """LIFECYCLES 1, delayed method; CONTRACT 13, pm_usBankAccount_success; 5, type payment"""
        intent = self.debit("pm_usBankAccount_success", "us_bank_account", "usd")
        self.assertEqual(intent.status, "processing")
        charge = charge_of(intent)
        self.assertTrue(charge.id.startswith("py_"))
        self.assertShape(charge, {
            "status": "pending", "payment_method_details": {"type": "us_bank_account"},
        })
        self.assertEvents(intent.id, "payment_intent.processing")
        self.assertEvents(charge.id, "charge.pending")
        self.settled(intent, "succeeded")
        self.assertEvents(charge.id, "charge.succeeded")
        paid = stripe.Charge.retrieve(charge.id, expand=["balance_transaction"])
        self.assertShape(paid.balance_transaction, {
            "type": "payment", "reporting_category": "charge", "amount": 900,
        })

    @sandbox_only(REASON)
    def test_sepa_succeeds(self) -> None:
        """CONTRACT 13: SEPA AT321904300235473204 → processing then succeeded"""
        intent = self.debit(self.sepa("AT321904300235473204").id, "sepa_debit", "eur")
        self.assertEqual(intent.status, "processing")
        self.settled(intent, "succeeded")

    @sandbox_only(REASON)
    def test_sepa_fails(self) -> None:
        """LIFECYCLES 1, processing fails; CONTRACT 13: AT861904300235473202 fails"""
        intent = self.debit(self.sepa("AT861904300235473202").id, "sepa_debit", "eur")
        self.assertEqual(intent.status, "processing")
        failed = self.settled(intent, "requires_payment_method")
        self.assertIsNotNone(failed.last_payment_error)
        self.assertEvents(intent.id, "payment_intent.payment_failed")
        self.assertEvents(intent.latest_charge, "charge.failed")
