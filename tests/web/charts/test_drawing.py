"""A chart is shapes, texts and class names: nothing in it runs, styles or leads anywhere."""

from xml.etree import ElementTree

import pytest

from web.charts.drawing import Drawings, drawn
from web.charts.specs import Bar, Spec, Stack, bars, columns, shortened

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [Stack(f"2025-{month:02}", [month * 3, month]) for month in range(1, 13)]
SPECS: dict[str, Spec] = {
    "bars": bars([Bar("电工", 12, "12"), Bar("互联网营销师", 7, "7"), Bar("没有", 0, "0")]),
    "rates": bars([Bar("长沙", 0.964, "96.4% (27/28)"), Bar("湘西州", 1, "100% (3/3)")], most=1),
    "columns": columns(MONTHS, ("用人单位", "社评组织")),
    "nothing": bars([]),
}


def tree(spec: Spec) -> ElementTree.Element:
    return ElementTree.fromstring(drawn(spec, name="figure-x", title="各职业证书数", description="共 3 项"))


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_a_chart_holds_only_shapes_and_texts(spec: Spec) -> None:
    root = tree(spec)
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    names = {name for each in root.iter() for name in each.attrib}
    assert tags <= {"svg", "title", "desc", "g", "path", "line", "text"}
    assert names <= {
        "viewBox", "width", "height", "role", "aria-labelledby", "class", "id", "transform", "d",
        "x1", "x2", "y1", "y2", "text-anchor", "font-size",
    }  # fmt: skip
    assert [each.attrib["id"] for each in root.iter() if "id" in each.attrib] == [
        "figure-x-title",
        "figure-x-text",
    ]


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_a_chart_has_a_name_and_a_description(spec: Spec) -> None:
    root = tree(spec)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "figure-x-title figure-x-text"
    assert [root[0].text, root[1].text] == ["各职业证书数", "共 3 项"]


def test_bars_are_as_long_as_their_values_and_labels_are_texts() -> None:
    root = tree(SPECS["bars"])
    assert texts(root) == ["电工", "互联网营销师", "没有", "12", "7", "0"]
    lengths = [float(each.attrib["d"].split("h")[1].split("v")[0]) for each in root.iter(f"{SVG}path")]
    assert lengths[1] / lengths[0] == pytest.approx(7 / 12, abs=0.01)
    assert lengths[2] == 0


def test_a_share_lies_in_a_track_of_the_whole() -> None:
    root = tree(SPECS["rates"])
    found = {
        kind: [
            float(each.attrib["d"].split("h")[1].split("v")[0])
            for each in root.iter(f"{SVG}path")
            if each.attrib["class"] == kind
        ]
        for kind in ("chart-track", "chart-good")
    }
    assert found["chart-good"][0] / found["chart-track"][0] == pytest.approx(0.964, abs=0.01)
    assert found["chart-good"][1] == found["chart-track"][1]


def test_parts_of_a_column_stand_on_each_other() -> None:
    root = tree(SPECS["columns"])
    kinds = [each.attrib["class"] for each in root.iter(f"{SVG}path")]
    assert kinds.count("chart-1") == kinds.count("chart-2") == 12
    assert "2025-01" in texts(root)


def test_no_label_leaves_the_picture() -> None:
    root = tree(bars([Bar("湘西土家族苗族自治州", 1234567, "1,234,567"), Bar("长沙", 1, "1")]))
    width = float(root.attrib["width"])
    moved = [each for each in root.iter(f"{SVG}text") if each.text in ("湘西土家族苗族自治州", "1,234,567")]
    left = float(root[2].attrib["transform"].split("(")[1].split(",")[0])
    label, value = (float(each.attrib["transform"].split("(")[1].split(",")[0]) + left for each in moved)
    assert label - 10 * 14 >= 0
    assert value + 9 * 8 <= width


def test_words_of_others_stay_text() -> None:
    root = tree(bars([Bar("<script>alert(1)</script>", 1, "'\"&")]))
    assert texts(root) == ["<script>alert(1)</script>", "'\"&"]


def test_a_long_label_ends_in_dots_and_a_short_one_is_whole() -> None:
    assert shortened("多工序数控机床操作调整工") == "多工序数控机床操作调整工"
    assert shortened("示例长沙第一职业技能培训学校") == "示例长沙第一职业技能培…"


def test_the_same_values_are_drawn_once_and_old_pictures_go() -> None:
    drawings = Drawings(most=2)

    def draw(name: str) -> str:
        return drawings.draw(SPECS["bars"], name=name, title="t", description="d")

    first = draw("a")
    assert draw("a") == first
    assert draw("b") != first
    draw("c")
    assert len(drawings) == 2
