"""What an old number, code or file is answered everywhere after each act: what holds now, never an error."""

from dataclasses import dataclass

import httpx
import pytest

from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from signing.qr_image import read_codes
from signing.trust import trust_from_files
from signing.verifier import verify
from tests.registry.filled import HOLDERS, Scene, Story
from tests.web.html import read_page
from tests.web.real_sites import a_real_site
from tests.web.sites import JSON

pytestmark = pytest.mark.anyio

NUMBER, NEW = HOLDERS[Story.PLAIN].number, HOLDERS[Story.LEGACY].number
# A receipt of the log carries no position in the status lists: alone it leaves the standing open.
_FILES, _LOG_RECEIPTS = ("pdf", "json", "rdfc.json", "png"), ("tlog-proof", "full.tlog-proof")
_RESULT_WORDS = {"valid": "有效", "superseded": "已更正", "annulled": "已撤销", "erased": "个人信息已删除"}


@dataclass(frozen=True)
class Answers:
    """`offline` the conclusion of a file alone, `now` the result of what was handed in, `number` the
    result of the number itself, `instead` what is to be asked for in its place.
    """

    offline: str
    now: str
    number: str
    instead: dict[str, object] | None = None


_IN_FORCE = "authentic_and_in_force"
TABLE = {
    "corrected": Answers("superseded", "superseded", "valid", {"number": NUMBER, "version": 2}),
    "superseded": Answers("superseded", "superseded", "superseded", {"number": NEW, "version": None}),
    "annulled": Answers("annulled", "annulled", "annulled"),
    "reinstated": Answers(_IN_FORCE, "valid", "valid"),
    "reissued": Answers(_IN_FORCE, "valid", "valid"),
    # The bit of an erased certificate is that of an annulled one; why, only the register knows.
    "erased": Answers("annulled", "erased", "erased"),
}


@pytest.fixture(scope="module")
def old(told: Scene) -> dict[str, bytes]:
    """The forms from before every act: `told` and each scene are copies of one register."""
    index = told.register.ledger.records.versions(NUMBER)[0].certificate
    return {form: told.register.electronic(index, form).content for form in (*_FILES, *_LOG_RECEIPTS)}


def _happen(scene: Scene, act: str) -> None:
    match act:
        case "corrected":
            changes = {"name": "示例改名"}
            scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes=changes)
        case "superseded":
            scene.act(Story.PLAIN, ActKind.SUPERSEDED, ActReason.REPLACED, replaced_by=Story.LEGACY)
        case "annulled" | "reinstated":
            scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
            if act == "reinstated":
                scene.act(Story.PLAIN, ActKind.REINSTATED, ActReason.WRONGLY_ANNULLED)
        case "reissued":
            scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
        case _:
            scene.erase(Story.PLAIN)
    scene.register.publish_status(scene.register.writer())


def _says(page: httpx.Response, answers: Answers, result: str) -> None:
    """The page's first line, and where it leads."""
    assert page.status_code == 200
    assert f'<h1 id="result">{_RESULT_WORDS[result]}</h1>' in page.text
    if result != "superseded":
        return
    assert answers.instead is not None
    assert f"/certificates/{answers.instead['number']}" in read_page(page.text).links
    if answers.instead["version"]:
        assert f"已更正，现为第 {answers.instead['version']} 版" in page.text
    else:
        assert "新的证书编号" in page.text


@pytest.mark.parametrize("act", TABLE)
async def test_every_old_form_is_answered_with_what_holds_now(
    scene: Scene, old: dict[str, bytes], act: str
) -> None:
    register, answers = scene.register, TABLE[act]
    (qr_text,) = read_codes(old["png"])
    _happen(scene, act)
    trust = trust_from_files(register.trust_files())

    for form, content in old.items():
        alone = verify(content, trust, register.clock())
        assert alone.conclusion == (answers.offline if form in _FILES else "could_not_check"), form

    online = _IN_FORCE if answers.now == "valid" else answers.now
    async with a_real_site(register) as client:
        for form, content in old.items():
            answer = await client.post("/api/v1/verify", content=content, headers=JSON)
            body = answer.json()
            found = (answer.status_code, body["conclusion"], body["result"], body["replaced_by"])
            assert found == (200, online, answers.now, answers.instead), form
            _says(await client.post("/verify", files={"file": ("old", content)}), answers, answers.now)
        _says(await client.post("/verify", data={"qr": qr_text}), answers, answers.now)
        _says(await client.get(qr_text.partition("#")[0]), answers, answers.now)
        _says(await client.get(f"/certificates/{NUMBER}"), answers, answers.number)
        by_number = (await client.post("/api/v1/verify", json={"number": NUMBER}, headers=JSON)).json()

    assert by_number["result"] == answers.number
    assert by_number["replaced_by"] == (answers.instead if answers.number == "superseded" else None)


async def test_a_number_whose_replacement_was_erased_is_superseded_by_nothing_that_can_be_named(
    scene: Scene,
) -> None:
    scene.act(Story.PLAIN, ActKind.SUPERSEDED, ActReason.REPLACED, replaced_by=Story.LEGACY)
    scene.erase(Story.LEGACY)
    async with a_real_site(scene.register) as client:
        page = await client.get(f"/certificates/{NUMBER}")
        body = (await client.post("/api/v1/verify", json={"number": NUMBER}, headers=JSON)).json()

    assert '<h1 id="result">已更正</h1>' in page.text
    assert "现为第" not in page.text
    assert (body["result"], body["replaced_by"]) == ("superseded", None)


async def test_an_act_counts_at_once_though_the_lists_were_not_published_yet(
    scene: Scene, old: dict[str, bytes]
) -> None:
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
    async with a_real_site(scene.register) as client:
        body = (await client.post("/api/v1/verify", content=old["json"], headers=JSON)).json()

    assert (body["in_force"], body["conclusion"], body["result"]) == ("passed", "annulled", "annulled")


async def test_the_page_says_what_stands_in_a_file_once_and_before_how_that_was_found_out(
    scene: Scene, old: dict[str, bytes]
) -> None:
    async with a_real_site(scene.register) as client:
        now = await client.post("/verify", files={"file": ("a", old["pdf"])})
        _happen(scene, "corrected")
        then = await client.post("/verify", files={"file": ("a", old["pdf"])})

    assert now.text.index('id="facts"') < now.text.index('id="steps"')
    assert HOLDERS[Story.PLAIN].name in now.text
    assert 'id="said"' not in now.text
    # Of what was corrected since, register and file say different things, and the whole name is the file's.
    assert then.text.index('id="facts"') < then.text.index('id="said"')
    assert then.text.index(HOLDERS[Story.PLAIN].name) > then.text.index('id="said"')
