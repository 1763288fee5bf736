"""`skillcert verify`: a number, a file, a picture of a code or its text, a folder of them, or a list.

With the register, or without it and everything else: by a trust folder alone.
"""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from registry.register import Register
from registry.rules.certificate_number import MalformedNumber, parse_certificate_number
from registry.verification import Verification
from signing.report import Conclusion
from signing.trust import read_trust
from signing.verifier import verify
from web.cli import verifying_lists
from web.cli.opening import opened, read_file, write_file
from web.cli.output import Output
from web.cli.verifying_many import check_all, checker
from web.cli.verifying_shown import find_current, named, now, show_number, show_report
from web.cli.verifying_walk import Found, files_in, printable
from web.errors import CommandLineFault
from web.language import Language
from web.receipts import content_of, stated
from web.vocabulary import words

_COULD_NOT = Conclusion.COULD_NOT_CHECK
_LANGUAGES = {each.short: each for each in Language}
_HELP = """
退出码：0 真实有效；1 核验了但不是（伪造、改动、撤销、更正、未找到、姓名不一致）；2 没能核验。
多个文件或文件夹：有一个是 1 就是 1；否则有一个没能核验、不能识别就是 2；全部真实有效才是 0。
exit code: 0 authentic and in force; 1 checked and not so; 2 could not check. Of several: 1 if any is 1,
else 2 if any could not be checked or was not recognised, else 0.
"""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser(
        "verify",
        help="核验编号、文件、文件夹、二维码或名单 / verify",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("subjects", nargs="+", metavar="NUMBER|FILE|FOLDER|QR-TEXT")
    command.add_argument("--offline", action="store_true", help="不联网、不查库，只凭信任文件夹核验")
    command.add_argument(
        "--trust", type=Path, metavar="DIR", help="信任文件夹（log.vkey did.json root.pem status/）"
    )
    command.add_argument("--name", help="同时核对姓名")
    command.add_argument(
        "--receipt", type=Path, metavar="OUT.json|.pdf", help="把签名的核验回单写到这个文件（需要登记库）"
    )
    command.add_argument("--receipt-name", action="store_true", help="把 --name 给出的姓名写进回单")
    command.add_argument("--steps", action="store_true", help="多个文件时，真实有效的也列出各步骤")
    command.add_argument("--lang", choices=sorted(_LANGUAGES), default="zh", help="输出语言 / language")
    verifying_lists.add_options(command)
    # Exit code 1 is kept for what was checked and failed.
    command.set_defaults(run=_run, inconclusive=True)


def _run(options: argparse.Namespace, output: Output) -> int:
    language = _LANGUAGES[options.lang]
    if options.batch:
        return verifying_lists.run(options, output, language)
    if options.offline and options.trust is None:
        raise CommandLineFault("--offline --trust DIR")
    several = len(options.subjects) > 1 or _is_folder(options.subjects[0])
    if options.receipt is not None and (options.offline or several):
        # Only the register has the key that signs receipts, and a receipt is about one thing.
        raise CommandLineFault("--receipt")
    if several:
        return _run_many(options, output, language)
    form = _form(options.subjects[0])
    if not options.offline:
        with opened() as register:
            return _with_register(register, form, options, output, language)
    if form is None:
        output.line(words("checked.number_offline", language))
        output.result({"conclusion": _COULD_NOT.value})
        return _COULD_NOT.exit_code
    trust = read_trust(options.trust)
    report = verify(form, trust, now())
    find_current(report, trust, output, language)
    return show_report(report, options.name, named(report, options.name), output, language)


def _run_many(options: argparse.Namespace, output: Output, language: Language) -> int:
    # Looked at before anything is opened: what is mistyped says so at once.
    subjects = [each for subject in options.subjects for each in _subjects(subject)]
    with ExitStack() as stack:
        if options.offline:
            check = checker(read_trust(options.trust), None, options.name)
        else:
            check = checker(None, stack.enter_context(opened()), options.name)
        return check_all(subjects, check, output, language, all_steps=options.steps)


def _subjects(subject: str) -> Sequence[Found | str]:
    """What one word of the command line names. Raises: FileUnreadable, MalformedNumber."""
    if _is_folder(subject):
        return files_in(Path(subject))
    if subject.startswith(("http://", "https://")) or _is_number(subject):
        return [subject]
    if _form(subject) is None:
        return [subject]
    return [Found(printable(Path(subject).name), Path(subject))]


def _with_register(
    register: Register,
    form: bytes | str | None,
    options: argparse.Namespace,
    output: Output,
    language: Language,
) -> int:
    if form is None:
        number = parse_certificate_number(options.subjects[0]).text
        found = register.verify_number(number, name=options.name, id_number=None)
        _write_receipt(register, found, number, options, output, language)
        return show_number(found, options, output, language)
    found = (
        register.verify_qr(form, name=options.name)
        if isinstance(form, str)
        else register.verify_file(form, name=options.name)
    )
    assert found.report is not None
    _write_receipt(register, found, form, options, output, language)
    return show_report(found.report, options.name, found.name_match, output, language, found=found)


def _write_receipt(
    register: Register,
    found: Verification,
    given: bytes | str,
    options: argparse.Namespace,
    output: Output,
    language: Language,
) -> None:
    if options.receipt is None:
        return
    name = options.name if options.receipt_name else None
    statement = stated(register, found, given, name)
    if statement is None:
        output.line(words("receipt.nothing_to_state", language))
        return
    ending = "pdf" if options.receipt.suffix.lower() == ".pdf" else "json"
    write_file(options.receipt, content_of(register, statement, ending))
    output.line(words("receipt.written", language, path=options.receipt))


def _form(subject: str) -> bytes | str | None:
    """The bytes of a file, the text of a code, or None for a number."""
    if subject.startswith(("http://", "https://")):
        return subject
    path = Path(subject)
    if path.is_file() or "." in subject or "/" in subject:
        return read_file(path)
    parse_certificate_number(subject)
    return None


def _is_folder(subject: str) -> bool:
    return Path(subject).is_dir()


def _is_number(subject: str) -> bool:
    try:
        parse_certificate_number(subject)
    except MalformedNumber:
        return False
    return True
