"""Receives a batch: both forms read and checked, then kept whole, or refused whole with one clear error.

Source: 湘人社规〔2025〕14号 art. 17(7).
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from registry.filing.model import Filing
from registry.intake.checks import CheckedBatch, CheckedRow, check_batch
from registry.intake.errors import InstitutionUnknown
from registry.intake.facts import Held
from registry.intake.findings import Finding, Severity
from registry.intake.form4 import Form4, read_form4
from registry.intake.form5 import Form5, read_form5
from registry.intake.legacy import check_earlier_review
from registry.intake.refused_rows import seal_cells
from registry.intake.uploads import Circumstances, upload_mac
from registry.intake.uploads import Upload as Upload
from registry.ledger.admission import CIVIL_TIME
from registry.ledger.chain import ChainState
from registry.lookup import LookUp
from registry.review.decide import BATCH_TABLE, row_key
from registry.rules.occupations import Catalogue, load_catalogue
from registry.rules.working_days import WorkCalendar, load_calendar
from registry.storage.batch_rows import FORMS_TABLE, StoredBatch, StoredBatchRow
from registry.storage.batch_seal import bound_batch, bound_row
from registry.storage.vault import Vault
from signing.commitment import new_seed
from signing.encoding import canonical_json, rfc3339

BATCH_ID_BYTES = 16
SALT_BYTES = 32
_TOLD_EVERY = 1_000


class Stage(StrEnum):
    """How far a batch has come on its way in."""

    READING = "reading"
    CHECKING = "checking"
    SEALING = "sealing"
    KEEPING = "keeping"


Progress: TypeAlias = Callable[[Stage, int, int], None]
"""Told the stage, and how much of how much of it is done."""


@dataclass(frozen=True)
class ReceivedBatch:
    """A batch that is kept, with everything that was found in it."""

    id: bytes
    checked: CheckedBatch


@dataclass(frozen=True)
class Rulebook:
    """The tables that rows are checked against."""

    catalogue: Catalogue
    calendar: WorkCalendar


def load_rulebook() -> Rulebook:
    """The tables that come with the product."""
    return Rulebook(load_catalogue(), load_calendar())


class StoredFacts:
    """What the register already holds, as the checks ask for it. Implements `RegisterFacts`."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up

    def registered(self, numbers: Sequence[str]) -> frozenset[str]:
        """Which numbers a certificate already has, or had before it was erased."""
        ledger, vault = self._look_up.ledger, self._look_up.vault
        registered = ledger.records.registered(numbers)
        if ledger.erasures.is_empty():
            return registered
        by_mac = {vault.erased_number(each): each for each in numbers}
        return registered | {by_mac[mac] for mac in ledger.erasures.among(list(by_mac))}

    def held_by(self, persons: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Held, ...]]:
        """The valid certificates of each person, by (document type, canonical number)."""
        ledger, vault = self._look_up.ledger, self._look_up.vault
        by_key = {vault.person(*person): person for person in persons}
        size, _ = ledger.published()
        held: dict[tuple[str, str], list[Held]] = {}
        for key, version in ledger.records.of_persons(list(by_key)):
            chain = ledger.chain(version.certificate, size)
            if chain.head.state is ChainState.VALID and chain.content_index == version.index:
                record, _ = self._look_up.open(version)
                fact = Held(
                    record.occupation_code,
                    record.job,
                    int(record.level),
                    date.fromisoformat(record.issued_on),
                )
                held.setdefault(by_key[key], []).append(fact)
        return {person: tuple(facts) for person, facts in held.items()}


def receive_batch(
    look_up: LookUp,
    rulebook: Rulebook,
    *,
    prefix: str,
    form5: Upload,
    form4: Upload,
    received_at: datetime,
    keep: Callable[[StoredBatch, Sequence[StoredBatchRow]], None],
    legacy: str = "",
    legacy_before: date | None = None,
    plan: str = "",
    previous: bytes | None = None,
    identity: bytes = b"",
    progress: Progress = lambda _stage, _done, _total: None,
) -> ReceivedBatch:
    """Reads, checks and keeps a batch. `legacy` names the earlier review of certificates from before.

    From `legacy_before` on no certificate is from before; without it, from the register's first day on.
    `identity` is the batch's id where the caller has drawn it: 128 random bits.

    Steps:
    1. both forms are read
    2. every row is checked
    3. both files and all rows are sealed
    4. all of it is kept, or nothing

    Raises: InstitutionUnknown, EarlierReviewUnfit, or what reading a workbook raises; then nothing is kept.
    """
    filing = _filing(look_up, prefix)
    check_earlier_review(legacy)
    received_on = received_at.astimezone(CIVIL_TIME).date()
    # 1
    progress(Stage.READING, 0, 1)
    rows, sheet = _read_both(form5, form4)
    # 2
    progress(Stage.CHECKING, 0, len(rows.rows))
    checked = check_batch(
        rows,
        sheet,
        filing=filing,
        catalogue=rulebook.catalogue,
        calendar=rulebook.calendar,
        facts=StoredFacts(look_up),
        today=received_on,
        received_on=received_on,
        form5_name=form5.name,
        legacy=bool(legacy),
        legacy_before=legacy_before or look_up.ledger.began_at().astimezone(CIVIL_TIME).date(),
        checked=partial(progress, Stage.CHECKING),
    )
    # What was read is no longer needed; of a large file it takes as much room as what follows.
    del rows, sheet
    # 3
    identity, salt = identity or secrets.token_bytes(BATCH_ID_BYTES), secrets.token_bytes(SALT_BYTES)
    vault = look_up.vault
    stored: list[StoredBatchRow] = []
    for row in checked.rows:
        if len(stored) % _TOLD_EVERY == 0:
            progress(Stage.SEALING, len(stored), len(checked.rows))
        stored.append(_stored_row(vault, identity, row))
    said = Circumstances(prefix, legacy, plan, previous)
    batch = StoredBatch(
        id=identity,
        prefix=prefix,
        received_on=received_on.isoformat(),
        received_at=rfc3339(received_at),
        form5_name=form5.name,
        form4_name=form4.name,
        form5=vault.seal(FORMS_TABLE, identity, "form5", form5.content),
        form4=vault.seal(FORMS_TABLE, identity, "form4", form4.content),
        salt=salt,
        form5_mac=vault.file_mac(salt, form5.content),
        form4_mac=vault.file_mac(salt, form4.content),
        findings=findings_json(checked.batch_findings),
        legacy=legacy,
        row_count=len(checked.rows),
        previous=previous,
        upload_mac=upload_mac(vault, said, form5, form4),
        plan=plan,
        overview=checked.overview.encoded(),
        row_index=checked.index.encoded(),
    )
    # 4
    progress(Stage.KEEPING, 0, 1)
    keep(bound_batch(vault, batch), stored)
    progress(Stage.KEEPING, 1, 1)
    return ReceivedBatch(identity, checked)


def _read_both(form5: Upload, form4: Upload) -> tuple[Form5, Form4]:
    """Each workbook is read by a process of its own, so both at once."""
    with ThreadPoolExecutor(1) as beside:
        sheet = beside.submit(read_form4, form4.content, form4.name)
        return read_form5(form5.content, form5.name), sheet.result()


def findings_json(findings: Sequence[Finding]) -> str:
    """Findings as they are stored: codes and details, no person."""
    return canonical_json([asdict(each) for each in findings]).decode()


def _filing(look_up: LookUp, prefix: str) -> Filing:
    filing = look_up.ledger.folds().filings.by_prefix(prefix)
    if filing is None:
        raise InstitutionUnknown(prefix)
    return filing


def _stored_row(vault: Vault, batch: bytes, row: CheckedRow) -> StoredBatchRow:
    sealed = b""
    if row.record is not None:
        sealed = vault.seal_record(BATCH_TABLE, row_key(batch, row.row), row.record, new_seed())
    elif row.cells is not None:
        sealed = seal_cells(vault, batch, row.cells)
    flagged = any(each.severity is Severity.FLAG for each in row.findings)
    stored = StoredBatchRow(row.row, row.refused, flagged, findings_json(row.findings), sealed)
    return bound_row(vault, batch, stored)
