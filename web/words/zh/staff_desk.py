"""业务办理：页面外框与首页。"""

WORDS = {
    "desk.name": "业务办理",
    "desk.menu": "业务菜单",
    "desk.logout": "退出",
    "desk.optional": "选填",
    "desk.footer": "办理过程全程留痕。页面内容涉及个人信息，请勿截图外传。",
    "desk.menu.home": "工作台",
    "desk.menu.forms": "下载空表",
    "desk.menu.batches": "数据上报",
    "desk.menu.review": "数据审核",
    "desk.menu.filings": "机构备案",
    "desk.menu.certificates": "证书办理",
    "desk.menu.requests": "申请与异议",
    "desk.menu.renewal": "续期统计表",
    "desk.menu.statistics": "统计分析",
    "desk.menu.trail": "操作记录",
    "desk.menu.accounts": "账号管理",
    "desk.menu.account": "我的账号",
}
