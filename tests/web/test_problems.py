"""Every error that a room can raise has a status and words; what is unknown says nothing."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from registry.errors import RegistryError
from registry.ledger.errors import NotAdmitted, Refusal
from registry.rules.certificate_number import MalformedNumber, NumberFault
from registry.storage.errors import DatabaseUnavailable
from signing.errors import KeyFileLocked
from tests.web import invented
from tests.web.fake_register import FakeRegister
from tests.web.sites import JSON, a_site
from web.errors import TooManyRequests
from web.language import Language
from web.problem_codes import GROUP_STATUS, STATUS_AND_WORDS
from web.problems import ROOTS, problem_of
from web.vocabulary import WORDS

pytestmark = pytest.mark.anyio

_ROOMS = ("signing", "registry", "search", "web")


def _import_every_module() -> None:
    for room in _ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations." not in module.name and not module.name.endswith(".__main__"):
                importlib.import_module(module.name)


def _with_subclasses(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for subclass in root.__subclasses__():
        yield from _with_subclasses(subclass)


def _every_error() -> set[type[Exception]]:
    _import_every_module()
    classes = {error for root in ROOTS for error in _with_subclasses(root)}
    return {error for error in classes if error.__module__.split(".")[0] in _ROOMS}


def test_every_error_of_every_room_is_mapped() -> None:
    unmapped = {
        error.__qualname__ for error in _every_error() if vars(error).get("code") not in STATUS_AND_WORDS
    }

    assert unmapped == set()


def test_every_code_is_unique_and_every_mapped_code_exists() -> None:
    codes = [vars(error)["code"] for error in _every_error()]

    assert sorted(codes) == sorted(set(codes))
    assert set(codes) == set(STATUS_AND_WORDS)


def test_every_group_has_words_in_both_languages() -> None:
    for group in GROUP_STATUS:
        for language in Language:
            assert f"problem.{group}.title" in WORDS[language]
            assert f"problem.{group}.detail" in WORDS[language]


def test_each_kind_of_malformed_number_is_explained_by_itself() -> None:
    titles = {problem_of(MalformedNumber(kind)).title(Language.CHINESE) for kind in NumberFault}

    assert len(titles) == len(NumberFault)


def test_operators_are_told_which_rule_refused() -> None:
    for refusal in Refusal:
        for language in Language:
            detail = problem_of(NotAdmitted(refusal)).detail(language)
            assert WORDS[language][f"refusal.{refusal}"] in detail


def test_an_unknown_error_becomes_a_plain_500() -> None:
    class Newcomer(RegistryError):
        code = "newcomer"

    class Stranger(Exception):
        code = "link_expired"

    for error in (ValueError("示例甲 430102199003074515"), Newcomer("detail"), Stranger()):
        problem = problem_of(error)
        assert (problem.status, problem.code) == (500, "internal_fault")
        assert "430102" not in problem.detail(Language.CHINESE)


def test_could_not_check_is_a_503_and_too_many_a_429_with_a_time() -> None:
    assert problem_of(DatabaseUnavailable()).status == 503
    problem = problem_of(TooManyRequests(17))
    assert problem.status == 429
    assert problem.headers == {"retry-after": "17"}


async def test_a_program_gets_json_and_a_browser_gets_a_page() -> None:
    async with a_site() as site:
        page = await site.client.get("/certificates/123")
        answer = await site.client.get("/certificates/123", headers=JSON)

    assert page.status_code == answer.status_code == 422
    assert page.headers["content-type"].startswith("text/html")
    assert "这不是职业技能等级证书编号" in page.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == "https://register.example/problems/malformed_number"
    assert body["status"] == 422
    assert body["code"] == "malformed_number"
    assert body["title"]
    assert body["detail"]


async def test_the_api_answers_json_unless_a_browser_asks() -> None:
    async with a_site() as site:
        answer = await site.client.get("/api/v1/certificates/123", headers={"accept": "*/*"})
        page = await site.client.get("/api/v1/certificates/123")

    assert answer.headers["content-type"] == "application/problem+json"
    assert page.headers["content-type"].startswith("text/html")


async def test_a_fault_in_the_house_is_not_described_to_the_public() -> None:
    class Locked(FakeRegister):
        def link_secret(self) -> bytes:
            raise KeyFileLocked

    async with a_site(register=Locked()) as site:
        answer = await site.client.get("/holder/files/AAAA", headers=JSON)

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_fault"
    assert "密钥" not in answer.text
    assert "key" not in answer.text


async def test_a_dead_register_is_never_called_not_found() -> None:
    async with a_site() as site:
        site.register.unavailable = True
        for path in (f"/certificates/{invented.VALID}", f"/q/{invented.REF}", "/institutions"):
            page = await site.client.get(path)
            assert page.status_code == 503
            assert page.headers["retry-after"] == "30"
            assert "暂时无法核验" in page.text
            assert "未找到" not in page.text
        answer = await site.client.get(f"/api/v1/certificates/{invented.VALID}", headers=JSON)

    assert answer.status_code == 503
    assert answer.json()["code"] == "could_not_check"


async def test_each_public_problem_has_a_page_that_its_type_leads_to() -> None:
    async with a_site() as site:
        page = await site.client.get("/problems/link_expired")
        group = await site.client.get("/problems/could_not_check")
        internal = await site.client.get("/problems/key_file_locked")
        missing = await site.client.get("/problems/no_such_code")

    assert page.status_code == group.status_code == 200
    assert "410" in page.text
    assert internal.status_code == missing.status_code == 404
