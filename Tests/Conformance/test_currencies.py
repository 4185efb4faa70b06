"""Currencies without decimals, with three, and the smallest amounts."""

from __future__ import annotations

import stripe

from objects import make_payer, make_price, pay, subscribe
from support import ConformanceCase, wire


class Currencies(ConformanceCase):
    def test_no_decimals(self) -> None:
        """CONTRACT 10, zero-decimal: the amount is in yen"""
        intent = pay(500, currency="jpy")
        self.assertShape(intent, {"amount": 500, "currency": "jpy", "amount_received": 500})
        refund = stripe.Refund.create(payment_intent=intent.id, amount=200)
        self.assertShape(refund, {"amount": 200, "currency": "jpy"})

    def test_a_subscription_in_yen(self) -> None:
        """CONTRACT 10, zero-decimal"""
        price = make_price(3000, currency="jpy")
        self.assertShape(wire(price), {"unit_amount": 3000, "unit_amount_decimal": "3000"})
        made = subscribe(make_payer(), price, quantity=2)
        self.assertShape(stripe.Invoice.retrieve(made.latest_invoice), {
            "currency": "jpy", "total": 6000, "status": "paid",
        })

    def test_three_decimals(self) -> None:
        """CONTRACT 10: three-decimal, the last digit must be 0"""
        intent = pay(5000, currency="kwd")
        self.assertShape(intent, {"amount": 5000, "currency": "kwd", "status": "succeeded"})
        with self.refused(stripe.InvalidRequestError, 400):
            pay(5001, currency="kwd")

    def test_too_small(self) -> None:
        """CONTRACT 10: minimum about 0.50 USD/EUR, 0.30 GBP, 50 JPY → amount_too_small"""
        for currency, amount in (("usd", 49), ("eur", 49), ("gbp", 29), ("jpy", 49)):
            with self.subTest(currency=currency):
                with self.refused(stripe.InvalidRequestError, 400, code="amount_too_small"):
                    pay(amount, currency=currency)

    def test_too_large(self) -> None:
        """CONTRACT 10: max 8 digits; CONTRACT 8, amount_too_large"""
        with self.refused(stripe.InvalidRequestError, 400, code="amount_too_large"):
            pay(100_000_000)

    def test_lower_case(self) -> None:
        """CONTRACT 10: currency is lower-case ISO 4217"""
        self.assertEqual(pay(1000, currency="EUR").currency, "eur")

    def test_items_share_a_currency(self) -> None:
        """LIFECYCLES 7, limits: items share currency"""
        customer = make_payer()
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.Subscription.create(customer=customer.id, items=[
                {"price": make_price(1000).id}, {"price": make_price(1000, currency="eur").id},
            ])
