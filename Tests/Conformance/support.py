"""What every check stands on: where the API is, how refusals, events and waiting are asserted."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, Optional, TypeVar

import stripe

Json = dict[str, Any]
Result = TypeVar("Result")

#: Marks everything one run makes, so that runs do not see each other's objects.
RUN = uuid.uuid4().hex[:12]

#: "Whatever it is" for a member of an error that a check does not speak about.
ANY = object()


class Target:
    """The API under test, from STRIPE_API_BASE and STRIPE_API_KEY."""

    def __init__(self) -> None:
        self.base = os.environ.get("STRIPE_API_BASE", "").rstrip("/")
        self.key = os.environ.get("STRIPE_API_KEY", "")
        host = urllib.parse.urlsplit(self.base).hostname
        self.is_local = host in ("127.0.0.1", "localhost", "::1")
        patience = "20" if self.is_local else "90"
        self.patience = float(os.environ.get("CONFORMANCE_PATIENCE", patience))

    @functools.cached_property
    def is_sandbox(self) -> bool:
        """Whether the sandbox's own control paths are there."""
        return plain_request("GET", "/_okapi/faults").status == 200

    @functools.cached_property
    def account(self) -> stripe.Account:
        return stripe.Account.retrieve()

    def use(self) -> None:
        """Points the SDK's module style here. Retries would hide faults of a local server."""
        stripe.api_base = self.base
        stripe.api_key = self.key
        stripe.max_network_retries = 0 if self.is_local else 2
        stripe.enable_telemetry = False

    def client(self, key: Optional[str] = None, **options: Any) -> stripe.StripeClient:
        retries = options.pop("max_network_retries", stripe.max_network_retries)
        return stripe.StripeClient(
            key or self.key,
            base_addresses={"api": self.base},
            max_network_retries=retries,
            **options,
        )


TARGET = Target()


@dataclass
class PlainResponse:
    """An answer as it came, for what the SDK hides."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)


def plain_request(
    method: str,
    path: str,
    form: str = "",
    headers: Optional[dict[str, str]] = None,
) -> PlainResponse:
    """A request without the SDK. `form` goes into the body of a POST and is already encoded."""
    request = urllib.request.Request(TARGET.base + path, method=method, headers=headers or {})
    if method == "POST":
        request.data = form.encode()
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return PlainResponse(answer.status, lowered(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return PlainResponse(error.code, lowered(error.headers), error.read())


def lowered(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def bearer(key: Optional[str] = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key or TARGET.key}"}


def headers_of(answer: Any) -> dict[str, str]:
    """The response headers of an object or of an error of the SDK, names in lower case."""
    if isinstance(answer, stripe.StripeError):
        return lowered(answer.headers)
    return lowered(answer.last_response.headers)


def wire(answer: stripe.StripeObject) -> Json:
    """The body as it came over the wire: the SDK turns decimal strings into numbers."""
    return json.loads(answer.last_response.body)


def unique(prefix: str) -> str:
    return f"{prefix}-{RUN}-{uuid.uuid4().hex[:8]}"


def now() -> int:
    return int(time.time())


def sandbox_only(reason: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Skips a check elsewhere, saying why it cannot be run there."""

    def mark(check: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(check)
        def run(self: "ConformanceCase") -> None:
            if not TARGET.is_sandbox:
                self.skipTest(f"needs the sandbox: {reason}")
            check(self)

        return run

    return mark


def local_only(check: Callable[..., None]) -> Callable[..., None]:
    """Skips a check when the API cannot reach a receiver on this machine."""

    @functools.wraps(check)
    def run(self: "ConformanceCase") -> None:
        if not TARGET.is_local:
            self.skipTest("needs an API on this machine: it delivers to a loopback receiver")
        check(self)

    return run


def us_account_only(check: Callable[..., None]) -> Callable[..., None]:
    """Skips a check whose numbers are those of a US account settling in US dollars."""

    @functools.wraps(check)
    def run(self: "ConformanceCase") -> None:
        account = TARGET.account
        if (account.country, account.default_currency) != ("US", "usd"):
            self.skipTest("needs a US account that settles in usd: fees differ elsewhere")
        check(self)

    return run


@dataclass
class Refusal:
    """What `refused` caught: the SDK's exception and the `error` member of the body."""

    exception: Any = None
    error: Json = field(default_factory=dict)


class ConformanceCase(unittest.TestCase):
    """A theme. The first line of a check's docstring names the section it was written from."""

    longMessage = True

    def setUp(self) -> None:
        TARGET.use()
        # Events before this belong to another check; some slack for clocks that differ.
        self.since = now() - (2 if TARGET.is_local else 60)

    @contextlib.contextmanager
    def refused(
        self,
        kind: type[stripe.StripeError],
        status: int,
        *,
        type: Any = ANY,
        code: Any = ANY,
        param: Any = ANY,
        message: Any = ANY,
    ) -> Iterator[Refusal]:
        """The block must end in this error; None says that the member must be absent."""
        refusal = Refusal()
        try:
            yield refusal
        except stripe.StripeError as error:
            refusal.exception = error
            body = error.json_body if isinstance(error.json_body, dict) else {}
            refusal.error = body.get("error", {})
        else:
            self.fail(f"was accepted; {kind.__name__} {status} was expected")
        said = f"answered {refusal.exception!r}"
        self.assertIs(refusal.exception.__class__, kind, said)
        self.assertEqual(refusal.exception.http_status, status, said)
        wanted = {"type": type, "code": code, "param": param, "message": message}
        for name, value in wanted.items():
            if value is not ANY:
                self.assertEqual(refusal.error.get(name), value, f"{name}; {said}")

    def assertShape(self, actual: Any, expected: Json) -> None:
        """Every member of `expected` is there with that value, nested ones likewise."""
        wrong = list(differences(as_plain(actual), expected, ""))
        if wrong:
            self.fail("\n".join(wrong))

    def assertAbsent(self, actual: Any, *names: str) -> None:
        there = [name for name in names if name in actual]
        self.assertEqual(there, [], f"members that must not be in {actual['object']}")

    def eventually(self, what: str, probe: Callable[[], Optional[Result]]) -> Result:
        """Asks until the answer is something, or fails when patience ends."""
        deadline = time.monotonic() + TARGET.patience
        pause = 0.02 if TARGET.is_local else 1.0
        while True:
            result = probe()
            if result:
                return result
            if time.monotonic() > deadline:
                self.fail(f"did not happen within {TARGET.patience:g} s: {what}")
            time.sleep(pause)

    def event(self, type: str, object_id: str) -> stripe.Event:
        """The newest event of that type about that object; it may take a moment."""
        return self.eventually(
            f"an event {type} about {object_id}",
            lambda: next(iter(self.events_about(object_id, type)), None),
        )

    def assertEvents(self, object_id: str, *types: str) -> None:
        """All these types have been emitted about the object."""

        def missing() -> set[str]:
            return set(types) - {event.type for event in self.events_about(object_id, *types)}

        self.eventually(f"events {sorted(types)} about {object_id}", lambda: not missing())

    def assertNoEvent(self, type: str, object_id: str) -> None:
        self.assertEqual([e.id for e in self.events_about(object_id, type)], [], f"events {type}")

    def events_about(self, object_id: str, *types: str) -> list[stripe.Event]:
        """The events of these types about an object or anything of a customer, newest first."""
        listed = stripe.Event.list(limit=100, types=list(types), created={"gte": self.since})
        return [
            event for event in listed.auto_paging_iter() if object_id in subjects(event.data.object)
        ]


def subjects(snapshot: stripe.StripeObject) -> list[Any]:
    """What an event's object is about: its id, which an upcoming invoice lacks, its customer."""
    return [member(snapshot, "id"), member(snapshot, "customer")]


def member(answer: Any, name: str) -> Any:
    return answer[name] if name in answer else None


def as_plain(value: Any) -> Any:
    return value.to_dict(for_json=True) if isinstance(value, stripe.StripeObject) else value


def differences(actual: Any, expected: Any, path: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            inner = f"{path}.{name}" if path else name
            if name not in actual:
                yield f"{inner} is absent; {value!r} was expected"
            else:
                yield from differences(actual[name], value, inner)
    elif actual != expected or isinstance(actual, bool) != isinstance(expected, bool):
        yield f"{path} is {actual!r}; {expected!r} was expected"

