"""The page says whose cosignatures the log needs, and what its operator says of them."""

from pathlib import Path

import pytest

from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from signing.keys import KeyRole
from signing.notes import COSIGNATURE_TYPE, VerifierKey
from tests.registry.witnessing.logs import key
from tests.web.sites import a_site
from web.demo.witnesses import NOTICE

pytestmark = pytest.mark.anyio


def a_policy(*notice: str) -> WitnessPolicy:
    public = [key(KeyRole.WITNESS, at).public for at in (1, 2)]
    vkeys = [VerifierKey(f"w{at}.example", COSIGNATURE_TYPE, each) for at, each in enumerate(public)]
    return WitnessPolicy(2, tuple(WitnessAddress(each, f"https://{each.name}") for each in vkeys), notice)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_witnesses_and_the_operators_word_on_them_are_shown(tmp_path: Path, language: str) -> None:
    file = tmp_path / "witnesses"
    file.write_bytes(a_policy(*NOTICE).to_bytes())
    async with a_site(WITNESSES_FILE=str(file)) as site:
        text = (await site.client.get(f"/about?lang={language}")).text
    assert "w0.example" in text
    assert "w1.example" in text
    assert "NOT independent" in text
    assert "彼此不独立" in text


async def test_without_witnesses_none_are_claimed() -> None:
    async with a_site() as site:
        text = (await site.client.get("/about")).text
    assert "见证方" not in text
