"""保存期满后删除的内容。"""

WORDS = {
    "retention.approved_uploads": "已通过批次的上报文件（批）",
    "retention.returned_uploads": "已退回或被更正版本取代的批次（批）",
    "retention.requests": "办结申请与异议的材料（份）",
    "retention.upload_rows": "其中的数据行（行）",
    "retention.trail": "操作记录（条）",
    "retention.jobs": "已结束的后台任务（项）",
    "retention.drafts": "已办结批次的审核草稿（批）",
    "retention.shares": "到期或停止的分享（个）",
    "retention.sessions": "过期的登录（次）",
    "retention.holder_sessions": "持证人过期的登录（次）",
    "retention.holders": "名下已没有证书的持证人（人）",
    "retention.attempts": "过期的登录失败计数（条）",
}
