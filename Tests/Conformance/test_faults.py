"""Faults that the sandbox makes on request, and how the SDK meets them."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import stripe

from objects import make_customer
from support import ConformanceCase, TARGET, headers_of, plain_request, sandbox_only, unique

LOCKED = (
    "This object cannot be accessed right now because another API request or Stripe process is"
    " currently accessing it. If you see this error intermittently, retry the request. If you see"
    " this error frequently and are making multiple concurrent requests to a single object, make"
    " your requests serially or at a lower rate."
)


def control(method: str, body: Any = None) -> Any:
    """The sandbox's own path for faults, outside /v1."""
    request = urllib.request.Request(
        TARGET.base + "/_okapi/faults", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text.strip() else None


class Faults(ConformanceCase):
    def setUp(self) -> None:
        super().setUp()
        if TARGET.is_sandbox:
            control("DELETE")
            self.addCleanup(control, "DELETE")

    def make(self, kind: str, path: str, count: int = 1, **more: Any) -> None:
        control("POST", {"kind": kind, "path": path, "count": count, **more})

    @sandbox_only("faults are made on request")
    def test_rate_limit(self) -> None:
        """CONTRACT 8 and 9: 429 rate_limit with its reason; RateLimitError, not retried"""
        self.make("rate_limit", "/v1/customers")
        with self.refused(stripe.RateLimitError, 429, code="rate_limit") as refusal:
            stripe.Customer.list(limit=1)
        reason = headers_of(refusal.exception)["stripe-rate-limited-reason"]
        self.assertIn(reason, ("global-rate", "endpoint-rate"))
        self.assertEqual(stripe.Customer.list(limit=1).object, "list")

    @sandbox_only("faults are made on request")
    def test_lock_timeout(self) -> None:
        """CONTRACT 9: 429 lock_timeout, invalid_request_error, Stripe-Should-Retry: true"""
        self.make("lock_timeout", "/v1/customers")
        with self.refused(
            stripe.RateLimitError, 429, type="invalid_request_error", code="lock_timeout",
            message=LOCKED,
        ) as refusal:
            stripe.Customer.list(limit=1)
        answered = headers_of(refusal.exception)
        self.assertEqual(answered["stripe-should-retry"], "true")
        self.assertNotIn("stripe-rate-limited-reason", answered)

    @sandbox_only("faults are made on request")
    def test_server_errors(self) -> None:
        """CONTRACT 8: 500 and 503 → APIError"""
        for kind, status in (("server_error", 500), ("unavailable", 503)):
            with self.subTest(kind=kind):
                self.make(kind, "/v1/customers")
                with self.assertRaises(stripe.APIError) as caught:
                    stripe.Customer.list(limit=1)
                self.assertEqual(caught.exception.http_status, status)

    @sandbox_only("faults are made on request")
    def test_the_sdk_retries(self) -> None:
        """CONTRACT 9, SDK rules: retried on ≥ 500 with the same Idempotency-Key"""
        email = f"{unique('retried')}@example.com"
        self.make("server_error", "/v1/customers")
        client = TARGET.client(max_network_retries=2)
        made = client.v1.customers.create(params={"email": email})
        self.assertEqual([c.id for c in stripe.Customer.list(email=email).data], [made.id])

    @sandbox_only("faults are made on request")
    def test_cut_after_the_work(self) -> None:
        """CONTRACT 7 and 9: the work was done, the retry gets the stored answer"""
        email = f"{unique('cut')}@example.com"
        self.make("cut_after", "/v1/customers")
        client = TARGET.client(max_network_retries=2)
        made = client.v1.customers.create(params={"email": email})
        self.assertEqual(headers_of(made).get("idempotent-replayed"), "true")
        self.assertEqual([c.id for c in stripe.Customer.list(email=email).data], [made.id])

    @sandbox_only("faults are made on request")
    def test_a_key_in_use(self) -> None:
        """CONTRACT 7: the same key still running: 409 idempotency_key_in_use"""
        key = unique("key")
        self.make("key_in_use", "/v1/customers")
        with self.refused(
            stripe.APIError, 409, type="invalid_request_error", code="idempotency_key_in_use",
            message="There is currently another in-progress request using this Idempotent Key"
            " (that probably means you submitted twice, and the other request is still going"
            f" through): {key}. Please try again later.",
        ):
            stripe.Customer.create(name="Twice", idempotency_key=key)
        made = stripe.Customer.create(name="Twice", idempotency_key=key)
        self.assertNotIn("idempotent-replayed", headers_of(made))

    @sandbox_only("faults are made on request")
    def test_the_sdk_waits_for_a_key_in_use(self) -> None:
        """CONTRACT 9, SDK rules: 409 is retried with the same key"""
        self.make("key_in_use", "/v1/customers")
        made = TARGET.client(max_network_retries=2).v1.customers.create(params={"name": "Once"})
        self.assertEqual(made.name, "Once")

    @sandbox_only("faults are made on request")
    def test_cut_in_the_middle(self) -> None:
        """CONTRACT 7: the work was done, a second call with the key gets the stored answer"""
        email, key = f"{unique('cut')}@example.com", unique("key")
        self.make("cut_during", "/v1/customers")
        with self.assertRaises(stripe.APIConnectionError):
            stripe.Customer.create(email=email, idempotency_key=key)
        made = stripe.Customer.create(email=email, idempotency_key=key)
        self.assertEqual(headers_of(made)["idempotent-replayed"], "true")
        self.assertEqual([c.id for c in stripe.Customer.list(email=email).data], [made.id])

    @sandbox_only("faults are made on request")
    def test_cut_before_the_work(self) -> None:
        """CONTRACT 9: connection errors are retried; without retries APIConnectionError"""
        email = f"{unique('cut')}@example.com"
        self.make("cut_before", "/v1/customers")
        with self.assertRaises(stripe.APIConnectionError):
            stripe.Customer.create(email=email)
        self.assertEqual(stripe.Customer.list(email=email).data, [])

    @sandbox_only("faults are made on request")
    def test_truncated(self) -> None:
        """CONTRACT 8: a body that is no JSON → APIError"""
        self.make("truncate", "/v1/customers")
        with self.assertRaises(stripe.StripeError):
            stripe.Customer.list(limit=1)

    @sandbox_only("faults are made on request")
    def test_forbidden(self) -> None:
        """CONTRACT 2 and 8: a restricted key without the permission: 403, PermissionError"""
        self.make("forbidden", "/v1/customers", count=10)
        key = "rk_test_" + TARGET.key.removeprefix("sk_test_")
        with self.refused(stripe.PermissionError, 403, type="invalid_request_error"):
            stripe.Customer.list(limit=1, api_key=key)

    @sandbox_only("faults are made on request")
    def test_counted(self) -> None:
        """DESIGN, sandbox: each fault is counted and can be read back"""
        self.make("rate_limit", "/v1/products", count=1)
        stripe.Customer.list(limit=1)
        for _ in range(2):
            try:
                stripe.Product.list(limit=1)
            except stripe.RateLimitError:
                pass
        text = json.dumps(control("GET"))
        self.assertIn("rate_limit", text)
        control("DELETE")
        self.assertNotIn("/v1/products", json.dumps(control("GET")))

    @sandbox_only("faults are made on request")
    def test_keys_in_another_order(self) -> None:
        """CONTRACT 1: unknown key order: the same object nevertheless"""
        customer = make_customer()
        self.make("reorder_keys", f"/v1/customers/{customer.id}")
        self.assertEqual(stripe.Customer.retrieve(customer.id).to_dict(), customer.to_dict())

    @sandbox_only("faults are made on request")
    def test_health(self) -> None:
        """DESIGN, sandbox: /health answers {"status":"ok"} without a key"""
        answer = plain_request("GET", "/health")
        self.assertEqual((answer.status, answer.json), (200, {"status": "ok"}))
