"""`skillcert keys introduce`, `rotate` and `retire`: the next key of a role, and the end of one."""

import argparse
from datetime import datetime
from pathlib import Path

from registry.custody.keys import REGISTER_ROLES
from registry.custody.rotation import NextKey, introduce_next, retire_key, unlock_root
from registry.ledger.key_history import KnownKey, RetirementReason
from registry.register import Register
from signing.encoding import b64url_encode, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.keys import KeyRole, SigningKey
from signing.notes import VerifierKey
from web.cli.opening import note, opened, read_passphrase, read_settings, register_passphrase
from web.cli.output import Output
from web.errors import CommandLineFault

_ROLES = (*REGISTER_ROLES, KeyRole.ROOT)
_OVERLAP = {
    KeyRole.LOG: (
        "并用期间每个检查点由新旧两把密钥同签。请把新的验证密钥（/log/vkey）交给见证方和核验方，"
        "更新信任文件夹，等他们都换好之后再停用旧密钥。"
    ),
    KeyRole.NATIONAL: (
        "请先把新公钥报全国联网系统登记；没有登记好就不要让它生效（--valid-from）。"
        "从生效时起一律用新密钥签名，对方确认收到之后再停用旧密钥。"
    ),
    KeyRole.ROOT: (
        "新旧两份根证书都在信任文件夹的 root.pem 里，旧的电子证书照样能验。"
        "请公布新的 root.pem，等核验方都换好之后再停用旧的根密钥。"
    ),
}
_OVERLAP_OF_FORMS = (
    "从现在起由新密钥签名，旧密钥签过的仍然有效。请更新信任文件夹，等核验方都换好之后再停用旧密钥。"
)
_REASON_WORDS = {
    RetirementReason.ROTATED: "它签过的仍然有效。",
    RetirementReason.ENDED: "它签过的仍然有效。",
    RetirementReason.COMPROMISED: (
        "它签过的一律不再采信：验证密钥清单里已经没有它，DID 文档里标为作废。"
        "请马上更新信任文件夹，并通知核验方和持证人重新下载。"
    ),
}


def add_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the three actions."""
    for name, help_text in (
        ("introduce", "建立某个用途的下一把密钥并载入日志"),
        ("rotate", "轮换：载入下一把密钥，并说明旧密钥何时停用"),
    ):
        action = actions.add_parser(name, help=help_text)
        action.add_argument("role", metavar="ROLE", choices=[each.value for each in _ROLES])
        action.add_argument("--root-passphrase-file", type=Path, required=True)
        action.add_argument("--valid-from", metavar="TIME", help="生效时刻，例如 2026-12-01T00:00:00Z")
        action.add_argument("--valid-until", metavar="TIME", default="", help="失效时刻，默认不失效")
        action.set_defaults(run=_introduce, explains=name == "rotate")
    retire = actions.add_parser("retire", help="停用一把密钥")
    retire.add_argument("key", metavar="KEY-ID", help="见 skillcert keys list")
    retire.add_argument("--reason", required=True, choices=[each.value for each in RetirementReason])
    retire.add_argument("--root-passphrase-file", type=Path, required=True)
    retire.set_defaults(run=_retire)


def _introduce(options: argparse.Namespace, output: Output) -> int:
    settings, role = read_settings(), KeyRole(options.role)
    root_passphrase = read_passphrase(options.root_passphrase_file)
    wanted = NextKey(
        role,
        valid_from=_moment("--valid-from", options.valid_from) if options.valid_from else None,
        valid_until=rfc3339(_moment("--valid-until", options.valid_until)) if options.valid_until else "",
    )
    with opened(settings) as register:
        before = register.ledger.key_history().signers(role, register.clock())
        key = introduce_next(
            register,
            wanted,
            passphrase=root_passphrase if role is KeyRole.ROOT else register_passphrase(settings),
            root=unlock_root(register, root_passphrase),
        )
        note(register, "key.made", key.key_id)
        verifier_key = _verifier_key(register, key)
    output.line(f"{role} 的新密钥 {key.key_id} 已载入日志，公钥 {b64url_encode(key.public)}。")
    if verifier_key:
        output.line(f"验证密钥 {verifier_key}")
    if options.explains:
        _explain(role, before, output)
    output.result(
        {
            "role": role.value,
            "key": key.key_id,
            "public": b64url_encode(key.public),
            "vkey": verifier_key,
            "before": [each.key_id for each in before],
        }
    )
    return 0


def _explain(role: KeyRole, before: list[KnownKey], output: Output) -> None:
    output.line(_OVERLAP.get(role, _OVERLAP_OF_FORMS))
    for key in before:
        output.line(f"停用：skillcert keys retire {key.key_id} --reason rotated --root-passphrase-file FILE")


def _retire(options: argparse.Namespace, output: Output) -> int:
    reason = RetirementReason(options.reason)
    with opened() as register:
        key = retire_key(
            register, options.key, reason, root_passphrase=read_passphrase(options.root_passphrase_file)
        )
        note(register, "key.retired", key.key_id)
        # A status list of a key that may sign no more is replaced at once, not with the next act.
        renewed = register.publish_status(register.writer())
    output.line(f"{key.role} 的密钥 {key.key_id} 已停用（{reason}）。{_REASON_WORDS[reason]}")
    output.result({"role": key.role.value, "key": key.key_id, "reason": reason.value, "lists": renewed})
    return 0


def _verifier_key(register: Register, key: SigningKey) -> str:
    if key.role is not KeyRole.LOG:
        return ""
    return str(VerifierKey(register.places.log_origin, key.algorithm.note_type, key.public))


def _moment(option: str, text: str) -> datetime:
    try:
        return parse_rfc3339(text)
    except MalformedEncoding as fault:
        raise CommandLineFault(f"{option} 2026-12-01T00:00:00Z") from fault
