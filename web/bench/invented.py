"""Invented certificates in any number, by the institutions of the demo."""

from datetime import date
from random import Random

from registry.rules.masks import mask_name
from signing.commitment import Record
from web.demo.filings import demo_filings, working_days_before
from web.demo.offices import Office
from web.demo.people import people
from web.demo.workbooks import Certificate

_SEED = 43
_DAYS = 26


def lately(today: date) -> tuple[date, ...]:
    """The working days on which certificates were issued that are not late today."""
    return tuple(sorted(working_days_before(today, _DAYS)))


def offices(today: date) -> tuple[Office, ...]:
    """The certificate offices of the institutions that could certify on all of these days."""
    days = lately(today)
    random = Random(_SEED)  # noqa: S311 - invented data, the same in every run
    crowd = people(_SEED, today=days[0])
    return tuple(
        Office(each, crowd, random) for each in demo_filings(today) if all(map(each.certifies_on, days))
    )


def records(today: date, count: int) -> list[Record]:
    """So many records of one institution."""
    return [record_of(each) for each in offices(today)[0].sittings(lately(today), count)]


def record_of(certificate: Certificate) -> Record:
    """The record as the checks of an upload would make it."""
    person, scope = certificate.person, certificate.scope
    return Record(
        number=certificate.number,
        masked_name=mask_name(person.name),
        name=person.name,
        id_type=person.id_type,
        id_number=person.id_number,
        employer=certificate.employer,
        occupation_code=scope.occupation_code,
        occupation=scope.occupation,
        job=scope.job,
        level=str(certificate.level),
        issued_on=certificate.issued_on.isoformat(),
        institution=certificate.number[:13],
        issuer=certificate.institution,
    )
