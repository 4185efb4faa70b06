"""Customers: create, update, metadata, deletion, list filters."""

from __future__ import annotations

import stripe

from objects import make_customer, make_payer, make_price, subscribe
from support import ConformanceCase, TARGET, now, unique


class Customers(ConformanceCase):
    def test_create_answers_what_was_given(self) -> None:
        """RESOURCES customer, field table; CONTRACT 11 prefixes"""
        address = {"line1": "1 Rue Exemple", "city": "Paris", "country": "FR"}
        customer = make_customer(
            name="Ada Example", email="ada@example.com", description="First", address=address,
            phone="+15550100", metadata={"plan": "gold"}, preferred_locales=["fr"],
        )
        self.assertTrue(customer.id.startswith("cus_"))
        self.assertShape(customer, {
            "object": "customer", "name": "Ada Example", "email": "ada@example.com",
            "description": "First", "phone": "+15550100", "metadata": {"plan": "gold"},
            "address": {**address, "line2": None, "postal_code": None, "state": None},
            "preferred_locales": ["fr"], "livemode": False, "balance": 0, "currency": None,
            "delinquent": False, "discount": None, "tax_exempt": "none", "test_clock": None,
            "invoice_settings": {"default_payment_method": None, "footer": None},
        })
        self.assertAlmostEqual(customer.created, now(), delta=60)
        self.assertRegex(customer.invoice_prefix, r"^[A-Z0-9]+$")

    def test_expand_only_members_are_left_out(self) -> None:
        """RESOURCES customer, "only with expand" """
        self.assertAbsent(make_customer(), "sources", "subscriptions", "tax_ids", "cash_balance")

    def test_client_style_sees_the_same_object(self) -> None:
        """SDK StripeClient, base_addresses; CONTRACT 1"""
        client = TARGET.client()
        made = client.v1.customers.create(params={"name": "By client"})
        read = client.v1.customers.retrieve(made.id)
        changed = client.v1.customers.update(made.id, params={"name": "Again"})
        self.assertEqual((read.name, changed.name), ("By client", "Again"))
        self.assertEqual(stripe.Customer.retrieve(made.id).name, "Again")
        self.assertTrue(client.v1.customers.delete(made.id).deleted)

    def test_metadata_is_merged_and_unset(self) -> None:
        """CONTRACT 3: metadata keys are merged, `k=` deletes one, `metadata=` all"""
        customer = make_customer(metadata={"a": "1", "b": "2"})
        merged = stripe.Customer.modify(customer.id, metadata={"b": "3", "c": "4"})
        self.assertShape(merged.metadata, {"a": "1", "b": "3", "c": "4"})
        less = stripe.Customer.modify(customer.id, metadata={"a": ""})
        self.assertNotIn("a", less.metadata)
        self.assertEqual(less.metadata["b"], "3")
        cleared = stripe.Customer.modify(customer.id, metadata="")
        self.assertEqual(cleared.metadata.to_dict(), {})

    def test_empty_string_unsets(self) -> None:
        """CONTRACT 3: empty string = unset"""
        customer = make_customer(description="to go", phone="+15550100")
        changed = stripe.Customer.modify(customer.id, description="", phone="")
        self.assertShape(changed, {"description": None, "phone": None})

    def test_update_leaves_the_rest(self) -> None:
        """CONTRACT 1: POST creates and updates; CONTRACT 5: created never changes"""
        customer = make_customer(name="Before", description="stays")
        changed = stripe.Customer.modify(customer.id, name="After")
        self.assertShape(changed, {
            "name": "After", "description": "stays", "created": customer.created,
        })

    def test_a_deleted_customer_is_read_as_a_stub(self) -> None:
        """CONTRACT 10, deleted objects; RESOURCES customer"""
        customer = make_customer()
        stub = {"id": customer.id, "object": "customer", "deleted": True}
        self.assertEqual(stripe.Customer.delete(customer.id).to_dict(), stub)
        self.assertEqual(stripe.Customer.retrieve(customer.id).to_dict(), stub)

    def test_deletion_cancels_subscriptions(self) -> None:
        """RESOURCES customer: DELETE cancels the customer's subscriptions at once"""
        customer = make_payer()
        subscription = subscribe(customer, make_price())
        stripe.Customer.delete(customer.id)
        self.assertEqual(stripe.Subscription.retrieve(subscription.id).status, "canceled")

    def test_list_by_email_and_created(self) -> None:
        """RESOURCES customer, list filters; CONTRACT 5, created filter"""
        email = f"{unique('list')}@example.com"
        first = make_customer(email=email)
        make_customer()
        found = stripe.Customer.list(email=email)
        self.assertEqual([c.id for c in found.data], [first.id])
        at = first.created
        self.assertEqual(len(stripe.Customer.list(email=email, created=at).data), 1)
        self.assertEqual(len(stripe.Customer.list(email=email, created={"gt": at}).data), 0)
        self.assertEqual(
            len(stripe.Customer.list(email=email, created={"gte": at, "lte": at}).data), 1
        )

    def test_a_deleted_customer_leaves_the_list(self) -> None:
        """CONTRACT 5: a list holds live objects (deleted ones are read by id only)"""
        email = f"{unique('gone')}@example.com"
        customer = make_customer(email=email)
        stripe.Customer.delete(customer.id)
        self.assertEqual(stripe.Customer.list(email=email).data, [])

    def test_create_with_a_payment_method(self) -> None:
        """RESOURCES customer, create params; payment_method: a magic id makes a new one"""
        customer = make_customer(payment_method="pm_card_visa")
        methods = stripe.Customer.list_payment_methods(customer.id).data
        self.assertEqual([m.card.last4 for m in methods], ["4242"])
        self.assertEqual(methods[0].customer, customer.id)
