"""The sheet as other people's programs see it: as PDF/A, as a file, as text, as something signed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from signing.statement import Statement
from tests.outside.pdf_programs import ran
from tests.signing.sample_forms import (
    FORM_KEYS,
    RECORD,
    SIGNED_AT,
    make_pdf,
    named,
    printer,
    statement,
    with_attachment,
)
from tests.signing.sample_viewer import BOTH

LONG_NAMES = {
    "one_word": "MARIAFERNANDAALEJANDRADELOSSANTOSMONTENEGROYCASTELLANOSGARCIA",
    "hyphens": "SHILI-FERNANDA-ALEJANDRA-DE-LOS-SANTOS-MONTENEGRO-Y-CASTELLA",
    "minority": "阿卜杜热合曼·买买提明·艾合买提江·示例",
}
# Points from the left: where the photo box begins, and where the right panel ends.
PHOTO_BEGINS, PANEL_ENDS = 244 * 72 / 25.4, 269.5 * 72 / 25.4
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')


def _samples() -> dict[str, Statement]:
    longest = replace(
        RECORD,
        occupation="半导体分立器件和集成电路装调工示例",
        job="加工中心操作调整与城市轨道交通检修示例工种",
    )
    return {
        "plain": statement(),
        "longest": replace(statement(longest), institution_name="示例市高新技术产业开发区评价服务中心" * 2),
        "rare": statement(named("示例㼆䶮𠮷𰻝")),
        "legacy": replace(statement(), legacy=True),
        **{case: statement(named(name)) for case, name in LONG_NAMES.items()},
    }


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The samples as files."""
    folder = tmp_path_factory.mktemp("sheets")
    found = {"both_signatures": folder / "both_signatures.pdf"}
    found["both_signatures"].write_bytes(BOTH)
    for name, sample in _samples().items():
        found[name] = folder / f"{name}.pdf"
        found[name].write_bytes(make_pdf(sample, FORM_KEYS, printer(), signed_at=SIGNED_AT))
    return found


def test_verapdf_finds_every_sheet_to_be_pdf_a_4f(sheets: dict[str, Path], tmp_path: Path) -> None:
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(
        sheets["plain"].read_bytes().replace(b"/MarkInfo", b"/MarkXnfo").replace(b"%PDF-2.0", b"%PDF-1.7")
    )
    said = ran("verapdf", "--flavour", "4f", "--format", "text", *sheets.values(), changed)
    verdicts = {
        Path(path).stem: word for word, path in re.findall(r"^(PASS|FAIL) (\S+\.pdf)", said, re.MULTILINE)
    }
    assert verdicts == {**dict.fromkeys(sheets, "PASS"), "changed": "FAIL"}, said


@pytest.mark.parametrize("case", ["plain", "longest", "rare", "legacy", "both_signatures"])
def test_qpdf_finds_nothing_wrong(sheets: dict[str, Path], case: str) -> None:
    assert "No syntax or stream encoding errors found" in ran("qpdf", "--check", sheets[case])


def test_mutool_reads_the_page_and_finds_one_signature(sheets: dict[str, Path]) -> None:
    said = ran("mutool", "info", sheets["plain"])
    assert "PDF-2.0" in said
    assert "Pages: 1" in said
    assert not re.search("error|warning", said, re.IGNORECASE)


def test_pdfsig_sees_one_signature_over_the_whole_document(sheets: dict[str, Path], tmp_path: Path) -> None:
    said = ran("pdfsig", sheets["plain"])
    assert said.count("Signature #") == 1
    assert "Total document signed" in said
    updated = tmp_path / "updated.pdf"
    updated.write_bytes(with_attachment(sheets["plain"].read_bytes()))
    assert "Not total document signed" in ran("pdfsig", updated)


def test_pdfsig_calls_the_signature_for_viewers_valid_and_sees_it_broken_by_a_changed_byte(
    sheets: dict[str, Path], tmp_path: Path
) -> None:
    first, last = ran("pdfsig", sheets["both_signatures"]).split("Signature #")[1:]
    assert "Signature is Valid" in first
    assert "Total document signed" in last
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(BOTH[:2000] + bytes([BOTH[2000] ^ 1]) + BOTH[2001:])
    assert "Digest Mismatch" in ran("pdfsig", altered).split("Signature #")[1]


@pytest.mark.parametrize("case", sorted(LONG_NAMES))
def test_a_long_name_takes_two_lines_and_stays_clear_of_the_photo(sheets: dict[str, Path], case: str) -> None:
    lines = _values_of_the_first_row(ran("pdftotext", "-bbox", sheets[case], "-"))
    assert 1 <= len({round(top) for _, top, _, _ in lines}) <= 2
    assert max(right for _, _, right, _ in lines) < PHOTO_BEGINS
    assert "".join(text for *_, text in lines).replace(" ", "") == LONG_NAMES[case]


def test_no_word_leaves_the_right_panel(sheets: dict[str, Path]) -> None:
    for case, path in sheets.items():
        words = [match.groups() for match in _WORD.finditer(ran("pdftotext", "-bbox", path, "-"))]
        assert max(float(right) for _, _, right, _, _ in words) < PANEL_ENDS, case


def _values_of_the_first_row(boxes: str) -> list[tuple[float, float, float, str]]:
    """Left, top, right and text of what stands in the row of the name, its label left out."""
    found = []
    for match in _WORD.finditer(boxes):
        left, top, right, bottom = (float(each) for each in match.groups()[:4])
        in_row = 25 * 72 / 25.4 <= (top + bottom) / 2 <= 37.3 * 72 / 25.4
        if in_row and 176 * 72 / 25.4 <= left < PHOTO_BEGINS:
            found.append((left, top, right, match.group(5)))
    return sorted(found, key=lambda each: (round(each[1]), each[0]))
