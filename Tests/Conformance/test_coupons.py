"""Coupons and the discounts they become."""

from __future__ import annotations

import stripe

from objects import draft_invoice, make_customer, make_payer, make_price, subscribe
from support import ConformanceCase, now, unique


class Coupons(ConformanceCase):
    def test_percent(self) -> None:
        """RESOURCES coupon, field table"""
        coupon = stripe.Coupon.create(percent_off=25, duration="once", name="Quarter")
        self.assertShape(coupon, {
            "object": "coupon", "percent_off": 25.0, "amount_off": None, "currency": None,
            "duration": "once", "duration_in_months": None, "name": "Quarter", "valid": True,
            "times_redeemed": 0, "max_redemptions": None, "redeem_by": None, "livemode": False,
        })
        self.assertEvents(coupon.id, "coupon.created")

    def test_amount(self) -> None:
        """RESOURCES coupon: amount_off with currency"""
        coupon = stripe.Coupon.create(
            amount_off=500, currency="usd", duration="repeating", duration_in_months=3
        )
        self.assertShape(coupon, {
            "amount_off": 500, "currency": "usd", "percent_off": None, "duration_in_months": 3,
        })

    def test_exactly_one_kind(self) -> None:
        """RESOURCES coupon: exactly one of percent_off and amount_off(+currency)"""
        for params in (
            {}, {"percent_off": 10, "amount_off": 5, "currency": "usd"}, {"amount_off": 5}
        ):
            with self.subTest(params=params):
                with self.refused(stripe.InvalidRequestError, 400):
                    stripe.Coupon.create(duration="once", **params)

    def test_the_caller_may_choose_the_id(self) -> None:
        """RESOURCES coupon; CONTRACT 8, resource_already_exists"""
        chosen = unique("SAVE")
        coupon = stripe.Coupon.create(id=chosen, percent_off=10, duration="forever")
        self.assertEqual(coupon.id, chosen)
        with self.refused(stripe.InvalidRequestError, 400, code="resource_already_exists"):
            stripe.Coupon.create(id=chosen, percent_off=10, duration="forever")

    def test_update_and_delete(self) -> None:
        """RESOURCES coupon, update params; CONTRACT 8 and 10, deleted ids"""
        coupon = stripe.Coupon.create(percent_off=10, duration="once")
        changed = stripe.Coupon.modify(coupon.id, name="New", metadata={"a": "b"})
        self.assertShape(changed, {"name": "New", "metadata": {"a": "b"}})
        gone = stripe.Coupon.delete(coupon.id)
        self.assertShape(gone, {"id": coupon.id, "object": "coupon", "deleted": True})
        with self.refused(
            stripe.InvalidRequestError, 404, code="resource_missing",
            message=f"No such coupon: '{coupon.id}'",
        ):
            stripe.Coupon.retrieve(coupon.id)

    def test_redeem_by(self) -> None:
        """LIFECYCLES 9: valid turns false by max_redemptions"""
        coupon = stripe.Coupon.create(
            percent_off=10, duration="once", max_redemptions=1, redeem_by=now() + 86400
        )
        subscribe(make_payer(), make_price(), discounts=[{"coupon": coupon.id}])
        used = stripe.Coupon.retrieve(coupon.id)
        self.assertShape(used, {"times_redeemed": 1, "valid": False})
        with self.refused(stripe.InvalidRequestError, 400):
            subscribe(make_payer(), make_price(), discounts=[{"coupon": coupon.id}])


class Discounts(ConformanceCase):
    def test_on_a_subscription(self) -> None:
        """RESOURCES discount; CONTRACT 12: discounts, source.coupon; LIFECYCLES 9"""
        coupon = stripe.Coupon.create(percent_off=50, duration="forever")
        made = subscribe(
            make_payer(), make_price(2500), discounts=[{"coupon": coupon.id}],
            expand=["discounts"],
        )
        discount = made.discounts[0]
        self.assertShape(discount, {
            "object": "discount", "subscription": made.id, "customer": made.customer,
            "end": None, "promotion_code": None,
            "source": {"type": "coupon", "coupon": coupon.id},
        })
        self.assertAbsent(discount, "coupon")
        invoice = stripe.Invoice.retrieve(made.latest_invoice)
        self.assertShape(invoice, {"subtotal": 2500, "total": 1250, "amount_paid": 1250})
        amounts = invoice.total_discount_amounts
        self.assertEqual([a.amount for a in amounts], [1250])
        self.assertEvents(discount.id, "customer.discount.created")

    def test_removed(self) -> None:
        """RESOURCES subscription, delete_discount; LIFECYCLES 9"""
        coupon = stripe.Coupon.create(percent_off=50, duration="forever")
        made = subscribe(make_payer(), make_price(), discounts=[{"coupon": coupon.id}])
        stripe.Subscription.delete_discount(made.id)
        self.assertEqual(stripe.Subscription.retrieve(made.id).discounts, [])
        self.assertEvents(made.discounts[0], "customer.discount.deleted")

    def test_replaced_by_an_update(self) -> None:
        """RESOURCES subscription, update param discounts; LIFECYCLES 9"""
        first = stripe.Coupon.create(percent_off=50, duration="forever")
        second = stripe.Coupon.create(percent_off=10, duration="forever")
        made = subscribe(make_payer(), make_price(), discounts=[{"coupon": first.id}])
        changed = stripe.Subscription.modify(
            made.id, discounts=[{"coupon": second.id}], expand=["discounts"]
        )
        self.assertEqual([d.source.coupon for d in changed.discounts], [second.id])
        self.assertEvents(made.discounts[0], "customer.discount.deleted")
        self.assertEqual(stripe.Subscription.modify(made.id, discounts="").discounts, [])

    def test_for_some_products_only(self) -> None:
        """RESOURCES coupon: applies_to.products"""
        cheap, dear = make_price(1000), make_price(3000)
        coupon = stripe.Coupon.create(
            percent_off=50, duration="forever", applies_to={"products": [dear.product]}
        )
        self.assertAbsent(coupon, "applies_to")
        made = stripe.Subscription.create(
            customer=make_payer().id, items=[{"price": cheap.id}, {"price": dear.id}],
            discounts=[{"coupon": coupon.id}],
        )
        self.assertEqual(stripe.Invoice.retrieve(made.latest_invoice).total, 2500)

    def test_an_amount_off_never_goes_below_zero(self) -> None:
        """LIFECYCLES 6: amount_due is never < 0"""
        coupon = stripe.Coupon.create(amount_off=9000, currency="usd", duration="once")
        made = subscribe(make_payer(), make_price(2500), discounts=[{"coupon": coupon.id}])
        invoice = stripe.Invoice.retrieve(made.latest_invoice)
        self.assertShape(invoice, {"total": 0, "amount_due": 0, "status": "paid"})

    def test_on_an_invoice_item(self) -> None:
        """recorded/invoice_with_coupon: subtotal is after the line's discount"""
        coupon = stripe.Coupon.create(percent_off=50, duration="forever")
        customer = make_payer()
        invoice = stripe.Invoice.create(customer=customer.id)
        item = stripe.InvoiceItem.create(
            customer=customer.id, invoice=invoice.id, amount=1900, currency="usd",
            discounts=[{"coupon": coupon.id}],
        )
        paid = stripe.Invoice.pay(invoice.id)
        self.assertShape(paid, {
            "subtotal": 950, "total": 950, "amount_due": 950, "discounts": [], "status": "paid",
        })
        self.assertShape(paid.lines.data[0], {"amount": 1900, "discounts": item.discounts})
        self.assertEqual(
            [(a.amount, a.discount) for a in paid.lines.data[0].discount_amounts],
            [(950, item.discounts[0])],
        )
        full = stripe.Invoice.retrieve(
            paid.id, expand=["total_discount_amounts.discount.source.coupon"]
        )
        self.assertShape(full.total_discount_amounts[0].discount, {
            "invoice_item": item.id,
            "source": {"type": "coupon", "coupon": {"id": coupon.id, "percent_off": 50.0}},
        })

    def test_on_an_invoice(self) -> None:
        """LIFECYCLES 6, totals: total = subtotal − discounts"""
        coupon = stripe.Coupon.create(percent_off=10, duration="once")
        invoice = draft_invoice(make_customer(), 1000, 555)
        discounted = stripe.Invoice.modify(invoice.id, discounts=[{"coupon": coupon.id}])
        taken = sum(a.amount for a in discounted.total_discount_amounts)
        self.assertEqual(discounted.subtotal, 1555)
        self.assertEqual(discounted.total, 1555 - taken)
        self.assertIn(taken, (155, 156))
