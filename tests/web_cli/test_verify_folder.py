"""`skillcert verify` of folders and several things: one line each, the steps behind, the worst exit code."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.qr_image import read_codes
from tests.web_cli.commands import Commands, Demo, Ran

UNKNOWN = "S000043990001253999999"


def _folder(demo: Demo, target: Path, *notes: str, form: str = "pdf") -> Path:
    target.mkdir(parents=True, exist_ok=True)
    for note in notes:
        shutil.copy(demo.form(note, form), target / f"{note}.{form}")
    return target


def _offline(demo: Demo) -> list[str | Path]:
    return ["--offline", "--trust", demo.trust]


def _conclusions(ran: Ran) -> dict[str, str]:
    return {each["file"]: each["conclusion"] for each in ran.value["files"]}


@pytest.mark.parametrize("offline", [False, True])
def test_a_folder_is_answered_file_by_file_with_the_steps_behind(
    run: Commands, demo: Demo, tmp_path: Path, offline: bool
) -> None:
    folder = _folder(demo, tmp_path / "来件", "plain", "annulled")
    _folder(demo, folder / "内层", "corrected", form="json")
    _folder(demo, folder / "内层", "plain", form="png")
    options = _offline(demo) if offline else []
    ran = run("verify", folder, *options, "--json")
    assert _conclusions(ran) == {
        "来件/annulled.pdf": "annulled",
        "来件/plain.pdf": "authentic_and_in_force",
        "来件/内层/corrected.json": "authentic_and_in_force",
        "来件/内层/plain.png": "authentic_and_in_force",
    }
    assert ran.code == 1
    assert ran.value["counts"] == {"annulled": 1, "authentic_and_in_force": 3}
    annulled = ran.value["files"][0]
    assert (annulled["signed"], annulled["registered"], annulled["in_force"]) == (
        "passed",
        "passed",
        "failed",
    )
    assert annulled["reason"] == "annulled"
    assert annulled["steps"][-2]["reason_text"] == "已撤销"
    people = run("verify", folder, *options)
    assert "✗ 来件/annulled.pdf" in people.out
    assert people.out.count(" 1. ✓") == 1
    assert run("verify", folder, *options, "--steps").out.count(" 1. ✓") == 4
    assert people.out.splitlines()[-1] == "共 4 份：已撤销 1，真实有效 3"


def test_the_exit_code_is_the_worst_of_all(run: Commands, demo: Demo, tmp_path: Path) -> None:
    good = _folder(demo, tmp_path / "good", "plain", "corrected")
    assert run("verify", good).code == 0
    (good / "说明.txt").write_text("示例", encoding="utf-8")
    assert run("verify", good).code == 2
    forged = bytearray(demo.form("plain", "pdf").read_bytes())
    forged[len(forged) // 2] ^= 1
    (good / "zz.pdf").write_bytes(forged)
    ran = run("verify", good, "--json")
    assert ran.code == 1
    assert ran.value["counts"] == {"authentic_and_in_force": 2, "not_recognised": 1, "not_authentic": 1}


def test_several_things_of_different_kinds_are_checked_at_once(run: Commands, demo: Demo) -> None:
    (text,) = read_codes(demo.form("plain", "png").read_bytes())
    things: list[str | Path] = [demo.form("plain", ending) for ending in ("pdf", "tlog-proof")]
    things += [demo.number("plain"), text]
    ran = run("verify", *things, "--json")
    assert ran.code == 0
    assert set(_conclusions(ran).values()) == {"authentic_and_in_force"}
    assert [each["kind"] for each in ran.value["files"]] == ["pdf", "receipt", "number", "qr"]
    unknown = run("verify", demo.number("plain"), UNKNOWN, "--json")
    assert (unknown.code, _conclusions(unknown)[UNKNOWN]) == (1, "not_found")
    offline = run("verify", demo.form("plain", "pdf"), demo.number("plain"), *_offline(demo), "--json")
    assert (offline.code, offline.value["files"][1]["reason"]) == (2, "number_needs_register")


def test_a_mistyped_name_among_several_says_so_before_anything_is_checked(run: Commands, demo: Demo) -> None:
    ran = run("verify", demo.form("plain", "pdf"), "nothing-here.pdf")
    assert (ran.code, ran.error, ran.out) == (2, "file_unreadable", "")


def test_what_lies_in_a_folder_and_is_no_form_is_named_and_ends_nothing(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    folder = _folder(demo, tmp_path / "f", "plain")
    (folder / "空.pdf").write_bytes(b"")
    (folder / "other.json").write_text('{"name": "no certificate"}')
    (folder / "list.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "bad\n\x1b[31mname.bin").write_bytes(b"\x00")
    (folder / ".DS_Store").write_bytes(b"\x00")
    (folder / "link.pdf").symlink_to(demo.form("plain", "pdf"))
    (folder / "round").symlink_to(folder)
    (folder / "gone.pdf").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe")
    with (folder / "large.pdf").open("wb") as file:
        file.truncate((32 << 20) + 1)
    ran = run("verify", folder, "--json")
    reasons = {each["file"]: (each["conclusion"], each["reason"]) for each in ran.value["files"]}
    assert ran.code == 2
    assert reasons == {
        "f/bad��[31mname.bin": ("not_recognised", "unknown_form"),
        "f/gone.pdf": ("could_not_check", "link_not_followed"),
        "f/large.pdf": ("could_not_check", "file_too_large"),
        "f/link.pdf": ("could_not_check", "link_not_followed"),
        "f/list.xlsx": ("not_recognised", "unknown_form"),
        "f/other.json": ("not_recognised", "unknown_form"),
        "f/pipe": ("could_not_check", "not_a_file"),
        "f/plain.pdf": ("authentic_and_in_force", ""),
        "f/round": ("could_not_check", "link_not_followed"),
        "f/空.pdf": ("not_recognised", "unknown_form"),
    }
    assert "\x1b" not in run("verify", folder).out


def test_a_huge_folder_is_checked_up_to_a_bound_and_says_that_it_was_not_to_the_end(
    run: Commands, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.cli.verifying_walk.MOST_FILES", 2)
    folder = _folder(demo, _folder(demo, tmp_path / "f", "plain", "corrected"), "plain", form="json")
    ran = run("verify", folder, "--json")
    assert (ran.code, len(ran.value["files"])) == (2, 3)
    assert ran.value["files"][-1]["reason"] == "too_many_files"


def test_folders_without_end_are_not_walked_to_their_end(run: Commands, tmp_path: Path) -> None:
    deep = tmp_path / "f"
    for _ in range(60):
        deep /= "d"
    deep.mkdir(parents=True)
    ran = run("verify", tmp_path / "f", "--json")
    assert [each["reason"] for each in ran.value["files"]] == ["folder_too_deep"]


def test_an_empty_folder_shows_that_nothing_was_checked(run: Commands, tmp_path: Path) -> None:
    ran = run("verify", tmp_path)
    assert ran.code == 2
    assert ran.out.splitlines()[-1].startswith("共 0 份")


def test_offline_with_an_old_status_list_the_passed_steps_are_shown(
    run: Commands, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(demo, tmp_path / "f", "plain", "annulled")
    monkeypatch.setattr("web.cli.verifying_shown.utc_now", lambda: datetime.now(UTC) + timedelta(days=8))
    ran = run("verify", folder, *_offline(demo), "--json")
    assert ran.code == 2
    for each in ran.value["files"]:
        assert (each["conclusion"], each["reason"]) == ("could_not_check", "status_list_stale")
        assert (each["signed"], each["registered"], each["in_force"]) == ("passed", "passed", "not_checked")
    people = run("verify", folder, *_offline(demo))
    assert "✓" in people.out
    assert "✗" not in people.out


def test_english_is_one_option_away_and_the_codes_are_the_same(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    folder = _folder(demo, tmp_path / "f", "plain", "annulled")
    ran = run("verify", folder, "--lang", "en")
    assert ran.out.splitlines()[-1] == "2 in all: annulled 1, authentic and in force 1"
    told = run("verify", demo.number("plain"), "--lang", "en").out.splitlines()
    # What is registered is in the language that it was registered in.
    (registered,) = (each for each in told if each.startswith("Registered: "))
    told.remove(registered)
    assert not any("\u4e00" <= each <= "\u9fff" for each in "".join(told))
    single = run("verify", demo.form("annulled", "pdf"), "--lang", "en")
    assert single.out.splitlines()[-1] == "The file is genuine, but the certificate was annulled."


def test_a_form_says_whose_it_is_to_whom_it_was_brought_and_an_altered_one_does_not(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    name = demo.holder("plain")["name"]
    assert f"文件所载：{demo.number('plain')}  {name}" in run("verify", demo.form("plain", "pdf")).out
    public = run("verify", demo.form("plain", "tlog-proof"), "--json")
    assert name not in public.out
    assert "masked_name" in public.value["fields"]
    altered = bytearray(demo.form("plain", "json").read_bytes())
    altered[altered.index(demo.number("plain").encode()) + 20] ^= 1
    (tmp_path / "altered.json").write_bytes(altered)
    ran = run("verify", tmp_path / "altered.json", "--json")
    assert ran.value["fields"] == {}
    assert name not in ran.out


def test_a_name_is_held_against_every_file(run: Commands, demo: Demo, tmp_path: Path) -> None:
    folder = _folder(demo, tmp_path / "f", "plain")
    assert run("verify", folder, "--name", demo.holder("plain")["name"]).code == 0
    ran = run("verify", folder, "--name", "示例外人")
    assert ran.code == 1
    assert "姓名不一致" in ran.out


def test_no_altered_form_in_a_folder_is_good_and_none_ends_the_others(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    """Every form, with a byte changed at places all over it."""
    folder = tmp_path / "f"
    folder.mkdir()
    for form in ("pdf", "json", "tlog-proof", "full.tlog-proof"):
        whole = demo.form("plain", form).read_bytes()
        for part in range(8):
            altered = bytearray(whole)
            altered[(len(whole) - 1) * part // 7] ^= 0x01
            (folder / f"{part}.{form}").write_bytes(altered)
            (folder / f"cut-{part}.{form}").write_bytes(whole[: len(whole) * part // 8])
    _folder(demo, folder, "plain")
    for options in ([], _offline(demo)):
        ran = run("verify", folder, *options, "--json")
        conclusions = _conclusions(ran)
        assert conclusions.pop("f/plain.pdf") == "authentic_and_in_force"
        assert ran.code == 1
        assert set(conclusions.values()) == {"not_authentic", "not_recognised"}
        assert all(not each["fields"] for each in ran.value["files"] if each["file"] != "f/plain.pdf")


def test_no_name_writes_a_line_of_its_own_however_it_was_given(
    run: Commands, demo: Demo, tmp_path: Path
) -> None:
    """Whoever names `downloads/*` gives names that the sender chose."""
    folder = tmp_path / "来件\n✓ 夹.pdf  真实有效\x1b[8m"
    folder.mkdir()
    file = folder / "坏.pdf\n✓ 好.pdf  真实有效\x1b[8m"
    file.write_bytes(b"%PDF-1.7 of nobody")
    code = "https://fake.example/q/A\n✓ 好.pdf  真实有效\x1b[8m#AAAA"
    for subjects in ([folder], [file, file], [code, code]):
        told = run("verify", *subjects, *_offline(demo))
        assert told.code == 1
        assert "\x1b" not in told.out
        assert not any(line.startswith("✓") for line in told.out.splitlines())
