"""`skillcert keys`: begins a register's custody, makes a bureau's key, and shows what keys there are."""

import argparse
from pathlib import Path

from registry.beginning import begin_bureau, begin_register, introduce_keys
from registry.ledger.key_history import Custody
from registry.register import utc_now
from registry.rules.bureaus import parse_bureau
from signing.keys import KeyRole
from web.cli.opening import opened, places_of, read_passphrase, read_settings, register_passphrase
from web.cli.output import Output

_CUSTODY_WORDS = {Custody.BUREAU: "由审核机关保管", Custody.REGISTER: "由登记平台代管"}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("keys", help="密钥 / keys")
    actions = command.add_subparsers(dest="action", required=True)
    begin = actions.add_parser("begin", help="建库：省级根密钥、登记平台密钥与日志的第一条记录")
    begin.add_argument("--root-passphrase-file", type=Path, required=True)
    begin.set_defaults(run=_begin)
    bureau = actions.add_parser("bureau", help="为一个审核机关建立密钥并载入日志")
    bureau.add_argument("bureau", metavar="CODE", help="行政区划代码，例如 430100")
    bureau.add_argument("--custody", choices=[each.value for each in Custody], default=Custody.REGISTER.value)
    bureau.add_argument("--root-passphrase-file", type=Path, required=True)
    bureau.add_argument("--bureau-passphrase-file", type=Path, required=True)
    bureau.set_defaults(run=_bureau)
    actions.add_parser("list", help="日志中的全部密钥").set_defaults(run=_list)
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def _begin(options: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    places = places_of(settings)
    begin_register(
        places,
        passphrase=register_passphrase(settings),
        root_passphrase=read_passphrase(options.root_passphrase_file),
        clock=utc_now,
    )
    with opened(settings) as register:
        register.publish_status(register.writer())
        size = register.ready()
    output.line(
        f"已建库，日志 {places.log_origin} 现有 {size} 条记录。请另行备份密钥目录中的 guard.json 以外的文件。"
    )
    output.result({"origin": places.log_origin, "size": size})
    return 0


def _bureau(options: argparse.Namespace, output: Output) -> int:
    bureau = parse_bureau(options.bureau)
    with opened() as register:
        root = register.places.keys.root.unlock(KeyRole.ROOT, read_passphrase(options.root_passphrase_file))
        key = begin_bureau(register.places, bureau.code, read_passphrase(options.bureau_passphrase_file))
        introduce_keys(
            register.writer(),
            [key],
            root=root,
            custody=Custody(options.custody),
            now=register.clock(),
            bureau=bureau.code,
        )
    output.line(
        f"{bureau.office} 的密钥 {key.key_id} 已载入日志，{_CUSTODY_WORDS[Custody(options.custody)]}。"
    )
    output.result({"bureau": bureau.code, "key": key.key_id})
    return 0


def _list(_: argparse.Namespace, output: Output) -> int:
    with opened() as register:
        keys = list(register.ledger.key_history())
    for key in keys:
        state = "在用" if key.active else f"已停用（日志第 {key.retired_index} 条）"
        output.line(f"{key.role:<11} {key.key_id} {key.bureau:<7} {_CUSTODY_WORDS[key.custody]} {state}")
    output.result(
        [
            {
                "role": key.role.value,
                "key": key.key_id,
                "bureau": key.bureau,
                "custody": key.custody.value,
                "introduced": key.introduced_index,
                "retired": key.retired_index,
            }
            for key in keys
        ]
    )
    return 0
