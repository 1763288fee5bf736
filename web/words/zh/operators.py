"""给操作人员看的话：命令行出错时用，公众页面从不显示。"""

WORDS = {
    "problem.key_file_missing.title": "找不到密钥或口令文件",
    "problem.key_file_missing.detail": "请检查 SKILLCERT_KEY_DIR 指的目录和口令文件是否存在。",
    "problem.viewer_key_missing.title": "还没有供阅读器识别的签名密钥",
    "problem.viewer_key_missing.detail": (
        "设置 SKILLCERT_VIEWER_SIGNATURE 已打开。请先运行 skillcert keys viewer 建立密钥，或者关掉这项设置。"
    ),
    "problem.key_file_exists.title": "密钥已经存在",
    "problem.key_file_exists.detail": "已有的密钥不会被覆盖。需要更换的，请按密钥轮换办理。",
    "problem.key_file_exposed.title": "密钥文件的权限太宽",
    "problem.key_file_exposed.detail": "别的用户也能读到它。请把文件改为 600、目录改为 700 后再试。",
    "problem.key_file_locked.title": "密钥打不开",
    "problem.key_file_locked.detail": "口令不对，或者密钥文件被改动过。",
    "problem.wrong_key_role.title": "用错了密钥",
    "problem.wrong_key_role.detail": "一把密钥只有一个用途，这把不是用来做这件事的。",
    "problem.log_not_found.title": "登记日志还没有建立",
    "problem.log_not_found.detail": "请确认 SKILLCERT_DATA_DIR 是否正确，或者先建立登记册。",
    "problem.register_missing.title": "登记库文件不见了",
    "problem.register_missing.detail": (
        "这里建过登记库（防回退记录还在），数据目录里却没有 register.sqlite，程序没有另建空库。"
        "请核对 SKILLCERT_DATA_DIR；文件确实丢了的，把最新的备份放回原处，再运行 skillcert audit。"
    ),
    "problem.guard_missing.title": "防回退记录不见了",
    "problem.guard_missing.detail": (
        "日志里已有登记，密钥旁边却没有能读的 guard.json，所以什么都没有签。请先从密钥所在处找回它；"
        "确实丢了的，取见证方或核验方持有的最新检查点，运行 skillcert keys guard --from-checkpoint FILE。"
    ),
    "problem.guard_mismatch.title": "日志与上次签名的接不上",
    "problem.guard_mismatch.detail": "数据可能来自旧备份，或者出现了分叉。程序拒绝签名，请先查明原因。",
    "problem.guard_mismatch.log_behind.title": "数据库比签过名的旧",
    "problem.guard_mismatch.log_behind.detail": (
        "多半是恢复了旧备份，或者切换到了没有跟上的副本。什么都没有签。不要删除防回退记录；"
        "请换回最新的数据库。最新的数据确实找不回的，运行 skillcert keys freeze --reason data_lost。"
    ),
    "problem.guard_mismatch.log_differs.title": "数据库与签过名的不是同一本日志",
    "problem.guard_mismatch.log_differs.detail": (
        "签名之后日志被改动过，或者从同一份备份分出了两本。什么都没有签。请运行 skillcert audit 查明哪里不同，"
        "换回没有改动过的数据库；找不回的，运行 skillcert keys freeze --reason data_lost。"
    ),
    "problem.guard_mismatch.guard_behind.title": "防回退记录是旧的",
    "problem.guard_mismatch.guard_behind.detail": (
        "它比已经公布的检查点还旧，多半是从备份里恢复的，靠它认不出旧的数据库。什么都没有签。"
        "请取见证方或核验方持有的最新检查点，运行 skillcert keys guard --from-checkpoint FILE。"
    ),
    "problem.guard_mismatch.other_log.title": "防回退记录是另一本日志的",
    "problem.guard_mismatch.other_log.detail": (
        "什么都没有签。请核对 SKILLCERT_LOG_ORIGIN、SKILLCERT_KEY_DIR 和数据库是不是同一套；"
        "确实放错了的，换回这本日志自己的 guard.json。"
    ),
    "problem.log_frozen.title": "这本日志已经终止",
    "problem.log_frozen.detail": (
        "省级根密钥签署的终止声明在密钥目录的 frozen.json 里，从那时起什么都不再写入，查询和核验照常。"
        "请在接续的日志里办理。"
    ),
    "problem.checkpoint_needed.title": "要有外部持有的检查点",
    "problem.checkpoint_needed.detail": (
        "数据丢失时，只有外部持有的最新检查点能说明公布到了哪里。请向见证方或核验方索取，"
        "用 --checkpoint FILE 给出。什么都没有写入。"
    ),
    "problem.checkpoint_refused.title": "这不是可用的检查点",
    "problem.checkpoint_refused.detail": "什么都没有写入。请核对文件。",
    "problem.checkpoint_refused.not_signed.title": "检查点上没有本日志密钥的有效签名",
    "problem.checkpoint_refused.not_signed.detail": "文件不完整、被改动过，或者不是检查点。什么都没有写入。",
    "problem.checkpoint_refused.other_log.title": "这是另一本日志的检查点",
    "problem.checkpoint_refused.other_log.detail": "请核对 SKILLCERT_LOG_ORIGIN 和文件。什么都没有写入。",
    "problem.not_the_predecessor.title": "不能接续这份终止声明",
    "problem.not_the_predecessor.detail": (
        "声明被改动过，或者它终止的就是本日志，或者它指定了别的接续日志。"
        "请核对文件和 SKILLCERT_LOG_ORIGIN。什么都没有建立。"
    ),
    "problem.no_active_key.title": "这个用途没有在用的密钥",
    "problem.no_active_key.detail": (
        "这个用途的密钥都已停用，或者还没有生效。请用 skillcert keys introduce 载入新的密钥，"
        "审核机关的用 skillcert keys bureau。"
    ),
    "problem.last_key.title": "这是这个用途唯一在用的密钥",
    "problem.last_key.detail": (
        "停用之后登记就办不下去了，所以没有停用。请先用 skillcert keys introduce 载入新密钥，再停用这一把。"
    ),
    "problem.log_key_unavailable.title": "没有可以签署检查点的日志密钥",
    "problem.log_key_unavailable.detail": "什么都没有写入。请用 skillcert keys list 查看日志密钥。",
    "problem.log_key_unavailable.none_active.title": "没有在用的日志密钥",
    "problem.log_key_unavailable.none_active.detail": (
        "照此办理之后就没有能签署检查点的密钥了，所以什么都没有写入。"
        "请先用 skillcert keys introduce log 载入新的日志密钥。"
    ),
    "problem.log_key_unavailable.not_held.title": "在用的日志密钥不在这里",
    "problem.log_key_unavailable.not_held.detail": (
        "每一把在用的日志密钥都要签署检查点，所以什么都没有写入。请把密钥文件放回密钥目录；"
        "确实找不回的，用 skillcert keys retire 停用它。"
    ),
    "problem.public_log_unavailable.title": "对方网站没有给出答复",
    "problem.public_log_unavailable.detail": (
        "没有连上、超时，或者对方暂时不能应答。这不说明日志有问题；请稍后再核对。"
    ),
    "problem.audit_state_unusable.title": "上次核对的状态文件不能用",
    "problem.audit_state_unusable.detail": (
        "它读写不了、不是检查点，或者属于另一个日志。请核对文件名；不要删除，里面是带签名的证据。"
    ),
    "problem.writer_busy.title": "另一个程序正在写入",
    "problem.writer_busy.detail": "同一时间只能有一个写入者，请等它写完再试。",
    "problem.database_unavailable.title": "数据库没有应答",
    "problem.database_unavailable.detail": "请检查数据库是否运行、磁盘是否写满。",
    "problem.disk_full.title": "磁盘写满了",
    "problem.disk_full.detail": (
        "没有写入一半的内容。请在数据目录、密钥目录或数据库服务器的磁盘上腾出空间，再重复同一条命令："
        "已经入库的不会再入一次，入库而未公布的会先公布。对单本证书的办理，请先查询它是否已经生效。"
    ),
    "problem.disk_read_only.title": "磁盘或数据库只能读、不能写",
    "problem.disk_read_only.detail": (
        "什么也没有写入。请核对数据目录和密钥目录的挂载方式与属主，或者数据库服务器是不是只读的备机，"
        "然后重复同一条命令。"
    ),
    "problem.schema_too_new.title": "数据是更新版本的程序写的",
    "problem.schema_too_new.detail": "请用同样新或者更新的程序打开。",
    "problem.database_not_permitted.title": "数据库角色没有这个权限",
    "problem.database_not_permitted.detail": (
        "命令和后台任务要用写入角色，网站用只读角色。请核对 SKILLCERT_DATABASE_URL，"
        "或者由数据库所有者运行 skillcert database prepare。"
    ),
    "problem.schema_outdated.title": "数据库还没有升级到这个版本",
    "problem.schema_outdated.detail": (
        "请运行 skillcert database prepare；PostgreSQL 须由数据库所有者用 --owner-url 运行。"
    ),
    "problem.role_missing.title": "数据库里没有这个角色",
    "problem.role_missing.detail": "请先建立角色：CREATE ROLE … LOGIN，写法见 docs/operations.md。",
    "problem.role_too_mighty.title": "角色的权限超出了授予的范围",
    "problem.role_too_mighty.detail": (
        "写入角色和只读角色必须是两个不同的角色，不能是超级用户，不能拥有这里的对象，"
        "也不能属于权限更大的角色。什么都没有改动。"
    ),
    "problem.not_the_owner.title": "只有数据库所有者能做这件事",
    "problem.not_the_owner.detail": "--owner-url 必须用拥有这个数据库的角色。",
    "problem.no_roles.title": "SQLite 没有角色",
    "problem.no_roles.detail": "请去掉 --writer 和 --reader：能写这个文件的人就能写其中的一切。",
    "problem.seal_broken.title": "有一条记录打不开",
    "problem.seal_broken.detail": "密钥不对，或者记录被改动、挪动过。请运行 skillcert audit 查明。",
    "problem.number_taken.title": "证书编号已经登记过",
    "problem.number_taken.detail": "一个编号只能登记一次，请检查是否重复上报。",
    "problem.not_admitted.title": "登记日志拒绝了这条登记",
    "problem.not_admitted.detail": "什么都没有写入。",
    "problem.batch_not_registered.title": "这个批次还没有入库",
    "problem.batch_not_registered.detail": "只有审核通过并已入库的批次才能制作电子证书。请核对批次号和审核进度。",
    "problem.bulk_error.title": "没能成批制作电子证书",
    "problem.bulk_error.detail": "请看具体原因。",
    "problem.folder_busy.title": "另一个程序正在往这个目录里制作",
    "problem.folder_busy.detail": "请等它做完再运行，或者换一个目录。",
    "problem.folder_unfit.title": "这个目录不能用",
    "problem.folder_unfit.detail": "请检查目录能不能写、磁盘满没满；目录里的 made.csv 如果不是本程序留下的，请换一个目录。",
    "problem.batch_unknown.title": "没有这个批次",
    "problem.batch_unknown.detail": "请核对批次号。",
    "problem.batch_decided.title": "这个批次已经审核过",
    "problem.batch_decided.detail": "一个批次只能审核一次。",
    "problem.batch_refused.title": "这个批次不能通过",
    "problem.batch_refused.detail": "附件4与附件5对不上，只能退回评价机构重新上报。",
    "problem.row_refused.title": "有几行不能通过",
    "problem.row_refused.detail": "判为拒收的行，谁都不能通过。请退回，或者剔除这些行。",
    "problem.row_unknown.title": "批次里没有这些行",
    "problem.row_unknown.detail": "请核对行号，行号以数据表里的为准。",
    "problem.flags_undecided.title": "还有存疑的行没有表态",
    "problem.flags_undecided.detail": "存疑的每一行都要明确写出通过或者不通过。",
    "problem.nothing_to_approve.title": "没有可以通过的行",
    "problem.nothing_to_approve.detail": "全部拒收或不通过的批次，请直接退回。",
    "problem.certificate_unknown.title": "登记册里没有这个编号",
    "problem.certificate_unknown.detail": "请核对证书编号。",
    "problem.correction_refused.title": "更正后的内容不符合备案",
    "problem.correction_refused.detail": (
        "更正后的发证日期、职业（工种）、等级或者机构名称，与这家机构当日的备案不符。上报时不予通过的内容，更正时同样不予通过。"
    ),
    "problem.request_unknown.title": "没有这份申请",
    "problem.request_unknown.detail": "请核对查询号；查询号只在提交时显示一次。",
    "problem.request_decided.title": "这份申请已经办理",
    "problem.request_decided.detail": "在您打开页面之后，这份申请已经有了新的进展，本次操作没有办理。请重新打开申请页面查看。",
    "problem.request_open.title": "本单位对这本证书已有一份同类申请未办结",
    "problem.request_open.detail": "那份申请写的内容与本次不同，本次没有提交。请先办结或者撤回那份申请，再重新提交。",
    "problem.request_not_possible.title": "这本证书目前不能这样办",
    "problem.request_not_possible.detail": "证书的状态、事由或者办理依据与所申请的事项不符。请重新打开证书页面，看看现在可以办理什么。",
    "problem.request_incomplete.title": "申请内容不完整",
    "problem.request_incomplete.detail": "请写明事由（不超过 1000 字）；更正要写明更正后的内容，换发新编号要写明新编号。",
    "problem.not_the_decider.title": "没有这份申请",
    "problem.not_the_decider.detail": "证书由原审核机关或者省厅办理，撤销的异议由省厅办理。",
    "problem.certificate_moved.title": "这本证书已有新的变动",
    "problem.certificate_moved.detail": "您看到的是先前的状态，本次操作没有办理。请重新打开证书页面，确认之后再办。",
    "problem.correction_out_of_reach.title": "这样的更正要换新编号",
    "problem.correction_out_of_reach.detail": (
        "编号、年份和等级是编号的一部分，改动它们要另发新编号，由新编号代替旧编号。"
    ),
    "problem.institution_unknown.title": "没有这家机构的备案",
    "problem.institution_unknown.detail": "请核对证书编号前 13 位，或者先导入机构备案。",
    "problem.national_unavailable.title": "全国联网系统暂时没有应答",
    "problem.national_unavailable.detail": "数据留在队列里，稍后会自动再报。",
    "problem.national_refused.title": "全国联网系统拒收了这批数据",
    "problem.national_refused.detail": "再报也不会收，请先查明原因。",
    "problem.national_not_configured.title": "还没有设置全国联网",
    "problem.national_not_configured.detail": (
        "请设置 SKILLCERT_NATIONAL_URL 和 SKILLCERT_NATIONAL_KEY_FILE。"
    ),
    "problem.receipt_refused.title": "全国联网系统的回执不对",
    "problem.receipt_refused.detail": "回执与报送的数据不符，不予采信，稍后会再报。",
    "problem.font_missing.title": "缺少印制证书的字体",
    "problem.font_missing.detail": "请安装 fonts-noto-cjk，或者用 SKILLCERT_FONT_DIR 指定字体目录。",
    "problem.glyph_missing.title": "有一个字，现有字体印不出来",
    "problem.glyph_missing.detail": (
        "证书登记没有问题，凭证、登记回执和二维码照常可以下载，只有 PDF 暂时做不出来：我们不用方框或别的字代替。"
        "请把句末的编码告诉登记平台，补上字体后就能下载。"
    ),
    "glyph.missing": "印不出来的就是这个字。",
    "problem.malformed_trust.title": "信任文件夹不完整",
    "problem.malformed_trust.detail": "请检查 log.vkey、did.json、root.pem 和 status 是否齐全。",
    "problem.demo_elsewhere.title": "这个目录不能用来演示",
    "problem.demo_elsewhere.detail": "目录里有别的东西，或者是另一个端口的演示。请换一个目录或端口。",
    "problem.command_line_fault.title": "命令写得不对",
    "problem.command_line_fault.detail": "请看 skillcert 命令 --help。",
    "problem.passphrase_unfit.title": "这个口令不能用",
    "problem.passphrase_unfit.detail": "新口令至少十二个字符，两次输入要一致。",
    "problem.file_unreadable.title": "读不到这个文件",
    "problem.file_unreadable.detail": "请核对文件名、路径和权限。",
    "problem.port_unavailable.title": "这个端口不能用",
    "problem.port_unavailable.detail": "多半是别的程序正在用它。请换一个端口，或先停掉那个程序。",
    "problem.filing_import_fault.title": "机构备案文件有误",
    "problem.filing_import_fault.detail": "什么都没有导入，请按列出的行和列改正后重新导入。",
    "refusal.key_unknown": "没有登记过这把密钥",
    "refusal.key_retired": "密钥已经停用",
    "refusal.key_not_yet_valid": "密钥还没有到生效的时候",
    "refusal.key_expired": "密钥已经过了有效期",
    "refusal.key_of_another_bureau": "这是别的局的密钥",
    "refusal.key_of_another_role": "这把密钥不是用来做这件事的",
    "refusal.not_the_responsible_bureau": "不是备案写明的审核机关",
    "refusal.institution_unknown": "没有这家机构的备案",
    "refusal.batch_already_approved": "这个批次已经通过",
    "refusal.count_differs": "数量与审核时不符",
    "refusal.root_differs": "内容与审核时不符",
    "refusal.order_differs": "次序与规定不符",
    "refusal.signature_wrong": "签名不对",
    "refusal.record_differs": "记录与承诺值不符",
    "refusal.certificate_unknown": "没有这本证书",
    "refusal.filing_moved_on": "这项备案在此期间已有新的变动",
    "refusal.chain_moved_on": "这本证书在此期间已有新的变动",
    "refusal.act_not_possible": "这本证书目前的状态不能这样办",
    "refusal.request_done": "所请求的事项已经办过",
    "refusal.number_must_stay": "更正不能改动编号",
    "refusal.proof_of_possession_wrong": "没有证明持有这把密钥",
    "refusal.custody_differs": "这把密钥的保管方式与签名的办法不符",
    "refusal.decision_differs": "审核决定书与所决定的批次不符",
    "ground.purpose_ended": "处理目的已实现、无法实现，或者不再需要",
    "ground.retention_ended": "停止提供服务，或者保存期限已满",
    "ground.consent_withdrawn": "个人撤回同意",
    "ground.unlawful_processing": "处理违反法律、行政法规或者约定",
    "ground.other_law": "法律、行政法规规定的其他情形",
    "erasure.key_backups": "密钥目录的旧备份还能打开旧数据库：请立即换成新的备份，并销毁旧的",
    "erasure.handed_out": "已经交出去的证书文件、回执和二维码收不回来，仍可与日志对应",
    "erasure.processes": "正在运行的网站进程内存里还有旧的密钥：请重启 skillcert serve",
    "erasure.server_space": "PostgreSQL：请由数据库所有者执行 VACUUM，并按期清理它的预写日志归档",
    "erasure.file_traces": "数据库文件的空闲空间里还有编号的痕迹：请稍后再运行一次本命令",
    "erasure.search": "检索索引没有应答：后台任务会继续删除，也可以运行 skillcert reindex",
    "erasure.network": "全国联网查询尚未确认删除：后台任务会继续上报，直到对方确认",
    "erasure.no_network": "没有设置全国联网查询：设置以后会上报这次删除",
}
