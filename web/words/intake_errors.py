"""Sentences for files that cannot be taken in: workbooks, forms, and institutions files."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.filing.import_faults import ImportFault, ImportWarning
from registry.intake.errors import (
    CellTooLong,
    InstitutionUnknown,
    IntakeError,
    NotAWorkbook,
    SeveralForms,
    TooManyRows,
    WorkbookTooLarge,
    WrongHeader,
)
from registry.rules.levels import Level, level_label
from web.language import Language
from web.words.finding_sentences import Sentence

INTAKE_SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        "intake_error": Sentence("文件没有收下。", "The file was not taken in."),
        "not_a_workbook.unknown_format": Sentence(
            "这不是表格文件。请上传 .xlsx、.xls 或 CSV 文件；扫描件和 PDF 不能代替数据表。",
            "This is no workbook. Upload an .xlsx, .xls or CSV file; a scan or PDF cannot stand for it.",
        ),
        "not_a_workbook.web_page": Sentence(
            "这是网页，只是扩展名改成了 .xls。请用表格软件打开，另存为 .xlsx 后再上传。",
            "This is a web page named .xls. Open it in a spreadsheet program and save it as .xlsx.",
        ),
        "not_a_workbook.encoding": Sentence(
            "CSV 文件的编码无法识别。请另存为 UTF-8 编码的 CSV，或者直接上传 .xlsx。",
            "The encoding of the CSV file is not understood. Save it as UTF-8, or upload .xlsx.",
        ),
        "not_a_workbook.quotes": Sentence(
            "CSV 文件里的引号不成对，无法分列。请用表格软件打开，另存为 .xlsx 后再上传。",
            "The quotes in the CSV file do not match. Open it in a spreadsheet program and save it as .xlsx.",
        ),
        "not_a_workbook.damaged": Sentence(
            "表格文件已损坏或不完整，打不开。请用表格软件打开原文件，另存为新的 .xlsx 后再上传。",
            "The workbook is damaged or incomplete. Open the original and save it as a new .xlsx.",
        ),
        "encrypted_workbook": Sentence(
            "表格设了打开密码，系统读不到内容。请取消密码后再上传。",
            "The workbook is protected with a password. Remove the password and upload it again.",
        ),
        "workbook_too_large.bytes": Sentence(
            "文件太大。请只保留数据表，删去图片和多余的工作表，或者分成几批上传。",
            "The file is too large. Keep the data sheet only, without pictures, or split it.",
        ),
        "workbook_too_large.unpacked": Sentence(
            "文件解压后太大，或者与它声明的大小不符，没有打开。请把数据复制到新建的工作簿里再上传。",
            "The file unpacks to more than it may, or more than it claims, and was not opened. Copy the data "
            "into a new workbook.",
        ),
        "workbook_too_large.ratio": Sentence(
            "文件的压缩比异常，为安全起见没有打开。请把数据复制到新建的工作簿里再上传。",
            "The file is packed suspiciously well and was not opened. Copy the data into a new workbook.",
        ),
        "workbook_too_large.memory": Sentence(
            "表格占的范围太大，多半是很远的单元格里有多余内容。请把数据复制到新建的工作簿里再上传。",
            "The sheet spans too large an area; probably a far-off cell holds something. Copy the data into "
            "a new workbook.",
        ),
        "workbook_too_large.time": Sentence(
            "表格太复杂，没能在限定时间内读完。请把数据复制到新建的工作簿里，或者分成几批上传。",
            "The workbook took too long to read. Copy the data into a new workbook, or split it.",
        ),
        "too_many_rows": Sentence(
            "表格超过 {limit} 行，一次收不下。请分成几批上传。",
            "The workbook has more than {limit} rows. Split it into several uploads.",
        ),
        "cell_too_long": Sentence(
            "第 {row} 行有单元格超过 {limit} 字，不是本表该有的内容。请检查是否粘贴错位。",
            "A cell in row {row} holds more than {limit} characters. Check for pasted text.",
        ),
        "empty_workbook": Sentence(
            "表格里没有数据。请确认填的是这份文件，数据不在隐藏的工作表里。",
            "The workbook holds no data. Check that it is the right file and that its sheet is not hidden.",
        ),
        "wrong_header": Sentence(
            "表头与规定的表样不一致{where}。{differences}请使用规定的表样，不要增减栏目或调整顺序。",
            "The header is not that of the form{where}. {differences}Use the official form without adding, "
            "removing or moving columns.",
        ),
        "several_forms": Sentence(
            "有 {count} 个工作表都填了数据，无法确定上报哪一个。请只保留一个。",
            "{count} sheets hold data, so it is not clear which is meant. Keep one of them.",
        ),
        "institution_unknown": Sentence(
            "没有备案编号前缀为 {prefix} 的机构。请核对前 13 位机构编号。",
            "No institution has the number prefix {prefix}. Check the 13 characters.",
        ),
        "earlier_review_unfit": Sentence(
            "原审核依据要写明机关和文件，4 至 80 字，并且会写入公开日志：不能有姓名、证件号码和电话。",
            "Name the office and paper of the earlier review in 4 to 80 characters. It stands in the public log: "
            "no names, identity numbers or telephone numbers.",
        ),
        "earlier_version_unknown": Sentence(
            "要更正的批次不存在，或者不是本机构的。请从“数据上报”里重新选择批次。",
            "The batch to be replaced does not exist or is not yours. Choose it from the list of batches.",
        ),
        "idempotency_key_reused": Sentence(
            "同一个 Idempotency-Key 已经用在另一次上报上。重试请原样重发；内容变了，请换一个新的。",
            "This Idempotency-Key was given to another upload. Repeat a request exactly, or use a new key.",
        ),
        "malformed_date": Sentence(
            "日期不是一个存在的日子，或者写法不明确。请按“年-月-日”填写，如 2025-09-01。",
            "The date is no existing day, or not written clearly. Write YYYY-MM-DD, such as 2025-09-01.",
        ),
        "workbook_reader_unavailable": Sentence(
            "系统现在无法打开表格，文件本身不一定有问题。请稍后再试。",
            "Workbooks cannot be opened just now. That says nothing about the file; please try again later.",
        ),
    }
)

IMPORT_SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        "missing_column": Sentence("缺少“{column}”这一列。", "The column {column} is missing."),
        "unknown_column": Sentence(
            "“{column}”不是规定的列，请删去或改正列名。",
            "{column} is no column of this file. Remove it or correct its name.",
        ),
        "repeated_column": Sentence("“{column}”这一列出现了两次。", "The column {column} appears twice."),
        "empty_cell": Sentence("“{column}”不能为空。", "{column} must not be empty."),
        "credit_code_length": Sentence(
            "统一社会信用代码不是 18 位。", "The unified social credit code does not have 18 characters."
        ),
        "credit_code_alphabet": Sentence(
            "统一社会信用代码里有不该出现的字符（不使用 I、O、S、V、Z）。",
            "The credit code holds a character that no such code has (I, O, S, V and Z are not used).",
        ),
        "unknown_category": Sentence(
            "机构类别应为 Y（用人单位）或 S（社会培训评价组织）。",
            "The category must be Y (employer or school) or S (open to the public).",
        ),
        "malformed_prefix": Sentence(
            "编号前缀应为 13 位：Y 或 S 加 12 位数字。",
            "The number prefix has 13 characters: Y or S and 12 digits.",
        ),
        "category_against_prefix": Sentence(
            "机构类别与编号前缀 {prefix} 的首字母不一致。",
            "The category is not the first letter of the number prefix {prefix}.",
        ),
        "unknown_bureau": Sentence(
            "负责审核的人社局不是省厅或 14 个市州局之一，请填行政区划代码或市州名称。",
            "The responsible bureau is none of the 14 cities and the province. Give its code or name.",
        ),
        "not_a_date": Sentence(
            "“{column}”不是日期，请按“年-月-日”填写，如 2025-09-01。",
            "{column} is no date. Write YYYY-MM-DD, such as 2025-09-01.",
        ),
        "unknown_state": Sentence(
            "备案状态无法识别，请填 publicised、filed、rectifying、expired、withdrawn、ordered_out、"
            "cancelled、merged 之一，或对应的中文。",
            "The state is not understood. Use publicised, filed, rectifying, expired, withdrawn, ordered_out, "
            "cancelled or merged.",
        ),
        "expires_before_filed": Sentence(
            "备案到期日早于备案日期。", "The filing expires before the day on which it was filed."
        ),
        "state_before_filed": Sentence(
            "状态日期早于备案日期。", "The state's date is earlier than the filing's."
        ),
        "validity_while_publicised": Sentence(
            "公示中的机构还没有备案，“{column}”应为空。",
            "While a filing is publicised it is not in force, so {column} must be empty.",
        ),
        "malformed_occupation_code": Sentence(
            "职业编码格式不对，应如 6-31-01-03。", "The occupation code must look like 6-31-01-03."
        ),
        "not_a_skill_occupation": Sentence(
            "该职业不属于职业分类大典第三至第六大类，不能备案。",
            "The occupation is outside major groups 3 to 6 and cannot be filed.",
        ),
        "unknown_level": Sentence(
            "等级无法识别，请填 1 至 5 的数字，用“、”分隔，如 5、4、3。",
            "The levels are not understood. Use digits from 1 to 5, such as 5、4、3.",
        ),
        "level_beyond_form5": Sentence(
            "学徒工、特级技师、首席技师的证书不在本平台登记，备案等级请只填 1 至 5。",
            "学徒工, 特级技师 and 首席技师 are not registered here; give levels from 1 to 5 only.",
        ),
        "basis_not_a_standard": Sentence(
            "社会培训评价组织（S）只能依据国家职业标准认定，请改正认定依据或机构类别。",
            "An S institution certifies by 国家职业标准 only. Correct the basis or the category.",
        ),
        "scope_ends_before_it_begins": Sentence(
            "备案范围的截止日期早于起始日期。", "The scope row ends before it begins."
        ),
        "differs_from_first_row": Sentence(
            "同一备案的“{column}”与第 {first} 行不一致，请统一。",
            "{column} differs from row {first} of the same filing.",
        ),
        "repeated_row": Sentence(
            "本行的备案范围与前面重复，请删去一行。", "This scope row repeats an earlier one. Remove one."
        ),
        "too_many_lines": Sentence(
            "一次最多填写 200 行，请分几次办理。", "At most 200 lines at a time. Record the rest separately."
        ),
        "credit_code_check": Sentence(
            "统一社会信用代码的校验位不符。确有少数真实代码如此，请对照营业执照或登记证书确认。",
            "The credit code's check character does not fit. A few real codes are so: confirm it.",
        ),
        "longer_than_three_years": Sentence(
            "备案有效期超过 3 年，请确认。", "The filing is longer than three years. Please confirm."
        ),
        "level_unusual_for_school": Sentence(
            "这类学校的备案等级通常不高于{level}，请确认。",
            "Schools of this kind usually hold no level above {level}. Please confirm.",
        ),
        "not_in_catalogue": Sentence(
            "职业或工种名称与职业分类大典不一致，请确认。",
            "Occupation or 工种 is not named as in the catalogue. Please confirm.",
        ),
        "not_in_catalogue.suggestion": Sentence(
            "职业或工种名称与职业分类大典不一致，是否为“{suggestion}”？请确认。",
            "Occupation or 工种 is not named as in the catalogue. Is {suggestion} meant? Please confirm.",
        ),
    }
)


def intake_error_sentence(error: IntakeError, language: Language) -> str:
    """What is wrong with a file as a whole, and what to do."""
    kind = error.kind if isinstance(error, NotAWorkbook | WorkbookTooLarge) else ""
    sentence = INTAKE_SENTENCES[f"{error.code}.{kind}" if kind else error.code]
    template = sentence.zh if language is Language.CHINESE else sentence.en
    return template.format_map(_error_words(error, language))


def import_fault_sentence(fault: ImportFault | ImportWarning, language: Language) -> str:
    """What is wrong with a cell of an institutions file, or what to confirm."""
    key = f"{fault.code}.suggestion" if fault.detail.get("suggestion") else str(fault.code)
    sentence = IMPORT_SENTENCES[key]
    words = {"column": fault.column, **fault.detail}
    if "level" in words:
        level = Level(int(words["level"]))
        words["level"] = level_label(level) if language is Language.CHINESE else str(level.value)
    return (sentence.zh if language is Language.CHINESE else sentence.en).format_map(words)


def _error_words(error: IntakeError, language: Language) -> dict[str, str]:
    match error:
        case TooManyRows():
            return {"limit": str(error.limit)}
        case CellTooLong():
            return {"row": str(error.row), "limit": str(error.limit)}
        case SeveralForms():
            return {"count": str(error.count)}
        case InstitutionUnknown():
            return {"prefix": error.prefix}
        case WrongHeader():
            return _header_words(error, language)
        case _:
            return {}


def _header_words(error: WrongHeader, language: Language) -> dict[str, str]:
    if language is Language.CHINESE:
        where = f"（见第 {error.row} 行）" if error.row else ""
        parts = (
            ("缺少：{}。", error.missing),
            ("多出：{}。", error.unexpected),
            ("位置不对：{}。", error.misplaced),
        )
        return {"where": where, "differences": _joined(parts, "、")}
    where = f" (see row {error.row})" if error.row else ""
    parts = (
        ("Missing: {}. ", error.missing),
        ("Unexpected: {}. ", error.unexpected),
        ("Out of place: {}. ", error.misplaced),
    )
    return {"where": where, "differences": _joined(parts, ", ")}


def _joined(parts: tuple[tuple[str, tuple[str, ...]], ...], comma: str) -> str:
    return "".join(text.format(comma.join(name or "?" for name in names)) for text, names in parts if names)
