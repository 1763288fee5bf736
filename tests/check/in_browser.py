"""The modules of `web/static/check/` in one page of a real browser, asked many things at once."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

from signing.encoding import rfc3339
from signing.form_errors import MalformedTrust
from signing.report import Report
from signing.trust import trust_from_files
from signing.verifier import verify

STATIC = Path(__file__).parents[2] / "web" / "static"
# Browsers offer their cryptography to secure origins only; nothing is ever asked of this one.
_ORIGIN = "https://check.example"
_MEDIA_TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}
_READ = """async ({trusts, cases}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const { verify } = await import("/static/check/verifier.js");
  const { trustFromFiles } = await import("/static/check/trust.js");
  const { Refused } = await import("/static/check/errors.js");
  const read = [];
  for (const files of trusts) {
    try {
      read.push(await trustFromFiles(new Map(files.map(([name, data]) => [name, bytes(data)]))));
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      read.push(fault.message);
    }
  }
  const told = [];
  for (const { form, text, trust, now } of cases) {
    if (typeof read[trust] === "string") {
      told.push({ trust: read[trust] });
      continue;
    }
    const found = await verify(text ?? bytes(form), read[trust], now, () => Promise.reject(new Refused()));
    const { kind, conclusion, questions, fields, version, entryIndex, stated } = found;
    const index = entryIndex === null ? null : String(entryIndex);
    const at = stated?.checkedAt;
    told.push({ kind, conclusion, questions, fields, version, entry_index: index, stated: at });
  }
  return told;
}"""


@dataclass(frozen=True)
class Asked:
    """One form under one trust folder at one moment. `name` says what was done to it."""

    name: str
    form: bytes | str
    trust: Mapping[str, bytes]
    now: datetime


@contextmanager
def check_page(browser: Browser, replaced: Mapping[str, tuple[str, str]] | None = None) -> Iterator[Page]:
    """A page that finds the modules; `replaced` breaks one on purpose: file name to (text, other text)."""
    context = browser.new_context()
    page = context.new_page()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(_ORIGIN)
        if path == "/":
            route.fulfill(body="<!doctype html><title>check</title>", content_type="text/html")
            return
        file = STATIC / path.removeprefix("/static/")
        body = file.read_bytes()
        if replaced and file.name in replaced:
            old, new = (each.encode() for each in replaced[file.name])
            assert old in body, old
            body = body.replace(old, new)
        route.fulfill(body=body, content_type=_MEDIA_TYPES[file.suffix])

    page.route(f"{_ORIGIN}/**", answer)
    page.goto(f"{_ORIGIN}/")
    yield page
    context.close()


def told_by_browser(page: Page, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What the modules say of each."""
    trusts: list[Mapping[str, bytes]] = []
    for each in asked:
        if not any(each.trust is known for known in trusts):
            trusts.append(each.trust)
    number = {id(files): at for at, files in enumerate(trusts)}
    cases = [
        {
            **({"text": each.form} if isinstance(each.form, str) else {"form": _base64(each.form)}),
            "trust": number[id(each.trust)],
            "now": int(each.now.timestamp() * 1000),
        }
        for each in asked
    ]
    folders = [[[name, _base64(data)] for name, data in files.items()] for files in trusts]
    told: list[dict[str, Any]] = page.evaluate(_READ, {"trusts": folders, "cases": cases})
    return told


def told_by_register(asked: Asked) -> dict[str, Any]:
    """What the register's own verifier says, in the same shape."""
    try:
        trust = trust_from_files(asked.trust)
    except MalformedTrust as fault:
        return {"trust": fault.file}
    return _shape(verify(asked.form, trust, asked.now))


def _shape(report: Report) -> dict[str, Any]:
    questions = {
        "signed": report.signing_steps,
        "registered": report.registration_steps,
        "in_force": report.standing_steps,
    }
    return {
        "kind": report.kind.value,
        "conclusion": report.conclusion.value,
        "questions": {
            question: [
                {
                    "name": step.name,
                    "outcome": step.outcome.value,
                    "reason": step.reason,
                    "detail": dict(step.detail),
                }
                for step in steps
            ]
            for question, steps in questions.items()
        },
        "fields": dict(report.fields),
        "version": None if report.version is None else str(report.version),
        "entry_index": None if report.entry_index is None else str(report.entry_index),
        "stated": None if report.stated is None else rfc3339(report.stated.checked_at),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
