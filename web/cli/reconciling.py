"""`skillcert reconcile`: whether the national network holds exactly our register.

Exit codes: 0 the same, but for what still waits or was turned back · 1 it differs · 2 could not be compared.
"""

import argparse
from pathlib import Path

from registry.national.findings import ComparisonOutcome, DifferenceKind
from registry.national.reconcile import CouldNotCheck, Reconciled, reconcile
from registry.national.report_making import make_report
from registry.national.report_papers import paper_of
from registry.register import Register
from web.cli import checking_reports
from web.cli.network import national_sender
from web.cli.opening import opened, read_settings, write_file
from web.cli.output import Output
from web.language import Language
from web.staff.national.words import reason_in_both, reason_text
from web.vocabulary import words, words_or_code

_LANGUAGE = Language.CHINESE
_CAN_BE_SENT = (DifferenceKind.MISSING, DifferenceKind.OLDER)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    compare = commands.add_parser("reconcile", help="与全国联网查询对账 / compare with the national network")
    compare.add_argument(
        "--heal",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="对方缺少的重新上报后再对一次（默认）；--no-heal 只对账",
    )
    compare.add_argument(
        "--report", type=Path, metavar="OUT.pdf|.json", help="把双方签名的对账报告写到这个文件，并留存"
    )
    checking_reports.add_options(compare)
    compare.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    if options.check is not None:
        return checking_reports.check(options, output)
    settings = read_settings()
    with opened(settings) as register, national_sender(settings, register) as sender:
        compared = reconcile(sender, heal=options.heal)
        if isinstance(compared, CouldNotCheck):
            why = words_or_code("reconciliation.why", compared.reason, _LANGUAGE)
            output.line(words("reconciliation.could_not_check", _LANGUAGE, why=why))
            output.result({"result": "could_not_check", "reason": compared.reason})
            return 2
        if options.report is not None:
            _write(register, make_report(register, compared)[1], options.report, output)
    _show(compared, output)
    if not options.heal and any(each.kind in _CAN_BE_SENT for each in compared.differences):
        output.line(words("reconciliation.can_be_healed", _LANGUAGE))
    return 1 if compared.outcome is ComparisonOutcome.DIFFERS else 0


def _write(register: Register, report: bytes, path: Path, output: Output) -> None:
    """The report as the ending asks for it. Raises: FileUnreadable."""
    if path.suffix.lower() == ".pdf":
        report = paper_of(report, register.places, register.keys, reason_in_both)
    write_file(path, report)
    output.line(words("reconciliation.written", _LANGUAGE, path=path))


def _show(compared: Reconciled, output: Output) -> None:
    outcome = words(f"reconciliation.outcome.{compared.outcome}", _LANGUAGE)
    output.line(
        words(
            "reconciliation.said",
            _LANGUAGE,
            size=f"{compared.size:,}",
            count=f"{compared.ours.count:,}",
            root=compared.ours.root.hex(),
            outcome=outcome,
        )
    )
    for exception in compared.exceptions:
        output.line(
            words(
                f"reconciliation.exception.{exception.state}",
                _LANGUAGE,
                count=f"{len(exception.entries):,}",
                reason=reason_text(exception.reason, _LANGUAGE) if exception.reason else "",
            )
        )
    for difference in compared.differences:
        kind = words(f"reconciliation.difference.{difference.kind}", _LANGUAGE)
        remedy = words(f"reconciliation.remedy.{difference.remedy}", _LANGUAGE)
        output.line(
            words(
                "reconciliation.difference",
                _LANGUAGE,
                kind=kind,
                count=f"{difference.count:,}",
                remedy=remedy,
            )
        )
    if compared.healed:
        output.line(words("reconciliation.healed", _LANGUAGE, count=f"{compared.healed:,}"))
    output.result(
        {
            "result": compared.outcome.value,
            "size": compared.size,
            "count": compared.ours.count,
            "root": compared.ours.root.hex(),
            "exceptions": [
                {"state": each.state.value, "reason": each.reason, "count": len(each.entries)}
                for each in compared.exceptions
            ],
            "differences": [
                {
                    "kind": each.kind.value,
                    "remedy": each.remedy.value,
                    "count": each.count,
                    "entries": list(each.entries),
                    "references": list(each.references),
                }
                for each in compared.differences
            ],
            "healed": compared.healed,
            "exchanges": compared.exchanges,
        }
    )
