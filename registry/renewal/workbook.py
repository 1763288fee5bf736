"""The renewal table as a workbook that looks like the official form, to be printed, signed and handed in.

What the register does not know (address, persons, telephone) stays empty to be filled in by hand.

Source: 湘人社规〔2025〕14号, 附件2.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from registry.filing.model import Filing
from registry.intake.package import package
from registry.renewal.table import RenewalTable, SkillLine, YearLine
from registry.tally.cells import Month

Value: TypeAlias = str | int | None

TITLE: Final = "湖南省职业技能等级认定机构备案续期申请表"
YEARS_HEADER: Final = (
    "年度",
    "已开展认定职业（工种）数（个）",
    "认定数（人次）",
    "颁发证书数（人次）",
    "已上网证书数（人次）",
    "未开展认定职业（工种）数（个）",
)
SKILLS_HEADER: Final = ("序号", "职业名称", "职业代码", "工种名称", "自愿申请")
_COMMITMENT: Final = (
    "本单位自愿申请续期评价机构备案资质，且确定符合续期要求基本条件，承诺对所提交材料的真实性、有效性、"
    "合法性负责。\n\n法定代表人（签字）：\n单 位 名 称（公章）：\n\n年     月     日"
)
_SEAL: Final = "\n\n\n（盖章）   年   月   日"
_WIDTHS: Final = (16.0, 20.0, 16.0, 18.0, 18.0, 20.0)
_LAST: Final = len(_WIDTHS)
_TITLE_FONT: Final = Font(name="宋体", size=18, bold=True)
_HEAD_FONT: Final = Font(name="宋体", size=12, bold=True)
_FONT: Final = Font(name="宋体", size=11)
_THIN: Final = Side(style="thin")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT: Final = Alignment(horizontal="left", vertical="center", wrap_text=True)


def renewal_workbook(table: RenewalTable) -> bytes:
    """The filled form as .xlsx; equal tables give equal bytes."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "附件2"
    for at, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + at)].width = width
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    form = _Form(sheet)
    form.row([("附件2", _LAST)], font=_HEAD_FONT, left=True, boxed=False)
    form.row([(TITLE, _LAST)], font=_TITLE_FONT, height=40, boxed=False)
    _institution(form, table)
    _years(form, table)
    _skills(form, table.skills)
    _signatures(form)
    return package(book)


class _Form:
    """A sheet that is written from the top, row by row, over its columns."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._at = 0

    def row(
        self,
        cells: Sequence[tuple[Value, int]],
        *,
        font: Font = _FONT,
        height: float = 26,
        left: bool = False,
        boxed: bool = True,
    ) -> None:
        """One row: each value with how many columns it takes."""
        self._at += 1
        self._sheet.row_dimensions[self._at].height = height
        first = 1
        for value, span in cells:
            last = first + span - 1
            for column in range(first, last + 1):
                cell = self._sheet.cell(self._at, column)
                assert isinstance(cell, Cell)
                cell.font, cell.alignment = font, _LEFT if left else _CENTRE
                if boxed:
                    cell.border = _BOX
                if column == first and value is not None and value != "":
                    cell.value = value
                    # Whatever it looks like, a name is no formula.
                    cell.data_type = "s" if isinstance(value, str) else "n"
            if span > 1:
                self._sheet.merge_cells(
                    start_row=self._at, end_row=self._at, start_column=first, end_column=last
                )
            first = last + 1

    def head(self, text: str) -> None:
        """The name of a part."""
        self.row([(text, _LAST)], font=_HEAD_FONT, left=True, height=30)


def _institution(form: _Form, table: RenewalTable) -> None:
    form.head("一、机构基本信息")
    form.row([("机构名称", 1), (table.name, 5)])
    form.row([("注册地址", 1), (None, 5)])
    form.row([("机构负责人", 1), (None, 2), ("手机号码", 1), (None, 2)])
    form.row([("机构联系人", 1), (None, 2), ("手机号码", 1), (None, 2)])
    number = ("机构备案号", 1), (table.filing.filing_number, 2)
    form.row([*number, ("备案职业（工种）数", 1), (len(table.skills), 2)])
    form.row([("备案有效期", 1), (_validity(table.filing), 5)])


def _years(form: _Form, table: RenewalTable) -> None:
    form.head("二、备案有效期内开展职业技能等级认定情况")
    form.row([(name, 1) for name in YEARS_HEADER], height=48)
    for line in table.years:
        assessed = line.entered.assessed if line.entered is not None else None
        values = (year_text(line), line.started, assessed, line.issued, line.online, line.idle)
        form.row([(value, 1) for value in values])
    total = table.total
    values = ("合计", total.started, total.assessed, total.issued, total.online, total.idle)
    form.row([(value, 1) for value in values])


def _skills(form: _Form, lines: Sequence[SkillLine]) -> None:
    form.head("三、已备案职业（工种）续期申请情况（需将本机构所有已备案职业（工种）列举）")
    *names, choice = SKILLS_HEADER
    form.row([*((name, 1) for name in names), (choice, 2)])
    for at, line in enumerate(lines, start=1):
        renew = None if line.choice is None else line.choice.renew
        boxes = _box("续期", ticked=renew is True), _box("不续期", ticked=renew is False)
        values = (at, line.occupation, line.occupation_code, line.job, *boxes)
        form.row([(value, 1) for value in values])


def _signatures(form: _Form) -> None:
    form.row([("申请单位承诺", 1), (_COMMITMENT, 5)], height=150, left=True)
    form.row([("市州人力资源社会保障部门或省级主管部门意见", 1), (_SEAL, 5)], height=120)
    form.row([("省人力资源社会保障厅意见", 1), (_SEAL, 5)], height=120)


def year_text(line: YearLine) -> str:
    """2025, or 2024（8—12月） where the line is not about the whole year."""
    start, end = line.period.start, line.period.end
    if (start.number, end.number) == (1, 12):
        return str(line.year)
    if start == end:
        return f"{line.year}（{start.number}月）"
    return f"{line.year}（{start.number}—{end.number}月）"


def _validity(filing: Filing) -> str:
    if filing.filed_on is None or filing.expires_on is None:
        return ""
    start, end = Month.of(filing.filed_on), Month.of(filing.expires_on)
    return f"自 {start.year} 年 {start.number} 月至 {end.year} 年 {end.number} 月"


def _box(text: str, *, ticked: bool) -> str:
    return f"{text}{'☑' if ticked else '□'}"
