"""启动时对设置的说明。"""

WORDS = {
    "setting.unknown": "没有这个设置，可能是拼写错误",
    "setting.not_an_origin": "应当是 http(s)://主机[:端口]，后面不带路径",
    "setting.not_a_url": "不是可用的地址",
    "setting.not_a_network": "应当是用逗号隔开的 IP 地址或网段",
    "setting.not_a_limit": "应当写成 60/minute 这样的限额，多个用分号隔开",
    "setting.not_a_number": "应当是整数",
    "setting.out_of_range": "超出允许的范围",
    "setting.not_a_file": "文件不存在",
    "setting.not_a_directory": "目录不存在，或者不是目录",
    "setting.not_a_log_origin": "日志名称不能有空格、加号和协议前缀",
    "setting.not_a_storage": "应当是 memory:// 或者 Redis 地址",
    "setting.keys_in_data": "密钥目录不能放在数据目录里面",
    "setting.not_a_day": "应当写成 2026-01-01 这样的日期",
    "setting.not_a_choice": "只能是文档里列出的几个词之一",
    "setting.not_a_witness_policy": "见证规则有误：第一行 quorum 数目，以后每行一个公钥和网址，数目不能超过见证方的个数",
    "setting.needs_witnesses": "正式运行（https）要指定见证规则文件；确实不要见证的，文件里写 quorum 0",
    "setting.needs_search_url": "只有设置了 SKILLCERT_SEARCH_URL 才有用",
}
