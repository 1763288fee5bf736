"""All that the demo is filled with, as plain values: institutions, batches in order of upload, and acts.

The plan decides nothing about the register. It says what will be handed in, what each row must bring when it
is checked, and what the bureau will do; the demo pushes it through the product as its users would.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from random import Random
from typing import Final

from registry.intake.forms_out import FORM5_FIRST_ROW, Form5Cells
from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from web.demo import stories
from web.demo.drafts import Decision, Draft, clean
from web.demo.filings import DemoFiling, demo_filings, institutions_csv, working_days_before
from web.demo.offices import Office
from web.demo.people import people
from web.demo.samples import KnownHolder, PlannedAct, known, samples
from web.demo.stories import Stage
from web.demo.workbooks import Certificate, Writing, workbooks

__all__ = [
    "Decision",
    "DemoPlan",
    "KnownHolder",
    "PlannedAct",
    "PlannedBatch",
    "make_plan",
]

INSTITUTIONS_NAME: Final = "示例机构.csv"
_WINDOW: Final = slice(8, 27)
"""Working days before today on which ordinary batches were issued: none of them is late."""
_DAYS: Final = 46
_YOUNGEST: Final = 18
_SMALLEST, _USUAL, _LARGEST = 6, 90, 1500
_WRITINGS: Final = (Writing.CODES, Writing.LABELS, Writing.UNTIDY)


@dataclass(frozen=True)
class PlannedBatch:
    """One upload. `expected` holds every finding it must bring: workbook row (None: the batch) and code."""

    prefix: str
    form5_name: str
    form5: bytes
    form4_name: str
    form4: bytes
    rows: tuple[Form5Cells, ...]
    reported_on: date
    decision: Decision
    accept_flags: bool
    note: str
    expected: frozenset[tuple[int | None, str]]
    issued: tuple[str, ...]
    """The certificate numbers as the institution gave them, whatever its file says."""
    approved: tuple[str, ...]
    """Those of them that enter the register."""


@dataclass(frozen=True)
class DemoPlan:
    """The whole demo. Batches come in order of upload; the acts follow when all of them are decided."""

    today: date
    filings: tuple[DemoFiling, ...]
    institutions_name: str
    institutions_file: bytes
    batches: tuple[PlannedBatch, ...]
    acts: tuple[PlannedAct, ...]
    known: tuple[KnownHolder, ...]
    disputed: str
    """The number of an annulled certificate whose holder does not agree."""
    misspelt: str
    """The number of one in force that its institution asks to have corrected."""
    claimed: str
    """The number of one in force whose holder says what is wrong with it."""


def make_plan(seed: int, today: date, certificates: int = 2000) -> DemoPlan:
    """A plan in which at least so many certificates are approved; the same arguments give the same bytes."""
    random = Random(f"plan/{seed}")  # noqa: S311 - invented data must be repeatable, not secret
    crowd = people(seed, today=working_days_before(today, _DAYS)[-1], youngest=_YOUNGEST)
    filings = demo_filings(today)
    offices = {at: Office(filing, crowd, random) for at, filing in enumerate(filings, start=1)}
    stage = Stage(today, working_days_before(today, _DAYS), offices)
    # Each institution numbers its certificates in order: the late batch is its oldest.
    late = stories.late(stage)
    ordinary = list(_ordinary(stage, random, certificates))
    held = _first_of(ordinary, offices[8]).lines[0].certificate
    # Of the institution whose operator can log in: what waits about it lies on desks that can be seen.
    again, *_, unemployed, misspelt, disputed = (
        line.certificate for line in _first_of(ordinary, offices[9]).lines
    )
    chosen = samples(stage)
    told = chain(
        late,
        chosen.drafts,
        stories.careless(stage),
        stories.two_bad_rows(stage),
        stories.wrong_counts(stage),
        stories.odd_levels(stage),
        stories.held_already(stage, held),
        stories.other_unit(stage),
        stories.too_young(stage),
        stories.turned_back(stage),
        stories.changed_scope(stage),
        stories.after_the_end(stage),
        stories.still_waiting(stage, again),
    )
    drafts = sorted((*ordinary, *told), key=lambda draft: draft.reported_on)
    return DemoPlan(
        today=today,
        filings=filings,
        institutions_name=INSTITUTIONS_NAME,
        institutions_file=institutions_csv(filings),
        batches=tuple(_batch(draft, ordinal) for ordinal, draft in enumerate(drafts, start=1)),
        acts=(*chosen.acts, PlannedAct(ActKind.ANNULLED, disputed.number, ActReason.WRONGLY_ISSUED)),
        known=(*chosen.known, *_others_known(ordinary)),
        disputed=disputed.number,
        misspelt=misspelt.number,
        claimed=unemployed.number,
    )


def _first_of(drafts: Sequence[Draft], office: Office) -> Draft:
    """The office's first batch."""
    return next(draft for draft in drafts if draft.filing is office.filing)


def _ordinary(stage: Stage, random: Random, certificates: int) -> Iterator[Draft]:
    """Clean batches of every institution that could certify lately, together `certificates` or more."""
    window = sorted(stage.days[_WINDOW])
    able = [
        (office, days)
        for office in stage.offices.values()
        if (days := [day for day in window if office.filing.certifies_on(day)])
    ]
    weights = [random.randint(2, 9) for _ in able]
    for (office, days), weight in zip(able, weights, strict=True):
        size = max(_SMALLEST, -(-certificates * weight // sum(weights)))
        writing = random.choice(_WRITINGS)
        count = max(min(-(-size // _USUAL), 4), -(-size // _LARGEST))
        for part in range(count):
            share = size * (part + 1) // count - size * part // count
            span = days[len(days) * part // count : len(days) * (part + 1) // count] or days[-1:]
            issued = office.sittings(span, share)
            yield Draft(office.filing, clean(issued, writing), _reported(issued, stage), note="正常批次")


def _reported(issued: Sequence[Certificate], stage: Stage) -> date:
    """Two working days after the last certificate was issued."""
    last = max(certificate.issued_on for certificate in issued)
    return stage.days[stage.days.index(last) - 2]


def _batch(draft: Draft, ordinal: int) -> PlannedBatch:
    """The draft with its workbooks."""
    rows = tuple(line.cells for line in draft.lines)
    files = workbooks(draft.filing, rows, draft.form4_counts, ordinal=ordinal, reported_on=draft.reported_on)
    expected: set[tuple[int | None, str]] = {
        (row, code) for row, line in enumerate(draft.lines, start=FORM5_FIRST_ROW) for code in line.codes
    }
    if draft.decision is Decision.REFUSED:
        expected.add((None, "R16"))
    return PlannedBatch(
        prefix=draft.filing.prefix,
        form5_name=files.form5_name,
        form5=files.form5,
        form4_name=files.form4_name,
        form4=files.form4,
        rows=rows,
        reported_on=draft.reported_on,
        decision=draft.decision,
        accept_flags=draft.accept_flags,
        note=draft.note,
        expected=frozenset(expected),
        issued=tuple(line.certificate.number for line in draft.lines),
        approved=tuple(certificate.number for certificate in draft.approved),
    )


def _others_known(ordinary: Sequence[Draft]) -> Iterator[KnownHolder]:
    """One ordinary holder with each kind of document and, beside them, one with a dot in the name."""
    seen: set[str] = set()
    for line in chain.from_iterable(draft.lines for draft in ordinary):
        person = line.certificate.person
        kind = "dotted" if person.id_type == "201" and "·" in person.name else person.id_type
        if kind not in seen:
            seen.add(kind)
            yield known(line.certificate, note=kind)
