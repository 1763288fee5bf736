"""`skillcert keys`: begins a register's custody, makes a bureau's keys, and shows what keys there are."""

import argparse
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from registry.custody.beginning import begin_register
from registry.custody.freezing import predecessor_of
from registry.custody.keys import unlock_newest
from registry.custody.offline_key import make_offline_key, read_key_request
from registry.custody.rotation import NextKey, certify_request, introduce_next, unlock_root
from registry.custody.viewer import make_viewer_key
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import Custody, KnownKey, RetirementReason
from registry.register import Register, utc_now
from registry.rules.bureaus import Bureau, parse_bureau
from registry.staff.model import tidy_login
from signing.encoding import b64url_decode, b64url_encode, rfc3339
from signing.keys import KeyRole, key_id
from web.cli import guarding, rotating
from web.cli.opening import (
    note,
    opened,
    passphrase_or_ask,
    places_of,
    read_file,
    read_passphrase,
    read_settings,
    register_passphrase,
)
from web.cli.output import Output

_CUSTODY_WORDS = {Custody.BUREAU: "由审核机关保管", Custody.REGISTER: "由登记平台代管"}
_REASON_WORDS = {
    RetirementReason.ROTATED: "轮换",
    RetirementReason.COMPROMISED: "泄露",
    RetirementReason.ENDED: "不再使用",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("keys", help="密钥 / keys")
    actions = command.add_subparsers(dest="action", required=True)
    begin = actions.add_parser("begin", help="建库：省级根密钥、登记平台密钥与日志的第一条记录")
    begin.add_argument("--root-passphrase-file", type=Path, required=True)
    begin.add_argument(
        "--predecessor", type=Path, metavar="FILE", help="所接续的日志的终止声明（/log/frozen）"
    )
    begin.set_defaults(run=_begin)
    bureau = actions.add_parser("bureau", help="为一个审核机关建立密钥并载入日志；已有在用密钥的不再建立")
    bureau.add_argument("--another", action="store_true", help="已有在用密钥也再建一把（轮换）")
    bureau.add_argument("bureau", metavar="CODE", help="行政区划代码，例如 430100")
    bureau.add_argument(
        "--request", type=Path, metavar="FILE", help="认证审核机关自己保管的密钥：它交来的 request.json"
    )
    bureau.add_argument("--for", dest="login", default="", metavar="LOGIN", help="只供这名审核人员使用的密钥")
    bureau.add_argument("--root-passphrase-file", type=Path, required=True)
    bureau.add_argument("--bureau-passphrase-file", type=Path, help="口令文件；不写则在终端输入")
    bureau.set_defaults(run=_bureau)
    offline = actions.add_parser("offline-key", help="在审核机关自己的电脑上建立密钥（不需要登记平台）")
    offline.add_argument("bureau", metavar="CODE", help="行政区划代码，例如 430100")
    offline.add_argument("--log-origin", required=True, metavar="NAME", help="登记日志的名称（检查点第一行）")
    offline.add_argument("--directory", type=Path, required=True, help="密钥放在哪里：一个新的目录")
    offline.add_argument("--bureau-passphrase-file", type=Path, help="口令文件；不写则在终端输入")
    offline.set_defaults(run=_offline_key)
    viewer = actions.add_parser("viewer", help="建立供 PDF 阅读器识别的 ECDSA 签名密钥；再运行一次就换新的")
    viewer.add_argument("--root-passphrase-file", type=Path, required=True)
    viewer.set_defaults(run=_viewer)
    actions.add_parser("list", help="日志中的全部密钥").set_defaults(run=_list)
    rotating.add_actions(actions)
    guarding.add_actions(actions)
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def _begin(options: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    places = places_of(settings)
    predecessor = None
    if options.predecessor is not None:
        predecessor = predecessor_of(read_file(options.predecessor), places.log_origin)
    begin_register(
        places,
        passphrase=register_passphrase(settings),
        root_passphrase=read_passphrase(options.root_passphrase_file),
        clock=utc_now,
        predecessor=predecessor,
    )
    with opened(settings) as register:
        register.publish_status(register.writer())
        note(register, "register.begun", "")
        size = register.ready()
    output.line(
        f"已建库，日志 {places.log_origin} 现有 {size} 条记录。请另行备份密钥目录中的 guard.json 以外的文件。"
    )
    output.result({"origin": places.log_origin, "size": size})
    return 0


def _bureau(options: argparse.Namespace, output: Output) -> int:
    bureau, login = parse_bureau(options.bureau), tidy_login(options.login)
    root_passphrase = read_passphrase(options.root_passphrase_file)
    if options.request is not None:
        return _certify(options, bureau, root_passphrase, output)
    with opened() as register:
        known = _lying_here(register, bureau.code, login)
        passphrase = passphrase_or_ask(
            options.bureau_passphrase_file, f"{bureau.office}密钥的口令：", anew=not known or options.another
        )
        if known and not options.another:
            directory = register.places.keys.bureau(bureau.code)
            key = unlock_newest(directory, known, KeyRole.BUREAU, passphrase)
        else:
            wanted = NextKey(KeyRole.BUREAU, Custody.REGISTER, bureau.code, officer=login)
            root = unlock_root(register, root_passphrase)
            key = introduce_next(register, wanted, passphrase=passphrase, root=root)
            note(register, "key.made", key.key_id)
    words = _CUSTODY_WORDS[Custody.REGISTER] + (f"，仅供 {login} 使用" if login else "")
    output.line(f"{bureau.office} 的密钥 {key.key_id} 已载入日志，{words}。")
    if known and options.another:
        output.line(f"旧密钥 {known[0].key_id} 仍可使用，新密钥启用之后请用 skillcert keys retire 停用它。")
    output.result({"bureau": bureau.code, "key": key.key_id, "for": login or None})
    return 0


def _certify(options: argparse.Namespace, bureau: Bureau, root_passphrase: bytes, output: Output) -> int:
    request = read_key_request(read_file(options.request))
    if request.bureau != bureau.code:
        raise NotAdmitted(Refusal.KEY_OF_ANOTHER_BUREAU)
    with opened() as register:
        key = certify_request(register, request, unlock_root(register, root_passphrase))
        note(register, "key.certified", key)
    output.line(f"{bureau.office} 的密钥 {key} 已载入日志，{_CUSTODY_WORDS[Custody.BUREAU]}。")
    output.line("请用电话等另一条渠道与该局核对这把密钥的编号。")
    output.result({"bureau": bureau.code, "key": key, "for": None})
    return 0


def _offline_key(options: argparse.Namespace, output: Output) -> int:
    bureau = parse_bureau(options.bureau)
    request = make_offline_key(
        options.directory,
        bureau=bureau.code,
        origin=options.log_origin,
        passphrase=passphrase_or_ask(options.bureau_passphrase_file, "新密钥的口令：", anew=True),
        now=utc_now(),
    )
    identity = key_id(b64url_decode(str(request.content["public"])))
    path = options.directory / "request.json"
    output.line(f"已建立 {bureau.office} 自己保管的密钥 {identity}。")
    output.line(f"请把 {path} 交省厅认证，并核对编号；密钥文件和口令不要交给任何人，请另行备份。")
    output.result({"bureau": bureau.code, "key": identity, "request": str(path)})
    return 0


def _viewer(options: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    root_passphrase, passphrase = (
        read_passphrase(options.root_passphrase_file),
        register_passphrase(settings),
    )
    with opened(settings) as register:
        root = unlock_root(register, root_passphrase)
        made = make_viewer_key(register.places, passphrase, root, register.clock())
        note(register, "key.viewer", made.key.key_id)
        path = register.places.keys.viewer_certificate(made.key.key_id)
    fingerprint = sha256(made.certificate).hexdigest()
    output.line(f"供阅读器识别的签名密钥 {made.key.key_id} 已建立，证书在 {path}。")
    output.line(f"证书的 SHA-256 指纹：{fingerprint}")
    output.line("把 SKILLCERT_VIEWER_SIGNATURE 设为 on 并重启网站后生效。登记平台自己核验时不看这个签名。")
    output.result({"key": made.key.key_id, "certificate": str(path), "fingerprint": fingerprint})
    return 0


def _lying_here(register: Register, bureau: str, login: str) -> list[KnownKey]:
    """The keys of that officer, or of the bureau as a whole, that may sign now and lie here; newest first."""
    files = register.places.keys.bureau(bureau).of_role(KeyRole.BUREAU)
    own = {file.public for file in files if file.officer == login}
    active = register.ledger.key_history().signers(KeyRole.BUREAU, register.clock(), bureau)
    return [key for key in active if key.public in own]


def _list(_: argparse.Namespace, output: Output) -> int:
    with opened() as register:
        keys, now = list(register.ledger.key_history()), register.clock()
    for key in keys:
        output.line(
            f"{key.role:<11} {key.key_id} {key.bureau:<7} {_CUSTODY_WORDS[key.custody]} "
            f"{rfc3339(key.valid_from)} 起 {_state(key, now)}"
        )
    output.result([_described(key, now) for key in keys])
    return 0


def _state(key: KnownKey, now: datetime) -> str:
    if key.retired_for is not None:
        return f"已停用（日志第 {key.retired_index} 条，{_REASON_WORDS[key.retired_for]}）"
    refusal = key.refusal_at(now)
    if refusal is Refusal.KEY_NOT_YET_VALID:
        return "尚未生效"
    ends = f"，至 {rfc3339(key.valid_until)}" if key.valid_until else ""
    return f"已过期{ends}" if refusal is Refusal.KEY_EXPIRED else f"在用{ends}"


def _described(key: KnownKey, now: datetime) -> dict[str, object]:
    return {
        "role": key.role.value,
        "key": key.key_id,
        "public": b64url_encode(key.public),
        "algorithm": key.algorithm.name,
        "bureau": key.bureau,
        "custody": key.custody.value,
        "valid_from": rfc3339(key.valid_from),
        "valid_until": rfc3339(key.valid_until) if key.valid_until else None,
        "introduced": key.introduced_index,
        "retired": key.retired_index,
        "reason": key.retired_for.value if key.retired_for else None,
        "may_sign": key.refusal_at(now) is None,
    }
