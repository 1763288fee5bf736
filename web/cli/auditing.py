"""`skillcert audit`: rebuilds everything from stored bytes or public addresses, and names the first bad byte.

Exit codes: 0 everything holds · 1 something does not · 2 could not be checked.
"""

import argparse
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from registry.ledger.admission import CIVIL_TIME
from registry.ledger.audit import audit
from registry.ledger.audit_report import AuditReport
from registry.ledger.guard import Guard
from registry.ledger.public_audit import public_audit
from registry.ledger.public_checkpoint import Anchors
from registry.ledger.public_log import PublicLog
from registry.ledger.public_state import remember, remembered
from signing.errors import MalformedEncoding
from signing.notes import ED25519_TYPE, VerifierKey, parse_vkey
from signing.trust import Trust, read_trust
from web.cli.opening import opened, read_file, read_settings
from web.cli.output import Output
from web.errors import CommandLineFault
from web.words.audit import CHECKS, MARKS, finding_sentence, reason_words

_SCHEMES = ("http://", "https://")
_PROGRESS = "核对"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("audit", help="从存储的字节或公开网址重建并核对一切 / audit")
    command.add_argument("subject", nargs="?", metavar="DATA-DIR|URL", help="数据目录（默认按设置）或网址")
    command.add_argument("--vkey", metavar="KEY|FILE", help="日志验证公钥，或存有它的文件；核对网址时须给出")
    command.add_argument("--trust", type=Path, metavar="DIR", help="信任文件夹：日志公钥、见证方及其法定数")
    command.add_argument(
        "--state", type=Path, metavar="FILE", help="记住上次核对无误的检查点，此次须是其延续"
    )
    command.add_argument("--web-origin", metavar="URL", help="网站自称的网址，仅当经由镜像等别的网址核对时")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    subject = options.subject
    if subject is not None and subject.startswith(_SCHEMES):
        # Exit code 1 is kept for what was checked and does not hold.
        options.inconclusive = True
        return _audit_url(options, output)
    if any((options.vkey, options.trust, options.state, options.web_origin)):
        raise CommandLineFault("audit URL --vkey KEY")
    return _audit_directory(None if subject is None else Path(subject), output)


def _audit_directory(data: Path | None, output: Output) -> int:
    with opened(read_settings(data)) as register:
        report = audit(
            register.engine,
            log_origin=register.places.log_origin,
            guard=Guard(register.places.keys.guard),
            vault=register.keys.vault,
            witnessing=register.places.witnessing,
            progress=lambda done, total: output.progress(_PROGRESS, done, total),
        )
    _show(report, output)
    return 0 if report.clean else 1


def _audit_url(options: argparse.Namespace, output: Output) -> int:
    base, anchors, state = _origin(options.subject), _anchors(options), options.state
    web_origin = _origin(options.web_origin) if options.web_origin else ""
    earlier = None if state is None else remembered(state, anchors.log_origin)
    with closing(PublicLog(base)) as log:
        audited = public_audit(
            log,
            anchors,
            web_origin=web_origin,
            earlier=earlier,
            progress=lambda done, total: output.progress(_PROGRESS, done, total),
        )
    if state is not None and audited.report.clean and audited.note is not None:
        remember(state, audited.note)
    if audited.frozen is not None:
        successor = f"，由 {audited.frozen.successor} 接续" if audited.frozen.successor else ""
        at = audited.frozen.at.astimezone(CIVIL_TIME).date()
        output.line(f"这本日志已由省级根密钥签署终止（{at}）{successor}。状态列表按终止之日核对。")
    _show(audited.report, output)
    return 0 if audited.report.clean else 1


def _origin(url: str) -> str:
    """The origin that a URL names, and nothing below it. Raises: CommandLineFault."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise CommandLineFault(url) from fault
    within = parts.path not in ("", "/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or within:
        raise CommandLineFault("https://HOST[:PORT]")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _anchors(options: argparse.Namespace) -> Anchors:
    """The keys that the auditor brought along. Raises: CommandLineFault, MalformedTrust, FileUnreadable."""
    trust: Trust | None = None if options.trust is None else read_trust(options.trust)
    keys = () if trust is None else trust.log_keys
    if options.vkey is not None:
        keys = _vkeys(options.vkey)
    if not keys or len({key.name for key in keys}) != 1:
        raise CommandLineFault("--vkey KEY")
    return Anchors(keys) if trust is None else Anchors(keys, trust.witnesses, trust.quorum)


def _vkeys(given: str) -> tuple[VerifierKey, ...]:
    as_text = "+" in given and not Path(given).is_file()
    text = given if as_text else read_file(Path(given)).decode("utf-8", "replace")
    try:
        keys = tuple(parse_vkey(line.strip()) for line in text.split("\n") if line.strip())
    except MalformedEncoding as fault:
        raise CommandLineFault("--vkey KEY") from fault
    if any(key.algorithm != ED25519_TYPE for key in keys):
        raise CommandLineFault("--vkey KEY")
    return keys


def _show(report: AuditReport, output: Output) -> None:
    for step in report.steps:
        reason = f"：{reason_words(step.reason)}" if step.reason else ""
        output.line(f"{MARKS[step.outcome]} {CHECKS[step.name]}{reason}")
    seconds = sum(report.seconds.values())
    finding = report.finding
    if finding is None:
        output.line(f"{report.size} 条记录全部相符，用时 {seconds:.1f} 秒。根 {report.root.hex()}")
    else:
        output.line(f"第一处不符：{finding.place}（{finding.code}）")
        output.line(finding_sentence(finding))
    output.result(
        {
            "clean": report.clean,
            "size": report.size,
            "root": report.root.hex(),
            "counts": dict(report.counts),
            "seconds": {phase.value: value for phase, value in report.seconds.items()},
            "finding": None
            if finding is None
            else {"code": finding.code.value, "place": finding.place, "detail": dict(finding.detail)},
            "steps": [{"name": s.name, "outcome": s.outcome.value, "reason": s.reason} for s in report.steps],
        }
    )
