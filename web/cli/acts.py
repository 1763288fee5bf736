"""`skillcert annul | correct | reinstate | reissue NUMBER`: acts on a certificate that is in the register."""

import argparse
from hashlib import sha256
from pathlib import Path

from registry.ledger.admission import PROVINCE
from registry.ledger.entries import ActKind, Authority
from registry.register import Register
from registry.review.acts import ActReason, Grounds
from registry.review.perform import acting_bureaus, perform_act
from registry.rules.certificate_number import parse_certificate_number
from signing.commitment import FIELDS
from web.cli.opening import note, opened, read_file, unlock_bureau
from web.cli.output import Output
from web.errors import CommandLineFault

_COMMANDS = {
    "annul": (ActKind.ANNULLED, "撤销 / annul"),
    "correct": (ActKind.CORRECTED, "更正；编号有误的用 --superseded-by 另换新号 / correct"),
    "reinstate": (ActKind.REINSTATED, "恢复误撤的证书 / reinstate"),
    "reissue": (ActKind.REISSUED, "补发 / reissue"),
}
_WORDS = {
    ActKind.ANNULLED: "已撤销",
    ActKind.CORRECTED: "已更正",
    ActKind.SUPERSEDED: "已由新证书取代",
    ActKind.REINSTATED: "已恢复",
    ActKind.REISSUED: "已补发",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the four commands."""
    for name, (act, words) in _COMMANDS.items():
        command = commands.add_parser(name, help=words)
        command.add_argument("number", metavar="NUMBER", help="证书编号")
        command.add_argument("--reason", required=True, choices=[each.value for each in ActReason])
        command.add_argument(
            "--authority",
            choices=[each.value for each in Authority],
            help="依据何方决定（默认为办理机关自己的决定）",
        )
        command.add_argument("--document", type=Path, help="依据文书；只登记加盐的哈希，文书本身不入库")
        command.add_argument(
            "--request",
            default="",
            required=act is ActKind.REISSUED,
            metavar="KEY",
            help="申请编号：同一申请只办一次，重复执行不会再办",
        )
        command.add_argument("--by-province", action="store_true", help="由省厅办理（默认由原审核机关）")
        command.add_argument("--bureau-passphrase-file", type=Path, help="审核机关密钥口令文件")
        if act is ActKind.CORRECTED:
            command.add_argument(
                "--set", action="append", default=[], metavar="FIELD=VALUE", help="更正的内容"
            )
            command.add_argument("--superseded-by", default="", metavar="NUMBER", help="取代它的新证书编号")
        command.set_defaults(run=_run, act=act)


def _run(options: argparse.Namespace, output: Output) -> int:
    number = parse_certificate_number(options.number).text
    replaced_by = getattr(options, "superseded_by", "")
    changes = _changes(getattr(options, "set", []))
    if options.act is ActKind.CORRECTED and bool(changes) == bool(replaced_by):
        raise CommandLineFault("--set FIELD=VALUE | --superseded-by NUMBER")
    act = ActKind.SUPERSEDED if replaced_by else options.act
    with opened() as register:
        own, *others = acting_bureaus(register.look_up, number)
        bureau = others[0] if options.by_province and others else own
        published = perform_act(
            register.look_up,
            register.writer(),
            number,
            act,
            ActReason(options.reason),
            bureau_key=unlock_bureau(register, bureau, options.bureau_passphrase_file),
            bureau=bureau,
            now=register.clock(),
            changes=changes,
            replaced_by=replaced_by and parse_certificate_number(replaced_by).text,
            grounds=_grounds(options, register, number, bureau),
        )
        note(register, "certificate.act", f"entry {published.first_index}")
        register.publish_status(register.writer())
    output.line(f"{number} {_WORDS[act]}，见日志第 {published.first_index} 条。")
    output.result({"number": number, "act": act.value, "index": published.first_index})
    return 0


def _grounds(options: argparse.Namespace, register: Register, number: str, bureau: str) -> Grounds:
    own = Authority.PROVINCE if bureau == PROVINCE else Authority.BUREAU
    document = sha256(read_file(options.document)).digest() if options.document else b""
    request = register.keys.vault.request_key(number, options.request) if options.request else b""
    return Grounds(Authority(options.authority) if options.authority else own, document, request)


def _changes(pairs: list[str]) -> dict[str, str]:
    changes = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    if len(changes) != len(pairs) or not set(changes) <= set(FIELDS):
        raise CommandLineFault(f"--set FIELD=VALUE，FIELD 为 {' '.join(FIELDS)} 之一")
    return changes
