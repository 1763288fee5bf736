"""Whatever stands in an address or a form, the staff's pages answer it: never with a fault of their own.

Every route of the matrix is asked with parameters, paths, fields and files that no page of ours sends. The
names are those that the code of the pages really reads, so that a new one is tried without being listed here.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest

from registry.staff.model import Account, StaffRole
from tests.registry.filled import copy_of
from tests.web.staff.desks import Browser, Desk, open_desk
from tests.web.staff.matrix import KINDS, LINES, NEAR, Line, Params
from web.staff.routes import STAFF_ADDRESSES

pytestmark = pytest.mark.anyio
# More digits than Python reads, more than a column holds with zeros before, both ends of the calendar.
_NUMBERS = ("9" * 5_000, "000000001" + "9" * 20, "0001-01-01", "9999-12-31")
_MARKUP = "<svg onload=x>'\"{{7*7}}"
# Markup, the way out of a header, digits that are none of ours; NUL has tests of its own.
_TEXT = f"{_MARKUP}\r\nx-injected: y²٣"
_FILES = (
    b"\0" * 40,
    b"[" * 5_000,
    b'{"digest":"\\ud800"}',
    b"PK\x03\x04" + b"\xff" * 60,
    "=1+1,示例".encode(),
)
_FILE_NAMES = ('a"\r\nx-injected: y', f"../../{_MARKUP}.xlsx", "示" * 300 + ".csv", "\ud800.xlsx", ".xlsx")
_READ = r'(?:{})\(\s*(?:fields, |parameters, |request, |form, )?"([a-z0-9_]+)"'
_PARAMETERS = _READ.format("query_params.get|asked.get|given.get|get|_day|_month|parameters.get")
_FIELDS = _READ.format("field|fields.get|text|day|day_or_none|values")
_FILE_FIELDS = _READ.format(r"\.file|_upload")


def sources(line: Line, *, area: bool) -> str:
    """The code of the module that answers this line, or of its whole area."""
    module = next(
        each.endpoint.__module__
        for each in STAFF_ADDRESSES
        if each.path == line.path and line.method in each.methods
    )
    file = Path(str(sys.modules[module].__file__))
    # The areas are packages; what stands beside them are areas of one module.
    paths = sorted(file.parent.glob("*.py")) if area and file.parent.name != "staff" else [file]
    return "\n".join(path.read_text() for path in paths)


def named(line: Line, pattern: str, *, area: bool = True) -> Sequence[str]:
    """The names that are read there in such a way."""
    return sorted(set(re.findall(pattern, sources(line, area=area))) - {"csrf"})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, filled_register: Path) -> Iterator[Desk]:
    scene = copy_of(filled_register, tmp_path_factory.mktemp("nasty") / "r")
    yield open_desk(scene, LIMIT_STAFF="1000000/minute", LIMIT_LOGIN="1000000/minute")
    scene.close()


@pytest.fixture(scope="module")
def near(desk: Desk) -> dict[StaffRole, Account]:
    return {role: desk.account(role, office) for role, office in NEAR.items()}


class Asking:
    """One line's requests, and what was wrong with their answers."""

    def __init__(self, desk: Desk, line: Line, who: Account) -> None:
        self.line, self.browser = line, desk.browser(who)
        self.params: Params = KINDS[line.kind](desk, who) if line.kind else {}
        self.path = line.path.format(**self.params)
        self.wrong: list[str] = []

    def saw(self, what: str, answer: httpx.Response) -> None:
        if answer.status_code >= 500 or _MARKUP in answer.text or "x-injected" in answer.headers:
            self.wrong.append(f"{what[:40]!r}: {answer.status_code}")


def asking(desk: Desk, near: dict[StaffRole, Account], line: Line) -> Asking:
    """As who comes furthest: of those who review, the one whose bureau decides."""
    return Asking(desk, line, near[max(line.roles)])


_TOLD = [line for line in LINES if line.path != "/staff/logout"]


@pytest.mark.parametrize("line", [line for line in _TOLD if line.method == "GET"], ids=str)
async def test_no_query_is_a_fault_of_ours(desk: Desk, near: dict[StaffRole, Account], line: Line) -> None:
    asked = asking(desk, near, line)
    names = named(line, _PARAMETERS)
    queries = [dict.fromkeys(names, _TEXT)]
    # Singly as well, since what is refused first hides the others.
    own = {*named(line, _PARAMETERS, area=False), *({"page", "from", "to"} & set(names))}
    queries += [{name: number} for name in sorted(own) for number in _NUMBERS]
    for query in queries:
        asked.saw(str(query), await asked.browser.get(f"{asked.path}?{urlencode(query)}"))
    assert asked.wrong == []


@pytest.mark.parametrize("line", [line for line in LINES if line.kind], ids=str)
async def test_no_path_is_a_fault_of_ours(desk: Desk, near: dict[StaffRole, Account], line: Line) -> None:
    asked = asking(desk, near, line)
    for name in asked.params:
        if f"{{{name}}}" not in line.path:
            continue
        for text in (_TEXT, "9" * 5_000, "%2e%2e%2fx"):
            path = line.path.format(**{**asked.params, name: quote(text, safe="")})
            ask = asked.browser.get(path) if line.method == "GET" else asked.browser.post(path)
            asked.saw(f"{name}={text}", await ask)
    assert asked.wrong == []


@pytest.mark.parametrize("line", [line for line in _TOLD if line.method == "POST"], ids=str)
async def test_no_form_is_a_fault_of_ours(desk: Desk, near: dict[StaffRole, Account], line: Line) -> None:
    asked = asking(desk, near, line)
    names = named(line, _FIELDS)[:60]
    forms = [{**line.fields, **dict.fromkeys(names, text)} for text in (_TEXT, _NUMBERS[1])]
    forms += [{**line.fields, name: _NUMBERS[0]} for name in named(line, _FIELDS, area=False)]
    for form in forms:
        asked.saw(str(form), await asked.browser.post(asked.path, form))
    assert asked.wrong == []


_WITH_FILES = {each.path for each in STAFF_ADDRESSES if each.max_file_bytes}


@pytest.mark.parametrize(
    "line", [line for line in LINES if line.method == "POST" and line.path in _WITH_FILES], ids=str
)
async def test_no_file_is_a_fault_of_ours(desk: Desk, near: dict[StaffRole, Account], line: Line) -> None:
    asked = asking(desk, near, line)
    names = named(line, _FILE_FIELDS) or ["file"]
    for content, file_name in zip(_FILES, _FILE_NAMES, strict=True):
        for name in names:
            asked.saw(file_name, await post_files(asked.browser, asked.path, [name], file_name, content))
        asked.saw(file_name, await post_files(asked.browser, asked.path, names[:2], file_name, content))
    assert asked.wrong == []


async def post_files(
    browser: Browser, path: str, names: Sequence[str], file_name: str, content: bytes
) -> httpx.Response:
    """Posts files with names as no browser writes them."""
    written = file_name.encode("utf-8", "surrogatepass").replace(b'"', b'\\"')
    parts = [b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + browser.csrf.encode()]
    parts += [
        b'--b\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s'
        % (name.encode(), written, content)
        for name in names
    ]
    headers = {
        **browser.headers,
        "sec-fetch-site": "same-origin",
        "content-type": "multipart/form-data; boundary=b",
    }
    body = b"\r\n".join([*parts, b"--b--\r\n"])
    return await browser.client.post(path, content=body, headers=headers)
