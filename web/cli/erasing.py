"""`skillcert erase NUMBER`: erases a certificate on a legal ground, and says what was reached and what not.

Every step finds what an earlier run left undone, so a run that was cut off is simply repeated.
"""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

from registry.erasing import clear_traces, erase, erasure_of, finish_erasures
from registry.holders.disclosing import forget_shares
from registry.holders.forgetting import forget_strangers
from registry.ledger.append_erasure import DOCUMENT_BYTES, Order
from registry.national.queue import SendingState
from registry.national.sync import sync_once
from registry.register import Register
from registry.requests.deciding import forget_requests
from registry.review.perform import acting_bureaus
from registry.rules.certificate_number import parse_certificate_number
from registry.rules.legal_grounds import LegalGround
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, BatchRows
from registry.storage.erasure_rows import RECORD_TABLE
from registry.storage.sql import KeptReader
from search.errors import SearchError
from web.cli.network import national_sender
from web.cli.opening import note, opened, read_settings, unlock_bureau
from web.cli.output import Output
from web.cli.serving import index_follower
from web.errors import CommandLineFault
from web.language import Language
from web.settings import Settings
from web.vocabulary import words


@dataclass(frozen=True)
class Reached:
    """How far an erasure got. `database` and `network` are None where there is nothing of ours to clear."""

    number: str
    index: int
    versions: int
    rows: int
    forms: int
    keys: int
    search: bool
    database: bool | None
    network: bool | None

    @property
    def remains(self) -> list[str]:
        """What this program can't reach, or has not reached yet, as codes."""
        left = ["key_backups", "handed_out", "processes"]
        if self.database is None:
            left.append("server_space")
        elif not self.database:
            left.append("file_traces")
        if not self.search:
            left.append("search")
        if self.network is None:
            left.append("no_network")
        elif not self.network:
            left.append("network")
        return left


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    grounds = "；".join(
        f"{each.value} {words(f'ground.{each.value}', Language.CHINESE)}" for each in LegalGround
    )
    command = commands.add_parser("erase", help="依法删除一本证书的个人信息 / erase on a legal ground")
    command.add_argument("number", metavar="NUMBER", help="证书编号")
    command.add_argument(
        "--ground",
        required=True,
        choices=[each.value for each in LegalGround],
        help=f"个人信息保护法第四十七条：{grounds}",
    )
    command.add_argument(
        "--document-sha256", required=True, metavar="HEX", help="依据文书的 SHA-256，文书本身不入库"
    )
    command.add_argument("--by-province", action="store_true", help="由省厅办理（默认由原审核机关）")
    command.add_argument("--bureau-passphrase-file", type=Path, help="审核机关密钥口令文件")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    number = parse_certificate_number(options.number).text
    order = Order(LegalGround(options.ground), _document(options.document_sha256))
    settings = read_settings()
    with opened(settings) as register:
        if erasure_of(register.look_up, number) is None:
            _erase(options, register, number, order)
            erasure = erasure_of(register.look_up, number)
            note(register, "certificate.erased", f"entry {erasure.index}" if erasure else "")
        reached = _finish(settings, register, number)
    _show(reached, output)
    return 0


def _erase(options: argparse.Namespace, register: Register, number: str, order: Order) -> None:
    own, *others = acting_bureaus(register.look_up, number)
    bureau = others[0] if options.by_province and others else own
    bureau_key = unlock_bureau(register, bureau, options.bureau_passphrase_file)
    reader = KeptReader(register.engine)
    try:
        erase(
            register.look_up,
            register.writer(),
            BatchRows(reader),
            number,
            order,
            bureau_key=bureau_key,
            bureau=bureau,
        )
    finally:
        reader.close()


def _finish(settings: Settings, register: Register, number: str) -> Reached:
    erasures = register.ledger.erasures
    erasure = erasure_of(register.look_up, number)
    assert erasure is not None
    finish_erasures(register.keys, erasures, register.engine)
    forget_requests(register, erasure.certificate)
    forget_shares(register, erasure.certificate)
    forget_strangers(register)
    register.publish_status(register.writer())
    search = _unsearch(settings, register)
    network = _tell_network(settings, register, erasure.index)
    database = clear_traces(register.places, register.engine, number)
    tables = [place.table for place in erasures.places_of(erasure.index)]
    return Reached(
        number=number,
        index=erasure.index,
        versions=tables.count(RECORD_TABLE),
        rows=tables.count(BATCH_TABLE),
        forms=tables.count(FORMS_TABLE),
        keys=len(tables),
        search=search,
        database=database,
        network=network,
    )


def _unsearch(settings: Settings, register: Register) -> bool:
    """Whether the search index let go of the certificate. The worker tries again where it did not."""
    try:
        index_follower(settings, register).follow()
    except SearchError:
        return False
    return True


def _tell_network(settings: Settings, register: Register, index: int) -> bool | None:
    """Whether the network confirmed the act of that index; None where there is no network."""
    if settings.national_url is None:
        return None
    with national_sender(settings, register) as sender:
        sync_once(sender)
        return sender.store.state_of([index])[index].state is SendingState.ONLINE


def _document(text: str) -> bytes:
    try:
        document = bytes.fromhex(text)
    except ValueError:
        document = b""
    if len(document) != DOCUMENT_BYTES or len(text) != 2 * DOCUMENT_BYTES:
        raise CommandLineFault("--document-sha256")
    return document


def _show(reached: Reached, output: Output) -> None:
    output.line(f"{reached.number} 已删除，见日志第 {reached.index} 条。")
    output.line(f"· 登记内容 {reached.versions} 版、上报行 {reached.rows} 行、数据表 {reached.forms} 份")
    output.line(f"· 密钥 {reached.keys} 个：此前任何一份数据库备份里的这些内容，都不能再解密")
    output.line("仍需办理或须知：")
    for code in reached.remains:
        output.line(f"· {words(f'erasure.{code}', Language.CHINESE)}")
    output.result({**asdict(reached), "remains": reached.remains})
