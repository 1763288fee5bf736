"""What can be appended, each kind with its checks and its private rows. Nothing else writes to the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.ledger.admission import require_act, require_approval, require_filing, require_replacement
from registry.ledger.chain import ChainState, Link
from registry.ledger.decisions import approval_of_decision, require_decision
from registry.ledger.entries import (
    ActKind,
    Entry,
    EntryType,
    certificate_bodies,
    number,
    stamped,
    text,
)
from registry.ledger.errors import MalformedEntry, NotAdmitted, NumberTaken, OutOfRange, Refusal
from registry.ledger.writer import Addition, LogHead, LogWriter, Published, TableRows, simple
from registry.storage.vault import Vault
from signing.commitment import Record, Seed, commitment
from signing.encoding import b64url_decode, b64url_encode, canonical_json, rfc3339
from signing.keys import KeyRole

_RECORD_COLUMNS = (
    "idx",
    "certificate",
    "version",
    "number",
    "commitment",
    "sealed",
    "person",
    "named_person",
)


@dataclass(frozen=True)
class PreparedCertificate:
    """A record ready to be appended: its commitment, and its private row sealed. Made only by `prepare`.

    `number_mac` is by what its number would be known if it had been erased.
    """

    commitment: bytes
    number: str
    sealed: bytes
    person: bytes
    named_person: bytes
    number_mac: bytes = b""

    def row(self, index: int, certificate: int, version: int) -> tuple[object, ...]:
        """The private row of this version."""
        return (
            index,
            certificate,
            version,
            self.number,
            self.commitment,
            self.sealed,
            self.person,
            self.named_person,
        )


def prepare(record: Record, seed: Seed, canonical_id: str, vault: Vault) -> PreparedCertificate:
    """Commits to a record and seals it under its commitment. `canonical_id`: whom the document means."""
    committed = commitment(record, seed)
    return PreparedCertificate(
        commitment=committed,
        number=record.number,
        sealed=vault.seal_record("record", committed, record, seed),
        person=vault.person(record.id_type, canonical_id),
        named_person=vault.named_person(record.id_type, canonical_id, record.name),
        number_mac=vault.erased_number(record.number),
    )


def append_keys(writer: LogWriter, contents: Sequence[Entry]) -> Published:
    """Introduces or retires keys, in that order. Raises: NotAdmitted, MalformedEntry."""

    def admit(head: LogHead) -> Addition:
        bodies = [stamped(content, head.at) for content in contents]
        tried = head.folds.keys.copy()
        for offset, content in enumerate(contents):
            tried.apply(head.next_index + offset, {**content, "at": rfc3339(head.at)})
        return simple([(EntryType.KEY, body) for body in bodies], head)

    return writer.append(admit)


def append_filings(writer: LogWriter, contents: Sequence[Entry]) -> Published:
    """Records what was filed, renewed, changed or ended, each entry under the province's signature.

    Each entry must be a change of the filing as it stands now, not as it stood when the caller looked: one
    that is not would never fold again, and stop the log for good. Raises: NotAdmitted, MalformedFilingEntry.
    """

    def admit(head: LogHead) -> Addition:
        entries: list[Entry] = [{**content, "type": EntryType.FILING.value} for content in contents]
        tried = head.folds.filings.copy()
        for entry in entries:
            version = tried.version(text(entry, "number_prefix"))
            require_filing(entry, version=version, log_origin=writer.origin, at=head.at, keys=head.folds.keys)
            tried.apply(entry)
        return simple([(EntryType.FILING, stamped(entry, head.at)) for entry in entries], head)

    return writer.append(admit)


def append_status(
    writer: LogWriter, lists: Sequence[tuple[str, bytes, bytes, int]], signed_by: str
) -> Published:
    """Commits to published status lists: (name, list, its SHA-256, tree size that it covers) each.

    `signed_by` is the id of the status key that signed them: it may have been retired since.
    Raises: NotAdmitted, MalformedEntry.
    """

    def admit(head: LogHead) -> Addition:
        head.folds.keys.require(signed_by, KeyRole.STATUS, head.at)
        return status_addition(lists, head)

    return writer.append(admit)


def status_addition(lists: Sequence[tuple[str, bytes, bytes, int]], head: LogHead) -> Addition:
    """The entries and rows of status lists. Raises: MalformedEntry."""
    contents: list[Entry] = [
        {"type": EntryType.STATUS.value, "list": name, "sha256": b64url_encode(digest), "size": size}
        for name, _, digest, size in lists
    ]
    if any(size > head.next_index for _, _, _, size in lists):
        raise MalformedEntry("size")
    addition = simple([(EntryType.STATUS, stamped(content, head.at)) for content in contents], head)
    rows = [(head.next_index + offset, name, body) for offset, (name, body, _, _) in enumerate(lists)]
    tables = [TableRows("status_list", ("idx", "name", "body"), rows)]
    return Addition(addition.bodies, addition.landmarks, tables)


def append_approval(
    writer: LogWriter, decision: Entry, certificates: Sequence[PreparedCertificate]
) -> Published:
    """Registers a reviewed batch: the approval and, right behind it, its certificates.

    `decision` is the signed record of the bureau's decision, with the signed approval in it. It is kept in
    the same transaction, so a batch can't be approved twice.
    Raises: NotAdmitted, MalformedEntry, NumberTaken, WriterBusy, GuardMismatch, GuardMissing.
    """
    content = approval_of_decision(decision)
    if content is None:
        raise MalformedEntry("approval")

    def admit(head: LogHead) -> Addition:
        commitments = [each.commitment for each in certificates]
        require_approval(
            content,
            commitments,
            log_origin=writer.origin,
            at=head.at,
            keys=head.folds.keys,
            filings=head.folds.filings,
        )
        institution = text(content, "institution")
        if not all(each.number.startswith(institution) for each in certificates):
            # Commitments hide the institution: only here can another bureau's certificates be kept out.
            raise NotAdmitted(Refusal.RECORD_DIFFERS)
        _require_never_erased(head, certificates)
        batch = b64url_decode(text(content, "batch"), length=16)
        key = head.folds.keys.bureau_key(text(content, "key"), text(content, "bureau"), head.at)
        require_decision(decision, batch=batch, log_origin=writer.origin, key=key)
        at, first = head.next_index, head.next_index + 1
        bodies = [stamped(content, head.at), *certificate_bodies(batch, commitments, head.at)]
        ordinal = head.ledger.records.next_ordinal()
        decided = (batch, True, rfc3339(head.at), canonical_json(decision).decode())
        rows = [
            TableRows(
                "approval",
                ("idx", "batch", "count", "first_ordinal"),
                [(at, batch, len(certificates), ordinal)],
            ),
            TableRows("decision", ("batch", "approved", "decided_at", "content"), [decided]),
            TableRows(
                "record",
                _RECORD_COLUMNS,
                [each.row(index, index, 1) for index, each in enumerate(certificates, start=first)],
            ),
        ]
        return Addition(bodies, [(at, EntryType.APPROVAL)], rows)

    return writer.append(admit)


def append_act(writer: LogWriter, content: Entry, corrected: PreparedCertificate | None = None) -> Published:
    """Records an act on a certificate; `corrected` is the new version of a correction.

    An erasure is more than its act: `registry.ledger.append_erasure`.
    Raises: NotAdmitted, MalformedEntry, WriterBusy, GuardMismatch, GuardMissing.
    """

    def admit(head: LogHead) -> Addition:
        certificate, at = number(content, "index"), head.next_index
        link = admitted_act(head, content, writer.origin)
        _require_content(head, link, certificate, corrected)
        ordinal = head.ledger.records.next_ordinal() if corrected is not None else None
        rows = [TableRows("act", ("idx", "certificate", "ordinal"), [(at, certificate, ordinal)])]
        if corrected is not None:
            rows.append(TableRows("record", _RECORD_COLUMNS, [corrected.row(at, certificate, link.version)]))
        return Addition([stamped(content, head.at)], [(at, EntryType.ACT)], rows)

    return writer.append(admit)


def admitted_act(head: LogHead, content: Entry, log_origin: str) -> Link:
    """The link that an act adds to its certificate's chain. Raises: NotAdmitted, MalformedEntry."""
    certificate, at = number(content, "index"), head.next_index
    try:
        chain = head.ledger.chain(certificate, at)
        _, approval = head.ledger.approval_of(certificate)
    except OutOfRange as fault:
        raise NotAdmitted(Refusal.CERTIFICATE_UNKNOWN) from fault
    return require_act(
        content,
        chain,
        log_origin=log_origin,
        at_text=rfc3339(head.at),
        index=at,
        bureau=text(approval, "bureau"),
        keys=head.folds.keys,
    )


def _require_never_erased(head: LogHead, certificates: Sequence[PreparedCertificate]) -> None:
    """A number is given once, also where nothing but its keyed hash is left of it."""
    erasures = head.ledger.erasures
    if not erasures.is_empty() and erasures.among([each.number_mac for each in certificates]):
        raise NumberTaken


def _require_content(
    head: LogHead, link: Link, certificate: int, corrected: PreparedCertificate | None
) -> None:
    """What the chain alone can't tell: the corrected record, or the certificate that supersedes."""
    records = head.ledger.records
    if link.act is ActKind.ERASED:
        raise NotAdmitted(Refusal.RECORD_DIFFERS)
    if (link.act is ActKind.CORRECTED) != (corrected is not None):
        raise NotAdmitted(Refusal.RECORD_DIFFERS)
    if corrected is not None:
        if b64url_encode(corrected.commitment) != link.commitment:
            raise NotAdmitted(Refusal.RECORD_DIFFERS)
        if corrected.number != records.number_of(certificate):
            raise NotAdmitted(Refusal.NUMBER_MUST_STAY)
    if link.by is not None:
        require_replacement(link.by, certificate, _state_of(head, link.by))


def _state_of(head: LogHead, certificate: int) -> ChainState | None:
    """Where a certificate stands, None if that entry is no certificate."""
    try:
        chain = head.ledger.chain(certificate, head.next_index)
        head.ledger.approval_of(certificate)
    except OutOfRange:
        return None
    return chain.head.state
