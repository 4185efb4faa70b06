"""SetupIntents: the same states without money."""

from __future__ import annotations

import stripe

from objects import CARDS_ONLY, make_customer
from support import ConformanceCase


def make_setup(**params: object) -> stripe.SetupIntent:
    params.setdefault("automatic_payment_methods", CARDS_ONLY)
    return stripe.SetupIntent.create(**params)


class SetupIntents(ConformanceCase):
    def test_create(self) -> None:
        """RESOURCES setup_intent; LIFECYCLES 1, SetupIntent"""
        setup = make_setup(metadata={"a": "b"})
        self.assertShape(setup, {
            "object": "setup_intent", "status": "requires_payment_method", "usage": "off_session",
            "payment_method": None, "latest_attempt": None, "metadata": {"a": "b"},
        })
        self.assertRegex(setup.client_secret, rf"^{setup.id}_secret_")
        self.assertEvents(setup.id, "setup_intent.created")

    def test_success_attaches(self) -> None:
        """LIFECYCLES 1: success attaches the PM to the customer"""
        customer = make_customer()
        setup = make_setup(customer=customer.id, payment_method="pm_card_visa")
        self.assertEqual(setup.status, "requires_confirmation")
        done = stripe.SetupIntent.confirm(setup.id)
        self.assertEqual(done.status, "succeeded")
        method = stripe.PaymentMethod.retrieve(done.payment_method)
        self.assertEqual(method.customer, customer.id)
        self.assertEvents(setup.id, "setup_intent.succeeded")
        self.assertEvents(method.id, "payment_method.attached")

    def test_three_d_secure(self) -> None:
        """LIFECYCLES 1: requires_action; CONTRACT 13, authenticationRequired"""
        setup = make_setup(payment_method="pm_card_authenticationRequired", confirm=True)
        self.assertEqual(setup.status, "requires_action")
        self.assertIsNotNone(setup.next_action)
        self.assertEvents(setup.id, "setup_intent.requires_action")

    def test_decline(self) -> None:
        """CONTRACT 8, errors carry setup_intent; RESOURCES setup_intent, events"""
        setup = make_setup(payment_method="pm_card_chargeDeclined")
        with self.refused(
            stripe.CardError, 402, code="card_declined", message="Your card was declined.",
        ) as refusal:
            stripe.SetupIntent.confirm(setup.id)
        self.assertShape(refusal.error["setup_intent"], {
            "id": setup.id, "status": "requires_payment_method",
            "last_setup_error": {"code": "card_declined", "decline_code": "generic_decline"},
        })
        self.assertEvents(setup.id, "setup_intent.setup_failed")

    def test_cancel_twice(self) -> None:
        """CONTRACT 8: setup_intent_unexpected_state, the second cancel's message"""
        setup = make_setup()
        self.assertEqual(stripe.SetupIntent.cancel(setup.id).status, "canceled")
        self.assertEvents(setup.id, "setup_intent.canceled")
        with self.refused(
            stripe.InvalidRequestError, 400, code="setup_intent_unexpected_state",
            message="You cannot cancel this SetupIntent because it it already canceled.",
        ) as refusal:
            stripe.SetupIntent.cancel(setup.id)
        self.assertEqual(refusal.error["setup_intent"]["id"], setup.id)

    def test_cancel_after_success(self) -> None:
        """CONTRACT 8: setup_intent_unexpected_state"""
        setup = make_setup(payment_method="pm_card_visa", confirm=True)
        with self.refused(
            stripe.InvalidRequestError, 400, code="setup_intent_unexpected_state"
        ):
            stripe.SetupIntent.cancel(setup.id)

    def test_list_by_customer(self) -> None:
        """RESOURCES setup_intent, list filters"""
        customer = make_customer()
        setup = make_setup(customer=customer.id)
        make_setup()
        listed = stripe.SetupIntent.list(customer=customer.id)
        self.assertEqual([s.id for s in listed.data], [setup.id])
