"""The outside identity provider as the site knows it: its client, the attempts under way, and their ends."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import anyio
from starlette.requests import Request

from registry.oidc.attempts import Attempts
from registry.oidc.relying_party import RelyingParty
from web.language import language_of
from web.oidc_settings import OidcSettings
from web.staff.office import Office

# Log-ins that talk to the provider at once: one that does not answer must not take every thread of the site.
_AT_ONCE = 8


class Outcomes:
    """How log-ins ended in this process, by code. Bears several threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, outcome: str) -> None:
        """One more ended so."""
        with self._lock:
            self._counts[outcome] += 1

    def lines(self) -> list[str]:
        """As /metrics says it."""
        with self._lock:
            counts = sorted(self._counts.items())
        return [
            "# HELP skillcert_oidc_logins_total Log-ins through the identity provider, by how they ended.",
            "# TYPE skillcert_oidc_logins_total counter",
            *(f'skillcert_oidc_logins_total{{outcome="{outcome}"}} {count}' for outcome, count in counts),
        ]


@dataclass(frozen=True)
class Provider:
    """The parts. `limiter` bounds how many threads wait for the provider."""

    settings: OidcSettings
    party: RelyingParty
    attempts: Attempts
    limiter: anyio.CapacityLimiter
    outcomes: Outcomes = field(default_factory=Outcomes)


def provider_name(request: Request) -> str:
    """What the provider is called on this page, "" where there is none."""
    provider: Provider | None = request.app.state.site.provider
    return "" if provider is None else provider.settings.name(language_of(request))


def open_provider(
    settings: OidcSettings | None, office: Office | None, clock: Callable[[], datetime]
) -> Provider | None:
    """The provider, None where none is set, and on an instance without a desk."""
    if settings is None or office is None:
        return None
    return Provider(
        settings,
        RelyingParty(settings.client, clock),
        Attempts(office.register.desk_engine, clock),
        anyio.CapacityLimiter(_AT_ONCE),
    )
