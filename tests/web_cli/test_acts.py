"""`skillcert annul | correct | reinstate | reissue`: an act shows in the next answer, or nothing was done."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.web_cli.commands import Commands, Demo
from tests.web_cli.house import ESTABLISHED, House


@pytest.fixture
def numbers(house: House) -> list[str]:
    """Three certificates that are in force."""
    return [house.number(serial) for serial in ESTABLISHED]


@pytest.fixture
def bureau(house: House) -> tuple[str, str]:
    """The options by which the bureau signs."""
    return ("--bureau-passphrase-file", str(house.passphrase("bureau.txt")))


def _result(act: Commands, number: str) -> str:
    return str(act("verify", number, "--json").value["result"])


def test_an_annulment_and_its_reinstatement(
    act: Commands, numbers: list[str], bureau: tuple[str, str]
) -> None:
    done = act("annul", numbers[0], "--reason", "fraud", *bureau, "--json")
    assert (done.code, done.value["act"]) == (0, "annulled")
    assert _result(act, numbers[0]) == "annulled"
    assert _result(act, numbers[1]) == "valid"
    assert act("reinstate", numbers[0], "--reason", "wrongly_annulled", *bureau).code == 0
    assert _result(act, numbers[0]) == "valid"


def test_a_corrected_name_is_the_one_that_matches(
    act: Commands, house: House, numbers: list[str], bureau: tuple[str, str]
) -> None:
    old = house.row(ESTABLISHED[0])[0]
    assert (
        act("correct", numbers[0], "--reason", "clerical_error", "--set", "name=示例新名", *bureau).code == 0
    )
    assert act("verify", numbers[0], "--name", "示例新名").code == 0
    assert act("verify", numbers[0], "--name", old).code == 1


def test_a_wrong_number_is_replaced_by_another_certificate(
    act: Commands, numbers: list[str], bureau: tuple[str, str]
) -> None:
    options = ("--reason", "replaced", "--superseded-by", numbers[1], *bureau)
    assert act("correct", numbers[0], *options, "--json").value["act"] == "superseded"
    assert (_result(act, numbers[0]), _result(act, numbers[1])) == ("superseded", "valid")


def test_a_reissue_stays_in_force(act: Commands, numbers: list[str], bureau: tuple[str, str]) -> None:
    assert act("reissue", numbers[0], "--reason", "lost_or_damaged", "--request", "补发-1", *bureau).code == 0
    assert _result(act, numbers[0]) == "valid"


def test_a_reissue_that_is_commanded_twice_prints_once(
    act: Commands, house: House, numbers: list[str], bureau: tuple[str, str]
) -> None:
    command = ("reissue", numbers[0], "--reason", "lost_or_damaged", *bureau, "--json")
    first = act(*command, "--request", "补发-7")
    after = house.size
    again = act(*command, "--request", "补发-7")
    assert (again.code, again.value["index"], house.size) == (0, first.value["index"], after)
    other = act(*command, "--request", "补发-8")
    assert other.value["index"] > first.value["index"]
    assert act(*command).error == "command_line_fault"


def test_an_act_names_its_authority_and_its_paper(
    act: Commands, house: House, numbers: list[str], bureau: tuple[str, str]
) -> None:
    paper = house.directory / "示例判决书.pdf"
    paper.write_bytes(b"%PDF an invented judgment")
    options = ("--reason", "fraud", "--authority", "court", "--document", paper, *bureau, "--json")
    founded = act("annul", numbers[0], *options).value["index"]
    plain = act("reinstate", numbers[0], "--reason", "wrongly_annulled", *bureau, "--json").value["index"]
    with closing(sqlite3.connect(house.register_file)) as database:
        entries = [
            json.loads(database.execute("SELECT body FROM entry WHERE idx = ?", (index,)).fetchone()[0])
            for index in (founded, plain)
        ]
    assert [each["authority"] for each in entries] == ["court", "bureau"]
    assert ["document" in each for each in entries] == [True, False]
    told = act("verify", numbers[0], "--json")
    assert [(each["act"], each["authority"], bool(each["document"])) for each in told.value["history"]] == [
        ("registered", "", False),
        ("annulled", "court", True),
        ("reinstated", "bureau", False),
    ]
    lines = act("verify", numbers[0]).out
    assert "撤销，原因：弄虚作假，依据：司法文书，附文书（已记录哈希）" in lines
    assert "恢复，原因：原撤销有误，依据：审核机关决定\n" in lines
    assert act("audit").code == 0


def test_a_file_that_was_given_out_before_is_at_once_what_the_act_made_of_it(
    run_own: Commands, own: Demo
) -> None:
    number, files = own.number("plain"), [own.form("plain", form) for form in ("pdf", "json", "png")]
    assert run_own("annul", number, "--reason", "fraud").code == 0
    assert {run_own("verify", path, "--json").value["conclusion"] for path in files} == {"annulled"}
    assert run_own("reinstate", number, "--reason", "wrongly_annulled").code == 0
    assert {run_own("verify", path).code for path in files} == {0}


def test_an_act_is_told_with_its_place_in_the_log(
    act: Commands, numbers: list[str], bureau: tuple[str, str]
) -> None:
    told = act("annul", numbers[0], "--reason", "fraud", *bureau)
    done = act("reinstate", numbers[0], "--reason", "wrongly_annulled", *bureau, "--json")
    index = done.value["index"]
    assert "已撤销" in told.out
    assert numbers[0] in told.out
    assert isinstance(index, int)


@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        (["reinstate", "{0}", "--reason", "wrongly_annulled"], 1, "not_admitted/act_not_possible"),
        (["correct", "{0}", "--reason", "clerical_error"], 2, "command_line_fault"),
        (
            ["correct", "{0}", "--reason", "replaced", "--superseded-by", "{1}", "--set", "name=示例新名"],
            2,
            "command_line_fault",
        ),
        (["correct", "{0}", "--reason", "clerical_error", "--set", "level=2"], 1, "correction_out_of_reach"),
        (["correct", "{0}", "--reason", "clerical_error", "--set", "name=示例9"], 1, "name_fault"),
        (["correct", "{0}", "--reason", "clerical_error", "--set", "id_number=1"], 1, "identity_fault"),
        (["correct", "{0}", "--reason", "clerical_error", "--set", "id_type=1"], 1, "unknown_identity_type"),
        (["correct", "{0}", "--reason", "clerical_error", "--set", "issued_on=x"], 1, "malformed_date"),
        (["correct", "{0}", "--reason", "clerical_error", "--set", "x=y"], 2, "command_line_fault"),
        (["correct", "{0}", "--reason", "clerical_error", "--set", "name"], 2, "command_line_fault"),
        (["correct", "{0}", "--reason", "replaced", "--superseded-by", "{0}"], 1, None),
        (["correct", "{0}", "--reason", "replaced", "--superseded-by", "{9}"], 1, "certificate_unknown"),
        (["correct", "{0}", "--reason", "replaced", "--superseded-by", "12"], 1, "malformed_number"),
        (["annul", "{9}", "--reason", "fraud"], 1, "certificate_unknown"),
        (["annul", "12", "--reason", "fraud"], 1, "malformed_number"),
        (["annul", "{0}", "--reason", "because"], 2, "command_line_fault"),
        (["annul", "{0}"], 2, "command_line_fault"),
        (["annul", "{0}", "--reason", "fraud", "--by-province"], 1, "key_file_missing"),
    ],
)
def test_an_act_that_is_refused_changes_nothing(
    act: Commands,
    house: House,
    numbers: list[str],
    bureau: tuple[str, str],
    command: list[str],
    code: int,
    error: str | None,
) -> None:
    known = {str(at): number for at, number in enumerate(numbers)} | {"9": house.number(999)}
    given = [known.get(each[1:-1], each) if each.startswith("{") else each for each in command]
    before = house.size
    options = () if "--by-province" in given else bureau
    ran = act(*given, *options)
    assert ran.code == code
    assert error is None or ran.error == error
    assert ran.error
    assert house.size == before
    assert _result(act, numbers[0]) == "valid"


@pytest.mark.parametrize("name", ["register.txt", "root.txt"])
def test_no_other_passphrase_acts_for_the_bureau(
    act: Commands, house: House, numbers: list[str], name: str
) -> None:
    ran = act("annul", numbers[0], "--reason", "fraud", "--bureau-passphrase-file", house.directory / name)
    assert (ran.code, ran.error) == (1, "key_file_locked")
    assert _result(act, numbers[0]) == "valid"


def test_the_province_may_act_with_its_own_key(act: Commands, house: House, numbers: list[str]) -> None:
    province = house.province_passphrase
    assert act("annul", numbers[0], "--reason", "fraud", "--by-province", *province).code == 0
    assert _result(act, numbers[0]) == "annulled"
