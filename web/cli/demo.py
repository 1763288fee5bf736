"""`skillcert demo`: fills a data directory with invented data and runs the whole system on embedded parts."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from registry.national.stand_in.faults import Fault
from registry.national.stand_in.keys import PUBLIC_FILE, network_key
from registry.witnessing.policy import NO_WITNESSES
from signing.encoding import b64url_encode
from signing.keys import KeyRole
from web.cli.opening import (
    REGISTER_NAME,
    opened,
    places_of,
    read_settings,
    write_settings,
)
from web.cli.output import Output
from web.cli.serving import index_follower, listening, serve, stop_on_signals
from web.demo.files import LIST, write_trust
from web.demo.fill import DEMO_FILE, PASSPHRASE, Filled, fill
from web.demo.witnesses import NAMES, running_witnesses, write_policy
from web.errors import DemoElsewhere
from web.logging import configure_logging
from web.settings import Settings

_UNFINISHED = "demo.unfinished"
_NATIONAL = "national"
_LOG = "demo.log"
_ROUGH = (
    *(f"--fault={fault.value}=0.05" for fault in Fault),
    "--maintenance-seconds=10",
    "--backup-every=5",
)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("demo", help="演示：虚构数据，全部内置部件 / demonstration")
    command.add_argument("--data", type=Path, default=Path("demo-data"), metavar="DIR")
    command.add_argument("--port", type=int, default=8000, metavar="P", help="P+1 用于全国联网查询的替身")
    command.add_argument("--certificates", type=int, default=2000, metavar="N")
    command.add_argument(
        "--rough-network", action="store_true", help="全国网络替身时好时坏：每种故障各占 5%%"
    )
    command.add_argument("--no-serve", action="store_true", help="只生成数据，不启动网站")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    started = time.monotonic()
    directory: Path = options.data
    if not options.no_serve:
        _require_ports(options.port)
    settings = _settings(directory, options.port)
    with ExitStack() as stack:
        log = stack.enter_context((directory / _LOG).open("a", encoding="utf-8"))
        policy = stack.enter_context(running_witnesses(places_of(settings), log))
        write_policy(directory, policy)
        _run_witnessed(options, read_settings(directory), output, log, started)
    return 0


def _run_witnessed(
    options: argparse.Namespace, settings: Settings, output: Output, log: TextIO, started: float
) -> None:
    directory: Path = options.data
    if (directory / DEMO_FILE).is_file():
        output.line(
            f"沿用 {directory} 里的演示数据（想重新生成，请先删除这个文件夹和 {settings.key_dir.name}）。"
        )
        _refresh(settings)
    else:
        filled = _fill(directory, settings, options.certificates, output)
        output.line(
            f"已上报 {filled.batches} 个批次，{filled.certificates} 本证书审核入库，"
            f"核对发现 {filled.findings} 处问题。用时 {time.monotonic() - started:.1f} 秒。"
        )
    description = json.loads((directory / DEMO_FILE).read_text(encoding="utf-8"))
    output.result(description)
    _explain(directory, description, output)
    if options.no_serve:
        return
    stop_on_signals()
    with ExitStack() as stack:
        configure_logging(log)
        faults = _ROUGH if options.rough_network else ()
        stand_in = ("registry.national.stand_in", *_stand_in_options(settings, options.port), *faults)
        stack.enter_context(_child(stand_in, log))
        stack.enter_context(_child(("web.cli", "work"), log, data_dir=directory))
        register = stack.enter_context(opened(settings))
        serve(settings, register, host="127.0.0.1", port=options.port)


def _require_ports(port: int) -> None:
    """Nobody waits for the data to be made only to learn that the port is taken. Raises: PortUnavailable."""
    for each in (port, port + 1):
        with listening("127.0.0.1", each):
            pass


def _settings(directory: Path, port: int) -> Settings:
    """The settings of the demo, written down at its first start. Raises: DemoElsewhere for another port."""
    origin = f"http://127.0.0.1:{port}"
    if not (directory / DEMO_FILE).is_file():
        _clear(directory)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _UNFINISHED).touch()
        network_key(directory / _NATIONAL)
        write_settings(
            directory,
            {
                "ORIGIN": origin,
                "LOG_ORIGIN": "demo.skillcert.invalid/hunan",
                "NATIONAL_URL": f"http://127.0.0.1:{port + 1}",
                "NATIONAL_KEY_FILE": str((directory / _NATIONAL / PUBLIC_FILE).resolve()),
                "WITNESSES_FILE": str(write_policy(directory, NO_WITNESSES).resolve()),
                "WITNESS_SECONDS": "60",
                "SITE_NOTICE": "演示系统 · 人名、机构和号码全部是虚构的 · Demonstration with invented data",
            },
        )
    settings = read_settings(directory)
    if settings.origin != origin:
        raise DemoElsewhere(settings.origin)
    return settings


def _clear(directory: Path) -> None:
    """Removes what a filling that was cut off left; never a directory that this command did not begin."""
    if (directory / _UNFINISHED).is_file():
        shutil.rmtree(directory)
        shutil.rmtree(directory.parent / f"{directory.name}-keys", ignore_errors=True)
    elif directory.is_dir() and any(directory.iterdir()):
        raise DemoElsewhere(str(directory))


def _fill(directory: Path, settings: Settings, certificates: int, output: Output) -> Filled:
    output.line("正在生成演示数据：建密钥、备案、上报、审核、入库……")
    filled = fill(
        places_of(settings),
        certificates=certificates,
        national=str(settings.national_url),
        progress=output.progress,
    )
    with opened(settings) as register:
        index_follower(settings, register).rebuild()
    (directory / _UNFINISHED).unlink()
    return filled


def _refresh(settings: Settings) -> None:
    """Status lists are good for a week: data that lay about longer gets new ones, and so does its trust."""
    with opened(settings) as register:
        if register.publish_status(register.writer()):
            write_trust(settings.data_dir / "samples", register)


def _explain(directory: Path, description: dict[str, list[dict[str, str]]], output: Output) -> None:
    numbers = {each["note"]: each for each in description["certificates"]}
    plain, annulled, twice = numbers["plain"], numbers["annulled"], numbers["replacement"]
    base = description["base"]
    output.line()
    output.line(f"  {REGISTER_NAME}（演示，全部为虚构数据）")
    output.line(f"  查询首页        {base}/")
    output.line(f"  业务登录        {base}/staff/login")
    output.line(f"  全国联网查询替身  {description['national']}/")
    output.line(f"  见证方 {len(NAMES)} 个：与登记平台同在这台机器上，彼此不独立，只演示办法，不起保护作用。")
    output.line("  登记库：SQLite · 检索：内置索引 · 限流：内存 · 全国网络：替身 · 密钥：加密文件")
    output.line()
    samples = directory / "samples"
    tries = (
        f"在首页输入 {plain['number']}（有效）或 {annulled['number']}（已撤销），下载核验回单。",
        f"把 {samples / plain['number']}.png 上传到 {base}/verify；改动 PDF 一个字节再传一次。",
        f"本机核验：打开 {base}/verify/browser，断开网络，再选那份 PDF。",
        f"名单核验：把 {samples / LIST} 上传到 {base}/verify/batch。",
        f"在 {base}/holder 用“{twice['name']}”“{twice['id_number']}”“{twice['number']}”下载电子证书；"
        "领取管理密码，看名下全部证书，分享其中几项。",
        f"用 demo-reviewer 在 {base}/staff 审核一个批次；签名口令：{PASSPHRASE.decode()}",
    )
    output.line("  可以试试：")
    for place, each in enumerate(tries, start=1):
        output.line(f"  {place}. {each}")
    output.line()
    _explain_accounts(output, description["accounts"])


def _explain_accounts(output: Output, accounts: Sequence[dict[str, str]]) -> None:
    output.line(
        "  业务账号（登录名  密码  动态验证码密钥；验证码用 skillcert accounts code --secret 密钥 查看）："
    )
    for each in accounts:
        output.line(f"  {each['login']:<20} {each['password']}  {each['totp_secret']}".rstrip())
    output.line()


def _stand_in_options(settings: Settings, port: int) -> list[str]:
    with opened(settings) as register:
        public = b64url_encode(register.keys[KeyRole.NATIONAL].public)
    data = str(settings.data_dir / _NATIONAL)
    return ["--data", data, "--port", str(port + 1), "--client-key", public]


@contextmanager
def _child(arguments: Sequence[str], log: TextIO, *, data_dir: Path | None = None) -> Iterator[None]:
    """A process of ours that ends with us, also if we are killed."""
    environment = {"SKILLCERT_DATA_DIR": str(data_dir)} if data_dir else {}
    process = subprocess.Popen(  # noqa: S603 - our own modules with our own arguments
        [sys.executable, "-m", "web.demo.beside", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
