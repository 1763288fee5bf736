"""The sheet as a PDF, before it is signed."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

import signing.sheet
from signing.fonts import FANGSONG
from signing.form_errors import FontMissing, GlyphMissing
from signing.pades import attachments
from signing.sheet import SheetContent, SheetPrinter
from signing.statement import Statement
from tests.builders.fonts import a_font
from tests.signing.sample_forms import FORM_KEYS, KEYS, RECORD, forms, make_qr_text, named, printer, statement

CONTENT = SheetContent(forms().qr_text, forms().credential, KEYS[next(iter(KEYS))].key_id)
FOLDER = Path(signing.sheet.__file__).parent


def _draw(sample: Statement) -> bytes:
    return printer().draw(sample, CONTENT)


def _has_text(pdf: bytes, text: str) -> bool:
    """Whether each character of the text is among those that the page's fonts can be asked for."""
    page = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0]
    known = b"".join(
        bytes(font["/ToUnicode"].data) for font in map(_resolved(page), page["/Resources"]["/Font"])
    )
    return all(f"<{ord(character):04X}>".encode() in known.upper() for character in text)


def _resolved(page: Any) -> Callable[[str], Any]:
    return lambda name: page["/Resources"]["/Font"][name]


def _fonts(pdf: bytes) -> Iterator[tuple[str, bool]]:
    page = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0]
    for name in page["/Resources"]["/Font"]:
        descendant = page["/Resources"]["/Font"][name]["/DescendantFonts"][0]
        yield (
            str(descendant["/BaseFont"]),
            any(each in descendant["/FontDescriptor"] for each in ("/FontFile2", "/FontFile3")),
        )


def test_the_same_statement_gives_the_same_bytes_from_another_printer_too() -> None:
    assert _draw(statement()) == _draw(statement())
    assert _draw(statement()) == SheetPrinter().draw(statement(), CONTENT)


def test_another_name_gives_another_sheet() -> None:
    assert _draw(statement()) != _draw(statement(named("示例乙")))


def test_it_is_pdf_a_4f_on_one_landscape_page() -> None:
    pdf = _draw(statement())
    assert pdf.startswith(b"%PDF-2.0")
    metadata = re.search(
        rb"<pdfaid:part>4</pdfaid:part>.*<pdfaid:conformance>F</pdfaid:conformance>", pdf, re.DOTALL
    )
    assert metadata is not None
    pages = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]
    assert int(pages["/Count"]) == 1
    _, _, width, height = (float(number) for number in pages["/Kids"][0]["/MediaBox"])
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)


def test_every_font_is_embedded_as_a_subset() -> None:
    fonts = list(_fonts(_draw(statement())))
    assert fonts
    assert all(
        embedded and name[6:8].startswith("+") for name, embedded in ((n.lstrip("/"), e) for n, e in fonts)
    )


def test_the_credential_is_attached_and_the_only_attachment() -> None:
    assert attachments(_draw(statement())) == {f"{RECORD.number}.json": forms().credential}


def test_the_title_names_the_certificate() -> None:
    assert f"职业技能等级证书 {RECORD.number}".encode() in _draw(statement())


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, name="阿卜杜热合曼·买买提明·艾合买提江示例"),
        replace(RECORD, name="示例" * 30),
        replace(RECORD, occupation="互联网信息审核与内容安全管理示例职业名称" * 3, job="很长的工种名称" * 12),
        replace(RECORD, job=""),
        replace(RECORD, name="示例㼆䶮𠮷"),
        replace(RECORD, name='示例"#{}$[]\\`*_<>@'),
    ],
    ids=["minority", "very_long", "long_job", "no_job", "rare", "markup"],
)
def test_long_empty_rare_and_hostile_values_are_drawn_on_one_page(record: object) -> None:
    sample = statement(record)  # type: ignore[arg-type]  # parametrised
    pdf = _draw(sample)
    assert int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"]) == 1


def test_long_names_of_institution_and_bureau_are_drawn() -> None:
    long = replace(
        statement(), institution_name="示例学院" * 20, bureau_name="湘西土家族苗族自治州人力资源和社会保障局"
    )
    assert _draw(long)


@pytest.mark.parametrize("code_point", [0xE000, 0x1F600, 0x323B0, 0x10FFFF, 0x0627])
def test_a_character_without_a_glyph_is_named_and_never_drawn_as_a_box(code_point: int) -> None:
    with pytest.raises(GlyphMissing) as caught:
        _draw(statement(named("示例" + chr(code_point))))
    assert caught.value.code_point == code_point
    assert "示例" not in str(caught.value)


def test_a_directory_without_a_font_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FontMissing) as caught:
        SheetPrinter(tmp_path)
    assert "Noto Serif CJK SC" in caught.value.families


def test_a_directory_with_fonts_gives_the_same_sheet() -> None:
    system = Path("/usr/share/fonts/opentype/noto")
    assert SheetPrinter(system).draw(statement(), CONTENT) == _draw(statement())


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    """The installed fonts, in a directory to which a test adds its own."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    for path in Path("/usr/share/fonts/opentype/noto").glob("*.ttc"):
        (folder / path.name).symlink_to(path)
    return folder


@pytest.mark.parametrize("family", ["HanaMinB", "示例补字"], ids=["known", "unknown"])
def test_a_character_of_no_usual_font_is_drawn_by_the_font_that_was_added(fonts: Path, family: str) -> None:
    sample = statement(named("示例\U000323b0"))
    with pytest.raises(GlyphMissing):
        SheetPrinter(fonts).draw(sample, CONTENT)
    (fonts / "added.ttf").write_bytes(a_font(family, "\U000323b0"))
    pdf = SheetPrinter(fonts).draw(sample, CONTENT)
    assert [name for name, embedded in _fonts(pdf) if embedded and name.endswith(family)]


def test_the_filled_in_fields_are_set_in_a_fangsong_that_was_added(fonts: Path) -> None:
    (fonts / "added.ttf").write_bytes(a_font(FANGSONG[0], RECORD.occupation))
    pdf = SheetPrinter(fonts).draw(statement(), CONTENT)
    assert any(name.endswith(FANGSONG[0]) for name, _ in _fonts(pdf))


def test_a_certificate_from_before_the_register_says_so_and_no_other_does() -> None:
    plain, legacy = _draw(statement()), _draw(replace(statement(), legacy=True))
    assert _has_text(legacy, "历史数据")
    assert not _has_text(plain, "历史数据")


def test_no_wording_names_the_state_or_its_emblem() -> None:
    for template in sorted(FOLDER.glob("sheet*.typ")):
        text = template.read_text(encoding="utf-8")
        assert "中华人民共和国" not in text
        assert "国徽" not in text


def test_the_sheet_says_what_its_signature_is_and_is_not() -> None:
    words = (FOLDER / "sheet_words.typ").read_text(encoding="utf-8")
    for sentence in (
        "本电子证书由登记平台签名",
        "不是电子印章",
        "阅读器可能提示签名未知",
        "请扫码或上传核验",
    ):
        assert sentence in words


def test_the_printed_code_is_the_statements_own() -> None:
    assert make_qr_text(statement(), FORM_KEYS) == CONTENT.qr_text
