"""Only what the responsible bureau signed enters; everything else is refused, and nothing is appended."""

from dataclasses import replace
from datetime import date

import pytest

from registry.filing.errors import MalformedFilingEntry
from registry.filing.model import BureauPeriod
from registry.ledger.append import PreparedCertificate, append_approval, append_filings, append_keys
from registry.ledger.entries import Entry, bureau_message, signed
from registry.ledger.errors import MalformedEntry, NotAdmitted, NumberTaken, Refusal
from registry.ledger.key_history import retirement
from signing.encoding import b64url_encode
from signing.errors import WrongKeyRole
from signing.keys import KeyRole, SigningKey
from tests.registry.ledger.builders import (
    CHANGSHA,
    ORIGIN,
    PROVINCE,
    ZHUZHOU,
    SmallRegister,
    a_filing,
    a_record,
    around,
    seeded_key,
)
from tests.registry.ledger.refusals import refused, unchanged

OTHER_PREFIX = "S000043990002"


def prepared(register: SmallRegister, count: int = 3) -> list[PreparedCertificate]:
    return register.prepared([a_record(serial) for serial in range(1, count + 1)])


def append(
    register: SmallRegister,
    content: Entry,
    certificates: list[PreparedCertificate],
    *,
    key: SigningKey | None = None,
) -> None:
    signer = key or register.bureau
    append_approval(register.writer, around(signed(content, signer, ORIGIN), signer), certificates)


def test_what_the_responsible_bureau_signed_enters(register: SmallRegister) -> None:
    size = register.stored_size()
    published = register.approve([a_record(serial) for serial in range(1, 301)])
    assert (published.first_index, published.size) == (size, size + 301)
    with register.reader() as reader:
        assert reader.published()[0] == size + 301
        approval, entry = reader.approval_of(size + 300)
        assert (approval.index, approval.count, entry["bureau"]) == (size, 300, CHANGSHA)


def test_another_bureaus_key_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = register.approval(certificates)
    with refused(register, Refusal.SIGNATURE_WRONG):
        append(register, content, certificates, key=register.other_bureau)
    with refused(register, Refusal.KEY_OF_ANOTHER_BUREAU):
        append(
            register,
            {**content, "key": register.other_bureau.key_id},
            certificates,
            key=register.other_bureau,
        )
    with refused(register, Refusal.NOT_THE_RESPONSIBLE_BUREAU):
        over: Entry = {"key": register.other_bureau.key_id, "bureau": ZHUZHOU}
        append(register, {**content, **over}, certificates, key=register.other_bureau)


def test_the_province_does_not_approve_for_a_city(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = register.approval(certificates, bureau=PROVINCE, key=register.province.key_id)
    with refused(register, Refusal.NOT_THE_RESPONSIBLE_BUREAU):
        append(register, content, certificates, key=register.province)


def test_the_registers_own_key_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = register.approval(certificates, key=register.log_key.key_id)
    with pytest.raises(WrongKeyRole):
        signed(content, register.log_key, ORIGIN)
    signature = b64url_encode(register.log_key.sign(bureau_message(ORIGIN, content)))
    with refused(register, Refusal.KEY_OF_ANOTHER_ROLE):
        decision = around({**content, "signature": signature}, register.bureau)
        append_approval(register.writer, decision, certificates)


def test_a_key_that_the_log_does_not_know_is_refused(register: SmallRegister) -> None:
    certificates, stranger = prepared(register), seeded_key(KeyRole.BUREAU, 99)
    with refused(register, Refusal.KEY_UNKNOWN):
        append(register, register.approval(certificates, key=stranger.key_id), certificates, key=stranger)


def test_a_retired_key_is_refused(register: SmallRegister) -> None:
    register.approve([a_record(99)], 99)
    content = retirement(
        log_origin=ORIGIN, identity=register.bureau.key_id, root=register.root, reason="rotated"
    )
    append_keys(register.writer, [content])
    certificates = prepared(register)
    with refused(register, Refusal.KEY_RETIRED):
        append(register, register.approval(certificates), certificates)
    newcomer = seeded_key(KeyRole.BUREAU, 77)
    register.introduce(newcomer, CHANGSHA)
    append(register, register.approval(certificates, key=newcomer.key_id), certificates, key=newcomer)


def test_an_altered_row_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = register.approval(certificates)
    (altered,) = register.prepared([a_record(1, name="示例乙", masked_name="示**")])
    others = sorted([altered, *certificates[1:]], key=lambda each: each.commitment)
    with refused(register, Refusal.ROOT_DIFFERS):
        append(register, content, others)


def test_another_order_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    for order in ([1, 0, 2], [0, 2, 1], [2, 1, 0]):
        swapped = [certificates[at] for at in order]
        with refused(register, Refusal.ORDER_DIFFERS):
            append(register, register.approval(swapped), swapped)


def test_one_certificate_twice_is_refused(register: SmallRegister) -> None:
    (certificate,) = prepared(register, 1)
    twice = [certificate, certificate]
    with refused(register, Refusal.ORDER_DIFFERS):
        append(register, register.approval(twice), twice)


def test_another_count_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    for count in (2, 4):
        with refused(register, Refusal.COUNT_DIFFERS):
            append(register, register.approval(certificates, count=count), certificates)
    with refused(register, Refusal.COUNT_DIFFERS):
        append(register, register.approval(certificates), certificates[:2])
    with refused(register, Refusal.COUNT_DIFFERS):
        append(register, register.approval([]), [])


def test_another_root_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    with refused(register, Refusal.ROOT_DIFFERS):
        append(register, register.approval(certificates, root=b64url_encode(bytes(32))), certificates)


def test_content_that_was_altered_after_signing_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = signed(register.approval(certificates), register.bureau, ORIGIN)
    other = b64url_encode(b"\x01" * 32)
    alterations: list[Entry] = [
        {"form5": other},
        {"form4": other},
        {"batch": b64url_encode(b"\x01" * 16)},
        {"legacy": True, "earlier_review": "示例"},
        {"signature": b64url_encode(bytes(64))},
        {"signature": "not base64url!"},
    ]
    for altered in alterations:
        with refused(register, Refusal.SIGNATURE_WRONG):
            append_approval(register.writer, around({**content, **altered}, register.bureau), certificates)


def test_a_record_that_does_not_fit_its_approval_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = signed(register.approval(certificates), register.bureau, ORIGIN)
    for over in (
        {"batch": b64url_encode(b"\x01" * 16)},
        {"institution": OTHER_PREFIX},
        {"bureau": ZHUZHOU},
        {"custody": "register"},
        {"key": register.other_bureau.key_id},
        {"rows": 4},
        {"refused": 1},
        {"rejected": {"doubtful": [3]}},
        {"rows": 4, "rejected": {"doubtful": [3]}, "accepted": {"unstated": [3]}},
    ):
        with refused(register, Refusal.DECISION_DIFFERS):
            append_approval(register.writer, around(content, register.bureau, **over), certificates)
    decision = around(content, register.bureau)
    alterations: list[Entry] = [
        {"signed_by": "otto"},
        {"accepted": {"unstated": [1]}},
        {"confirmed_by": "berta"},
    ]
    for altered in alterations:
        with refused(register, Refusal.SIGNATURE_WRONG):
            append_approval(register.writer, {**decision, **altered}, certificates)
    with refused(register, Refusal.SIGNATURE_WRONG):
        append_approval(register.writer, {**decision, "signature": content["signature"]}, certificates)
    append_approval(register.writer, decision, certificates)


@pytest.mark.parametrize(
    "over",
    [
        {"kind": "returned"},
        {"reason": "findings"},
        {"rows": -1},
        {"rows": True},
        {"rejected": {"Free text": [3]}},
        {"rejected": {"doubtful": []}},
        {"rejected": {"doubtful": [4, 3]}},
        {"rejected": {"doubtful": [3], "unclear": [3]}},
        {"samples": {"bureau": {"seed": ""}}},
        {"samples": []},
        {"signed_at": "yesterday"},
        {"batch": "AA"},
        {"name": "示例甲"},
    ],
)
def test_a_record_with_other_fields_is_malformed(register: SmallRegister, over: dict[str, object]) -> None:
    certificates = prepared(register)
    content = signed(register.approval(certificates), register.bureau, ORIGIN)
    with unchanged(register), pytest.raises(MalformedEntry):
        append_approval(register.writer, around(content, register.bureau, **over), certificates)


def test_a_signature_for_another_log_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = signed(register.approval(certificates), register.bureau, "log.example/another")
    with refused(register, Refusal.SIGNATURE_WRONG):
        append_approval(register.writer, around(content, register.bureau), certificates)


def test_an_institution_without_a_filing_is_refused(register: SmallRegister) -> None:
    certificates = prepared(register)
    with refused(register, Refusal.INSTITUTION_UNKNOWN):
        append(register, register.approval(certificates, institution=OTHER_PREFIX), certificates)


def test_an_institution_of_another_bureau_is_refused(register: SmallRegister) -> None:
    elsewhere = a_filing(number_prefix=OTHER_PREFIX, bureaus=(BureauPeriod(ZHUZHOU, date(2024, 1, 1)),))
    register.file(None, elsewhere)
    certificates = prepared(register)
    with refused(register, Refusal.NOT_THE_RESPONSIBLE_BUREAU):
        append(register, register.approval(certificates, institution=OTHER_PREFIX), certificates)


def test_certificates_of_another_institution_are_refused(register: SmallRegister) -> None:
    """A bureau can't register, under its own institution's name, the numbers of somebody else's."""
    number = f"{OTHER_PREFIX}253000001"
    certificates = register.prepared([a_record(1), a_record(1, number=number, institution=OTHER_PREFIX)])
    with refused(register, Refusal.RECORD_DIFFERS):
        append(register, register.approval(certificates), certificates)


def test_who_is_responsible_is_read_from_the_log_at_that_moment(register: SmallRegister) -> None:
    before = a_filing()
    moved = replace(before, bureaus=(*before.bureaus, BureauPeriod(ZHUZHOU, date(2026, 1, 6))))
    register.file(before, moved)
    register.approve([a_record(1)], 1)
    # 16:00 UTC is midnight in the register's time zone: the new bureau's first day begins.
    register.clock.now = register.clock.now.replace(day=5, hour=15, minute=59, second=0)
    register.approve([a_record(2)], 2)
    register.clock.now = register.clock.now.replace(hour=16)
    certificates = register.prepared([a_record(3)])
    with refused(register, Refusal.NOT_THE_RESPONSIBLE_BUREAU):
        append(register, register.approval(certificates, 3), certificates)
    content = register.approval(certificates, 3, bureau=ZHUZHOU, key=register.other_bureau.key_id)
    append(register, content, certificates, key=register.other_bureau)


def test_a_batch_is_approved_once(register: SmallRegister) -> None:
    register.approve([a_record(1)], batch=1)
    certificates = register.prepared([a_record(2)])
    with refused(register, Refusal.BATCH_ALREADY_APPROVED):
        append(register, register.approval(certificates, batch=1), certificates)


def test_a_number_is_given_once(register: SmallRegister) -> None:
    register.approve([a_record(1), a_record(2)], batch=1)
    certificates = register.prepared([a_record(3), a_record(2)])
    with unchanged(register), pytest.raises(NumberTaken):
        append(register, register.approval(certificates, batch=2), certificates)


def test_a_number_is_given_once_within_a_batch(register: SmallRegister) -> None:
    certificates = register.prepared([a_record(1), a_record(1)])
    with unchanged(register), pytest.raises(NumberTaken):
        append(register, register.approval(certificates), certificates)


def test_an_approval_carries_nothing_else(register: SmallRegister) -> None:
    certificates = prepared(register)
    with unchanged(register), pytest.raises(MalformedEntry, match="remark"):
        append(register, register.approval(certificates, remark="示例甲"), certificates)
    for name in ("batch", "institution", "bureau", "count", "root", "form5", "form4", "key"):
        content = {field: value for field, value in register.approval(certificates).items() if field != name}
        with unchanged(register), pytest.raises(MalformedEntry, match=name):
            append(register, content, certificates)


def test_a_legacy_approval_names_the_earlier_review(register: SmallRegister) -> None:
    certificates = prepared(register)
    content = register.approval(certificates, legacy=True, earlier_review="示例市2023年审核")
    append(register, content, certificates)


def test_a_filing_is_the_provinces_word_and_nobody_elses(register: SmallRegister) -> None:
    """Whoever runs the log can't widen a scope, or name another bureau, without the province's key."""
    wider = replace(a_filing(), filing_number="示例备9")
    (entry,) = register.filing_entries(a_filing(), wider)
    with refused(register, Refusal.SIGNATURE_WRONG):
        append_filings(register.writer, [{**entry, "filing_number": "示例备8"}])
    with refused(register, Refusal.KEY_OF_ANOTHER_BUREAU):
        append_filings(register.writer, [{**entry, "key": register.bureau.key_id}])
    forged = replace(register, province=register.other_bureau).filing_entries(a_filing(), wider)
    with refused(register, Refusal.KEY_OF_ANOTHER_BUREAU):
        append_filings(register.writer, forged)
    with refused(register, Refusal.SIGNATURE_WRONG):
        append_filings(register.writer, [{**forged[0], "key": register.province.key_id}])
    for name in ("key", "signature", "sequence"):
        with unchanged(register), pytest.raises((MalformedEntry, NotAdmitted)):
            append_filings(register.writer, [{each: entry[each] for each in entry if each != name}])
    append_filings(register.writer, [entry])


def test_an_old_filing_entry_cannot_be_put_in_again(register: SmallRegister) -> None:
    """Its signature is good for one place in the filing's history: nobody undoes an end with it."""
    widened = replace(a_filing(), filing_number="示例备9")
    entry = register.filing_entries(a_filing(), widened)
    append_filings(register.writer, entry)
    register.file(widened, a_filing())
    with refused(register, Refusal.FILING_MOVED_ON):
        append_filings(register.writer, entry)


def test_a_filing_entry_that_changes_nothing_that_stands_is_refused(register: SmallRegister) -> None:
    """Two offices that read the same filing: the second one's delta would stop the log for good."""
    before = a_filing()
    first = replace(before, scope=())
    entries = register.filing_entries(before, first)
    append_filings(register.writer, entries)
    with refused(register, Refusal.FILING_MOVED_ON):
        append_filings(register.writer, entries)
    with unchanged(register), pytest.raises(MalformedFilingEntry):
        register.file(before, first)
    with unchanged(register), pytest.raises(MalformedEntry):
        append_filings(register.writer, [{"filing_number": "1"}])
    second = replace(first, number_prefix=OTHER_PREFIX)
    longer = replace(second, filing_number="示例备2")
    register.file(None, second)
    register.file(second, longer)
    with register.reader() as reader:
        found = reader.folds().filings.by_prefix(OTHER_PREFIX)
    assert found == longer
