"""`skillcert certificates`: the electronic certificates of a batch, as files in a folder."""

import argparse
from pathlib import Path

from registry.bulk import NOTES, BulkReport, LeftOut, make_batch
from registry.electronic import Form
from web.cli.opening import note, opened
from web.cli.output import Output
from web.cli.reviewing import batch_id

_WORDS = {
    LeftOut.ANNULLED: "已撤销",
    LeftOut.SUPERSEDED: "已由新编号代替",
    LeftOut.ERASED: "已依法删除个人信息",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("certificates", help="成批制作电子证书 / make a batch's certificates")
    command.add_argument("batch", metavar="BATCH", help="已入库的批次号")
    command.add_argument("--to", type=Path, required=True, metavar="DIR", help="放到哪个目录")
    command.add_argument(
        "--form",
        dest="forms",
        action="append",
        choices=[each.value for each in Form],
        help="制作哪种文件，可以多次；默认 pdf",
    )
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    forms = [Form(each) for each in dict.fromkeys(options.forms or [Form.PDF.value])]
    batch = batch_id(options.batch)
    with opened() as register:
        note(register, "certificates.made", batch.hex())
        report = make_batch(
            register,
            batch,
            options.to,
            forms,
            lambda done, total: output.progress("制作电子证书", done, total),
        )
    _tell(report, options.to, output)
    return 1 if report.undrawable else 0


def _tell(report: BulkReport, folder: Path, output: Output) -> None:
    output.line(
        f"共 {report.certificates} 本：新制作 {report.made} 份文件，已有 {report.kept} 份，在 {folder}。"
    )
    for reason, count in sorted(report.left_out.items()):
        output.line(f"{_WORDS[reason]}的 {count} 本没有制作。")
    for number, code_point in report.undrawable.items():
        output.line(f"{number} 没有制作：字体里没有 U+{code_point:04X} 这个字。")
    if report.undrawable:
        output.line("请在 SKILLCERT_FONT_DIR 里补上有这些字的字体，再运行一次。")
    output.line(f"中断了再运行一次就接着做；做过的记在 {NOTES}。文件里有姓名和证件号码，请妥善保管。")
    output.result(
        {
            "certificates": report.certificates,
            "made": report.made,
            "kept": report.kept,
            "left_out": {reason.value: count for reason, count in sorted(report.left_out.items())},
            "undrawable": {number: f"U+{point:04X}" for number, point in report.undrawable.items()},
        }
    )
