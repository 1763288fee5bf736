"""What every kind of finding says, in Chinese and in English: what is wrong, and what to do.

Places in braces are filled from the finding's detail (see `web.words.findings`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Sentence(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str


_ID_TEXT = Sentence(
    "请把该列设为“文本”格式，对照证件原件重新录入。",
    "Format the column as text and type the number again from the document.",
)

FINDING_SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        "R01.empty": Sentence(
            "“{column}”没有填写，请补填。",
            "{column} is empty. Please fill it in.",
        ),
        "R01.job_needed": Sentence(
            "本机构备案时该职业填报了工种，“工种名称”不能为空。备案的工种有：{jobs}。请照实填写其中一个。",
            "The filing lists this occupation by 工种, so the 工种 must be given. Filed: {jobs}.",
        ),
        "R02.unknown": Sentence(
            "“证件类型”不在代码表内。请照表尾说明填写三位代码或证件名称，如 201 或居民身份证。",
            "The document type is not in the code table. Use a code or name from the notes below the form, "
            "such as 201 or 居民身份证.",
        ),
        "R02.suggested": Sentence(
            "“证件类型”的写法不规范。如果是{suggested_type}，请改填这个名称或它的代码。",
            "The document type is not written as in the code table. If {suggested_type} is meant, write that "
            "name or its code.",
        ),
        "R03.length": Sentence(
            "身份证号码不是 18 位，请对照证件原件改正。",
            "The identity number does not have 18 characters. Correct it from the document.",
        ),
        "R03.format": Sentence(
            "身份证号码里有不该出现的字符：前 17 位应为数字，末位为数字或 X。请对照证件原件改正。",
            "The identity number holds characters that do not belong there: 17 digits, then a digit or X.",
        ),
        "R03.birth_date": Sentence(
            "身份证号码里的出生日期不存在，请对照证件原件改正。",
            "The birth date inside the identity number does not exist. Correct it from the document.",
        ),
        "R03.future_birth": Sentence(
            "身份证号码里的出生日期晚于今天，请对照证件原件改正。",
            "The birth date inside the identity number lies in the future. Correct it from the document.",
        ),
        "R03.check_character": Sentence(
            "身份证号码的校验位不对，多半有一位输错了。请对照证件原件逐位核对。",
            "The check character of the identity number is wrong; probably one character was mistyped. "
            "Compare it with the document.",
        ),
        "R03.first_generation": Sentence(
            "这是 15 位的第一代身份证号码，已停止使用。请填写现在的 18 位号码。",
            "This is a first-generation number of 15 digits, no longer in use. Give the present 18-character "
            "number.",
        ),
        "R03.spreadsheet": Sentence(
            f"身份证号码被表格软件转成了数值，末几位已经丢失，无法恢复。{_ID_TEXT.zh}",
            "A spreadsheet turned the identity number into a rounded figure; its last digits are lost for "
            f"good. {_ID_TEXT.en}",
        ),
        "R04.length": Sentence(
            "证件号码的位数与证件类型（{type}）不符，请核对类型和号码。",
            "The number has not the length of a {type}. Check type and number.",
        ),
        "R04.format": Sentence(
            "证件号码的格式与证件类型（{type}）不符，请核对类型和号码。",
            "The number has not the form of a {type}. Check type and number.",
        ),
        "R04.province": Sentence(
            "证件号码的开头与证件类型（{type}）不符，请核对类型和号码。",
            "The number does not begin as that of a {type} does. Check type and number.",
        ),
        "R04.other_type": Sentence(
            "证件类型填的是{type}，号码却像是{suggested_type}的。请核对后改正其中一项。",
            "The document type is {type}, but the number looks like that of a {suggested_type}. "
            "Correct one of them.",
        ),
        "R04.birth_date": Sentence(
            "{type}号码里的出生日期不存在，请对照证件原件改正。",
            "The birth date inside the number ({type}) does not exist. Correct it from the document.",
        ),
        "R04.future_birth": Sentence(
            "{type}号码里的出生日期晚于今天，请对照证件原件改正。",
            "The birth date inside the number ({type}) lies in the future. Correct it from the document.",
        ),
        "R04.check_character": Sentence(
            "{type}号码的校验位不对，多半有一位输错了。请对照证件原件逐位核对。",
            "The check character of the number ({type}) is wrong; probably one character was mistyped.",
        ),
        "R04.first_generation": Sentence(
            "证件号码只有 15 位，与证件类型（{type}）不符。请对照证件原件重新填写。",
            "The number has only 15 digits, which does not fit a {type}. Type it again from the document.",
        ),
        "R04.spreadsheet": Sentence(
            f"证件号码被表格软件转成了数值，末几位已经丢失，无法恢复（{{type}}）。{_ID_TEXT.zh}",
            "A spreadsheet turned the number into a rounded figure; its last digits are lost for good "
            f"({{type}}). {_ID_TEXT.en}",
        ),
        "R04.unusual_format": Sentence(
            "这个{type}号码的格式少见，系统无法判断对错。请审核人员核对证件复印件后决定。",
            "This number of a {type} has an unusual form that cannot be judged by rule. Compare it with a "
            "copy of the document.",
        ),
        "R04.manual_review": Sentence(
            "{type}没有统一的号码格式，系统无法校验。请审核人员核对证件复印件后决定。",
            "Numbers of {type} follow no common form and cannot be checked. Compare it with a copy of the "
            "document.",
        ),
        "R05.digit": Sentence(
            "姓名里有数字，请改成证件上的姓名。",
            "The name holds a digit. Write the name as it stands on the document.",
        ),
        "R05.space": Sentence(
            "姓名中间有空格，请删去。少数民族姓名用间隔号“·”分隔。",
            "The name holds a space; remove it. Parts of minority names are joined by “·”.",
        ),
        "R05.private_use": Sentence(
            "姓名里有只在个别电脑上才能显示的自造字，别处会变成方框。请换成国家标准编码的字，"
            "输不出来的请与审核机关联系。",
            "The name holds a private character that other computers cannot show. Use its standard "
            "character, or ask the reviewing bureau.",
        ),
        "R05.control": Sentence(
            "姓名里有看不见的字符或乱码，请删去后重新输入。",
            "The name holds invisible or broken characters. Delete it and type it again.",
        ),
        "R05.masked": Sentence(
            "姓名里有“*”，是打了掩码的。请填写完整姓名。",
            "The name is masked with “*”. Give the full name.",
        ),
        "R06.sixteen_digits": Sentence(
            "16 位数字是职业资格证书的编号，不能在这里上报。职业技能等级证书编号是 22 位，以 Y 或 S 开头。",
            "Sixteen digits are the number of a 职业资格证书, which cannot be reported here. A skill-level "
            "certificate's number has 22 characters and begins with Y or S.",
        ),
        "R06.two_letters": Sentence(
            "两个字母加 20 位数字是特级技师一类证书的编号，本表不能上报。本表只收五级至一级的证书。",
            "Two letters and twenty digits are the number of a 特级技师 certificate. This form takes "
            "levels 5 to 1 only.",
        ),
        "R06.malformed": Sentence(
            "证书编号格式不对。正确的编号共 22 位：1 位机构类别（Y 或 S）、12 位机构代码、2 位年份、"
            "1 位等级、6 位顺序号。请对照证书改正。",
            "The certificate number is malformed. It has 22 characters: Y or S, 12 digits of the "
            "institution, 2 of the year, 1 of the level, 6 of the serial. "
            "Correct it from the certificate.",
        ),
        "R07.prefix": Sentence(
            "证书编号的前 13 位不是本机构的。本机构的编号应以 {expected} 开头，请核对编号，"
            "或者确认是否传错了机构的文件。",
            "The first 13 characters are not this institution's. Its numbers begin with {expected}. "
            "Check the number, or whether this is another institution's file.",
        ),
        "R07.category": Sentence(
            "证书编号的首字母与本机构的备案类别不符。本机构的编号应以 {expected} 开头"
            "（Y 为用人单位，S 为社会培训评价组织）。",
            "The number's first letter is not the category of this filing. Its numbers begin with {expected} "
            "(Y employer or school, S open to the public).",
        ),
        "R08.year": Sentence(
            "证书编号里的年份是 {number} 年，发证日期却在 {issued} 年。请改正编号或发证日期。",
            "The number says {number}, the issue date {issued}. Correct the number or the date.",
        ),
        "R08.level": Sentence(
            "证书编号里的等级位是 {number}，职业技能等级却填的是{level}。请改正编号或等级。",
            "The number says level {number}, the row {level}. Correct the number or the level.",
        ),
        "R09.in_file": Sentence(
            "证书编号与本表{rows}重复。一个编号只能用于一本证书，请查明后改正。",
            "The certificate number is repeated in {rows} of this file. A number belongs to one certificate "
            "only.",
        ),
        "R09.registered": Sentence(
            "这个证书编号已经登记，不能再次上报。重复上报的请删去本行；内容有误需要更正的，"
            "请向审核机关申请更正。",
            "This certificate number is already registered. Remove the row if it was reported before; to "
            "change a registered certificate, ask the bureau for a correction.",
        ),
        "R10.alias": Sentence(
            "名称不是职业分类大典的规范名称，应写作“{suggestion}”。请改正。",
            "This is not the catalogue's name. Write {suggestion}.",
        ),
        "R10.older_edition": Sentence(
            "这是旧版（{edition}）职业分类中的名称，现行名称是“{suggestion}”。请改正。",
            "This name is from the {edition} edition of the catalogue. It is now called {suggestion}.",
        ),
        "R10.misprint": Sentence(
            "这个名称是文件中的误排，应写作“{suggestion}”。请改正。",
            "This name is a misprint in a notice. Write {suggestion}.",
        ),
        "R10.job_as_occupation": Sentence(
            "“职业名称”栏里填的是工种，应为“{suggestion}”。职业和工种请分两栏填写。",
            "The occupation column names a 工种. It should be {suggestion}, each in its own column.",
        ),
        "R10.near_miss": Sentence(
            "名称与职业分类大典不一致，可能有错字，是否为“{suggestion}”？请核对后改正。",
            "The name is not in the catalogue; perhaps a slip. Is {suggestion} meant?",
        ),
        "R10.occupation_unlisted": Sentence(
            "职业分类大典（{edition}）里没有这个职业名称。请按大典和国家职业标准上的名称填写。",
            "The catalogue ({edition} edition) has no occupation of this name. Use the name in the catalogue "
            "and the national standard.",
        ),
        "R10.job_unlisted": Sentence(
            "职业分类大典（{edition}）里，该职业没有这个工种。请按大典和国家职业标准上的名称填写。",
            "The catalogue ({edition} edition) has no such 工种 for this occupation. Use the name in the "
            "catalogue and the national standard.",
        ),
        "R11.occupation": Sentence(
            "这个职业不在本机构的备案范围内。发证当日备案的职业有：{occupations}。请核对；确属超范围的，"
            "不能上报。",
            "This occupation is not in the filed scope. Filed on the issue date: {occupations}.",
        ),
        "R11.nothing_filed": Sentence(
            "发证当日本机构没有备案任何职业，这本证书不能上报。请向审核机关核实备案情况。",
            "No occupation was filed on the issue date, so this certificate cannot be reported. Ask the "
            "bureau about the filing.",
        ),
        "R11.job": Sentence(
            "这个工种不在本机构的备案范围内。该职业备案的工种有：{jobs}。请核对；确属超范围的，不能上报。",
            "This 工种 is not in the filed scope. Filed for the occupation: {jobs}.",
        ),
        "R11.no_jobs": Sentence(
            "本机构备案时该职业没有填报工种，“工种名称”应为空。请核对后改正。",
            "The filing names no 工种 for this occupation, so the 工种 must be empty.",
        ),
        "R11.level": Sentence(
            "{level}不在本机构的备案范围内，该职业（工种）备案的等级是{levels}。请核对；确属超范围的，"
            "不能上报。",
            "{level} is not in the filed scope. Filed for this occupation and 工种: {levels}.",
        ),
        "R11.interval": Sentence(
            "该职业（工种）和等级的备案自{from_on}起、至{to_on}止，发证日期不在其中。请核对发证日期。",
            "This occupation, 工种 and level were filed from {from_on} to {to_on}; the issue date lies "
            "outside.",
        ),
        "R11.interval_open": Sentence(
            "该职业（工种）和等级自{from_on}起才备案，发证日期早于这一天。请核对发证日期。",
            "This occupation, 工种 and level are filed since {from_on} only; the issue date is earlier.",
        ),
        "R11.basis": Sentence(
            "社会培训评价组织只能依据国家职业标准认定，该职业的备案依据不是国家职业标准，"
            "这本证书不能上报。请向审核机关核实备案情况。",
            "An S institution certifies by national standards only, and this scope row is not based on one. "
            "Ask the bureau about the filing.",
        ),
        "R11.level_unknown": Sentence(
            "“职业技能等级”无法识别。请填写 1 至 5 的数字，或一级至五级、高级技师至初级工的名称。",
            "The level is not understood. Use a digit from 1 to 5 or the level's name.",
        ),
        "R11.level_contradictory": Sentence(
            "“职业技能等级”里的级数和名称对不上，如“三级/中级工”。请改正。",
            "The level's number and name contradict each other. Correct it.",
        ),
        "R11.level_beyond_form5": Sentence(
            "学徒工、特级技师、首席技师不能用本表上报，本表只收五级至一级的证书。请删去本行。",
            "学徒工, 特级技师 and 首席技师 cannot be reported with this form, which takes levels 5 to "
            "1. Remove the row.",
        ),
        "R12.before_filing": Sentence(
            "发证日期早于本机构的备案日期，当时还不能发证。请核对发证日期。",
            "The issue date is earlier than the filing, when nothing could be certified. Check the date.",
        ),
        "R12.publicised": Sentence(
            "发证当日本机构的备案还在公示，尚未生效，不能发证。请核对发证日期。",
            "On the issue date the filing was still being publicised and not in force. Check the date.",
        ),
        "R12.expired": Sentence(
            "本机构的备案已于{expires_on}到期终止，发证日期在此之后。请核对发证日期；已办续期的，"
            "请审核机关先更新备案。",
            "The filing ended on {expires_on}, before the issue date. Check the date; if the filing was "
            "renewed, its entry must be updated first.",
        ),
        "R12.withdrawn": Sentence(
            "发证日期在本机构退出备案之后，这本证书不能上报。请核对发证日期。",
            "The institution had withdrawn before the issue date. Check the date.",
        ),
        "R12.ordered_out": Sentence(
            "发证日期在本机构被责令退出之后，这本证书不能上报。请核对发证日期。",
            "The institution had been ordered out before the issue date. Check the date.",
        ),
        "R12.cancelled": Sentence(
            "发证日期在本机构被取消备案资质之后，这本证书不能上报。请核对发证日期。",
            "The filing had been cancelled before the issue date. Check the date.",
        ),
        "R12.merged": Sentence(
            "发证日期在本机构合并终止之后，这本证书不能以本机构名义上报。请核对发证日期。",
            "The institution had been merged into another before the issue date. Check the date.",
        ),
        "R13.malformed": Sentence(
            "发证日期不是一个存在的日子，或者写法不明确。请按“年-月-日”填写，如 2025-09-01。",
            "The issue date is no existing day, or not written clearly. Write YYYY-MM-DD, such as "
            "2025-09-01.",
        ),
        "R13.future": Sentence(
            "发证日期晚于今天，还没有发出的证书不能上报。请核对发证日期。",
            "The issue date lies in the future; a certificate not yet issued cannot be reported.",
        ),
        "R13.not_legacy": Sentence(
            "发证日期不早于 {before}，不是平台启用前的证书，不能按历史数据上报。请按一般批次上报。",
            "Issued on or after {before}, so not from before the register: report it in an ordinary batch.",
        ),
        "R14.late": Sentence(
            "上报晚了：应在发证之日起 30 个工作日内上报，截止日是{deadline}，已逾期 {days} 个工作日。"
            "请审核人员了解原因后决定。",
            "Reported late: it was due by {deadline}, 30 working days after issue, and is {days} "
            "working days overdue. The reviewer decides.",
        ),
        "R14.late_provisional": Sentence(
            "上报晚了：应在发证之日起 30 个工作日内上报，截止日暂定为{deadline}（该年放假安排尚未公布），"
            "已逾期约 {days} 个工作日。请审核人员了解原因后决定。",
            "Reported late: it was due by {deadline}, 30 working days after issue (provisional, that year's "
            "holidays are not published), and is about {days} working days overdue. The reviewer decides.",
        ),
        "R15.registered": Sentence(
            "此人已有同一职业（工种）、同一等级的有效证书，发证日期{issued_on}。请审核人员核实是否重复发证。",
            "This person already holds a valid certificate of the same occupation, 工种 and level, issued on "
            "{issued_on}. The reviewer decides.",
        ),
        "R15.in_file": Sentence(
            "此人在本表{rows}还有同一职业（工种）、同一等级的证书。请审核人员核实是否重复发证。",
            "This person has another certificate of the same occupation, 工种 and level in {rows} of this "
            "file. The reviewer decides.",
        ),
        "R16.institution": Sentence(
            "审核表上的“上传单位”不是本机构，应为“{expected}”。请改正审核表后重新上传。",
            "The institution named in Form 4 is not this one. It should be {expected}.",
        ),
        "R16.file_name": Sentence(
            "审核表上的“上传文件名”与上传的数据表文件名不一致。请改成数据表的实际文件名后重新上传。",
            "The file name in Form 4 is not the name of the uploaded Form 5. Write the name of the file.",
        ),
        "R16.count": Sentence(
            "{occupation}{job}{level}：审核表填 {form4} 本，数据表有 {form5} 行。请核对后改正其中一张表，"
            "重新上传。",
            "{occupation}{job}, {level}: Form 4 says {form4}, Form 5 has {form5} rows. Correct one of them.",
        ),
        "R16.count_unnamed": Sentence(
            "有一组职业、工种和等级，审核表填 {form4} 本，数据表有 {form5} 行。"
            "多半是两张表里的名称写法不同，请统一名称并核对数量后重新上传。",
            "For one group of occupation, 工种 and level Form 4 says {form4} and Form 5 has {form5} "
            "rows. The names are probably written differently in the two forms.",
        ),
        "R16.count_unreadable": Sentence(
            "审核表上的“数量”不是整数，请填写阿拉伯数字后重新上传。",
            "The count in Form 4 is not a whole number. Write it in digits.",
        ),
        "R17.other_name": Sentence(
            "“{column}”不是本机构在发证当日的备案名称，应为：{names}。请改正。",
            "{column} is not a name of this filing on the issue date. It should be: {names}.",
        ),
        "R18.other_unit": Sentence(
            "用人单位只能面向本单位职工或本校在籍学生认定，“所在单位”却不是{names}。"
            "劳务派遣等情形请审核人员核实后决定。",
            "A Y institution certifies its own staff or students, and the unit given is not {names}. For "
            "dispatched workers and the like the reviewer decides.",
        ),
        "R19.several_levels_in_file": Sentence(
            "此人同一天取得同一职业（工种）的几个等级，另见本表{rows}。请审核人员核实。",
            "This person received several levels of the same occupation and 工种 on one day; see {rows}. The "
            "reviewer decides.",
        ),
        "R19.several_levels_registered": Sentence(
            "此人同一天还取得了同一职业（工种）的{level}证书，已经登记。请审核人员核实。",
            "This person received a registered certificate of {level} in the same occupation and 工种 on the "
            "same day. The reviewer decides.",
        ),
        "R19.level_order_in_file": Sentence(
            "此人先取得了同一职业（工种）的较高等级，见本表{rows}，后取得较低等级，先后不合常理。"
            "请审核人员核实。",
            "This person received a higher level of the same occupation and 工种 earlier; see {rows}. The "
            "reviewer decides.",
        ),
        "R19.level_order_registered": Sentence(
            "此人同一职业（工种）的{level}证书发于{issued_on}，与本行的等级高低和先后不合常理。"
            "请审核人员核实。",
            "This person holds {level} of the same occupation and 工种, issued on {issued_on}: the order of "
            "levels is odd. The reviewer decides.",
        ),
        "R19.serial_order": Sentence(
            "证书编号的顺序号与发证日期的先后不一致。请审核人员核实编号和发证日期。",
            "The serial and the issue date do not rise together. The reviewer decides.",
        ),
        "R19.under_sixteen": Sentence(
            "发证当日此人不满 16 周岁。请审核人员核实证件号码和发证日期。",
            "On the issue date this person was under 16. The reviewer decides.",
        ),
        "R20.admission": Sentence(
            "《{list}》把“{qualification}”列为准入类职业资格，另有规定，不能颁发职业技能等级证书。",
            "{list} names {qualification} as an admission qualification, which skill-level certificates "
            "cannot stand for.",
        ),
        "R20.admission_to_check": Sentence(
            "《{list}》列有准入类职业资格“{qualification}”，可能涉及本职业（工种）。请审核人员核实能否认定。",
            "{list} names the admission qualification {qualification}, which may concern this "
            "occupation. The reviewer decides.",
        ),
        "R20.level": Sentence(
            "《{list}》列有水平评价类职业资格“{qualification}”，涉及本职业。请审核人员核实能否认定。",
            "{list} names the level qualification {qualification}, which concerns this occupation. The "
            "reviewer decides.",
        ),
        "R20.before_list": Sentence(
            "“{qualification}”列入《{list}》，但发证日期早于该目录公布之日。请审核人员按当时的规定核实。",
            "{qualification} is in {list}, which was published after the issue date. The reviewer decides by "
            "the rules of that time.",
        ),
        "R21.other_group": Sentence(
            "该职业不属于职业分类大典第三至第六大类的技能类职业，不能颁发职业技能等级证书。",
            "This occupation is outside major groups 3 to 6 of the catalogue (its group: {group}); no "
            "skill-level certificate can be issued for it.",
        ),
    }
)
