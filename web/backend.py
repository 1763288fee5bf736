"""What the public pages need of the register, and nothing more: no page can append, erase or list people.

Answers about one number are asked on the event loop, because a read of one row costs less than a thread
(`verdict`, `verdict_by_ref`, `filings`, `checkpoint`, `ready`); everything else is asked from worker threads
and must bear several at once. Each method may raise the register's own errors when it cannot answer; none may
say "not found" for "could not check".
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from registry.filing.book import FilingBook
from registry.verdict import Verdict
from registry.verification_receipts import Checked
from signing.receipt_paper import Sentences
from signing.verification_statement import Given, VerificationStatement

# Forms of an electronic certificate: the ending of its file name, and the media type it is sent as.
FORM_MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "json": "application/vc+json",
    "rdfc.json": "application/vc+json",
    "tlog-proof": "text/plain; charset=utf-8",
    "full.tlog-proof": "text/plain; charset=utf-8",
    "png": "image/png",
}


class HolderView(Protocol):
    """One certificate as its holder may see it, after all three things were right."""

    @property
    def index(self) -> int:
        """Where the certificate's first entry stands in the log; what a download link names."""

    @property
    def verdict(self) -> Verdict:
        """The public verdict of the certificate."""

    @property
    def forms(self) -> Sequence[str]:
        """The forms that can be downloaded now: keys of `FORM_MEDIA_TYPES`."""


class ElectronicFile(Protocol):
    """One form of one certificate."""

    @property
    def number(self) -> str:
        """The certificate number, which the downloaded file is named after."""

    @property
    def content(self) -> bytes:
        """The file."""


class Verification(Checked, Protocol):
    """What became of checking a number, a code or a file."""

    @property
    def kind(self) -> str:
        """What was given: `number`, `reference` (the REF of a scanned code), `qr`, `pdf`, `json`,
        `tlog-proof`, `verification-receipt`, or `unknown` for none of these.
        """


class PublicRegister(Protocol):
    """The register as the public pages see it."""

    def verdict(self, number: str) -> Verdict:
        """The answer about one well-formed, tidy number; `not_found` if the register has none."""

    def verdict_by_ref(self, ref: str) -> Verdict:
        """The answer about the certificate version whose QR carries `ref`; `not_found` if there is none.

        `superseded` if that version was corrected since. `number` is "" where the reference is unknown.
        """

    def filings(self) -> FilingBook:
        """All filings, as of the last published entry."""

    def person_matches(self, number: str, *, name: str | None, id_number: str | None) -> bool | None:
        """Whether all that is given is right for the holder of `number`; None if nothing can be compared."""

    def holder(self, name: str, id_number: str, number: str) -> HolderView | None:
        """The holder's certificate if all three are right. Does the same work whichever is wrong."""

    def electronic(self, index: int, form: str) -> ElectronicFile:
        """One form of the certificate that begins at `index`."""

    def link_secret(self) -> bytes:
        """The key of short-lived links; at least 32 random bytes, the same in every process of one site."""

    def verify_number(self, number: str, *, name: str | None, id_number: str | None) -> Verification:
        """Checks a number as one would check a file: registered, in force, name."""

    def verify_qr(self, text: str, *, name: str | None) -> Verification:
        """Checks the text of a QR code: address and signed fragment."""

    def verify_file(self, content: bytes, *, name: str | None) -> Verification:
        """Checks an electronic certificate (sheet, credential, receipt); never raises for what it holds."""

    def verify_reference(self, ref: str, *, name: str | None) -> Verification:
        """Checks the REF of a scanned code as its page does: registered, in force, name."""

    def statement(
        self, checked: Verification, given: Given, *, name: str = ""
    ) -> VerificationStatement | None:
        """What a receipt of that check states; None where it came to no answer.

        `name` is what the asker gave, to be repeated in it.
        """

    def verification_receipt(self, statement: VerificationStatement) -> bytes:
        """The signed receipt of a statement, JSON."""

    def verification_receipt_pdf(self, statement: VerificationStatement, sentences: Sentences) -> bytes:
        """The same on paper: a signed PDF with the JSON attached."""

    def checkpoint(self) -> bytes:
        """The newest published checkpoint with its signatures."""

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Hashes of a tile, `width` 1..256. Raises the ledger's `OutOfRange` for what is not published."""

    def entry_bundle(self, number: int, width: int) -> bytes:
        """Entries of a bundle, `width` 1..256. Raises as `tile`."""

    def vkey(self) -> str:
        """The log's verifier keys, one a line; the last line ends too."""

    def frozen(self) -> bytes:
        """The statement that ended the log. Raises the ledger's `OutOfRange` while it goes on."""

    def did_document(self) -> bytes:
        """The DID document of the register, JSON."""

    def status_list(self, name: str) -> bytes:
        """A published status list, JSON. Raises the ledger's `OutOfRange` for one that is not there."""

    def status_list_names(self) -> Sequence[str]:
        """The published status lists, those of the newest certificates first."""

    def trust_anchors(self) -> Mapping[str, bytes]:
        """The trust folder without its status lists, by file name."""

    def trust_files(self) -> Mapping[str, bytes]:
        """The whole trust folder, by file name; status lists under `status/`."""

    def unpublished(self) -> int:
        """How many durable entries wait to be published, for want of witnesses or in this moment."""

    def ready(self) -> int:
        """The published tree size, read anew from the database. Raises if the register cannot answer."""
