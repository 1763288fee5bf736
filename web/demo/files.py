"""What a person finds under `samples/` to try things with."""

from pathlib import Path

from registry.electronic import Form
from registry.intake.plain_workbook import HEAD, TEXT, Sheet, row_xml, written
from registry.register import Register
from registry.verdict import Result
from web.demo.plan import DemoPlan, KnownHolder

_TRIED = ("plain", "corrected", "annulled", "superseded", "replacement")
_GONE = ("annulled", "superseded")
_FORMS = tuple(Form)
LIST = "名单.xlsx"
_HEADER = ("序号", "姓名", "证书编号")
_ANOTHER = "示例某某"
_WIDTHS = (8, 14, 30)
_NOTES = {
    "plain": "普通证书：核验应为“有效”",
    "corrected": "更正过的证书：现在的文件“有效”，old/ 里更正前的文件应为“已更正”",
    "annulled": "已撤销的证书：文件签名仍完好，核验应为“已撤销”",
    "superseded": "编号有误、已换新号的证书：核验应为“已更正”",
    "replacement": "换发的新证书：核验应为“有效”",
}


def write_workbooks(samples: Path, plan: DemoPlan) -> None:
    """The workbooks of every batch, as they were uploaded."""
    folder = samples / "workbooks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / plan.institutions_name).write_bytes(plan.institutions_file)
    for batch in plan.batches:
        (folder / batch.form5_name).write_bytes(batch.form5)
        (folder / batch.form4_name).write_bytes(batch.form4)


def write_old_files(samples: Path, register: Register, plan: DemoPlan) -> None:
    """Files from before the acts: of the corrected certificate, and of those that get none afterwards."""
    for holder in plan.known:
        if holder.note == "corrected":
            _write_forms(samples / "old", register, holder)
        elif holder.note in _GONE:
            _write_forms(samples, register, holder)


def write_samples(samples: Path, register: Register, plan: DemoPlan) -> None:
    """The forms of the certificates to try, the trust folder, and a page that says what is what."""
    for holder in plan.known:
        if holder.note in _TRIED and register.verdict(holder.number).result is Result.VALID:
            _write_forms(samples, register, holder)
    write_trust(samples, register)
    (samples / LIST).write_bytes(_list(plan))
    lines = [f"{each.number}  {_NOTES[each.note]}" for each in plan.known if each.note in _NOTES]
    guide = [
        "可以拿来试的文件（人名、机构和号码都是虚构的）",
        "",
        *lines,
        "",
        f"{LIST}    名单核验用：含有效、已撤销、已换新号、姓名不符、没有登记的各种行",
        "workbooks/  上报用的附件5、附件4",
    ]
    guide += ["trust/      离线核验用的信任文件夹：skillcert verify 文件 --offline --trust trust"]
    (samples / "说明.txt").write_text("\n".join(guide) + "\n", encoding="utf-8")


def write_trust(samples: Path, register: Register) -> None:
    """The trust folder as of now."""
    for name, content in register.trust_files().items():
        path = samples / "trust" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _write_forms(folder: Path, register: Register, holder: KnownHolder) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    certificate = register.ledger.records.versions(holder.number)[0].certificate
    for form in _FORMS:
        made = register.electronic(certificate, form.value)
        (folder / f"{holder.number}.{form.value}").write_bytes(made.content)


def _list(plan: DemoPlan) -> bytes:
    """An employer's list: the certificates to try, one also under another's name, and a number of nobody."""
    lines = [(each.name, each.number) for each in plan.known]
    first = plan.known[0].number
    lines += [(_ANOTHER, first), (_ANOTHER, f"{first[:-6]}999999")]
    rows = [row_xml(1, [(at, text, HEAD) for at, text in enumerate(_HEADER)])]
    for place, line in enumerate(lines, start=1):
        rows.append(row_xml(place + 1, [(at, text, TEXT) for at, text in enumerate((str(place), *line))]))
    return written([Sheet("名单", iter(rows), widths=_WIDTHS)])
