"""在浏览器里核验的页面，和它的脚本所说的话。"""

WORDS = {
    "check_here.title": "本机核验",
    "check_here.lead": (
        "文件不离开您的手机或电脑：签名、登记证明和证书状态，都由浏览器在本机计算。"
        "资料取齐以后，断开网络也能用。"
    ),
    "check_here.offered": "不想上传文件？让浏览器在本机核验，文件不离开您的设备，断网也能用。",
    "check_here.open": "打开本机核验",
    "check_here.noscript": "本机核验要靠浏览器运行脚本，脚本没有开启或者没有运行起来。请开启脚本、换用新版浏览器，或者改用上传核验：",
    "check_here.unsupported": (
        "这个浏览器还不会验 Ed25519 签名，或者没有用 https 打开本页，不能在本机核验。"
        "请换用新版浏览器，或者改用上传核验："
    ),
    "check_here.trust": "核验依据",
    "check_here.trust.loading": "正在取公开资料（{done}/{total}）",
    "check_here.trust.ready": (
        "资料已取齐，现在可以断开网络。登记日志共 {size} 条；状态列表 {lists} 份，最早一份发布于 {as_of}。"
    ),
    "check_here.trust.part": (
        "已取 {lists} 份状态列表（共 {total} 份）。其余证书的状态会显示“未检查”。登记日志共 {size} 条；"
        "最早一份状态列表发布于 {as_of}。"
    ),
    "check_here.trust.more": "取其余 {count} 份状态列表",
    "check_here.trust.again": "重新取资料",
    "check_here.trust.stale": "这些资料已经不新了，证书状态可能有变化。请联网后重新取资料。",
    "check_here.trust.failed": "公开资料没有取到，或者不完整，现在还不能核验。请检查网络后重新取资料。",
    "check_here.files": "选择文件，或拖到这里",
    "check_here.files_hint": "PDF、JSON、.tlog-proof，或二维码的照片，可以一次选几个。文件不会上传。",
    "check_here.text_hint": "扫码得到的整段文字，以 http 开头。也可以在本页任何地方直接粘贴文字或图片。",
    "check_here.camera": "用摄像头扫码",
    "check_here.camera.stop": "停止扫码",
    "check_here.camera.view": "摄像头画面",
    "check_here.camera.looking": "请把二维码对准画面。画面只在本机识别。",
    "check_here.camera.refused": "摄像头打不开，请检查浏览器的权限设置。",
    "check_here.busy": "正在核验 {name}",
    "check_here.pasted": "粘贴的内容",
    "check_here.scanned": "摄像头扫到的二维码",
    "check_here.source": "{name} · {kind}",
    "check_here.occupation_code": "职业编码",
    "check_here.name_unchecked": "这里只有姓氏，没有完整姓名，看不出是谁的证书。请联网核对姓名，或者请对方出示电子证书文件。",
    "check_here.result.valid.line": "签名对，登记在册，按所列状态列表目前有效。",
    "check_here.result.valid_code.line": "二维码是登记册签发的，按所列状态列表目前有效。二维码里不带登记证明。",
    "check_here.result.not_checked": "没有全部核验",
    "check_here.result.not_checked.line": "有的步骤没有做，原因见下。已做的步骤里没有发现问题。",
    "check_here.result.unknown": "无法识别",
    "check_here.result.fault": "核验中断",
    "check_here.result.fault.line": "本页的程序出了错，这份文件没有核验出结果。请改用上传核验。",
    "check_here.code.passed": "二维码签名：通过（由您的浏览器在本机核验，# 后面的内容没有发给服务器）",
    "check_here.code.failed": "二维码签名：未通过。这个二维码与登记册签发的不一致，请不要采信。",
    "check_here.code.not_checked": "二维码签名：未检查",
    "check_here.code.other": "二维码里的编号与本页显示的不同，请不要采信。",
    "check_here.code.steps": "核验步骤",
    "check_here.limits": "本机核验能说明什么",
    "check_here.limits.what": (
        "能说明文件是登记册签发的、内容没有改过、已经登记在册，以及在资料取得的时候有没有被撤销或更正。"
        "它不能说明文件是不是出示人本人的；资料取得之后的变化，要联网再查。"
    ),
    "check_here.limits.trust": (
        "本页的程序和公钥都来自本网站。要完全不依赖本网站，请用开源程序 skillcert verify --offline，"
        "配上自己保存的信任文件夹："
    ),
    "check_here.limits.folder": "下载信任文件夹（trust.zip）",
}
