"""持证人：我的证书。"""

WORDS = {
    "holder.title": "我的证书",
    "holder.lead": "持证人在这里下载自己的电子证书。",
    "holder.name": "姓名",
    "holder.name_hint": "与证书上完全一致，少数民族姓名请带间隔号“·”",
    "holder.id_number": "证件号码",
    "holder.id_number_hint": "考试报名时使用的证件，身份证末位 X 不分大小写",
    "holder.number": "证书编号",
    "holder.submit": "查找我的证书",
    "holder.privacy": "这三项只用于本次比对，不出现在网址里，也不写进日志。",
    "holder.refused": "没有找到三项都一致的证书",
    "holder.refused.text": (
        "请逐项核对后重试。刚发的证书可能还没有登记好：机构上传最长 30 个工作日，审核最长 15 个工作日。为保护个人信息，"
        "本页不提示哪一项不对。"
    ),
    "holder.incomplete": "三项都要填",
    "holder.incomplete.text": "请把姓名、证件号码和证书编号填写完整。",
    "holder.found": "找到您的证书",
    "holder.valid_for": "下载链接 {minutes} 分钟内有效，过期后请重新查找。请不要把链接转发给别人。",
    "holder.not_in_force": "这本证书目前不是有效状态，不提供电子文件下载。",
    "holder.see": "查看公开的查询结果",
    "holder.download": "下载",
    "holder.form.pdf": "电子证书（PDF）",
    "holder.form.pdf.text": "可以打印，也可以直接发给用人单位，内含签名和可验证凭证。",
    "holder.form.json": "可验证凭证（JSON）",
    "holder.form.json.text": "供招聘、学分银行等系统自动读取和核验。",
    "holder.form.rdfc.json": "可验证凭证（JSON，RDFC 签名）",
    "holder.form.rdfc.json.text": "内容同上，签名方式为 eddsa-rdfc-2022，给只认这种签名的开放徽章系统使用。",
    "holder.form.tlog-proof": "公开回执",
    "holder.form.tlog-proof.text": "供对方离线验算，只含公开内容，没有完整姓名和证件号码。",
    "holder.form.full.tlog-proof": "完整回执（请自己保管）",
    "holder.form.full.tlog-proof.text": "含全部登记内容和证件号码，能长期证明您的登记。请不要转发。",
    "holder.form.png": "二维码图片",
    "holder.form.png.text": "贴在简历或档案里，别人一扫就能查。",
    "holder.reader": "阅读器可能提示签名未知，请扫码或上传核验。",
    "holder.reader.text": (
        "电子证书使用 Ed25519 签名，部分 PDF 阅读器还不认识，会提示“签名未知”或“无法验证”。"
        "这不代表文件有问题：请扫描证书上的二维码，或者到“核验文件”页上传核验。"
    ),
}
