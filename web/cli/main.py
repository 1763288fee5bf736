"""Reads the command line, runs the command, and turns every error into one clear sentence.

Exit codes: 0 done (or authentic and in force) · 1 refused, failed or not authentic · 2 could not check, or a
command line that says nothing.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from registry.errors import RegistryError
from registry.filing.errors import FilingImportFault
from registry.intake.errors import IntakeError
from registry.ledger.errors import GuardMismatch, LogFrozen, NotAdmitted, PublicLogUnavailable
from registry.review.errors import FlagsUndecided, RowRefused, RowUnknown
from search.errors import SearchError
from signing.errors import SigningError
from web.cli import (
    accounts,
    acts,
    auditing,
    batches,
    benching,
    database,
    demo,
    erasing,
    filings,
    holders,
    keys,
    making,
    network,
    reconciling,
    retaining,
    reviewing,
    searching,
    serving,
    tallying,
    verifying,
    witnessing,
)
from web.cli.filings import import_line
from web.cli.output import Output
from web.errors import CommandLineFault, FileUnreadable, SettingsFault, WebError
from web.language import Language
from web.problems import problem_of
from web.vocabulary import words, words_or_code
from web.words.intake_errors import intake_error_sentence

Register = Callable[["argparse._SubParsersAction[argparse.ArgumentParser]"], None]
_GROUPS: tuple[Register, ...] = (
    demo.add,
    serving.add,
    filings.add,
    batches.add,
    reviewing.add,
    acts.add,
    making.add,
    erasing.add,
    verifying.add,
    searching.add,
    tallying.add,
    auditing.add,
    network.add,
    reconciling.add,
    keys.add,
    accounts.add,
    holders.add,
    witnessing.add,
    database.add,
    retaining.add,
    benching.add,
)
COULD_NOT = 2
_UNAVAILABLE = 503


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others."""

    def error(self, message: str) -> NoReturn:
        """See `ArgumentParser`. Raises: CommandLineFault."""
        raise CommandLineFault(f"{message}\n{self.format_usage().strip()}")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top: argparse.ArgumentParser = _Parser(
        prog="skillcert",
        description="职业技能等级证书登记平台 · register of vocational skill-level certificates",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in _GROUPS:
        add(commands)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="机器可读的结果 / machine-readable result")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    output = Output(as_json="--json" in given)
    options = argparse.Namespace(inconclusive=False)
    try:
        parser().parse_args(given, options)
        code: int = options.run(options, output)
        return code
    except (RegistryError, SigningError, SearchError, WebError) as fault:
        return _explain(fault, output, inconclusive=options.inconclusive)
    except KeyboardInterrupt:
        print("已中止。 / stopped", file=sys.stderr)
        return COULD_NOT
    except BrokenPipeError:
        return COULD_NOT


def _explain(fault: Exception, output: Output, *, inconclusive: bool) -> int:
    problem = problem_of(fault)
    output.error(_code(fault, problem.code), problem.title(Language.CHINESE), _detail(fault))
    could_not = inconclusive or problem.status == _UNAVAILABLE or isinstance(fault, CommandLineFault)
    return COULD_NOT if could_not else 1


def _detail(fault: Exception) -> str:
    """What it means and what to do: the particular sentence where there is one."""
    if isinstance(fault, IntakeError):
        return intake_error_sentence(fault, Language.CHINESE)
    if isinstance(fault, SettingsFault):
        lines = [f"{each.name}：{words(f'setting.{each.reason}', Language.CHINESE)}" for each in fault.faults]
        return "\n".join(lines)
    detail = problem_of(fault).detail(Language.CHINESE)
    if isinstance(fault, NotAdmitted):
        return words_or_code("refusal", fault.reason.value, Language.CHINESE) + "。" + detail
    if isinstance(fault, FilingImportFault):
        return "\n".join([detail, *map(import_line, fault.faults)])
    if isinstance(fault, RowRefused | RowUnknown | FlagsUndecided):
        return f"第 {'、'.join(map(str, fault.rows))} 行。{detail}"
    if isinstance(fault, CommandLineFault):
        return f"{fault.option}\n{detail}"
    if isinstance(fault, PublicLogUnavailable):
        return f"{fault.address}\n{detail}"
    if isinstance(fault, GuardMismatch):
        return f"防回退记录 {fault.guard_size} 条，日志 {fault.log_size} 条。{detail}"
    if isinstance(fault, LogFrozen) and fault.successor:
        return f"{detail}接续的日志是 {fault.successor}。"
    return f"{fault.name}：{detail}" if isinstance(fault, FileUnreadable) else detail


def _code(fault: Exception, code: str) -> str:
    reason = getattr(fault, "reason", None)
    return f"{code}/{reason}" if isinstance(reason, str) else code
