"""业务办理：审核签名、离线审核包、密钥保管方式。"""

WORDS = {
    "problem.malformed_key_request.title": "这不是密钥认证申请",
    "problem.malformed_key_request.detail": (
        "请提交 skillcert keys offline-key 在审核机关自己的电脑上写出的 request.json，不要改动它。"
    ),
    "problem.malformed_signature_file.title": "这不是离线审核的签名文件",
    "problem.malformed_signature_file.detail": "请上传 skillcert review --offline-bundle 写出的签名文件，不要改动它。",
    "problem.signature_of_another.title": "这份签名不是对当前审核方案作出的",
    "problem.signature_of_another.detail": (
        "签名对应另一个批次、较早的方案，或别人下载的审核包。请由您本人重新下载审核包、重新签名。什么都没有写入。"
    ),
    "problem.bundle_locked.title": "审核包打不开",
    "problem.bundle_locked.detail": "口令不对。请输入下载审核包时自己设定的口令。",
    "problem.bundle_damaged.title": "审核包不完整",
    "problem.bundle_damaged.detail": "文件不是审核包，或者在传送中被截断、损坏。请重新下载。",
    "problem.bundle_altered.title": "审核包里的内容与要签名的内容不符，没有签名",
    "problem.bundle_altered.detail": (
        "由包中各行重新算出的结果与待签内容不一致：有行被改动、增减，或数量不对。请不要签名，并与登记平台核对。"
    ),
}
