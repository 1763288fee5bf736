"""The random sample of a batch (双随机), drawn by arithmetic from what is public: anyone can draw it again.

The seed follows from the batch's random id and the keyed hash of its Form 5, both fixed at receipt and both
in the approval entry: nobody can draw again until the sample pleases. Rows are ranked by a hash of the seed
and their number; the first ones are the sample.

Source: 湘人社规〔2025〕14号 art. 17(5); the product's own format v1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from registry.rules.levels import Level

# The province guides and supervises technicians and senior technicians, whoever reviews them (art. 3).
PROVINCE_LEVELS = frozenset({Level.TECHNICIAN.value, Level.SENIOR_TECHNICIAN.value})


class DrawnFor(StrEnum):
    """Whose sample it is: the responsible bureau's, or the province's over levels 1 and 2."""

    BUREAU = "bureau"
    PROVINCE = "province"


class InspectionResult(StrEnum):
    """What an inspection of a row found."""

    OK = "ok"
    DISCREPANCY = "discrepancy"


_LABELS = {
    DrawnFor.BUREAU: b"skillcert/sample/v1\x00",
    DrawnFor.PROVINCE: b"skillcert/sample/province/v1\x00",
}


@dataclass(frozen=True)
class SampleRule:
    """How many rows are drawn: a share in percent, rounded up, and a least number."""

    percent: int
    least: int

    def size(self, population: int) -> int:
        """How many of so many rows are drawn."""
        return min(population, max(self.least, -(-population * self.percent // 100)))


@dataclass(frozen=True)
class SampleResult:
    """A sample and what was found in it.

    `rows` are all that were drawn, `inspected` those of them that were looked at (all of the bureau's own, at
    a proposal to approve); `discrepancies` maps those that differed to the code of the note.
    """

    seed: bytes
    percent: int
    least: int
    rows: tuple[int, ...]
    inspected: tuple[int, ...] = ()
    discrepancies: Mapping[int, str] = field(default_factory=dict)

    @property
    def open(self) -> tuple[int, ...]:
        """The rows that nobody has looked at yet."""
        inspected = frozenset(self.inspected)
        return tuple(row for row in self.rows if row not in inspected)


def sample_seed(drawn_for: DrawnFor, batch: bytes, form5_mac: bytes) -> bytes:
    """SHA-256 of label, batch and the keyed hash of Form 5."""
    return sha256(_LABELS[drawn_for] + batch + form5_mac).digest()


def draw(seed: bytes, rows: Iterable[int], rule: SampleRule) -> tuple[int, ...]:
    """The rows that are drawn, in the order of the workbook."""
    ranked = sorted(rows, key=lambda row: sha256(seed + row.to_bytes(4, "big")).digest())
    return tuple(sorted(ranked[: rule.size(len(ranked))]))
