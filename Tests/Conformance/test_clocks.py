"""Test clocks: time is advanced and the billing that falls due happens."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

import stripe

from objects import (
    attach, intent_of, make_customer, make_payer, make_price, make_product, subscribe,
)
from support import ConformanceCase, now

HOUR, DAY = 3600, 86400
TestClock = stripe.test_helpers.TestClock


def period_end(subscription: stripe.Subscription) -> int:
    return subscription["items"].data[0].current_period_end


def invoices(subscription: stripe.Subscription) -> list[stripe.Invoice]:
    """Newest first."""
    return stripe.Invoice.list(subscription=subscription.id).data


def date_of(time: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).date()


def two_months_after(time: int) -> int:
    """The same day and hour two months on, or the last day of a shorter month."""
    at = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    year, month = at.year + (at.month + 1) // 12, (at.month + 1) % 12 + 1
    day = min(at.day, calendar.monthrange(year, month)[1])
    return int(at.replace(year=year, month=month, day=day).timestamp())


class ClockCase(ConformanceCase):
    def clock(self, frozen_time: int = 0) -> stripe.test_helpers.TestClock:
        made = TestClock.create(frozen_time=frozen_time or now(), name="Conformance")
        self.addCleanup(self.forget, made.id)
        return made

    def forget(self, clock_id: str) -> None:
        try:
            TestClock.delete(clock_id)
        except stripe.InvalidRequestError:
            pass  # The check deleted it itself.

    def advance(self, clock: Any, to: int) -> stripe.test_helpers.TestClock:
        begun = TestClock.advance(clock.id, frozen_time=to)
        self.assertIn(begun.status, ("advancing", "ready"))

        def ready() -> Any:
            current = TestClock.retrieve(clock.id)
            self.assertNotEqual(current.status, "internal_failure")
            return current if current.status == "ready" else None

        done = self.eventually("the clock is ready", ready)
        self.assertEqual(done.frozen_time, to)
        return done

    def subscription(self, clock: Any, card: str = "pm_card_visa", **params: Any) -> Any:
        customer = make_payer(card, test_clock=clock.id)
        price = params.pop("price", None) or make_price(2500)
        return subscribe(customer, price, **params)

    def again(self, subscription: stripe.Subscription) -> stripe.Subscription:
        return stripe.Subscription.retrieve(subscription.id)


class Clocks(ClockCase):
    def test_create(self) -> None:
        """RESOURCES test_clock; LIFECYCLES 10: deletes_after = created + 30 days"""
        clock = self.clock()
        self.assertShape(clock, {
            "object": "test_helpers.test_clock", "status": "ready", "name": "Conformance",
            "livemode": False, "deletes_after": clock.created + 30 * DAY,
        })
        self.assertEqual(TestClock.retrieve(clock.id).frozen_time, clock.frozen_time)
        self.assertEvents(clock.id, "test_helpers.test_clock.created")

    def test_what_is_on_it(self) -> None:
        """LIFECYCLES 10: everything below the customer inherits test_clock, created is its time"""
        clock = self.clock(now() + 90 * DAY)
        made = self.subscription(clock)
        invoice = stripe.Invoice.retrieve(made.latest_invoice)
        self.assertShape(made, {"test_clock": clock.id, "created": clock.frozen_time})
        self.assertShape(invoice, {"test_clock": clock.id, "created": clock.frozen_time})
        self.assertAlmostEqual(intent_of(invoice).created, now(), delta=60)

    def test_lists_leave_its_objects_out(self) -> None:
        """LIFECYCLES 10: un-filtered lists of customers and subscriptions"""
        clock = self.clock()
        made = self.subscription(clock)
        self.assertNotIn(made.customer, [c.id for c in stripe.Customer.list(limit=100).data])
        self.assertNotIn(made.id, [s.id for s in stripe.Subscription.list(limit=100).data])
        customers = stripe.Customer.list(test_clock=clock.id)
        self.assertEqual([c.id for c in customers.data], [made.customer])
        listed = stripe.Subscription.list(test_clock=clock.id)
        self.assertEqual([s.id for s in listed.data], [made.id])
        of_customer = stripe.Subscription.list(customer=made.customer)
        self.assertEqual([s.id for s in of_customer.data], [made.id])

    def test_only_at_creation(self) -> None:
        """LIFECYCLES 10: an existing customer cannot be put on a clock"""
        clock = self.clock()
        with self.refused(
            stripe.InvalidRequestError, 400, code="parameter_unknown", param="test_clock"
        ):
            stripe.Customer.modify(make_customer().id, test_clock=clock.id)

    def test_bounds(self) -> None:
        """LIFECYCLES 10: later than now, at most two intervals of the shortest subscription"""
        clock = self.clock()
        made = self.subscription(clock)
        for target in (clock.frozen_time - 1, period_end(made) + 62 * DAY):
            with self.subTest(target=target - clock.frozen_time):
                with self.refused(stripe.InvalidRequestError, 400):
                    TestClock.advance(clock.id, frozen_time=target)

    def test_three_customers(self) -> None:
        """LIFECYCLES 10, limits: 3 customers per clock"""
        clock = self.clock()
        for _ in range(3):
            make_customer(test_clock=clock.id)
        with self.refused(stripe.InvalidRequestError, 400):
            make_customer(test_clock=clock.id)

    def test_delete(self) -> None:
        """LIFECYCLES 10: deletes its customers and cancels subscriptions"""
        clock = self.clock()
        made = self.subscription(clock)
        self.assertIs(TestClock.delete(clock.id).deleted, True)
        self.assertIs(stripe.Customer.retrieve(made.customer).deleted, True)
        with self.refused(
            stripe.InvalidRequestError, 404, code="resource_missing", param="test_clock"
        ):
            TestClock.retrieve(clock.id)


class Renewals(ClockCase):
    def test_a_month(self) -> None:
        """LIFECYCLES 7, renewal, and 10: period end plus more than an hour"""
        clock = self.clock()
        made = self.subscription(clock)
        end = period_end(made)
        self.advance(clock, end + 2 * HOUR)
        renewed = self.again(made)
        self.assertEqual(renewed.status, "active")
        self.assertShape(renewed["items"].data[0], {"current_period_start": end})
        second, first = invoices(made)
        self.assertShape(second, {
            "status": "paid", "billing_reason": "subscription_cycle", "total": 2500,
            "created": end, "period_start": made.created, "period_end": end,
            "attempt_count": 1,
        })
        self.assertEqual(renewed.latest_invoice, second.id)
        line = second.lines.data[0]
        self.assertShape(line.period, {"start": end, "end": period_end(renewed)})
        self.assertEqual(second.status_transitions.finalized_at, end + HOUR)
        self.assertEqual(first.status, "paid")
        self.assertEqual(len(stripe.Charge.list(customer=made.customer).data), 2)

    def test_its_events(self) -> None:
        """LIFECYCLES 7, renewal; WEBHOOKS 1: request is null, old items in previous_attributes"""
        clock = self.clock()
        made = self.subscription(clock)
        self.advance(clock, period_end(made) + 2 * HOUR)
        latest = self.again(made).latest_invoice
        self.assertEvents(
            latest, "invoice.created", "invoice.finalized", "invoice.paid",
            "invoice.payment_succeeded",
        )
        event = self.event("customer.subscription.updated", made.id)
        self.assertIsNone(event.request.id)
        previous = event.data.previous_attributes
        self.assertEqual(previous["latest_invoice"], made.latest_invoice)
        old = previous["items"]["data"][0]
        self.assertEqual(old["current_period_end"], period_end(made))

    def test_the_draft_hour(self) -> None:
        """LIFECYCLES 6 and 7: a draft for about 1 h, the subscription stays active"""
        clock = self.clock()
        made = self.subscription(clock)
        end = period_end(made)
        self.advance(clock, end + HOUR // 2)
        self.assertShape(invoices(made)[0], {
            "status": "draft", "number": None, "auto_advance": True,
            "automatically_finalizes_at": end + HOUR,
        })
        self.assertEqual(self.again(made).status, "active")
        self.advance(clock, end + 2 * HOUR)
        self.assertEqual(invoices(made)[0].status, "paid")

    def test_two_months_at_once(self) -> None:
        """LIFECYCLES 10: everything due happens in simulated order"""
        clock = self.clock()
        made = self.subscription(clock)
        self.advance(clock, two_months_after(clock.frozen_time))
        newest, second, first = invoices(made)
        self.assertEqual([i.status for i in (first, second, newest)], ["paid", "paid", "draft"])
        starts = [i.lines.data[0].period.start for i in (first, second, newest)]
        ends = [i.lines.data[0].period.end for i in (first, second, newest)]
        self.assertEqual(starts[1:], ends[:-1])

    def test_the_last_day_of_the_month(self) -> None:
        """CONTRACT 10, time: anchors on day 31 fall to the last day and return"""
        year = date_of(now()).year + 1
        begin = calendar.timegm((year, 1, 31, 12, 0, 0))
        clock = self.clock(begin)
        made = self.subscription(clock)
        february = calendar.monthrange(year, 2)[1]
        self.assertEqual(date_of(period_end(made)), datetime.date(year, 2, february))
        self.advance(clock, period_end(made) + 2 * HOUR)
        self.assertEqual(date_of(period_end(self.again(made))), datetime.date(year, 3, 31))

    def test_pending_items_are_billed(self) -> None:
        """RESOURCES invoiceitem: swept into the customer's next subscription invoice"""
        clock = self.clock()
        made = self.subscription(clock)
        stripe.InvoiceItem.create(
            customer=made.customer, amount=700, currency="usd", description="Extra"
        )
        self.advance(clock, period_end(made) + 2 * HOUR)
        newest = invoices(made)[0]
        self.assertShape(newest, {"total": 3200, "status": "paid"})
        # CONTRACT 5: pending invoice items come first.
        self.assertEqual([line.amount for line in newest.lines.data], [700, 2500])

    def test_a_coupon_for_once(self) -> None:
        """LIFECYCLES 9: once = next invoice only"""
        clock = self.clock()
        coupon = stripe.Coupon.create(percent_off=40, duration="once")
        made = self.subscription(clock, discounts=[{"coupon": coupon.id}])
        self.advance(clock, period_end(made) + 2 * HOUR)
        self.assertEqual([i.total for i in invoices(made)], [2500, 1500])

    def test_a_longer_year(self) -> None:
        """CONTRACT 10, time; RESOURCES price, interval year"""
        clock = self.clock()
        made = self.subscription(clock, price=make_price(25000, "year"))
        start, end = date_of(made.created), date_of(period_end(made))
        self.assertEqual((end.year, end.month), (start.year + 1, start.month))


class Declines(ClockCase):
    def failing(self) -> tuple[Any, Any]:
        """A subscription whose card is replaced by one that fails, after its renewal."""
        clock = self.clock()
        made = self.subscription(clock)
        attach(stripe.Customer.retrieve(made.customer), "pm_card_chargeCustomerFail")
        self.advance(clock, period_end(made) + 2 * HOUR)
        return clock, made

    def test_past_due(self) -> None:
        """LIFECYCLES 7: renewal fails → past_due; 6: attempts and the next one"""
        _, made = self.failing()
        self.assertEqual(self.again(made).status, "past_due")
        newest = invoices(made)[0]
        self.assertShape(newest, {
            "status": "open", "attempted": True, "attempt_count": 1, "amount_remaining": 2500,
        })
        self.assertIsNotNone(newest.next_payment_attempt)
        self.assertEvents(newest.id, "invoice.payment_failed")
        self.assertEvents(made.customer, "charge.failed", "payment_intent.payment_failed")
        self.assertIs(stripe.Customer.retrieve(made.customer).delinquent, True)

    def test_paid_after_all(self) -> None:
        """LIFECYCLES 7: past_due, paid → active; RESOURCES customer.delinquent"""
        _, made = self.failing()
        attach(stripe.Customer.retrieve(made.customer), "pm_card_visa")
        self.assertEqual(stripe.Invoice.pay(invoices(made)[0].id).status, "paid")
        self.assertEqual(self.again(made).status, "active")
        self.assertIs(stripe.Customer.retrieve(made.customer).delinquent, False)

    def test_retried(self) -> None:
        """LIFECYCLES 6: a retry takes the first available payment method, attempt_count+1"""
        clock, made = self.failing()
        newest = invoices(made)[0]
        attach(stripe.Customer.retrieve(made.customer), "pm_card_visa")
        self.advance(clock, newest.next_payment_attempt + HOUR)
        self.assertShape(stripe.Invoice.retrieve(newest.id), {
            "status": "paid", "attempt_count": 2,
        })
        self.assertEqual(self.again(made).status, "active")

    def test_never_paid(self) -> None:
        """LIFECYCLES 7: incomplete, 23 h → incomplete_expired, the invoice void"""
        clock = self.clock()
        made = self.subscription(clock, card="pm_card_chargeCustomerFail")
        self.assertEqual(made.status, "incomplete")
        self.advance(clock, clock.frozen_time + 24 * HOUR)
        self.assertEqual(self.again(made).status, "incomplete_expired")
        self.assertEqual(stripe.Invoice.retrieve(made.latest_invoice).status, "void")


class Endings(ClockCase):
    def test_canceled_at_the_period_end(self) -> None:
        """LIFECYCLES 7: ended_at = period end, canceled_at unchanged, no renewal invoice"""
        clock = self.clock()
        made = self.subscription(clock)
        planned = stripe.Subscription.modify(made.id, cancel_at_period_end=True)
        self.advance(clock, period_end(made) + 2 * HOUR)
        self.assertShape(self.again(made), {
            "status": "canceled", "ended_at": period_end(made),
            "canceled_at": planned.canceled_at,
        })
        self.assertEqual(len(invoices(made)), 1)
        self.assertEvents(made.id, "customer.subscription.deleted")

    def test_a_trial_ends(self) -> None:
        """LIFECYCLES 7: trialing, trial end, payment OK; trial_will_end 3 days before"""
        clock = self.clock()
        made = self.subscription(clock, trial_period_days=14)
        self.assertNoEvent("customer.subscription.trial_will_end", made.id)
        self.advance(clock, made.trial_end - 2 * DAY)
        self.assertEvents(made.id, "customer.subscription.trial_will_end")
        self.advance(clock, made.trial_end + 2 * HOUR)
        self.assertEqual(self.again(made).status, "active")
        self.assertShape(invoices(made)[0], {"status": "paid", "total": 2500})

    def test_a_trial_ends_without_a_card(self) -> None:
        """LIFECYCLES 7: missing_payment_method = cancel / pause"""
        for behavior, status in (("cancel", "canceled"), ("pause", "paused")):
            with self.subTest(behavior=behavior):
                clock = self.clock()
                customer = make_customer(test_clock=clock.id)
                made = subscribe(
                    customer, make_price(), trial_period_days=7,
                    trial_settings={"end_behavior": {"missing_payment_method": behavior}},
                )
                self.advance(clock, made.trial_end + 2 * HOUR)
                self.assertEqual(self.again(made).status, status)

    def test_collection_paused(self) -> None:
        """LIFECYCLES 7: pause_collection makes invoices void / draft / uncollectible"""
        outcomes = {
            "void": "void", "keep_as_draft": "draft", "mark_uncollectible": "uncollectible",
        }
        for behavior, status in outcomes.items():
            with self.subTest(behavior=behavior):
                clock = self.clock()
                made = self.subscription(clock)
                stripe.Subscription.modify(made.id, pause_collection={"behavior": behavior})
                self.advance(clock, period_end(made) + 2 * HOUR)
                self.assertEqual(invoices(made)[0].status, status)
                self.assertEqual(self.again(made).status, "active")

    def test_more_seats_are_billed_at_renewal(self) -> None:
        """LIFECYCLES 7, proration: billed with the next invoice"""
        clock = self.clock()
        made = self.subscription(clock, price=make_price(1000, product=make_product().id))
        item = made["items"].data[0]
        middle = (item.current_period_start + item.current_period_end) // 2
        self.advance(clock, middle)
        stripe.Subscription.modify(made.id, items=[{"id": item.id, "quantity": 2}])
        self.advance(clock, item.current_period_end + 2 * HOUR)
        newest = invoices(made)[0]
        self.assertEqual(newest.total, 2500)
        self.assertEqual(sorted(line.amount for line in newest.lines.data), [-500, 1000, 2000])
