"""`skillcert verify` on the receipt of a share: checked like any other, and telling no more than chosen."""

from datetime import timedelta
from pathlib import Path

import pytest

from registry.holders.disclosing import disclose
from registry.holders.share_model import Share, ShareItem, with_implied
from tests.web_cli.commands import Commands, Demo
from web.cli.opening import opened


def _receipt(demo: Demo, note: str, *items: ShareItem) -> bytes:
    with opened() as register:
        version = register.ledger.records.versions(demo.number(note))[-1]
        now = register.clock()
        month = timedelta(days=30)
        choices = with_implied(items)
        share = Share("", b"", version.certificate, version.index, choices, now, now + month, None, "", "")
        return disclose(register.look_up, share).receipt


@pytest.mark.parametrize(("note", "code"), [("plain", 0), ("annulled", 1)])
def test_a_share_is_verified_with_the_register_and_without_it(
    run: Commands, demo: Demo, tmp_path: Path, note: str, code: int
) -> None:
    file = tmp_path / "share.tlog-proof"
    file.write_bytes(_receipt(demo, note, ShareItem.LEVEL, ShareItem.NAME))
    told = run("verify", file)
    assert told.code == code
    assert demo.number(note) not in told.out
    assert demo.holder(note)["id_number"] not in told.out
    alone = run("verify", file, "--offline", "--trust", demo.trust, "--json")
    # Without the log at hand nobody knows the place in the status lists: authentic, its standing left open.
    assert (alone.code, alone.value["signed"], alone.value["registered"]) == (2, "passed", "passed")


def test_an_altered_share_is_forged(run: Commands, demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "share.tlog-proof"
    plain, other = (_receipt(demo, each, ShareItem.LEVEL).splitlines() for each in ("plain", "corrected"))
    assert plain[1].startswith(b"extra ")
    file.write_bytes(b"\n".join([plain[0], other[1], *plain[2:]]) + b"\n")
    assert run("verify", file).code == 1
