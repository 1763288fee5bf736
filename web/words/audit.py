"""What an audit says on the command line: its checks, why one was not made, and what each finding means."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.ledger.audit_report import Check, Finding, FindingCode
from signing.outcomes import Outcome

MARKS: Mapping[Outcome, str] = MappingProxyType(
    {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_CHECKED: "－"}
)
CHECKS: Mapping[str, str] = MappingProxyType(
    {
        Check.ENTRIES: "日志记录逐条可读，时间不倒退",
        Check.TREE: "瓦片与默克尔树可由记录重建",
        Check.CHECKPOINTS: "已公布检查点的根与签名",
        Check.KEYS_AND_FILINGS: "密钥与备案记录",
        Check.APPROVALS: "每本证书恰属一次审核，审核机关签名、数量与根",
        Check.ACTS: "更正、撤销等行为依次相接，由有权机关签名",
        Check.STATUS_LISTS: "状态列表可由日志重算",
        Check.PROJECTIONS: "派生表与日志一致",
        Check.RECORDS: "每条登记内容都能打开其承诺",
        Check.BATCHES: "上报批次与审核决定",
        Check.ERASURES: "该删除的已删除，密钥也打不开",
        Check.GUARD: "回滚卫兵",
        Check.DATABASE: "数据库完好",
        Check.WITNESSES: "见证方的联署达到法定数",
        Check.PUBLISHED_KEYS: "公布的密钥（vkey、DID 文档）与日志一致",
        Check.EARLIER_AUDIT: "日志是上次核对时的延续",
    }
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "ended_early": "已在别处发现不符，未及核对",
        "no_vault": "没有保险库密钥",
        "no_guard": "没有给出卫兵文件",
        "checked_by_the_server": "由数据库服务器自查",
        "no_policy": "没有设置见证规则（SKILLCERT_WITNESSES_FILE）",
        "no_quorum_yet": "按现在的见证规则，还没有一个检查点达到法定数",
        "no_witnesses_named": "没有给出见证方（--trust）",
        "no_earlier_audit": "没有上次核对的记录（--state）",
    }
)
_FINDINGS: Mapping[FindingCode, str] = MappingProxyType(
    {
        FindingCode.ENTRY_MISSING: "缺少一条日志记录。",
        FindingCode.ENTRY_MALFORMED: "这条日志记录读不出，或者不是唯一的写法。",
        FindingCode.ENTRY_ALTERED: "这条日志记录与树中的哈希不符：被改动过。",
        FindingCode.TIME_DECREASES: "记录的时间早于前一条。",
        FindingCode.TILE_MISSING: "缺少一块瓦片。",
        FindingCode.TILE_ALTERED: "瓦片与由记录重建的树不符。",
        FindingCode.TILE_BEYOND_LOG: "有日志之外的瓦片。",
        FindingCode.CHECKPOINT_MALFORMED: "检查点读不出。",
        FindingCode.CHECKPOINT_SIGNATURE: (
            "检查点不是由给出的公钥签署的，或者签名不符。如果日志更换过密钥，请从可信的途径取得新的 vkey 再核对。"
        ),
        FindingCode.CHECKPOINT_ROOT: "检查点的根不是由这些记录得出的。",
        FindingCode.CHECKPOINT_BEYOND_LOG: "检查点包含日志中没有的记录。",
        FindingCode.NOT_ADMISSIBLE: "按登记规则，这条记录本不能写入。",
        FindingCode.CERTIFICATE_UNCOVERED: "这本证书不属于任何一次审核。",
        FindingCode.APPROVAL_INCOMPLETE: "这次审核之后的证书少于它所批准的数量。",
        FindingCode.ROW_MISSING: "派生表缺少一行。",
        FindingCode.ROW_SURPLUS: "派生表多出一行。",
        FindingCode.ROW_DIFFERS: "派生表与日志不符。",
        FindingCode.SEAL_BROKEN: "密封的内容打不开。",
        FindingCode.COMMITMENT_DIFFERS: "登记内容与其承诺不符。",
        FindingCode.RECORD_DIFFERS: "登记内容与旁列不符。",
        FindingCode.NUMBER_REPEATED: "同一编号给了两本证书。",
        FindingCode.ERASURE_UNFINISHED: "已删除的内容仍有密钥能打开：请再运行一次 skillcert erase，或者启动后台任务。",
        FindingCode.STATUS_LIST_ALTERED: "状态列表不是日志所记的那一份。",
        FindingCode.STATUS_LIST_MALFORMED: "状态列表读不出，或者不属于本站。",
        FindingCode.STATUS_LIST_SIGNATURE: "状态列表没有登记平台当时有效的签名。",
        FindingCode.STATUS_BITS_DIFFER: "状态列表与日志中的行为不符。",
        FindingCode.STATUS_LIST_UNCOMMITTED: "网站提供了日志中没有记载的状态列表。",
        FindingCode.STATUS_LIST_STALE: "状态列表已经过时：过了有效期、是旧的一份，或者没有反映较早的行为。",
        FindingCode.ANSWER_MISSING: "网站没有提供应当公布的内容。",
        FindingCode.ANSWER_MALFORMED: "网站的应答不成格式。",
        FindingCode.ANSWER_TOO_LONG: "网站的应答超出了应有的长度。",
        FindingCode.ANSWER_REDIRECTED: "网站把请求引向了别处；日志必须在自己的网址上公布。",
        FindingCode.WITNESSES_MISSING: "见证方的联署少于法定数：这份检查点可能只给您一人看过。",
        FindingCode.COSIGNATURE_ALTERED: "见证方的联署与检查点不符：被改动过。",
        FindingCode.KEYS_DIFFER: "公布的密钥与日志中的密钥历史不符。",
        FindingCode.FROZEN_MALFORMED: "终止声明读不出，或者签名不符。",
        FindingCode.FROZEN_SIGNATURE: "终止声明不是由日志所载的省级根密钥签署的。",
        FindingCode.FROZEN_DIFFERS: "日志与终止声明所说的不是同一处：有声明之后签出的检查点，或者丢了记录。",
        FindingCode.LOG_SHRUNK: "日志比上次核对时短：记录被撤走了。请保留状态文件，它是带签名的证据。",
        FindingCode.LOG_FORKED: "日志不是上次所见的延续：出现了分叉。请保留状态文件，它是带签名的证据。",
        FindingCode.GUARD_MISSING: "回滚卫兵文件不见了。",
        FindingCode.GUARD_MISMATCH: "日志与回滚卫兵记住的接不上。",
        FindingCode.DATABASE_DAMAGED: "数据库文件已损坏。",
    }
)


def finding_sentence(finding: Finding) -> str:
    """What a finding means; its own code where there is no sentence."""
    return _FINDINGS.get(finding.code, finding.code.value)


def reason_words(reason: str) -> str:
    """Why a step came out as it did."""
    return _REASONS.get(reason, reason)
