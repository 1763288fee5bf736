"""Counters of this process in the Prometheus text format. By route template and status: nobody is in them."""

from collections import Counter
from collections.abc import Sequence

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_SECONDS = (0.005, 0.025, 0.1, 0.5, 2.5)


class Metrics:
    """How many requests there were, how they ended, and how long they took."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: dict[str, float] = {}
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._counts: Counter[str] = Counter()

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request. Only ever called on the event loop."""
        self._requests[method, route, status] += 1
        self._seconds[route] = self._seconds.get(route, 0.0) + seconds
        self._counts[route] += 1
        for bound in _BUCKETS_SECONDS:
            if seconds <= bound:
                self._buckets[route, bound] += 1
                break

    def text(
        self, *, tree_size: int | None, unpublished: int | None = None, others: Sequence[str] = ()
    ) -> str:
        """The exposition, with lines of others. What the register cannot answer now is left out."""
        lines = [
            "# HELP skillcert_requests_total Requests answered, by method, route template and status.",
            "# TYPE skillcert_requests_total counter",
        ]
        for (method, route, status), count in sorted(self._requests.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            lines.append(f"skillcert_requests_total{{{labels}}} {count}")
        lines += [
            "# HELP skillcert_request_seconds Time to answer, by route template.",
            "# TYPE skillcert_request_seconds histogram",
        ]
        for route in sorted(self._counts):
            lines += self._histogram(route)
        if tree_size is not None:
            lines += [
                "# HELP skillcert_tree_size Entries in the published log.",
                "# TYPE skillcert_tree_size gauge",
                f"skillcert_tree_size {tree_size}",
            ]
        if unpublished is not None:
            lines += [
                "# HELP skillcert_unpublished_entries Durable entries that wait to be published.",
                "# TYPE skillcert_unpublished_entries gauge",
                f"skillcert_unpublished_entries {unpublished}",
            ]
        lines += others
        return "\n".join(lines) + "\n"

    def _histogram(self, route: str) -> list[str]:
        lines, below = [], 0
        for bound in _BUCKETS_SECONDS:
            below += self._buckets[route, bound]
            lines.append(f'skillcert_request_seconds_bucket{{route="{route}",le="{bound}"}} {below}')
        total = self._counts[route]
        return [
            *lines,
            f'skillcert_request_seconds_bucket{{route="{route}",le="+Inf"}} {total}',
            f'skillcert_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}',
            f'skillcert_request_seconds_count{{route="{route}"}} {total}',
        ]
