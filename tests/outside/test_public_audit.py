"""The audit from outside finds any byte that a server alters, under the address at which it is served."""

import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from registry.ledger.audit_report import PUBLIC_CHECKS, Check, FindingCode
from registry.ledger.public_checkpoint import Anchors
from registry.ledger.tiles import bundle
from signing.keys import KeyRole
from signing.notes import COSIGNATURE_TYPE, VerifierKey, cosign, parse_note
from signing.outcomes import Outcome
from signing.status_list import LIST_ENTRIES
from tests.outside.auditors import audited, vkey
from tests.outside.conftest import Outside
from tests.outside.serving import Answer, Lie, instead, packed, serving
from tests.outside.static_log import StaticLog
from tests.registry.ledger.builders import seeded_key

CHECKPOINT, VKEYS, DID = "/log/checkpoint", "/log/vkey", "/.well-known/did.json"
BUNDLE, ROW = "/log/tile/entries/000", "/log/tile/0/000"
LISTS = ("/status/revocation-0", "/status/supersession-0")
UPPER = "/log/tile/1/000.p/1"
BOMB = bytes(1 << 26)


def flip(offset: int, change: int = 0x01) -> Lie:
    """One byte altered."""

    def lie(answer: Answer) -> Answer:
        body = bytearray(answer.body)
        body[offset] ^= change
        return Answer(answer.status, bytes(body), {})

    return lie


def changed(change: Callable[[bytes], bytes]) -> Lie:
    """Another body."""
    return lambda honest: Answer(honest.status, change(honest.body), {})


def partial(outside: Outside, kind: str) -> str:
    """The address of the bundle or tile at the right edge."""
    return f"/log/tile/{kind}/001.p/{outside.small.published_size() - 256}"


def test_an_honest_site_is_clean_by_its_public_addresses_alone(outside: Outside) -> None:
    result = outside.audit()
    report = result.report

    assert report.finding is None
    assert report.size == outside.small.published_size()
    assert {step.name: step.outcome for step in report.steps} == {
        check: Outcome.NOT_CHECKED if check in (Check.WITNESSES, Check.EARLIER_AUDIT) else Outcome.PASSED
        for check in PUBLIC_CHECKS
    }
    stored = outside.small.audited()
    assert stored.finding is None
    assert (report.size, report.root) == (stored.size, stored.root)
    for kind in ("key", "filing", "approval", "act", "status", "certificate", "entry"):
        assert report.counts[kind] == stored.counts[kind]
    assert (report.counts["bundle"], report.counts["tile"], report.counts["status_list"]) == (2, 3, 2)
    assert set(outside.between.asked) == {
        *(CHECKPOINT, VKEYS, DID, "/log/frozen", BUNDLE, ROW, UPPER, *LISTS),
        *(partial(outside, "entries"), partial(outside, "0")),
    }


def test_nothing_of_the_database_is_even_loaded() -> None:
    program = (
        "import sys, registry.ledger.public_audit, registry.ledger.public_state\n"
        "known = ('registry.storage', 'sqlalchemy', 'sqlite3')\n"
        "print([name for name in sys.modules if name.startswith(known)])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("kind", "offset"), [("full", 0), ("full", 8191), ("edge", 31), ("upper", 5)])
def test_an_altered_byte_of_a_tile_is_named(outside: Outside, kind: str, offset: int) -> None:
    address = {"full": ROW, "edge": partial(outside, "0"), "upper": UPPER}[kind]
    outside.between.lies[address] = flip(offset)
    finding = outside.finding()
    assert (finding.code, finding.place) == (FindingCode.TILE_ALTERED, f"{address}+{offset}")
    assert finding.check is Check.TREE


@pytest.mark.parametrize("seed", range(6))
def test_an_altered_byte_of_a_full_bundle_is_named(outside: Outside, seed: int) -> None:
    chance = random.Random(seed)
    offset = chance.randrange(40_000)
    outside.between.lies[BUNDLE] = flip(offset, chance.randrange(1, 256))
    finding = outside.finding()
    assert finding.place == f"{BUNDLE}+{offset}"
    assert finding.check is Check.ENTRIES


@pytest.mark.parametrize("offset", [0, 1, 2, -1])
def test_an_altered_byte_at_the_edge_of_a_bundle_is_named(outside: Outside, offset: int) -> None:
    for address in (BUNDLE, partial(outside, "entries")):
        lengths: list[int] = []

        def lie(answer: Answer, lengths: list[int] = lengths) -> Answer:
            lengths.append(len(answer.body))
            return flip(offset)(answer)

        outside.between.lies = {address: lie}
        finding = outside.finding()
        assert finding.place == f"{address}+{offset % lengths[0]}"


@pytest.mark.parametrize("offset", [0, 22, -1])
def test_an_altered_byte_of_the_checkpoint_is_named(outside: Outside, offset: int) -> None:
    length = len(_get(outside, CHECKPOINT))
    outside.between.lies[CHECKPOINT] = flip(offset)
    finding = outside.finding()
    assert finding.place == f"{CHECKPOINT}+{offset % length}"
    assert finding.check is Check.CHECKPOINTS


@pytest.mark.parametrize("address", [VKEYS, DID])
@pytest.mark.parametrize("offset", [0, -1])
def test_an_altered_byte_of_the_published_keys_is_named(outside: Outside, address: str, offset: int) -> None:
    length = len(_get(outside, address))
    outside.between.lies[address] = flip(offset)
    finding = outside.finding()
    assert (finding.code, finding.place) == (FindingCode.KEYS_DIFFER, f"{address}+{offset % length}")


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("offset", [0, -1])
def test_an_altered_byte_of_a_status_list_is_named(outside: Outside, address: str, offset: int) -> None:
    length = len(_get(outside, address))
    outside.between.lies[address] = flip(offset)
    finding = outside.finding()
    assert (finding.code, finding.place) == (
        FindingCode.STATUS_LIST_ALTERED,
        f"{address}+{offset % length}",
    )


SAMPLES: dict[str, Lie] = {
    "cut short": changed(lambda body: body[:-1]),
    "emptied": changed(lambda body: b""),
    "with a byte behind": changed(lambda body: body + b"\n"),
    "far too long": changed(lambda body: body + bytes(1 << 25)),
    "a page": instead(Answer(200, b"<html>not found</html>", {"content-type": "text/html"})),
    "sent elsewhere": instead(Answer(302, b"", {"location": "http://elsewhere.example/"})),
    "not there": instead(Answer(404, b"")),
    "gone": instead(Answer(410, b"")),
    "a bomb": instead(packed(BOMB)),
    "a broken bomb": instead(Answer(200, packed(BOMB).body[:500], {"content-encoding": "gzip"})),
    "no gzip": instead(Answer(200, b"plain", {"content-encoding": "gzip"})),
    "an unknown packing": lambda honest: Answer(200, honest.body, {"content-encoding": "br"}),
}


@pytest.mark.parametrize(
    ("address", "sample"),
    [
        *((address, sample) for address in (BUNDLE, ROW, LISTS[0]) for sample in SAMPLES),
        *((address, sample) for address in (CHECKPOINT, DID) for sample in ("a page", "not there", "a bomb")),
    ],
)
def test_what_is_not_what_the_log_must_serve_is_a_finding_with_its_address(
    outside: Outside, address: str, sample: str
) -> None:
    outside.between.lies[address] = SAMPLES[sample]
    finding = outside.finding()
    assert finding.table == address
    assert finding.place.startswith(address)


def test_the_bytes_of_another_tile_are_no_answer(outside: Outside) -> None:
    other = _get(outside, partial(outside, "0"))
    outside.between.lies[ROW] = changed(lambda body: (other * 256)[: len(body)])
    assert outside.finding().place.startswith(ROW)


def test_a_checkpoint_under_another_key_is_not_believed(outside: Outside) -> None:
    stranger = Anchors((vkey(seeded_key(KeyRole.LOG, 99)),))
    finding = audited(outside.base, stranger, outside.now).report.finding
    assert finding is not None
    assert (finding.code, finding.place) == (FindingCode.CHECKPOINT_SIGNATURE, CHECKPOINT)
    assert finding.detail["reason"] == "unknown_signer"


def test_a_key_that_signs_no_more_is_no_anchor_but_one_of_several_is_enough(outside: Outside) -> None:
    old, new = seeded_key(KeyRole.LOG, 2), outside.small.log_key
    alone = audited(outside.base, Anchors((vkey(old),)), outside.now).report.finding
    assert alone is not None
    assert alone.code is FindingCode.CHECKPOINT_SIGNATURE
    assert audited(outside.base, Anchors((vkey(old), vkey(new))), outside.now).report.clean


def test_a_quorum_of_the_named_witnesses_must_have_cosigned(outside: Outside) -> None:
    witnesses = [seeded_key(KeyRole.WITNESS, number) for number in (61, 62, 63)]
    names = [f"witness{number}.example" for number in range(3)]
    keys = tuple(
        VerifierKey(name, COSIGNATURE_TYPE, key.public) for name, key in zip(names, witnesses, strict=True)
    )

    def cosigned(count: int) -> Lie:
        def lie(answer: Answer) -> Answer:
            note = parse_note(answer.body)
            for name, key in list(zip(names, witnesses, strict=True))[:count]:
                note = cosign(note, name, key, 1_767_600_000)
            return Answer(200, note.to_bytes(), {})

        return lie

    two_of_three = Anchors(outside.anchors.vkeys, keys, 2)
    outside.between.lies[CHECKPOINT] = cosigned(2)
    clean = audited(outside.base, two_of_three, outside.now).report
    assert clean.finding is None
    assert {step.name: step.outcome for step in clean.steps}[Check.WITNESSES] is Outcome.PASSED
    outside.between.lies[CHECKPOINT] = cosigned(1)
    finding = audited(outside.base, two_of_three, outside.now).report.finding
    assert finding is not None
    assert (finding.code, finding.check) == (FindingCode.WITNESSES_MISSING, Check.WITNESSES)
    assert finding.detail == {"cosigned": "1", "required": "2"}


def test_a_list_past_its_validity_is_reported(outside: Outside) -> None:
    later = outside.now + timedelta(days=8)
    finding = audited(outside.base, outside.anchors, later).report.finding
    assert finding is not None
    assert (finding.code, finding.place) == (FindingCode.STATUS_LIST_STALE, LISTS[0])
    assert finding.detail["reason"] == "expired"


def test_an_older_list_is_reported_as_that(outside: Outside) -> None:
    with outside.small.reader() as reader:
        rows = reader.log._reader.rows(
            "SELECT body FROM status_list WHERE name = 'revocation-0' ORDER BY idx"
        )
    assert len(rows) > 1
    outside.between.lies[LISTS[0]] = changed(lambda body: bytes(rows[0][0]))
    finding = outside.finding()
    assert (finding.code, finding.detail["reason"]) == (FindingCode.STATUS_LIST_STALE, "older_list")


def test_a_list_without_an_entry_is_reported(outside: Outside) -> None:
    """A list of a part that the log has no entry for is not asked for; one of a name that it must have is."""
    assert outside.small.published_size() < LIST_ENTRIES
    asked = [each for each in outside.between.asked if each.startswith("/status/")]
    outside.audit()
    assert {each for each in outside.between.asked if each.startswith("/status/")} - set(asked) == set(LISTS)


def _get(outside: Outside, address: str) -> bytes:
    return httpx.get(f"{outside.base}{address}").content


@pytest.mark.parametrize("size", [3, 12, 290])
def test_an_entry_that_could_not_have_been_appended_is_named_though_the_tree_is_right(
    outside: Outside, size: int
) -> None:
    """A log whose operator signs whatever he likes: the second root key comes from nowhere."""
    with outside.small.reader() as reader:
        bodies = reader.log.bodies(0, size)
    bad = size - 2
    forged = StaticLog([*bodies[:bad], bodies[0], *bodies[bad + 1 :]], outside.small.log_key)
    with serving(forged) as base:
        finding = audited(base, outside.anchors, outside.now).report.finding
    assert finding is not None
    number = bad // 256
    start = len(bundle(bodies[256 * number : bad])) + 2
    assert finding.table == f"/log/tile/entries/{number:03}.p/{size - 256 * number}"
    assert finding.detail["entry"] == str(bad)
    assert finding.offset is not None
    assert start <= finding.offset < start + len(bodies[0])


def test_an_approval_that_the_checkpoint_cuts_off_is_a_finding(outside: Outside) -> None:
    with outside.small.reader() as reader:
        bodies = reader.log.bodies(0, 20)
    cut = StaticLog(bodies, outside.small.log_key)
    with serving(cut) as base:
        finding = audited(base, outside.anchors, outside.now).report.finding
    assert finding is not None
    assert finding.code is FindingCode.APPROVAL_INCOMPLETE
    assert finding.table == "/log/tile/entries/000.p/20"
