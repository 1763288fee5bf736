"""A whole site over a real register of the registry's stories, without the staff's pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from registry.register import Register
from tests.registry.filled import WEB_ORIGIN
from tests.web import invented
from tests.web.fake_search import FakeSearch
from tests.web.sites import NO_WITNESSES
from web.app import create_app
from web.settings import PREFIX, Settings


@asynccontextmanager
async def a_real_site(register: Register) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before the site of that register; the clock is the register's."""
    settings = Settings.from_env(
        {f"{PREFIX}ORIGIN": WEB_ORIGIN, f"{PREFIX}WITNESSES_FILE": str(NO_WITNESSES)}
    )
    app = create_app(settings, register, FakeSearch(invented.FILINGS), clock=register.clock)
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 50_000))
    headers = {"accept": "text/html,application/xhtml+xml"}
    async with httpx.AsyncClient(transport=transport, base_url=WEB_ORIGIN, headers=headers) as client:
        yield client
