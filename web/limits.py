"""Budgets: how often one network may ask, by kind of address, counted with slowapi.

The style of key is `endpoint`: counted by address, a budget for `/certificates/{number}` would begin anew
with every number and stop nobody. Kinds are shared scopes, so that page and API draw on one budget. When
the shared store is away, each process counts for itself until it is back.
"""

import math
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

from redis.exceptions import RedisError
from slowapi import Limiter
from slowapi.errors import RateLimitExceeded
from starlette.requests import Request
from starlette.responses import Response

from web.addresses import key_function
from web.errors import TooManyRequests
from web.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]
# A store that does not answer holds up every request: it gets this long before the fallback takes over.
_STORE_SECONDS = 0.05


class Budget(StrEnum):
    """A kind of address; the values name the fields of `Limits`."""

    PAGE = "page"
    LOOKUP = "lookup"
    NAME_CHECK = "name_check"
    VERIFY = "verify"
    HOLDER = "holder"
    DOWNLOAD = "download"
    SHARE = "share"
    LOG = "log"
    ASSET = "asset"
    STAFF = "staff"
    LOGIN = "login"


class Budgets:
    """The budgets of one site."""

    def __init__(self, settings: Settings) -> None:
        self._limits = settings.limits
        self._limiter = Limiter(
            key_func=key_function(settings.trusted_proxies),
            key_style="endpoint",
            strategy="sliding-window-counter",
            storage_uri=settings.rate_limit_storage,
            storage_options=_storage_options(settings.rate_limit_storage),
            in_memory_fallback_enabled=True,
            headers_enabled=False,
        )

    def limited(self, endpoint: Endpoint, budget: Budget) -> Endpoint:
        """The endpoint behind a budget."""
        rule: str = getattr(self._limits, budget.value)
        limited: Endpoint = self._limiter.shared_limit(rule, scope=budget.value)(endpoint)
        return limited

    def refusal(self, request: Request, exceeded: RateLimitExceeded) -> TooManyRequests:
        """What to say about an exceeded budget: after how many whole seconds there is room again."""
        limit: tuple[Any, list[str]] | None = getattr(request.state, "view_rate_limit", None)
        if limit is None:
            return TooManyRequests(exceeded.limit.limit.get_expiry() if exceeded.limit else 1)
        item, key = limit
        try:
            reset_at = self._limiter.limiter.get_window_stats(item, *key)[0]
        except (RedisError, OSError):
            # The store went away between the count and this question: the whole window is the safe answer.
            return TooManyRequests(item.get_expiry())
        return TooManyRequests(max(1, math.ceil(reset_at - time.time())))


def _storage_options(storage: str) -> dict[str, Any]:
    if storage.startswith("memory"):
        return {}
    return {"socket_timeout": _STORE_SECONDS, "socket_connect_timeout": _STORE_SECONDS}
