"""Keys enter under the root's signature with proof that somebody holds them; retired ones stay retired."""

from collections.abc import Callable

import pytest

from registry.ledger.entries import Entry, possession_message, root_message
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.key_history import Custody, KeyHistory, introduction, retirement
from signing.encoding import Json, b64url_encode, parse_rfc3339
from signing.errors import WrongKeyRole
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint
from tests.registry.ledger.builders import CHANGSHA, ORIGIN, ZHUZHOU, seeded_key

AT = "2026-01-05T01:00:00Z"
NOW = parse_rfc3339(AT)
ROOT = seeded_key(KeyRole.ROOT, 1)
OTHER_ROOT = seeded_key(KeyRole.ROOT, 11)
LOG = seeded_key(KeyRole.LOG, 2)
BUREAU = seeded_key(KeyRole.BUREAU, 3)


def introduced(
    key: SigningKey,
    root: SigningKey = ROOT,
    bureau: str = "",
    *,
    origin: str = ORIGIN,
    valid_from: str = AT,
    valid_until: str = "",
    predecessor: Checkpoint | None = None,
) -> Entry:
    content = introduction(
        log_origin=origin,
        key=key,
        root=root,
        custody=Custody.REGISTER,
        valid_from=valid_from,
        valid_until=valid_until,
        bureau=bureau,
        predecessor=predecessor,
    )
    return {**content, "v": 1, "at": AT}


def retired(key: SigningKey, root: SigningKey = ROOT, reason: str = "rotated") -> Entry:
    content = retirement(log_origin=ORIGIN, identity=key.key_id, root=root, reason=reason)
    return {**content, "v": 1, "at": AT}


def history(*entries: Entry) -> KeyHistory:
    keys = KeyHistory(ORIGIN)
    for index, entry in enumerate(entries):
        keys.apply(index, entry)
    return keys


def refused(keys: KeyHistory, entry: Entry, reason: Refusal) -> None:
    before = list(keys)
    with pytest.raises(NotAdmitted) as refusal:
        keys.apply(99, entry)
    assert refusal.value.reason is reason
    assert list(keys) == before


def test_the_root_introduces_itself_and_then_every_other_key() -> None:
    keys = history(introduced(ROOT), introduced(LOG), introduced(BUREAU, bureau=CHANGSHA))
    assert [(each.role, each.introduced_index, each.active) for each in keys] == [
        (KeyRole.ROOT, 0, True),
        (KeyRole.LOG, 1, True),
        (KeyRole.BUREAU, 2, True),
    ]
    assert keys.bureau_key(BUREAU.key_id, CHANGSHA, NOW).public == BUREAU.public


def test_the_first_key_of_a_log_is_its_root() -> None:
    refused(history(), introduced(LOG), Refusal.KEY_UNKNOWN)


def test_a_second_root_needs_the_first_ones_word() -> None:
    refused(history(introduced(ROOT)), introduced(OTHER_ROOT, OTHER_ROOT), Refusal.SIGNATURE_WRONG)
    keys = history(introduced(ROOT), introduced(OTHER_ROOT), retired(ROOT))
    assert [each.key_id for each in keys.signers(KeyRole.ROOT, NOW)] == [OTHER_ROOT.key_id]
    keys.apply(3, introduced(LOG, OTHER_ROOT))
    refused(keys, introduced(BUREAU, ROOT, CHANGSHA), Refusal.SIGNATURE_WRONG)


def test_after_the_last_root_was_retired_nobody_vouches_for_himself() -> None:
    keys = history(introduced(ROOT), introduced(LOG), retired(ROOT))
    refused(keys, introduced(OTHER_ROOT, OTHER_ROOT), Refusal.KEY_UNKNOWN)
    refused(keys, introduced(BUREAU, ROOT, CHANGSHA), Refusal.KEY_UNKNOWN)
    refused(keys, retired(LOG), Refusal.KEY_UNKNOWN)


def test_a_key_enters_only_with_proof_of_possession() -> None:
    content = introduced(BUREAU, bureau=CHANGSHA)
    stolen = {**content, "possession": b64url_encode(LOG.sign(possession_message(ORIGIN, content)))}
    resigned = {**stolen, "signature": b64url_encode(ROOT.sign(root_message(ORIGIN, stolen)))}
    refused(history(introduced(ROOT)), resigned, Refusal.PROOF_OF_POSSESSION_WRONG)


def test_proofs_are_for_one_log() -> None:
    refused(
        history(introduced(ROOT)),
        introduced(LOG, origin="log.example/another"),
        Refusal.PROOF_OF_POSSESSION_WRONG,
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: {**entry, "bureau": ZHUZHOU},
        lambda entry: {**entry, "custody": "bureau"},
        lambda entry: {**entry, "valid_from": "2020-01-01T00:00:00Z"},
        lambda entry: {**entry, "public": b64url_encode(LOG.public)},
    ],
)
def test_nothing_of_an_introduction_can_be_altered(change: Callable[[Entry], Entry]) -> None:
    entry = change(introduced(BUREAU, bureau=CHANGSHA))
    refused(history(introduced(ROOT)), entry, Refusal.PROOF_OF_POSSESSION_WRONG)


def test_a_key_that_the_root_did_not_sign_is_refused() -> None:
    entry = {**introduced(LOG), "signature": b64url_encode(bytes(64))}
    refused(history(introduced(ROOT)), entry, Refusal.SIGNATURE_WRONG)
    refused(history(introduced(ROOT)), {**introduced(LOG), "signature": "?"}, Refusal.SIGNATURE_WRONG)


def test_only_the_root_retires_a_key_and_only_once() -> None:
    keys = history(introduced(ROOT), introduced(BUREAU, bureau=CHANGSHA))
    refused(keys, {**retired(BUREAU), "signature": b64url_encode(bytes(64))}, Refusal.SIGNATURE_WRONG)
    refused(keys, retired(LOG), Refusal.KEY_UNKNOWN)
    keys.apply(2, retired(BUREAU))
    refused(keys, retired(BUREAU), Refusal.KEY_UNKNOWN)
    known = keys.get(BUREAU.key_id)
    assert known is not None
    assert (known.active, known.retired_index) == (False, 2)


def test_a_retired_key_does_not_come_back() -> None:
    keys = history(introduced(ROOT), introduced(BUREAU, bureau=CHANGSHA), retired(BUREAU))
    refused(keys, introduced(BUREAU, bureau=CHANGSHA), Refusal.KEY_RETIRED)


def test_why_a_key_may_not_sign_for_a_bureau() -> None:
    keys = history(introduced(ROOT), introduced(LOG), introduced(BUREAU, bureau=CHANGSHA), retired(BUREAU))
    for identity, bureau, reason in (
        ("0" * 16, CHANGSHA, Refusal.KEY_UNKNOWN),
        (LOG.key_id, CHANGSHA, Refusal.KEY_OF_ANOTHER_ROLE),
        (BUREAU.key_id, ZHUZHOU, Refusal.KEY_OF_ANOTHER_BUREAU),
        (BUREAU.key_id, CHANGSHA, Refusal.KEY_RETIRED),
    ):
        with pytest.raises(NotAdmitted) as refusal:
            keys.bureau_key(identity, bureau, NOW)
        assert refusal.value.reason is reason


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "borrowed"),
        ("role", "mascot"),
        ("custody", "nobody"),
        ("public", "AA"),
        ("algorithm", "RSA"),
        ("bureau", ""),
        ("possession", ""),
        ("valid_from", "2026-01-05"),
        ("valid_from", "2026-01-05T09:00:00+08:00"),
        ("valid_until", "tomorrow"),
        ("valid_until", AT),
        ("predecessor", {}),
    ],
)
def test_what_is_no_key_entry_is_malformed(field: str, value: Json) -> None:
    keys = history(introduced(ROOT))
    with pytest.raises(MalformedEntry):
        keys.apply(1, {**introduced(BUREAU, bureau=CHANGSHA), field: value})


def test_only_a_bureaus_key_has_a_bureau() -> None:
    with pytest.raises(MalformedEntry):
        history(introduced(ROOT)).apply(1, introduced(LOG, bureau=CHANGSHA))


def test_only_a_root_key_vouches() -> None:
    with pytest.raises(WrongKeyRole):
        introduced(BUREAU, root=LOG, bureau=CHANGSHA)
    with pytest.raises(WrongKeyRole):
        retired(BUREAU, root=LOG)


def test_a_copy_is_tried_without_changing_the_history() -> None:
    keys = history(introduced(ROOT))
    tried = keys.copy()
    tried.apply(1, introduced(LOG))
    assert keys.get(LOG.key_id) is None
    assert tried.get(LOG.key_id) is not None


def test_a_key_signs_from_its_first_to_its_last_moment() -> None:
    first, last = "2026-01-05T02:00:00Z", "2026-01-05T03:00:00Z"
    entry = introduced(BUREAU, bureau=CHANGSHA, valid_from=first, valid_until=last)
    keys = history(introduced(ROOT), entry)
    for at, reason in (
        ("2026-01-05T01:59:59Z", Refusal.KEY_NOT_YET_VALID),
        ("2026-01-05T03:00:01Z", Refusal.KEY_EXPIRED),
    ):
        with pytest.raises(NotAdmitted) as refusal:
            keys.bureau_key(BUREAU.key_id, CHANGSHA, parse_rfc3339(at))
        assert refusal.value.reason is reason
        assert keys.signers(KeyRole.BUREAU, parse_rfc3339(at), CHANGSHA) == []
    for at in (first, last):
        assert keys.bureau_key(BUREAU.key_id, CHANGSHA, parse_rfc3339(at)).public == BUREAU.public


def test_a_root_vouches_for_nothing_before_it_is_valid() -> None:
    later = "2026-01-05T01:00:01Z"
    refused(history(), introduced(ROOT, valid_from=later), Refusal.KEY_NOT_YET_VALID)
    keys = history(introduced(ROOT), introduced(OTHER_ROOT, valid_from=later))
    refused(keys, introduced(LOG, OTHER_ROOT), Refusal.SIGNATURE_WRONG)


def test_a_root_does_not_expire_by_itself() -> None:
    with pytest.raises(MalformedEntry):
        history(introduced(ROOT, valid_until="2027-01-05T01:00:00Z"))


def test_during_a_rotation_of_the_root_either_vouches() -> None:
    keys = history(introduced(ROOT), introduced(OTHER_ROOT), introduced(LOG, ROOT))
    keys.apply(3, introduced(BUREAU, OTHER_ROOT, CHANGSHA))
    keys.apply(4, retired(ROOT, OTHER_ROOT))
    refused(keys, retired(LOG, ROOT), Refusal.SIGNATURE_WRONG)
    keys.apply(5, retired(LOG, OTHER_ROOT))


def test_the_newest_key_of_a_role_is_named_first() -> None:
    second = seeded_key(KeyRole.LOG, 22)
    keys = history(introduced(ROOT), introduced(LOG), introduced(second))
    assert [each.key_id for each in keys.signers(KeyRole.LOG, NOW)] == [second.key_id, LOG.key_id]


@pytest.mark.parametrize(("reason", "revoked"), [("rotated", False), ("ended", False), ("compromised", True)])
def test_only_a_key_that_leaked_is_disbelieved(reason: str, revoked: bool) -> None:
    keys = history(introduced(ROOT), introduced(LOG), retired(LOG, reason=reason))
    known = keys.get(LOG.key_id)
    assert known is not None
    assert known.revoked_at == (NOW if revoked else None)


def test_a_key_is_retired_for_a_reason_that_is_known() -> None:
    keys = history(introduced(ROOT), introduced(LOG))
    with pytest.raises(MalformedEntry):
        keys.apply(2, retired(LOG, reason="bored"))


def test_only_the_first_entry_names_a_predecessor() -> None:
    before = Checkpoint("log.example/before", 7, b"p" * 32)
    keys = history(introduced(ROOT, predecessor=before), introduced(LOG))
    assert keys.predecessor == before
    assert keys.copy().predecessor == before
    with pytest.raises(MalformedEntry):
        history(introduced(ROOT), introduced(LOG, predecessor=before))
