"""A whole day of a holder's leaves nothing in clear: not on the desk's disk, not in the log."""

import json
import re

import pytest

from registry.holders.disclosing import forget_shares, shares_of
from registry.holders.forgetting import forget_strangers
from registry.requests.deciding import forget_requests
from tests.registry.filled import Story
from tests.web.holder.people import ADA, BOB, facts, inside
from tests.web.sharing.holders import first_entry
from tests.web.sharing.test_corrections import CLAIM, permit, permit_in
from tests.web.staff.desks import Desk

pytestmark = pytest.mark.anyio
NOTE, WORDS, CONTACT, PAPER, FILE = (
    "示例备注给谁",
    "示例说明文字",
    "示例联系电话",
    b"%PDF invented paper",
    "示例户口簿.pdf",
)
WRONG_NAME, WRONG_NUMBER = "示例路人", "430102199003079990"


async def a_day(desk: Desk) -> dict[str, str | bytes]:
    """What a holder, a stranger and an employer do; whatever of it must lie nowhere."""
    person, stranger = await inside(desk), desk.stranger()
    await stranger.post("/holder", facts(name=WRONG_NAME, id_number=WRONG_NUMBER))
    await stranger.post(
        "/holder/secret", {"name": WRONG_NAME, "id_number": WRONG_NUMBER, "secret": person.secret}
    )
    form = await person.browser.get(f"/holder/shares/new?certificate={first_entry(desk, Story.PLAIN)}")
    once = re.search(r'name="once" value="([^"]+)"', form.text)
    assert once is not None
    wanted = {
        "certificate": str(first_entry(desk, Story.PLAIN)),
        "items": ["name", "identity"],
        "identity_confirmed": "yes",
        "until": desk.office.today().isoformat(),
        "note": NOTE,
        "once": once.group(1),
    }
    made = await person.browser.post("/holder/shares/new", wanted)
    assert made.status_code == 303
    share = shares_of(desk.scene.register).get(made.headers["location"].rpartition("/")[2])
    shown = await stranger.post(f"/s/{share.code}")
    assert ADA.id_number in shown.text
    asked = {**CLAIM, "words": WORDS, "contact": CONTACT, "permit": await permit(desk)}
    sent = await stranger.post("/holder/corrections/new", asked, {"document": (FILE, PAPER)})
    assert sent.status_code == 200, permit_in(sent)
    rows = [{"number": ADA.number, "name": ADA.name}, {"number": BOB.number, "name": WRONG_NAME}]
    checked = await stranger.client.post("/api/v1/verify/batch", json=rows, headers=stranger.headers)
    assert [each["name_check"] for each in checked.json()["rows"]] == ["match", "mismatch"]
    reference = re.search(r"<code>([A-Z2-7-]{27})</code>", sent.text)
    assert reference is not None
    return {
        "name": ADA.name,
        "identity": ADA.id_number,
        "number": ADA.number,
        "secret": person.secret,
        "plain secret": person.secret.replace("-", ""),
        "session": person.token,
        "code": share.code,
        "note": NOTE,
        "words": WORDS,
        "contact": CONTACT,
        "claim": CLAIM["new_name"],
        "paper": PAPER,
        "file name": FILE,
        "reference": reference.group(1),
        "plain reference": reference.group(1).replace("-", ""),
        "wrong name": WRONG_NAME,
        "wrong number": WRONG_NUMBER,
    }


def lying_open(desk: Desk, told: dict[str, str | bytes]) -> set[str]:
    """Which of these stand in the files of the desk's database."""
    files = [each.read_bytes() for each in desk.scene.places.data_dir.glob("desk.sqlite*")]
    assert files
    forms = {
        what: {value} if isinstance(value, bytes) else {value.encode(), json.dumps(value)[1:-1].encode()}
        for what, value in told.items()
    }
    return {what for what, each in forms.items() for form in each if any(form in data for data in files)}


async def test_nothing_of_a_holders_day_lies_open_on_the_desk_or_stands_in_the_log(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    told = await a_day(desk)
    assert lying_open(desk, told) == set()
    trail = repr(desk.office.staff.trail.newest(50))
    logged = "".join(capfd.readouterr())
    assert "holder.secret_taken" in trail
    for what, value in told.items():
        assert isinstance(value, bytes) or value not in trail + logged, what


async def test_after_an_erasure_no_row_of_the_holder_is_left(desk: Desk) -> None:
    await a_day(desk)
    certificate = first_entry(desk, Story.PLAIN)
    desk.scene.erase(Story.PLAIN)
    for forget in (forget_requests, forget_shares):
        forget(desk.scene.register, certificate)
    assert forget_strangers(desk.scene.register) == 1
    with desk.scene.register.desk_engine.connect() as connection:
        for table in ("holder", "holder_session", "share", "share_use"):
            assert not connection.exec_driver_sql(f"SELECT 1 FROM {table}").all(), table
        left = connection.exec_driver_sql(
            "SELECT 1 FROM act_request WHERE length(wish) + length(document) + length(reference) > 0"
        ).all()
    assert not left
