"""Each statistic as a table: what stands under its chart, and in its CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from registry.filing.book import FilingBook
from registry.filing.model import Category
from registry.rules.bureaus import BUREAUS, PROVINCE_CODE
from registry.tally.statistics import Question, Rate, Statistics, Unit
from web.language import Language
from web.rendering import level_text
from web.vocabulary import words, words_or_code

Cell = str | int
_LONG_NAMES: Mapping[str, str] = {"湘西土家族苗族自治州": "湘西州"}
Names = Callable[[str], str]


class Topic(StrEnum):
    """What is shown, in the order of the page."""

    MONTHS = "months"
    UNITS = "units"
    LEVELS = "levels"
    CATEGORIES = "categories"
    OCCUPATIONS = "occupations"
    UPLOADS = "uploads"
    REVIEWS = "reviews"
    REASONS = "reasons"


@dataclass(frozen=True)
class Table:
    """A header and its rows. Figures are numbers: a page sets them apart, a spreadsheet adds them."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Answer:
    """The statistics with what words and names they need."""

    found: Statistics
    question: Question
    language: Language
    filings: FilingBook

    def t(self, key: str, **values: object) -> str:
        """Words in the page's language."""
        return words(f"statistics.{key}", self.language, **values)

    def unit_name(self, unit: str) -> str:
        """What a unit of the question is called."""
        match self.question.unit:
            case Unit.BUREAU:
                return bureau_name(unit)
            case Unit.INSTITUTION:
                return institution_name(self.filings, unit)
            case Unit.MONTH:
                return unit

    def unit_label(self, unit: str) -> str:
        """As `unit_name`, as short as a chart wants it."""
        if self.question.unit is not Unit.BUREAU:
            return self.unit_name(unit)
        if unit == PROVINCE_CODE:
            return words("institutions.province", self.language)
        name = bureau_name(unit)
        return _LONG_NAMES.get(name, name.removesuffix("市"))


def bureau_name(code: str) -> str:
    """The city, or the province's department."""
    found = next((each for each in BUREAUS if each.code == code), None)
    if found is None:
        return code
    return found.office if found.is_province else found.name


def bureau_office(code: str) -> str:
    """The bureau by its full name."""
    return next((each.office for each in BUREAUS if each.code == code), code)


def institution_name(filings: FilingBook, prefix: str) -> str:
    """The newest name of an institution."""
    filing = filings.by_prefix(prefix)
    return filing.names[-1].name if filing is not None else prefix


def table(topic: Topic, answer: Answer) -> Table:
    """One statistic as a table."""
    return _TABLES[topic](answer)


def topics(answer: Answer) -> Sequence[Topic]:
    """What is shown to whom: an institution is no unit among others."""
    return [each for each in Topic if each is not Topic.UNITS or answer.question.unit is not Unit.MONTH]


def by_month(answer: Answer) -> Mapping[str, Mapping[str, int]]:
    """Certificates of each month by category; a month with none is there as well."""
    found: dict[str, dict[str, int]] = {str(month): {} for month in answer.question.period.months()}
    for month, category, count in answer.found.months:
        found.setdefault(month, {})[category] = count
    return found


def percent(share: float) -> str:
    """96.4%; what is not all is never rounded up to all."""
    return "100%" if share >= 1 else f"{int(share * 1000) / 10:.1f}%"


def reason_text(answer: Answer, kind: str, code: str) -> str:
    """What kept something out, in words; codes of rules stay beside theirs."""
    said = words_or_code(f"statistics.{kind}", code, answer.language)
    return f"{code} {said}" if kind == "finding" and said != code else said


def _months(answer: Answer) -> Table:
    header = [answer.t("month"), *(category_name(answer, each) for each in Category), answer.t("together")]
    rows: list[tuple[Cell, ...]] = [
        (month, *(counts.get(each.value, 0) for each in Category), sum(counts.values()))
        for month, counts in by_month(answer).items()
    ]
    return Table(tuple(header), tuple(rows))


def category_name(answer: Answer, category: Category) -> str:
    """用人单位, 社评组织"""
    return words(f"category.{category.value}.short", answer.language)


def _units(answer: Answer) -> Table:
    ranked = sorted(answer.found.units, key=lambda each: (-each[1], each[0]))
    header = (answer.t(f"unit.{answer.question.unit.value}"), answer.t("certificates"))
    return Table(header, tuple((answer.unit_name(unit), count) for unit, count in ranked))


def _levels(answer: Answer) -> Table:
    counted = dict(answer.found.levels)
    rows = tuple((level_text(answer.language, level), counted.get(level, 0)) for level in (5, 4, 3, 2, 1))
    return Table((answer.t("level"), answer.t("certificates")), rows)


def _categories(answer: Answer) -> Table:
    counted = dict(answer.found.categories)
    rows = tuple((category_name(answer, each), counted.get(each.value, 0)) for each in Category)
    return Table((answer.t("category"), answer.t("certificates")), rows)


def _occupations(answer: Answer) -> Table:
    ranked = sorted(answer.found.skills, key=lambda each: (-each.count, each.occupation_code, each.job))
    header = (answer.t("occupation_code"), answer.t("occupation"), answer.t("job"), answer.t("certificates"))
    rows = tuple((each.occupation_code, each.occupation, each.job, each.count) for each in ranked)
    return Table(header, rows)


def _rates(answer: Answer, *, of: Callable[[Statistics], Sequence[Rate]], what: str) -> Table:
    key = f"unit.{answer.question.unit.value}"
    header = (answer.t(key), answer.t("on_time"), answer.t(what), answer.t("rate"))
    rows = tuple(
        (answer.unit_name(each.unit), each.on_time, each.total, percent(each.share))
        for each in ranked_rates(answer, of(answer.found))
    )
    return Table(header, rows)


def ranked_rates(answer: Answer, rates: Sequence[Rate]) -> Sequence[Rate]:
    """The best first, months in their order."""
    if answer.question.unit is Unit.MONTH:
        return sorted(rates, key=lambda each: each.unit)
    return sorted(rates, key=lambda each: (-each.share, -each.total, each.unit))


def _reasons(answer: Answer) -> Table:
    header = (answer.t("reason_kind"), answer.t("reason"), answer.t("rows"))
    ranked = sorted(answer.found.reasons, key=lambda each: (-each[2], each[0], each[1]))
    rows = tuple(
        (answer.t(f"reason_kind.{kind}"), reason_text(answer, kind, code), count)
        for kind, code, count in ranked
    )
    return Table(header, rows)


_TABLES: Mapping[Topic, Callable[[Answer], Table]] = {
    Topic.MONTHS: _months,
    Topic.UNITS: _units,
    Topic.LEVELS: _levels,
    Topic.CATEGORIES: _categories,
    Topic.OCCUPATIONS: _occupations,
    Topic.UPLOADS: partial(_rates, of=lambda found: found.uploads, what="certificates"),
    Topic.REVIEWS: partial(_rates, of=lambda found: found.reviews, what="batches"),
    Topic.REASONS: _reasons,
}
