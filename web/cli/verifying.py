"""`skillcert verify`: a number, a file, a picture of a code or its text; with the register or without it."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from registry.register import Register, utc_now
from registry.rules.certificate_number import parse_certificate_number
from registry.rules.text import normalise_name
from registry.verdict import HistoryItem, Result
from registry.verification import Verification
from signing.durable import write_whole
from signing.outcomes import Outcome, Step
from signing.report import Conclusion, Report
from signing.trust import read_trust
from signing.verification_statement import VerificationStatement
from signing.verification_statement_json import statement_json
from signing.verifier import verify
from web.cli.opening import opened, read_file
from web.cli.output import Output
from web.errors import CommandLineFault, FileUnreadable
from web.language import Language
from web.presenters.dates import civil_today, day_text, moment_text
from web.presenters.verdict_json import history_item
from web.receipts import content_of, stated
from web.vocabulary import words, words_or_code

_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_CHECKED: "－"}
_RESULT_CODES = {Result.VALID: 0}
_CONCLUSIONS = {
    Conclusion.AUTHENTIC_AND_IN_FORCE: "真实有效。",
    Conclusion.SUPERSEDED: "文件是真的，但已更正：请使用更正后的证书。",
    Conclusion.ANNULLED: "文件是真的，但证书已撤销。",
    Conclusion.NOT_AUTHENTIC: "不真实：内容被改动过，或不是登记平台签发的。",
    Conclusion.STATED_THEN: "核验回单是真的。",
    Conclusion.COULD_NOT_CHECK: "未能核验完全：缺少的步骤见上，请联网或更新信任文件夹后再核验。",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("verify", help="核验编号、文件或二维码 / verify")
    command.add_argument("subject", metavar="NUMBER|FILE|QR-TEXT")
    command.add_argument("--offline", action="store_true", help="不联网、不查库，只凭信任文件夹核验")
    command.add_argument(
        "--trust", type=Path, metavar="DIR", help="信任文件夹（log.vkey did.json root.pem status/）"
    )
    command.add_argument("--name", help="同时核对姓名")
    command.add_argument(
        "--receipt", type=Path, metavar="OUT.json|.pdf", help="把签名的核验回单写到这个文件（需要登记库）"
    )
    command.add_argument("--receipt-name", action="store_true", help="把 --name 给出的姓名写进回单")
    # Exit code 1 is kept for what was checked and failed.
    command.set_defaults(run=_run, inconclusive=True)


def _run(options: argparse.Namespace, output: Output) -> int:
    form = _form(options.subject)
    if options.offline and options.receipt is not None:
        # Only the register has the key that signs receipts.
        raise CommandLineFault("--receipt")
    if options.offline:
        if options.trust is None:
            raise CommandLineFault("--offline --trust DIR")
        if form is None:
            output.line("仅凭编号无法离线核验，请提供文件或二维码。")
            output.result({"conclusion": Conclusion.COULD_NOT_CHECK.value})
            return Conclusion.COULD_NOT_CHECK.exit_code
        report = verify(form, read_trust(options.trust), _now())
        return _show_report(report, options.name, _named(report, options.name), output)
    with opened() as register:
        return _with_register(register, form, options, output)


def _with_register(
    register: Register, form: bytes | str | None, options: argparse.Namespace, output: Output
) -> int:
    if form is None:
        number = parse_certificate_number(options.subject).text
        found = register.verify_number(number, name=options.name, id_number=None)
        _write_receipt(register, found, number, options, output)
        return _show_number(found, options, output)
    found = (
        register.verify_qr(form, name=options.name)
        if isinstance(form, str)
        else register.verify_file(form, name=options.name)
    )
    assert found.report is not None
    _write_receipt(register, found, form, options, output)
    return _show_report(found.report, options.name, found.name_match, output)


def _write_receipt(
    register: Register,
    found: Verification,
    given: bytes | str,
    options: argparse.Namespace,
    output: Output,
) -> None:
    if options.receipt is None:
        return
    name = options.name if options.receipt_name else None
    statement = stated(register, found, given, name)
    if statement is None:
        output.line("没有核验出结论，不出具核验回单。")
        return
    ending = "pdf" if options.receipt.suffix.lower() == ".pdf" else "json"
    _write(options.receipt, content_of(register, statement, ending))
    output.line(f"核验回单：{options.receipt}")


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as fault:
        raise FileUnreadable(path.name) from fault


def _form(subject: str) -> bytes | str | None:
    """The bytes of a file, the text of a code, or None for a number."""
    if subject.startswith(("http://", "https://")):
        return subject
    path = Path(subject)
    if path.is_file() or "." in subject or "/" in subject:
        return read_file(path)
    parse_certificate_number(subject)
    return None


def _named(report: Report, name: str | None) -> bool | None:
    """Whether the form is made out to that name; None where it does not carry the whole name."""
    held = report.fields.get("name")
    return None if name is None or held is None else normalise_name(name) == held


def _show_report(report: Report, name: str | None, name_match: bool | None, output: Output) -> int:
    for position, step in enumerate(report.steps, start=1):
        output.line(_step_line(position, step))
    authentic = report.stated if report.conclusion is Conclusion.STATED_THEN else None
    if authentic is None:
        output.line(_CONCLUSIONS[report.conclusion])
    else:
        _show_statement(authentic, output)
    output.result(
        {
            "kind": report.kind.value,
            "conclusion": report.conclusion.value,
            "signed": report.signed.value,
            "registered": report.registered.value,
            "in_force": report.in_force.value,
            "name_match": name_match,
            "steps": [_step_value(each) for each in report.steps],
            "stated": statement_json(authentic) if authentic else None,
        }
    )
    return _with_name(name, name_match, report.exit_code, output)


def _show_statement(stated_then: VerificationStatement, output: Output) -> None:
    """What an authentic verification receipt says, as something that was so then."""
    chinese, given = Language.CHINESE, stated_then.given
    conclusion = words(f"stated.conclusion.{stated_then.conclusion}", chinese)
    at = moment_text(stated_then.checked_at, chinese)
    output.line(words("stated.line", chinese, at=at, conclusion=conclusion))
    about = given.number or f"SHA-256 {given.digest_hex}"
    output.line(f"{words('stated.given', chinese)}：{words(f'stated.given.{given.kind}', chinese)} {about}")
    if stated_then.certificate is not None:
        output.line(f"{words('verdict.number', chinese)}：{stated_then.certificate.number}")
    output.line(words("stated.not_today", chinese) + words("stated.not_today.text", chinese))


def _show_number(found: Verification, options: argparse.Namespace, output: Output) -> int:
    assert found.verdict is not None
    for position, step in enumerate(found.steps, start=1):
        output.line(_step_line(position, step))
    history = found.verdict.certificate.history if found.verdict.certificate else ()
    for item in history:
        output.line(_history_line(item))
    output.result(
        {
            "result": found.verdict.result.value,
            "history": [history_item(each) for each in history],
            "name_match": found.name_match,
            "steps": [_step_value(each) for each in found.steps],
        }
    )
    code = _RESULT_CODES.get(found.verdict.result, 1)
    return _with_name(options.name, found.name_match, code, output)


def _with_name(name: str | None, matches: bool | None, code: int, output: Output) -> int:
    """A certificate is not authentic for somebody else: a wrong name fails the check.

    A name that could not be compared leaves it open.
    """
    if name is None:
        return code
    if matches is None:
        output.line("姓名未核对：没有可以比对的完整姓名。")
        return code or Conclusion.COULD_NOT_CHECK.exit_code
    output.line("姓名一致。" if matches else "姓名不一致：这不是此人的证书。")
    return code if matches else 1


def _step_line(position: int, step: Step) -> str:
    what = words_or_code("step", step.name, Language.CHINESE)
    why = "：" + words_or_code("reason", step.reason, Language.CHINESE) if step.reason else ""
    return f"{position:2}. {_MARKS[step.outcome]} {what}{why}"


def _history_line(item: HistoryItem) -> str:
    """An entry of the chain: what was done, why, and on whose word."""
    done = words_or_code("history.act", item.act, Language.CHINESE)
    told = [f"{day_text(civil_today(item.at), Language.CHINESE)} {done}"]
    for key, held in (("reason", item.reason), ("authority", item.authority)):
        if held:
            word = words_or_code(f"act_{key}", held, Language.CHINESE)
            told.append(words(f"history.{key}", Language.CHINESE, **{key: word}))
    if item.document:
        told.append(words("history.document", Language.CHINESE))
    return "    " + "，".join(told)


def _step_value(step: Step) -> dict[str, str]:
    return {"name": step.name, "outcome": step.outcome.value, "reason": step.reason}


def _now() -> datetime:
    return utc_now().astimezone(UTC)
