"""文件核验页。"""

WORDS = {
    "verify.title": "核验电子证书文件",
    "verify.lead": (
        "上传电子证书 PDF、可验证凭证 JSON、登记回执（.tlog-proof），或者二维码图片。系统逐步核验，"
        "每一步都告诉您结果。"
    ),
    "verify.file": "选择文件",
    "verify.file_hint": "最大 {megabytes} MB。文件只在内存中核验，不保存。",
    "verify.qr": "或粘贴二维码内容",
    "verify.qr_hint": "用其他软件扫出来的整段文字，以 http 开头。",
    "verify.name": "持证人姓名（选填）",
    "verify.name_hint": "填了就一并核对，看证书是不是这个人的。",
    "verify.submit": "开始核验",
    "verify.steps": "核验步骤",
    "verify.kind.pdf": "电子证书（PDF）",
    "verify.kind.json": "可验证凭证（JSON）",
    "verify.kind.tlog-proof": "登记回执",
    "verify.kind.qr": "证书二维码",
    "verify.kind.unknown": "无法识别的文件",
    "verify.question.signed": "是不是登记册签发的",
    "verify.question.registered": "是不是登记在册",
    "verify.question.in_force": "现在是不是有效",
    "verify.outcome.passed": "通过",
    "verify.outcome.failed": "未通过",
    "verify.outcome.not_checked": "未检查",
    "verify.again": "再核验一份",
    "verify.what": "核验对象：{kind}",
    "verify.trust_register": "以登记册为准",
    "verify.unknown_form": (
        "支持的文件：PDF 电子证书、JSON 可验证凭证、.tlog-proof 回执，以及二维码的 PNG、JPG、WebP "
        "图片。请确认没有选错文件，文件也没有被聊天软件转换过格式。"
    ),
}
