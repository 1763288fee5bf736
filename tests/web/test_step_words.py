"""Whatever a verification can say has words in both languages, and no words are kept that nothing says."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from registry.ledger.entries import ActKind
from registry.lookup import REGISTERED
from registry.national.queue import SendingState
from registry.review.acts import ActReason
from registry.witnessing.outcomes import RefusedBecause, UnavailableBecause
from signing import registration
from signing.report import Conclusion
from signing.standing import standing_unknown
from web.language import Language
from web.vocabulary import WORDS

_ROOT = Path(__file__).parents[2]
_MAKERS = frozenset({"passed", "failed", "not_checked"})
_REASONS = frozenset(
    {"unregistered", "standing_unknown", "MalformedPdf", "MalformedReport", "UntrustedCertificate"}
)
_PUBLIC = ("signing", "registry")
# Where a key is put together: its beginning stands in quotes, or is named to whoever puts it together.
_BEGINNING = re.compile(r"""["'](\w+(?:\.\w+)*[._])["'{]""")
_NAMED = re.compile(r"""(?:t_code|words_or_code)\(\s*["'](\w+(?:\.\w+)*)["']""")


def _modules() -> Iterator[tuple[ModuleType, ast.AST]]:
    for room in _PUBLIC:
        for path in sorted((_ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if any(f"{name}(" in text for name in _MAKERS | _REASONS):
                name = ".".join(path.relative_to(_ROOT).with_suffix("").parts)
                yield importlib.import_module(name), ast.parse(text)


def _calls() -> Iterator[tuple[ModuleType, str, ast.Call]]:
    for module, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield module, node.func.id, node


def _text(module: ModuleType, node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    value = getattr(module, node.id, None) if isinstance(node, ast.Name) else None
    return value if isinstance(value, str) else None


def _said() -> set[str]:
    keys = {f"step.{name}" for name in registration.ALL}
    keys |= {f"step.{step.name}" for step in standing_unknown("")}
    for module, name, call in _calls():
        texts = [_text(module, argument) for argument in call.args]
        if name in _MAKERS:
            keys |= {f"step.{text}" for text in texts[:1] if text}
            keys |= {f"reason.{text}" for text in texts[1:2] if text}
            keys |= {f"detail.{keyword.arg}" for keyword in call.keywords if keyword.arg}
        elif name in _REASONS:
            keys |= {f"reason.{text}" for text in texts[:1] if text}
    return keys


@pytest.mark.parametrize("language", Language)
def test_every_step_reason_and_detail_has_words(language: Language) -> None:
    assert sorted(_said() - set(WORDS[language])) == []


@pytest.mark.parametrize("language", Language)
def test_every_act_reason_state_and_conclusion_has_words(language: Language) -> None:
    wanted = {f"history.act.{act.value}" for act in ActKind} | {f"history.act.{REGISTERED}"}
    wanted |= {f"act_reason.{reason.value}" for reason in ActReason}
    wanted |= {f"national.{state.value}" for state in SendingState}
    wanted |= {f"result.{each.value}" for each in (Conclusion.NOT_AUTHENTIC, Conclusion.SUPERSEDED)}

    assert sorted(wanted - set(WORDS[language])) == []


@pytest.mark.parametrize("language", Language)
def test_every_outcome_of_asking_a_witness_has_words(language: Language) -> None:
    said = {key for key in WORDS[language] if key.startswith("witness.")}

    assert said == {f"witness.{each}" for each in (*RefusedBecause, *UnavailableBecause)}


def test_no_words_are_kept_that_nothing_says() -> None:
    web = _ROOT / "web"
    sources = [*web.rglob("*.html"), *(each for each in web.rglob("*.py") if "words" not in each.parts)]
    sources += (web / "static" / "check").glob("*.js")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    composed = (*set(_BEGINNING.findall(text)), *(f"{each}." for each in set(_NAMED.findall(text))))
    unused = [
        key
        for key in WORDS[Language.CHINESE]
        if not key.startswith(composed) and f"'{key}'" not in text and f'"{key}"' not in text
    ]

    assert unused == []
