"""`skillcert institutions change PREFIX --to CHANGE`: what the pages of the filing register do, by command.

Changes of a scope row by row, and new filings, are made on the pages or taken over from a list.
"""

import argparse
from datetime import date

from registry.filing.book import FilingBook
from registry.filing.changes import (
    STATE_CHANGES,
    change_bureau,
    change_state,
    merge,
    rename,
    renew,
    renewable_rows,
)
from registry.filing.errors import FilingUnknown
from registry.filing.model import ChangeKind, Filing, ScopeRow
from registry.filing.orders import Order
from registry.filing.record import signed_entries
from registry.ledger.admission import CIVIL_TIME, PROVINCE
from registry.ledger.append import append_filings
from registry.rules.bureaus import parse_bureau
from web.cli.opening import note, opened, unlock_bureau
from web.cli.output import Output
from web.errors import CommandLineFault

_OFFERED = (
    *STATE_CHANGES,
    ChangeKind.RENEWED,
    ChangeKind.RENAMED,
    ChangeKind.BUREAU_CHANGED,
    ChangeKind.MERGED,
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Adds what a change needs."""
    command.add_argument("--to", choices=[each.value for each in _OFFERED], help="变更事项")
    command.add_argument("--on", metavar="YYYY-MM-DD", help="生效日期")
    command.add_argument("--instrument", default="", help="文书名称或文号")
    command.add_argument("--late", action="store_true", help="补录：发生在已登记的变更之前")
    command.add_argument(
        "--drop", action="append", default=[], metavar="CODE[/JOB]", help="不续期的职业（工种）"
    )
    command.add_argument("--name", default="", help="新名称")
    command.add_argument("--short-name", default="", help="新简称")
    command.add_argument("--bureau", default="", help="新的审核机关")
    command.add_argument("--successor", default="", metavar="PREFIX", help="承继机构的证书编号前 13 位")


def run(options: argparse.Namespace, output: Output) -> int:
    """Signs and appends one change. Raises: FilingUnknown, ChangeRefused, CommandLineFault, NotAdmitted."""
    if not options.to:
        raise CommandLineFault("--to")
    kind, order = ChangeKind(options.to), Order(_day(options.on), options.instrument, options.late)
    with opened() as register:
        register.publish_pending()
        book = register.filings()
        filing = book.by_prefix(options.target)
        if filing is None:
            raise FilingUnknown
        today = register.clock().astimezone(CIVIL_TIME).date()
        after = _changed(kind, order, options, book, filing, today)
        entries = signed_entries(
            filing,
            after,
            version=book.version(filing.number_prefix),
            province_key=unlock_bureau(register, PROVINCE, options.bureau_passphrase_file),
            log_origin=register.places.log_origin,
        )
        published = append_filings(register.writer(), entries)
        note(register, "filing.recorded", filing.number_prefix)
    output.line(f"已登记，日志现有 {published.size} 条记录。")
    output.result({"prefix": options.target, "change": kind.value, "entries": len(entries)})
    return 0


def _changed(
    kind: ChangeKind, order: Order, options: argparse.Namespace, book: FilingBook, filing: Filing, today: date
) -> Filing:
    match kind:
        case ChangeKind.RENEWED:
            return renew(filing, order, _continued(filing, options.drop), today)
        case ChangeKind.RENAMED:
            return rename(filing, order, options.name, options.short_name, today)
        case ChangeKind.BUREAU_CHANGED:
            return change_bureau(filing, order, parse_bureau(options.bureau).code, today)
        case ChangeKind.MERGED:
            return merge(book, filing, order, options.successor, today)
        case _:
            return change_state(filing, kind, order, today)


def _continued(filing: Filing, dropped: list[str]) -> frozenset[ScopeRow]:
    """All rows but those that were named. Raises: CommandLineFault for a name that is none of them."""
    rows = renewable_rows(filing)
    named = {each: {row for row in rows if each in (row.occupation_code, _name(row))} for each in dropped}
    if unknown := [each for each, found in named.items() if not found]:
        raise CommandLineFault(f"--drop {unknown[0]}")
    return frozenset(rows).difference(*named.values())


def _name(row: ScopeRow) -> str:
    return f"{row.occupation_code}/{row.job}"


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError as fault:
        raise CommandLineFault("--on YYYY-MM-DD") from fault
