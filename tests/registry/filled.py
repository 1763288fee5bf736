"""A small register with real key files, filled and acted on through the use cases that people call.

Every certificate in it has a story of its own; a test names the story, never a number.
"""

import csv
import io
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from registry.custody.beginning import begin_register, introduce_keys
from registry.erasing import erase, finish_erasures
from registry.filing.record import record_filings
from registry.intake.form4 import FORM4_HEADER
from registry.intake.form5 import FORM5_HEADER
from registry.intake.forms_out import Form5Cells, count_rows
from registry.intake.receive import ReceivedBatch, Rulebook, Upload, load_rulebook, receive_batch
from registry.ledger.append_erasure import Order
from registry.ledger.audit import audit
from registry.ledger.audit_report import AuditReport
from registry.ledger.entries import ActKind
from registry.ledger.guard import Guard
from registry.ledger.key_history import Custody
from registry.ledger.writer import Published
from registry.places import Places
from registry.register import Register
from registry.review.acts import ActReason
from registry.review.decide import Decision
from registry.review.perform import Approved, approve_batch, perform_act
from registry.rules.legal_grounds import LegalGround
from registry.storage.batch_rows import BatchRows, insert_batch
from registry.storage.erasure_rows import Forgetting
from registry.storage.sql import KeptReader
from signing.keys import KeyRole, SigningKey
from tests.builders import a_filing, a_number, an_id_number, form5_row
from tests.registry.ledger.builders import CHANGSHA, PREFIX, PROVINCE, ZHUZHOU, StepClock, seeded_key

PASSPHRASE, ROOT_PASSPHRASE = b"passphrase of the register", b"passphrase of the root"
ORIGIN, WEB_ORIGIN = "log.example/skills", "https://skills.example"
RECEIVED_AT = datetime(2025, 9, 8, 2, 0, tzinfo=UTC)
LATER = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)
ASKED_AT = datetime(2025, 9, 10, 6, 0, tzinfo=UTC)
REPORTER, PHONE = "示例填报员", "0731-84219075"
FORM5_NAME, FORM4_NAME = "数据表.csv", "审核表.csv"
CORRECTED_NAME, CORRECTED_TWICE = "示例云中", ("示例云上", "示例云下")


class Story(StrEnum):
    """What happened to a certificate."""

    PLAIN = "示例春山"
    CORRECTED = "示例夏川"
    ANNULLED = "示例秋江"
    REINSTATED = "示例冬湖"
    REISSUED = "示例晨松"
    SUPERSEDED = "示例晓竹"
    REPLACEMENT = "示例星梅"
    CORRECTED_TWICE_THEN_ANNULLED = "示例月兰"
    LEGACY = "示例平武"


@dataclass(frozen=True)
class Holder:
    """A certificate's number and the person it was first issued to."""

    number: str
    name: str
    id_number: str

    def row(self) -> Form5Cells:
        """Their row of Form 5."""
        return form5_row(number=self.number, name=self.name, id_number=self.id_number, employer="")


HOLDERS: Mapping[Story, Holder] = {
    story: Holder(a_number(serial), story.value, an_id_number(serial))
    for serial, story in enumerate(Story, start=1)
}


@dataclass
class Scene:
    """An open register in a directory of its own, with the keys of its bureaus."""

    directory: Path
    clock: StepClock
    database_url: str = ""
    rulebook: Rulebook = field(default_factory=load_rulebook)
    keys: Mapping[str, SigningKey] = field(
        default_factory=lambda: {
            bureau: seeded_key(KeyRole.BUREAU, number)
            for number, bureau in enumerate((CHANGSHA, ZHUZHOU, PROVINCE), start=3)
        }
    )

    def __post_init__(self) -> None:
        self.places = places_in(self.directory, self.database_url)
        self.register = Register(self.places, PASSPHRASE, clock=self.clock)

    def close(self) -> None:
        """Gives the databases back."""
        self.register.close()

    def audit(self) -> AuditReport:
        """Everything rebuilt from stored bytes, with the guard and the sealed records."""
        return audit(
            self.register.engine,
            log_origin=ORIGIN,
            guard=Guard(self.places.keys.guard),
            vault=self.register.keys.vault,
        )

    def receive(
        self,
        rows: Sequence[Form5Cells],
        *,
        legacy: str = "",
        prefix: str = PREFIX,
        previous: bytes | None = None,
    ) -> ReceivedBatch:
        """Uploads a batch as CSV, whose bytes hide nothing from a test that looks for them."""
        return receive_batch(
            self.register.look_up,
            self.rulebook,
            prefix=prefix,
            form5=Upload(FORM5_NAME, form5_csv(rows)),
            form4=Upload(FORM4_NAME, form4_csv(rows)),
            received_at=self.clock(),
            keep=lambda batch, stored: insert_batch(self.register.engine, batch, stored),
            legacy=legacy,
            previous=previous,
        )

    def approve(self, batch: bytes, decision: Decision | None = None, *, bureau: str = CHANGSHA) -> Approved:
        """The bureau lets a batch in."""
        with closing(KeptReader(self.register.engine)) as reader:
            return approve_batch(
                self.register.look_up,
                self.register.writer(),
                BatchRows(reader),
                batch,
                decision or Decision(),
                bureau_key=self.keys[bureau],
                now=self.clock(),
            )

    def act(
        self,
        story: Story,
        act: ActKind,
        reason: ActReason,
        *,
        changes: Mapping[str, str] | None = None,
        replaced_by: Story | None = None,
        bureau: str = CHANGSHA,
    ) -> Published:
        """An act on the certificate of a story."""
        return perform_act(
            self.register.look_up,
            self.register.writer(),
            HOLDERS[story].number,
            act,
            reason,
            bureau_key=self.keys[bureau],
            bureau=bureau,
            now=self.clock(),
            changes=changes,
            replaced_by=HOLDERS[replaced_by].number if replaced_by else "",
        )

    def erase(
        self, story: Story, *, bureau: str = CHANGSHA, to_the_end: bool = True
    ) -> tuple[Published, Forgetting]:
        """Erases the certificate of a story; `to_the_end` takes its keys out of the key file as well."""
        with closing(KeptReader(self.register.engine)) as reader:
            done = erase(
                self.register.look_up,
                self.register.writer(),
                BatchRows(reader),
                HOLDERS[story].number,
                Order(LegalGround.CONSENT_WITHDRAWN, sha256(b"an order").digest()),
                bureau_key=self.keys[bureau],
                bureau=bureau,
            )
        if to_the_end:
            self.finish()
        return done

    def finish(self) -> int:
        """Takes the keys of whatever was erased out of the key file."""
        register = self.register
        return finish_erasures(register.keys, register.ledger.erasures, register.engine)


def places_in(directory: Path, database_url: str = "") -> Places:
    """Data and keys beside each other."""
    return Places(
        data_dir=directory / "data",
        key_dir=directory / "keys",
        log_origin=ORIGIN,
        web_origin=WEB_ORIGIN,
        register_name="示例登记平台",
        database_url=database_url,
    )


def begin(directory: Path, database_url: str = "") -> Scene:
    """A register that has its keys and one filing, and no certificate yet."""
    places = places_in(directory, database_url)
    clock = StepClock(now=RECEIVED_AT)
    begin_register(places, passphrase=PASSPHRASE, root_passphrase=ROOT_PASSPHRASE, clock=clock)
    scene = Scene(directory, clock, database_url=database_url)
    root = places.keys.root.unlock(KeyRole.ROOT, ROOT_PASSPHRASE)
    writer = scene.register.writer()
    for bureau, key in scene.keys.items():
        introduce_keys(writer, [key], root=root, custody=Custody.REGISTER, now=clock(), bureau=bureau)
    record_filings(
        scene.register.ledger,
        writer,
        [a_filing()],
        date(2025, 9, 8),
        province_key=scene.keys[PROVINCE],
    )
    return scene


def fill(directory: Path, database_url: str = "") -> None:
    """Begins a register and lets every story happen."""
    scene = begin(directory, database_url)
    rows = {story: holder.row() for story, holder in HOLDERS.items()}
    legacy = rows.pop(Story.LEGACY)
    scene.approve(scene.receive(list(rows.values())).id)
    scene.approve(scene.receive([legacy], legacy="示例人社〔2021〕9号").id)
    tell(scene)
    scene.register.publish_status(scene.register.writer())
    scene.close()


def tell(scene: Scene) -> None:
    """The acts of all stories."""
    scene.clock.now = LATER
    clerical, wrong = ActReason.CLERICAL_ERROR, ActReason.WRONGLY_ISSUED
    scene.act(Story.CORRECTED, ActKind.CORRECTED, clerical, changes={"name": CORRECTED_NAME})
    scene.act(Story.ANNULLED, ActKind.ANNULLED, ActReason.FRAUD)
    scene.act(Story.REINSTATED, ActKind.ANNULLED, wrong)
    scene.act(Story.REINSTATED, ActKind.REINSTATED, ActReason.WRONGLY_ANNULLED, bureau=PROVINCE)
    scene.act(Story.REISSUED, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    scene.act(Story.SUPERSEDED, ActKind.SUPERSEDED, ActReason.REPLACED, replaced_by=Story.REPLACEMENT)
    for name in CORRECTED_TWICE:
        scene.act(Story.CORRECTED_TWICE_THEN_ANNULLED, ActKind.CORRECTED, clerical, changes={"name": name})
    scene.act(Story.CORRECTED_TWICE_THEN_ANNULLED, ActKind.ANNULLED, wrong)


def copy_of(directory: Path, target: Path) -> Scene:
    """A copy of a closed register, to be changed."""
    shutil.copytree(directory, target)
    return Scene(target, StepClock(now=ASKED_AT))


def form5_csv(rows: Sequence[Form5Cells]) -> bytes:
    """Form 5 as CSV."""
    return _csv([FORM5_HEADER, *rows])


def form4_csv(rows: Sequence[Form5Cells], *, institution: str = "示例评价机构") -> bytes:
    """The Form 4 that belongs to these rows, as CSV."""
    counts = [(str(at), *map(str, each)) for at, each in enumerate(count_rows(rows), start=1)]
    foot = [("填报人：", REPORTER), ("联系电话：", PHONE), ("上报日期：", "2025-09-08")]
    head = [("上传单位：", institution), ("上传文件名：", FORM5_NAME)]
    return _csv([*head, FORM4_HEADER, *counts, *foot])


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
