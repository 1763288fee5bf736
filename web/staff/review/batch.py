"""The page of one batch: Form 4 beside Form 5, what was found, the sample, and what is still to be said."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.intake.findings import Finding, Severity
from registry.intake.stored_findings import read_findings
from registry.review.sample import DrawnFor, sample_seed
from web.language import Language, language_of
from web.staff.desk import staff_page
from web.staff.review.choices import accept_choices, kind_label, reject_choices, return_choices
from web.staff.review.on_desk import OnDesk, on_desk
from web.staff.review.tally import SampleTally, Tally, sample_tally, tally
from web.words.findings import finding_sentence


@dataclass(frozen=True)
class SampleCard:
    """A sample with everything that is needed to draw it again."""

    whose: DrawnFor
    seed: str
    form5_mac: str
    tally: SampleTally


def batch(request: Request) -> Response:
    """The batch. Raises: BatchUnknown."""
    desk = on_desk(request)
    language = language_of(request)
    office = desk.office
    counted = tally(office.drafts().groups(desk.id))
    proposal = office.proposals().standing(desk.id)
    return staff_page(
        request,
        "staff/review_batch.html",
        desk=desk,
        tally=counted,
        batch_findings=_sentences(read_findings(desk.head.findings), language),
        samples=sample_cards(desk),
        proposal=proposal,
        fresh=desk.is_fresh(proposal),
        missing=missing(desk, counted),
        accepting=accept_choices(language),
        rejecting=reject_choices(language),
        returning=return_choices(language),
        four_eyes=office.settings.four_eyes,
        kind_label=lambda kind: kind_label(kind, language),
        mismatches=sum(group.form4 != group.form5 for group in desk.overview.groups),
    )


def sample_cards(desk: OnDesk) -> list[SampleCard]:
    """The bureau's sample, and the province's where it drew any."""
    mac = desk.office.waiting().form5_mac(desk.id)
    cards = []
    for whose in DrawnFor:
        counted = sample_tally(desk.office.drafts().drawn(desk.id, whose))
        if counted.drawn or whose is DrawnFor.BUREAU:
            cards.append(SampleCard(whose, sample_seed(whose, desk.id, mac).hex(), mac.hex(), counted))
    return cards


def missing(desk: OnDesk, counted: Tally) -> list[tuple[str, int]]:
    """What stands between this batch and a proposal to approve it: codes with counts."""
    bureau = sample_tally(desk.office.drafts().drawn(desk.id, DrawnFor.BUREAU))
    refusing = sum(each.severity is Severity.REFUSE_BATCH for each in read_findings(desk.head.findings))
    if refusing:
        # It can only be returned: whatever else is open need not be done.
        return [("batch_refused", refusing)]
    wanting = [
        ("flags_undecided", counted.undecided),
        ("sample_open", bureau.open),
        ("sample_contradicted", desk.office.drafts().contradicted(desk.id)),
        ("nothing_to_approve", int(counted.entering == 0 and not counted.undecided)),
    ]
    return [(code, count) for code, count in wanting if count]


def _sentences(findings: tuple[Finding, ...], language: Language) -> list[tuple[Finding, str]]:
    return [(each, finding_sentence(each, language)) for each in findings]
