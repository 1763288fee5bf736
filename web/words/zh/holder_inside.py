"""持证人：管理密码、登录、名下证书。"""

WORDS = {
    "problem.secret_mistyped.title": "管理密码抄写有误",
    "problem.secret_mistyped.detail": "管理密码是五组、每组四位，最后一组用来检查有没有抄错。请对照当初记下的纸条重新输入。",
    "problem.secret_refused.title": "姓名、证件号码和管理密码对不上",
    "problem.secret_refused.detail": "请逐项核对后重试。为保护个人信息，不提示哪一项不对。",
    "problem.secret_exists.title": "已经领取过管理密码",
    "problem.secret_exists.detail": "管理密码只在领取时显示一次。忘记了，或者不是您本人领取的，请带身份证到人社局注销后重新领取。",
    "problem.holder_unknown.title": "没有找到",
    "problem.holder_unknown.detail": "请返回重新登录。",
}
