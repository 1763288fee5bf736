"""What every page and answer of one running site shares: its parts, assembled once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import anyio
from starlette.requests import Request

from search.port import SearchReader
from web.assets import Assets
from web.backend import PublicRegister
from web.holder.provider import Provider
from web.limits import Budgets
from web.metrics import Metrics
from web.presenters.dates import civil_today
from web.rendering import Renderer
from web.settings import Settings
from web.staff.menu import Menus
from web.staff.office import Office


@dataclass(frozen=True)
class Site:
    """The parts of the site. `heavy` bounds how much checking of files goes on at once.

    `lists`: one list of numbers and names at a time, so that what is left of a budget for names is counted
    before the next list asks for it; side by side they would be no faster. `office` is None where no staff
    pages are served; `menus` are theirs. `provider` is None where no identity provider is set.
    """

    settings: Settings
    register: PublicRegister
    search: SearchReader
    renderer: Renderer
    assets: Assets
    metrics: Metrics
    clock: Callable[[], datetime]
    heavy: anyio.CapacityLimiter
    budgets: Budgets
    menus: Menus
    lists: anyio.Lock = field(default_factory=anyio.Lock)
    office: Office | None = None
    provider: Provider | None = None

    def today(self) -> date:
        """The civil date in China."""
        return civil_today(self.clock())


def site_of(request: Request) -> Site:
    """The site that answers this request."""
    site = request.app.state.site
    assert isinstance(site, Site)
    return site
