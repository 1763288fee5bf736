"""`skillcert sync`: sending to the national network, and the sender that its other commands need."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from registry.national.client import NationalClient
from registry.national.errors import NationalNotConfigured
from registry.national.exchange import open_http
from registry.national.store import NationalStore
from registry.national.succession import called
from registry.national.sync import Sender, SyncOutcome, SyncReport, sync_once
from registry.outbox import LogOutbox
from registry.register import Register
from signing.encoding import b64url_decode
from signing.keys import KeyRole, SigningKey
from web.cli.opening import opened, read_settings
from web.cli.output import Output
from web.settings import Settings

_REASON_WORDS = {
    SyncOutcome.DONE: "已全部上报",
    SyncOutcome.ANOTHER_SENDER: "另一个进程正在上报",
    SyncOutcome.UNAVAILABLE: "全国联网查询暂时没有应答；后台程序会接着报，也可以稍后再运行一次",
    SyncOutcome.REFUSED: "全国联网查询拒收，请核对密钥与批次",
    SyncOutcome.STOPPED: "已中止，下次从断点继续",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    sync = commands.add_parser("sync", help="向全国联网查询上报 / send to the national network")
    # Scripts of others say it: one run is all that this command ever does, the worker is what goes on.
    sync.add_argument(
        "--once", action="store_true", help="上报一遍后退出（本来就是这样；一直上报的是 skillcert work）"
    )
    sync.set_defaults(run=_sync)


@contextmanager
def national_sender(settings: Settings, register: Register) -> Iterator[Sender]:
    """The sender of this register. Raises: NationalNotConfigured."""
    if settings.national_url is None or settings.national_key_file is None:
        raise NationalNotConfigured
    remote = b64url_decode(settings.national_key_file.read_text(encoding="ascii").strip(), length=32)

    def own_key() -> SigningKey:
        return register.keys[KeyRole.NATIONAL]

    name = called(register.places.data_dir)
    with open_http(settings.national_url) as http:
        yield Sender(
            outbox=LogOutbox(lambda: register.look_up),
            store=NationalStore(register.desk_engine),
            client=NationalClient(http, own_key, remote),
            holder=name.holder,
            concurrency=settings.national_concurrency,
            is_gone=name.is_gone,
        )


def show_report(report: SyncReport, output: Output) -> int:
    """What a run of sending did."""
    words = _REASON_WORDS[report.outcome]
    output.line(f"{words}：{report.batches} 批，上网 {report.online} 条，退回 {report.rejected} 条。")
    if report.lost:
        output.line(f"对方丢了已经收下的 {report.lost:,} 条，已重新排队上报。")
    output.result({**vars(report), "outcome": report.outcome.value})
    return 0 if report.outcome is SyncOutcome.DONE else 2


def _sync(_: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    with opened(settings) as register, national_sender(settings, register) as sender:
        return show_report(sync_once(sender), output)
