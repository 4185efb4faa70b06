"""Expansion: objects in place of ids, members left out by default, depth, refusals."""

from __future__ import annotations

from typing import Any

import stripe

from objects import charge_of, make_customer, make_payer, make_price, pay, subscribe
from support import ConformanceCase


class Expansion(ConformanceCase):
    world: dict[str, Any] = {}

    def setUp(self) -> None:
        super().setUp()
        if not Expansion.world:
            customer, price = make_payer(), make_price()
            made = subscribe(customer, price)
            Expansion.world = {"customer": customer, "price": price, "subscription": made}
        self.subscription = Expansion.world["subscription"]

    def test_an_id_becomes_its_object(self) -> None:
        """CONTRACT 4, first use"""
        plain = stripe.Subscription.retrieve(self.subscription.id)
        self.assertIsInstance(plain.customer, str)
        full = stripe.Subscription.retrieve(plain.id, expand=["customer", "latest_invoice"])
        self.assertShape(full, {
            "customer": {"id": plain.customer, "object": "customer"},
            "latest_invoice": {"id": plain.latest_invoice, "object": "invoice"},
        })

    def test_what_is_left_out(self) -> None:
        """CONTRACT 4, second use: customer.subscriptions, invoice.payments, charge.refunds"""
        customer = stripe.Customer.retrieve(self.subscription.customer, expand=["subscriptions"])
        self.assertEqual([s.id for s in customer.subscriptions.data], [self.subscription.id])
        self.assertEqual(
            customer.subscriptions.url, f"/v1/customers/{customer.id}/subscriptions"
        )
        invoice = stripe.Invoice.retrieve(self.subscription.latest_invoice, expand=["payments"])
        self.assertEqual(invoice.payments.url, "/v1/invoices/payments")
        self.assertNotIn("total_count", invoice.payments)
        self.assertEqual(invoice.payments.data[0].object, "invoice_payment")
        charge = charge_of(pay())
        self.assertAbsent(charge, "refunds")
        full = stripe.Charge.retrieve(charge.id, expand=["refunds"])
        self.assertShape(full.refunds, {
            "object": "list", "data": [], "has_more": False, "total_count": 0,
            "url": f"/v1/charges/{charge.id}/refunds",
        })

    def test_in_depth(self) -> None:
        """CONTRACT 4: dots for nesting, four levels"""
        full = stripe.Subscription.retrieve(
            self.subscription.id,
            expand=["latest_invoice.payments.data.payment", "items.data.price.product"],
        )
        payment = full.latest_invoice.payments.data[0].payment
        self.assertEqual(payment.type, "payment_intent")
        self.assertEqual(full["items"].data[0].price.product.object, "product")

    def test_the_same_path_twice_and_two_that_share_a_start(self) -> None:
        """CONTRACT 4: paths are independent of each other"""
        full = stripe.Subscription.retrieve(
            self.subscription.id,
            expand=["latest_invoice", "latest_invoice.customer", "latest_invoice"],
        )
        self.assertEqual(full.latest_invoice.customer.object, "customer")

    def test_on_a_list(self) -> None:
        """CONTRACT 4: on lists the path starts with data."""
        listed = stripe.Subscription.list(
            customer=self.subscription.customer, expand=["data.customer", "data"]
        )
        self.assertEqual(listed.data[0].customer.object, "customer")

    def test_on_post_and_delete(self) -> None:
        """CONTRACT 4: on GET, POST and DELETE alike"""
        made = subscribe(make_payer(), make_price(), expand=["latest_invoice"])
        self.assertEqual(made.latest_invoice.object, "invoice")
        gone = stripe.Subscription.cancel(made.id, expand=["customer"])
        self.assertEqual(gone.customer.object, "customer")

    def test_a_deleted_target(self) -> None:
        """CONTRACT 4: an expanded, deleted target yields the stub"""
        customer = make_customer()
        intent = stripe.PaymentIntent.create(amount=500, currency="usd", customer=customer.id)
        stripe.Customer.delete(customer.id)
        full = stripe.PaymentIntent.retrieve(intent.id, expand=["customer"])
        self.assertEqual(full.customer.to_dict(), {
            "id": customer.id, "object": "customer", "deleted": True,
        })

    def test_too_deep(self) -> None:
        """CONTRACT 4: property_expansion_max_depth; on lists data counts as a level"""
        path = "data.items.data.price.product"
        with self.refused(
            stripe.InvalidRequestError, 400, code="property_expansion_max_depth",
            message=f"You cannot expand more than 4 levels of a property. Property: {path}",
        ):
            stripe.Subscription.list(expand=[path])

    def test_not_expandable(self) -> None:
        """CONTRACT 4: not expandable or unknown, no code; nested: the whole path"""
        for path in ("foo", "invoice_settings.bogus"):
            with self.subTest(path=path):
                with self.refused(
                    stripe.InvalidRequestError, 400, code=None,
                    message=f"This property cannot be expanded ({path}).",
                ):
                    stripe.Customer.retrieve(self.subscription.customer, expand=[path])

    def test_a_list_path_without_data(self) -> None:
        """CONTRACT 4: the advice to try data.…"""
        with self.refused(
            stripe.InvalidRequestError, 400, code=None,
            message="This property cannot be expanded (product). You may want to try expanding"
            " 'data.product' instead.",
        ):
            stripe.Price.list(expand=["product"])

    def test_an_included_hash_is_no_mistake(self) -> None:
        """CONTRACT 4: address and the like are accepted as no-ops"""
        customer = stripe.Customer.retrieve(self.subscription.customer, expand=["address"])
        self.assertEqual(customer.object, "customer")

    def test_no_array(self) -> None:
        """CONTRACT 4: expand=foo without brackets: "Invalid array", param expand"""
        with self.refused(
            stripe.InvalidRequestError, 400, param="expand", message="Invalid array"
        ):
            stripe.Customer.retrieve(self.subscription.customer, expand="foo")
