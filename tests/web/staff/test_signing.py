"""From a proposal to the register in a browser: signed here, or on the bureau's own machine."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from registry.custody.rotation import NextKey, introduce_next, retire_key, unlock_root
from registry.filing.model import BureauPeriod
from registry.filing.record import record_filings
from registry.jobs.desk import file_of
from registry.jobs.model import JobContext
from registry.jobs.queue import Attachments, JobQueue
from registry.ledger.key_history import Custody, RetirementReason
from registry.review.bundle import read_bundle
from registry.review.bundle_job import make_bundle, remove_old_bundles, taken_bundle
from registry.review.offline import check_bundle, sign_bundle
from registry.review.record import read_decision
from registry.staff.model import Account, StaffRole
from registry.storage.bundle_rows import kept_bundles
from registry.storage.sql import reading
from signing.encoding import b64url_encode
from signing.keys import KeyRole, SigningKey
from tests.builders import a_number, an_id_number
from tests.registry.filled import ROOT_PASSPHRASE
from tests.registry.ledger.builders import CHANGSHA, PREFIX, PROVINCE, ZHUZHOU
from tests.web.staff.review.batches import LATE, Bench, a_bench

pytestmark = pytest.mark.anyio

PASSPHRASE, WORD = "刘审核的签名口令", "审核包在路上用的一个长口令"


def account_of(bench: Bench) -> Account:
    """The reviewer's account."""
    (found,) = bench.desk.office.accounts.of_office(StaffRole.REVIEWER, CHANGSHA)
    return found


def introduce(
    bench: Bench, login: str, passphrase: str = PASSPHRASE, custody: Custody = Custody.REGISTER
) -> SigningKey:
    """A key of the bureau for that officer."""
    register = bench.desk.scene.register
    wanted = NextKey(KeyRole.BUREAU, custody, CHANGSHA, officer=login)
    root = unlock_root(register, ROOT_PASSPHRASE)
    return introduce_next(register, wanted, passphrase=passphrase.encode(), root=root)


@asynccontextmanager
async def proposed(filled: Path, target: Path, **env: str) -> AsyncIterator[Bench]:
    """A reviewer before a proposal that may be signed."""
    async with a_bench(filled, target, **env) as bench:
        await bench.make_ready()
        await bench.propose()
        yield bench


def entered(bench: Bench, serial: int) -> bool:
    """Whether that certificate is in the register."""
    return bench.desk.scene.register.look_up.current(a_number(serial)) is not None


async def sign(bench: Bench, passphrase: str = PASSPHRASE, digest: str = "") -> httpx.Response:
    """Posts the passphrase."""
    fields = {"digest": digest or bench.proposal().digest, "passphrase": passphrase}
    return await bench.reviewer.post(f"{bench.path}/sign", fields)


async def ask_bundle(bench: Bench) -> httpx.Response:
    """Asks for the bundle."""
    fields = {"digest": bench.proposal().digest, "passphrase": WORD, "again": WORD}
    return await bench.reviewer.post(f"{bench.path}/bundle", fields)


def back_again(bench: Bench) -> Bench:
    """The reviewer, who logged in once more after a long pause."""
    return replace(bench, reviewer=bench.desk.browser(account_of(bench)))


def download(bench: Bench, asked: httpx.Response) -> str:
    """Where the bundle of that job is taken."""
    return f"{bench.path}/bundle/{asked.headers['location'].removeprefix('/staff/jobs/')}"


async def bundle(bench: Bench) -> httpx.Response:
    """Takes the bundle along, once the worker has made it."""
    asked = await ask_bundle(bench)
    bench.work()
    return await bench.reviewer.get(download(bench, asked))


def signed_elsewhere(bench: Bench, taken: httpx.Response, key: SigningKey) -> bytes:
    """What the bureau's machine makes of a bundle."""
    checked = check_bundle(*read_bundle(taken.content, WORD.encode()))
    return sign_bundle(checked, key, bench.desk.scene.clock()).to_bytes()


async def bring(bench: Bench, signature: bytes) -> httpx.Response:
    """Uploads a signature."""
    return await bench.reviewer.post(
        f"{bench.path}/signature", files={"signature": ("x.signature.json", signature)}
    )


async def test_a_reviewer_signs_with_the_own_passphrase_and_the_batch_enters(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        key = introduce(bench, account_of(bench).login)
        page = await bench.reviewer.get(f"{bench.path}/sign")
        answer = await sign(bench)
        twice = await sign(bench)
        bench.work()
        done = await bench.reviewer.get(answer.headers["location"])
        decision = await bench.reviewer.get(f"{bench.path}/decision")
        kept = bench.desk.office.batches().decision(bench.id)
        trail = [(each.act, each.outcome) for each in bench.desk.office.staff.trail.newest(20)]
        assert entered(bench, 100)
        assert bench.desk.scene.audit().finding is None

    assert "由登记平台代管" in page.text
    assert re.fullmatch(r"/staff/jobs/[0-9a-f]{32}", answer.headers["location"])
    assert twice.headers["location"] == answer.headers["location"]
    assert done.headers["location"] == f"{bench.path}/decision"
    assert kept is not None
    record = read_decision(kept[1])
    assert (record.key, record.custody, record.signed_by) == (
        key.key_id, Custody.REGISTER, account_of(bench).id,
    )  # fmt: skip
    assert dict(record.accepted) == dict.fromkeys(LATE, "late_justified")
    assert "由登记平台代管" in decision.text
    assert key.key_id in decision.text
    assert ("review.sign", "done") in trail


async def test_a_wrong_passphrase_is_said_and_signs_nothing(filled_register: Path, tmp_path: Path) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        introduce(bench, account_of(bench).login)
        answer = await sign(bench, "另一个口令")
        outcomes = [each.outcome for each in bench.desk.office.staff.trail.newest(1)]
        for _ in range(4):
            await sign(bench, "再试一个")
        throttled = await sign(bench)
        assert bench.desk.office.jobs.latest("approve", bench.batch) is None

    assert answer.status_code == 422
    assert "签名口令不对" in answer.text
    assert "另一个口令" not in answer.text
    assert outcomes == ["key_file_locked"]
    assert throttled.status_code == 429


async def test_somebody_without_a_key_is_told_how_to_get_one(filled_register: Path, tmp_path: Path) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        answer = await sign(bench)
        login = account_of(bench).login

    assert answer.status_code == 422
    assert f"skillcert keys bureau {CHANGSHA} --for {login}" in answer.text


async def test_what_changed_meanwhile_is_not_signed(filled_register: Path, tmp_path: Path) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        introduce(bench, account_of(bench).login)
        seen = bench.proposal().digest
        await bench.say(LATE[0], "rejected:evidence_missing")
        stale = await sign(bench, digest=seen)
        await bench.propose()
        other = await sign(bench, digest=seen)
        assert bench.desk.office.jobs.latest("approve", bench.batch) is None

    for answer in (stale, other):
        assert answer.status_code == 409
        assert "本批次已变化" in answer.text


async def test_a_bureau_does_not_sign_what_another_one_prepared(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        scene = bench.desk.scene
        filing = scene.register.filings().by_prefix(PREFIX)
        assert filing is not None
        today = bench.desk.office.today()
        moved = replace(filing, bureaus=(*filing.bureaus, BureauPeriod(ZHUZHOU, today)))
        record_filings(
            scene.register.ledger,
            scene.register.writer(),
            [moved],
            today,
            province_key=scene.keys[PROVINCE],
        )
        successor = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER, ZHUZHOU))
        answers = [
            await successor.get(f"{bench.path}/sign"),
            await successor.get(f"{bench.path}/bundle"),
            await sign(bench),
        ]
        assert bench.desk.office.jobs.latest("approve", bench.batch) is None
        await replace(bench, reviewer=successor).propose()
        own = await successor.get(f"{bench.path}/sign")

    assert [each.status_code for each in answers] == [409] * 3
    assert own.status_code == 200


async def test_after_a_signature_that_came_too_late_it_is_prepared_anew(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        key = introduce(bench, account_of(bench).login)
        await sign(bench)
        register = bench.desk.scene.register
        retire_key(register, key.key_id, RetirementReason.ENDED, root_passphrase=ROOT_PASSPHRASE)
        bench.work()
        refused = bench.desk.office.jobs.latest("approve", bench.batch)
        offered = await bench.reviewer.get(bench.path)
        introduce(bench, account_of(bench).login)
        first = bench.proposal().number
        await bench.propose()
        second = bench.proposal().number
        await sign(bench)
        bench.work()
        assert entered(bench, 100)

    assert refused is not None
    assert refused.code == "not_admitted"
    assert f'action="{bench.path}/proposal"' in offered.text
    assert second == first + 1


async def test_with_four_eyes_nobody_signs_alone(filled_register: Path, tmp_path: Path) -> None:
    async with proposed(filled_register, tmp_path / "r", FOUR_EYES="on") as bench:
        introduce(bench, account_of(bench).login)
        alone = await sign(bench)
        assert bench.desk.office.jobs.latest("approve", bench.batch) is None

    assert alone.status_code == 409


async def test_a_bureau_that_keeps_its_key_takes_the_batch_along_and_brings_a_signature(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        key = introduce(bench, "", custody=Custody.BUREAU)
        page = await bench.reviewer.get(f"{bench.path}/bundle")
        taken = await bundle(bench)
        signature = signed_elsewhere(bench, taken, key)
        form = await bench.reviewer.get(f"{bench.path}/signature")
        answer = await bring(bench, signature)
        bench.work()
        decision = await bench.reviewer.get(f"{bench.path}/decision")
        trail = [(each.act, each.details) for each in bench.desk.office.staff.trail.newest(20)]
        assert entered(bench, 100)
        assert bench.desk.scene.audit().finding is None

    assert "完整证件号码" in page.text
    assert taken.headers["content-disposition"].startswith("attachment; filename=")
    assert an_id_number(100).encode() not in taken.content
    assert taken.headers["cache-control"] == "no-store"
    assert form.status_code == 200
    assert answer.headers["location"].startswith("/staff/jobs/")
    assert "由审核机关自己保管" in decision.text
    assert ("review.bundle", {"rows": "8"}) in trail


async def test_a_signature_over_an_earlier_proposal_is_refused(filled_register: Path, tmp_path: Path) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        key = introduce(bench, "", custody=Custody.BUREAU)
        signature = signed_elsewhere(bench, await bundle(bench), key)
        await bench.say(LATE[0], "rejected:evidence_missing")
        await bench.propose()
        earlier = await bring(bench, signature)
        nonsense = await bring(bench, b"nonsense")
        colleague = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER))
        fresh = signed_elsewhere(bench, await bundle(bench), key)
        brought_by_another = await colleague.post(
            f"{bench.path}/signature", files={"signature": ("x", fresh)}
        )
        assert bench.desk.office.jobs.latest("approve", bench.batch) is None

    assert (earlier.status_code, "不是对当前审核方案作出的" in earlier.text) == (422, True)
    assert (nonsense.status_code, "不是离线审核的签名文件" in nonsense.text) == (422, True)
    assert brought_by_another.status_code == 422


async def test_a_bundle_needs_a_passphrase_worth_the_name(filled_register: Path, tmp_path: Path) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        introduce(bench, "", custody=Custody.BUREAU)
        digest = bench.proposal().digest
        answers = [
            await bench.reviewer.post(
                f"{bench.path}/bundle", {"digest": digest, "passphrase": one, "again": two}
            )
            for one, two in (("短", "短"), (WORD * 2, WORD * 3))
        ]

    assert [each.status_code for each in answers] == [422, 422]
    assert "至少要 12 个字符" in answers[0].text
    assert "两次输入不一致" in answers[1].text


async def test_a_bureau_without_a_key_of_its_own_is_handed_nothing(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        page = await bench.reviewer.get(f"{bench.path}/bundle")
        answer = await ask_bundle(bench)

    assert "没有自己保管的密钥" in page.text
    assert answer.status_code == 409


async def test_the_job_page_leads_to_the_bundle_and_a_second_click_makes_no_second_one(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        introduce(bench, "", custody=Custody.BUREAU)
        asked, again = await ask_bundle(bench), await ask_bundle(bench)
        meanwhile = await bench.reviewer.get(f"{bench.path}/bundle")
        bench.work()
        led = await bench.reviewer.get(asked.headers["location"])
        page = await bench.reviewer.get(f"{bench.path}/bundle")
        colleague = bench.desk.browser(bench.desk.account(StaffRole.REVIEWER))
        of_another = await colleague.get(download(bench, asked))
        acts = [each.act for each in bench.desk.office.staff.trail.newest(20)]

    assert again.headers["location"] == asked.headers["location"] == meanwhile.headers["location"]
    assert led.headers["location"] == f"{bench.path}/bundle"
    assert f'href="{download(bench, asked)}"' in page.text
    # What somebody had made is nobody else's.
    assert (of_another.status_code, of_another.headers["location"]) == (303, f"{bench.path}/bundle")
    assert "review.bundle_asked" in acts


async def test_a_bundle_goes_after_an_hour_and_when_its_batch_is_decided(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        key, register = introduce(bench, "", custody=Custody.BUREAU), bench.desk.scene.register
        path = download(bench, await ask_bundle(bench))
        bench.work()
        bench.desk.scene.clock.now += timedelta(minutes=59)
        bench = back_again(bench)
        in_time, kept = await bench.reviewer.get(path), remove_old_bundles(register)
        bench.desk.scene.clock.now += timedelta(minutes=1)
        late, removed = await bench.reviewer.get(path), remove_old_bundles(register)
        told = await bench.reviewer.get(f"{bench.path}/bundle")
        await bring(bench, signed_elsewhere(bench, await bundle(bench), key))
        bench.work()
        after = remove_old_bundles(register)
        assert kept_bundles(register.desk_engine) == []

    assert (in_time.status_code, kept) == (200, 0)
    assert (late.status_code, removed) == (303, 1)
    assert "已经删除" in told.text
    assert after == 1


async def test_the_desk_never_holds_the_passphrase_and_the_key_no_longer_than_the_job(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        introduce(bench, "", custody=Custody.BUREAU)
        register = bench.desk.scene.register
        await ask_bundle(bench)
        job = bench.desk.office.jobs.latest("bundle", f"{bench.batch}.{account_of(bench).id}")
        assert job is not None
        with reading(register.desk_engine) as connection:
            waiting = file_of(connection, job.id, "key")
        assert waiting is not None
        key = register.keys.vault.open("job_file", bytes.fromhex(job.id), "key", waiting)
        bench.work()
        with reading(register.desk_engine) as connection:
            assert file_of(connection, job.id, "key") is None
            dump = repr(connection.exec_driver_sql("SELECT * FROM bundle").all()).encode()
        files = b"".join(each.read_bytes() for each in (tmp_path / "r").rglob("desk.sqlite*"))

    assert len(key) == 48
    assert job.id.encode() in files
    for secret in (WORD.encode(), key[16:], key[16:].hex().encode(), b64url_encode(key[16:]).encode()):
        assert secret not in files + dump


async def test_a_bundle_that_was_made_before_a_death_is_not_made_again(
    filled_register: Path, tmp_path: Path
) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        introduce(bench, "", custody=Custody.BUREAU)
        register = bench.desk.scene.register
        await ask_bundle(bench)
        job = bench.desk.office.jobs.latest("bundle", f"{bench.batch}.{account_of(bench).id}")
        assert job is not None
        queue = JobQueue(register.desk_engine, lambda: register.keys.vault, register.clock, "test")
        context = JobContext(
            register, job, Attachments(queue, job), lambda _done, _of: None, register.clock()
        )
        make_bundle(context)
        first = taken_bundle(register, job)
        make_bundle(context)
        assert first is not None
        assert taken_bundle(register, job) == first


async def test_a_return_is_signed_the_same_way(filled_register: Path, tmp_path: Path) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        introduce(bench, account_of(bench).login)
        await bench.reviewer.get(bench.path)
        await bench.reviewer.post(
            f"{bench.path}/return", {"seen": bench.seen(), "reason": "evidence_missing"}
        )
        page = await bench.reviewer.get(f"{bench.path}/sign")
        await sign(bench)
        bench.work()
        decision = await bench.reviewer.get(f"{bench.path}/decision")
        kept = bench.desk.office.batches().decision(bench.id)
        assert not entered(bench, 100)
        assert bench.desk.scene.audit().finding is None

    assert "整批退回" in page.text
    assert kept is not None
    assert not kept[0]
    assert read_decision(kept[1]).reason == "evidence_missing"
    assert "整批退回" in decision.text


async def test_nobody_signs_what_was_decided_already(filled_register: Path, tmp_path: Path) -> None:
    async with proposed(filled_register, tmp_path / "r") as bench:
        introduce(bench, account_of(bench).login)
        await sign(bench)
        bench.work()
        bench.desk.scene.clock.now += timedelta(seconds=1)
        pages = [await bench.reviewer.get(f"{bench.path}/{each}") for each in ("sign", "bundle", "signature")]
        again = await sign(bench, digest="0" * 64)

    assert [each.status_code for each in (*pages, again)] == [409] * 4
