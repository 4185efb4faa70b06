"""Stripe-Version: the members that moved, each at its place."""

from __future__ import annotations

from typing import Any

import stripe

from objects import make_payer, make_price, subscribe
from support import ConformanceCase, headers_of, wire

OLD, BASIL, CLOVER = "2024-06-20", "2025-03-31.basil", "2025-09-30.clover"


class Versions(ConformanceCase):
    world: dict[str, Any] = {}

    def setUp(self) -> None:
        super().setUp()
        if not Versions.world:
            Versions.world = self.make_world()
        self.ids: dict[str, str] = Versions.world

    def make_world(self) -> dict[str, str]:
        coupon = stripe.Coupon.create(percent_off=20, duration="forever")
        price = make_price(2500)
        made = subscribe(
            make_payer(), price, discounts=[{"coupon": coupon.id}], metadata={"team": "a"}
        )
        payment = stripe.InvoicePayment.list(invoice=made.latest_invoice).data[0]
        intent = stripe.PaymentIntent.retrieve(payment.payment.payment_intent)
        return {
            "subscription": made.id, "item": made["items"].data[0].id, "price": price.id,
            "invoice": made.latest_invoice, "intent": intent.id, "charge": intent.latest_charge,
            "coupon": coupon.id, "discount": made.discounts[0],
        }

    def invoice(self, version: str = "", **options: Any) -> dict[str, Any]:
        if version:
            options["stripe_version"] = version
        return wire(stripe.Invoice.retrieve(self.ids["invoice"], **options))

    def test_the_default(self) -> None:
        """CONTRACT 1: SDK 16.1.0 pins 2026-10-28.endive; the effective version is echoed"""
        answer = stripe.Subscription.retrieve(self.ids["subscription"])
        self.assertEqual(headers_of(answer)["stripe-version"], "2026-10-28.endive")
        old = stripe.Subscription.retrieve(self.ids["subscription"], stripe_version=OLD)
        self.assertEqual(headers_of(old)["stripe-version"], OLD)

    def test_an_invoice_of_old(self) -> None:
        """CONTRACT 12: invoice.subscription, payment_intent, charge, paid, discount, tax …"""
        self.assertShape(self.invoice(OLD), {
            "subscription": self.ids["subscription"], "payment_intent": self.ids["intent"],
            "charge": self.ids["charge"], "paid": True, "paid_out_of_band": False, "quote": None,
            "tax": None, "total_tax_amounts": [], "application_fee_amount": None,
            "transfer_data": None, "subscription_details": {"metadata": {"team": "a"}},
            "status": "paid",
        })

    def test_an_invoice_from_basil_on(self) -> None:
        """CONTRACT 12: gone at basil; parent in their place"""
        for version in (BASIL, CLOVER, ""):
            with self.subTest(version=version or "default"):
                invoice = self.invoice(version)
                self.assertAbsent(
                    invoice, "subscription", "payment_intent", "charge", "paid", "quote",
                    "paid_out_of_band", "discount", "tax", "total_tax_amounts",
                    "application_fee_amount", "transfer_data", "subscription_details",
                )
                self.assertShape(invoice, {
                    "parent": {
                        "type": "subscription_details",
                        "subscription_details": {
                            "subscription": self.ids["subscription"], "metadata": {"team": "a"},
                        },
                    },
                    "total_taxes": [],
                })

    def test_a_line_of_old(self) -> None:
        """CONTRACT 12: line.type, price, plan, proration, subscription_item …"""
        line = self.invoice(OLD)["lines"]["data"][0]
        self.assertShape(line, {
            "type": "subscription", "proration": False, "tax_amounts": [], "tax_rates": [],
            "subscription": self.ids["subscription"], "subscription_item": self.ids["item"],
            "price": {"id": self.ids["price"], "object": "price", "unit_amount": 2500},
            "plan": {"id": self.ids["price"], "object": "plan", "amount": 2500},
        })

    def test_a_line_from_basil_on(self) -> None:
        """CONTRACT 12: line.parent, pricing, taxes"""
        line = self.invoice(BASIL)["lines"]["data"][0]
        self.assertAbsent(
            line, "type", "price", "plan", "proration", "subscription_item", "tax_amounts"
        )
        self.assertShape(line, {
            "taxes": [], "pricing": {"price_details": {"price": self.ids["price"]}},
            "parent": {"subscription_item_details": {"subscription_item": self.ids["item"]}},
        })

    def test_periods_of_a_subscription(self) -> None:
        """CONTRACT 12: current_period_start/end moved to the items"""
        id = self.ids["subscription"]
        new = wire(stripe.Subscription.retrieve(id))
        old = wire(stripe.Subscription.retrieve(id, stripe_version=OLD))
        item = new["items"]["data"][0]
        self.assertShape(old, {
            "current_period_start": item["current_period_start"],
            "current_period_end": item["current_period_end"],
        })
        self.assertAbsent(new, "current_period_start", "current_period_end", "discount")

    def test_discounts(self) -> None:
        """CONTRACT 12: discount, discounts[], coupon and source.coupon"""
        id = self.ids["subscription"]
        shapes = {
            OLD: {"coupon": {"id": self.ids["coupon"], "object": "coupon"}},
            BASIL: {"coupon": {"id": self.ids["coupon"], "object": "coupon"}},
            CLOVER: {"source": {"type": "coupon", "coupon": self.ids["coupon"]}},
        }
        for version, shape in shapes.items():
            with self.subTest(version=version):
                full = stripe.Subscription.retrieve(
                    id, expand=["discounts"], stripe_version=version
                )
                self.assertShape(wire(full)["discounts"][0], shape)
        old = wire(stripe.Subscription.retrieve(id, stripe_version=OLD))
        self.assertShape(old["discount"], {"id": self.ids["discount"], **shapes[OLD]})
        clover = stripe.Subscription.retrieve(id, expand=["discounts"], stripe_version=CLOVER)
        self.assertAbsent(wire(clover)["discounts"][0], "coupon")

    def test_payments_know_their_invoice_no_more(self) -> None:
        """CONTRACT 12: charge.invoice, payment_intent.invoice"""
        for resource, id in (
            (stripe.Charge, self.ids["charge"]), (stripe.PaymentIntent, self.ids["intent"])
        ):
            with self.subTest(resource=resource.OBJECT_NAME):
                old = wire(resource.retrieve(id, stripe_version=OLD))
                self.assertEqual(old["invoice"], self.ids["invoice"])
                self.assertAbsent(wire(resource.retrieve(id)), "invoice")

    def test_expansion_in_an_old_version(self) -> None:
        """CONTRACT 4 and 12: an old version's members expand"""
        invoice = self.invoice(OLD, expand=["subscription", "payment_intent.latest_charge"])
        self.assertShape(invoice, {
            "subscription": {"object": "subscription"},
            "payment_intent": {"latest_charge": {"id": self.ids["charge"]}},
        })

    def test_a_coupon_parameter_of_old(self) -> None:
        """CONTRACT 12: subscription create `coupon` until basil, then discounts"""
        old = subscribe(
            make_payer(), make_price(2500), coupon=self.ids["coupon"], stripe_version=OLD
        )
        invoice = stripe.Invoice.retrieve(old.latest_invoice)
        self.assertEqual(invoice.total, 2000)
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_unknown", param="coupon"
        ):
            subscribe(make_payer(), make_price(), coupon=self.ids["coupon"])

    def test_billing_mode(self) -> None:
        """CONTRACT 12: classic before clover, flexible from it on, by the request's version"""
        for version, mode in ((BASIL, "classic"), (CLOVER, "flexible")):
            with self.subTest(version=version):
                made = subscribe(make_payer(), make_price(), stripe_version=version)
                again = stripe.Subscription.retrieve(made.id)
                self.assertEqual(again.billing_mode.type, mode)

    def test_a_customers_discount_of_old(self) -> None:
        """CONTRACT 12: customer create `coupon`; RESOURCES: the customer keeps `discount`"""
        customer = stripe.Customer.create(coupon=self.ids["coupon"], stripe_version=OLD)
        self.assertShape(wire(customer)["discount"], {"coupon": {"id": self.ids["coupon"]}})
        new = stripe.Customer.retrieve(customer.id)
        self.assertShape(new.discount, {"source": {"coupon": self.ids["coupon"]}})
        stripe.Customer.delete_discount(customer.id)
        self.assertIsNone(stripe.Customer.retrieve(customer.id).discount)

    def test_a_list_in_an_old_version(self) -> None:
        """CONTRACT 12 over CONTRACT 5: every object of a list"""
        listed = stripe.Invoice.list(subscription=self.ids["subscription"], stripe_version=OLD)
        self.assertShape(wire(listed)["data"][0], {
            "paid": True, "subscription": self.ids["subscription"],
        })
