"""Subscriptions: creation and its events, incomplete ones, trials, changes, cancelation."""

from __future__ import annotations

from typing import Any

import stripe

from objects import (
    attach, charge_of, intent_of, make_customer, make_payer, make_price, make_product, subscribe,
)
from support import ConformanceCase, now

DAY = 86400

NO_PAYMENT_METHOD = (
    "This customer has no attached payment source or default payment method. Please consider"
    " adding a default payment method. For more information, visit"
    " https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
    "#payment-method-priority."
)


def only_item(subscription: stripe.Subscription) -> Any:
    items = subscription["items"].data
    if len(items) != 1:
        raise AssertionError(f"{subscription.id} has {len(items)} items, not one")
    return items[0]


def latest_invoice(subscription: stripe.Subscription) -> stripe.Invoice:
    return stripe.Invoice.retrieve(subscription.latest_invoice)


class Creation(ConformanceCase):
    def test_active_at_once(self) -> None:
        """LIFECYCLES 7, creating a monthly subscription; RESOURCES subscription"""
        customer, price = make_payer(), make_price(2500)
        made = subscribe(customer, price, metadata={"team": "a"})
        self.assertShape(made, {
            "object": "subscription", "status": "active", "customer": customer.id,
            "currency": "usd", "collection_method": "charge_automatically",
            "cancel_at_period_end": False, "canceled_at": None, "ended_at": None,
            "trial_end": None, "discounts": [], "metadata": {"team": "a"}, "livemode": False,
            "pause_collection": None, "billing_cycle_anchor": made.created,
            "billing_mode": {"type": "flexible"}, "quantity": 1, "test_clock": None,
            "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        })
        item = only_item(made)
        self.assertShape(item, {
            "object": "subscription_item", "quantity": 1, "subscription": made.id,
            "current_period_start": made.created, "price": {"id": price.id, "object": "price"},
        })
        self.assertIn(item.current_period_end - made.created, range(28 * DAY, 31 * DAY + 1))
        self.assertEqual(made["items"].url, f"/v1/subscription_items?subscription={made.id}")
        self.assertEqual(made["items"].total_count, 1)

    def test_its_first_invoice(self) -> None:
        """LIFECYCLES 6 and 7; recorded/subscription_create_success_sequence"""
        customer = make_payer()
        price = make_price(2500, product=make_product(name="Gold").id)
        made = subscribe(customer, price, metadata={"team": "a"})
        invoice = latest_invoice(made)
        self.assertShape(invoice, {
            "status": "paid", "billing_reason": "subscription_create", "total": 2500,
            "subtotal": 2500, "amount_due": 2500, "amount_paid": 2500, "amount_remaining": 0,
            "attempted": True, "attempt_count": 1, "customer": customer.id, "currency": "usd",
            "period_start": invoice.period_end,
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": made.id, "metadata": {"team": "a"}},
            },
        })
        self.assertRegex(invoice.number, r"^[A-Z0-9]+-\d{4}$")
        self.assertIsNotNone(invoice.hosted_invoice_url)
        line = invoice.lines.data[0]
        item = only_item(made)
        self.assertShape(line, {
            "object": "line_item", "amount": 2500, "quantity": 1, "discountable": True,
            "description": "1 × Gold (at $25.00 / month)", "metadata": {"team": "a"},
            "period": {"start": item.current_period_start, "end": item.current_period_end},
            "parent": {
                "type": "subscription_item_details",
                "subscription_item_details": {
                    "subscription": made.id, "subscription_item": item.id, "proration": False,
                },
            },
            "pricing": {
                "type": "price_details",
                "price_details": {"price": price.id, "product": price.product},
            },
        })

    def test_its_payment(self) -> None:
        """LIFECYCLES 1 and 7: the PaymentIntent of a subscription's invoice"""
        customer = make_payer()
        invoice = latest_invoice(subscribe(customer, make_price(2500)))
        payment = stripe.InvoicePayment.list(invoice=invoice.id).data[0]
        self.assertShape(payment, {
            "object": "invoice_payment", "status": "paid", "is_default": True,
            "amount_paid": 2500, "amount_requested": 2500, "invoice": invoice.id,
            "payment": {"type": "payment_intent"},
        })
        intent = intent_of(invoice)
        self.assertShape(intent, {
            "status": "succeeded", "description": "Subscription creation", "amount": 2500,
            "setup_future_usage": "off_session", "capture_method": "automatic",
            "payment_details": {"order_reference": invoice.id[:25]},
        })
        self.assertIsNotNone(charge_of(intent).balance_transaction)
        found = stripe.InvoicePayment.list(
            payment={"type": "payment_intent", "payment_intent": intent.id}
        )
        self.assertEqual([p.id for p in found.data], [payment.id])
        self.assertEqual(stripe.Customer.retrieve(customer.id).currency, "usd")

    def test_its_events(self) -> None:
        """LIFECYCLES 7, event set of the call; created already active, so no updated"""
        customer = make_payer()
        made = subscribe(customer, make_price())
        self.assertEvents(
            customer.id, "customer.subscription.created", "invoice.created", "invoice.finalized",
            "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
            "invoice.paid", "invoice.payment_succeeded", "customer.updated",
        )
        payment = stripe.InvoicePayment.list(invoice=made.latest_invoice).data[0]
        self.assertEvents(payment.id, "invoice_payment.paid")
        snapshot = self.event("customer.subscription.created", made.id).data.object
        self.assertEqual(snapshot.status, "active")
        self.assertNoEvent("customer.subscription.updated", made.id)

    def test_without_a_way_to_pay(self) -> None:
        """LIFECYCLES 7, payment-method precedence: resource_missing without param"""
        customer = make_customer()
        with self.refused(
            stripe.InvalidRequestError, 400, code="resource_missing", param=None,
            message=NO_PAYMENT_METHOD,
        ):
            subscribe(customer, make_price())
        self.assertEqual(stripe.Subscription.list(customer=customer.id, status="all").data, [])

    def test_its_own_payment_method_comes_first(self) -> None:
        """LIFECYCLES 7, payment-method precedence"""
        customer = make_payer("pm_card_chargeCustomerFail")
        good = stripe.PaymentMethod.attach("pm_card_mastercard", customer=customer.id)
        made = subscribe(customer, make_price(), default_payment_method=good.id)
        self.assertEqual(made.status, "active")
        self.assertEqual(intent_of(latest_invoice(made)).payment_method, good.id)

    def test_quantity_and_several_items(self) -> None:
        """RESOURCES subscription: plan and quantity are null with several items"""
        customer = make_payer()
        one, two = make_price(1000), make_price(300)
        made = stripe.Subscription.create(customer=customer.id, items=[
            {"price": one.id, "quantity": 3}, {"price": two.id},
        ])
        self.assertShape(made, {"plan": None, "quantity": None})
        self.assertEqual(made["items"].total_count, 2)
        invoice = latest_invoice(made)
        self.assertEqual(invoice.total, 3300)
        self.assertEqual(sorted(line.amount for line in invoice.lines.data), [300, 3000])

    def test_tiers(self) -> None:
        """RESOURCES price: tiers_mode graduated and volume"""
        tiers = [{"up_to": 10, "unit_amount": 500}, {"up_to": "inf", "unit_amount": 300}]
        for mode, total in (("graduated", 10 * 500 + 5 * 300), ("volume", 15 * 300)):
            with self.subTest(mode=mode):
                price = stripe.Price.create(
                    currency="usd", product=make_product().id, recurring={"interval": "month"},
                    billing_scheme="tiered", tiers_mode=mode, tiers=tiers,
                )
                made = subscribe(make_payer(), price, quantity=15)
                self.assertEqual(latest_invoice(made).total, total)

    def test_an_anchor_ahead(self) -> None:
        """LIFECYCLES 7, anchors: a later anchor makes a prorated stub period"""
        anchor = now() + 10 * DAY
        made = subscribe(make_payer(), make_price(2500), billing_cycle_anchor=anchor)
        self.assertShape(only_item(made), {"current_period_end": anchor})
        self.assertEqual(made.billing_cycle_anchor, anchor)
        self.assertAlmostEqual(latest_invoice(made).total, 2500 * 10 / 30.5, delta=40)

    def test_something_once_on_top(self) -> None:
        """RESOURCES subscription, create param add_invoice_items"""
        once = make_price(700, "")
        made = subscribe(make_payer(), make_price(2500), add_invoice_items=[{"price": once.id}])
        self.assertEqual(latest_invoice(made).total, 3200)
        self.assertEqual(made["items"].total_count, 1)

    def test_sent_invoices(self) -> None:
        """LIFECYCLES 7: collection_method=send_invoice is active without a payment"""
        customer = make_customer()
        made = subscribe(
            customer, make_price(), collection_method="send_invoice", days_until_due=30
        )
        self.assertShape(made, {"status": "active", "days_until_due": 30})
        self.assertEqual(stripe.Charge.list(customer=customer.id).data, [])


class Incomplete(ConformanceCase):
    def test_declined(self) -> None:
        """LIFECYCLES 7: a declining card with allow_incomplete: 200, incomplete"""
        customer = make_payer("pm_card_chargeCustomerFail")
        made = subscribe(customer, make_price())
        self.assertEqual(made.status, "incomplete")
        invoice = latest_invoice(made)
        self.assertShape(invoice, {
            "status": "open", "amount_paid": 0, "amount_remaining": 2500, "attempted": True,
        })
        self.assertEqual(intent_of(invoice).status, "requires_payment_method")
        self.assertEvents(
            customer.id, "customer.subscription.created", "invoice.created", "invoice.finalized",
            "payment_intent.created", "charge.failed", "payment_intent.payment_failed",
            "invoice.updated", "invoice.payment_failed",
        )
        snapshot = self.event("customer.subscription.created", made.id).data.object
        self.assertEqual(snapshot.status, "incomplete")

    def test_paid_afterwards(self) -> None:
        """LIFECYCLES 7: incomplete, first invoice paid → active"""
        customer = make_payer("pm_card_chargeCustomerFail")
        made = subscribe(customer, make_price())
        good = attach(customer, "pm_card_visa")
        paid = stripe.Invoice.pay(made.latest_invoice, payment_method=good.id)
        self.assertEqual(paid.status, "paid")
        self.assertEqual(stripe.Subscription.retrieve(made.id).status, "active")
        event = self.event("customer.subscription.updated", made.id)
        self.assertShape(event.data.previous_attributes, {"status": "incomplete"})

    def test_default_incomplete(self) -> None:
        """LIFECYCLES 7: default_incomplete: no attempt, a secret to confirm with"""
        customer = make_customer()
        made = subscribe(
            customer, make_price(), payment_behavior="default_incomplete",
            expand=["latest_invoice.confirmation_secret"],
        )
        self.assertEqual(made.status, "incomplete")
        secret = made.latest_invoice.confirmation_secret
        self.assertEqual(secret.type, "payment_intent")
        intent = secret.client_secret.split("_secret_")[0]
        self.assertShape(stripe.PaymentIntent.retrieve(intent), {
            "status": "requires_payment_method", "latest_charge": None,
        })
        stripe.PaymentIntent.confirm(intent, payment_method="pm_card_visa")
        self.eventually(
            "the subscription becomes active",
            lambda: stripe.Subscription.retrieve(made.id).status == "active",
        )
        self.assertEqual(stripe.Invoice.retrieve(made.latest_invoice.id).status, "paid")

    def test_error_if_incomplete(self) -> None:
        """LIFECYCLES 7: error_if_incomplete: nothing is created, 402"""
        customer = make_payer("pm_card_chargeCustomerFail")
        with self.refused(stripe.CardError, 402, code="card_declined"):
            subscribe(customer, make_price(), payment_behavior="error_if_incomplete")
        self.assertEqual(stripe.Subscription.list(customer=customer.id, status="all").data, [])

    def test_three_d_secure(self) -> None:
        """LIFECYCLES 7; recorded/subscription_incomplete_authentication_required"""
        customer = make_payer("pm_card_authenticationRequired")
        made = subscribe(customer, make_price())
        self.assertEqual(made.status, "incomplete")
        invoice = latest_invoice(made)
        self.assertShape(invoice, {
            "status": "open", "attempted": True, "attempt_count": 0, "auto_advance": True,
            "next_payment_attempt": None,
        })
        self.assertShape(intent_of(invoice), {"status": "requires_action", "latest_charge": None})
        payment = stripe.InvoicePayment.list(invoice=invoice.id).data[0]
        self.assertShape(payment, {"status": "open", "amount_paid": None})
        self.assertEvents(customer.id, "payment_intent.requires_action")
        self.assertEvents(invoice.id, "invoice.payment_action_required")

    def test_given_up(self) -> None:
        """LIFECYCLES 7: incomplete, DELETE → incomplete_expired (code: peer)"""
        made = subscribe(make_payer("pm_card_chargeCustomerFail"), make_price())
        self.assertEqual(stripe.Subscription.cancel(made.id).status, "incomplete_expired")


class Trials(ConformanceCase):
    def test_two_weeks(self) -> None:
        """LIFECYCLES 7, trials; recorded/subscription_trial_create_then_delete"""
        price = make_price(2500, product=make_product(name="Gold", unit_label="user").id)
        made = subscribe(make_payer(), price, trial_period_days=14)
        self.assertShape(made, {
            "status": "trialing", "trial_start": made.created,
            "trial_end": made.created + 14 * DAY, "billing_cycle_anchor": made.trial_end,
        })
        self.assertShape(only_item(made), {
            "current_period_start": made.created, "current_period_end": made.trial_end,
        })
        invoice = latest_invoice(made)
        self.assertShape(invoice, {
            "status": "paid", "total": 0, "amount_due": 0, "attempted": True, "attempt_count": 0,
        })
        self.assertIsNotNone(invoice.number)
        self.assertEqual(invoice.lines.data[0].description, "Free trial for 1 user × Gold")
        self.assertEqual(stripe.InvoicePayment.list(invoice=invoice.id).data, [])

    def test_needs_no_card(self) -> None:
        """LIFECYCLES 7: create with trial"""
        made = subscribe(make_customer(), make_price(), trial_period_days=7)
        self.assertEqual(made.status, "trialing")

    def test_a_short_one_ends_soon(self) -> None:
        """LIFECYCLES 7: trial_will_end at once if the trial is shorter than 3 days"""
        made = subscribe(make_payer(), make_price(), trial_end=now() + 2 * DAY)
        self.assertEvents(made.id, "customer.subscription.trial_will_end")

    def test_ended_by_hand(self) -> None:
        """LIFECYCLES 7: trialing, trial end, payment OK → active"""
        customer = make_payer()
        made = subscribe(customer, make_price(), trial_period_days=14)
        ended = stripe.Subscription.modify(made.id, trial_end="now")
        self.assertEqual(ended.status, "active")
        invoice = latest_invoice(ended)
        self.assertShape(invoice, {"status": "paid", "total": 2500})
        event = self.event("customer.subscription.updated", made.id)
        self.assertShape(event.data.previous_attributes, {"status": "trialing"})

    def test_canceled(self) -> None:
        """recorded/subscription_trial_create_then_delete; LIFECYCLES 7: trial_end stays"""
        made = subscribe(make_payer(), make_price(), trial_period_days=14)
        gone = stripe.Subscription.cancel(made.id)
        self.assertShape(gone, {
            "status": "canceled", "trial_end": made.trial_end,
            "billing_cycle_anchor": made.billing_cycle_anchor,
        })


class Changes(ConformanceCase):
    def test_swap_billed_at_once(self) -> None:
        """LIFECYCLES 7, proration; recorded/subscription_price_swap_always_invoice"""
        customer = make_payer()
        product = make_product(name="Gold").id
        monthly, yearly = make_price(2500, product=product), make_price(
            25000, "year", product=product
        )
        made = subscribe(customer, monthly)
        first_line = latest_invoice(made).lines.data[0]
        item = only_item(made)
        swapped = stripe.Subscription.modify(
            made.id, items=[{"id": item.id, "price": yearly.id}],
            proration_behavior="always_invoice",
        )
        self.assertNotEqual(swapped.latest_invoice, made.latest_invoice)
        invoice = latest_invoice(swapped)
        self.assertShape(invoice, {"status": "paid", "billing_reason": "subscription_update"})
        credit, debit = sorted(invoice.lines.data, key=lambda line: line.amount)
        self.assertEqual(invoice.total, credit.amount + debit.amount)
        # A second or two have passed at most: the amounts round to the whole ones.
        self.assertEqual((credit.amount, debit.amount), (-2500, 25000))
        self.assertTrue(credit.description.startswith("Unused time on Gold after "))
        self.assertTrue(debit.description.startswith("Remaining time on Gold after "))
        for line in (credit, debit):
            self.assertShape(line, {"discountable": False, "quantity": 1})
            self.assertIsNone(line.pricing.unit_amount_decimal)
            details = line.parent.subscription_item_details
            self.assertIs(details.proration, True)
            self.assertTrue(details.invoice_item.startswith("ii_"))
        credited = credit.parent.subscription_item_details.proration_details.credited_items
        self.assertShape(credited, {
            "invoice": made.latest_invoice, "invoice_line_items": [first_line.id],
        })
        self.assertEqual(credit.period.end, item.current_period_end)

    def test_more_seats_wait_for_the_next_invoice(self) -> None:
        """LIFECYCLES 7: create_prorations makes two pending invoice items, no invoice"""
        customer = make_payer()
        made = subscribe(customer, make_price(2500))
        changed = stripe.Subscription.modify(
            made.id, items=[{"id": only_item(made).id, "quantity": 3}]
        )
        self.assertEqual(changed.latest_invoice, made.latest_invoice)
        self.assertEqual(only_item(changed).quantity, 3)
        pending = stripe.InvoiceItem.list(customer=customer.id, pending=True).data
        self.assertEqual(sorted(i.amount for i in pending), [-2500, 7500])
        for one in pending:
            self.assertShape(one, {"proration": True, "invoice": None})
            self.assertEvents(one.id, "invoiceitem.created")
        event = self.event("customer.subscription.updated", made.id)
        old = event.data.previous_attributes["items"]["data"][0]
        self.assertEqual(old["quantity"], 1)

    def test_no_proration(self) -> None:
        """LIFECYCLES 7: none makes no items"""
        customer = make_payer()
        made = subscribe(customer, make_price())
        stripe.SubscriptionItem.modify(
            only_item(made).id, quantity=2, proration_behavior="none"
        )
        self.assertEqual(stripe.InvoiceItem.list(customer=customer.id, pending=True).data, [])

    def test_half_of_the_period(self) -> None:
        """LIFECYCLES 7: 10 → 20 USD half-way through: −5 and +10"""
        customer = make_payer()
        product = make_product().id
        made = subscribe(customer, make_price(1000, product=product))
        item = only_item(made)
        middle = (item.current_period_start + item.current_period_end) // 2
        double = make_price(2000, product=product)
        stripe.Subscription.modify(
            made.id, items=[{"id": item.id, "price": double.id}], proration_date=middle
        )
        pending = stripe.InvoiceItem.list(customer=customer.id, pending=True).data
        self.assertEqual(sorted(i.amount for i in pending), [-500, 1000])

    def test_items_come_and_go(self) -> None:
        """RESOURCES subscription_item"""
        made = subscribe(make_payer(), make_price())
        extra = make_price(500)
        added = stripe.SubscriptionItem.create(subscription=made.id, price=extra.id, quantity=2)
        self.assertShape(added, {"object": "subscription_item", "quantity": 2})
        listed = stripe.SubscriptionItem.list(subscription=made.id)
        self.assertEqual({i.id for i in listed.data}, {added.id, only_item(made).id})
        gone = stripe.SubscriptionItem.delete(added.id)
        self.assertEqual(gone.to_dict(), {
            "id": added.id, "object": "subscription_item", "deleted": True,
        })
        self.assertEqual(len(stripe.SubscriptionItem.list(subscription=made.id).data), 1)

    def test_metadata(self) -> None:
        """RESOURCES subscription, update params; WEBHOOKS 1, previous_attributes"""
        made = subscribe(make_payer(), make_price(), metadata={"a": "1"})
        changed = stripe.Subscription.modify(made.id, metadata={"b": "2"})
        self.assertShape(changed.metadata, {"a": "1", "b": "2"})
        event = self.event("customer.subscription.updated", made.id)
        self.assertEqual(event.data.previous_attributes.to_dict(), {"metadata": {"b": None}})

    def test_pause_collection(self) -> None:
        """LIFECYCLES 7, pause_collection; recorded/subscription_pause_collection"""
        made = subscribe(make_payer(), make_price())
        until = now() + 20 * DAY
        paused = stripe.Subscription.modify(
            made.id, pause_collection={"behavior": "void", "resumes_at": until}
        )
        self.assertShape(paused, {
            "status": "active", "pause_collection": {"behavior": "void", "resumes_at": until},
        })
        resumed = stripe.Subscription.modify(made.id, pause_collection="")
        self.assertShape(resumed, {"status": "active", "pause_collection": None})

    def test_pause_and_resume(self) -> None:
        """LIFECYCLES 7: active, pause endpoint / resume"""
        made = subscribe(make_payer(), make_price())
        self.assertEqual(stripe.Subscription.pause(made.id).status, "paused")
        self.assertEvents(made.id, "customer.subscription.paused")
        self.assertEqual(stripe.Subscription.resume(made.id).status, "active")
        self.assertEvents(made.id, "customer.subscription.resumed")


class Cancelation(ConformanceCase):
    def test_at_once(self) -> None:
        """LIFECYCLES 7: DELETE answers the whole subscription, canceled"""
        customer = make_payer()
        made = subscribe(customer, make_price())
        gone = stripe.Subscription.cancel(made.id)
        self.assertShape(gone, {
            "id": made.id, "object": "subscription", "status": "canceled", "cancel_at": None,
            "ended_at": gone.canceled_at, "cancel_at_period_end": False,
            "cancellation_details": {"reason": "cancellation_requested"},
        })
        self.assertAbsent(gone, "deleted")
        event = self.event("customer.subscription.deleted", made.id)
        self.assertEqual(event.data.object.status, "canceled")
        self.assertIsNone(getattr(event.data, "previous_attributes", None))

    def test_lists_hide_canceled_ones(self) -> None:
        """CONTRACT 5: subscriptions exclude canceled unless status says otherwise"""
        customer = make_payer()
        gone = subscribe(customer, make_price())
        live = subscribe(customer, make_price())
        stripe.Subscription.cancel(gone.id)
        expected = {None: [live.id], "active": [live.id], "all": [live.id, gone.id],
                    "canceled": [gone.id], "ended": [gone.id], "past_due": []}
        for status, ids in expected.items():
            with self.subTest(status=status):
                options = {"status": status} if status else {}
                listed = stripe.Subscription.list(customer=customer.id, **options)
                self.assertEqual([s.id for s in listed.data], ids)

    def test_at_the_period_end_and_undone(self) -> None:
        """LIFECYCLES 7; recorded/subscription_cancel_at_period_end_then_undo"""
        made = subscribe(make_payer(), make_price())
        planned = stripe.Subscription.modify(made.id, cancel_at_period_end=True)
        self.assertShape(planned, {
            "status": "active", "cancel_at_period_end": True,
            "cancel_at": only_item(made).current_period_end,
            "cancellation_details": {"reason": "cancellation_requested"},
        })
        self.assertAlmostEqual(planned.canceled_at, now(), delta=60)
        undone = stripe.Subscription.modify(made.id, cancel_at_period_end=False)
        self.assertShape(undone, {
            "status": "active", "cancel_at_period_end": False, "cancel_at": None,
            "canceled_at": None, "cancellation_details": {"reason": None},
        })

    def test_earlier_than_planned(self) -> None:
        """LIFECYCLES 7: canceled_at keeps the older value, cancel_at → null"""
        made = subscribe(make_payer(), make_price())
        planned = stripe.Subscription.modify(made.id, cancel_at_period_end=True)
        gone = stripe.Subscription.cancel(made.id)
        self.assertShape(gone, {
            "status": "canceled", "canceled_at": planned.canceled_at, "cancel_at": None,
            "cancel_at_period_end": False,
        })
        self.assertGreaterEqual(gone.ended_at, planned.canceled_at)

    def test_with_comment(self) -> None:
        """RESOURCES subscription: cancellation_details"""
        made = subscribe(make_payer(), make_price())
        gone = stripe.Subscription.cancel(
            made.id, cancellation_details={"comment": "Bye", "feedback": "too_expensive"}
        )
        self.assertShape(gone.cancellation_details, {
            "comment": "Bye", "feedback": "too_expensive", "reason": "cancellation_requested",
        })

    def test_with_credit_for_the_rest(self) -> None:
        """LIFECYCLES 7, proration: cancel with prorate=true makes a credit item"""
        customer = make_payer()
        made = subscribe(customer, make_price(2500))
        stripe.Subscription.cancel(made.id, prorate=True)
        pending = stripe.InvoiceItem.list(customer=customer.id, pending=True).data
        self.assertEqual([(i.amount, i.proration) for i in pending], [(-2500, True)])

    def test_it_is_final(self) -> None:
        """LIFECYCLES 7: canceled is final"""
        made = subscribe(make_payer(), make_price())
        stripe.Subscription.cancel(made.id)
        with self.assertRaises(stripe.InvalidRequestError):
            stripe.Subscription.cancel(made.id)
        self.assertEqual(stripe.Subscription.retrieve(made.id).status, "canceled")

    def test_filters(self) -> None:
        """RESOURCES subscription, list filters price and collection_method"""
        customer, price = make_payer(), make_price()
        made = subscribe(customer, price)
        by_price = stripe.Subscription.list(price=price.id)
        self.assertEqual([s.id for s in by_price.data], [made.id])
        sent = stripe.Subscription.list(customer=customer.id, collection_method="send_invoice")
        self.assertEqual(sent.data, [])
