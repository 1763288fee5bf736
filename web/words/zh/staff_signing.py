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
    "problem.bundle_locked.detail": "口令不对。请输入制作审核包时自己设定的口令。",
    "problem.bundle_damaged.title": "审核包不完整",
    "problem.bundle_damaged.detail": "文件不是审核包，或者在传送中被截断、损坏。请重新下载。",
    "problem.bundle_altered.title": "审核包里的内容与要签名的内容不符，没有签名",
    "problem.bundle_altered.detail": (
        "由包中各行重新算出的结果与待签内容不一致：有行被改动、增减，或数量不对。请不要签名，并与登记平台核对。"
    ),
    "act.review.sign": "签名",
    "outcome.bundle_gone": "审核包已经不在",
    "act.review.bundle_asked": "要求制作离线审核包",
    "act.review.bundle": "取走离线审核包",
    "act.review.signature": "交回离线签名",
    "act.review.decided": "在命令行办结批次",
    "act.key.certified": "认证审核机关密钥",
    "act.key.viewer": "建立阅读器签名密钥",
    "act.key.made": "建立审核机关密钥",
    "trail.detail.custody": "密钥保管",
    "trail.detail.kind": "决定",
    "signing.title": "签名",
    "signing.lead": "签名只覆盖下面这些内容。签名之后由系统写入登记册，不能撤回。",
    "signing.what.approve": "将要签名：审核通过",
    "signing.what.return": "将要签名：整批退回",
    "signing.count": "入库证书",
    "signing.rows": "本批行数",
    "signing.rejected": "不予通过",
    "signing.accepted": "提示经确认入库",
    "signing.refused": "按规则不能通过",
    "signing.root": "证书承诺值的汇总（默克尔根）",
    "signing.root_hint": "改动任何一本证书的任何一个字，这个数都会变。它会和签名一起写进登记日志。",
    "signing.return_hint": "库中不写入任何证书，评价机构可以更正后重新上报。",
    "signing.whole_proposal": "查看拟办内容",
    "signing.words": "审核意见",
    "signing.people": "经办与签名",
    "signing.signed_by": "签名：{name}",
    "signing.signed_at": "签名时间",
    "signing.key": "密钥编号",
    "signing.command_line": "登记平台管理员（命令行）",
    "signing.unstated": "未写明理由",
    "signing.custody.register": "密钥由登记平台代管",
    "signing.custody.register.means": (
        "审核人的口令打开存放在登记平台上的密钥。这样的签名证明登记平台的审核流程走完了，"
        "不等于审核机关用自己掌握的密钥作出的确认，也不是电子印章。"
    ),
    "signing.custody.bureau": "密钥由审核机关自己保管",
    "signing.custody.bureau.means": (
        "密钥只在审核机关自己的电脑上，登记平台没有它。签名之前，那台电脑由各行数据重新算出要签的内容；"
        "登记平台的人不能替审核机关签名。"
    ),
    "signing.here": "在这里签名",
    "signing.passphrase": "您的签名口令",
    "signing.passphrase_hint": "不是登录密码，是建立您的签名密钥时您自己设定的口令。只用这一次，不保存。",
    "signing.sign.approve": "签名，{count} 本证书入库",
    "signing.sign.return": "签名，整批退回",
    "signing.not_now": "先不签名",
    "signing.elsewhere": "用本机关自己保管的密钥签名",
    "signing.step.take": "取走离线审核包，拷到保管密钥的电脑上。",
    "signing.step.sign": "在那台电脑上核对各行并签名，得到一个签名文件。",
    "signing.step.bring": "把签名文件交回这里。",
    "signing.take": "取走离线审核包",
    "signing.bring": "交回签名文件",
    "signing.fault.key_file_locked": "签名口令不对，没有签名",
    "signing.fault.key_file_locked.detail": "请重新输入。连续输错会暂停一段时间。忘记口令的，请联系登记平台管理员停用旧密钥、另建一把。",
    "signing.fault.key_file_missing": "您还没有签名密钥",
    "signing.fault.key_file_missing.detail": (
        "请联系登记平台管理员，用 skillcert keys bureau {bureau} --for {login} 为您建立，口令由您本人当场输入。"
    ),
    "signing.fault.no_active_key": "本机关没有在用的签名密钥",
    "signing.fault.no_active_key.detail": (
        "请联系登记平台管理员：用 skillcert keys bureau {bureau} --for {login} 为您建立，"
        "或者由本机关用 skillcert keys offline-key 自己建立、交省厅认证。"
    ),
    "signing.bundle.title": "离线审核包",
    "signing.bundle.lead": "拿到保管密钥的电脑上核对、签名用。那台电脑不需要连接登记平台。",
    "signing.bundle.personal": "包里有本批全部人员的姓名和完整证件号码",
    "signing.bundle.personal.detail": (
        "每次取走都写入操作记录。包用您下面设定的口令加密；请只拷到保管密钥的电脑上，用后删除，口令另行传递。"
    ),
    "signing.bundle.passphrase_title": "给审核包设一个口令",
    "signing.bundle.passphrase_text": "打开审核包时要用。不要用签名口令：签名口令只在保管密钥的电脑上输入。",
    "signing.bundle.passphrase": "审核包口令",
    "signing.bundle.passphrase_hint": "至少 {shortest} 个字符。平台不保存，忘记了就另做一份。",
    "signing.bundle.again": "再输入一次",
    "signing.bundle.fault.short": "至少要 {shortest} 个字符",
    "signing.bundle.fault.differs": "两次输入不一致",
    "signing.bundle.make": "制作离线审核包",
    "signing.bundle.ready_title": "审核包已经做好",
    "signing.bundle.ready_text": "{at} 提出，可以取到 {until}，或到本批次办结为止；过后系统自动删除。",
    "signing.bundle.ready_word": "用提出时设定的口令打开。口令不对或忘记了，在下面另做一份。",
    "signing.bundle.gone": "上次做的审核包已经删除",
    "signing.bundle.gone.detail": "审核包只保留一小时，也可能拟办内容已有变化。请另做一份。",
    "signing.bundle.then": "拿到之后",
    "signing.bundle.command": "在保管密钥的电脑上运行（DIRECTORY 是密钥所在的目录）：",
    "signing.bundle.recomputes": (
        "这条命令列出各行，由各行重新算出要签名的内容；有任何一处不符就拒绝签名。签好后得到一个 .signature.json 文件，里面没有个人信息。"
    ),
    "signing.bundle.no_key": "本机关没有自己保管的密钥",
    "signing.bundle.no_key.detail": (
        "先在本机关的电脑上运行 skillcert keys offline-key {bureau}，把写出的 request.json 交省厅认证。"
    ),
    "signing.signature.title": "交回签名文件",
    "signing.signature.lead": "系统先与现在的拟办内容核对，相符才写入登记册。",
    "signing.signature.file": "签名文件（.signature.json）",
    "signing.signature.hint": "由取走审核包的同一人交回。文件里没有个人信息。",
    "signing.signature.send": "核对并办理",
    "signing.to_decision": "查看审核决定书（含密钥由谁保管）",
    "signing.decision.title": "审核决定书",
    "signing.decision.lead": "审核机关签名的内容，原样保存，任何人都不能改动。",
    "signing.decided.approved": "审核通过",
    "signing.decided.returned": "整批退回",
}
