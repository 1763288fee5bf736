"""`skillcert witness`: a witness for other logs, in a directory of its own. It needs no register."""

import argparse
import time
from contextlib import suppress
from pathlib import Path

from registry.witnessing.app import make_server
from registry.witnessing.errors import LogRefused
from registry.witnessing.store import WitnessStore
from registry.witnessing.witness import begin_witness, open_witness, state_file
from signing.encoding import b64_encode
from signing.errors import MalformedEncoding
from signing.notes import parse_vkey
from web.cli.opening import BESIDE_THE_KEY, read_passphrase
from web.cli.output import Output
from web.cli.serving import listening
from web.errors import CommandLineFault


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("witness", help="见证方：为登记日志联署 / witness")
    actions = command.add_subparsers(dest="action", required=True)
    begin = actions.add_parser("begin", help="新建见证方，显示它的公钥")
    begin.add_argument("--name", required=True, help="见证方的名称，例如 witness.changsha.example/skillcert")
    begin.set_defaults(run=_begin)
    trust = actions.add_parser("trust", help="收录一个要见证的日志，或者它换用的新公钥")
    trust.add_argument("vkey", metavar="LOG-VKEY", help="登记平台 /log/vkey 上的一整行")
    trust.set_defaults(run=_trust)
    serve = actions.add_parser("serve", help="开始见证")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=7380)
    serve.set_defaults(run=_serve)
    status = actions.add_parser("status", help="见证到哪里了，有没有见到分叉")
    status.set_defaults(run=_status)
    for action in actions.choices.values():
        action.add_argument("--data", type=Path, default=Path("witness"), metavar="DIR")
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        if action is not status:
            action.add_argument("--passphrase-file", type=Path, help=f"默认为 DIR/{BESIDE_THE_KEY}")


def _begin(options: argparse.Namespace, output: Output) -> int:
    try:
        witness = begin_witness(options.data, options.name, _passphrase(options), time.time)
    except MalformedEncoding as fault:
        raise CommandLineFault("--name") from fault
    output.line("见证方已建立。请把下面这行公钥和见证方的网址交给登记平台：")
    output.line(str(witness.vkey))
    output.line(f"{options.data} 里的见证记录不要备份，更不能拿旧的恢复：丢了就新建一个见证方。")
    output.result({"vkey": str(witness.vkey)})
    return 0


def _trust(options: argparse.Namespace, output: Output) -> int:
    try:
        key = parse_vkey(options.vkey)
    except MalformedEncoding as fault:
        raise LogRefused from fault
    open_witness(options.data, _passphrase(options), time.time).follow(key)
    output.line(f"从现在起见证 {key.name}。")
    output.result({"origin": key.name})
    return 0


def _serve(options: argparse.Namespace, output: Output) -> int:
    witness = open_witness(options.data, _passphrase(options), time.time)
    with listening(options.host, options.port) as accepting:
        host, port = accepting.getsockname()[:2]
        output.line(f"{witness.vkey}")
        output.line(f"正在见证：http://{host}:{port}  （Ctrl-C 停止）")
        with suppress(KeyboardInterrupt):
            make_server(witness).run(sockets=[accepting])
    return 0


def _status(options: argparse.Namespace, output: Output) -> int:
    """Exit code 1 if there was a fork."""
    store = WitnessStore(state_file(options.data))
    heads, forks = store.heads(), store.forks()
    output.line(f"见证方 {store.name()}")
    if not heads:
        output.line("还没有收录日志：skillcert witness trust LOG-VKEY")
    for head in heads:
        root = b64_encode(head.root) if head.note else "还没有联署过"
        output.line(f"{head.origin}  {head.size:,} 条  {root}")
    for fork in forks:
        output.line()
        output.line(f"分叉！{fork.origin} 对同样的 {fork.size:,} 条签了两个不同的检查点，证据如下：")
        output.line(fork.kept.decode())
        output.line(fork.refused.decode())
    output.result(
        {
            "name": store.name(),
            "logs": [{"origin": each.origin, "size": each.size} for each in heads],
            "forks": [
                {"origin": each.origin, "kept": each.kept.decode(), "refused": each.refused.decode()}
                for each in forks
            ],
        }
    )
    return 1 if forks else 0


def _passphrase(options: argparse.Namespace) -> bytes:
    return read_passphrase(options.passphrase_file or options.data / BESIDE_THE_KEY)
