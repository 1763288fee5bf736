"""What a command prints: lines for people, one JSON value for programs, progress on a terminal."""

import json
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Output:
    """Standard output in one of its two forms. Errors and progress go to standard error."""

    as_json: bool

    def line(self, text: str = "") -> None:
        """A line for people."""
        if not self.as_json:
            print(text, flush=True)

    def result(self, value: object) -> None:
        """The value for programs."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False))

    def error(self, code: str, title: str, detail: str) -> None:
        """An error: its code, what happened, what to do."""
        if self.as_json:
            print(json.dumps({"error": {"code": code, "title": title, "detail": detail}}, ensure_ascii=False))
        print(f"{title}（{code}）\n{detail}", file=sys.stderr)

    def progress(self, what: str, done: int, total: int | None = None) -> None:
        """How far long work got; only where somebody watches."""
        if sys.stderr.isatty():
            share = f"{done:,}" if total is None else f"{done:,} / {total:,}"
            end = "\n" if total is not None and done >= total else ""
            print(f"\r{what} {share}", end=end, file=sys.stderr, flush=True)
