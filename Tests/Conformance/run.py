"""Runs the conformance checks against STRIPE_API_BASE with STRIPE_API_KEY and says what came out.

usage: run.py [--wait S] [--list] [--json] [NAME …]

NAME picks themes, checks or parts of their names: `run.py refunds`, `run.py test_declines.Rows`.
Exit status: 0 all passed or were skipped for a said reason; 1 a check failed; 64 wrong use.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Iterator, Optional

USAGE = "make conformance STRIPE_API_BASE=… STRIPE_API_KEY=…"
HERE = Path(__file__).resolve().parent
#: Themes that mostly wait; they touch nothing that others count, and no path that faults strike.
WAITING = ("test_delayed_payments", "test_disputes", "test_refunds")
SOURCE = re.compile(r"^(CONTRACT|LIFECYCLES|WEBHOOKS|RESOURCES|DESIGN|recorded|SDK)\b")


class Recorder(unittest.TestResult):
    """Collects one row per check and prints it as it ends."""

    def __init__(self, quiet: bool) -> None:
        super().__init__()
        self.quiet = quiet
        self.rows: list[dict[str, Any]] = []
        self.theme = ""

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.began = time.monotonic()
        theme = type(test).__module__
        if theme != self.theme:
            self.theme = theme
            self.say(heading(theme))

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.note(test, "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.note(test, "skipped", reason)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self.note(test, "failed", self.told(err))

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        self.note(test, "failed", self.told(err))

    def addSubTest(self, test: unittest.TestCase, subtest: Any, err: Any) -> None:
        if err is not None:
            row = f"{subtest._subDescription()}: {self.told(err)}"
            self.note(test, "failed", row)

    def told(self, err: Any) -> str:
        """The message, and the place in the checks; not the whole stack."""
        kind, error, trace = err
        place = ""
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            if file.parent == HERE and file.name.startswith("test_"):
                place = f"{file.name}:{trace.tb_lineno}: "
            trace = trace.tb_next
        name = "" if issubclass(kind, AssertionError) else f"{kind.__name__}: "
        return f"{place}{name}{error}"

    def note(self, test: unittest.TestCase, outcome: str, detail: str = "") -> None:
        seconds = time.monotonic() - getattr(self, "began", time.monotonic())
        source = (getattr(test, "_testMethodDoc", None) or "").strip().split("\n")[0]
        row = {
            "check": test.id(),
            "outcome": outcome,
            "source": source,
            "seconds": round(seconds, 3),
        }
        if detail:
            row["detail"] = detail
        self.rows.append(row)
        self.say(line_for(row))

    def say(self, text: str) -> None:
        if not self.quiet:
            print(text, flush=True)


def heading(theme: str) -> str:
    return "\n" + theme.removeprefix("test_").replace("_", " ")


def line_for(row: dict[str, Any]) -> str:
    name = row["check"].split(".")[-1].removeprefix("test_").replace("_", " ")
    sign = {"passed": "  ok    ", "skipped": "  skip  ", "failed": "  FAIL  "}[row["outcome"]]
    line = sign + name
    if row["outcome"] == "skipped":
        line += f" ({row['detail']})"
    elif row["outcome"] == "failed":
        detail = row["detail"].replace("\n", "\n            ")
        line += f"\n          {row['source']}\n            {detail}"
    elif row["seconds"] >= 1:
        line += f" ({row['seconds']:.1f} s)"
    return line


def checks_in(suite: Any) -> Iterator[unittest.TestCase]:
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from checks_in(part)
        else:
            yield part


def chosen(checks: list[unittest.TestCase], names: list[str]) -> list[unittest.TestCase]:
    if not names:
        return checks
    return [check for check in checks if any(name in check.id() for name in names)]


def without_source(checks: list[unittest.TestCase]) -> list[str]:
    """A check whose expectation nobody can look up is not a check."""
    return [
        check.id()
        for check in checks
        if not SOURCE.match((getattr(check, "_testMethodDoc", None) or "").strip())
    ]


def leave(status: int, *lines: str) -> None:
    print("\n".join(lines), file=sys.stderr)
    sys.exit(status)


def require_settings() -> None:
    for name in ("STRIPE_API_BASE", "STRIPE_API_KEY"):
        if not os.environ.get(name):
            leave(64, f"error: {name} is not set", f"next:  {USAGE}")
    key = os.environ["STRIPE_API_KEY"]
    if not key.startswith("sk_test_"):
        leave(64, "error: STRIPE_API_KEY is no secret test key (sk_test_…)", f"next:  {USAGE}")


def require_api(patience: float) -> None:
    """One request before hundreds of checks each say that nobody is there."""
    import support

    deadline = time.monotonic() + patience
    while True:
        try:
            support.plain_request("GET", "/v1/balance", headers=support.bearer())
            return
        except OSError as error:
            if time.monotonic() > deadline:
                leave(
                    69,
                    f"error: no API answers at {support.TARGET.base}",
                    f"cause: {error}",
                    "next:  okapi sandbox serve, or name another STRIPE_API_BASE",
                )
        time.sleep(0.05)


def run(checks: list[unittest.TestCase], quiet: bool) -> list[dict[str, Any]]:
    """The rows of all checks. Themes that mostly wait for the world run beside the others."""
    here = Recorder(quiet)
    beside = [Beside(theme, of_theme(checks, theme)) for theme in WAITING]
    others = [check for check in checks if type(check).__module__ not in WAITING]
    unittest.TestSuite(others).run(here)
    for theme in beside:
        here.rows += theme.finish(here)
    return here.rows


def of_theme(checks: list[unittest.TestCase], theme: str) -> list[unittest.TestCase]:
    return [check for check in checks if type(check).__module__ == theme]


class Beside:
    """A theme on a thread of its own; it is told about when it is over."""

    def __init__(self, theme: str, checks: list[unittest.TestCase]) -> None:
        self.theme = theme
        self.recorder = Recorder(quiet=True)
        suite = unittest.TestSuite(checks)
        self.thread = threading.Thread(target=suite.run, args=(self.recorder,))
        self.thread.start()

    def finish(self, teller: Recorder) -> list[dict[str, Any]]:
        self.thread.join()
        if self.recorder.rows:
            teller.say(heading(self.theme))
        for row in self.recorder.rows:
            teller.say(line_for(row))
        return self.recorder.rows


def report(rows: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    counts = {name: 0 for name in ("passed", "failed", "skipped")}
    outcomes: dict[str, str] = {}
    for row in rows:
        if outcomes.get(row["check"]) != "failed":
            outcomes[row["check"]] = row["outcome"]
    for outcome in outcomes.values():
        counts[outcome] += 1
    return {
        "base": os.environ["STRIPE_API_BASE"],
        "checks": len(outcomes),
        **counts,
        "seconds": round(seconds, 1),
        "rows": rows,
    }


def summary(result: dict[str, Any]) -> str:
    said = f"{result['passed']} of {result['checks']} checks passed"
    said += f", {result['failed']} failed, {result['skipped']} skipped"
    return f"\n{said}, in {result['seconds']} s, against {result['base']}"


def main(arguments: Optional[list[str]] = None) -> int:
    parser = argparse.ArgumentParser(description="Conformance checks over the official SDK.")
    parser.add_argument("--list", action="store_true", help="name the checks and their sources")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--wait", type=float, default=0, metavar="S", help="for the API to answer")
    parser.add_argument("names", nargs="*", help="themes or checks to run; all without")
    options = parser.parse_args(arguments)
    if not options.list:
        require_settings()
    sys.path.insert(0, str(HERE))
    loader = unittest.TestLoader()
    suite = loader.discover(str(HERE), pattern="test_*.py")
    if loader.errors:
        leave(64, "error: the checks do not load", *loader.errors)
    checks = chosen(list(checks_in(suite)), options.names)
    if not checks:
        leave(64, f"error: no check is named so: {' '.join(options.names)}")
    unsourced = without_source(checks)
    if unsourced:
        leave(64, "error: these checks name no source:", *unsourced)
    if options.list:
        for check in checks:
            print(f"{check.id()}: {check._testMethodDoc.strip().splitlines()[0]}")
        return 0
    require_api(options.wait)
    begin = time.monotonic()
    rows = run(checks, quiet=options.json)
    result = report(rows, time.monotonic() - begin)
    print(json.dumps(result, indent=2) if options.json else summary(result))
    return 1 if result["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
