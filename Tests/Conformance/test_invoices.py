"""Invoices: from draft to paid, void or uncollectible; lines; balance; what may not be done."""

from __future__ import annotations

import stripe

from objects import (
    attach, draft_invoice, intent_of, make_customer, make_payer, make_price, make_product,
    subscribe,
)
from support import ConformanceCase, now, wire


class Drafts(ConformanceCase):
    def test_create(self) -> None:
        """LIFECYCLES 6: POST /v1/invoices (recorded/invoice_manual_create_and_pay)"""
        customer = make_customer(name="Ada", email="ada@example.com")
        invoice = stripe.Invoice.create(customer=customer.id)
        self.assertShape(invoice, {
            "object": "invoice", "status": "draft", "number": None, "effective_at": None,
            "hosted_invoice_url": None, "invoice_pdf": None, "ending_balance": None,
            "auto_advance": False, "automatically_finalizes_at": None,
            "period_start": invoice.created, "period_end": invoice.created,
            "billing_reason": "manual", "collection_method": "charge_automatically",
            "attempted": False, "attempt_count": 0, "total": 0, "amount_due": 0,
            "customer_name": "Ada", "customer_email": "ada@example.com", "parent": None,
            "rendering": {"pdf": {"page_size": "auto"}}, "starting_balance": 0,
        })
        self.assertEvents(invoice.id, "invoice.created")

    def test_pending_items_are_taken_in(self) -> None:
        """recorded/invoice_manual_create_and_pay; RESOURCES invoiceitem"""
        customer = make_customer()
        item = stripe.InvoiceItem.create(
            customer=customer.id, amount=1000, currency="usd", description="Setup"
        )
        self.assertShape(wire(item), {
            "object": "invoiceitem", "invoice": None, "amount": 1000, "quantity": 1,
            "quantity_decimal": "1", "proration": False, "discountable": True, "parent": None,
        })
        invoice = stripe.Invoice.create(
            customer=customer.id, pending_invoice_items_behavior="include"
        )
        self.assertEqual(invoice.total, 1000)
        self.assertShape(invoice.lines.data[0], {
            "amount": 1000, "description": "Setup", "subtotal": 1000,
            "parent": {
                "type": "invoice_item_details",
                "invoice_item_details": {"invoice_item": item.id, "proration": False},
            },
        })
        self.assertEqual(stripe.InvoiceItem.retrieve(item.id).invoice, invoice.id)

    def test_an_item_by_price_and_quantity(self) -> None:
        """RESOURCES invoiceitem, create params pricing and quantity"""
        customer = make_customer()
        price = make_price(250, "")
        item = stripe.InvoiceItem.create(
            customer=customer.id, pricing={"price": price.id}, quantity=4
        )
        self.assertShape(wire(item), {
            "amount": 1000, "quantity": 4,
            "pricing": {
                "type": "price_details", "unit_amount_decimal": "250",
                "price_details": {"price": price.id, "product": price.product},
            },
        })

    def test_update_and_delete(self) -> None:
        """LIFECYCLES 6: draft, update / DELETE"""
        invoice = draft_invoice(make_customer(), 500)
        changed = stripe.Invoice.modify(invoice.id, description="Thanks", metadata={"a": "b"})
        self.assertShape(changed, {"description": "Thanks", "metadata": {"a": "b"}})
        self.assertEvents(invoice.id, "invoice.updated")
        self.assertEqual(stripe.Invoice.delete(invoice.id).to_dict(), {
            "id": invoice.id, "object": "invoice", "deleted": True,
        })
        self.assertEvents(invoice.id, "invoice.deleted")
        with self.refused(
            stripe.InvalidRequestError, 404, code="resource_missing", param="invoice",
            message=f"No such invoice: '{invoice.id}'",
        ):
            stripe.Invoice.retrieve(invoice.id)

    def test_items_may_go_while_it_is_a_draft(self) -> None:
        """RESOURCES invoiceitem: DELETE; WEBHOOKS 7, invoiceitem.deleted"""
        customer = make_customer()
        item = stripe.InvoiceItem.create(customer=customer.id, amount=100, currency="usd")
        changed = stripe.InvoiceItem.modify(item.id, amount=150)
        self.assertEqual(changed.amount, 150)
        gone = stripe.InvoiceItem.delete(item.id)
        self.assertShape(gone, {"object": "invoiceitem", "deleted": True})
        self.assertEvents(item.id, "invoiceitem.created", "invoiceitem.deleted")


class Finalizing(ConformanceCase):
    def test_finalize(self) -> None:
        """LIFECYCLES 6, finalising"""
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(make_payer(), 700, 800).id)
        self.assertShape(invoice, {
            "status": "open", "total": 1500, "amount_due": 1500, "amount_remaining": 1500,
            "amount_paid": 0, "attempted": False,
        })
        for name in ("number", "hosted_invoice_url", "invoice_pdf", "effective_at"):
            self.assertIsNotNone(invoice[name], name)
        self.assertIsNotNone(invoice.status_transitions.finalized_at)
        self.assertEvents(invoice.id, "invoice.finalized")
        self.assertShape(intent_of(invoice), {
            "status": "requires_payment_method", "amount": 1500, "latest_charge": None,
        })

    def test_nothing_to_pay(self) -> None:
        """LIFECYCLES 6: straight to paid if amount_due = 0"""
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(make_customer(), 0).id)
        self.assertShape(invoice, {"status": "paid", "amount_due": 0, "attempted": True})
        self.assertEvents(
            invoice.id, "invoice.finalized", "invoice.paid", "invoice.payment_succeeded"
        )

    def test_numbers_count_up(self) -> None:
        """RESOURCES customer.invoice_prefix; CONTRACT 12: <prefix>-0001"""
        customer = make_payer()
        numbers = [
            stripe.Invoice.finalize_invoice(draft_invoice(customer, 600).id).number
            for _ in range(2)
        ]
        (prefix, first), (same, second) = (number.rsplit("-", 1) for number in numbers)
        self.assertEqual(prefix, same)
        self.assertEqual(int(second), int(first) + 1)

    def test_what_is_final_stays(self) -> None:
        """LIFECYCLES 6: only a draft may be deleted; CONTRACT 8, invoice_not_editable"""
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(make_payer(), 600).id)
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.Invoice.delete(invoice.id)
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.InvoiceItem.create(
                customer=invoice.customer, invoice=invoice.id, amount=1, currency="usd"
            )
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.Invoice.finalize_invoice(invoice.id)

    def test_to_be_sent(self) -> None:
        """LIFECYCLES 6: open, send; RESOURCES invoice.due_date"""
        customer = make_customer()
        invoice = stripe.Invoice.create(
            customer=customer.id, collection_method="send_invoice", days_until_due=30
        )
        stripe.InvoiceItem.create(
            customer=customer.id, invoice=invoice.id, amount=900, currency="usd"
        )
        self.assertAlmostEqual(invoice.due_date, now() + 30 * 86400, delta=86400)
        stripe.Invoice.finalize_invoice(invoice.id)
        sent = stripe.Invoice.send_invoice(invoice.id)
        self.assertEqual(sent.status, "open")
        self.assertEvents(invoice.id, "invoice.sent")

    def test_the_customers_balance_pays(self) -> None:
        """LIFECYCLES 6, totals; RESOURCES customer.balance and invoice identities"""
        customer = make_payer(balance=-500)
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(customer, 2000).id)
        self.assertShape(invoice, {
            "total": 2000, "starting_balance": -500, "ending_balance": 0, "amount_due": 1500,
        })
        self.assertEqual(stripe.Customer.retrieve(customer.id).balance, 0)

    def test_a_negative_total_becomes_credit(self) -> None:
        """LIFECYCLES 7: negative totals become customer balance credit"""
        customer = make_customer()
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(customer, -300).id)
        self.assertShape(invoice, {"total": -300, "amount_due": 0, "status": "paid"})
        self.assertEqual(stripe.Customer.retrieve(customer.id).balance, -300)


class Paying(ConformanceCase):
    def test_pay(self) -> None:
        """LIFECYCLES 6: open, pay OK"""
        customer = make_payer()
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(customer, 1500).id)
        paid = stripe.Invoice.pay(invoice.id)
        self.assertShape(paid, {
            "status": "paid", "amount_paid": 1500, "amount_remaining": 0, "attempted": True,
            "attempt_count": 1,
        })
        self.assertIsNotNone(paid.status_transitions.paid_at)
        self.assertEvents(
            customer.id, "charge.succeeded", "payment_intent.succeeded", "invoice.updated",
            "invoice.paid", "invoice.payment_succeeded",
        )

    def test_pay_on_a_draft(self) -> None:
        """LIFECYCLES 6: pay on a draft finalises and pays in one call"""
        paid = stripe.Invoice.pay(draft_invoice(make_payer(), 1000).id)
        self.assertShape(paid, {"status": "paid", "attempt_count": 1, "ending_balance": 0})
        self.assertIsNotNone(paid.number)

    def test_declined(self) -> None:
        """LIFECYCLES 6: open, pay declined: 402, stays open"""
        customer = make_payer("pm_card_chargeCustomerFail")
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(customer, 1000).id)
        with self.refused(stripe.CardError, 402, code="card_declined"):
            stripe.Invoice.pay(invoice.id)
        self.assertShape(stripe.Invoice.retrieve(invoice.id), {
            "status": "open", "attempted": True, "amount_paid": 0,
        })
        self.assertEvents(
            customer.id, "charge.failed", "payment_intent.payment_failed",
            "invoice.payment_failed",
        )
        good = attach(customer, "pm_card_visa")
        self.assertEqual(stripe.Invoice.pay(invoice.id, payment_method=good.id).status, "paid")

    def test_out_of_band(self) -> None:
        """LIFECYCLES 6: paid_out_of_band: invoice.paid without payment_succeeded"""
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(make_customer(), 1000).id)
        paid = stripe.Invoice.pay(invoice.id, paid_out_of_band=True)
        self.assertShape(paid, {"status": "paid", "amount_paid": 1000, "amount_remaining": 0})
        self.assertEvents(invoice.id, "invoice.paid")
        self.assertNoEvent("invoice.payment_succeeded", invoice.id)

    def test_paid_is_final(self) -> None:
        """LIFECYCLES 6: paid and void are final"""
        paid = stripe.Invoice.pay(draft_invoice(make_payer(), 1000).id)
        for action in (stripe.Invoice.pay, stripe.Invoice.void_invoice):
            with self.refused(stripe.InvalidRequestError, 400):
                action(paid.id)

    def test_its_intent_is_not_to_be_touched(self) -> None:
        """LIFECYCLES 1: the PI of an invoice cannot be canceled, void the invoice instead"""
        invoice = stripe.Invoice.finalize_invoice(draft_invoice(make_payer(), 1000).id)
        with self.refused(stripe.InvalidRequestError, 400):
            stripe.PaymentIntent.cancel(intent_of(invoice).id)


class Endings(ConformanceCase):
    def open_invoice(self) -> stripe.Invoice:
        return stripe.Invoice.finalize_invoice(draft_invoice(make_payer(), 1000).id)

    def test_void(self) -> None:
        """LIFECYCLES 6: open, void; the PI is canceled with reason void_invoice"""
        invoice = self.open_invoice()
        intent = intent_of(invoice)
        voided = stripe.Invoice.void_invoice(invoice.id)
        self.assertEqual(voided.status, "void")
        self.assertIsNotNone(voided.status_transitions.voided_at)
        self.assertShape(stripe.PaymentIntent.retrieve(intent.id), {
            "status": "canceled", "cancellation_reason": "void_invoice",
        })
        self.assertEvents(invoice.id, "invoice.voided")

    def test_uncollectible_then_paid(self) -> None:
        """LIFECYCLES 6: mark_uncollectible; uncollectible, pay OK"""
        invoice = self.open_invoice()
        marked = stripe.Invoice.mark_uncollectible(invoice.id)
        self.assertEqual(marked.status, "uncollectible")
        self.assertIsNotNone(marked.status_transitions.marked_uncollectible_at)
        self.assertEvents(invoice.id, "invoice.marked_uncollectible")
        self.assertEqual(stripe.Invoice.pay(invoice.id).status, "paid")

    def test_uncollectible_then_void(self) -> None:
        """LIFECYCLES 6: uncollectible → void"""
        invoice = stripe.Invoice.mark_uncollectible(self.open_invoice().id)
        self.assertEqual(stripe.Invoice.void_invoice(invoice.id).status, "void")


class Lines(ConformanceCase):
    def test_twenty_five(self) -> None:
        """CONTRACT 5: embedded lists are cut at 10, have total_count and their own url"""
        invoice = draft_invoice(make_customer(), *range(101, 126))
        self.assertEqual(invoice.total, sum(range(101, 126)))
        self.assertShape(invoice.lines, {
            "object": "list", "has_more": True, "total_count": 25,
            "url": f"/v1/invoices/{invoice.id}/lines",
        })
        self.assertEqual(len(invoice.lines.data), 10)
        everything = stripe.Invoice.list_lines(invoice.id, limit=100)
        self.assertEqual(len(everything.data), 25)
        self.assertIs(everything.has_more, False)
        paged = [line.id for line in stripe.Invoice.list_lines(invoice.id).auto_paging_iter()]
        self.assertEqual(paged, [line.id for line in everything.data])
        through = [line.id for line in invoice.lines.auto_paging_iter()]
        self.assertEqual(through, paged)

    def test_items_added_later_are_oldest_first(self) -> None:
        """CONTRACT 5, exception: (3) items added after the invoice, oldest first"""
        invoice = draft_invoice(make_customer(), 300, 100, 200)
        self.assertEqual([line.amount for line in invoice.lines.data], [300, 100, 200])

    def test_lists_by_status_customer_and_subscription(self) -> None:
        """RESOURCES invoice, list filters"""
        customer = make_payer()
        made = subscribe(customer, make_price(product=make_product().id))
        draft = draft_invoice(customer, 100)
        by_customer = stripe.Invoice.list(customer=customer.id)
        self.assertEqual([i.id for i in by_customer.data], [draft.id, made.latest_invoice])
        drafts = stripe.Invoice.list(customer=customer.id, status="draft")
        self.assertEqual([i.id for i in drafts.data], [draft.id])
        by_subscription = stripe.Invoice.list(subscription=made.id)
        self.assertEqual([i.id for i in by_subscription.data], [made.latest_invoice])

    def test_expand_only_members_are_left_out(self) -> None:
        """CONTRACT 4 and 12: payments, confirmation_secret; removed members"""
        invoice = draft_invoice(make_customer(), 100)
        self.assertAbsent(
            invoice, "payments", "confirmation_secret", "subscription", "payment_intent",
            "charge", "paid", "discount", "tax",
        )
