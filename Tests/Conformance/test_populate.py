"""A company is populated and read back, the way a data set is made with the official SDK."""

from __future__ import annotations

import stripe

from objects import make_customer
from support import ConformanceCase, TARGET, unique

CUSTOMERS = 12
PLANS = {"Starter": 900, "Team": 2900, "Business": 9900}


class Populate(ConformanceCase):
    """Customers, products with metadata, prices, a card from a token, subscriptions."""

    def setUp(self) -> None:
        super().setUp()
        self.batch = unique("batch")

    def make_prices(self) -> list[stripe.Price]:
        prices = []
        for name, amount in PLANS.items():
            product = stripe.Product.create(
                name=name, metadata={"batch": self.batch, "tier": name.lower()}
            )
            prices.append(stripe.Price.create(
                product=product.id, unit_amount=amount, currency="usd",
                recurring={"interval": "month"}, metadata={"batch": self.batch},
                idempotency_key=f"{self.batch}-{name}",
            ))
        return prices

    def make_subscriber(self, number: int, price: stripe.Price) -> stripe.Subscription:
        customer = make_customer(
            name=f"Customer {number}", email=f"{self.batch}@example.com",
            metadata={"batch": self.batch, "number": str(number)},
        )
        method = stripe.PaymentMethod.create(type="card", card={"token": "tok_visa"})
        stripe.PaymentMethod.attach(method.id, customer=customer.id)
        stripe.Customer.modify(
            customer.id, invoice_settings={"default_payment_method": method.id}
        )
        return stripe.Subscription.create(
            customer=customer.id, items=[{"price": price.id, "quantity": number % 3 + 1}],
            metadata={"batch": self.batch},
        )

    def test_populate_and_read_back(self) -> None:
        """LIFECYCLES 7, RESOURCES, CONTRACT 5 and 10: what was written is what is listed"""
        prices = self.make_prices()
        made = [
            self.make_subscriber(number, prices[number % len(prices)])
            for number in range(CUSTOMERS)
        ]
        self.assertEqual({s.status for s in made}, {"active"})
        self.check_customers(made)
        self.check_prices(prices)
        self.check_money(made)

    def check_customers(self, made: list[stripe.Subscription]) -> None:
        client = TARGET.client()
        pages = client.v1.customers.list(
            params={"email": f"{self.batch}@example.com", "limit": 5}
        )
        listed = list(pages.auto_paging_iter())
        self.assertEqual([c.id for c in listed], [s.customer for s in reversed(made)])
        for number, customer in enumerate(reversed(listed)):
            self.assertShape(customer, {
                "name": f"Customer {number}", "currency": "usd", "balance": 0,
                "metadata": {"batch": self.batch, "number": str(number)},
            })
            methods = stripe.PaymentMethod.list(customer=customer.id, type="card").data
            self.assertEqual(
                [m.id for m in methods], [customer.invoice_settings.default_payment_method]
            )

    def check_prices(self, prices: list[stripe.Price]) -> None:
        for price, (name, amount) in zip(prices, PLANS.items()):
            read = stripe.Price.retrieve(price.id, expand=["product"])
            self.assertShape(read, {
                "unit_amount": amount, "metadata": {"batch": self.batch},
                "product": {
                    "name": name, "metadata": {"batch": self.batch, "tier": name.lower()},
                },
            })
            subscribers = stripe.Subscription.list(price=price.id, limit=2).auto_paging_iter()
            self.assertEqual(len(list(subscribers)), CUSTOMERS // len(PLANS))

    def check_money(self, made: list[stripe.Subscription]) -> None:
        """Every invoice is paid by one charge of the same amount."""
        for number, subscription in enumerate(made):
            amount = list(PLANS.values())[number % len(PLANS)] * (number % 3 + 1)
            self.assertShape(subscription.metadata, {"batch": self.batch})
            invoice = stripe.Invoice.retrieve(subscription.latest_invoice)
            self.assertShape(invoice, {
                "status": "paid", "amount_paid": amount, "amount_remaining": 0, "currency": "usd",
            })
            charges = stripe.Charge.list(customer=subscription.customer).data
            self.assertEqual([(c.amount, c.status) for c in charges], [(amount, "succeeded")])
            moved = stripe.BalanceTransaction.list(source=charges[0].id).data
            self.assertEqual([t.type for t in moved], ["charge"])
