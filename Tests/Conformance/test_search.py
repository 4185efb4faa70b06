"""Search: its language and its pages. What was just made may take a minute to be found."""

from __future__ import annotations

from typing import Any

import stripe

from objects import make_customer, make_payer, make_price, make_product, subscribe
from support import ConformanceCase, TARGET, unique, wire


class Search(ConformanceCase):
    word = ""
    ids: list[str] = []

    def setUp(self) -> None:
        super().setUp()
        if not Search.ids:
            Search.word = unique("w").replace("-", "")
            Search.ids = [self.made(number) for number in range(3)]

    def made(self, number: int) -> str:
        return make_customer(
            name=f"Ada {Search.word} {number}", email=f"{Search.word}.{number}@example.com",
            metadata={"word": Search.word, "number": str(number)},
        ).id

    def found(self, query: str, *numbers: int) -> None:
        """The query finds exactly these of the three, sooner or later."""
        wanted = {self.ids[number] for number in numbers}
        self.eventually(
            f"{query} finds {sorted(numbers)}",
            lambda: {c.id for c in stripe.Customer.search(query=query).data} == wanted,
        )

    def test_exactly(self) -> None:
        """CONTRACT 6: field:"value", case-insensitive"""
        self.found(f'email:"{self.word}.1@example.com"', 1)
        self.found(f'email:"{self.word.upper()}.1@EXAMPLE.com"', 1)

    def test_a_part(self) -> None:
        """CONTRACT 6: field~"sub" """
        self.found(f'name~"{self.word}"', 0, 1, 2)

    def test_metadata(self) -> None:
        """CONTRACT 6: metadata["k"]:"v" """
        self.found(f'metadata["word"]:"{self.word}"', 0, 1, 2)

    def test_all_of(self) -> None:
        """CONTRACT 6: clauses joined by AND"""
        self.found(f'metadata["word"]:"{self.word}" AND metadata["number"]:"2"', 2)

    def test_one_of(self) -> None:
        """CONTRACT 6: clauses joined by OR"""
        emails = [f'email:"{self.word}.{n}@example.com"' for n in (0, 2)]
        self.found(" OR ".join(emails), 0, 2)

    def test_not(self) -> None:
        """CONTRACT 6: negation with a leading -"""
        self.found(f'metadata["word"]:"{self.word}" AND -metadata["number"]:"1"', 0, 2)

    def test_numbers(self) -> None:
        """CONTRACT 6: numeric >; RESOURCES customer, search fields"""
        created = stripe.Customer.retrieve(self.ids[0]).created
        word = f'metadata["word"]:"{self.word}"'
        self.found(f"created>={created} AND {word}", 0, 1, 2)
        self.found(f"created>{created + 3600} AND {word}")

    def test_envelope_and_pages(self) -> None:
        """CONTRACT 6: search_result, next_page passed as page"""
        query = f'metadata["word"]:"{self.word}"'
        self.found(query, 0, 1, 2)
        first = stripe.Customer.search(query=query, limit=2)
        body = wire(first)
        self.assertShape(body, {
            "object": "search_result", "url": "/v1/customers/search", "has_more": True,
        })
        second = stripe.Customer.search(query=query, limit=2, page=first.next_page)
        self.assertShape(wire(second), {"has_more": False, "next_page": None})
        seen = [c.id for c in [*first.data, *second.data]]
        self.assertEqual(sorted(seen), sorted(self.ids))
        paged = stripe.Customer.search(query=query, limit=1).auto_paging_iter()
        self.assertEqual(sorted(c.id for c in paged), sorted(self.ids))

    def test_other_resources(self) -> None:
        """CONTRACT 6: products, and the client style"""
        product = make_product(name=f"Thing {self.word}")
        query = f'name~"{self.word}" AND active:"true"'

        def search() -> Any:
            return TARGET.client().v1.products.search(params={"query": query}).data

        self.assertEqual(self.eventually("the product", search)[0].id, product.id)

    def test_payments_and_billing(self) -> None:
        """CONTRACT 6: charges, payment intents, subscriptions and invoices; RESOURCES, fields"""
        made = subscribe(make_payer(), make_price(2500), metadata={"word": self.word})
        charge = stripe.Charge.list(customer=made.customer).data[0]
        word = f'metadata["word"]:"{self.word}"'
        customer = f'customer:"{made.customer}"'
        found = {
            "subscription": lambda: stripe.Subscription.search(query=f'{word} AND status:"active"'),
            "charge": lambda: stripe.Charge.search(query=f"{customer} AND amount>2499"),
            "payment_intent": lambda: stripe.PaymentIntent.search(query=customer),
            "invoice": lambda: stripe.Invoice.search(query=f"{customer} AND total:2500"),
        }
        wanted = {
            "subscription": made.id, "charge": charge.id,
            "payment_intent": charge.payment_intent, "invoice": made.latest_invoice,
        }
        for noun, search in found.items():
            with self.subTest(noun=noun):
                ids = self.eventually(f"the {noun}", lambda: [o.id for o in search().data])
                self.assertEqual(ids, [wanted[noun]])

    def test_what_is_no_query(self) -> None:
        """CONTRACT 6: no mixing of AND and OR; only search fields; RESOURCES customer"""
        mixed = 'name~"abc" AND email~"abc" OR phone~"123"'
        for query in (mixed, 'shoe_size:"44"', "name"):
            with self.subTest(query=query):
                with self.refused(stripe.InvalidRequestError, 400):
                    stripe.Customer.search(query=query)

    def test_a_query_is_required(self) -> None:
        """CONTRACT 8, missing param; RESOURCES customer, search"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_missing", param="query"
        ):
            stripe.Customer.search()
