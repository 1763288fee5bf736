"""`skillcert intake` and `review`: a workbook comes in, its bureau decides, and only that enters."""

from pathlib import Path

import pytest

from tests.web_cli.commands import Commands
from tests.web_cli.house import FIRST_ROW, PREFIX, House

WRONG_CHECK = "430102199003074516"


def test_a_good_batch_comes_in_and_what_is_approved_is_in_force(act: Commands, house: House) -> None:
    received = house.intake(act, house.row(1), house.row(2))
    assert received.code == 0
    assert (received.value["rows"], received.value["refused"], received.value["findings"]) == (2, 0, [])
    assert act("verify", house.number(1)).code == 1
    approved = house.review(act, received.value["batch"], "--approve")
    assert (approved.code, approved.value["certificates"]) == (0, 2)
    assert act("verify", house.number(1), "--name", "示例乙").code == 0


def test_every_finding_says_row_column_code_and_what_to_do(act: Commands, house: House) -> None:
    form5, form4 = house.forms(house.row(1), house.row(2, id_number=WRONG_CHECK), house.row(3, level="9"))
    ran = act("intake", form5, "--form4", form4, "--institution", PREFIX)
    assert ran.code == 1
    identity = next(line for line in ran.out.splitlines() if "R03" in line)
    assert f"第 {FIRST_ROW + 1} 行" in identity
    assert "证件号码" in identity
    assert WRONG_CHECK not in ran.out + ran.err
    assert "3 行" in ran.out.splitlines()[1]
    assert "2 行不能通过" in ran.out.splitlines()[1]


def test_findings_as_json_are_whole(act: Commands, house: House) -> None:
    ran = house.intake(act, house.row(1), house.row(2, id_number=WRONG_CHECK))
    assert ran.code == 1
    (finding,) = ran.value["findings"]
    assert {key: finding[key] for key in ("code", "severity", "row", "column")} == {
        "code": "R03",
        "severity": "refuse",
        "row": FIRST_ROW + 1,
        "column": "id_number",
    }
    assert ran.value["counts"] == {"R03": 1}


def test_refused_rows_stay_out_and_the_others_enter(act: Commands, house: House) -> None:
    batch = house.intake(act, house.row(1), house.row(2, id_number=WRONG_CHECK)).value["batch"]
    assert house.review(act, batch, "--approve").value["certificates"] == 1
    assert act("verify", house.number(1)).code == 0
    assert act("verify", house.number(2)).code == 1


def test_a_refused_row_cannot_be_accepted(act: Commands, house: House) -> None:
    batch = house.intake(act, house.row(1), house.row(2, id_number=WRONG_CHECK)).value["batch"]
    ran = house.review(act, batch, "--approve", "--accept-flag", str(FIRST_ROW + 1))
    assert (ran.code, ran.error) == (1, "row_refused")
    assert act("verify", house.number(1)).code == 1


def test_a_row_that_the_reviewer_rejects_stays_out(act: Commands, house: House) -> None:
    batch = house.intake(act, house.row(1), house.row(2)).value["batch"]
    rejected = house.review(act, batch, "--approve", "--reject", f"{FIRST_ROW}=evidence_missing")
    assert rejected.value["certificates"] == 1
    assert act("verify", house.number(1)).code == 1
    assert act("verify", house.number(2)).code == 0


def test_a_reason_is_one_of_the_list(act: Commands, house: House) -> None:
    batch = house.intake(act, house.row(1), house.row(2)).value["batch"]
    for option in ("--reject", "--accept-flag"):
        refused = house.review(act, batch, "--approve", option, f"{FIRST_ROW}=doubtful")
        assert (refused.code, refused.error) == (1, "reason_unknown")
    assert house.review(act, batch, "--approve").code == 0


def test_with_four_eyes_one_person_at_a_terminal_decides_nothing(act: Commands, house: House) -> None:
    batch = house.intake(act, house.row(1)).value["batch"]
    act.set("FOUR_EYES", "on")
    for decision in ("--approve", "--return"):
        assert house.review(act, batch, decision).error == "confirmation_missing"
    act.set("FOUR_EYES", "off")
    assert house.review(act, batch, "--approve").code == 0


def test_a_flagged_row_needs_a_word_and_enters_with_it(act: Commands, house: House) -> None:
    house.register_certificates(act, 1)
    holder = house.row(1)
    again = house.intake(act, house.row(2, name=holder[0], id_number=holder[2]))
    assert again.code == 0
    assert {each["code"] for each in again.value["findings"]} == {"R15"}
    batch = again.value["batch"]
    undecided = house.review(act, batch, "--approve")
    assert (undecided.code, undecided.error) == (1, "flags_undecided")
    assert str(FIRST_ROW) in undecided.err
    assert house.review(act, batch, "--approve", "--accept-flag", str(FIRST_ROW)).code == 0
    assert act("verify", house.number(2)).code == 0


def test_a_returned_batch_enters_nothing_and_is_decided(act: Commands, house: House) -> None:
    batch = house.intake(act, house.row(1)).value["batch"]
    returned = house.review(act, batch, "--return", "--reason", "findings")
    assert (returned.code, returned.value["approved"]) == (0, False)
    assert act("verify", house.number(1)).code == 1
    for decision in ("--approve", "--return"):
        assert house.review(act, batch, decision).error == "batch_decided"


def test_a_batch_whose_form_4_counts_wrong_can_only_be_returned(act: Commands, house: House) -> None:
    received = house.intake(act, house.row(1), house.row(2), counted=1)
    assert received.code == 1
    assert {each["code"] for each in received.value["findings"]} == {"R16"}
    batch = received.value["batch"]
    assert house.review(act, batch, "--approve").error == "batch_refused"
    assert house.review(act, batch, "--return").code == 0


def test_a_registered_number_does_not_come_in_twice(act: Commands, house: House) -> None:
    house.register_certificates(act, 1)
    again = house.intake(act, house.row(1))
    assert again.code == 1
    assert "R09" in again.value["counts"]
    assert house.review(act, again.value["batch"], "--approve").error == "nothing_to_approve"


def test_certificates_from_before_the_register_name_their_review(act: Commands, house: House) -> None:
    form5, form4 = house.forms(house.row(1))
    options = ("--institution", PREFIX, "--legacy", "示例人社〔2021〕9号", "--json")
    received = act("intake", form5, "--form4", form4, *options)
    assert received.code == 0
    assert house.review(act, received.value["batch"], "--approve").code == 0
    assert act("verify", house.number(1)).code == 0


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("missing", "file_unreadable"),
        ("empty", "empty_workbook"),
        ("text", "wrong_header"),
        ("binary", "not_a_workbook"),
        ("form4", "wrong_header"),
    ],
)
def test_a_file_that_is_no_form_is_one_clear_error(
    act: Commands, house: House, what: str, error: str
) -> None:
    form5, form4 = house.forms(house.row(1))
    if what == "missing":
        form5.unlink()
    elif what == "form4":
        form5.write_bytes(form4.read_bytes())
    else:
        form5.write_bytes({"empty": b"", "text": "一,二\n三,四\n".encode(), "binary": bytes(99)}[what])
    ran = act("intake", form5, "--form4", form4, "--institution", PREFIX)
    assert (ran.code, ran.error) == (1, error)
    assert ran.out == ""


def test_an_institution_without_a_filing_is_one_clear_error(act: Commands, house: House) -> None:
    form5, form4 = house.forms(house.row(1))
    ran = act("intake", form5, "--form4", form4, "--institution", "S000043999999")
    assert (ran.code, ran.error) == (1, "institution_unknown")


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["{batch}", "--approve", "--reject", "3"], 2, "command_line_fault"),
        (["{batch}", "--approve", "--reject", "x=y"], 2, "command_line_fault"),
        (["{batch}", "--approve", "--accept-flag", "x"], 2, "command_line_fault"),
        (["{batch}"], 2, "command_line_fault"),
        (["{batch}", "--approve", "--return"], 2, "command_line_fault"),
        (["{batch}", "--approve", "--accept-flag", "99"], 1, "row_unknown"),
        (["no-batch", "--approve"], 1, "batch_unknown"),
        (["00112233445566778899aabbccddeeff", "--approve"], 1, "batch_unknown"),
    ],
)
def test_a_decision_that_cannot_be_understood_decides_nothing(
    act: Commands, house: House, arguments: list[str], code: int, error: str
) -> None:
    batch = house.intake(act, house.row(1)).value["batch"]
    ran = house.review(act, *(each.format(batch=batch) for each in arguments))
    assert (ran.code, ran.error) == (code, error)
    assert house.review(act, batch, "--approve").code == 0


@pytest.mark.parametrize("name", ["register.txt", "root.txt", "nothing.txt"])
def test_only_the_bureaus_own_passphrase_signs_a_review(act: Commands, house: House, name: str) -> None:
    batch = house.intake(act, house.row(1)).value["batch"]
    ran = act("review", batch, "--approve", "--bureau-passphrase-file", house.directory / name)
    assert ran.error == ("key_file_missing" if name == "nothing.txt" else "key_file_locked")
    assert act("verify", house.number(1)).code == 1


def test_the_bureaus_passphrase_may_be_a_setting(act: Commands, house: House) -> None:
    batch = house.intake(act, house.row(1)).value["batch"]
    act.set("BUREAU_PASSPHRASE_FILE", str(house.passphrase("bureau.txt")))
    assert act("review", batch, "--approve").code == 0


def test_nobody_of_the_batch_is_named_on_the_screen(act: Commands, house: House) -> None:
    form5, form4 = house.forms(house.row(1), house.row(2, name="示例错9"), house.row(3, id_number="x1"))
    ran = act("intake", form5, "--form4", form4, "--institution", PREFIX)
    for row in (house.row(1), house.row(2, name="示例错9"), house.row(3)):
        assert row[0] not in ran.out + ran.err
        assert row[2] not in ran.out + ran.err


def test_a_register_that_was_restored_from_a_backup_signs_nothing(act: Commands, house: House) -> None:
    backup = house.register_file.read_bytes()
    house.register_certificates(act, 1)
    now = {path: path.read_bytes() for path in _database(house)}
    for path in _database(house):
        path.unlink()
    house.register_file.write_bytes(backup)
    batch = house.intake(act, house.row(2)).value["batch"]
    ran = house.review(act, batch, "--approve")
    assert (ran.code, ran.error) == (2, "guard_mismatch")
    for path in _database(house):
        path.unlink()
    for path, content in now.items():
        path.write_bytes(content)


def _database(house: House) -> list[Path]:
    return list(house.register_file.parent.glob("register.sqlite*"))


def test_a_corrected_batch_takes_the_place_of_the_earlier_one(act: Commands, house: House) -> None:
    first = house.intake(act, house.row(1), house.row(2, id_number=WRONG_CHECK)).value["batch"]
    form5, form4 = house.forms(house.row(1), house.row(2))
    corrected = ("intake", form5, "--form4", form4, "--institution", PREFIX, "--previous")
    second = act(*corrected, first, "--plan", "示例计划01", "--json")
    assert (second.code, second.value["refused"]) == (0, 0)
    assert act(*corrected, first, "--json").error == "batch_superseded"
    assert act(*corrected, "0" * 32, "--json").error == "earlier_version_unknown"
    assert act(*corrected, "nothing", "--json").error == "earlier_version_unknown"
    assert house.review(act, first, "--approve").error == "batch_superseded"
    assert house.review(act, second.value["batch"], "--approve").value["certificates"] == 2
