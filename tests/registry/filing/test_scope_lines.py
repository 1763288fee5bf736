"""Rows of a scope as they are pasted from the application form or typed."""

from datetime import date

import pytest

from registry.filing.errors import ScopeLinesFault
from registry.filing.import_faults import ImportFaultCode, ImportWarningCode
from registry.filing.model import Category
from registry.filing.scope_lines import MAX_LINES, ScopeOccasion, read_scope_lines

DAY = date(2026, 9, 1)
PUBLIC = ScopeOccasion(Category.PUBLIC, "示例培训学校", DAY)


@pytest.mark.parametrize(
    "line",
    [
        "1\t车工\t6-18-01-01\t数控车工\t5、4、3\t国家职业标准",
        "车工\t6-18-01-01\t数控车工\t5、4、3\t国家职业标准\t\t",
        "6-18-01-01\t车工\t数控车工\t5,4,3\t国家职业标准",
        "车工 6-18-01-01 数控车工 5、4、3 国家职业标准",
        "2、 车工　6-18-01-01　数控车工　3,4,5　国家职业标准",
    ],
)
def test_a_line_is_read_as_it_was_copied_or_typed(line: str) -> None:
    (row,) = read_scope_lines(f"\n{line}\n\n", PUBLIC).rows
    assert (row.occupation_code, row.occupation, row.job) == ("6-18-01-01", "车工", "数控车工")
    assert (row.levels, row.basis, row.from_on, row.to_on) == ((5, 4, 3), "国家职业标准", DAY, None)


@pytest.mark.parametrize(
    "line",
    [
        "1\t电工\t6-31-01-03\t\t5、4、3\t国家职业标准",
        "电工 6-31-01-03 - 5、4、3 国家职业标准",
        "电工 6-31-01-03 5、4、3 国家职业标准",
    ],
)
def test_an_occupation_without_jobs_has_none(line: str) -> None:
    (row,) = read_scope_lines(line, PUBLIC).rows
    assert (row.occupation, row.job, row.levels) == ("电工", "", (5, 4, 3))


def test_every_fault_is_told_with_its_line() -> None:
    text = "电工 6-31-01-03 - 9 国家职业标准\n\n电工\n车工 6-18-01-01 数控车工 5 行业企业评价规范"
    with pytest.raises(ScopeLinesFault) as refused:
        read_scope_lines(text, PUBLIC)
    found = {(fault.row, fault.code) for fault in refused.value.faults}
    assert (1, ImportFaultCode.UNKNOWN_LEVEL) in found
    assert (3, ImportFaultCode.EMPTY_CELL) in found
    assert (4, ImportFaultCode.BASIS_NOT_A_STANDARD) in found


def test_a_repeated_line_and_too_many_are_refused() -> None:
    line = "电工 6-31-01-03 - 5 国家职业标准"
    with pytest.raises(ScopeLinesFault) as refused:
        read_scope_lines(f"{line}\n{line}", PUBLIC)
    assert [fault.code for fault in refused.value.faults] == [ImportFaultCode.REPEATED_ROW]
    jobs = "\n".join(f"电工\t6-31-01-03\t示例{at}\t5\t国家职业标准" for at in range(MAX_LINES + 1))
    with pytest.raises(ScopeLinesFault) as refused:
        read_scope_lines(jobs, PUBLIC)
    assert [fault.code for fault in refused.value.faults] == [ImportFaultCode.TOO_MANY_LINES]


def test_an_unknown_occupation_is_asked_about_and_nothing_reads_as_nothing() -> None:
    read = read_scope_lines("示例职业 6-31-01-99 - 5 国家职业标准", PUBLIC)
    assert [warning.code for warning in read.warnings] == [ImportWarningCode.NOT_IN_CATALOGUE]
    assert read_scope_lines(" \n\t\n", PUBLIC).rows == ()
