"""`skillcert database`: brings the database to this version, and grants its roles what they need."""

import argparse
import os

from registry.custody.beginning import migrate_all
from registry.storage.rights import Role
from registry.storage.roles import prepare_database
from web.cli.opening import places_of, read_settings
from web.cli.output import Output
from web.errors import CommandLineFault
from web.settings import PREFIX

_HELP = """\
升级数据库到本版本的表结构。SQLite 不需要任何选项。

PostgreSQL：由数据库所有者运行，三个角色须事先建立（CREATE ROLE … LOGIN）：
  写入角色（命令与后台任务）对登记册只能查询和追加，不能改、不能删、不能停用触发器；
  工作台角色（带工作台的网站 serve）对登记册只能查询，只能改动工作台自己的表；
  只读角色（只对公众的网站 serve、audit）只能查询，看不到账号和会话。
其他任何人的权限一律收回。可以重复运行。
每次升级程序后、启动之前运行一次。命令、后台任务和网站自己从不改动表结构。

Migrates the database; on PostgreSQL as its owner, then grants its three roles, which must exist, exactly
what they need and revokes all else from everyone. Safe to repeat; run it after every upgrade of the program.
口令请放在 ~/.pgpass，不要写在命令行里。 / Keep passwords in ~/.pgpass, not on the command line.
"""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("database", help="数据库 / database")
    actions = command.add_subparsers(dest="action", required=True)
    prepare = actions.add_parser(
        "prepare",
        help="升级表结构，授予角色权限 / migrate and grant",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    prepare.add_argument("--owner-url", metavar="URL", help="以数据库所有者连接；默认为 DATABASE_URL")
    prepare.add_argument("--writer", metavar="NAME", help="写入角色")
    prepare.add_argument("--desk", metavar="NAME", help="工作台角色")
    prepare.add_argument("--reader", metavar="NAME", help="只读角色")
    prepare.set_defaults(run=_prepare)
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def _prepare(options: argparse.Namespace, output: Output) -> int:
    named = {
        Role.WRITER: options.writer,
        Role.DESK: options.desk,
        Role.READER: options.reader,
    }
    if any(named.values()) != all(named.values()):
        raise CommandLineFault("--writer, --desk, --reader")
    owner = {f"{PREFIX}DATABASE_URL": options.owner_url} if options.owner_url else {}
    places = places_of(read_settings(environment={**os.environ, **owner}))
    if not any(named.values()):
        migrate_all(places)
        output.line("表结构已是本版本。")
    else:
        engine = places.register_engine()
        try:
            prepare_database(engine, named)
        finally:
            engine.dispose()
        output.line("表结构已是本版本；三个角色的权限已授予：" + "、".join(named.values()) + "。")
    output.result({role.value: name for role, name in named.items()})
    return 0
