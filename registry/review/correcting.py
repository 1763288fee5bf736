"""The corrected version of a certificate: it lets nothing in that an upload of the same words would not.

Source: 湘人社规〔2025〕14号 arts. 14 (within the filed scope, under the institution's name), 17(7).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from registry.filing.model import Filing
from registry.intake.cell_dates import parse_cell_date
from registry.intake.checks_reading import Neighbours, Occasion, Reader
from registry.intake.checks_scope import filed_scope, filing_in_force, institution_names
from registry.intake.findings import Severity
from registry.intake.form5 import Form5Row
from registry.ledger.append import PreparedCertificate, prepare
from registry.review.errors import CorrectionOutOfReach, CorrectionRefused
from registry.rules.identity_documents import IdentityType, check_identity, tidy_identity_number
from registry.rules.identity_types import parse_identity_type
from registry.rules.masks import mask_name
from registry.rules.occupation_entries import Unknown
from registry.rules.occupations import load_catalogue
from registry.rules.qualifications import load_qualifications
from registry.rules.text import check_name, clean_cell
from registry.rules.working_days import load_calendar
from registry.storage.vault import Vault
from signing.commitment import Record, new_seed

# What can be corrected, and how each is read: as in an upload. All else stands in the number itself or
# follows from it; the occupation may be spelled right, but another occupation is another certificate.
_READERS: Mapping[str, Callable[[str], str]] = {
    "name": check_name,
    "id_type": lambda text: parse_identity_type(text).value,
    "id_number": tidy_identity_number,
    "employer": clean_cell,
    "occupation": clean_cell,
    "job": clean_cell,
    "issued_on": lambda text: parse_cell_date(text).isoformat(),
    "issuer": clean_cell,
}
CORRECTABLE = tuple(_READERS)
# A name that was misspelled is put right whatever the filing was; these ask about the filing.
_JUDGED_BY_FILING = frozenset({"occupation", "job", "issued_on", "issuer"})
_FILING_RULES = (filed_scope, filing_in_force, institution_names)
_ALONE = Neighbours(repeated={}, registered=frozenset(), same_person={}, held={}, out_of_order=frozenset())


def corrected_certificate(
    record: Record, changes: Mapping[str, str], filing: Filing, vault: Vault, today: date
) -> PreparedCertificate:
    """The corrected version of a record, committed under a fresh seed.

    Raises: CorrectionOutOfReach if a change touches what the number itself says, or changes nothing;
    CorrectionRefused; NameFault, UnknownIdentityType, IdentityFault, MalformedDate.
    """
    corrected = corrected_record(record, changes, filing, today)
    identity = check_identity(IdentityType(corrected.id_type), corrected.id_number, today)
    return prepare(corrected, new_seed(), identity.canonical, vault)


def corrected_record(record: Record, changes: Mapping[str, str], filing: Filing, today: date) -> Record:
    """What the record will be. Raises: as `corrected_certificate`."""
    if not set(changes) <= set(_READERS):
        raise CorrectionOutOfReach
    corrected = replace(record, **{name: _READERS[name](value) for name, value in changes.items()})
    if {"occupation", "job"} & set(changes):
        corrected = _with_occupation(corrected)
    issued_on = date.fromisoformat(corrected.issued_on)
    same_year = issued_on.year == date.fromisoformat(record.issued_on).year
    if corrected == record or not same_year or issued_on > today:
        raise CorrectionOutOfReach
    if _JUDGED_BY_FILING & set(changes):
        _require_filed(corrected, filing, today)
    identity = check_identity(IdentityType(corrected.id_type), corrected.id_number, today)
    return replace(corrected, id_number=identity.number, masked_name=mask_name(corrected.name))


def _with_occupation(record: Record) -> Record:
    found = load_catalogue().resolve(record.occupation, record.job, record.occupation_code)
    if isinstance(found, Unknown):
        raise CorrectionOutOfReach
    return replace(record, occupation=found.occupation.name, job=found.job)


def _require_filed(record: Record, filing: Filing, today: date) -> None:
    """The findings R11, R12 and R17 of an upload, on the corrected issue date. Raises: CorrectionRefused."""
    occasion = Occasion(
        filing, load_catalogue(), load_calendar(), load_qualifications(), today, today, legacy=True
    )
    cells = Form5Row(
        row=0,
        name=record.name,
        id_type=record.id_type,
        id_number=record.id_number,
        employer=record.employer,
        occupation=record.occupation,
        job=record.job,
        level=record.level,
        number=record.number,
        issued_on=record.issued_on,
        # The record holds the institution by its prefix; what the certificate names is its issuer.
        institution=record.issuer,
        issuer=record.issuer,
    )
    reading = Reader(occasion).read(cells)
    found = [each for rule in _FILING_RULES for each in rule(reading, occasion, _ALONE)]
    refusing = [each.code.value for each in found if each.severity is Severity.REFUSE]
    if refusing:
        raise CorrectionRefused(tuple(dict.fromkeys(refusing)))
