"""Whatever is introduced and retired: key history, verifier keys, DID document and signers say one thing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.ledger.errors import LogKeyUnavailable, NotAdmitted
from registry.ledger.key_history import (
    Custody,
    KeyHistory,
    RetirementReason,
    introduction,
    retirement,
)
from registry.ledger.signers import checkpoint_signers
from registry.trust import did_document, log_keys
from signing.did import parse_did_document
from signing.encoding import rfc3339
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint, VerifierKey, check_note, parse_vkey, sign_checkpoint
from tests.registry.filled import WEB_ORIGIN
from tests.registry.ledger.builders import CHANGSHA, ORIGIN, seeded_key

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
FORM_ROLES = (KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.QR, KeyRole.RECEIPT, KeyRole.SHEET)
ROLES = (KeyRole.LOG, KeyRole.LOG, KeyRole.STATUS, KeyRole.QR, KeyRole.SHEET, KeyRole.BUREAU, KeyRole.ROOT)
POOL = [seeded_key(role, number) for number, role in enumerate((KeyRole.ROOT, *ROLES * 2), start=1)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["introduce", "retire"]),
        st.integers(0, len(POOL) - 1),
        st.integers(0, 3),
        st.sampled_from(RetirementReason),
    ),
    min_size=16,
    max_size=30,
)

FIRST = ("introduce", 0, 0, RetirementReason.ROTATED)


@settings(max_examples=60)
@given(STEPS)
def test_all_lists_of_keys_agree(steps: list[tuple[str, int, int, RetirementReason]]) -> None:
    history, index = KeyHistory(ORIGIN), 0
    for at_step, (action, position, delay, reason) in enumerate([FIRST, *steps]):
        now = START + timedelta(hours=at_step)
        key = POOL[position] if action == "introduce" else known(history)[position % len(known(history))]
        roots = history.signers(KeyRole.ROOT, now)
        root = next((each for each in POOL if roots and each.public == roots[0].public), POOL[0])
        if action == "introduce":
            content = introduction(
                log_origin=ORIGIN,
                key=key,
                root=root,
                custody=Custody.REGISTER,
                valid_from=rfc3339(now + timedelta(hours=delay)),
                bureau=CHANGSHA if key.role is KeyRole.BUREAU else "",
            )
        else:
            content = retirement(log_origin=ORIGIN, identity=key.key_id, root=root, reason=reason.value)
        try:
            history.apply(index, {**content, "v": 1, "at": rfc3339(now)})
            index += 1
        except NotAdmitted:
            continue
        agree(history, now)


def known(history: KeyHistory) -> list[SigningKey]:
    """The keys of the pool that were introduced, the first root last: without a root nothing follows."""
    return [key for key in POOL if history.get(key.key_id) is not None][::-1]


def agree(history: KeyHistory, now: datetime) -> None:
    """Every list against the history, and what is signed now against every list."""
    leaked = {key.public for key in history if key.retired_for is RetirementReason.COMPROMISED}
    # The verifier keys: every log key but the leaked ones, the newest first.
    listed = [parse_vkey(line).public for line in log_keys(history, ORIGIN).splitlines() if line]
    logs = [key for key in history if key.role is KeyRole.LOG]
    assert listed == [key.public for key in reversed(logs) if key.public not in leaked]
    # The DID document: every key that signs forms, revoked if and only if it leaked.
    document = parse_did_document(did_document(history, WEB_ORIGIN)).by_method.values()
    forms = [key for key in history if key.role in FORM_ROLES]
    assert {key.public for key in document} == {key.public for key in forms}
    assert {key.public for key in document if key.revoked_at} == leaked & {key.public for key in forms}
    # Whoever may sign now is not retired, and is believed.
    for key in history:
        if key in history.signers(key.role, now, key.bureau):
            assert key.active
            assert key.valid_from <= now
            assert key.public not in leaked
    try:
        signers = checkpoint_signers([key for key in POOL if key.role is KeyRole.LOG], history, now)
    except LogKeyUnavailable:
        assert history.signers(KeyRole.LOG, now) == []
        return
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), signers)
    if logs:
        wanted = {key.public for key in history.signers(KeyRole.LOG, now)}
        assert {signer.public for signer in signers} == wanted
        for signer in signers:
            check_note(note, VerifierKey(ORIGIN, signer.algorithm.note_type, signer.public))
            assert signer.public in listed
