"""出错时的话：怎么了，该怎么办。"""

WORDS = {
    "problem.malformed.title": "输入的内容看不懂",
    "problem.malformed.detail": "有一项内容的格式不对，请检查后再提交一次。",
    "problem.malformed_number.title": "这不是职业技能等级证书编号",
    "problem.malformed_number.detail": (
        "职业技能等级证书编号共 22 位：第 1 位是字母 Y 或 S，后面 21 位都是数字。请照证书上“证书编号”"
        "一栏再输一次。"
    ),
    "problem.malformed_number.sixteen_digits.title": "16 位数字是职业资格证书的编号",
    "problem.malformed_number.sixteen_digits.detail": (
        "您输入的是《职业资格证书》的编号，不在本平台登记。请到技能人才评价工作网（www.osta.org.cn）"
        "的职业资格证书全国联网查询。职业技能等级证书的编号是 22 位，以 Y 或 S 开头。"
    ),
    "problem.malformed_number.two_letters.title": "这是特级技师一类证书的编号",
    "problem.malformed_number.two_letters.detail": (
        "两个字母加 20 位数字的编号用于特级技师，由企业评聘，不在本平台登记。请向发证企业核实。"
    ),
    "problem.identity_number_given.title": "这里请不要输入身份证号码",
    "problem.identity_number_given.detail": (
        "您输入的内容像是身份证号码，系统没有查询，也没有保存。查询请用 22 位证书编号；"
        "想找自己的证书，请到“我的证书”。"
    ),
    "problem.malformed_ref.title": "二维码网址不完整",
    "problem.malformed_ref.detail": (
        "网址里的识别码缺了一段或者被改动过。请重新扫描证书上的二维码，或者改用证书编号查询。"
    ),
    "problem.foreign_qr.title": "这不是本平台的二维码",
    "problem.foreign_qr.detail": (
        "这个二维码指向别的网站或者别的内容，系统没有打开它。证书上的二维码应当指向本平台；"
        "指向别处的，请警惕假冒查询网站，并改用证书编号查询。"
    ),
    "problem.unreadable_file.title": "文件读不出来",
    "problem.unreadable_file.detail": "文件不完整，或者不是支持的格式。请换一份原始文件再试。",
    "problem.no_code_in_picture.title": "图片里没有找到二维码",
    "problem.no_code_in_picture.detail": (
        "请把二维码拍完整、拍清楚，不要反光，四周留一点空白。也可以直接输入证书编号。"
    ),
    "problem.picture_unreadable.title": "这张图片打不开",
    "problem.picture_unreadable.detail": (
        "请上传 JPG、PNG 或 WebP 图片。苹果手机的 HEIC 照片请先另存为 JPG，或者截屏后上传。"
    ),
    "problem.picture_too_large.title": "图片太大",
    "problem.picture_too_large.detail": "请把图片裁到二维码附近，或者缩小后再上传。",
    "problem.refused.title": "按规定不能这样办",
    "problem.refused.detail": "这一步不符合登记册的规则，什么都没有改动。",
    "problem.link_invalid.title": "下载链接不对",
    "problem.link_invalid.detail": "链接不完整，或者被改动过。请到“我的证书”重新查找您的证书。",
    "problem.offer_expired.title": "核验已过去太久",
    "problem.offer_expired.detail": "回单要在核验后尽快下载。请重新核验一次，再下载回单。",
    "problem.link_expired.title": "下载链接已过期",
    "problem.link_expired.detail": (
        "为保护您的信息，下载链接只在几分钟内有效。请到“我的证书”重新查找您的证书。"
    ),
    "problem.not_published.title": "这里没有内容",
    "problem.not_published.detail": "网址可能输错了，或者内容还没有公布。请从首页重新查找。",
    "problem.wrong_method.title": "这个网址不接受这种请求",
    "problem.wrong_method.detail": "请从本平台的页面上操作，或者对照接口说明检查请求方法。",
    "problem.body_too_large.title": "上传的内容太大",
    "problem.body_too_large.detail": "请确认选对了文件。电子证书和二维码图片都不会这么大。",
    "problem.foreign_host.title": "请从正式网址访问",
    "problem.foreign_host.detail": "您打开的网址不是本平台的正式网址。请核对地址栏，谨防假冒网站。",
    "problem.person_tries_spent.title": "这本证书暂时不能核对姓名",
    "problem.person_tries_spent.detail": (
        "最近填错的姓名或证件号码太多，为保护持证人，这本证书先不比对，与您这一次填得对不对无关。"
        "证书有没有效仍可照常查询。急着核对的，请持证人出示电子证书，或者发一个分享链接；不急的明天再试。"
    ),
    "problem.too_many_requests.title": "查询太频繁",
    "problem.too_many_requests.detail": (
        "同一网络短时间内查询次数过多，请稍等片刻再试。单位需要批量核验的，请按接口说明安排间隔。"
    ),
    "problem.search_unavailable.title": "检索暂时不可用",
    "problem.search_unavailable.detail": (
        "现在不能按名称查找，这不代表没有这家机构。不填名称仍可按地区和状态查看目录；证书编号查询不受影响。"
    ),
    "problem.search_too_broad.title": "要找的词太宽",
    "problem.search_too_broad.detail": "符合的内容太多，请多写几个字再找。",
    "problem.could_not_check.title": "暂时无法核验",
    "problem.could_not_check.detail": (
        "登记册现在答不上来，没能核验出结果。这不代表证书有问题，也不代表证书不存在，请过几分钟再试。"
    ),
    "problem.settings_fault.title": "设置有误，程序没有启动",
    "problem.settings_fault.detail": "请改正下列设置后再启动。",
    "problem.internal_fault.title": "系统出错了",
    "problem.internal_fault.detail": (
        "出错情况已经记录。请稍后再试；反复出现的，请把下面的请求编号告诉平台管理人员。"
    ),
    "problem.code": "问题代码",
    "problem.reason": "原因代码",
    "problem.request": "请求编号",
    "problem.status": "HTTP 状态码",
    "problem.home": "回到首页",
    "problem.about_code": "问题代码说明",
}
