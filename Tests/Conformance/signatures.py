"""What the official SDK says of signed webhooks: one JSON object a line in, one verdict a line out.

usage: signatures.py FILE

A line has `body`, `secrets`, `now`, and either `header`, which is verified, or none: then the SDK makes the headers, one
for each secret. The answer is `"ok"` or the words of the refusal, or the list of headers. A receiver with several secrets
tries each: it is the last refusal that counts.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import stripe


def verdict(case: dict[str, Any]) -> Any:
    body, secrets = case["body"], case["secrets"]
    if "header" not in case:
        made = stripe.WebhookSignature.generate_signature_header
        return [made(body, secret, case["now"]) for secret in secrets]
    refusal = "no secret"
    for secret in secrets:
        try:
            stripe.Webhook.construct_event(body.encode(), case["header"], secret)
            return "ok"
        except stripe.SignatureVerificationError as error:
            refusal = str(error)
        except TypeError as error:
            refusal = f"not comparable: {error}"  # a signature that is no ASCII
    return refusal


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            time.time = lambda: case["now"]
            print(json.dumps(verdict(case)))


if __name__ == "__main__":
    main()
