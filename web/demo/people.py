"""Invented people for the demo and the tests: believable in shape, plainly fictitious to a reader.

How to see that they are invented, since check characters must be right:

- every name begins with 示例;
- resident identity numbers (201) carry an area 439900–439999, which no county of Hunan has;
- residence permits (237, 238) have the sequence 99x; permanent residence cards (233) come from `943999`;
- travel permits and Chinese passports (210, 213, 227) have a serial that begins with 99;
- foreign passports (208) begin with SHILI, documents of no known kind (299) with SLQT.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from registry.rules.identity_documents import check_character

_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
_GIVEN: Final = "春夏秋冬山川江湖松竹梅兰晨晓星月云雨知行安宁和平文武勤敏立业"
_DOTTED: Final = ("阿依", "巴图", "格桑", "达瓦", "古丽", "索朗")
_FOREIGN: Final = ("约翰", "玛丽", "安娜", "汤姆")
_KINDS: Final = (
    ("201", 960),
    ("210", 10),
    ("237", 6),
    ("213", 6),
    ("238", 4),
    ("227", 4),
    ("208", 4),
    ("233", 6),
)


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist. `id_type` is the document's code, `id_number` in canonical writing."""

    name: str
    id_type: str
    id_number: str
    born_on: date


def people(seed: int, *, today: date, youngest: int = 18, oldest: int = 60) -> Iterator[Person]:
    """An endless stream of people of these ages on `today`, no identity number twice."""
    random = Random(f"people/{seed}")  # noqa: S311 - invented data must be repeatable, not secret
    kinds, weights = zip(*_KINDS, strict=True)
    taken: set[str] = set()
    span = (oldest - youngest) * 365
    while True:
        born_on = today - timedelta(days=youngest * 366 + random.randrange(span))
        kind = random.choices(kinds, weights)[0]
        number = _id_number(random, kind, born_on)
        if number not in taken:
            taken.add(number)
            yield Person(_name(random, kind), kind, number, born_on)


def resident_number(area: str, born_on: date, sequence: int) -> str:
    """An 18-character number: area, birth date, sequence and its check character."""
    body = f"{area}{born_on:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def _id_number(random: Random, kind: str, born_on: date) -> str:
    """A document number of this kind, with the marks by which one sees that it is invented."""
    serial = random.randrange(1_000_000)
    match kind:
        case "201":
            return resident_number(f"4399{serial % 100:02d}", born_on, random.randrange(1, 1000))
        case "237":
            return resident_number("810000", born_on, 990 + serial % 10)
        case "238":
            return resident_number("830000", born_on, 990 + serial % 10)
        case "233":
            return resident_number("943999", born_on, random.randrange(1, 1000))
        case "210":
            return f"{'HM'[serial % 2]}99{serial:06d}"
        case "213":
            return f"99{serial:06d}"
        case "227":
            return f"E99{serial:06d}"
        case "208":
            return f"SHILI{serial:06d}"
    raise ValueError(kind)


def _name(random: Random, kind: str) -> str:
    """示例 and a given part; a few names with a dot, as minorities and foreigners have them."""
    if kind in ("208", "233"):
        return f"示例·{random.choice(_FOREIGN)}"
    draw = random.random()
    if draw < 0.02:
        return f"示例·{random.choice(_DOTTED)}"
    if draw < 0.12:
        return f"示例{random.choice(_STEMS)}"
    if draw < 0.35:
        return f"示例{random.choice(_STEMS)}{random.choice(_BRANCHES)}"
    return f"示例{random.choice(_GIVEN)}{random.choice(_GIVEN)}"
