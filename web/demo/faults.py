"""The mistakes that people make in Form 5: each spoils a good row and names the findings it must bring."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

from registry.intake.forms_out import Form5Cells

NAME: Final = 0
ID_TYPE: Final = 1
ID_NUMBER: Final = 2
EMPLOYER: Final = 3
OCCUPATION: Final = 4
JOB: Final = 5
LEVEL: Final = 6
NUMBER: Final = 7
ISSUED_ON: Final = 8
INSTITUTION: Final = 9
ISSUER: Final = 10

Spoil: TypeAlias = Callable[[Form5Cells], Form5Cells]


@dataclass(frozen=True)
class Fault:
    """One kind of mistake: what it does to a row, and the codes of the findings on that row."""

    note: str
    codes: frozenset[str]
    spoil: Spoil


def changed(cells: Form5Cells, column: int, value: str) -> Form5Cells:
    """The row with another value in one column."""
    a, b, c, d, e, f, g, h, i, j, k = (value if at == column else cell for at, cell in enumerate(cells))
    return a, b, c, d, e, f, g, h, i, j, k


def careless_faults(today: date) -> tuple[Fault, ...]:
    """A mistake of nearly every kind, none of which needs another row or an earlier certificate."""
    return (
        put("姓名为空", "R01", NAME, ""),
        put("证件类型不在代码表中", "R02", ID_TYPE, "学生证"),
        WRONG_CHECK,
        put("身份证号码被表格软件改成了科学计数", "R03", ID_NUMBER, "4.39901E+17"),
        put("证件类型与号码不符", "R04", ID_TYPE, "210"),
        edit("姓名里有数字", "R05", NAME, lambda name: f"{name}1"),
        put("填成了职业资格证书编号", "R06", NUMBER, "2643990000400001"),
        edit("填成了特级技师证书编号", "R06", NUMBER, lambda number: f"HN{number[1:-1]}"),
        edit("编号是别的机构的", "R07", NUMBER, lambda number: f"S000043999999{number[13:]}"),
        edit("编号年份与发证日期不符", "R08", NUMBER, _earlier_year),
        put("职业名称是旧称", "R10", OCCUPATION, "物业管理员"),
        put("发证日期不是日子", "R13", ISSUED_ON, f"{today.year}-02-30"),
        Fault("发证日期在将来", frozenset({"R13"}), lambda cells: _dated(cells, today + timedelta(days=9))),
        edit("编号等级与等级不符", "R08", NUMBER, _higher_level),
        put("填了数据表不能承载的等级", "R11", LEVEL, "特级技师"),
        put("评价机构名称不对", "R17", INSTITUTION, "示例湘潭莲花职业培训学校"),
    )


def _wrong_check_character(id_number: str) -> str:
    """The identity number with its last character one further."""
    return id_number[:-1] + ("0" if id_number[-1] in "9Xx" else str(int(id_number[-1]) + 1))


def _earlier_year(number: str) -> str:
    """The certificate number with the year before in it."""
    return f"{number[:13]}{(int(number[13:15]) - 1) % 100:02d}{number[15:]}"


def _higher_level(number: str) -> str:
    """The certificate number with the next higher level in it, and a late serial of that level."""
    return f"{number[:15]}{int(number[15]) - 1}9{number[17:]}"


def _dated(cells: Form5Cells, on: date) -> Form5Cells:
    """The row with another issue date, and a number that goes with it: of that year, and late in it."""
    number = f"{cells[NUMBER][:13]}{on:%y}{cells[NUMBER][15]}9{cells[NUMBER][17:]}"
    return changed(changed(cells, ISSUED_ON, on.isoformat()), NUMBER, number)


def put(note: str, code: str, column: int, value: str) -> Fault:
    """A mistake that puts the same value into every row."""
    return Fault(note, frozenset({code}), lambda cells: changed(cells, column, value))


def edit(note: str, code: str, column: int, by: Callable[[str], str]) -> Fault:
    """A mistake that depends on what the row held."""
    return Fault(note, frozenset({code}), lambda cells: changed(cells, column, by(cells[column])))


WRONG_CHECK: Final = edit("身份证校验码不对", "R03", ID_NUMBER, _wrong_check_character)
