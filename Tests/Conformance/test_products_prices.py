"""Products and prices: kinds of prices, what is fixed, deletion, list filters."""

from __future__ import annotations

import stripe

from objects import make_price, make_product
from support import ConformanceCase, unique, wire


class Products(ConformanceCase):
    def test_create_answers_what_was_given(self) -> None:
        """RESOURCES product, field table"""
        product = make_product(
            name="Team", description="For teams", metadata={"tier": "2"}, unit_label="seat"
        )
        self.assertTrue(product.id.startswith("prod_"))
        self.assertShape(product, {
            "object": "product", "name": "Team", "description": "For teams", "active": True,
            "metadata": {"tier": "2"}, "unit_label": "seat", "images": [],
            "marketing_features": [], "default_price": None, "type": "service",
            "livemode": False,
        })
        self.assertGreaterEqual(product.updated, product.created)

    def test_the_caller_may_choose_the_id(self) -> None:
        """RESOURCES product, create params; CONTRACT 8: resource_already_exists"""
        chosen = unique("product").replace("-", "_")
        self.assertEqual(make_product(id=chosen).id, chosen)
        with self.refused(stripe.InvalidRequestError, 400, code="resource_already_exists"):
            make_product(id=chosen)

    def test_name_is_required(self) -> None:
        """CONTRACT 8, missing param; RESOURCES product, required params"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_missing", param="name",
            message="Missing required param: name.",
        ):
            stripe.Product.create()

    def test_default_price_data_makes_a_price(self) -> None:
        """RESOURCES product, create params"""
        product = make_product(default_price_data={
            "currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"},
        })
        price = stripe.Price.retrieve(product.default_price)
        self.assertShape(price, {"product": product.id, "unit_amount": 900, "type": "recurring"})

    def test_update_moves_updated(self) -> None:
        """RESOURCES product: `updated` is the time of the last change"""
        product = make_product()
        changed = stripe.Product.modify(product.id, name="Renamed", active=False)
        self.assertShape(changed, {"name": "Renamed", "active": False})
        self.assertGreaterEqual(changed.updated, product.updated)

    def test_delete(self) -> None:
        """RESOURCES product; CONTRACT 10: most deleted ids give 404, with `param: id` (8)"""
        product = make_product()
        stub = {"id": product.id, "object": "product", "deleted": True}
        self.assertEqual(stripe.Product.delete(product.id).to_dict(), stub)
        with self.refused(
            stripe.InvalidRequestError, 404, code="resource_missing", param="id",
            message=f"No such product: '{product.id}'",
        ):
            stripe.Product.retrieve(product.id)

    def test_delete_fails_while_prices_exist(self) -> None:
        """RESOURCES product: delete fails while prices exist"""
        price = make_price()
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.Product.delete(price.product)

    def test_list_by_ids_and_active(self) -> None:
        """RESOURCES product, list filters"""
        one, two = make_product(), make_product(active=False)
        both = stripe.Product.list(ids=[one.id, two.id])
        self.assertEqual({p.id for p in both.data}, {one.id, two.id})
        live = stripe.Product.list(ids=[one.id, two.id], active=True)
        self.assertEqual([p.id for p in live.data], [one.id])


class Prices(ConformanceCase):
    def test_recurring(self) -> None:
        """RESOURCES price, field table"""
        price = make_price(2500, "month", nickname="Monthly", metadata={"k": "v"})
        self.assertTrue(price.id.startswith("price_"))
        self.assertShape(wire(price), {
            "object": "price", "type": "recurring", "unit_amount": 2500, "currency": "usd",
            "unit_amount_decimal": "2500", "billing_scheme": "per_unit", "active": True,
            "nickname": "Monthly", "metadata": {"k": "v"}, "tiers_mode": None,
            "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
        })

    def test_one_time(self) -> None:
        """RESOURCES price"""
        price = make_price(700, "")
        self.assertShape(price, {"type": "one_time", "recurring": None, "unit_amount": 700})

    def test_intervals(self) -> None:
        """RESOURCES price, recurring.interval and interval_count"""
        for interval, count in (("day", 10), ("week", 2), ("month", 3), ("year", 1)):
            with self.subTest(interval=interval):
                recurring = {"interval": interval, "interval_count": count}
                self.assertShape(make_price(recurring=recurring).recurring, recurring)

    def test_product_made_along(self) -> None:
        """RESOURCES price: one of product and product_data"""
        price = stripe.Price.create(
            currency="usd", unit_amount=100, product_data={"name": "Along"}
        )
        self.assertEqual(stripe.Product.retrieve(price.product).name, "Along")

    def test_a_fraction_of_a_cent(self) -> None:
        """CONTRACT 10: *_decimal are strings on the wire"""
        price = stripe.Price.create(
            currency="usd", unit_amount_decimal="0.5", product=make_product().id
        )
        self.assertShape(wire(price), {"unit_amount": None, "unit_amount_decimal": "0.5"})

    def test_tiers_come_only_with_expand(self) -> None:
        """CONTRACT 4: price.tiers; RESOURCES price"""
        price = stripe.Price.create(
            currency="usd", product=make_product().id, recurring={"interval": "month"},
            billing_scheme="tiered", tiers_mode="graduated",
            tiers=[{"up_to": 10, "unit_amount": 500}, {"up_to": "inf", "unit_amount": 300}],
        )
        self.assertShape(price, {
            "billing_scheme": "tiered", "tiers_mode": "graduated", "unit_amount": None,
        })
        self.assertAbsent(price, "tiers")
        full = stripe.Price.retrieve(price.id, expand=["tiers"])
        self.assertEqual([t.up_to for t in full.tiers], [10, None])
        self.assertEqual([t.unit_amount for t in full.tiers], [500, 300])

    def test_the_amount_is_fixed(self) -> None:
        """RESOURCES price: amount is immutable; CONTRACT 8, unknown param"""
        price = make_price()
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_unknown", param="unit_amount",
            message="Received unknown parameter: unit_amount",
        ):
            stripe.Price.modify(price.id, unit_amount=1)

    def test_what_may_change(self) -> None:
        """RESOURCES price, update params"""
        price = make_price()
        changed = stripe.Price.modify(price.id, active=False, nickname="Old", metadata={"a": "b"})
        self.assertShape(changed, {"active": False, "nickname": "Old", "metadata": {"a": "b"}})

    def test_list_filters(self) -> None:
        """RESOURCES price, list filters"""
        product = make_product().id
        monthly = make_price(product=product)
        once = make_price(500, "", product=product)
        old = make_price(400, product=product, active=False)
        self.assertEqual(
            [p.id for p in stripe.Price.list(product=product).data], [old.id, once.id, monthly.id]
        )
        one_time = stripe.Price.list(product=product, type="one_time")
        self.assertEqual([p.id for p in one_time.data], [once.id])
        inactive = stripe.Price.list(product=product, active=False)
        self.assertEqual([p.id for p in inactive.data], [old.id])
        self.assertEqual(stripe.Price.list(product=product, currency="eur").data, [])

    def test_lookup_keys_move(self) -> None:
        """RESOURCES price: lookup_key, transfer_lookup_key, filter lookup_keys"""
        key = unique("lookup")
        first = make_price(lookup_key=key)
        second = make_price(lookup_key=key, transfer_lookup_key=True)
        found = stripe.Price.list(lookup_keys=[key])
        self.assertEqual([p.id for p in found.data], [second.id])
        self.assertIsNone(stripe.Price.retrieve(first.id).lookup_key)

    def test_a_recurring_price_mirrors_as_a_plan(self) -> None:
        """WEBHOOKS 7: plan.* mirrors price.* for recurring prices"""
        price = make_price()
        self.assertEvents(price.id, "price.created", "plan.created")
