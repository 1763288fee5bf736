"""What the operator of a register is told at the command line: what happened and what to do, by error code."""

from collections.abc import Mapping
from types import MappingProxyType

OPERATOR_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "key_file_missing": (
            "找不到密钥或口令文件",
            "请核对 SKILLCERT_KEY_DIR 与 SKILLCERT_KEY_PASSPHRASE_FILE；新建登记册先运行 skillcert keys begin。",
        ),
        "key_file_locked": (
            "密钥打不开",
            "口令不对，或密钥文件被改动过。请核对口令文件，必要时从备份取回密钥。",
        ),
        "key_file_exposed": ("密钥文件的权限太宽", "请运行 chmod 700 密钥目录、chmod 600 密钥文件后再试。"),
        "key_file_exists": ("密钥已经存在", "已有的密钥绝不覆盖。要换密钥，请先另存原文件。"),
        "guard_missing": (
            "回滚卫兵不见了",
            "日志里已有记录，而密钥目录里没有 guard.json。请从密钥所在处取回，不要新建。见 docs/operations.md。",
        ),
        "guard_mismatch": (
            "登记册比已签名的日志旧",
            "数据库可能是从旧备份恢复的。没有签署任何内容。请找回最新的数据库，不要删除 guard.json。见 docs/operations.md。",
        ),
        "writer_busy": ("另一个进程正在写入", "请稍后再试；一直这样的，请检查是否有没结束的进程。"),
        "log_not_found": (
            "这里还没有登记册",
            "请核对 SKILLCERT_DATA_DIR；新建登记册先运行 skillcert keys begin。",
        ),
        "schema_too_new": ("数据库来自更新的版本", "请使用建库时的版本或更新的版本。"),
        "database_unavailable": ("数据库没有应答", "请检查磁盘空间、文件权限和数据库服务，然后再试。"),
        "search_unavailable": ("检索索引不可用", "请运行 skillcert reindex 重建；这不影响按编号查询。"),
        "national_not_configured": (
            "没有设置全国联网查询",
            "请设置 SKILLCERT_NATIONAL_URL 与 SKILLCERT_NATIONAL_KEY_FILE。",
        ),
        "demo_elsewhere": (
            "这个文件夹不能用作演示",
            "里面有别的文件，或者演示数据是为另一个端口生成的。请换一个 DIR，或用原来的 PORT。",
        ),
        "malformed_trust": (
            "信任文件夹读不出来",
            "需要 log.vkey、did.json、root.pem 和 status/，请重新下载。",
        ),
        "not_admitted": (
            "日志的规则不允许",
            "没有写入任何内容。原因见错误代码，请核对审核机关、密钥与数据。",
        ),
    }
)
