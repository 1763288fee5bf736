"""`skillcert verify LIST --batch -o OUT`."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.registry.rosters.lists import as_csv, as_xlsx
from tests.web_cli.commands import Commands, Demo

UNKNOWN = "S000043990001253999999"


def test_a_list_comes_back_with_verdicts_and_leaves_a_trail(
    run_own: Commands, own: Demo, tmp_path: Path
) -> None:
    plain, annulled = own.holder("plain"), own.holder("annulled")
    rows = [
        ["姓名", "证书编号", "部门"],
        [plain["name"], plain["number"], "=1+1"],
        ["示例外人", plain["number"], ""],
        [annulled["name"], annulled["number"], ""],
        ["示例外人", UNKNOWN, ""],
    ]
    given, out = tmp_path / "名单.csv", tmp_path / "结果.xlsx"
    given.write_bytes(as_csv(rows, "gbk"))
    ran = run_own("verify", given, "--batch", "-o", out, "--json")
    assert ran.code == 1
    assert ran.value["counts"] == {"valid": 1, "name_mismatch": 1, "annulled": 1, "not_found": 1}
    sheet = load_workbook(out).worksheets[0]
    assert [cell.value for cell in sheet["D"]] == ["核验结论", "有效", "姓名不一致", "已撤销", "未找到"]
    assert sheet["C2"].data_type == "s"
    with closing(sqlite3.connect(own.directory / "desk.sqlite")) as desk:
        (left,) = desk.execute("SELECT account, details FROM trail WHERE act = 'roster.checked'").fetchall()
    assert left[0] == "command line"
    assert json.loads(left[1]) == {
        "rows": "4",
        "valid": "1",
        "name_mismatch": "1",
        "annulled": "1",
        "not_found": "1",
    }


@pytest.mark.parametrize(("name", "code"), [("good", 0), ("", 2)], ids=["all_good", "a_name_is_missing"])
def test_the_exit_code_is_that_of_the_worst_row(
    run: Commands, demo: Demo, tmp_path: Path, name: str, code: int
) -> None:
    plain = demo.holder("plain")
    given, out = tmp_path / "list.xlsx", tmp_path / "out.csv"
    held = plain["name"] if name else ""
    given.write_bytes(as_xlsx([["certificate number", "name"], [plain["number"], held]]))
    ran = run("verify", given, "--batch", "-o", out, "--lang", "en")
    assert ran.code == code
    header, row = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert header[2] == "Verdict"
    assert row[2] == ("In force" if name else "In force, name not checked")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["{list}", "--batch"], "command_line_fault"),
        (["{list}", "--batch", "-o", "out.txt"], "command_line_fault"),
        (["{list}", "--batch", "-o", "{list}"], "command_line_fault"),
        (["{list}", "--batch", "-o", "out.csv", "--offline"], "command_line_fault"),
        (["{list}", "{list}", "--batch", "-o", "out.csv"], "command_line_fault"),
        (["nowhere.xlsx", "--batch", "-o", "out.csv"], "file_unreadable"),
        (["{odd}", "--batch", "-o", "out.csv"], "roster_header_fault/no_numbers"),
    ],
)
def test_a_list_that_cannot_be_checked_says_why(
    run: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], error: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_bytes(as_csv([["证书编号", "姓名"], [UNKNOWN, "示例外人"]]))
    (tmp_path / "odd.csv").write_bytes(as_csv([["编码", "姓名"], [UNKNOWN, "示例外人"]]))
    ran = run("verify", *(each.format(list="list.csv", odd="odd.csv") for each in arguments))
    assert (ran.code, ran.error.partition("/")[0]) == (2, error.partition("/")[0])
