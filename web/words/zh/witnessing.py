"""见证方：给操作人员看的话，和它们为什么没有联署。"""

WORDS = {
    "problem.quorum_missed.title": "联署的见证方不够，登记还没有公布",
    "problem.quorum_missed.detail": (
        "内容已经可靠入库，只是没有公布，不要重做。后台任务（skillcert work）会一再重试，"
        "下一次登记也会先公布它。各见证方的情况："
    ),
    "problem.log_key_is_witness.title": "见证规则里写着日志自己的密钥",
    "problem.log_key_is_witness.detail": "自己不能见证自己。请改正 SKILLCERT_WITNESSES_FILE 指的文件。",
    "problem.malformed_witness_policy.title": "见证规则文件有误",
    "problem.malformed_witness_policy.detail": (
        "第一行写“quorum 数目”，以后每行写一个见证方的公钥和网址，中间空一格；# 开头的是说明。"
    ),
    "problem.log_refused.title": "不能见证这个日志",
    "problem.log_refused.detail": "要的是日志的公钥（登记平台 /log/vkey 上的一整行），见证方自己的公钥不算。",
    "problem.witness_state_missing.title": "见证方的文件不齐",
    "problem.witness_state_missing.detail": (
        "密钥和见证记录（witness.sqlite）缺了一样。见证记录丢了就不知道联署过什么，这把密钥不能再用："
        "请另建新的见证方，并通知登记平台换公钥。不要用旧备份顶替。"
    ),
    "problem.witness_state_unavailable.title": "见证记录读不了或者写不了",
    "problem.witness_state_unavailable.detail": "没有联署任何东西。请检查目录、权限和磁盘空间。",
    "problem.submission_refused.title": "见证方没有联署",
    "problem.submission_refused.detail": "这个检查点接不上它见过的日志。",
    "witness.malformed": "看不懂我们的请求",
    "witness.unknown_log": "还没有收录本日志：请把 /log/vkey 上的公钥交给它",
    "witness.not_signed_by_log": "不认日志的签名：密钥可能换过，请把新公钥交给它",
    "witness.not_an_extension": "认为日志不是接着它见过的写下来的，请立即查明",
    "witness.larger_tree_known": "见过的日志比这里的还长：这里可能是旧备份，请立即查明",
    "witness.other_root_known": "见过同样长短、内容不同的日志：出现了分叉，请立即查明",
    "witness.size_keeps_changing": "一再改口，说不清见到了哪里",
    "witness.timeout": "没有按时回答",
    "witness.connection": "连不上",
    "witness.status": "回答了错误状态",
    "witness.too_long": "回答太长",
    "witness.malformed_answer": "回答看不懂",
    "witness.no_cosignature": "回答里没有它的联署",
    "witness.bad_cosignature": "联署的签名不对",
    "witness.implausible_time": "联署的时间不可信，请核对双方的时钟",
}
