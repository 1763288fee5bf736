"""`skillcert reconcile --report` and `--check`: what both sides signed, and what anyone can check offline."""

import json
from pathlib import Path

import pytest

from signing.pades import attachments
from tests.web_cli.commands import Commands, Demo
from tests.web_cli.test_reconciling import network

__all__ = ["network"]


@pytest.fixture
def reports(run_own: Commands, network: Path, tmp_path: Path) -> dict[str, Path]:
    """One comparison as a PDF, and one as JSON."""
    paths = {ending: tmp_path / f"report.{ending}" for ending in ("pdf", "json")}
    for path in paths.values():
        ran = run_own("reconcile", "--report", str(path))
        assert ran.code == 0
        assert f"对账报告已写入 {path}。" in ran.out.splitlines()
    return paths


def test_a_report_is_checked_without_the_network_and_without_the_register(
    run_own: Commands, own: Demo, network: Path, reports: dict[str, Path]
) -> None:
    for ending, path in reports.items():
        ran = run_own("reconcile", "--check", str(path), "--json")
        assert (ran.code, ran.value["result"], ran.value["authentic"]) == (0, "passed", "passed")
        alone = ("--trust", str(own.trust), "--network-key", str(network.with_suffix(".pub")))
        offline = run_own("reconcile", "--check", str(path), *alone, "--json")
        assert (offline.code, offline.value["result"]) == (0, "passed")
        assert ran.value["steps"][0]["name"] == (
            "pdf_signature_found" if ending == "pdf" else "reconciliation_read"
        )
    assert set(attachments(reports["pdf"].read_bytes())) == {"national-reconciliation.json"}
    assert "登记日志共" in run_own("reconcile", "--check", str(reports["pdf"])).out.splitlines()[-1]


def test_every_altered_file_is_refused_and_one_without_the_networks_key_is_open(
    run_own: Commands, network: Path, reports: dict[str, Path], tmp_path: Path
) -> None:
    for path in reports.values():
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        altered = tmp_path / f"altered{path.suffix}"
        altered.write_bytes(data)
        ran = run_own("reconcile", "--check", str(altered))
        assert ran.code == 1
        assert ran.out.splitlines()[-1] == "结论：不是双方签名的原件，内容不可信。"
    other = tmp_path / "other.pub"
    other.write_text("A" * 43, encoding="ascii")
    key = ("--network-key", str(other))
    assert run_own("reconcile", "--check", str(reports["json"]), *key).code == 1
    run_own.set("NATIONAL_KEY_FILE", "")
    run_own.set("NATIONAL_URL", "")
    ran = run_own("reconcile", "--check", str(reports["json"]))
    assert ran.code == 2
    assert "没有给出全国联网的公钥" in ran.out


def test_where_no_register_is_the_trust_folder_is_asked_for(
    run_own: Commands, reports: dict[str, Path], tmp_path: Path
) -> None:
    run_own.set("KEY_DIR", str(tmp_path / "no-keys"))
    ran = run_own("reconcile", "--check", str(reports["json"]))
    assert ran.code == 2
    assert "--check FILE --trust DIR" in ran.err


def test_a_file_that_is_none_of_ours_is_named_and_not_believed(run_own: Commands, tmp_path: Path) -> None:
    stray = tmp_path / "stray.json"
    stray.write_text(json.dumps({"type": "NationalReconciliation"}), encoding="utf-8")
    ran = run_own("reconcile", "--check", str(stray), "--json")
    assert (ran.code, ran.value["outcome"]) == (1, None)
    assert run_own("reconcile", "--check", str(tmp_path / "missing.json")).code == 2
