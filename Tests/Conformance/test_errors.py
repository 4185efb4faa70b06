"""Errors: each class of the SDK, each form of message."""

from __future__ import annotations

import stripe

from objects import make_customer, make_payer, make_price, pay
from support import ConformanceCase, TARGET, bearer, headers_of, plain_request

NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header,"
    " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
    " https://stripe.com/docs/api#authentication for details, or we can help at"
    " https://support.stripe.com/."
)
BELOW_MINIMUM = (
    "The amount must be greater than or equal to the minimum charge amount allowed for your"
    " account and the currency set"
    " (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).  If you want to"
    " save a Payment Method for future use without an immediate payment, use a Setup Intent"
    " instead: https://docs.stripe.com/payments/setup-intents"
)


class Keys(ConformanceCase):
    def test_no_key(self) -> None:
        """CONTRACT 2, 401 bodies; 1: no Request-Id on 401"""
        answer = plain_request("GET", "/v1/customers")
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.json["error"], {
            "message": NO_KEY, "type": "invalid_request_error",
        })
        self.assertEqual(answer.headers["www-authenticate"], 'Bearer realm="Stripe"')
        self.assertNotIn("request-id", answer.headers)

    def test_a_wrong_key(self) -> None:
        """CONTRACT 2: AuthenticationError, only the tail is shown"""
        with self.refused(
            stripe.AuthenticationError, 401, type="invalid_request_error", code=None, param=None
        ) as refusal:
            stripe.Customer.list(api_key="no_such_kind_of_key_1234")
        said = refusal.error["message"]
        self.assertTrue(said.startswith("Invalid API Key provided: "), said)
        self.assertTrue(said.endswith("1234"), said)
        self.assertNotIn("such_kind", said)

    def test_a_publishable_key(self) -> None:
        """CONTRACT 2: secret_key_required"""
        with self.assertRaises(stripe.StripeError) as caught:
            stripe.Customer.list(api_key="pk_test_" + "a" * 24)
        self.assertIn(caught.exception.http_status, (401, 403))

    def test_another_account(self) -> None:
        """CONTRACT 2: 403 account_invalid"""
        with self.refused(
            stripe.PermissionError, 403, type="invalid_request_error", code="account_invalid"
        ) as refusal:
            stripe.Account.retrieve("acct_1NotYours000000")
        self.assertRegex(
            refusal.error["message"],
            r"^The provided key 'sk_test_.*' does not have access to account"
            r" 'acct_1NotYours000000' \(or that account does not exist\)\. Application access may"
            r" have been revoked\.$",
        )

    def test_basic_authentication(self) -> None:
        """CONTRACT 2: key as user name, empty password"""
        import base64

        token = base64.b64encode(f"{TARGET.key}:".encode()).decode()
        answer = plain_request(
            "GET", "/v1/customers?limit=1", headers={"Authorization": f"Basic {token}"}
        )
        self.assertEqual(answer.status, 200)


class Parameters(ConformanceCase):
    def test_missing(self) -> None:
        """CONTRACT 8, missing param"""
        with self.refused(
            stripe.InvalidRequestError, 400, type="invalid_request_error",
            code="parameter_missing", param="amount", message="Missing required param: amount.",
        ) as refusal:
            stripe.PaymentIntent.create(currency="usd")
        self.assertEqual(
            refusal.error["doc_url"], "https://stripe.com/docs/error-codes/parameter-missing"
        )
        self.assertIn("request_log_url", refusal.error)

    def test_unknown(self) -> None:
        """CONTRACT 8, unknown param, also nested"""
        for params, name in (
            ({"foo": "1"}, "foo"),
            ({"invoice_settings": {"nope": "1"}}, "invoice_settings[nope]"),
        ):
            with self.subTest(name=name):
                with self.refused(
                    stripe.InvalidRequestError, 400, code="parameter_unknown", param=name,
                    message=f"Received unknown parameter: {name}",
                ):
                    stripe.Customer.create(**params)

    def test_unknown_ones_come_first(self) -> None:
        """CONTRACT 8: reported before every other fault (code: peer)"""
        with self.refused(stripe.InvalidRequestError, 400, code="parameter_unknown", param="foo"):
            stripe.PaymentIntent.create(amount="abc", foo="1")

    def test_integers(self) -> None:
        """CONTRACT 8, bad integer"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_invalid_integer", param="amount",
            message="Invalid integer: abc",
        ):
            stripe.PaymentIntent.create(amount="abc", currency="usd")
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_invalid_integer", param="amount",
            message=BELOW_MINIMUM,
        ):
            stripe.PaymentIntent.create(amount=0, currency="usd")

    def test_empty(self) -> None:
        """CONTRACT 8, empty (code: peer)"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_invalid_empty", param="currency",
            message="You passed an empty string for 'currency'. We assume empty values are an"
            " attempt to unset a parameter; however 'currency' cannot be unset. You should remove"
            " 'currency' from your request or supply a non-empty value.",
        ):
            stripe.PaymentIntent.create(amount=500, currency="")

    def test_other_types(self) -> None:
        """CONTRACT 8, other types: no code, with param (code: peer)"""
        cases = {
            "address": ({"address": "Paris"}, "Invalid object"),
            "preferred_locales": ({"preferred_locales": "fr"}, "Invalid array"),
            "name": ({"name": ["wrong", "type"]}, 'Invalid string: {"0":"wrong","1":"type"}'),
        }
        for param, (params, message) in cases.items():
            with self.subTest(param=param):
                with self.refused(
                    stripe.InvalidRequestError, 400, code=None, param=param, message=message
                ):
                    stripe.Customer.create(**params)
        with self.refused(
            stripe.InvalidRequestError, 400, code=None, param="active",
            message="Invalid boolean: perhaps",
        ):
            stripe.Product.create(name="P", active="perhaps")

    def test_too_long(self) -> None:
        """CONTRACT 8: must be at most 5000 characters (code: peer); CONTRACT 10"""
        with self.refused(
            stripe.InvalidRequestError, 400, param="description",
            message="Invalid string: abcd...wxyz; must be at most 5000 characters",
        ):
            stripe.Customer.create(description="abcd" + "m" * 5000 + "wxyz")

    def test_enums(self) -> None:
        """CONTRACT 8, enum: no code, with param"""
        with self.refused(
            stripe.InvalidRequestError, 400, code=None, param="payment_behavior",
            message="Invalid payment_behavior: must be one of allow_incomplete,"
            " pending_if_incomplete, error_if_incomplete, or default_incomplete",
        ):
            stripe.Subscription.create(
                customer=make_payer().id, items=[{"price": make_price().id}],
                payment_behavior="perhaps",
            )

    def test_metadata_limits(self) -> None:
        """CONTRACT 10, metadata: 50 keys, key of 40, value of 500 characters"""
        bounds = {str(number): "v" for number in range(50)}
        full = make_customer(metadata=bounds_without_ours(bounds))
        self.assertEqual(len(full.metadata.to_dict()), 50)
        for metadata in (
            {**bounds, "more": "v"}, {"k" * 41: "v"}, {"k": "v" * 501},
        ):
            with self.subTest(keys=len(metadata)):
                with self.refused(stripe.InvalidRequestError, 400):
                    stripe.Customer.create(metadata=metadata)


def bounds_without_ours(metadata: dict[str, str]) -> dict[str, str]:
    """One key less: `make_customer` adds its own."""
    return dict(list(metadata.items())[1:])


class Missing(ConformanceCase):
    def test_in_the_path(self) -> None:
        """CONTRACT 8, missing object: 404, the nouns and params"""
        cases = {
            "customer": (stripe.Customer, "id"),
            "charge": (stripe.Charge, "id"),
            "product": (stripe.Product, "id"),
            "price": (stripe.Price, "price"),
            "invoice": (stripe.Invoice, "invoice"),
            "subscription": (stripe.Subscription, "subscription_exposed_id"),
            "payment_intent": (stripe.PaymentIntent, "intent"),
            "setupintent": (stripe.SetupIntent, "intent"),
        }
        for noun, (resource, param) in cases.items():
            with self.subTest(noun=noun):
                with self.refused(
                    stripe.InvalidRequestError, 404, code="resource_missing", param=param,
                    message=f"No such {noun}: 'does not exist'",
                ):
                    resource.retrieve("does not exist")

    def test_a_payment_method(self) -> None:
        """CONTRACT 8: PaymentMethod (capitals), its message may go on"""
        with self.refused(
            stripe.InvalidRequestError, 404, code="resource_missing", param="payment_method"
        ) as refusal:
            stripe.PaymentMethod.attach("abcd", customer=make_customer().id)
        self.assertTrue(refusal.error["message"].startswith("No such PaymentMethod: 'abcd'"))

    def test_the_wrong_kind(self) -> None:
        """CONTRACT 8: a wrong-prefix id gives the same message"""
        with self.refused(
            stripe.InvalidRequestError, 404, message="No such customer: 'ch_123'"
        ):
            stripe.Customer.retrieve("ch_123")

    def test_in_the_body(self) -> None:
        """CONTRACT 8: 400 when it is a param (recorded: items[0][price])"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="resource_missing", param="items[0][price]",
            message="No such price: 'invalid'",
        ):
            stripe.Subscription.create(customer=make_payer().id, items=[{"price": "invalid"}])
        with self.refused(
            stripe.InvalidRequestError, 400, code="resource_missing", param="customer",
            message="No such customer: 'cus_x'",
        ):
            stripe.PaymentIntent.create(amount=500, currency="usd", customer="cus_x")

    def test_in_the_query(self) -> None:
        """CONTRACT 8: 400 when it is a param in the query (cursor, CONTRACT 5)"""
        with self.refused(
            stripe.InvalidRequestError, 400, code="resource_missing", param="starting_after",
            message="No such product: 'prod_x'",
        ):
            stripe.Product.list(starting_after="prod_x")

    def test_an_unknown_url(self) -> None:
        """CONTRACT 8, unknown URL: 404, no code"""
        for method in ("get", "post"):
            with self.subTest(method=method):
                with self.refused(
                    stripe.InvalidRequestError, 404, code=None,
                    message=f"Unrecognized request URL ({method.upper()}: /v1/foo). Please see"
                    " https://stripe.com/docs or we can help at https://support.stripe.com/.",
                ):
                    TARGET.client().raw_request(method, "/v1/foo")

    def test_a_trailing_slash(self) -> None:
        """CONTRACT 1 and 8: a trailing slash is an unrecognised URL, with advice"""
        answer = plain_request("GET", "/v1/customers/", headers=bearer())
        self.assertEqual(answer.status, 404)
        said = answer.json["error"]["message"]
        self.assertTrue(said.startswith("Unrecognized request URL (GET: /v1/customers/)."), said)

    def test_no_other_verbs(self) -> None:
        """CONTRACT 1: GET, POST and DELETE only"""
        for method in ("PUT", "PATCH"):
            answer = plain_request(method, "/v1/customers", headers=bearer())
            self.assertIn(answer.status, (404, 405))


class Bodies(ConformanceCase):
    def test_the_classes_agree_with_the_status(self) -> None:
        """CONTRACT 8, table of statuses; SDK mapping order"""
        with self.assertRaises(stripe.CardError) as declined:
            pay(card="pm_card_chargeDeclined")
        self.assertEqual(declined.exception.code, "card_declined")
        self.assertTrue(declined.exception.request_id.startswith("req_"))
        with self.assertRaises(stripe.InvalidRequestError) as unknown:
            stripe.Customer.retrieve("cus_nobody")
        self.assertEqual(headers_of(unknown.exception)["content-type"], "application/json")

    def test_keys_are_in_order_and_none_is_null(self) -> None:
        """CONTRACT 8: alphabetical order, keys with null values are left out"""
        answer = plain_request("GET", "/v1/customers/cus_nobody", headers=bearer())
        error = answer.json["error"]
        self.assertEqual(list(error), sorted(error))
        self.assertNotIn(None, error.values())
        self.assertEqual(list(answer.json), ["error"])
