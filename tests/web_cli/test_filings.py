"""`skillcert institutions change | expiring`: what the pages do, by command and under the province's key."""

from pathlib import Path

import pytest

from tests.web_cli.commands import Commands
from tests.web_cli.house import PREFIX, House, today

INSTRUMENT = "示例人社函〔2026〕3号"


def change(act: Commands, house: House, to: str, *more: str | Path, on: str = "") -> tuple[int, str]:
    day = ("--on", on or today().isoformat(), "--instrument", INSTRUMENT)
    ran = act("institutions", "change", PREFIX, "--to", to, *day, *more, *house.province_passphrase, "--json")
    return ran.code, ran.error if ran.code else ""


def test_a_filing_is_rectified_renewed_renamed_moved_and_ended(act: Commands, house: House) -> None:
    assert change(act, house, "rectifying") == (0, "")
    assert change(act, house, "rectified") == (0, "")
    assert change(act, house, "renewed") == (0, "")
    assert change(act, house, "renamed", "--name", "示例改名机构") == (0, "")
    assert change(act, house, "bureau_changed", "--bureau", "株洲市") == (0, "")
    assert change(act, house, "withdrawn") == (0, "")
    assert change(act, house, "cancelled") == (1, "filing_change_refused")
    assert act("audit", "--json").value["finding"] is None


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--to", "cancelled", "--on", "someday", "--instrument", "x"), "command_line_fault"),
        (("--to", "cancelled"), "command_line_fault"),
        ((), "command_line_fault"),
        (("--to", "renewed", "--on", "TODAY", "--instrument", "x", "--drop", "9-99"), "command_line_fault"),
        (("--to", "cancelled", "--on", "TODAY"), "filing_change_refused"),
        (
            ("--to", "merged", "--on", "TODAY", "--instrument", "x", "--successor", "y"),
            "filing_change_refused",
        ),
        (("--to", "bureau_changed", "--on", "TODAY", "--instrument", "x"), "unknown_bureau"),
    ],
)
def test_what_cannot_be_changes_nothing(
    act: Commands, house: House, arguments: tuple[str, ...], error: str
) -> None:
    size = house.size
    given = [today().isoformat() if each == "TODAY" else each for each in arguments]
    assert act("institutions", "change", PREFIX, *given, *house.province_passphrase).error == error
    assert house.size == size


def test_nothing_is_changed_without_the_provinces_key_or_of_nobody(act: Commands, house: House) -> None:
    size = house.size
    given = ("--to", "cancelled", "--on", today().isoformat(), "--instrument", INSTRUMENT)
    bureau = ("--bureau-passphrase-file", house.passphrase("bureau.txt"))
    assert act("institutions", "change", PREFIX, *given, *bureau).error == "key_file_locked"
    nobody = act("institutions", "change", "S000043990088", *given, *house.province_passphrase)
    assert nobody.error == "filing_unknown"
    assert act("institutions", "import").error == "command_line_fault"
    assert house.size == size


def test_what_ends_within_three_months_is_listed(act: Commands) -> None:
    assert act("institutions", "expiring", "--json").value == {"expiring": []}
