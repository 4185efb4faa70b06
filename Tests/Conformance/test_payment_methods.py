"""Payment methods: test tokens and cards that work, attaching, detaching, listing."""

from __future__ import annotations

import stripe

from objects import attach, make_customer, pay
from support import ConformanceCase, sandbox_only

#: CONTRACT 13: pm_card_… → brand, last four digits, funding (None: the table says nothing).
WORKING = {
    "visa": ("visa", "4242", "credit"),
    "visa_debit": ("visa", "5556", "debit"),
    "mastercard": ("mastercard", "4444", None),
    "mastercard_debit": ("mastercard", "8210", "debit"),
    "mastercard_prepaid": ("mastercard", "5100", "prepaid"),
    "amex": ("amex", "0005", None),
    "discover": ("discover", "1117", None),
    "diners": ("diners", "0004", None),
    "jcb": ("jcb", "0505", None),
    "unionpay": ("unionpay", "0005", None),
}

USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer"
    " attachment, shared with a connected account without Customer attachment, or was detached"
    " from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must"
    " attach it to a Customer first."
)


class PaymentMethods(ConformanceCase):
    def test_from_a_token(self) -> None:
        """RESOURCES payment_method; CONTRACT 13, tok_visa"""
        method = stripe.PaymentMethod.create(type="card", card={"token": "tok_visa"})
        self.assertTrue(method.id.startswith("pm_"))
        self.assertShape(method, {
            "object": "payment_method", "type": "card", "customer": None, "livemode": False,
            "card": {"brand": "visa", "last4": "4242", "funding": "credit", "country": "US"},
            "billing_details": {"email": None, "name": None, "phone": None},
        })

    def test_working_cards(self) -> None:
        """CONTRACT 13, rows that succeed"""
        for name, (brand, last4, funding) in WORKING.items():
            with self.subTest(card=name):
                intent = pay(card=f"pm_card_{name}")
                self.assertEqual(intent.status, "succeeded")
                card = stripe.PaymentMethod.retrieve(intent.payment_method).card
                self.assertEqual((card.brand, card.last4), (brand, last4))
                if funding:
                    self.assertEqual(card.funding, funding)

    def test_attaching_a_magic_id_makes_a_new_one(self) -> None:
        """RESOURCES payment_method: pm_card_visa creates a new pm_…"""
        customer = make_customer()
        method = stripe.PaymentMethod.attach("pm_card_visa", customer=customer.id)
        self.assertNotEqual(method.id, "pm_card_visa")
        self.assertEqual(method.customer, customer.id)
        self.assertEvents(method.id, "payment_method.attached")

    def test_attach_twice(self) -> None:
        """CONTRACT 8: attach twice"""
        method = attach(make_customer(), "pm_card_visa")
        with self.refused(
            stripe.InvalidRequestError, 400, code=None,
            message="The payment method you provided has already been attached to a customer.",
        ):
            stripe.PaymentMethod.attach(method.id, customer=make_customer().id)

    def test_detach_is_for_ever(self) -> None:
        """RESOURCES payment_method; WEBHOOKS 7, payment_method.detached; CONTRACT 8"""
        customer = make_customer()
        method = stripe.PaymentMethod.attach("pm_card_visa", customer=customer.id)
        self.assertIsNone(stripe.PaymentMethod.detach(method.id).customer)
        event = self.event("payment_method.detached", method.id)
        self.assertShape(event.data, {
            "object": {"customer": None}, "previous_attributes": {"customer": customer.id},
        })
        with self.refused(stripe.InvalidRequestError, 400, message=USED_UP):
            stripe.PaymentMethod.attach(method.id, customer=customer.id)

    def test_an_unattached_method_pays_once(self) -> None:
        """CONTRACT 8: reuse of a used, unattached PM"""
        used = pay().payment_method
        with self.refused(stripe.InvalidRequestError, 400, code=None, message=USED_UP):
            pay(card=used)

    def test_an_attached_method_pays_often(self) -> None:
        """CONTRACT 8: attach it to a Customer first to use it multiple times"""
        customer = make_customer()
        method = attach(customer, "pm_card_visa")
        for _ in range(2):
            intent = pay(card=method.id, customer=customer.id)
            self.assertEqual(intent.status, "succeeded")

    def test_lists(self) -> None:
        """RESOURCES payment_method, list filters; customer endpoints"""
        customer = make_customer()
        old = stripe.PaymentMethod.attach("pm_card_visa", customer=customer.id)
        new = stripe.PaymentMethod.attach("pm_card_mastercard", customer=customer.id)
        listed = stripe.PaymentMethod.list(customer=customer.id, type="card")
        self.assertEqual([m.id for m in listed.data], [new.id, old.id])
        nested = stripe.Customer.list_payment_methods(customer.id)
        self.assertEqual([m.id for m in nested.data], [new.id, old.id])
        self.assertEqual(nested.url, f"/v1/customers/{customer.id}/payment_methods")
        one = stripe.Customer.retrieve_payment_method(customer.id, old.id)
        self.assertEqual(one.id, old.id)

    def test_update(self) -> None:
        """RESOURCES payment_method, update params; WEBHOOKS 7, payment_method.updated"""
        method = attach(make_customer(), "pm_card_visa")
        changed = stripe.PaymentMethod.modify(
            method.id, billing_details={"name": "Ada"}, metadata={"a": "b"}
        )
        self.assertShape(changed, {"billing_details": {"name": "Ada"}, "metadata": {"a": "b"}})
        self.assertEvents(method.id, "payment_method.updated")

    def test_default_for_invoices(self) -> None:
        """RESOURCES customer: invoice_settings.default_payment_method"""
        customer = make_customer()
        method = attach(customer, "pm_card_visa")
        read = stripe.Customer.retrieve(customer.id)
        self.assertEqual(read.invoice_settings.default_payment_method, method.id)
        event = self.event("customer.updated", customer.id)
        self.assertShape(event.data.previous_attributes, {
            "invoice_settings": {"default_payment_method": None}
        })

    def test_somebody_elses(self) -> None:
        """RESOURCES payment_method: a method belongs to one customer"""
        method = attach(make_customer(), "pm_card_visa")
        other = make_customer()
        with self.assertRaises(stripe.InvalidRequestError):
            pay(card=method.id, customer=other.id)
        with self.assertRaises(stripe.InvalidRequestError):
            stripe.Customer.modify(
                other.id, invoice_settings={"default_payment_method": method.id}
            )

    def test_attaching_a_declining_card(self) -> None:
        """CONTRACT 8: attach of a declining card: param "", neither charge nor payment_intent"""
        with self.refused(
            stripe.CardError, 402, type="card_error", code="card_declined", param="",
            message="Your card was declined.",
        ) as refusal:
            stripe.PaymentMethod.attach("pm_card_chargeDeclined", customer=make_customer().id)
        self.assertShape(refusal.error, {
            "advice_code": "try_again_later", "decline_code": "generic_decline",
            "network_decline_code": "01",
        })
        self.assertNotIn("charge", refusal.error)
        self.assertNotIn("payment_intent", refusal.error)

    def test_cards_that_attach_though_they_fail_later(self) -> None:
        """CONTRACT 13: 4000000000000341 and authenticationRequired attach fine"""
        for card in ("pm_card_chargeCustomerFail", "pm_card_authenticationRequired"):
            with self.subTest(card=card):
                customer = make_customer()
                method = stripe.PaymentMethod.attach(card, customer=customer.id)
                self.assertEqual(method.customer, customer.id)

    @sandbox_only("an account must be allowed to send card numbers")
    def test_card_numbers(self) -> None:
        """CONTRACT 8, incorrect_number; CONTRACT 13, numbers"""
        card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
        method = stripe.PaymentMethod.create(type="card", card=card)
        self.assertShape(method.card, {"last4": "4242", "exp_month": 12, "exp_year": 2034})
        with self.refused(
            stripe.CardError, 402, code="incorrect_number", param="number",
            message="Your card number is incorrect.",
        ):
            stripe.PaymentMethod.create(type="card", card={**card, "number": "4242424242424241"})
