"""Records are audited against their commitments: sealing something else properly does not help."""

import pytest

from registry.ledger.audit import audit
from registry.ledger.audit_report import Finding
from signing.commitment import Record, Seed, new_seed
from tests.registry.ledger.builders import ORIGIN, SmallRegister, a_record
from tests.registry.ledger.tampering import altered

INDEX = 20


def resealed(
    register: SmallRegister, record: Record | None = None, seed: Seed | None = None, **columns: bytes
) -> Finding | None:
    """Puts a properly sealed record, or other columns, into a row, and says what the audit finds."""
    with register.reader() as reader:
        version = reader.records.version_at(INDEX)
        assert version is not None
        kept, own_seed = register.vault.open_record("record", version.commitment, version.sealed)
    sealed = register.vault.seal_record("record", version.commitment, record or kept, seed or own_seed)
    with altered(register) as database:
        for column, value in {"sealed": sealed, **columns}.items():
            database.execute(f"UPDATE record SET {column} = ? WHERE idx = ?", (value, INDEX))
        database.commit()
        return register.audited().finding


def test_another_record_under_the_right_seal_does_not_open_the_commitment(owned: SmallRegister) -> None:
    finding = resealed(owned, record=a_record(777, name="示例乙"))
    assert finding is not None
    assert (finding.code, finding.place) == ("commitment_differs", f"record[{INDEX}].sealed")


def test_another_seed_does_not_open_the_commitment(owned: SmallRegister) -> None:
    finding = resealed(owned, seed=new_seed())
    assert finding is not None
    assert (finding.code, finding.place) == ("commitment_differs", f"record[{INDEX}].sealed")


def test_sealing_the_same_record_anew_is_no_alteration(owned: SmallRegister) -> None:
    assert resealed(owned) is None


@pytest.mark.parametrize("column", ["person", "named_person"])
def test_a_blind_index_that_finds_another_person_is_found(owned: SmallRegister, column: str) -> None:
    other = owned.vault.person("201", "110105194912310021")
    finding = resealed(owned, None, None, **{column: other})
    assert finding is not None
    assert (finding.code, finding.column) == ("record_differs", column)


def test_without_the_vault_nothing_is_opened(original: SmallRegister) -> None:
    report = audit(original.engine, log_origin=ORIGIN)
    assert (report.counts["record"], report.counts["record_opened"]) == (285, 0)
