"""Makes the objects that checks begin with, always through the SDK."""

from __future__ import annotations

from typing import Any

import stripe

from support import RUN, unique

#: Confirms a payment in one call without a page to return to.
CARDS_ONLY = {"enabled": True, "allow_redirects": "never"}


def make_customer(**params: Any) -> stripe.Customer:
    params.setdefault("name", "Conformance")
    params.setdefault("email", f"{unique('someone')}@example.com")
    params["metadata"] = {"conformance": RUN, **params.get("metadata", {})}
    return stripe.Customer.create(**params)


def attach(customer: stripe.Customer, card: str) -> stripe.PaymentMethod:
    """Attaches a test card and makes it the one that pays the customer's invoices."""
    method = stripe.PaymentMethod.attach(card, customer=customer.id)
    stripe.Customer.modify(
        customer.id, invoice_settings={"default_payment_method": method.id}
    )
    return method


def make_payer(card: str = "pm_card_visa", **params: Any) -> stripe.Customer:
    """A customer whose invoices are paid with this card."""
    customer = make_customer(**params)
    attach(customer, card)
    return customer


def make_product(**params: Any) -> stripe.Product:
    params.setdefault("name", "Conformance plan")
    return stripe.Product.create(**params)


def make_price(amount: int = 2500, interval: str = "month", **params: Any) -> stripe.Price:
    """A recurring price in usd; `interval=""` makes a one-time price."""
    params.setdefault("currency", "usd")
    if "product" not in params:
        params["product"] = make_product().id
    if interval:
        params.setdefault("recurring", {"interval": interval})
    return stripe.Price.create(unit_amount=amount, **params)


def subscribe(customer: stripe.Customer, price: stripe.Price, **params: Any) -> stripe.Subscription:
    quantity = params.pop("quantity", 1)
    items = [{"price": price.id, "quantity": quantity}]
    return stripe.Subscription.create(customer=customer.id, items=items, **params)


def pay(amount: int = 2000, card: str = "pm_card_visa", **params: Any) -> stripe.PaymentIntent:
    """A PaymentIntent created and confirmed in one call."""
    params.setdefault("currency", "usd")
    params.setdefault("automatic_payment_methods", CARDS_ONLY)
    return stripe.PaymentIntent.create(
        amount=amount, payment_method=card, confirm=True, **params
    )


def charge_of(intent: stripe.PaymentIntent) -> stripe.Charge:
    latest = intent.latest_charge
    if not isinstance(latest, str):
        raise AssertionError(f"{intent.id} has no charge: latest_charge is {latest!r}")
    return stripe.Charge.retrieve(latest)


def draft_invoice(customer: stripe.Customer, *amounts: int) -> stripe.Invoice:
    """A draft with one line per amount, made as one does it in current versions."""
    invoice = stripe.Invoice.create(customer=customer.id, currency="usd")
    for amount in amounts:
        stripe.InvoiceItem.create(
            customer=customer.id,
            invoice=invoice.id,
            amount=amount,
            currency="usd",
            description=f"Line of {amount}",
        )
    return stripe.Invoice.retrieve(invoice.id)


def intent_of(invoice: stripe.Invoice) -> stripe.PaymentIntent:
    """The PaymentIntent that pays an invoice, found the way basil and later demand."""
    payments = stripe.InvoicePayment.list(invoice=invoice.id).data
    if not payments:
        raise AssertionError(f"{invoice.id} has no invoice payment")
    return stripe.PaymentIntent.retrieve(payments[0].payment.payment_intent)
