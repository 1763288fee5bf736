"""Every reason of a log-in that did not come about has a sentence in each language, and none is left over."""

from registry.oidc.errors import AnswerFault, AttemptFault, Declined, Silence
from web.vocabulary import WORDS

_REASONS = (*AttemptFault, *Declined, *Silence, *AnswerFault)


def test_each_reason_has_a_sentence_and_each_sentence_a_reason() -> None:
    wanted = {f"oidc.reason.{reason}" for reason in _REASONS}
    for words in WORDS.values():
        assert {key for key in words if key.startswith("oidc.reason.")} == wanted


def test_no_two_reasons_share_a_code() -> None:
    assert len({reason.value for reason in _REASONS}) == len(_REASONS)
