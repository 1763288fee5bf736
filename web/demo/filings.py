"""Invented institutions: one for each city bureau and the province, in every state that a filing can be in.

They are written as the institutions file, so that the demo imports them as a user would. Names contain 示例,
number prefixes use the sequences 99xxxx and credit codes the area 439900, none of which exists.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import StringIO
from typing import Final

from registry.rules.credit_code import check_character
from registry.rules.working_days import load_calendar

STANDARD: Final = "国家职业标准"
ENTERPRISE_RULES: Final = "行业企业评价规范"

COLUMNS: Final = (
    "credit_code",
    "name",
    "short_name",
    "category",
    "number_prefix",
    "filing_number",
    "bureau",
    "filed_on",
    "expires_on",
    "state",
    "state_on",
    "instrument",
    "occupation_code",
    "occupation",
    "job",
    "levels",
    "basis",
    "scope_from",
    "scope_to",
)


@dataclass(frozen=True)
class DemoScope:
    """One scope row; an interval end of None stands for the filing's own end."""

    occupation_code: str
    occupation: str
    job: str
    levels: tuple[int, ...]
    basis: str
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True)
class DemoFiling:
    """One filing as the institutions file states it. `expires_on` is its last day; None while publicised."""

    credit_code: str
    name: str
    short_name: str
    category: str
    prefix: str
    filing_number: str
    bureau: str
    filed_on: date | None
    expires_on: date | None
    state: str
    state_on: date
    instrument: str
    scope: tuple[DemoScope, ...]

    def offers(self, day: date) -> tuple[tuple[DemoScope, int], ...]:
        """Every scope row and level open on this day, whatever the filing's state is."""
        return tuple(
            (row, level)
            for row in self.scope
            if row.from_on <= day and (row.to_on is None or day <= row.to_on)
            for level in row.levels
        )

    def certifies_on(self, day: date) -> bool:
        """Whether it was filed, and nothing had ended or interrupted it, on this day."""
        if self.filed_on is None or self.expires_on is None or not self.filed_on <= day <= self.expires_on:
            return False
        return self.state == "filed" or day < self.state_on


@dataclass(frozen=True)
class _Plan:
    """An institution in short: `scope` lines are "code occupation job-or-dash levels [e for own rules]"."""

    sequence: int
    category: str
    bureau: str
    name: str
    short_name: str
    legal_person: str
    filed_months_ago: int
    scope: tuple[str, ...]


_LEFT: Final = timedelta(days=40)
"""How long the filing that is about to end is still good for: long enough to see it renewed."""
_PLANS: Final = (
    _Plan(1, "S", "430100", "示例长沙精工技术学校", "示例精工", "52", 30, (
        "6-31-01-03 电工 - 543",
        "6-18-01-01 车工 数控车工 543",
        "6-18-01-02 铣工 数控铣工 543",
        "6-31-07-03 工业机器人系统操作员 - 54",
    )),
    _Plan(2, "Y", "430200", "示例株洲轨道装备有限公司", "示例轨装", "91", 27, (
        "6-31-01-03 电工 - 5432",
        "6-31-01-02 机修钳工 - 4321",
        "6-18-03-03 涂装工 涂料涂覆工 543e",
    )),
    _Plan(3, "S", "430300", "示例湘潭莲城职业培训学校", "示例莲城", "52", 25, (
        "4-14-02-01 营养师 - 43",
        "4-06-01-01 物业管理师 - 5432",
        "4-10-01-05 养老护理员 - 5432",
        "4-10-01-03 保育师 托育师 543",
    )),
    _Plan(4, "Y", "430400", "示例衡阳输变电设备有限公司", "示例输变电", "91", 24, (
        "6-29-03-02 电气设备安装工 - 543",
        "6-29-02-12 送配电线路工 送配电线路检修工 5432",
        "6-28-01-15 继电保护员 - 432",
    )),
    _Plan(5, "S", "430500", "示例邵阳宝庆职业技能培训学校", "示例宝庆", "52", 22, (
        "4-03-02-01 中式烹调师 - 5432",
        "4-03-02-02 中式面点师 - 543",
        "4-10-01-06 家政服务员 母婴护理员 543",
    )),
    _Plan(6, "S", "430600", "示例岳阳洞庭高级技工学校", "示例洞庭", "12", 21, (
        "4-12-01-01 汽车维修工 汽车机械维修工 543",
        "4-12-01-01 汽车维修工 新能源汽车维修工 543",
        "6-22-02-01 汽车装调工 汽车整车装调工 54",
    )),
    _Plan(7, "Y", "430700", "示例常德沅水机械有限公司", "示例沅水", "91", 20, (
        "6-18-01-07 多工序数控机床操作调整工 加工中心操作工 432",
        "6-18-04-01 模具工 冲压模具工 432",
        "6-31-03-05 质检员 机械产品检验员 543",
    )),
    _Plan(8, "S", "430800", "示例张家界武陵旅游职业培训学校", "示例武陵旅游", "52", 19, (
        "4-03-01-01 前厅服务员 - 543",
        "4-03-01-02 客房服务员 - 543",
        "4-03-02-07 茶艺师 - 5432",
    )),
    _Plan(9, "S", "430900", "示例益阳资水职业培训学校", "示例资水", "52", 18, (
        "6-02-06-11 评茶师 - 543",
        "6-02-06-10 茶叶加工工 茶叶初制工 543",
        "5-05-05-01 农机驾驶操作员 拖拉机驾驶员 54",
    )),
    _Plan(10, "S", "431000", "示例郴州林邑职业技能培训学校", "示例林邑", "52", 17, (
        "4-01-06-01 电子商务师 跨境电子商务师 543",
        "4-01-06-02 互联网营销师 直播销售员 543",
        "4-13-01-05 全媒体运营师 - 43",
    )),
    _Plan(11, "Y", "431100", "示例永州潇水技工学校", "示例潇水", "12", 16, (
        "6-31-01-03 电工 - 54",
        "6-20-01-01 装配钳工 - 54",
        "6-29-03-05 制冷空调系统安装维修工 制冷空调设备维修工 54",
    )),
    _Plan(12, "S", "431200", "示例怀化鹤城职业培训学校", "示例鹤城", "52", 15, (
        "4-02-06-01 仓储管理员 - 543",
        "4-02-07-08 快递员 快件派送员 543",
        "4-02-06-03 物流服务师 冷链物流员 543",
        "4-07-05-01 保安员 - 54",
    )),
    _Plan(13, "Y", "431300", "示例娄底涟水钢铁有限公司", "示例涟钢", "91", 14, (
        "6-31-01-02 机修钳工 - 5432",
        "6-31-03-01 化学检验员 - 543",
        "6-30-05-01 起重装卸机械操作工 桥式起重机司机 543",
    )),
    _Plan(14, "S", "433100", "示例湘西武水手工艺培训学校", "示例武水", "52", 13, (
        "6-09-03-11 抽纱刺绣工 手绣工 543",
        "6-02-06-11 评茶师 - 54",
        "4-10-01-06 家政服务员 整理收纳师 543",
    )),
    _Plan(15, "Y", "430000", "示例湘江重型机械有限公司", "示例湘重", "91", 28, (
        "6-21-01-02 工程机械装配调试工 - 54321",
        "6-31-01-09 工程机械维修工 混凝土机械维修工 5432",
        "6-31-01-03 电工 - 543",
    )),
    _Plan(16, "S", "430000", "示例湘江重型机械有限公司", "示例湘重", "", 12, (
        "6-31-01-09 工程机械维修工 土方机械维修工 543",
        "6-30-05-05 挖掘铲运和桩工机械司机 土石方挖掘机司机 54",
    )),
    _Plan(17, "S", "430100", "示例长沙星沙职业培训学校", "示例星沙", "52", 0, (
        "4-10-03-02 美发师 - 543",
        "4-10-03-01 美容师 - 543",
    )),
    _Plan(18, "S", "430600", "示例岳阳君山职业培训学校", "示例君山", "52", 23, (
        "4-10-04-02 保健按摩师 足部按摩师 543",
        "4-10-01-05 养老护理员 - 54",
    )),
    _Plan(19, "S", "430300", "示例湘潭昭山职业培训学校", "示例昭山", "52", 20, (
        "4-07-02-03 客户服务管理员 - 543",
        "4-07-03-04 企业人力资源管理师 - 43",
    )),
    _Plan(20, "S", "431200", "示例怀化沅江职业培训学校", "示例沅江", "52", 0, (
        "4-03-02-08 咖啡师 - 543",
        "4-03-02-04 西式面点师 - 543",
    )),
)  # fmt: skip


def demo_filings(today: date) -> tuple[DemoFiling, ...]:
    """The invented filings as they stand on `today`.

    Most were filed one to two and a half years ago. One ended by itself lately, one is about to, one was
    ordered out, one is rectifying, one is being publicised, and one gained a level and lost an occupation in
    the middle.
    """
    back = working_days_before(today, 20)
    filings = {plan.sequence: _filing(plan, today) for plan in _PLANS}
    year = today.year
    filings[16] = replace(filings[16], credit_code=filings[15].credit_code)
    filings[9] = _filed_on(filings[9], _years_later(today + _LEFT, -3))
    filings[17] = _expired(filings[17], _years_later(back[13], -3) + timedelta(days=1))
    filings[18] = replace(
        filings[18], state="ordered_out", state_on=back[11], instrument=f"示例人社责退〔{year}〕1号"
    )
    filings[19] = replace(
        filings[19], state="rectifying", state_on=back[9], instrument=f"示例人社整改〔{year}〕2号"
    )
    filings[20] = _publicised(filings[20], back[2])
    filings[1] = _with_changed_scope(filings[1], added_on=back[15], ended_on=back[11])
    return tuple(filings[sequence] for sequence in sorted(filings))


def institutions_csv(filings: Sequence[DemoFiling]) -> bytes:
    """The institutions file: one scope row a line, UTF-8 with the mark that spreadsheet programs look for."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for filing in filings:
        writer.writerows(_lines(filing))
    return text.getvalue().encode("utf-8-sig")


def working_days_before(today: date, count: int) -> tuple[date, ...]:
    """The last `count` working days before `today`, the latest first."""
    calendar = load_calendar()
    days: list[date] = []
    day = today
    while len(days) < count:
        day -= timedelta(days=1)
        if calendar.is_working_day(day):
            days.append(day)
    return tuple(days)


def _filing(plan: _Plan, today: date) -> DemoFiling:
    """A filing that is in force, filed on the fifteenth of a month."""
    months = today.year * 12 + today.month - 1 - plan.filed_months_ago
    filed_on = date(months // 12, months % 12 + 1, 15)
    body = f"{plan.legal_person or '00'}439900MA99{plan.sequence:04d}0"
    return DemoFiling(
        credit_code=body + check_character(body),
        name=plan.name,
        short_name=plan.short_name,
        category=plan.category,
        prefix=f"{plan.category}00004399{plan.sequence:04d}",
        filing_number=f"示例备{filed_on.year}-{plan.sequence:04d}",
        bureau=plan.bureau,
        filed_on=filed_on,
        expires_on=_years_later(filed_on, 3) - timedelta(days=1),
        state="filed",
        state_on=filed_on,
        instrument="",
        scope=tuple(_scope(line, filed_on) for line in plan.scope),
    )


def _scope(line: str, from_on: date) -> DemoScope:
    """One line of a plan's scope."""
    code, occupation, job, levels = line.split(" ")
    return DemoScope(
        occupation_code=code,
        occupation=occupation,
        job="" if job == "-" else job,
        levels=tuple(int(level) for level in levels.rstrip("e")),
        basis=ENTERPRISE_RULES if levels.endswith("e") else STANDARD,
        from_on=from_on,
    )


def _filed_on(filing: DemoFiling, filed_on: date) -> DemoFiling:
    """The filing as if it had been filed on that day."""
    return replace(
        filing,
        filing_number=f"示例备{filed_on.year}-{filing.prefix[-4:]}",
        filed_on=filed_on,
        expires_on=_years_later(filed_on, 3) - timedelta(days=1),
        state_on=filed_on,
        scope=tuple(replace(row, from_on=filed_on) for row in filing.scope),
    )


def _expired(filing: DemoFiling, filed_on: date) -> DemoFiling:
    """The filing three years after that day, when it had ended by itself."""
    ended_on = _years_later(filed_on, 3)
    return replace(_filed_on(filing, filed_on), state="expired", state_on=ended_on)


def _publicised(filing: DemoFiling, on: date) -> DemoFiling:
    """The filing while objections to it may be raised: it has no number and no validity yet."""
    return replace(
        filing,
        filing_number="",
        filed_on=None,
        expires_on=None,
        state="publicised",
        state_on=on,
        scope=tuple(replace(row, from_on=on) for row in filing.scope),
    )


def _with_changed_scope(filing: DemoFiling, *, added_on: date, ended_on: date) -> DemoFiling:
    """The filing after its milling ended and its last occupation gained level 3."""
    lathe, milling, robots = filing.scope[1], filing.scope[2], filing.scope[3]
    return replace(
        filing,
        scope=(
            filing.scope[0],
            lathe,
            replace(milling, to_on=ended_on),
            robots,
            replace(robots, levels=(3,), from_on=added_on),
        ),
    )


def _years_later(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _lines(filing: DemoFiling) -> Iterator[tuple[str, ...]]:
    """The filing's rows of the institutions file."""
    for row in filing.scope:
        yield (
            filing.credit_code,
            filing.name,
            filing.short_name,
            filing.category,
            filing.prefix,
            filing.filing_number,
            filing.bureau,
            _day(filing.filed_on),
            _day(filing.expires_on),
            filing.state,
            filing.state_on.isoformat(),
            filing.instrument,
            row.occupation_code,
            row.occupation,
            row.job,
            "、".join(str(level) for level in row.levels),
            row.basis,
            row.from_on.isoformat(),
            _day(row.to_on),
        )


def _day(day: date | None) -> str:
    """The day as the file writes it, or nothing."""
    return day.isoformat() if day else ""
