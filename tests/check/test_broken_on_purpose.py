"""Each rule of the browser's verifier is taken out once: without it, the two verifiers no longer agree."""

import pytest
from playwright.sync_api import Browser

from tests.check import corpus
from tests.check.in_browser import check_page, told_by_browser, told_by_register
from tests.e2e.conftest import browser

__all__ = ["browser"]

_RULES = {
    "receipt: other hash, trust: honest": ("inclusion.js", "return equal(current, root);", "return true;"),
    "receipt: other opening, trust: honest": ("opening.js", "if (!equal(await", "if (false && (await"),
    "receipt: cosigned twice, trust: a witness": ("notes.js", "lines.length > 1", "false"),
    "receipt: other index, trust: a witness": ("registration.js", "found < trust.quorum", "false"),
    "credential: space": ("json.js", "if (!equal(canonicalJson(value), data))", "if (false)"),
    "receipt: hash with spare bits": ("bytes.js", "encode(data) !== text", "false"),
    "qr: long signature head": ("cbor.js", "argument < shortest", "false"),
    "qr: ref of another": ("qr.js", "equal(cti, ref)", "true"),
    "status/revocation-0.json: gzip with a time": (
        "status_list.js",
        "startsWith(compressed, GZIP_START)",
        "true",
    ),
    "json, when the lists have ended": ("standing.js", "now >= list.validUntil", "false"),
    "status/revocation-0.json: proof at another time": (
        "standing.js",
        "await checkProof(list.document, publicKey);",
        "",
    ),
    "signed by status as status": ("did.js", "found.role !== role", "false"),
    "pdf by a certificate that begins later": ("certificates.js", "moment < each.from || moment", "moment"),
    "pdf by the root": ("certificates.js", "if (!isForSheets)", "if (false)"),
    "pdf appended": ("pades.js", "parts.endsAt === pdf.length", "true"),
    "pdf with two attachments": ("verifier.js", "found.size !== 1", "found.size === 0"),
}


@pytest.mark.parametrize("name", sorted(_RULES))
def test_a_rule_that_is_missing_is_noticed(browser: Browser, name: str) -> None:
    everything = (
        *corpus.honest_and_otherwise(),
        *corpus.other_spellings(),
        *corpus.resigned_lies(),
        *corpus.other_receipts(),
        *corpus.other_sheets(),
    )
    asked = [each for each in everything if each.name == name]
    module, rule, instead = _RULES[name]
    with check_page(browser, {module: (rule, instead)}) as page:
        told = told_by_browser(page, asked)

    assert told != [told_by_register(each) for each in asked]
    assert len(told) == 1
