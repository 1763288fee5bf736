"""An act from its proposal to the log, in two halves: who signs need not be who appends.

1. `propose_act` makes what is to be signed, against the head of the chain that the signer saw.
2. The bureau's key signs it.
3. `append_signed` appends it, once: who comes again with the same request finds it done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.filing.model import Filing
from registry.ledger.admission import CIVIL_TIME
from registry.ledger.append import PreparedCertificate, append_act
from registry.ledger.chain import Chain, Link
from registry.ledger.entries import ActKind, Entry, number, optional_text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.writer import LogWriter, Published
from registry.lookup import LookUp
from registry.review.acts import ActReason, Grounds, act_content
from registry.review.correcting import corrected_certificate
from registry.review.errors import CertificateMoved, CertificateUnknown
from signing.encoding import Json, b64url_decode, b64url_encode
from signing.errors import MalformedEncoding

_PREPARED = ("commitment", "sealed", "person", "named_person", "number_mac")


@dataclass(frozen=True)
class Wanted:
    """What somebody wants done to a certificate."""

    act: ActKind
    reason: ActReason
    grounds: Grounds | None = None
    changes: Mapping[str, str] | None = None
    replaced_by: str = ""


@dataclass(frozen=True)
class ProposedAct:
    """What is to be signed, and the new version of a correction."""

    content: Entry
    corrected: PreparedCertificate | None


def propose_act(
    look_up: LookUp,
    certificate_number: str,
    wanted: Wanted,
    *,
    bureau: str,
    bureau_key_id: str,
    now: datetime,
    seen_head: int | None = None,
) -> ProposedAct:
    """What the bureau signs. With `seen_head`, only if nothing happened to the certificate since.

    Raises: CertificateUnknown, CertificateMoved, and what `corrected_certificate` raises.
    """
    found = look_up.current(certificate_number)
    if found is None:
        raise CertificateUnknown
    chain, _, record, _ = found
    if seen_head is not None and chain.head.index != seen_head:
        raise CertificateMoved
    corrected = None
    if wanted.act is ActKind.CORRECTED:
        today = now.astimezone(CIVIL_TIME).date()
        filing = filing_of(look_up, record.institution)
        corrected = corrected_certificate(record, wanted.changes or {}, filing, look_up.vault, today)
    by = None
    if wanted.act is ActKind.SUPERSEDED:
        replacement = look_up.current(wanted.replaced_by)
        if replacement is None:
            raise CertificateUnknown
        by = replacement[0].first.index
    content = act_content(
        chain,
        wanted.act,
        wanted.reason,
        bureau=bureau,
        bureau_key_id=bureau_key_id,
        commitment=corrected.commitment if corrected else None,
        by=by,
        grounds=wanted.grounds,
        vault=look_up.vault,
    )
    return ProposedAct(content, corrected)


def append_signed(
    look_up: LookUp, writer: LogWriter, content: Entry, corrected: PreparedCertificate | None
) -> Published:
    """Appends a signed act, or finds that its request was done before.

    If we die after the append, the next try finds the request in the chain. Raises: NotAdmitted,
    MalformedEntry, WriterBusy.
    """
    request = optional_text(content, "request")
    try:
        return append_act(writer, content, corrected)
    except NotAdmitted as fault:
        if not request or fault.reason not in (Refusal.CHAIN_MOVED_ON, Refusal.REQUEST_DONE):
            raise
        size, _ = look_up.ledger.published()
        done = done_for(look_up.ledger.chain(number(content, "index"), size), request)
        if done is None:
            raise
        return Published(done.index, size)


def done_before(look_up: LookUp, certificate_number: str, request: bytes) -> Published | None:
    """What was done for a request on the certificate of that number. Raises: CertificateUnknown."""
    found = look_up.current(certificate_number)
    if found is None:
        raise CertificateUnknown
    done = done_for(found[0], b64url_encode(request))
    return None if done is None else Published(done.index, look_up.ledger.published()[0])


def done_for(chain: Chain, request: str) -> Link | None:
    """The act that was done for a request, None if none was."""
    return next((link for link in chain.links if request and link.request == request), None)


def filing_of(look_up: LookUp, prefix: str) -> Filing:
    """The filing under which a certificate was issued. Raises: NotAdmitted."""
    filing = look_up.ledger.folds().filings.by_prefix(prefix)
    if filing is None:
        raise NotAdmitted(Refusal.INSTITUTION_UNKNOWN)
    return filing


def prepared_json(prepared: PreparedCertificate) -> Mapping[str, Json]:
    """A prepared certificate as it is handed to whoever appends it: the record in it stays sealed."""
    hashes = {name: b64url_encode(getattr(prepared, name)) for name in _PREPARED}
    return {"number": prepared.number, **hashes}


def prepared_of(value: Mapping[str, Json]) -> PreparedCertificate:
    """The prepared certificate behind its JSON. Raises: MalformedEntry."""
    try:
        parts = {name: b64url_decode(str(value[name])) for name in _PREPARED}
        return PreparedCertificate(number=str(value["number"]), **parts)
    except (KeyError, MalformedEncoding) as fault:
        raise MalformedEntry("prepared") from fault
