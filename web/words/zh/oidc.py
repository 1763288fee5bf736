"""通过身份认证平台登录：按钮、过场页，没登录成时怎么回事、怎么办。"""

WORDS = {
    "oidc.title": "用“{provider}”登录",
    "oidc.lead": (
        "在“{provider}”上核实身份后回到这里，就能看到您名下的全部证书，不用记管理密码。"
        "平台只把您的姓名和证件号码用来比对，不保存。"
    ),
    "oidc.submit": "去登录",
    "oidc.leaving": "正在转到“{provider}”",
    "oidc.leaving.text": "您将离开本平台，到“{provider}”上核实身份，完成后会自动回来。没有自动跳转的，请点下面的按钮。",
    "oidc.leaving.where": "目的网址：{host}。请核对地址栏，不是这个网址的，不要输入密码。",
    "oidc.leaving.go": "继续",
    "oidc.back": "返回持证人页面",
    "oidc.nobody": "这个身份名下没有查到证书",
    "oidc.nobody.text": (
        "“{provider}”已经核实了您的身份，但登记册里没有与这个姓名和证件号码完全一致的证书，所以没有登录，"
        "您的身份信息也没有留下。"
    ),
    "oidc.nobody.why": "可能是这些原因",
    "oidc.nobody.new": "刚发的证书还没有登记好：机构上传最长 30 个工作日，审核最长 15 个工作日，请过些日子再来。",
    "oidc.nobody.document": "评价时用的是别的证件，或者姓名写法不同。请改用证书上的姓名、证件号码和证书编号查找。",
    "oidc.nobody.elsewhere": "证书不是职业技能等级证书，或者不在本省登记。职业资格证书请到国家的联网查询系统查。",
    "oidc.nobody.mistake": "证书上的姓名或证件号码写错了。请向发证的评价机构申请更正。",
    "oidc.nobody.three": "用证书上的三项信息查找",
    "problem.oidc_attempt_unknown.title": "这次登录没有接上",
    "problem.oidc_attempt_unknown.detail": (
        "登录要在同一个浏览器里一次做完，中途隔得太久、刷新、后退，或者换了浏览器，就接不上了。"
        "没有登录成功，您的信息也没有留下。请回到持证人页面重新登录。"
    ),
    "problem.oidc_login_declined.title": "没有登录",
    "problem.oidc_login_declined.detail": (
        "身份认证平台告诉我们：这次没有核实完成，或者您没有同意把姓名和证件号码交给本平台。"
        "可以重新登录，也可以改用管理密码，或者用证书上的三项信息查找。"
    ),
    "problem.oidc_provider_unavailable.title": "身份认证平台暂时连不上",
    "problem.oidc_provider_unavailable.detail": (
        "不是您的问题，也不代表没有您的证书。请过几分钟再试，或者改用管理密码，或者用证书上的三项信息查找。"
    ),
    "problem.oidc_answer_refused.title": "身份认证平台的答复没有通过核对",
    "problem.oidc_answer_refused.detail": (
        "为保护您的证书，没有通过核对的答复一律不用，所以没有登录。请重新登录一次；仍然不行的，"
        "请改用管理密码或者证书上的三项信息，并把下面的原因告诉平台管理人员。"
    ),
    "oidc.reason.state_unknown": "原因：不认识这次登录，或者它已经用过一次。",
    "oidc.reason.state_expired": "原因：登录超过了 10 分钟。",
    "oidc.reason.other_browser": "原因：回来的浏览器和出发的不是同一个。",
    "oidc.reason.access_denied": "原因：您或身份认证平台拒绝了这次登录。",
    "oidc.reason.login_required": "原因：身份认证平台没有让您登录。",
    "oidc.reason.interaction_required": "原因：身份认证平台还有一步没有做完。",
    "oidc.reason.consent_required": "原因：没有同意提供姓名和证件号码。",
    "oidc.reason.account_selection_required": "原因：没有选择账号。",
    "oidc.reason.provider_timeout": "原因：没有及时答复。",
    "oidc.reason.provider_connection": "原因：连接不上。",
    "oidc.reason.provider_status": "原因：对方系统报告出错。",
    "oidc.reason.provider_redirect": "原因：对方把我们转到了别处，没有跟过去。",
    "oidc.reason.provider_too_long": "原因：答复长得不正常。",
    "oidc.reason.provider_says_so": "原因：对方说自己暂时不能服务。",
    "oidc.reason.discovery_issuer": "原因：对方的自我说明里写的是另一个签发者。",
    "oidc.reason.discovery_malformed": "原因：对方的自我说明不完整，或者有不安全的网址。",
    "oidc.reason.discovery_without_pkce": "原因：对方不支持 PKCE（S256）。",
    "oidc.reason.keys_malformed": "原因：对方公布的公钥读不懂。",
    "oidc.reason.response_malformed": "原因：带回来的内容不完整，或者有重复。",
    "oidc.reason.response_issuer": "原因：带回来的答复不是所去的那个平台给的。",
    "oidc.reason.request_refused": "原因：对方不接受我们的登录请求，要由平台管理人员检查设置。",
    "oidc.reason.client_refused": "原因：对方不认本平台的登记信息，要由平台管理人员检查设置。",
    "oidc.reason.code_refused": "原因：登录码无效，或者已经用过。",
    "oidc.reason.answer_malformed": "原因：对方的答复读不懂。",
    "oidc.reason.token_missing": "原因：答复里没有身份令牌。",
    "oidc.reason.token_malformed": "原因：身份令牌的内容不完整。",
    "oidc.reason.token_algorithm": "原因：身份令牌用了不许可的签名算法。",
    "oidc.reason.token_key": "原因：身份令牌用的密钥不在对方公布的公钥里。",
    "oidc.reason.token_signature": "原因：身份令牌的签名不对。",
    "oidc.reason.token_issuer": "原因：身份令牌是别的平台签发的。",
    "oidc.reason.token_audience": "原因：身份令牌是发给别的系统的。",
    "oidc.reason.token_expired": "原因：身份令牌已经过期。",
    "oidc.reason.token_early": "原因：身份令牌的时间还没有到，双方的时钟可能相差太多。",
    "oidc.reason.token_nonce": "原因：身份令牌不是为这次登录签发的。",
    "oidc.reason.token_access_hash": "原因：身份令牌和一起来的访问令牌对不上。",
    "oidc.reason.login_too_old": "原因：您在对方平台上的登录太久了，要重新登录一次。",
    "oidc.reason.assurance_missing": "原因：核实身份的方式达不到要求。",
    "oidc.reason.userinfo_refused": "原因：对方没有给出姓名和证件号码。",
    "oidc.reason.userinfo_subject": "原因：对方给出的姓名和证件号码是另一个人的。",
    "oidc.reason.claims_missing": "原因：答复里没有姓名或证件号码。",
    "oidc.reason.claims_malformed": "原因：答复里的姓名或证件号码不合格式，可能被遮掩过。",
}
