"""What anyone is told of an erased certificate over HTTP: that it was erased, and nothing more."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import cast

import httpx
import pytest

from signing.commitment import Record
from tests.registry.filled import HOLDERS, Scene, Story
from tests.registry.test_erasing import first_index
from tests.web.fake_register import FakeRegister
from tests.web.sites import JSON, a_site
from web.links import HolderLink, sign_link

ADA = HOLDERS[Story.PLAIN]
LANGUAGES = ("zh-CN", "en")
FILES = ("/certificates/{number}/opening.json", "/certificates/{number}/receipt.tlog-proof")


@pytest.fixture
def record(scene: Scene) -> Record:
    """What was registered of her."""
    found = scene.register.look_up.current(ADA.number)
    assert found is not None
    return found[2]


@pytest.fixture
def values(scene: Scene, record: Record) -> list[str]:
    """Whatever would tell something about her: the record, the proof's index, seeds and keyed hashes."""
    with closing(sqlite3.connect(scene.places.register_file)) as database:
        commitment, sealed, person, named = database.execute(
            "SELECT commitment, sealed, person, named_person FROM record WHERE number = ?", (ADA.number,)
        ).fetchone()
    told = [record.name, record.masked_name, record.id_number, record.occupation, record.issued_on]
    return [*told, record.issuer, *(each.hex() for each in (commitment, sealed, person, named))]


@pytest.mark.anyio
async def test_no_answer_says_more_than_that_it_was_erased(
    scene: Scene, values: list[str], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    index = first_index(scene, Story.PLAIN)
    ref = scene.register.keys.references.make(index)
    link = HolderLink(index, "pdf", scene.clock() + timedelta(minutes=5))
    token = sign_link(link, scene.register.link_secret())
    answers: dict[str, httpx.Response] = {}
    async with a_site(register=cast(FakeRegister, scene.register), clock=scene.clock) as site:
        for path in (*FILES, f"/holder/files/{token}"):
            before = await site.client.get(path.format(number=ADA.number))
            assert before.status_code == 200
        assert values[1] in (await site.client.get(f"/certificates/{ADA.number}")).text
        scene.erase(Story.PLAIN)
        scene.register.publish_status(scene.register.writer())
        for language in LANGUAGES:
            headers = {"accept-language": language}
            for path in (f"/certificates/{ADA.number}", f"/q/{ref}"):
                answers[f"{language}{path}"] = await site.client.get(path, headers=headers)
        api = await site.client.get(f"/api/v1/certificates/{ADA.number}", headers=JSON)
        answers["api"] = api
        for path in FILES:
            answers[path] = await site.client.get(path.format(number=ADA.number), headers=JSON)
        answers["link"] = await site.client.get(f"/holder/files/{token}")
        posted = {"name": ADA.name, "id_number": ADA.id_number, "number": ADA.number}
        answers["holder"] = await site.client.post("/holder", data=posted)
        unknown = await site.client.post("/holder", data={**posted, "number": "S000043990001253999999"})
        number_only = {"number": ADA.number, "name": ADA.name}
        answers["verify"] = await site.client.post("/api/v1/verify", json=number_only, headers=JSON)
    for name, answer in answers.items():
        shown = answer.text.replace(ADA.number, "")
        assert [each for each in values if each in shown] == [], name
    assert {answers[name].status_code for name in (*FILES, "link")} == {404}
    assert api.json()["result"] == "erased"
    assert {key for key, value in api.json().items() if value not in (None, [])} == {
        "number",
        "result",
        "tree_size",
        "as_of",
    }
    assert answers["verify"].json()["name_match"] is None
    # As for a number that nobody holds.
    assert (answers["holder"].status_code, _plain(answers["holder"])) == (
        unknown.status_code,
        _plain(unknown),
    )
    assert "个人信息已删除" in answers[f"zh-CN/certificates/{ADA.number}"].text
    assert "erased" in answers[f"en/q/{ref}"].text
    logged = caplog.text + "".join(capsys.readouterr())
    assert [each for each in [*values, ADA.number] if each in logged] == []


def _plain(answer: httpx.Response) -> str:
    """The page without what is anew in each."""
    return re.sub(r'nonce-[^"\']+|nonce="[^"]*"', "", answer.text)
