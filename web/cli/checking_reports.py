"""`skillcert reconcile --check FILE`: a reconciliation report, checked step by step and without a network.

With a trust folder and the network's public key in a file it needs no register either. Exit codes: 0 both
sides signed it and have the same, but for what it lists · 1 something does not hold · 2 not all was checked.
"""

import argparse
from pathlib import Path

from registry.national.report_check import CheckedReport, NetworkKeys
from registry.national.report_papers import check_file
from registry.register import utc_now
from signing.encoding import b64url_decode
from signing.errors import KeyFileMissing, MalformedEncoding
from signing.keys import key_id
from signing.outcomes import Outcome
from signing.trust import Trust, read_trust, trust_from_files
from web.cli.opening import opened, read_file, read_settings
from web.cli.output import Output
from web.cli.verifying_steps import step_line, step_values
from web.errors import CommandLineFault, FileUnreadable
from web.language import Language
from web.presenters.dates import moment_text
from web.vocabulary import words

_LANGUAGE = Language.CHINESE
_EXIT = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.NOT_CHECKED: 2}


def add_options(command: argparse.ArgumentParser) -> None:
    """Adds what the check of a report takes."""
    command.add_argument("--check", type=Path, metavar="FILE", help="核对一份对账报告（PDF 或 JSON），不联网")
    command.add_argument("--trust", type=Path, metavar="DIR", help="核对时用的信任文件夹（默认取自登记库）")
    command.add_argument(
        "--network-key", type=Path, metavar="FILE", help="核对时用的全国联网公钥（默认按设置）"
    )


def check(options: argparse.Namespace, output: Output) -> int:
    """Checks the file of `--check` and says what each step came to."""
    # Exit code 1 is kept for what was checked and does not hold.
    options.inconclusive = True
    data = read_file(options.check)
    checked = check_file(data, _trust(options.trust), _network_keys(options.network_key), utc_now())
    for position, step in enumerate(checked.steps, start=1):
        output.line(step_line(position, step, _LANGUAGE))
    output.line(_conclusion(checked))
    stated = checked.stated if checked.is_authentic is Outcome.PASSED else None
    output.result(
        {
            "result": checked.holds.value,
            "authentic": checked.is_authentic.value,
            "outcome": stated.outcome.value if stated else None,
            "size": stated.size if stated else None,
            "steps": step_values(checked.steps, _LANGUAGE),
        }
    )
    return _EXIT[checked.holds]


def _trust(folder: Path | None) -> Trust:
    if folder is not None:
        return read_trust(folder)
    try:
        with opened() as register:
            return trust_from_files(register.trust_anchors())
    except KeyFileMissing as fault:
        # No register is here: whoever was handed a report has the folder, or is told to bring it.
        raise CommandLineFault("--check FILE --trust DIR") from fault


def _network_keys(file: Path | None) -> NetworkKeys:
    """The network's key by its id; none where neither a file nor a setting names it."""
    path = file or read_settings().national_key_file
    if path is None:
        return {}
    try:
        public = b64url_decode(read_file(path).decode("ascii").strip(), length=32)
    except (MalformedEncoding, UnicodeDecodeError) as fault:
        raise FileUnreadable(path.name) from fault
    return {key_id(public): public}


def _conclusion(checked: CheckedReport) -> str:
    """What a report that both sides signed says, or that nothing in it counts."""
    stated = checked.stated
    if stated is None or checked.is_authentic is Outcome.FAILED:
        return words("reconciliation.checked.failed", _LANGUAGE)
    if checked.is_authentic is Outcome.NOT_CHECKED:
        return words("reconciliation.checked.not_checked", _LANGUAGE)
    return words(
        "reconciliation.checked.said",
        _LANGUAGE,
        at=moment_text(stated.compared_at, _LANGUAGE),
        size=f"{stated.size:,}",
        outcome=words(f"reconciliation.outcome.{stated.outcome}", _LANGUAGE),
    )
