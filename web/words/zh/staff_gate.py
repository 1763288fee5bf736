"""登录与权限方面的提示。"""

WORDS = {
    "problem.not_logged_in.title": "请先登录",
    "problem.not_logged_in.detail": (
        "您还没有登录，或者登录已经过期。刚才提交的内容没有保存，请登录后再办一次。"
    ),
    "problem.token_unknown.title": "接口令牌无效",
    "problem.token_unknown.detail": (
        "令牌不存在、已到期或者已停用。请在“我的账号”里重新生成一个，并更新到贵单位的系统。"
    ),
    "problem.login_refused.title": "登录名、密码或验证码不对",
    "problem.login_refused.detail": ("请检查后再试。忘记密码的，请联系账号管理员重置。"),
    "problem.wrong_role.title": "您的账号不能办理这一项",
    "problem.wrong_role.detail": ("这一项由其他岗位办理。需要办理的，请联系账号管理员调整岗位。"),
    "problem.scope_missing.title": "令牌的权限不够",
    "problem.scope_missing.detail": ("这个接口令牌没有相应的权限，请在“我的账号”里生成权限合适的令牌。"),
    "problem.form_expired.title": "页面已经过期",
    "problem.form_expired.detail": (
        "这个页面是在另一次登录时打开的，或者不是从本平台提交的。什么都没有改动，请刷新页面再办一次。"
    ),
    "problem.login_throttled.title": "尝试次数太多",
    "problem.login_throttled.detail": (
        "为保护账号，请稍等片刻再试。平时常用的电脑和浏览器不受别人尝试的影响。"
    ),
}
