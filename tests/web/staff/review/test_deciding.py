"""A reviewer's way through a batch: what is seen, said and prepared, and what came in between."""

import re
from pathlib import Path

import pytest

from registry.intake.receive import Upload, receive_batch
from registry.ledger.admission import approval_root
from registry.review.decide import BATCH_TABLE, row_key
from registry.review.proposal import ProposalKind, ProposalState
from registry.staff.model import StaffRole
from registry.storage.batch_rows import insert_batch
from signing.commitment import commitment
from signing.encoding import b64url_encode
from tests.builders import an_id_number
from tests.registry.filled import FORM4_NAME, FORM5_NAME, form4_csv, form5_csv
from tests.registry.ledger.builders import PREFIX
from tests.web.staff.desks import a_desk
from tests.web.staff.review.batches import CLEAN, LATE, LATE_FLAG, REFUSED, a_bench, some_rows

pytestmark = pytest.mark.anyio


async def test_the_queue_shows_a_bureau_its_own_batches_with_the_days_left(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        own = await bench.reviewer.get("/staff/review")
        other = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER, "430200"))
        others = await other.get("/staff/review")

    assert bench.path in own.text
    assert "还剩 15 个工作日" in own.text
    assert bench.path not in others.text


async def test_a_late_batch_is_marked_in_the_queue(filled_register: Path, tmp_path: Path) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        bench.desk.scene.clock.now = bench.desk.scene.clock.now.replace(month=10, day=15)
        reviewer = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER))
        page = await reviewer.get("/staff/review")

    assert re.search(r"超期 \d+ 个工作日", page.text)


async def test_the_rows_show_names_and_mask_identity_numbers(filled_register: Path, tmp_path: Path) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        page = await bench.reviewer.get(f"{bench.path}/rows")

    number = an_id_number(100)
    assert "示例审甲" in page.text
    assert number not in page.text
    assert f"{number[:2]}{'*' * 14}{number[-2:]}" in page.text
    assert [int(each) for each in re.findall(r'<tr id="row-(\d+)"', page.text)] == list(range(2, 10))


async def test_one_full_number_is_shown_by_a_request_that_the_trail_keeps(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.reviewer.get(bench.path)
        page = await bench.reviewer.post(f"{bench.path}/rows/2/number", {"back": ""})
        kept = [(each.act, each.subject) for each in bench.desk.office.staff.trail.newest(9)]

    assert an_id_number(100) in page.text
    assert an_id_number(101) not in page.text
    assert ("review.reveal", bench.batch) in kept


async def test_filters_and_the_jump_show_what_they_name(filled_register: Path, tmp_path: Path) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        shown = {}
        for query in (f"finding={LATE_FLAG}", "standing=refused", "row=7", "finding=R99.x&standing=nonsense"):
            page = await bench.reviewer.get(f"{bench.path}/rows?{query}")
            shown[query] = tuple(int(each) for each in re.findall(r'<tr id="row-(\d+)"', page.text))

    assert list(shown.values()) == [LATE, (REFUSED,), (7, 8, 9), tuple(range(2, 10))]


async def test_what_is_proposed_is_exactly_what_was_shown_as_entering(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.make_ready()
        await bench.say(LATE[0], "rejected:evidence_missing")
        shown = await bench.reviewer.get(f"{bench.path}/rows?standing=entering")
        assert (await bench.propose()).headers["location"].startswith("/staff/jobs/")
        again = await bench.reviewer.post(f"{bench.path}/proposal", {"seen": bench.seen()})
        assert again.headers["location"] == f"{bench.path}/proposal"
        made = bench.proposal()
        page = await bench.reviewer.get(f"{bench.path}/proposal")
        register = bench.desk.scene.register
        rows = {each.row: each for each in bench.desk.office.batches().rows(bench.id)}
        entering = [int(each) for each in re.findall(r'<tr id="row-(\d+)"', shown.text)]
        commitments = sorted(
            commitment(
                *register.keys.vault.open_record(BATCH_TABLE, row_key(bench.id, row), rows[row].sealed)
            )
            for row in entering
        )

    assert entering == [LATE[1], *CLEAN]
    assert made.body.count == len(entering)
    assert made.content["root"] == b64url_encode(approval_root(commitments))
    assert approval_root(commitments).hex() in page.text
    assert made.body.rejected == {LATE[0]: "evidence_missing"}
    assert made.body.accepted == {LATE[1]: "late_justified"}
    assert made.body.refused == 1
    assert not {"key", "at", "signature"} & made.content.keys()
    assert f"{bench.path}/sign" in page.text


async def test_nothing_is_proposed_before_every_flag_and_every_drawn_row_had_its_word(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.reviewer.get(bench.path)
        await bench.propose()
        undecided = await bench.reviewer.get(f"{bench.path}/proposal")
        for row in LATE:
            await bench.say(row, "accepted:late_justified")
        await bench.propose()
        uninspected = await bench.reviewer.get(f"{bench.path}/proposal")
        assert bench.desk.office.proposals().newest(bench.id) is None

    assert "problem" not in undecided.text
    assert "抽查" in uninspected.text
    assert "行号" in undecided.text


async def test_a_row_that_the_inspection_found_to_differ_does_not_enter(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.make_ready()
        drawn = bench.desk.office.drafts().drawn(bench.id, "bureau")[0].row
        fields = {"sample": "bureau", "found": "discrepancy:score_differs", "seen": bench.seen(), "back": ""}
        await bench.reviewer.post(f"{bench.path}/rows/{drawn}/inspection", fields)
        await bench.propose()
        assert bench.desk.office.proposals().newest(bench.id) is None
        await bench.say(drawn, "rejected:score_missing")
        await bench.propose()
        made = bench.proposal()

    assert drawn in made.body.rejected
    assert {row for sample in made.body.samples.values() for row in sample.discrepancies} == {drawn}


async def test_a_later_word_makes_what_was_prepared_stale(filled_register: Path, tmp_path: Path) -> None:
    async with a_bench(filled_register, tmp_path / "r", FOUR_EYES="on") as bench:
        await bench.make_ready()
        await bench.propose()
        digest = bench.proposal().digest
        await bench.say(CLEAN[0], "rejected:suspected_fraud")
        second = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER))
        refused = await second.post(f"{bench.path}/confirmation", {"digest": digest})
        page = await bench.reviewer.get(f"{bench.path}/proposal")

    assert refused.status_code == 409
    assert "示例reviewer" in refused.text
    assert "已失效" in page.text
    assert f"{bench.path}/sign" not in page.text


async def test_with_four_eyes_another_person_of_the_same_office_confirms(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r", FOUR_EYES="on") as bench:
        await bench.make_ready()
        await bench.propose()
        fields = {"digest": bench.proposal().digest}
        own = await bench.reviewer.post(f"{bench.path}/confirmation", fields)
        stranger = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER, "430200"))
        elsewhere = await stranger.post(f"{bench.path}/confirmation", fields)
        before = await bench.reviewer.get(f"{bench.path}/proposal")
        second = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER))
        for _ in range(2):
            assert (await second.post(f"{bench.path}/confirmation", fields)).status_code == 303
        after = await bench.reviewer.get(f"{bench.path}/proposal")
        made = bench.proposal()

    assert (own.status_code, elsewhere.status_code) == (409, 404)
    assert f"{bench.path}/sign" not in before.text
    assert f"{bench.path}/sign" in after.text
    assert made.state is ProposalState.CONFIRMED


async def test_a_return_is_proposed_with_its_reason_whatever_else_is_open(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.reviewer.get(bench.path)
        fields = {"reason": "form4_mismatch", "seen": bench.seen()}
        for _ in range(2):
            assert (await bench.reviewer.post(f"{bench.path}/return", fields)).status_code == 303
        made = bench.proposal()
        page = await bench.reviewer.get(f"{bench.path}/proposal")
        unknown = await bench.reviewer.post(f"{bench.path}/return", {"reason": "mood", "seen": bench.seen()})

    assert (made.kind, made.number, made.content["reason"]) == (ProposalKind.RETURN, 1, "form4_mismatch")
    assert "附件4 与附件5 不一致" in page.text
    assert unknown.status_code == 422


async def test_a_batch_that_can_only_be_returned_asks_for_nothing_else(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        scene, rows = desk.scene, some_rows()
        received = receive_batch(
            scene.register.look_up,
            scene.rulebook,
            prefix=PREFIX,
            form5=Upload(FORM5_NAME, form5_csv(rows)),
            form4=Upload(FORM4_NAME, form4_csv(rows[1:])),
            received_at=scene.clock(),
            keep=lambda batch, stored: insert_batch(scene.register.engine, batch, stored),
        )
        reviewer = desk.browser(desk.account(StaffRole.REVIEWER))
        page = (await reviewer.get(f"/staff/review/{received.id.hex()}")).text

    assert "本批次只能退回" in page
    assert "行抽查结果" not in page
    assert "拟办通过（" not in page


async def test_a_group_is_decided_at_once(filled_register: Path, tmp_path: Path) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.reviewer.get(bench.path)
        fields = {"flags": LATE_FLAG, "ruling": "accepted:late_justified", "seen": bench.seen()}
        stale = {**fields, "seen": "0", "ruling": "rejected:late_unjustified"}
        for _ in range(2):
            assert (await bench.reviewer.post(f"{bench.path}/groups", fields)).status_code == 303
        # Nothing waits any more, so the other word changes nothing either.
        await bench.reviewer.post(f"{bench.path}/groups", stale)
        page = await bench.reviewer.get(f"{bench.path}/rows?standing=accepted")

    assert [int(each) for each in re.findall(r'<tr id="row-(\d+)"', page.text)] == list(LATE)


async def test_a_colleagues_word_in_between_is_told_and_nothing_is_done(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.reviewer.get(bench.path)
        seen = bench.seen()
        colleague = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER))
        await bench.say(LATE[0], "rejected:late_unjustified", browser=colleague)
        told = await bench.say(LATE[0], "accepted:late_justified", seen=seen)
        page = await bench.reviewer.get(f"{bench.path}/rows?standing=rejected")

    assert told.status_code == 409
    assert "示例reviewer" in told.text
    assert f'<tr id="row-{LATE[0]}"' in page.text


async def test_a_batch_out_of_reach_answers_as_one_that_does_not_exist(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        stranger = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER, "430200"))
        answers = []
        for path in (bench.path, f"/staff/review/{'00' * 16}", "/staff/review/nonsense"):
            page = await stranger.get(path)
            answers.append((page.status_code, re.sub(r"[0-9a-f]{12,32}|nonsense", "", page.text)))

    assert answers[0][0] == 404
    assert answers[0] == answers[1] == answers[2]
