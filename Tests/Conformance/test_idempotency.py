"""Idempotency keys: replay, mismatch, what is stored and what is not."""

from __future__ import annotations

import stripe

from objects import make_customer, pay
from support import ConformanceCase, bearer, headers_of, plain_request, unique

MISMATCH = (
    "Keys for idempotent requests can only be used with the same parameters they were first used"
    " with. Try using a key other than '{key}' if you meant to execute a different request."
)


class Idempotency(ConformanceCase):
    def test_replay(self) -> None:
        """CONTRACT 7: byte-equal, Idempotent-Replayed, Original-Request; 1, headers"""
        key = unique("key")
        first = stripe.Customer.create(name="Once", idempotency_key=key)
        second = stripe.Customer.create(name="Once", idempotency_key=key)
        self.assertEqual(first.last_response.body, second.last_response.body)
        one, two = headers_of(first), headers_of(second)
        self.assertNotIn("idempotent-replayed", one)
        self.assertEqual(two["idempotent-replayed"], "true")
        self.assertEqual(one["original-request"], one["request-id"])
        self.assertEqual(two["original-request"], one["request-id"])
        self.assertNotEqual(two["request-id"], one["request-id"])
        self.assertEqual((one["idempotency-key"], two["idempotency-key"]), (key, key))

    def test_the_replay_is_of_then(self) -> None:
        """CONTRACT 7: status and body are stored"""
        key = unique("key")
        first = stripe.Customer.create(name="Then", idempotency_key=key)
        stripe.Customer.modify(first.id, name="Now")
        again = stripe.Customer.create(name="Then", idempotency_key=key)
        self.assertEqual((again.id, again.name), (first.id, "Then"))

    def test_another_key_is_another_object(self) -> None:
        """CONTRACT 7"""
        first = stripe.Customer.create(name="Twin", idempotency_key=unique("key"))
        second = stripe.Customer.create(name="Twin", idempotency_key=unique("key"))
        self.assertNotEqual(first.id, second.id)

    def test_other_parameters(self) -> None:
        """CONTRACT 7: same key, other params → 400 idempotency_error"""
        key = unique("key")
        stripe.Customer.create(name="One", idempotency_key=key)
        with self.refused(
            stripe.IdempotencyError, 400, type="idempotency_error",
            message=MISMATCH.format(key=key),
        ):
            stripe.Customer.create(name="Two", idempotency_key=key)

    def test_another_path(self) -> None:
        """CONTRACT 7: same key, other path → 400 idempotency_error"""
        key = unique("key")
        stripe.Customer.create(name="One", idempotency_key=key)
        with self.refused(stripe.IdempotencyError, 400, type="idempotency_error"):
            stripe.Product.create(name="One", idempotency_key=key)

    def test_the_order_of_parameters_does_not_matter(self) -> None:
        """CONTRACT 7: decoded params, order-independent (code: peer)"""
        key = unique("key")
        answers = [
            plain_request("POST", "/v1/customers", form, {**bearer(), "Idempotency-Key": key})
            for form in ("name=A&metadata[k]=v", "metadata%5Bk%5D=v&name=A")
        ]
        self.assertEqual([a.status for a in answers], [200, 200])
        self.assertEqual(answers[0].json["id"], answers[1].json["id"])

    def test_a_decline_is_stored(self) -> None:
        """CONTRACT 7: also 402"""
        key = unique("key")
        charges = []
        for _ in range(2):
            with self.refused(stripe.CardError, 402) as refusal:
                pay(card="pm_card_chargeDeclined", idempotency_key=key)
            charges.append(refusal.error["charge"])
        self.assertEqual(charges[0], charges[1])
        replayed = headers_of(refusal.exception)
        self.assertEqual(replayed["idempotent-replayed"], "true")

    def test_a_refused_parameter_is_not_stored(self) -> None:
        """CONTRACT 7: parameter validation 400: the same key may be retried"""
        key = unique("key")
        with self.refused(stripe.InvalidRequestError, 400, code="parameter_unknown"):
            stripe.Customer.create(nope="x", idempotency_key=key)
        made = stripe.Customer.create(name="Mended", idempotency_key=key)
        self.assertNotIn("idempotent-replayed", headers_of(made))

    def test_reads_take_no_notice(self) -> None:
        """CONTRACT 7: ignored on GET"""
        customer, key = make_customer(), unique("key")
        for _ in range(2):
            answer = plain_request(
                "GET", f"/v1/customers/{customer.id}",
                headers={**bearer(), "Idempotency-Key": key},
            )
            self.assertEqual(answer.status, 200)
            self.assertNotIn("idempotent-replayed", answer.headers)

    def test_too_long(self) -> None:
        """CONTRACT 7: ≤ 255 characters"""
        with self.assertRaises(stripe.StripeError) as refused:
            stripe.Customer.create(name="x", idempotency_key="k" * 256)
        self.assertEqual(refused.exception.http_status, 400)
