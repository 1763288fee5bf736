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

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from limits.util import WindowStats
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
_DAY_SECONDS = 86_400
_UNBOUNDED = 1 << 31


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
    BATCH_ROWS = "batch_rows"
    """Counted in rows of lists, not in requests."""
    WRONG_PERSON = "wrong_person"
    """Counted by certificate, not by network: names and identity numbers that were not its holder's."""


class Budgets:
    """The budgets of one site."""

    def __init__(self, settings: Settings) -> None:
        self._limits = settings.limits
        self._network = key_function(settings.trusted_proxies)
        self._own_count = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._limiter = Limiter(
            key_func=self._network,
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

    def take(self, request: Request, budget: Budget, amount: int, *, of_days: bool = False) -> None:
        """Counts many things of one request at once; `of_days`: on the rules for a day or longer only.

        Raises: TooManyRequests, and then nothing is counted.
        """
        rules = self._rules_of_days(budget) if of_days else self._rules(budget)
        network = self._network(request)
        for rule in rules:
            if self._stats(rule, network, budget).remaining < amount:
                raise TooManyRequests(self._seconds(rule, network, budget))
        for rule in rules:
            if not self._hit(rule, network, budget, amount):
                # Somebody behind the same network was faster.
                raise TooManyRequests(self._seconds(rule, network, budget))

    def left_today(self, request: Request, budget: Budget) -> int:
        """How much is left by a budget's rules for a day or longer."""
        network = self._network(request)
        stats = (self._stats(rule, network, budget) for rule in self._rules_of_days(budget))
        return min((each.remaining for each in stats), default=_UNBOUNDED)

    def count_today(self, request: Request, budget: Budget, amount: int) -> None:
        """Counts what happened on a budget's rules for a day or longer, and refuses nothing."""
        network = self._network(request)
        for rule in self._rules_of_days(budget):
            if counted := min(amount, self._stats(rule, network, budget).remaining):
                self._hit(rule, network, budget, counted)

    def wait_today(self, request: Request, budget: Budget) -> int:
        """After how many seconds a budget's rules for a day or longer have something left again."""
        network = self._network(request)
        waits = (self._seconds(rule, network, budget) for rule in self._rules_of_days(budget))
        return max(waits, default=1)

    def wait_of(self, subject: str, budget: Budget) -> int:
        """After how many seconds there is something left for what is counted; 0 while there is."""
        spent = (rule for rule in self._rules(budget) if self._stats(rule, subject, budget).remaining < 1)
        return max((self._seconds(rule, subject, budget) for rule in spent), default=0)

    def count_of(self, subject: str, budget: Budget) -> None:
        """Counts one thing by what it was about, and refuses nothing."""
        for rule in self._rules(budget):
            self._hit(rule, subject, budget, 1)

    def a_day(self, budget: Budget) -> int | None:
        """How much a budget allows in one day, None if no rule says so."""
        days = (rule for rule in self._rules(budget) if rule.get_expiry() == _DAY_SECONDS)
        return min((rule.amount for rule in days), default=None)

    def _rules(self, budget: Budget) -> list[RateLimitItem]:
        return parse_many(getattr(self._limits, budget.value))

    def _rules_of_days(self, budget: Budget) -> list[RateLimitItem]:
        return [rule for rule in self._rules(budget) if rule.get_expiry() >= _DAY_SECONDS]

    def _seconds(self, rule: RateLimitItem, network: str, budget: Budget) -> int:
        return max(1, math.ceil(self._stats(rule, network, budget).reset_time - time.time()))

    def _hit(self, rule: RateLimitItem, network: str, budget: Budget, amount: int) -> bool:
        """Counted where all processes count, or by this process alone while the store is away."""
        try:
            return self._limiter.limiter.hit(rule, network, budget.value, cost=amount)
        except (RedisError, OSError):
            return self._own_count.hit(rule, network, budget.value, cost=amount)

    def _stats(self, rule: RateLimitItem, network: str, budget: Budget) -> WindowStats:
        try:
            return self._limiter.limiter.get_window_stats(rule, network, budget.value)
        except (RedisError, OSError):
            return self._own_count.get_window_stats(rule, network, budget.value)


def _storage_options(storage: str) -> dict[str, Any]:
    if storage.startswith("memory"):
        return {}
    return {"socket_timeout": _STORE_SECONDS, "socket_connect_timeout": _STORE_SECONDS}
