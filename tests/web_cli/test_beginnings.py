"""`skillcert keys` and `institutions`: a register of one's own, and what its files may get wrong."""

import pytest

from registry.ledger.admission import PROVINCE
from tests.web_cli.commands import Commands
from tests.web_cli.house import BUREAU, House, a_line


def test_keys_are_listed_with_their_purpose_and_who_holds_them(act: Commands) -> None:
    listed = act("keys", "list", "--json").value
    assert [each["role"] for each in listed] == [
        "root",
        "log",
        "credential",
        "status",
        "qr",
        "receipt",
        "sheet",
        "national",
        "bureau",
        "bureau",
    ]
    assert [each["bureau"] for each in listed if each["role"] == "bureau"] == [BUREAU, PROVINCE]
    assert all(each["retired"] is None for each in listed)
    told = act("keys", "list")
    assert told.code == 0
    assert len(told.out.splitlines()) == len(listed)
    assert "由登记平台代管" in told.out


def test_beginning_again_and_a_bureau_again_change_nothing(act: Commands, house: House) -> None:
    size = house.size
    root = ("--root-passphrase-file", house.passphrase("root.txt"))
    assert act("keys", "begin", *root).code == 0
    bureau = ("--bureau-passphrase-file", house.passphrase("bureau.txt"))
    assert act("keys", "bureau", BUREAU, *root, *bureau).code == 0
    assert house.size == size


def test_no_key_and_no_passphrase_is_ever_printed(act: Commands, house: House) -> None:
    root = ("--root-passphrase-file", house.passphrase("root.txt"))
    bureau = ("--bureau-passphrase-file", house.passphrase("bureau.txt"))
    ran = act("keys", "bureau", "430200", *root, *bureau)
    for name in ("root.txt", "register.txt", "bureau.txt"):
        assert house.passphrase(name).read_text(encoding="utf-8").strip() not in ran.out + ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["bureau", "999999"], 1, "unknown_bureau"),
        (["bureau", "430200", "wrong-root"], 1, "key_file_locked"),
        (["bureau", "430200", "missing-root"], 1, "key_file_missing"),
        (["bureau"], 2, "command_line_fault"),
        ([], 2, "command_line_fault"),
        (["destroy"], 2, "command_line_fault"),
    ],
)
def test_what_keys_refuses_changes_nothing(
    act: Commands, house: House, arguments: list[str], code: int, error: str
) -> None:
    size = house.size
    root = {"wrong-root": "bureau.txt", "missing-root": "nothing.txt"}
    file = root.get(arguments[-1] if arguments else "", "root.txt")
    given = [each for each in arguments if each not in root]
    options = (
        (
            "--root-passphrase-file",
            house.passphrase(file),
            "--bureau-passphrase-file",
            house.passphrase("bureau.txt"),
        )
        if given[:1] == ["bureau"]
        else ()
    )
    ran = act("keys", *given, *options)
    assert (ran.code, ran.error) == (code, error)
    assert house.size == size


def test_a_register_that_was_never_begun_says_how_to_begin(act: Commands, house: House) -> None:
    act.set("DATA_DIR", str(house.directory / "nowhere"))
    ran = act("verify", house.number(1))
    assert (ran.code, ran.error) == (2, "log_not_found")
    assert not (house.directory / "nowhere").exists()
    act.set("DATA_DIR", str(house.directory / "data"))


def test_importing_again_appends_nothing_and_a_change_is_counted(act: Commands, house: House) -> None:
    size = house.size
    again = act("institutions", "import", house.institutions(), *house.province_passphrase, "--json").value
    assert {key: again[key] for key in ("new", "changed", "unchanged")} == {
        "new": 0,
        "changed": 0,
        "unchanged": 1,
    }
    assert house.size == size
    listed = house.institutions(a_line(levels="5、4"))
    unsigned = act("institutions", "import", listed)
    assert (unsigned.code, unsigned.error) == (1, "key_file_missing")
    changed = act("institutions", "import", listed, *house.province_passphrase, "--json").value
    assert changed["changed"] == 1
    assert house.size > size


def test_every_fault_of_an_institutions_file_is_told_with_its_row_and_nothing_is_taken(
    act: Commands, house: House
) -> None:
    size = house.size
    faulty = house.institutions(
        a_line(number_prefix="S000043990088", levels="9"),
        a_line(number_prefix="S000043990089", bureau="999999"),
        a_line(number_prefix="S00004399", category="X"),
    )
    ran = act("institutions", "import", faulty)
    assert (ran.code, ran.error) == (1, "filing_import_fault")
    for row, code in (
        (2, "unknown_level"),
        (3, "unknown_bureau"),
        (4, "malformed_prefix"),
        (4, "unknown_category"),
    ):
        assert f"第 {row} 行（{code}）" in ran.err
    told = act("institutions", "import", faulty, "--json")
    assert "unknown_level" in told.value["error"]["detail"]
    assert house.size == size


def test_what_should_be_confirmed_is_said_and_taken_over(act: Commands, house: House) -> None:
    doubtful = house.institutions(
        a_line(number_prefix="S000043990088", credit_code="52439900MA9900088X", filing_number="示例备88号")
    )
    ran = act("institutions", "import", doubtful, *house.province_passphrase)
    assert ran.code == 0
    assert "（credit_code_check）" in ran.out


@pytest.mark.parametrize(
    ("what", "error"),
    [("missing", "file_unreadable"), ("directory", "file_unreadable"), ("binary", "not_a_workbook")],
)
def test_what_is_no_institutions_file_is_one_clear_error(
    act: Commands, house: House, what: str, error: str
) -> None:
    path = house.directory / "list.csv"
    if what == "binary":
        path.write_bytes(bytes(99))
    elif what == "directory":
        path.mkdir()
    ran = act("institutions", "import", path)
    assert (ran.code, ran.error) == (1, error)


@pytest.mark.parametrize(
    ("name", "value"), [("ORIGIN", "not an origin"), ("UNHEARD_OF", "1"), ("LINK_SECONDS", "soon")]
)
def test_a_wrong_setting_is_named(act: Commands, house: House, name: str, value: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(f"SKILLCERT_{name}", value)
        ran = act("keys", "list")
    assert (ran.code, ran.error) == (1, "settings_fault")
    assert f"SKILLCERT_{name}" in ran.err
    assert value not in ran.err
