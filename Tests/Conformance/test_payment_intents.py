"""PaymentIntents: the table of states, capture, cancelation, authentication, settlement."""

from __future__ import annotations

import stripe

from objects import CARDS_ONLY, attach, charge_of, make_customer, pay
from support import ConformanceCase, us_account_only, wire

THREE_D_SECURE = "pm_card_authenticationRequired"


def make_intent(amount: int = 2000, **params: object) -> stripe.PaymentIntent:
    params.setdefault("automatic_payment_methods", CARDS_ONLY)
    return stripe.PaymentIntent.create(amount=amount, currency="usd", **params)


def hold(amount: int = 1000) -> stripe.PaymentIntent:
    return pay(amount=amount, capture_method="manual")


class States(ConformanceCase):
    def test_without_a_payment_method(self) -> None:
        """LIFECYCLES 1, first row; RESOURCES payment_intent; CONTRACT 11, client_secret"""
        intent = make_intent(description="An order", metadata={"order": "1"})
        self.assertShape(intent, {
            "object": "payment_intent", "status": "requires_payment_method", "amount": 2000,
            "currency": "usd", "amount_received": 0, "amount_capturable": 0,
            "latest_charge": None, "payment_method": None, "next_action": None,
            "description": "An order", "metadata": {"order": "1"}, "livemode": False,
            "capture_method": "automatic_async", "confirmation_method": "automatic",
            "last_payment_error": None, "payment_method_types": ["card"],
        })
        self.assertRegex(intent.client_secret, rf"^{intent.id}_secret_.{{25}}$")
        self.assertEvents(intent.id, "payment_intent.created")

    def test_with_a_payment_method(self) -> None:
        """LIFECYCLES 1: create with PM, no confirm"""
        intent = make_intent(payment_method="pm_card_visa")
        self.assertEqual(intent.status, "requires_confirmation")
        self.assertTrue(intent.payment_method.startswith("pm_"))

    def test_update_gives_the_payment_method(self) -> None:
        """LIFECYCLES 1: requires_payment_method, update with PM"""
        intent = make_intent()
        changed = stripe.PaymentIntent.modify(intent.id, payment_method="pm_card_visa", amount=900)
        self.assertShape(changed, {"status": "requires_confirmation", "amount": 900})

    def test_confirm(self) -> None:
        """LIFECYCLES 1: confirm, card OK, capture automatic"""
        intent = stripe.PaymentIntent.confirm(make_intent(payment_method="pm_card_visa").id)
        self.assertShape(intent, {
            "status": "succeeded", "amount_received": 2000, "amount_capturable": 0,
        })
        charge = charge_of(intent)
        self.assertShape(charge, {
            "object": "charge", "amount": 2000, "amount_captured": 2000, "amount_refunded": 0,
            "captured": True, "paid": True, "refunded": False, "disputed": False,
            "status": "succeeded", "payment_intent": intent.id,
            "payment_method": intent.payment_method,
            "outcome": {"network_status": "approved_by_network", "type": "authorized"},
            "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
        })
        self.assertEvents(intent.id, "payment_intent.created", "payment_intent.succeeded")
        self.assertEvents(charge.id, "charge.succeeded")

    def test_payment_method_given_at_confirm(self) -> None:
        """LIFECYCLES 1: requires_payment_method, PM given in the call"""
        intent = stripe.PaymentIntent.confirm(make_intent().id, payment_method="pm_card_visa")
        self.assertEqual(intent.status, "succeeded")

    def test_allowed_payment_method_types(self) -> None:
        """CONTRACT 12, endive: the request param is renamed, the response keeps the old name"""
        new = stripe.PaymentIntent.create(
            amount=500, currency="usd", allowed_payment_method_types=["card"]
        )
        old = stripe.PaymentIntent.create(
            amount=500, currency="usd", payment_method_types=["card"],
            stripe_version="2026-06-24.dahlia",
        )
        self.assertEqual(new.payment_method_types, ["card"])
        self.assertEqual(old.payment_method_types, ["card"])

    def test_nothing_more_after_success(self) -> None:
        """LIFECYCLES 1: succeeded allows metadata and description only"""
        intent = pay()
        changed = stripe.PaymentIntent.modify(intent.id, metadata={"late": "yes"})
        self.assertShape(changed, {"status": "succeeded", "metadata": {"late": "yes"}})
        code = "payment_intent_unexpected_state"
        with self.refused(stripe.InvalidRequestError, 400, code=code):
            stripe.PaymentIntent.confirm(intent.id)
        with self.refused(stripe.InvalidRequestError, 400, code=code):
            stripe.PaymentIntent.capture(intent.id)

    def test_metadata_is_copied_to_the_charge(self) -> None:
        """CONTRACT 10, metadata"""
        self.assertEqual(charge_of(pay(metadata={"order": "7"})).metadata["order"], "7")

    def test_list_by_customer(self) -> None:
        """RESOURCES payment_intent, list filters"""
        customer = make_customer()
        first = make_intent(customer=customer.id)
        second = make_intent(customer=customer.id)
        make_intent()
        listed = stripe.PaymentIntent.list(customer=customer.id)
        self.assertEqual([i.id for i in listed.data], [second.id, first.id])


class Capture(ConformanceCase):
    def test_hold(self) -> None:
        """LIFECYCLES 1: capture_method=manual"""
        intent = hold()
        self.assertShape(intent, {
            "status": "requires_capture", "amount_capturable": 1000, "amount_received": 0,
            "capture_method": "manual",
        })
        charge = charge_of(intent)
        self.assertShape(charge, {
            "captured": False, "amount_captured": 0, "paid": True, "status": "succeeded",
            "balance_transaction": None,
        })
        self.assertEvents(intent.id, "payment_intent.amount_capturable_updated")
        event = self.event("charge.succeeded", charge.id)
        self.assertIs(event.data.object.captured, False)

    def test_capture_all(self) -> None:
        """LIFECYCLES 1, requires_capture; recorded/payment_intent_manual_capture_sequence"""
        intent = stripe.PaymentIntent.capture(hold().id)
        self.assertShape(intent, {
            "status": "succeeded", "amount_capturable": 0, "amount_received": 1000,
        })
        charge = charge_of(intent)
        self.assertShape(charge, {"captured": True, "amount_captured": 1000, "refunded": False})
        event = self.event("charge.captured", charge.id)
        self.assertShape(event.data.previous_attributes, {
            "amount_captured": 0, "captured": False,
        })
        self.assertEvents(intent.id, "payment_intent.succeeded")

    def test_capture_a_part(self) -> None:
        """LIFECYCLES 1: partial capture, the rest is released"""
        intent = stripe.PaymentIntent.capture(hold().id, amount_to_capture=600)
        self.assertShape(intent, {
            "status": "succeeded", "amount": 1000, "amount_received": 600, "amount_capturable": 0,
        })
        self.assertShape(charge_of(intent), {
            "amount": 1000, "amount_captured": 600, "amount_refunded": 400,
        })

    def test_capture_too_much(self) -> None:
        """LIFECYCLES 1: capture ≤ amount_capturable"""
        intent = hold()
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.PaymentIntent.capture(intent.id, amount_to_capture=1001)
        self.assertEqual(stripe.PaymentIntent.retrieve(intent.id).status, "requires_capture")


class Cancelation(ConformanceCase):
    def test_from_every_state_that_allows_it(self) -> None:
        """LIFECYCLES 1: cancel; cancellation_reason null unless passed"""
        begun = {
            "requires_payment_method": make_intent(),
            "requires_confirmation": make_intent(payment_method="pm_card_visa"),
            "requires_action": pay(card=THREE_D_SECURE),
            "requires_capture": hold(),
        }
        for status, intent in begun.items():
            with self.subTest(status=status):
                self.assertEqual(intent.status, status)
                canceled = stripe.PaymentIntent.cancel(intent.id)
                self.assertShape(canceled, {
                    "status": "canceled", "cancellation_reason": None, "amount_capturable": 0,
                })
                self.assertIsNotNone(canceled.canceled_at)
                self.assertEvents(intent.id, "payment_intent.canceled")

    def test_with_a_reason(self) -> None:
        """LIFECYCLES 1: cancellation_reason as passed"""
        canceled = stripe.PaymentIntent.cancel(
            make_intent().id, cancellation_reason="requested_by_customer"
        )
        self.assertEqual(canceled.cancellation_reason, "requested_by_customer")

    def test_a_hold_is_released(self) -> None:
        """LIFECYCLES 1: for requires_capture the charge shows refunded=true"""
        canceled = stripe.PaymentIntent.cancel(hold().id)
        self.assertShape(charge_of(canceled), {"refunded": True, "captured": False})

    def test_too_late(self) -> None:
        """CONTRACT 8: cancel a PaymentIntent, exact message; the error carries the intent"""
        intent = pay()
        with self.refused(
            stripe.InvalidRequestError, 400, code="payment_intent_unexpected_state",
            message="You cannot cancel this PaymentIntent because it has a status of succeeded."
            " Only a PaymentIntent with one of the following statuses may be canceled:"
            " requires_payment_method, requires_capture, requires_confirmation, requires_action,"
            " processing.",
        ) as refusal:
            stripe.PaymentIntent.cancel(intent.id)
        self.assertEqual(refusal.error["payment_intent"]["id"], intent.id)


class Authentication(ConformanceCase):
    def test_three_d_secure(self) -> None:
        """LIFECYCLES 1: 3DS needed; CONTRACT 13, authenticationRequired"""
        intent = pay(card=THREE_D_SECURE)
        self.assertShape(intent, {"status": "requires_action", "latest_charge": None})
        self.assertIn(intent.next_action.type, ("use_stripe_sdk", "redirect_to_url"))
        self.assertEvents(intent.id, "payment_intent.requires_action")

    def test_with_a_page_to_return_to(self) -> None:
        """LIFECYCLES 1: next_action set"""
        intent = stripe.PaymentIntent.create(
            amount=2000, currency="usd", payment_method=THREE_D_SECURE, confirm=True,
            return_url="https://example.com/back", allowed_payment_method_types=["card"],
        )
        self.assertShape(intent.next_action, {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": "https://example.com/back"},
        })

    def test_off_session(self) -> None:
        """LIFECYCLES 1, off_session; CONTRACT 8: authentication_required, with a charge"""
        customer = make_customer()
        method = attach(customer, THREE_D_SECURE)
        with self.refused(
            stripe.CardError, 402, code="authentication_required",
            message="Your card was declined. This transaction requires authentication.",
        ) as refusal:
            pay(card=method.id, customer=customer.id, off_session=True)
        self.assertEqual(refusal.error["decline_code"], "authentication_required")
        self.assertShape(refusal.error["payment_intent"], {"status": "requires_payment_method"})
        self.assertEqual(stripe.Charge.retrieve(refusal.error["charge"]).status, "failed")

    def test_error_on_requires_action(self) -> None:
        """CONTRACT 8: error_on_requires_action"""
        with self.refused(stripe.CardError, 402, code="authentication_required") as refusal:
            pay(card=THREE_D_SECURE, error_on_requires_action=True)
        self.assertEqual(refusal.error["decline_code"], "authentication_not_handled")

    def test_a_card_set_up_for_off_session(self) -> None:
        """CONTRACT 13, authenticationRequiredSetupForOffSession: off-session passes"""
        customer = make_customer()
        method = attach(customer, "pm_card_authenticationRequiredSetupForOffSession")
        intent = pay(card=method.id, customer=customer.id, off_session=True)
        self.assertEqual(intent.status, "succeeded")


class Settlement(ConformanceCase):
    def test_automatic_async_settles_later(self) -> None:
        """LIFECYCLES 1: automatic_async: balance_transaction null first, then charge.updated"""
        intent = pay(expand=["latest_charge"])
        self.assertIsNone(intent.latest_charge.balance_transaction)
        charge_id = intent.latest_charge.id
        settled = self.eventually(
            "the charge's balance transaction",
            lambda: stripe.Charge.retrieve(charge_id).balance_transaction,
        )
        self.assertTrue(settled.startswith("txn_"))
        self.assertEvents(charge_id, "charge.updated")

    def test_automatic_settles_at_once(self) -> None:
        """LIFECYCLES 1: with automatic it is set at once"""
        charge = charge_of(pay(capture_method="automatic"))
        self.assertIsNotNone(charge.balance_transaction)

    @us_account_only
    def test_fee(self) -> None:
        """LIFECYCLES 5: fee = round half up (amount × 2.9 % + 30), recorded pairs"""
        for amount, fee in ((950, 58), (1000, 59), (1900, 85), (2250, 95), (22500, 683)):
            with self.subTest(amount=amount):
                charge = charge_of(pay(amount=amount, capture_method="automatic"))
                moved = stripe.BalanceTransaction.retrieve(charge.balance_transaction)
                self.assertShape(wire(moved), {
                    "object": "balance_transaction", "amount": amount, "fee": fee,
                    "net": amount - fee, "type": "charge", "reporting_category": "charge",
                    "currency": "usd", "source": charge.id, "status": "pending",
                    "balance_type": "payments", "exchange_rate": None,
                })
                self.assertShape(moved.fee_details[0], {
                    "amount": fee, "type": "stripe_fee", "description": "Stripe processing fees",
                })
                self.assertEqual(moved.available_on % 86400, 0)

    @us_account_only
    def test_bypass_pending(self) -> None:
        """CONTRACT 13 and LIFECYCLES 5, bypassPending: funds available at once"""
        charge = charge_of(pay(card="pm_card_bypassPending", capture_method="automatic"))
        moved = stripe.BalanceTransaction.retrieve(charge.balance_transaction)
        self.assertEqual(moved.status, "available")
