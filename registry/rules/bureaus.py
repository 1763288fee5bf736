"""The bureaus that can be responsible for an institution: fourteen cities and the province."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from registry.rules.data_files import read_table, shipped_text
from registry.rules.errors import RulesError
from registry.rules.text import clean_cell

PROVINCE_CODE = "430000"

_REMARK = re.compile(r"[(（].*[)）]$")
_OFFICE_SUFFIXES = ("人力资源和社会保障局", "人力资源社会保障局", "人社局")


class UnknownBureau(RulesError):
    """A text names no bureau of the province."""

    code: ClassVar[str] = "unknown_bureau"

    def __init__(self) -> None:
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau that reviews the data of its own institutions.

    `code` is GB/T 2260, `name` the city's name or the province's department.
    Source: 2025-14 art. 3.
    """

    code: str
    name: str

    @property
    def is_province(self) -> bool:
        """Whether this is the provincial department, for the institutions it owns directly."""
        return self.code == PROVINCE_CODE

    @property
    def office(self) -> str:
        """The full name of the authority: 长沙市人力资源和社会保障局."""
        if self.is_province:
            return _REMARK.sub("", self.name)
        return f"{self.name}人力资源和社会保障局"


def _load() -> tuple[Bureau, ...]:
    rows = read_table(shipped_text("cities.csv"), "cities.csv", ("code", "name"))
    return tuple(Bureau(row["code"], row["name"]) for _, row in rows)


BUREAUS: tuple[Bureau, ...] = _load()


def parse_bureau(text: str) -> Bureau:
    """The bureau that a code (430100), a city (长沙市, 长沙) or an office's name means.

    Raises:
        UnknownBureau: it means none of the fifteen.
    """
    bureau = _by_spelling().get(unicodedata.normalize("NFKC", clean_cell(text)).replace(" ", ""))
    if bureau is None:
        raise UnknownBureau
    return bureau


@cache
def _by_spelling() -> dict[str, Bureau]:
    spellings: dict[str, Bureau] = {}
    for bureau in BUREAUS:
        spellings[bureau.code] = bureau
        spellings[unicodedata.normalize("NFKC", bureau.name)] = bureau
        spellings[bureau.office] = bureau
        if bureau.is_province:
            spellings |= dict.fromkeys(
                ("湖南省人社厅", "湖南省人力资源社会保障厅", "湖南省", "省人社厅"), bureau
            )
            continue
        short = "湘西" if bureau.name.startswith("湘西") else bureau.name.removesuffix("市")
        for city in (bureau.name, short, f"{short}州" if short == "湘西" else short):
            spellings[city] = bureau
            spellings |= {f"{city}{suffix}": bureau for suffix in _OFFICE_SUFFIXES}
    return spellings
