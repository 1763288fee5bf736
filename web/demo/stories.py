"""Batches in which something happens: late, careless, mended, odd. Each takes its institution's next days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from web.demo.drafts import Decision, Draft, Line, clean, spoilt
from web.demo.faults import (
    EMPLOYER,
    OCCUPATION,
    WRONG_CHECK,
    careless_faults,
    put,
)
from web.demo.offices import Office
from web.demo.people import Person, resident_number
from web.demo.workbooks import Certificate, Writing

LATE_DAYS: Final = (44, 42)
"""How many working days back (as an index) the late batch was issued: beyond the thirty that are allowed."""


@dataclass(frozen=True)
class Stage:
    """What the stories play with: offices by sequence, and the working days before today, latest first."""

    today: date
    days: Sequence[date]
    offices: Mapping[int, Office]


def late(stage: Stage) -> list[Draft]:
    """A batch handed in after the 30 working days; the bureau accepts it with a word."""
    office = stage.offices[2]
    first, second = (stage.days[at] for at in LATE_DAYS)
    issued = [
        *office.sitting(office.scope("电工"), 4, first, 9),
        *office.sitting(office.scope("机修钳工"), 3, second, 7),
    ]
    note = "迟报：超过30个工作日才上传"
    return [Draft(office.filing, clean(issued, codes={"R14"}), stage.days[3], accept_flags=True, note=note)]


def careless(stage: Stage) -> list[Draft]:
    """A batch with a mistake of every kind, returned; then the same rows mended, approved."""
    office = stage.offices[3]
    issued = [
        *office.sitting(office.scope("营养师"), 4, stage.days[7], 10),
        *office.sitting(office.scope("养老护理员"), 5, stage.days[6], 14),
        *office.sitting(office.scope("物业管理师"), 4, stage.days[6], 14),
    ]
    lines = clean(issued, Writing.LABELS)
    repeated = Line(lines[-1].cells, lines[-1].certificate, frozenset({"R09"}))
    faulty = spoilt(lines[:-1], careless_faults(stage.today))
    return [
        Draft(
            office.filing,
            (*faulty, replace(lines[-1], codes=frozenset({"R09"})), repeated),
            stage.days[5],
            Decision.RETURN,
            note="错误很多的一批，退回",
        ),
        Draft(office.filing, lines, stage.days[2], note="退回后改正重报"),
    ]


def two_bad_rows(stage: Stage) -> list[Draft]:
    """A good batch with two rows that can't be approved: the others are."""
    office = stage.offices[5]
    issued = office.sitting(office.scope("中式烹调师"), 4, stage.days[7], 24)
    faults = (
        WRONG_CHECK,
        put("职业名称写错一个字", "R10", OCCUPATION, "中式烹饪师"),
    )
    lines = spoilt(clean(issued), faults, every=1)
    return [Draft(office.filing, lines, stage.days[5], note="两行有错，其余通过")]


def wrong_counts(stage: Stage) -> list[Draft]:
    """A Form 4 that counts one row too many, so that the batch is refused; then with the right one."""
    office = stage.offices[4]
    issued = [
        *office.sitting(office.scope("电气设备安装工"), 4, stage.days[7], 11),
        *office.sitting(office.scope("继电保护员"), 3, stage.days[6], 7),
    ]
    right = Draft(office.filing, clean(issued), stage.days[4], note="审核表数量改正后重报")
    first, *others = right.form4_counts
    counts = (first._replace(quantity=first.quantity + 1), *others)
    wrong = replace(
        right,
        reported_on=stage.days[5],
        decision=Decision.REFUSED,
        note="审核表数量与数据表不符",
        counts=counts,
    )
    return [wrong, right]


def odd_levels(stage: Stage) -> list[Draft]:
    """Two levels on one day, and a lower level after a higher one: flagged, explained, accepted."""
    office = stage.offices[6]
    scope = office.scope("汽车维修工", "汽车机械维修工")
    others = office.sitting(scope, 4, stage.days[7], 12)
    high = office.issue(scope, 4, stage.days[6])
    same_day = office.issue(scope, 5, stage.days[6], person=high.person)
    higher = office.issue(scope, 3, stage.days[6])
    lower_later = office.issue(scope, 4, stage.days[5], person=higher.person)
    lines = (
        *clean(others),
        *clean([high, same_day], codes={"R19"}),
        *clean([higher]),
        *clean([lower_later], codes={"R19"}),
    )
    return [Draft(office.filing, lines, stage.days[4], accept_flags=True, note="同日多个等级、先高后低")]


def held_already(stage: Stage, held: Certificate) -> list[Draft]:
    """One person is certified again for what they hold: the reviewer leaves that row out."""
    office = stage.offices[8]
    again = office.issue(held.scope, held.level, stage.days[5], person=held.person)
    others = office.sitting(office.scope("茶艺师"), 4, stage.days[5], 11)
    lines = (*clean(others, Writing.LABELS), *clean([again], Writing.LABELS, {"R15"}))
    return [Draft(office.filing, lines, stage.days[3], note="一人重复认定，不予通过")]


def other_unit(stage: Stage) -> list[Draft]:
    """An enterprise certifies two people of another unit: flagged, accepted as its subsidiary."""
    office = stage.offices[7]
    issued = office.sitting(office.scope("模具工", "冲压模具工"), 4, stage.days[6], 12)
    strangers = put("所在单位是别的单位", "R18", EMPLOYER, "示例沅水精密铸造有限公司")
    lines = spoilt(clean(issued, Writing.LABELS), (strangers, strangers))
    return [Draft(office.filing, lines, stage.days[4], accept_flags=True, note="两人属子公司")]


def too_young(stage: Stage) -> list[Draft]:
    """A school certifies a pupil of fifteen: flagged, and left out."""
    office = stage.offices[11]
    scope = office.scope("电工")
    born_on = stage.days[6] - timedelta(days=15 * 365 + 60)
    pupil = Person("示例小满", "201", resident_number("439915", born_on, 15), born_on)
    issued = office.sitting(scope, 5, stage.days[6], 14)
    lines = (*clean(issued), *clean([office.issue(scope, 5, stage.days[6], person=pupil)], codes={"R19"}))
    return [Draft(office.filing, lines, stage.days[4], note="一人未满16周岁，不予通过")]


def turned_back(stage: Stage) -> list[Draft]:
    """What the bureaus accept and the national network does not: other documents, and a pupil of fifteen.

    The first institution is the one whose operator can log in.
    """
    drafts = []
    for at, occupation, job, names in (
        (9, "评茶师", "", ("示例远帆", "示例归舟")),
        (12, "仓储管理员", "", ("示例驿路",)),
    ):
        office = stage.offices[at]
        scope = office.scope(occupation, job)
        people = [
            Person(
                name, "299", f"SLQT{at:02d}99{serial:04d}", stage.today - timedelta(days=30 * 365 + serial)
            )
            for serial, name in enumerate(names, start=1)
        ]
        issued = office.sitting(scope, 4, stage.days[6], 8)
        others = [office.issue(scope, 4, stage.days[6], person=person) for person in people]
        lines = (*clean(issued), *clean(others, codes={"R04"}))
        note = "持其他个人证件，说明后通过"
        drafts.append(Draft(office.filing, lines, stage.days[4], accept_flags=True, note=note))
    office = stage.offices[14]
    scope = office.scope("抽纱刺绣工", "手绣工")
    born_on = stage.days[6] - timedelta(days=15 * 365 + 200)
    pupil = Person("示例小芸", "201", resident_number("439914", born_on, 14), born_on)
    lines = (
        *clean(office.sitting(scope, 5, stage.days[6], 9)),
        *clean([office.issue(scope, 5, stage.days[6], person=pupil)], codes={"R19"}),
    )
    return [
        *drafts,
        Draft(office.filing, lines, stage.days[4], accept_flags=True, note="一人未满16周岁，说明后通过"),
    ]


def changed_scope(stage: Stage) -> list[Draft]:
    """Rows on both sides of the days on which a level was added and an occupation ended."""
    office = stage.offices[1]
    milling = office.scope("铣工", "数控铣工")
    robots = next(row for row in office.filing.scope if row.levels == (3,))
    before, after = robots.from_on - timedelta(days=1), robots.from_on
    ended = milling.to_on or stage.today
    lines = (
        *clean(office.sitting(robots, 3, before, 1), codes={"R11"}),
        *clean(office.sitting(robots, 3, after, 8)),
        *clean(office.sitting(milling, 4, ended, 6)),
        *clean(office.sitting(milling, 4, ended + timedelta(days=1), 1), codes={"R11"}),
    )
    return [Draft(office.filing, lines, stage.days[2], note="备案范围变更前后")]


def after_the_end(stage: Stage) -> list[Draft]:
    """Issued by an institution whose filing had ended by itself: good before, refused after."""
    office = stage.offices[17]
    scope = office.scope("美发师")
    end = office.filing.expires_on or stage.today
    lines = (
        *clean(office.sitting(scope, 4, end, 7)),
        *clean(office.sitting(scope, 4, end + timedelta(days=1), 2), codes={"R12"}),
    )
    return [Draft(office.filing, lines, stage.days[6], note="备案到期后仍发证的两行不予通过")]


def still_waiting(stage: Stage, held: Certificate) -> list[Draft]:
    """What lies on the reviewers' desks: a clean batch and one to look at in one office, one in another.

    `held` is a certificate of the first institution, whose holder is certified for the same again.
    """
    tidy, mixed = stage.offices[9], stage.offices[12]
    first = tidy.sitting(tidy.scope("评茶师"), 4, stage.days[4], 15)
    stored = mixed.sitting(mixed.scope("仓储管理员"), 4, stage.days[4], 7)
    guards = mixed.sitting(mixed.scope("保安员"), 5, stage.days[3], 4)
    lines = (*spoilt(clean(stored), (WRONG_CHECK,)), *clean(guards, codes={"R20"}))
    return [
        Draft(tidy.filing, clean(first), stage.days[1], Decision.WAIT, note="等待审核"),
        _to_look_at(stage, held),
        Draft(mixed.filing, lines, stage.days[1], Decision.WAIT, note="等待审核：有一行错误，四行须说明"),
    ]


def _to_look_at(stage: Stage, held: Certificate) -> Draft:
    """A batch with two rows that cannot pass and three that want a word, for two different reasons."""
    office, day = stage.offices[9], stage.days[3]
    scope = office.scope("农机驾驶操作员", "拖拉机驾驶员")
    mistyped = put("职业名称少写一个字", "R10", OCCUPATION, "农机驾驶员")
    others = spoilt(clean(office.sitting(scope, 5, day, 9)), (WRONG_CHECK, mistyped))
    both = office.issue(scope, 5, day)
    higher = office.issue(scope, 4, day, person=both.person)
    again = office.issue(held.scope, held.level, day, person=held.person)
    lines = (*others, *clean([both, higher], codes={"R19"}), *clean([again], codes={"R15"}))
    return Draft(office.filing, lines, stage.days[0], Decision.WAIT, note="等待审核：两行有错，三行须说明")
