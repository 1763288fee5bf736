"""The certificates meant to be tried: plain, corrected, annulled, superseded, reinstated, reissued."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from web.demo.drafts import Draft, clean
from web.demo.stories import Stage
from web.demo.workbooks import Certificate, Writing


@dataclass(frozen=True)
class PlannedAct:
    """An act on a registered certificate. `changes` are record fields with their new values."""

    kind: ActKind
    number: str
    reason: ActReason
    changes: Mapping[str, str] = field(default_factory=dict)
    replaced_by: str = ""


@dataclass(frozen=True)
class KnownHolder:
    """What one needs to try a certificate: its holder as now registered, and the answer to expect."""

    name: str
    id_type: str
    id_number: str
    number: str
    result: str
    note: str


@dataclass(frozen=True)
class Samples:
    """Their two batches (the later holds a replacement) and what follows when both are registered."""

    drafts: tuple[Draft, ...]
    acts: tuple[PlannedAct, ...]
    known: tuple[KnownHolder, ...]


def samples(stage: Stage) -> Samples:
    """The sample certificates, all of the provincial enterprise."""
    office = stage.offices[15]
    scope = office.scope("工程机械装配调试工")
    plain, misspelt, unfit, wrong_level, doubted, lost, *others = office.sitting(scope, 4, stage.days[7], 12)
    misspelt = _renamed(misspelt, "示例子默")
    replacement = office.issue(scope, 3, stage.days[4], person=wrong_level.person)
    later = office.sitting(scope, 3, stage.days[4], 7)
    first = clean((plain, misspelt, unfit, wrong_level, doubted, lost, *others), Writing.LABELS)
    return Samples(
        drafts=(
            Draft(office.filing, first, stage.days[5], note="样例证书"),
            Draft(
                office.filing,
                clean((replacement, *later), Writing.LABELS),
                stage.days[2],
                note="含换号重发的证书",
            ),
        ),
        acts=(
            PlannedAct(ActKind.CORRECTED, misspelt.number, ActReason.CLERICAL_ERROR, {"name": "示例子墨"}),
            PlannedAct(ActKind.ANNULLED, unfit.number, ActReason.WRONGLY_ISSUED),
            PlannedAct(
                ActKind.SUPERSEDED, wrong_level.number, ActReason.REPLACED, replaced_by=replacement.number
            ),
            PlannedAct(ActKind.ANNULLED, doubted.number, ActReason.WRONGLY_ISSUED),
            PlannedAct(ActKind.REINSTATED, doubted.number, ActReason.WRONGLY_ANNULLED),
            PlannedAct(ActKind.REISSUED, lost.number, ActReason.LOST_OR_DAMAGED),
        ),
        known=(
            known(plain, note="plain"),
            known(_renamed(misspelt, "示例子墨"), note="corrected"),
            known(unfit, result="annulled", note="annulled"),
            known(wrong_level, result="superseded", note="superseded"),
            known(replacement, note="replacement"),
            known(doubted, note="reinstated"),
            known(lost, note="reissued"),
        ),
    )


def known(certificate: Certificate, *, note: str, result: str = "valid") -> KnownHolder:
    """The holder of this certificate."""
    person = certificate.person
    return KnownHolder(person.name, person.id_type, person.id_number, certificate.number, result, note)


def _renamed(certificate: Certificate, name: str) -> Certificate:
    """The certificate under another name."""
    return replace(certificate, person=replace(certificate.person, name=name))
