"""A certificate that the stand-in turns back, until its correction is online; and one sent again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.jobs.runner import run_all
from registry.ledger.entries import ActKind
from registry.national.store import NationalStore
from registry.national.sync import Sender, sync_once
from registry.outbox import LogOutbox
from registry.review.acts import ActReason
from registry.review.decide import Decision
from registry.review.perform import perform_act
from registry.review.reasons import AcceptReason
from registry.staff.model import StaffRole
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import copy_of
from tests.registry.ledger.builders import CHANGSHA
from tests.registry.national.builders import Inline, Switch, World, a_world, served
from tests.web.staff.desks import Desk, a_desk

pytestmark = pytest.mark.anyio
NUMBER = a_number(810_001)
LIST = "/staff/national/rejections"


@contextmanager
def a_network(desk: Desk, directory: Path) -> Iterator[World]:
    """The stand-in, and a sender that keeps its notes on the desk's own database."""
    directory.mkdir()
    switch = Switch()
    with served(switch) as address, a_world(directory, switch, address) as world:
        outbox = LogOutbox(lambda: desk.scene.register.look_up)
        store = NationalStore(desk.scene.register.desk_engine)
        world.sender = Sender(
            outbox, store, world.client, "worker-1", world.clock.now, concurrency=1, executor=Inline
        )
        yield world


def certify_by_another_document(desk: Desk) -> None:
    """The bureau accepts a document that has no form to check; the network takes none of these."""
    row = form5_row(number=NUMBER, name="示例远帆", id_type="299", id_number="SLQT990001", employer="")
    batch = desk.scene.receive([row])
    (checked,) = batch.checked.rows
    accepted = {checked.row: AcceptReason.ORIGINALS_CHECKED.value}
    desk.scene.approve(batch.id, Decision(accepted_flags=frozenset(accepted), reasons=accepted))


def correct_the_document(desk: Desk) -> None:
    """The correction that the institution asked for, as the bureau signs it."""
    register = desk.scene.register
    perform_act(
        register.look_up,
        register.writer(),
        NUMBER,
        ActKind.CORRECTED,
        ActReason.CLERICAL_ERROR,
        bureau_key=desk.scene.keys[CHANGSHA],
        bureau=CHANGSHA,
        now=desk.scene.clock(),
        changes={"id_type": "201", "id_number": an_id_number(431)},
    )


async def test_a_correction_goes_by_itself_and_settles_what_came_back(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(copy_of(filled_register, tmp_path / "r")) as desk:
        certify_by_another_document(desk)
        with a_network(desk, tmp_path / "network") as world:
            assert sync_once(world.sender).rejected == 1
            clerk = desk.browser(desk.account(StaffRole.INSTITUTION))
            before = (await clerk.get(LIST)).text
            correct_the_document(desk)
            waiting = (await clerk.get(LIST)).text
            assert sync_once(world.sender).rejected == 0
            after = (await clerk.get(LIST)).text
            settled = (await clerk.get(f"{LIST}?view=settled")).text
            certificate = (await clerk.get(f"/staff/certificates/{NUMBER}")).text
        desk.scene.close()

    assert f"/staff/certificates/{NUMBER}/acts/corrected" in before
    assert "证件类型是“其他个人证件”，对方不收。" in before
    assert "新版本上报中" in waiting
    assert "没有待办结的退回" in after
    assert "新版本已上网，这一条自动办结。" in settled
    assert "national-online" in certificate


async def test_what_the_network_takes_the_second_time_is_settled_as_sent_again(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(copy_of(filled_register, tmp_path / "r")) as desk:
        certify_by_another_document(desk)
        with a_network(desk, tmp_path / "network") as world:
            sync_once(world.sender)
            province = desk.browser(desk.account(StaffRole.PROVINCE))
            await province.post("/staff/national/again", {"all": "yes"})
            run_all(desk.scene.register)
            again = (await province.get(LIST)).text
            # The network has not changed its mind.
            assert sync_once(world.sender).rejected == 1
            back = (await province.get(LIST)).text
        desk.scene.close()

    assert "再次上报中" in again
    assert "待处理" in back
