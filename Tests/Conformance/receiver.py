"""A webhook receiver on a free loopback port, which can be told to fail for a while."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable


@dataclass
class Delivery:
    """One POST as it came."""

    headers: dict[str, str]
    body: bytes
    status: int
    at: float

    @property
    def signature(self) -> str:
        return self.headers.get("stripe-signature", "")

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


class Receiver:
    """Answers with `answer(event)`; keeps every delivery."""

    def __init__(self, answer: Callable[[dict[str, Any]], int] = lambda event: 200) -> None:
        self.answer = answer
        self._deliveries: list[Delivery] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def deliveries(self) -> list[Delivery]:
        with self._lock:
            return list(self._deliveries)

    def of(self, type: str, object_id: str = "") -> list[Delivery]:
        """The deliveries of a type, and about an object when one is named."""
        return [
            delivery
            for delivery in self.deliveries
            if delivery.event["type"] == type
            and object_id in ("", delivery.event["data"]["object"].get("id"))
        ]

    def _take(self, headers: Any, body: bytes) -> int:
        status = self.answer(json.loads(body))
        named = {name.lower(): value for name, value in headers.items()}
        with self._lock:
            self._deliveries.append(Delivery(named, body, status, time.monotonic()))
        return status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                status = receiver._take(self.headers, body)
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", receiver.url + "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler
