"""登录、我的账号、账号管理。"""

WORDS = {
    "staff_role.institution": "评价机构",
    "staff_role.reviewer": "市州审核",
    "staff_role.province": "省级审核",
    "staff_role.auditor": "监督检查",
    "staff_role.administrator": "账号管理员",
}
