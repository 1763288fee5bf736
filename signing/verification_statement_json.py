"""The statement of a verification receipt as JSON, and back.

It is read by taking the values out and writing them again: a key too many, a value of another spelling or
an order of its own makes the two differ, and is refused.

Source: the product's own layout, docs/electronic-certificates.md; RFC 8785 (canonical form).
"""

from collections.abc import Mapping
from typing import Final

from signing.encoding import Json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedVerificationReceipt
from signing.json_reader import JsonReader
from signing.outcomes import Outcome
from signing.verification_statement import (
    Given,
    GivenKind,
    Question,
    StatedCertificate,
    StatedConclusion,
    StatedFiling,
    StatedFilings,
    StatedStatusList,
    StatedStep,
    VerificationStatement,
)

RECEIPT_TYPE: Final = "SkillcertVerificationReceipt"


def statement_json(statement: VerificationStatement) -> dict[str, Json]:
    """The statement, unsigned. What is not there is null, so that nothing is missing by chance."""
    certificate, filings = statement.certificate, statement.filings
    outcomes = {question: statement.outcome(question) for question in Question}
    return {
        "type": RECEIPT_TYPE,
        "issuer": statement.issuer,
        "registerName": statement.register_name,
        "checkedAt": rfc3339(statement.checked_at),
        "given": {
            "kind": statement.given.kind.value,
            "number": statement.given.number or None,
            "sha256": statement.given.digest_hex or None,
            "version": statement.given.version,
            "entryIndex": statement.given.entry_index,
        },
        "conclusion": statement.conclusion.value,
        "signed": _value(outcomes[Question.SIGNED]),
        "registered": _value(outcomes[Question.REGISTERED]),
        "inForce": _value(outcomes[Question.IN_FORCE]),
        "steps": [_step(each) for each in statement.steps],
        "nameMatch": statement.name_match,
        "name": statement.name or None,
        "certificate": None if certificate is None else _certificate(certificate),
        "filing": None if filings is None else _filings(filings),
        "checkpoint": statement.checkpoint,
        "statusLists": [_status_list(each) for each in statement.status_lists],
    }


def read_statement(document: Mapping[str, Json]) -> VerificationStatement:
    """The statement in a document without its proof. Raises: MalformedVerificationReceipt."""
    try:
        statement = _statement(JsonReader(document))
    except (MalformedEncoding, ValueError) as fault:
        raise MalformedVerificationReceipt from fault
    if statement_json(statement) != document:
        raise MalformedVerificationReceipt
    return statement


def _value(outcome: Outcome | None) -> str | None:
    return None if outcome is None else outcome.value


def _step(step: StatedStep) -> Json:
    return {
        "question": step.question.value,
        "name": step.name,
        "outcome": step.outcome.value,
        "reason": step.reason or None,
    }


def _certificate(certificate: StatedCertificate) -> Json:
    return {
        "number": certificate.number,
        "version": certificate.version,
        "entryIndex": certificate.entry_index,
        "maskedName": certificate.masked_name,
        "occupationCode": certificate.occupation_code,
        "occupation": certificate.occupation,
        "job": certificate.job,
        "level": certificate.level,
        "issuedOn": certificate.issued_on.isoformat(),
        "replacedBy": certificate.replaced_by or None,
    }


def _filings(filings: StatedFilings) -> Json:
    return {
        "prefix": filings.prefix,
        "onIssueDate": _filing(filings.on_issue_date),
        "onDayOfCheck": _filing(filings.on_day_of_check),
    }


def _filing(filing: StatedFiling) -> Json:
    return {
        "on": filing.on.isoformat(),
        "state": filing.state,
        "name": filing.name,
        "covered": filing.covered,
    }


def _status_list(used: StatedStatusList) -> Json:
    return {"name": used.name, "sha256": used.digest_hex, "validFrom": rfc3339(used.valid_from)}


def _statement(root: JsonReader) -> VerificationStatement:
    certificate, filings = root.optional_child("certificate"), root.optional_child("filing")
    return VerificationStatement(
        issuer=root.text("issuer"),
        register_name=root.text("registerName"),
        checked_at=parse_rfc3339(root.text("checkedAt")),
        given=_read_given(root.child("given")),
        conclusion=StatedConclusion(root.text("conclusion")),
        steps=tuple(_read_step(each) for each in root.children("steps")),
        checkpoint=root.text("checkpoint"),
        name_match=root.optional_truth("nameMatch"),
        name=root.optional_text("name"),
        certificate=None if certificate is None else _read_certificate(certificate),
        filings=None if filings is None else _read_filings(filings),
        status_lists=tuple(_read_status_list(each) for each in root.children("statusLists")),
    )


def _read_given(given: JsonReader) -> Given:
    kind = GivenKind(given.text("kind"))
    by_number = kind is GivenKind.NUMBER
    return Given(
        kind,
        given.text("number") if by_number else "",
        "" if by_number else given.digest("sha256"),
        given.optional_number("version"),
        given.optional_number("entryIndex"),
    )


def _read_step(step: JsonReader) -> StatedStep:
    return StatedStep(
        Question(step.text("question")),
        step.text("name"),
        Outcome(step.text("outcome")),
        step.optional_text("reason"),
    )


def _read_certificate(held: JsonReader) -> StatedCertificate:
    return StatedCertificate(
        number=held.text("number"),
        version=held.number("version"),
        entry_index=held.number("entryIndex"),
        masked_name=held.text("maskedName"),
        occupation_code=held.text("occupationCode"),
        occupation=held.text("occupation"),
        job=held.text("job"),
        level=held.number("level"),
        issued_on=held.day("issuedOn"),
        replaced_by=held.optional_text("replacedBy"),
    )


def _read_filings(filings: JsonReader) -> StatedFilings:
    days = (filings.child(name) for name in ("onIssueDate", "onDayOfCheck"))
    return StatedFilings(filings.text("prefix"), *(_read_filing(each) for each in days))


def _read_filing(filing: JsonReader) -> StatedFiling:
    return StatedFiling(filing.day("on"), filing.text("state"), filing.text("name"), filing.truth("covered"))


def _read_status_list(used: JsonReader) -> StatedStatusList:
    return StatedStatusList(used.text("name"), used.digest("sha256"), parse_rfc3339(used.text("validFrom")))
