"""Verification receipts as the faces hand them out: what was given, and the file that is downloaded."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256

from anyio.to_thread import run_sync

from registry.rules.levels import level_label
from signing.encoding import rfc3339
from signing.receipt_paper import Sentences
from signing.verification_statement import Given, GivenKind, VerificationStatement
from web.backend import PublicRegister, Verification
from web.errors import NothingToState
from web.evidence import is_picture
from web.headers import NO_INDEX, NO_STORE
from web.language import Language
from web.site import Site
from web.vocabulary import words_or_code

MEDIA_TYPES: Mapping[str, str] = {"json": "application/json", "pdf": "application/pdf"}
_KINDS = {kind.value: kind for kind in GivenKind}


def given_of(verification: Verification, content: bytes | str) -> Given | None:
    """What was handed over: the number itself, or the SHA-256 of the file or text; None for no known form."""
    data = content.encode(errors="replace") if isinstance(content, str) else content
    kind = GivenKind.PICTURE if is_picture(data) else _KINDS.get(verification.kind)
    if verification.kind == GivenKind.NUMBER and verification.verdict is not None:
        return Given(GivenKind.NUMBER, verification.verdict.number)
    return None if kind is None else Given(kind, "", sha256(data).hexdigest())


def stated(
    register: PublicRegister, verification: Verification, content: bytes | str, name: str | None
) -> VerificationStatement | None:
    """What a receipt of this check states; None where it came to no answer. `name` is to be repeated."""
    given = given_of(verification, content)
    return None if given is None else register.statement(verification, given, name=name or "")


async def statement_for(
    site: Site, verification: Verification, content: bytes | str, name: str | None
) -> VerificationStatement | None:
    """As `stated`, on a worker thread."""
    return await run_sync(partial(stated, site.register, verification, content, name))


def required(statement: VerificationStatement | None, *, with_name: bool) -> VerificationStatement:
    """The statement as it will be signed. Raises: NothingToState."""
    if statement is None:
        raise NothingToState
    return statement if with_name else replace(statement, name="")


def content_of(register: PublicRegister, statement: VerificationStatement, ending: str) -> bytes:
    """The signed receipt in one of the `MEDIA_TYPES`. Raises: FontMissing, GlyphMissing, SheetNotDrawn."""
    if ending == "pdf":
        return register.verification_receipt_pdf(statement, SENTENCES)
    return register.verification_receipt(statement)


def _both(prefix: str, code: str) -> tuple[str, str]:
    chinese, english = (words_or_code(prefix, code, each) for each in (Language.CHINESE, Language.ENGLISH))
    return chinese, english


SENTENCES = Sentences(
    step=partial(_both, "step"),
    reason=partial(_both, "reason"),
    filing_state=partial(_both, "state"),
    level=level_label,
)


def file_name(statement: VerificationStatement, ending: str) -> str:
    """What the downloaded receipt is called: which check, and when."""
    moment = rfc3339(statement.checked_at).replace("-", "").replace(":", "")
    about = statement.number or statement.given.digest_hex[:12]
    return f"verification-receipt-{about}-{moment}.{ending}"


def download_headers(statement: VerificationStatement, ending: str) -> dict[str, str]:
    """The headers of a downloaded receipt."""
    name = file_name(statement, ending)
    return {**NO_STORE, **NO_INDEX, "content-disposition": f'attachment; filename="{name}"'}
