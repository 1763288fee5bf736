"""`skillcert verify`: 0 authentic and in force, 1 checked and not so, 2 could not check."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.qr_image import read_codes
from tests.web_cli.commands import Commands, Demo

_FORMS = ("pdf", "json", "rdfc.json", "png", "tlog-proof", "full.tlog-proof")
UNKNOWN = "S000043990001253999999"


def _offline(demo: Demo) -> list[str | Path]:
    return ["--offline", "--trust", demo.trust]


@pytest.mark.parametrize(
    ("note", "code", "result"),
    [
        ("plain", 0, "valid"),
        ("corrected", 0, "valid"),
        ("reinstated", 0, "valid"),
        ("reissued", 0, "valid"),
        ("replacement", 0, "valid"),
        ("annulled", 1, "annulled"),
        ("superseded", 1, "superseded"),
    ],
)
def test_a_number_says_whether_its_certificate_is_in_force(
    run: Commands, demo: Demo, note: str, code: int, result: str
) -> None:
    ran = run("verify", demo.number(note), "--json")
    assert (ran.code, ran.value["result"]) == (code, result)


def test_an_unknown_number_is_not_found_and_never_could_not_check(run: Commands) -> None:
    ran = run("verify", UNKNOWN, "--json")
    assert (ran.code, ran.value["result"]) == (1, "not_found")


def test_an_untidy_number_is_understood(run: Commands, demo: Demo) -> None:
    number = demo.number("plain")
    assert run("verify", f" {number[:6].lower()} {number[6:]} ").code == 0


@pytest.mark.parametrize("form", _FORMS)
def test_every_form_of_a_good_certificate_is_authentic_with_the_register(
    run: Commands, demo: Demo, form: str
) -> None:
    ran = run("verify", demo.form("plain", form))
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "真实有效。"
    assert "✗" not in ran.out


@pytest.mark.parametrize(
    ("form", "code"),
    [("pdf", 0), ("json", 0), ("rdfc.json", 0), ("png", 0), ("tlog-proof", 2), ("full.tlog-proof", 2)],
)
def test_offline_a_receipt_alone_leaves_the_standing_open(
    run: Commands, demo: Demo, form: str, code: int
) -> None:
    ran = run("verify", demo.form("plain", form), "--offline", "--trust", demo.trust, "--json")
    assert ran.code == code
    assert (ran.value["signed"], ran.value["registered"]) in {("passed", "passed"), ("passed", "not_checked")}


def test_the_text_of_a_code_is_checked_as_its_picture_is(run: Commands, demo: Demo) -> None:
    (text,) = read_codes(demo.form("plain", "png").read_bytes())
    assert run("verify", text).code == 0
    assert run("verify", text, "--offline", "--trust", demo.trust).code == 0


@pytest.mark.parametrize("form", ["pdf", "json", "png"])
@pytest.mark.parametrize(("note", "conclusion"), [("annulled", "annulled"), ("superseded", "superseded")])
def test_what_is_no_longer_in_force_is_authentic_but_not_good(
    run: Commands, demo: Demo, note: str, conclusion: str, form: str
) -> None:
    for options in ([], _offline(demo)):
        ran = run("verify", demo.form(note, form), *options, "--json")
        assert (ran.code, ran.value["conclusion"], ran.value["signed"]) == (1, conclusion, "passed")


@pytest.mark.parametrize("form", ["pdf", "json", "png"])
def test_the_file_from_before_a_correction_is_superseded(run: Commands, demo: Demo, form: str) -> None:
    old = demo.samples / "old" / demo.form("corrected", form).name
    for options in ([], _offline(demo)):
        ran = run("verify", old, *options, "--json")
        assert (ran.code, ran.value["conclusion"]) == (1, "superseded")


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize(
    ("form", "change", "steps"),
    [
        ("pdf", "middle", {"pdf_signature_intact"}),
        ("json", "value", {"credential_signed", "fields_as_registered"}),
        ("json", "middle", None),
        ("tlog-proof", "middle", None),
        ("full.tlog-proof", "middle", None),
    ],
)
def test_one_changed_byte_fails_a_step_that_is_named(
    run: Commands, demo: Demo, tmp_path: Path, form: str, change: str, steps: set[str] | None, offline: bool
) -> None:
    content = bytearray(demo.form("plain", form).read_bytes())
    at = content.index(demo.holder("plain")["name"].encode()) if change == "value" else len(content) // 2
    content[at + (2 if change == "value" else 0)] ^= 0x01
    altered = tmp_path / f"altered.{form}"
    altered.write_bytes(content)
    options = _offline(demo) if offline else []
    ran = run("verify", altered, *options, "--json")
    failed = {step["name"] for step in ran.value["steps"] if step["outcome"] == "failed"}
    assert (ran.code, ran.value["conclusion"]) == (1, "not_authentic")
    assert failed
    assert all(step["reason"] for step in ran.value["steps"] if step["outcome"] == "failed")
    assert steps is None or failed & steps
    people = run("verify", altered, *options)
    assert "✗" in people.out
    assert people.out.splitlines()[-1].startswith("不真实")


@pytest.mark.parametrize("status", ["missing", "old"])
@pytest.mark.parametrize("form", ["pdf", "json", "png"])
def test_without_a_fresh_status_list_it_could_not_be_checked_and_says_what_passed(
    run: Commands, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, status: str
) -> None:
    trust = tmp_path / "trust"
    shutil.copytree(demo.trust, trust)
    if status == "missing":
        shutil.rmtree(trust / "status")
    else:
        monkeypatch.setattr("web.cli.verifying_shown.utc_now", lambda: datetime.now(UTC) + timedelta(days=8))
    ran = run("verify", demo.form("plain", form), "--offline", "--trust", trust)
    assert ran.code == 2
    assert "✓" in ran.out
    assert "✗" not in ran.out
    assert ran.out.splitlines()[-1].startswith("未能核验完全")


def test_a_number_alone_cannot_be_checked_offline(run: Commands, demo: Demo) -> None:
    ran = run("verify", demo.number("plain"), "--offline", "--trust", demo.trust)
    assert ran.code == 2


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["nothing-here.pdf"], "file_unreadable"),
        (["/dev/zero"], "file_unreadable"),
        (["1234"], "malformed_number"),
        (["1234567890123456"], "malformed_number"),
        (["{form}", "--offline"], "command_line_fault"),
        (["{form}", "--offline", "--trust", "/nothing/here"], "malformed_trust"),
        (["{form}", "--no-such-option"], "command_line_fault"),
        ([], "command_line_fault"),
    ],
)
def test_what_could_not_be_checked_is_never_told_as_not_authentic(
    run: Commands, demo: Demo, arguments: list[str], error: str
) -> None:
    given = [each.format(form=demo.form("plain", "pdf")) for each in arguments]
    ran = run("verify", *given)
    assert ran.error == error
    assert ran.code == 2
    told = run("verify", *given, "--json")
    assert (told.code, told.value["error"]["code"]) == (2, error)


@pytest.mark.parametrize(
    ("what", "error"),
    [("register.sqlite", "database_unavailable"), ("demo-keys", "key_file_missing")],
)
def test_a_register_that_is_out_of_order_cannot_check(
    run_own: Commands, own: Demo, what: str, error: str
) -> None:
    if what == "demo-keys":
        shutil.rmtree(own.keys)
    else:
        (own.directory / what).write_bytes(b"no database" * 1000)
    ran = run_own("verify", own.number("plain"))
    assert (ran.code, ran.error) == (2, error)


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("form", ["pdf", "json", "full.tlog-proof"])
def test_a_name_is_compared_where_the_form_carries_it(
    run: Commands, demo: Demo, form: str, offline: bool
) -> None:
    path, name = demo.form("plain", form), demo.holder("plain")["name"]
    options = _offline(demo) if offline else []
    right = run("verify", path, *options, "--name", name, "--json")
    wrong = run("verify", path, *options, "--name", "示例外人", "--json")
    assert right.value["name_match"] is True
    assert wrong.value["name_match"] is False
    assert wrong.code == 1
    assert right.code == (2 if offline and form == "full.tlog-proof" else 0)


def test_a_code_does_not_carry_the_name_so_offline_it_stays_open(run: Commands, demo: Demo) -> None:
    name = demo.holder("plain")["name"]
    picture = demo.form("plain", "png")
    ran = run("verify", picture, "--offline", "--trust", demo.trust, "--name", name, "--json")
    assert (ran.code, ran.value["name_match"], ran.value["conclusion"]) == (2, None, "authentic_and_in_force")
    assert run("verify", picture, "--name", name).code == 0
    assert run("verify", picture, "--name", "示例外人").code == 1


def test_a_number_with_a_name(run: Commands, demo: Demo) -> None:
    holder = demo.holder("plain")
    assert run("verify", holder["number"], "--name", holder["name"]).code == 0
    assert run("verify", holder["number"], "--name", "示例外人").code == 1
    assert run("verify", UNKNOWN, "--name", holder["name"]).code == 1


def test_no_answer_repeats_an_identity_number(run: Commands, demo: Demo) -> None:
    holder = demo.holder("plain")
    for form in _FORMS:
        ran = run("verify", demo.form("plain", form), "--json")
        assert holder["id_number"] not in ran.out + ran.err


@pytest.mark.parametrize("ending", ["json", "pdf"])
def test_a_receipt_is_written_and_verified_with_the_register_and_without_it(
    run: Commands, demo: Demo, tmp_path: Path, ending: str
) -> None:
    receipt = tmp_path / f"receipt.{ending}"
    made = run("verify", demo.number("plain"), "--receipt", receipt)
    assert (made.code, f"核验回单：{receipt}" in made.out) == (0, True)
    for where in ([], _offline(demo)):
        told = run("verify", receipt, *where)
        assert told.code == 0
        assert "当时的结论是：真实有效。" in told.out
        assert "回单只说明当时" in told.out
    altered = tmp_path / f"altered.{ending}"
    content = receipt.read_bytes()
    altered.write_bytes(content[:-300] + bytes([content[-300] ^ 1]) + content[-299:])
    assert run("verify", altered, *_offline(demo)).code == 1


def test_a_receipt_of_what_was_not_found_is_no_sign_of_a_good_certificate(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    assert run("verify", UNKNOWN, "--receipt", receipt).code == 1
    told = run("verify", receipt, "--json", *_offline(demo))
    assert (told.code, told.value["conclusion"]) == (1, "stated_then")
    assert told.value["stated"]["conclusion"] == "not_found"


def test_a_receipt_of_a_wrong_name_says_so_and_is_no_sign_of_this_persons_certificate(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    assert run("verify", demo.number("plain"), "--name", "示例外人", "--receipt", receipt).code == 1
    told = run("verify", receipt, *_offline(demo))
    assert (told.code, "姓名核对：与登记的持证人姓名不一致" in told.out) == (1, True)
    unnamed = tmp_path / "unnamed.json"
    assert run("verify", demo.number("plain"), "--receipt", unnamed).code == 0
    told = run("verify", unnamed, *_offline(demo))
    assert (told.code, "姓名核对：没有核对姓名" in told.out) == (0, True)


def test_the_name_stands_in_a_receipt_only_where_it_is_wanted(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    name, receipt = demo.holder("plain")["name"], tmp_path / "receipt.json"
    assert run("verify", demo.form("plain", "json"), "--name", name, "--receipt", receipt).code == 0
    assert name not in receipt.read_text()
    assert (
        run("verify", demo.number("plain"), "--name", name, "--receipt", receipt, "--receipt-name").code == 0
    )
    assert name in receipt.read_text()


def test_without_the_register_there_is_no_key_to_sign_a_receipt(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    ran = run("verify", demo.form("plain", "json"), *_offline(demo), "--receipt", tmp_path / "receipt.json")
    assert ran.error == "command_line_fault"
    assert not (tmp_path / "receipt.json").exists()


def test_what_was_superseded_names_what_holds_now_and_offline_where_to_ask(run: Commands, demo: Demo) -> None:
    old, new = demo.number("superseded"), demo.number("replacement")
    for subject in (old, demo.form("superseded", "json"), demo.form("superseded", "pdf")):
        told = run("verify", subject)
        assert (told.code, f"新的证书编号：{new}" in told.out) == (1, True)
        value = run("verify", subject, "--json").value
        assert value["replaced_by"] == {"number": new, "version": None}
    alone = run("verify", demo.form("superseded", "json"), *_offline(demo))
    assert (alone.code, f"/certificates/{old}" in alone.out) == (1, True)
    assert new not in alone.out


def test_a_number_is_answered_with_what_is_registered(run: Commands, demo: Demo) -> None:
    told = run("verify", demo.number("plain")).out
    assert "登记内容：示*" in told
    assert "级" in told
    assert "有效" in told.splitlines()[-1]


def test_what_is_no_form_is_not_recognised_and_not_called_forged(run: Commands, tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04")
    ran = run("verify", tmp_path / "list.xlsx")
    assert ran.code == 2
    assert "--batch" in ran.out
    assert run("verify", tmp_path / "list.xlsx", "--json").value["conclusion"] == "not_recognised"
