"""A whole site over the invented register, and a client that speaks to it without a network."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import httpx
from starlette.applications import Starlette

from tests.web import invented
from tests.web.fake_register import ORIGIN, FakeRegister
from tests.web.fake_search import FakeSearch
from web.app import create_app
from web.limits import Budget
from web.settings import PREFIX, Settings

NO_WITNESSES = Path(__file__).with_name("no_witnesses")


@dataclass(frozen=True)
class Running:
    """A site, what stands behind it, and a browser before it."""

    client: httpx.AsyncClient
    register: FakeRegister
    search: FakeSearch
    app: Starlette


@asynccontextmanager
async def a_site(
    *,
    clock: Callable[[], datetime] = lambda: invented.NOW,
    register: FakeRegister | None = None,
    limits: Mapping[Budget, str] = MappingProxyType({}),
    **env: str,
) -> AsyncIterator[Running]:
    """The site; settings are given without prefix. Errors of the program are answered, not raised."""
    budgets = {f"LIMIT_{budget.value.upper()}": limit for budget, limit in limits.items()}
    named = {"ORIGIN": ORIGIN, "WITNESSES_FILE": str(NO_WITNESSES), **budgets, **env}
    settings = Settings.from_env({f"{PREFIX}{name}": value for name, value in named.items()})
    register = register or FakeRegister()
    search = FakeSearch(invented.FILINGS)
    app = create_app(settings, register, search, clock=clock)
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 50_000))
    headers = {"accept": "text/html,application/xhtml+xml"}
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        yield Running(client, register, search, app)


JSON = {"accept": "application/json"}
