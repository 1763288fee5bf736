"""One address of the public site: what answers there, and out of which budget."""

from dataclasses import dataclass

from web.limits import Budget, Endpoint


@dataclass(frozen=True)
class Address:
    """One address of the site."""

    path: str
    endpoint: Endpoint
    budget: Budget
    methods: tuple[str, ...] = ("GET",)
