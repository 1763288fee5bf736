"""`skillcert holders void NUMBER`: voids a holder's management secret, where no staff page is at hand."""

import argparse

from registry.holders.entry import holders_in
from registry.holders.room import open_holders
from registry.review.errors import CertificateUnknown
from registry.rules.certificate_number import parse_certificate_number
from registry.staff.desk import open_staff
from web.cli.opening import note, opened
from web.cli.output import Output

_HELP = """\
注销一位持证人的管理密码：退出全部登录，停止全部分享。请先由人社局核对本人和身份证件原件；平时在网页“持证人密码”办理。
编号是这位持证人任意一本证书的编号。记入操作记录。

Voids a holder's management secret: all log-ins end, all shares stop. A bureau checks the person and the
document first. NUMBER is that of any of the person's certificates.
"""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser(
        "holders",
        help="注销持证人的管理密码 / void a holder's secret",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("action", choices=["void"], metavar="void", help="注销 / void")
    command.add_argument("number", metavar="NUMBER", help="证书编号")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    number = parse_certificate_number(options.number).text
    with opened() as register:
        found = register.look_up.current(number)
        if found is None:
            raise CertificateUnknown
        room = open_holders(register, open_staff(register))
        holders = holders_in(room, found[2])
        done = [room.holders.void(each) for each in holders]
        for each in holders:
            note(register, "holder.void", f"holder {each.id}")
    sessions, shares = sum(each.sessions for each in done), sum(each.others for each in done)
    if holders:
        output.line(f"已注销：退出登录 {sessions} 处，停止分享 {shares} 个。持证人可以重新领取管理密码。")
    else:
        output.line("这位持证人没有领取过管理密码，也没有登录过，不需要注销。")
    output.result({"voided": bool(holders), "sessions": sessions, "shares": shares})
    return 0
