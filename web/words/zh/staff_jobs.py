"""业务办理：等待办理结果的页面。"""

WORDS = {
    "job.kind": "正在办理",
    "job.kind.intake": "接收上报数据",
    "job.kind.bundle": "制作离线审核包",
    "job.kind.propose": "生成审核意见",
    "job.kind.approve": "登记证书",
    "job.kind.return": "退回批次",
    "job.kind.act": "办理证书事项",
    "job.kind.filing": "办理机构备案",
    "job.lead": "可以留在这里等，也可以先去做别的，办理不会中断。办完后本页自动转到结果。",
    "job.next": "已提交，马上开始。",
    "job.queued_behind": "排队中，前面还有 {before} 项。",
    "job.running": "正在办理……",
    "job.running_at": "正在办理，已完成 {percent}%。",
    "job.done": "已办好。",
    "job.refused": "没有办成。",
    "job.postponed": "系统暂时办不了：{title}。材料都已保存，恢复后自动接着办，不用重新提交。",
    "job.stuck": "还没有开始。",
    "job.stuck_title": "后台程序没有运行",
    "job.stuck_text": (
        "提交的内容已经保存，不用重新提交；后台程序（skillcert work）恢复运行后会自动办理。"
        "请告诉本平台的管理员。"
    ),
    "job.lost": "暂时联系不上服务器，正在重试。已提交的内容不受影响。",
    "job.asked_at": "提交时间：{at}。",
    "job.reference": "办理编号：{id}。",
    "job.refreshes": "本页每 3 秒自动刷新。",
    "job.nothing_changed": "登记内容没有任何改动。",
    "job.back": "返回继续办理",
    "job.rows": "涉及表格第 {rows} 行。",
    "problem.job_asker_may_not.title": "提交之后，您的账号有变动",
    "problem.job_asker_may_not.detail": (
        "轮到办理时，提交人的账号已停用，或者岗位、单位有了变化，因此没有办理。请由现在负责的人员重新提交。"
    ),
    "problem.job_gave_up.title": "多次尝试都没有办成",
    "problem.job_gave_up.detail": (
        "后台程序三次办到一半都意外中断，系统不再自动重试。请把办理编号告诉本平台的管理员；其他业务不受影响。"
    ),
    "problem.job_kind_unknown.title": "后台程序还不会办这项业务",
    "problem.job_kind_unknown.detail": "后台程序的版本比网站旧。请告诉本平台的管理员，升级后再提交一次。",
    "problem.internal.title": "办理时系统出错了",
    "problem.internal.detail": (
        "这是系统的问题，不是您提交的内容有误。请把办理编号告诉本平台的管理员，稍后再试一次。"
    ),
}
