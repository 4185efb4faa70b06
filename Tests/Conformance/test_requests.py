"""What every request and answer carries: headers, encoding, options of a call."""

from __future__ import annotations

import stripe

from objects import make_customer, make_payer, make_price
from support import (
    ConformanceCase, TARGET, bearer, headers_of, plain_request, sandbox_only, unique,
)


class Requests(ConformanceCase):
    def test_headers(self) -> None:
        """CONTRACT 1, response headers"""
        customer = make_customer()
        made = headers_of(customer)
        self.assertEqual(made["content-type"], "application/json")
        self.assertRegex(made["request-id"], r"^req_\w+$")
        self.assertEqual(made["original-request"], made["request-id"])
        self.assertEqual(made["stripe-should-retry"], "false")
        self.assertIn("idempotency-key", made)
        read = headers_of(stripe.Customer.retrieve(customer.id))
        self.assertRegex(read["request-id"], r"^req_\w+$")
        self.assertNotEqual(read["request-id"], made["request-id"])
        for name in ("stripe-should-retry", "original-request", "idempotent-replayed"):
            self.assertNotIn(name, read)

    def test_should_retry_says_what_was_executed(self) -> None:
        """CONTRACT 1, Stripe-Should-Retry: absent on a parameter's refusal"""
        with self.assertRaises(stripe.InvalidRequestError) as refused:
            stripe.Customer.create(foo="1")
        self.assertNotIn("stripe-should-retry", headers_of(refused.exception))

    def test_pretty_printed(self) -> None:
        """CONTRACT 1: JSON bodies are pretty-printed UTF-8"""
        customer = make_customer(name="Zoë Ünïcode 日本")
        body = plain_request("GET", f"/v1/customers/{customer.id}", headers=bearer()).body
        self.assertIn(b"\n  \"", body)
        self.assertEqual(stripe.Customer.retrieve(customer.id).name, "Zoë Ünïcode 日本")

    def test_brackets_raw_and_escaped(self) -> None:
        """CONTRACT 3: both raw and %5B %5D; arrays as a[]= and a[0]="""
        for form in (
            "metadata[k]=v&preferred_locales[]=fr&preferred_locales[]=en",
            "metadata%5Bk%5D=v&preferred_locales%5B0%5D=fr&preferred_locales%5B1%5D=en",
            "metadata[k]=v&preferred_locales[7]=en&preferred_locales[2]=fr",
        ):
            with self.subTest(form=form):
                answer = plain_request("POST", "/v1/customers", form, bearer())
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.json["metadata"], {"k": "v"})
                self.assertEqual(answer.json["preferred_locales"], ["fr", "en"])

    def test_plus_and_percent(self) -> None:
        """CONTRACT 3: form encoding"""
        answer = plain_request(
            "POST", "/v1/customers", "name=A+B%2BC&description=50%25%26more", bearer()
        )
        self.assertEqual(answer.json["name"], "A B+C")
        self.assertEqual(answer.json["description"], "50%&more")

    def test_expand_in_the_query(self) -> None:
        """CONTRACT 3 and 4: the same encoding in a query"""
        customer = make_customer()
        for query in ("expand[]=subscriptions", "expand%5B0%5D=subscriptions"):
            answer = plain_request("GET", f"/v1/customers/{customer.id}?{query}", headers=bearer())
            self.assertEqual(answer.json["subscriptions"]["object"], "list")

    def test_numbers_and_booleans(self) -> None:
        """CONTRACT 3: scalars are strings on the way in; 10: JSON types on the way out"""
        form = "name=P&active=false&shippable=true"
        answer = plain_request("POST", "/v1/products", form, bearer())
        self.assertIs(answer.json["active"], False)
        self.assertIs(answer.json["shippable"], True)

    def test_json_is_not_taken(self) -> None:
        """CONTRACT 3: JSON bodies are not accepted by v1"""
        answer = plain_request(
            "POST", "/v1/customers", '{"name": "Ada"}',
            {**bearer(), "Content-Type": "application/json"},
        )
        self.assertEqual(answer.status, 400)

    def test_arrays_of_hashes_without_indices(self) -> None:
        """CONTRACT 3: a[][b]=, a repeated key starts a new element (mem)"""
        one, two = make_price(500), make_price(700)
        form = f"customer={make_payer().id}&items[][price]={one.id}&items[][quantity]=2"
        form += f"&items[][price]={two.id}"
        answer = plain_request("POST", "/v1/subscriptions", form, bearer())
        self.assertEqual(answer.status, 200)
        found = {i["price"]["id"]: i["quantity"] for i in answer.json["items"]["data"]}
        self.assertEqual(found, {one.id: 2, two.id: 1})

    def test_without_a_version(self) -> None:
        """CONTRACT 1: without the header the account's default version applies"""
        answer = plain_request("GET", "/v1/customers?limit=1", headers=bearer())
        self.assertEqual(answer.status, 200)
        self.assertRegex(answer.headers["stripe-version"], r"^\d{4}-\d{2}-\d{2}")

    def test_options_of_a_call(self) -> None:
        """SDK request options: api_key, stripe_version, idempotency_key; StripeClient options"""
        client = TARGET.client(stripe_version="2025-03-31.basil")
        key = unique("option")
        made = client.v1.customers.create(
            params={"name": "Opt"}, options={"idempotency_key": key}
        )
        self.assertEqual(headers_of(made)["stripe-version"], "2025-03-31.basil")
        self.assertEqual(headers_of(made)["idempotency-key"], key)
        read = stripe.Customer.retrieve(made.id, api_key=TARGET.key, stripe_version="2024-06-20")
        self.assertEqual(headers_of(read)["stripe-version"], "2024-06-20")

    @sandbox_only("an account of one's own is not reached through Stripe-Account elsewhere")
    def test_the_account_is_echoed(self) -> None:
        """CONTRACT 1: Stripe-Account echo when that header was sent"""
        account = TARGET.account.id
        listed = stripe.Customer.list(limit=1, stripe_account=account)
        self.assertEqual(headers_of(listed)["stripe-account"], account)

    def test_the_account(self) -> None:
        """RESOURCES; CONTRACT 11, acct_"""
        account = stripe.Account.retrieve()
        self.assertTrue(account.id.startswith("acct_"))
        self.assertEqual(account.object, "account")
        self.assertEqual(stripe.Account.retrieve(account.id).id, account.id)

    def test_a_raw_request(self) -> None:
        """SDK raw_request; CONTRACT 1"""
        answer = TARGET.client().raw_request("get", "/v1/customers", limit=1)
        self.assertEqual(answer.code, 200)
        self.assertEqual(answer.data["object"], "list")
