"""What the audit says of cosignatures, under the policy that the register follows now."""

from dataclasses import replace

import pytest

from registry.ledger.audit import audit
from registry.ledger.audit_report import Check, Finding, Found
from registry.ledger.audit_witnesses import WitnessAudit
from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from registry.witnessing.quorum import Terms, WhenMissed
from signing.keys import KeyRole
from signing.notes import COSIGNATURE_TYPE, Note, VerifierKey, cosign
from tests.registry.ledger.builders import SmallRegister, a_record, seeded_key
from tests.registry.ledger.faults import Cosigner, Fault, faulty
from tests.registry.witnessing.logs import SmallLog

LOG = SmallLog()
KEYS = {name: seeded_key(KeyRole.WITNESS, 60 + at) for at, name in enumerate(("w0", "w1", "w2"))}


def terms(quorum: int, *names: str, when_missed: WhenMissed = WhenMissed.CLOSED) -> Terms:
    """So many of these."""
    vkeys = [VerifierKey(name, COSIGNATURE_TYPE, KEYS[name].public) for name in names]
    addresses = tuple(WitnessAddress(key, f"https://{key.name}.example") for key in vkeys)
    return Terms(WitnessPolicy(quorum, addresses), when_missed)


def note(size: int, *names: str) -> Note:
    """The log's checkpoint with their cosignatures."""
    made = LOG.note(size)
    for name in names:
        made = cosign(made, name, KEYS[name], 1_767_600_000)
    return made


def looked_at(under: Terms | None, *notes: Note) -> WitnessAudit:
    audited = WitnessAudit(under)
    for size, each in enumerate(notes, start=1):
        audited.check(size, each)
    return audited


def fault(under: Terms, *notes: Note) -> Finding:
    with pytest.raises(Found) as raised:
        looked_at(under, *notes)
    assert raised.value.finding.check is Check.WITNESSES
    return raised.value.finding


def test_from_the_first_quorum_on_every_checkpoint_has_it() -> None:
    both = terms(2, "w0", "w1")
    held = looked_at(both, note(1), note(2, "w0"), note(3, "w1", "w0"), note(4, "w0", "w1", "w2"))
    assert (held.witnessed, held.bare, held.not_checked) == (2, 0, "")
    finding = fault(both, note(1), note(2, "w0", "w1"), note(3, "w0", "w2"))
    assert (finding.code, finding.place) == ("witnesses_missing", "checkpoint[3].note")
    assert finding.detail == {"cosigned": "1", "required": "2"}


def test_who_may_publish_without_is_only_counted() -> None:
    opened = terms(1, "w0", when_missed=WhenMissed.OPEN)
    held = looked_at(opened, note(1, "w0"), note(2), note(3, "w0"))
    assert (held.witnessed, held.bare) == (2, 1)


def test_what_cannot_be_said_is_said() -> None:
    assert looked_at(None, note(1)).not_checked == "no_policy"
    assert looked_at(Terms(), note(1)).not_checked == "no_policy"
    assert looked_at(terms(1, "w0"), note(1), note(2, "w1")).not_checked == "no_quorum_yet"
    assert looked_at(terms(0, "w0"), note(1)).not_checked == ""


def test_an_altered_cosignature_is_found_with_its_byte_even_before_the_policy_began() -> None:
    good = note(2, "w0", "w1")
    line = good.signatures[1]
    altered = replace(line, value=line.value[:-1] + bytes([line.value[-1] ^ 4]))
    bad = replace(good, signatures=(good.signatures[0], altered, good.signatures[2]))
    finding = fault(terms(2, "w0", "w1"), bad)
    assert (finding.code, finding.detail) == ("cosignature_altered", {"witness": "w0"})
    assert finding.offset is not None
    assert good.to_bytes()[finding.offset] != bad.to_bytes()[finding.offset]


def test_the_audit_of_a_register_says_it_too(on_sqlite: SmallRegister) -> None:
    with faulty(on_sqlite, Fault()) as witnessed:
        witnessed.approve([a_record(1)], 1)
        witnessed.approve([a_record(2)], 2)
    key = VerifierKey(Cosigner.NAME, COSIGNATURE_TYPE, Cosigner.KEY.public)
    policy = WitnessPolicy(1, (WitnessAddress(key, "https://w.example"),))
    origin = on_sqlite.places.log_origin
    report = audit(on_sqlite.engine, log_origin=origin, witnessing=Terms(policy))
    assert report.clean
    assert report.counts["checkpoint_witnessed"] == 2
    on_sqlite.reopened().approve([a_record(3)], 3)
    report = audit(on_sqlite.engine, log_origin=origin, witnessing=Terms(policy))
    assert report.finding is not None
    assert report.finding.code == "witnesses_missing"
