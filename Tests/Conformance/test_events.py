"""Events: what they carry, and /v1/events as a feed of changes."""

from __future__ import annotations

import stripe

from objects import make_customer, make_payer, make_price, make_product, subscribe
from support import ConformanceCase, TARGET, headers_of, now, unique, wire


class Events(ConformanceCase):
    def test_what_an_event_carries(self) -> None:
        """WEBHOOKS 1, event object; RESOURCES event"""
        key = unique("key")
        customer = stripe.Customer.create(name="Ada", idempotency_key=key)
        event = self.event("customer.created", customer.id)
        self.assertTrue(event.id.startswith("evt_"))
        self.assertShape(event, {
            "object": "event", "type": "customer.created", "livemode": False,
            "request": {"id": headers_of(customer)["request-id"], "idempotency_key": key},
            "data": {"object": {"id": customer.id, "object": "customer", "name": "Ada"}},
        })
        self.assertNotIn("previous_attributes", event.data)
        self.assertAlmostEqual(event.created, now(), delta=60)
        self.assertGreaterEqual(event.pending_webhooks, 0)
        self.assertIn("api_version", event)

    def test_its_snapshot_is_a_plain_get(self) -> None:
        """WEBHOOKS 1: data.object as a normal GET without expand, at event time"""
        product = make_product(metadata={"a": "1"})
        event = self.event("product.created", product.id)
        if event.api_version == stripe.api_version:
            self.assertEqual(wire_of(event), wire(stripe.Product.retrieve(product.id)))
        stripe.Product.modify(product.id, name="Later")
        again = stripe.Event.retrieve(event.id)
        self.assertEqual(again.data.object.name, product.name)

    def test_previous_attributes(self) -> None:
        """WEBHOOKS 1: only changed keys, nested ones cut down; an absent key was null"""
        customer = make_customer(
            name="Before", metadata={"a": "1"}, address={"city": "Paris", "country": "FR"}
        )
        stripe.Customer.modify(
            customer.id, name="After", metadata={"b": "2"},
            address={"city": "Lyon", "country": "FR"},
        )
        event = self.event("customer.updated", customer.id)
        self.assertEqual(event.data.previous_attributes.to_dict(), {
            "name": "Before", "metadata": {"b": None}, "address": {"city": "Paris"},
        })

    def test_a_changed_array_is_given_whole(self) -> None:
        """WEBHOOKS 1: if any element of an array changed, the whole old array is given"""
        customer = make_customer(preferred_locales=["fr", "en"])
        stripe.Customer.modify(customer.id, preferred_locales=["fr", "de"])
        event = self.event("customer.updated", customer.id)
        self.assertEqual(
            event.data.previous_attributes.to_dict(), {"preferred_locales": ["fr", "en"]}
        )

    def test_deletions_carry_the_last_state(self) -> None:
        """WEBHOOKS 1, deletion events"""
        customer = make_customer(name="Last")
        stripe.Customer.delete(customer.id)
        event = self.event("customer.deleted", customer.id)
        self.assertEqual(event.data.object.name, "Last")
        self.assertAbsent(event.data.object, "deleted")

    def test_by_type(self) -> None:
        """WEBHOOKS 5: filter type; CONTRACT 5: wildcards"""
        made = subscribe(make_payer(), make_price())
        self.assertEvents(made.customer, "invoice.paid")
        since = {"gte": self.since}
        exact = stripe.Event.list(type="invoice.paid", created=since, limit=100)
        self.assertEqual({e.type for e in exact.data}, {"invoice.paid"})
        listed = stripe.Event.list(type="invoice.*", created=since, limit=100)
        family = {e.type for e in listed.data}
        self.assertLessEqual({"invoice.created", "invoice.finalized", "invoice.paid"}, family)
        self.assertTrue(all(name.startswith("invoice.") for name in family), family)

    def test_by_types(self) -> None:
        """CONTRACT 5: type or types[], not both"""
        product = make_product()
        stripe.Product.modify(product.id, name="Again")
        self.assertEvents(product.id, "product.created", "product.updated")
        wanted = ["product.created", "product.updated"]
        listed = stripe.Event.list(types=wanted, created={"gte": self.since})
        self.assertEqual({e.type for e in listed.data}, set(wanted))
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.Event.list(type="product.created", types=wanted)

    def test_by_time_and_newest_first(self) -> None:
        """WEBHOOKS 5: created filter; newest first"""
        begin = now()
        made = [make_product().id for _ in range(3)]
        self.assertEvents(made[-1], "product.created")
        listed = stripe.Event.list(
            type="product.created", created={"gte": self.since}, limit=100
        )
        times = [event.created for event in listed.data]
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertEqual([e.data.object.id for e in listed.data][:3], made[::-1])
        later = stripe.Event.list(created={"gt": begin + 3600}, type="product.created")
        self.assertEqual(later.data, [])

    def test_an_unknown_one(self) -> None:
        """WEBHOOKS 5: ids that are not kept give resource_missing"""
        with self.refused(stripe.InvalidRequestError, 404, code="resource_missing"):
            stripe.Event.retrieve("evt_nothing")

    def test_the_shape_is_fixed_for_ever(self) -> None:
        """WEBHOOKS 1: reading with another Stripe-Version does not change the snapshot"""
        made = subscribe(make_payer(), make_price())
        event = self.event("customer.subscription.created", made.id)
        old = stripe.Event.retrieve(event.id, stripe_version="2024-06-20")
        self.assertEqual(wire_of(old), wire_of(stripe.Event.retrieve(event.id)))
        self.assertEqual(old.api_version, event.api_version)

    def test_products_prices_and_coupons_tell(self) -> None:
        """RESOURCES, the events of each resource"""
        price = make_price()
        stripe.Price.modify(price.id, nickname="n")
        self.assertEvents(price.id, "price.created", "price.updated")
        product = make_product()
        stripe.Product.delete(product.id)
        self.assertEvents(product.id, "product.created", "product.deleted")
        coupon = stripe.Coupon.create(percent_off=5, duration="once")
        stripe.Coupon.modify(coupon.id, name="n")
        stripe.Coupon.delete(coupon.id)
        self.assertEvents(coupon.id, "coupon.created", "coupon.updated", "coupon.deleted")

    def test_client_style(self) -> None:
        """SDK StripeClient; RESOURCES event"""
        client = TARGET.client()
        listed = client.v1.events.list(params={"limit": 1})
        self.assertEqual(len(listed.data), 1)
        self.assertEqual(client.v1.events.retrieve(listed.data[0].id).id, listed.data[0].id)


def wire_of(event: stripe.Event) -> dict:
    """The snapshot as it came, numbers and strings untouched."""
    if event.last_response is not None:
        return wire(event)["data"]["object"]
    return wire(stripe.Event.retrieve(event.id))["data"]["object"]
