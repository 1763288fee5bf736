"""Somebody's browser for a measurement: pages and forms of the staff, as the site itself offers them."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from web.bench.measurement import MeasurementFailed

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"')
_POLL_SECONDS, _PATIENCE_SECONDS = 0.2, 1_800.0
_SEE_OTHER, _GOOD = 303, 200
Files = Mapping[str, tuple[str, bytes]]


@dataclass
class Visit:
    """One session. `times` holds how long each kind of page took, by the measurement's own name."""

    client: httpx.Client
    csrf: str
    times: dict[str, list[float]] = field(default_factory=dict)

    def page(self, name: str, path: str) -> str:
        """The page's text. Raises: MeasurementFailed for anything but a page."""
        answer = self._timed(name, "GET", path)
        if answer.status_code != _GOOD:
            raise MeasurementFailed(f"{name}_{answer.status_code}")
        return answer.text

    def send(self, name: str, path: str, fields: Mapping[str, str], files: Files | None = None) -> str:
        """Posts a form; where the answer leads to. Raises: MeasurementFailed for any other answer."""
        answer = self._timed(name, "POST", path, data={"csrf": self.csrf, **fields}, files=files)
        if answer.status_code != _SEE_OTHER:
            raise MeasurementFailed(f"{name}_{answer.status_code}")
        return answer.headers["location"]

    def follow(self, name: str, job_path: str) -> str:
        """Waits for a job as its page does; where it leads to. Raises: MeasurementFailed."""
        started = time.perf_counter()
        while not self.client.get(f"{job_path}/state").json()["ended"]:
            if time.perf_counter() - started > _PATIENCE_SECONDS:
                raise MeasurementFailed(f"{name}_without_end")
            time.sleep(_POLL_SECONDS)
        self.times.setdefault(name, []).append(time.perf_counter() - started)
        answer = self.client.get(job_path)
        if answer.status_code != _SEE_OTHER:
            raise MeasurementFailed(f"{name}_refused")
        return answer.headers["location"]

    def _timed(self, name: str, method: str, path: str, **options: object) -> httpx.Response:
        started = time.perf_counter()
        answer = self.client.request(method, path, **options)  # type: ignore[arg-type]  # httpx's own options
        self.times.setdefault(name, []).append(time.perf_counter() - started)
        return answer


def hidden(text: str) -> dict[str, str]:
    """The hidden values of a page's forms; of a name that stands in several, the last."""
    return dict(_HIDDEN.findall(text))
