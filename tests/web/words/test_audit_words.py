"""The audit has words for everything that it can say."""

import pytest

from registry.ledger.audit_report import Check, Finding, FindingCode
from web.words.audit import CHECKS, finding_sentence


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_has_a_sentence(code: FindingCode) -> None:
    sentence = finding_sentence(Finding(code, Check.TREE, "tile", "0/0"))
    assert sentence.endswith("。")


def test_every_check_is_named() -> None:
    assert set(CHECKS) == set(Check)
