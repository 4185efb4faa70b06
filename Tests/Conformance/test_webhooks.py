"""Webhook endpoints and their signed deliveries to a receiver on this machine."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Callable

import stripe

from objects import make_customer, make_payer, make_price, make_product, subscribe
from receiver import Delivery, Receiver
from support import ConformanceCase, local_only


class Endpoints(ConformanceCase):
    def test_life(self) -> None:
        """RESOURCES webhook_endpoint; WEBHOOKS 3: the secret is returned only by create"""
        made = stripe.WebhookEndpoint.create(
            url="https://example.com/hook", enabled_events=["invoice.paid"], description="One",
            metadata={"a": "b"},
        )
        self.addCleanup(forget, made.id)
        self.assertTrue(made.id.startswith("we_"))
        self.assertTrue(made.secret.startswith("whsec_"))
        self.assertShape(made, {
            "object": "webhook_endpoint", "status": "enabled", "url": "https://example.com/hook",
            "enabled_events": ["invoice.paid"], "description": "One", "metadata": {"a": "b"},
            "api_version": None, "application": None, "livemode": False,
        })
        self.assertAbsent(stripe.WebhookEndpoint.retrieve(made.id), "secret")
        changed = stripe.WebhookEndpoint.modify(
            made.id, enabled_events=["*"], url="https://example.com/other"
        )
        self.assertShape(changed, {"enabled_events": ["*"], "url": "https://example.com/other"})
        off = stripe.WebhookEndpoint.modify(made.id, disabled=True)
        self.assertEqual(off.status, "disabled")
        self.assertIn(made.id, [w.id for w in stripe.WebhookEndpoint.list(limit=100).data])
        gone = stripe.WebhookEndpoint.delete(made.id)
        self.assertEqual(gone.to_dict(), {
            "id": made.id, "object": "webhook_endpoint", "deleted": True,
        })

    def test_required(self) -> None:
        """RESOURCES webhook_endpoint, required params; CONTRACT 8, missing param"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_missing", param="enabled_events",
            message="Missing required param: enabled_events.",
        ):
            stripe.WebhookEndpoint.create(url="https://example.com/hook")


class Deliveries(ConformanceCase):
    def listen(
        self, *types: str, answer: Callable[[dict[str, Any]], int] = lambda event: 200, **more: Any
    ) -> tuple[Receiver, stripe.WebhookEndpoint]:
        receiver = Receiver(answer)
        self.addCleanup(receiver.stop)
        endpoint = stripe.WebhookEndpoint.create(
            url=receiver.url, enabled_events=list(types), **more
        )
        self.addCleanup(forget, endpoint.id)
        return receiver, endpoint

    def delivered(self, receiver: Receiver, type: str, object_id: str) -> Delivery:
        found = self.eventually(
            f"a delivery of {type} about {object_id}", lambda: receiver.of(type, object_id)
        )
        return found[0]

    @local_only
    def test_the_sdk_accepts_it(self) -> None:
        """WEBHOOKS 2 and 3: request, signature; SDK Webhook.construct_event"""
        receiver, endpoint = self.listen("customer.created")
        customer = make_customer()
        delivery = self.delivered(receiver, "customer.created", customer.id)
        event = stripe.Webhook.construct_event(
            delivery.body, delivery.signature, endpoint.secret
        )
        self.assertEqual(event.data.object.id, customer.id)
        self.assertEqual(stripe.Event.retrieve(event.id).type, "customer.created")
        self.assertEqual(delivery.headers["content-type"], "application/json; charset=utf-8")
        self.assertEqual(
            delivery.headers["user-agent"], "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
        )

    @local_only
    def test_the_signature_by_hand(self) -> None:
        """WEBHOOKS 3: t=…,v1=… without spaces, HMAC-SHA256 over t, a dot and the raw body"""
        receiver, endpoint = self.listen("customer.created")
        delivery = self.delivered(receiver, "customer.created", make_customer().id)
        self.assertNotIn(" ", delivery.signature)
        parts = [part.split("=", 1) for part in delivery.signature.split(",")]
        time = next(value for scheme, value in parts if scheme == "t")
        payload = time.encode() + b"." + delivery.body
        expected = hmac.new(endpoint.secret.encode(), payload, hashlib.sha256).hexdigest()
        self.assertIn(["v1", expected], parts)

    @local_only
    def test_the_wrong_secret_is_refused(self) -> None:
        """WEBHOOKS 3, behaviour of SDK 16.1.0: another secret, another body"""
        receiver, endpoint = self.listen("customer.created")
        delivery = self.delivered(receiver, "customer.created", make_customer().id)
        with self.assertRaises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(delivery.body, delivery.signature, "whsec_other")
        with self.assertRaises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(
                delivery.body + b" ", delivery.signature, endpoint.secret
            )

    @local_only
    def test_only_what_was_asked_for(self) -> None:
        """RESOURCES webhook_endpoint.enabled_events"""
        receiver, _ = self.listen("product.created")
        make_customer()
        product = make_product()
        self.delivered(receiver, "product.created", product.id)
        self.assertEqual({d.event["type"] for d in receiver.deliveries}, {"product.created"})

    @local_only
    def test_everything_of_a_subscription(self) -> None:
        """LIFECYCLES 7, event set; RESOURCES: enabled_events ["*"]"""
        receiver, _ = self.listen("*")
        made = subscribe(make_payer(), make_price())
        wanted = {
            "customer.subscription.created", "invoice.created", "invoice.finalized",
            "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
            "invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid",
        }
        self.eventually(
            "all deliveries", lambda: wanted <= {d.event["type"] for d in receiver.deliveries}
        )
        created = receiver.of("customer.subscription.created", made.id)[0]
        self.assertEqual(created.event["data"]["object"]["status"], "active")

    @local_only
    def test_a_receiver_that_fails_first(self) -> None:
        """WEBHOOKS 4, retries; 3: each attempt is signed anew, body and event id stay"""
        failures: list[str] = []

        def answer(event: dict[str, Any]) -> int:
            failures.append(event["id"])
            return 500 if failures.count(event["id"]) == 1 else 200

        receiver, endpoint = self.listen("customer.created", answer=answer)
        customer = make_customer()
        attempts = self.eventually(
            "a second attempt (start the sandbox with --webhook-retry-scale 0.01)",
            lambda: (lambda all: all if len(all) > 1 else None)(
                receiver.of("customer.created", customer.id)
            ),
        )
        self.assertEqual([a.status for a in attempts], [500, 200])
        self.assertEqual(attempts[0].body, attempts[1].body)
        for attempt in attempts:
            stripe.Webhook.construct_event(attempt.body, attempt.signature, endpoint.secret)

    @local_only
    def test_a_redirect_is_a_failure(self) -> None:
        """WEBHOOKS 2: 3xx counts as failure and is not followed"""
        seen: list[str] = []

        def answer(event: dict[str, Any]) -> int:
            seen.append(event["id"])
            return 302 if seen.count(event["id"]) == 1 else 200

        receiver, _ = self.listen("customer.created", answer=answer)
        customer = make_customer()
        self.eventually(
            "a second attempt (start the sandbox with --webhook-retry-scale 0.01)",
            lambda: len(receiver.of("customer.created", customer.id)) == 2,
        )

    @local_only
    def test_pending_webhooks(self) -> None:
        """WEBHOOKS 1: endpoints not yet acknowledged; 5: filter delivery_success"""
        receiver, _ = self.listen("customer.created")
        customer = make_customer()
        delivery = self.delivered(receiver, "customer.created", customer.id)
        self.assertEqual(delivery.event["pending_webhooks"], 1)
        self.eventually(
            "the acknowledgement is noted",
            lambda: stripe.Event.retrieve(delivery.event["id"]).pending_webhooks == 0,
        )

    @local_only
    def test_in_the_endpoints_version(self) -> None:
        """CONTRACT 1: webhook events use the endpoint's api_version; 12, moved members"""
        receiver, _ = self.listen("invoice.paid", api_version="2024-06-20")
        made = subscribe(make_payer(), make_price())
        delivery = self.delivered(receiver, "invoice.paid", made.latest_invoice)
        self.assertEqual(delivery.event["api_version"], "2024-06-20")
        invoice = delivery.event["data"]["object"]
        self.assertShape(invoice, {"paid": True, "subscription": made.id})
        self.assertTrue(invoice["payment_intent"].startswith("pi_"))

    @local_only
    def test_a_disabled_one_hears_nothing(self) -> None:
        """WEBHOOKS 4: disabled or deleted endpoints"""
        silent, endpoint = self.listen("customer.created")
        stripe.WebhookEndpoint.modify(endpoint.id, disabled=True)
        hearing, _ = self.listen("customer.created")
        self.delivered(hearing, "customer.created", make_customer().id)
        self.assertEqual(silent.deliveries, [])


def forget(endpoint_id: str) -> None:
    try:
        stripe.WebhookEndpoint.delete(endpoint_id)
    except stripe.InvalidRequestError:
        pass  # The check deleted it itself.
