"""Whose cosignatures a checkpoint needs before it is published.

    # whatever is said before the quorum is said in the trust folder too
    quorum 2
    # a comment
    witness.example/w1+0123abcd+BJ… https://witness.example/
    witness.example/w2+4567cdef+BD… https://other.example/prefix

The same lines without addresses are the file `witnesses` of the trust folder.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from registry.witnessing.errors import LogKeyIsWitness, MalformedPolicy
from signing.errors import BadSignature, MalformedEncoding, UnknownSigner
from signing.notes import COSIGNATURE_TYPE, Note, VerifierKey, check_note, parse_vkey

MAX_WITNESSES = 64
_QUORUM = re.compile(r"quorum (0|[1-9][0-9]{0,3})")


@dataclass(frozen=True)
class WitnessAddress:
    """A witness as the log sees it: its key, and where it takes checkpoints; no slash at the end."""

    key: VerifierKey
    url: str


@dataclass(frozen=True)
class WitnessPolicy:
    """`quorum` of the `witnesses` must cosign; 0: nobody has to. `notice` is told to whoever relies on it."""

    quorum: int
    witnesses: tuple[WitnessAddress, ...] = ()
    notice: tuple[str, ...] = ()

    def holds(self, note: Note) -> tuple[VerifierKey, ...]:
        """The witnesses whose cosignature on the note holds. Each counts once, however many lines it has."""
        return tuple(each.key for each in self.witnesses if is_cosigned(note, each.key))

    def is_met(self, note: Note) -> bool:
        """Whether the note has the quorum."""
        return len(self.holds(note)) >= self.quorum

    def require_others_than(self, log_keys: Iterable[bytes]) -> None:
        """No key of the log is a witness. Raises: LogKeyIsWitness."""
        if {each.key.public for each in self.witnesses} & set(log_keys):
            raise LogKeyIsWitness

    def trust_file(self) -> bytes:
        """The file `witnesses` of the trust folder."""
        return self._file(str(each.key) for each in self.witnesses)

    def to_bytes(self) -> bytes:
        """The policy file."""
        return self._file(f"{each.key} {each.url}" for each in self.witnesses)

    def _file(self, witnesses: Iterable[str]) -> bytes:
        lines = [*(f"# {each}" for each in self.notice), f"quorum {self.quorum}", *witnesses]
        return "".join(f"{line}\n" for line in lines).encode()


NO_WITNESSES = WitnessPolicy(0)


def parse_policy(data: bytes) -> WitnessPolicy:
    """Reads a policy file. The quorum comes first and is never left to be guessed.

    Raises: MalformedPolicy, with the line.
    """
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        raise MalformedPolicy(0) from fault
    quorum: int | None = None
    notice: list[str] = []
    witnesses: list[WitnessAddress] = []
    for at, line in enumerate(lines, start=1):
        content = line.strip(" \t\r")
        if content.startswith("#") and quorum is None:
            notice.append(content.removeprefix("#").strip())
        if not content or content.startswith("#"):
            continue
        if quorum is None:
            found = _QUORUM.fullmatch(content)
            if found is None:
                raise MalformedPolicy(at)
            quorum = int(found[1])
            continue
        witnesses.append(_witness(content, at))
        # One key under two names would be counted twice; two keys of one name or address are one witness.
        if len(witnesses) > MAX_WITNESSES or not _are_distinct(witnesses):
            raise MalformedPolicy(at)
    if quorum is None or quorum > len(witnesses):
        raise MalformedPolicy(0)
    return WitnessPolicy(quorum, tuple(witnesses), tuple(notice))


def _witness(line: str, at: int) -> WitnessAddress:
    vkey, *rest = line.split()
    try:
        key = parse_vkey(vkey)
    except MalformedEncoding as fault:
        raise MalformedPolicy(at) from fault
    if key.algorithm != COSIGNATURE_TYPE or len(rest) != 1 or not _is_address(rest[0]):
        raise MalformedPolicy(at)
    return WitnessAddress(key, rest[0].rstrip("/"))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number is found only here
    except ValueError:
        return False
    plain = url.isascii() and not parts.query and not parts.fragment and "@" not in parts.netloc
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def _are_distinct(witnesses: list[WitnessAddress]) -> bool:
    told_apart_by = (
        {each.key.public for each in witnesses},
        {each.key.name for each in witnesses},
        {each.url for each in witnesses},
    )
    return all(len(each) == len(witnesses) for each in told_apart_by)


def is_cosigned(note: Note, key: VerifierKey) -> bool:
    """Whether the note has one line of that witness, and it holds."""
    try:
        check_note(note, key)
    except (UnknownSigner, BadSignature):
        return False
    return True
