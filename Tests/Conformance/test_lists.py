"""Lists and auto-paging, over twelve customers that share an address nobody else has."""

from __future__ import annotations

from typing import Any

import stripe

from objects import make_customer
from support import ConformanceCase, TARGET, unique, wire


class Lists(ConformanceCase):
    email = ""
    ids: list[str] = []

    def setUp(self) -> None:
        super().setUp()
        if not Lists.ids:
            Lists.email = f"{unique('many')}@example.com"
            Lists.ids = [make_customer(email=Lists.email).id for _ in range(12)][::-1]

    def page(self, **params: Any) -> stripe.ListObject[stripe.Customer]:
        return stripe.Customer.list(email=self.email, **params)

    def assertPage(self, page: Any, ids: list[str], has_more: bool) -> None:
        self.assertEqual([c.id for c in page.data], ids)
        self.assertIs(page.has_more, has_more)

    def test_envelope(self) -> None:
        """CONTRACT 5: exactly four keys, url is the path without query"""
        body = wire(self.page())
        self.assertEqual(set(body), {"object", "url", "has_more", "data"})
        self.assertShape(body, {"object": "list", "url": "/v1/customers", "has_more": True})

    def test_newest_first_ten_by_default(self) -> None:
        """CONTRACT 5: order and default limit"""
        self.assertPage(self.page(), self.ids[:10], True)

    def test_forwards(self) -> None:
        """CONTRACT 5: starting_after; the cursor is excluded"""
        self.assertPage(self.page(limit=5, starting_after=self.ids[4]), self.ids[5:10], True)
        self.assertPage(self.page(limit=5, starting_after=self.ids[9]), self.ids[10:], False)
        self.assertPage(self.page(limit=2, starting_after=self.ids[9]), self.ids[10:], False)
        self.assertPage(self.page(starting_after=self.ids[-1]), [], False)

    def test_backwards(self) -> None:
        """CONTRACT 5: ending_before: the page nearest to the cursor, newest first"""
        self.assertPage(self.page(limit=3, ending_before=self.ids[5]), self.ids[2:5], True)
        self.assertPage(self.page(limit=3, ending_before=self.ids[3]), self.ids[:3], False)
        self.assertPage(self.page(ending_before=self.ids[0]), [], False)

    def test_limits_are_clamped(self) -> None:
        """CONTRACT 5: 0 and −1 give 1 row, 101 and 200 the most (obs through a tool server)"""
        for limit, rows in ((0, 1), (-1, 1), (101, 12), (200, 12)):
            with self.subTest(limit=limit):
                self.assertEqual(len(self.page(limit=limit).data), rows)

    def test_a_limit_that_is_no_number(self) -> None:
        """CONTRACT 5 and 8: parameter_invalid_integer"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_invalid_integer", param="limit",
            message="Invalid integer: abc",
        ):
            self.page(limit="abc")

    def test_both_cursors(self) -> None:
        """CONTRACT 5: both together, no code, no param"""
        with self.refused(
            stripe.InvalidRequestError, 400, code=None, param=None,
            message="Received both starting_after and ending_before parameters. Please pass in"
            " only one.",
        ):
            self.page(starting_after=self.ids[0], ending_before=self.ids[1])

    def test_an_unknown_cursor(self) -> None:
        """CONTRACT 5: resource_missing, before the check for both cursors"""
        for more in ({}, {"ending_before": self.ids[0]}):
            with self.subTest(more=more):
                with self.refused(
                    stripe.InvalidRequestError, 400, code="resource_missing",
                    param="starting_after", message="No such customer: 'cus_nothing'",
                ):
                    self.page(starting_after="cus_nothing", **more)

    def test_total_count_is_no_more(self) -> None:
        """CONTRACT 4: basil removed expand[]=total_count on lists"""
        self.assertNotIn("total_count", wire(self.page()))

    def test_auto_paging_forwards(self) -> None:
        """CONTRACT 5, SDK auto-paging: the same params, starting_after = last id"""
        seen = [c.id for c in self.page(limit=5).auto_paging_iter()]
        self.assertEqual(seen, self.ids)

    def test_auto_paging_backwards(self) -> None:
        """CONTRACT 5, SDK auto-paging with ending_before: oldest first up to the newest"""
        pages = self.page(limit=5, ending_before=self.ids[-1])
        self.assertEqual([c.id for c in pages.auto_paging_iter()], self.ids[-2::-1])

    def test_auto_paging_keeps_expand(self) -> None:
        """CONTRACT 5, SDK auto-paging: expand is kept over pages"""
        pages = self.page(limit=5, expand=["data.subscriptions"])
        kept = [c.subscriptions.object for c in pages.auto_paging_iter()]
        self.assertEqual(kept, ["list"] * 12)

    def test_auto_paging_by_client(self) -> None:
        """SDK StripeClient, auto_paging_iter; CONTRACT 5"""
        pages = TARGET.client().v1.customers.list(params={"email": self.email, "limit": 7})
        self.assertEqual([c.id for c in pages.auto_paging_iter()], self.ids)

    def test_new_rows_at_the_head_do_not_shift_pages(self) -> None:
        """CONTRACT 5, consistency: no skip or repeat for rows already seen"""
        email = f"{unique('shift')}@example.com"
        ids = [make_customer(email=email).id for _ in range(4)][::-1]
        first = stripe.Customer.list(email=email, limit=2)
        make_customer(email=email)
        second = stripe.Customer.list(email=email, limit=2, starting_after=first.data[-1].id)
        self.assertEqual([c.id for c in [*first.data, *second.data]], ids)
