"""What an institution typed into its renewal table, read once and checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.renewal.table import RenewalTable, Skill, SkillLine, YearLine
from web.numerals import read_number
from web.uploads import Form

MOST_ASSESSED = 9_999_999
_CHOICES: Mapping[str, bool | None] = {"renew": True, "end": False, "": None}


@dataclass(frozen=True)
class Entry:
    """What was typed. `wrong` names the fields that hold no number; nothing is saved while there is one."""

    assessed: Mapping[tuple[str, str], int | None] = field(default_factory=dict)
    choices: Mapping[Skill, bool | None] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()


def year_field(line: YearLine) -> str:
    """The name of the field of a year's 认定数."""
    return f"assessed-{line.period.start}-{line.period.end}"


def skill_field(line: SkillLine) -> str:
    """The name of the field of an occupation's choice."""
    return f"choice-{line.occupation_code}-{line.job}"


def read_entry(form: Form, table: RenewalTable) -> Entry:
    """The form's fields that belong to lines of the table; others belong to no line any more."""
    assessed: dict[tuple[str, str], int | None] = {}
    typed: dict[str, str] = {}
    wrong: set[str] = set()
    for line in table.years:
        name = year_field(line)
        text = typed[name] = form.field(name).strip()
        number = read_number(text, most=MOST_ASSESSED)
        if text == "" or number is not None:
            assessed[line.key] = number
        else:
            wrong.add(name)
    choices: dict[Skill, bool | None] = {}
    for each in table.skills:
        text = form.field(skill_field(each))
        if text in _CHOICES:
            choices[each.key] = _CHOICES[text]
    return Entry(assessed, choices, typed, frozenset(wrong))
