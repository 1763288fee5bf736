"""The run: grow to a size, measure there, grow on. What was measured is told after every step."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from web.bench.ground import places
from web.bench.growth import step
from web.bench.growth.databases import copied, parts
from web.bench.growth.preparing import ALL_SEALED
from web.bench.growth.stream import BATCH
from web.bench.measurement import Progress
from web.bench.processes import ran

SMALLEST: Final = 10_000
_LAST: Final = 50_000 // BATCH

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Point:
    """What was measured at one size: the figures of each step under its name."""

    certificates: int
    figures: Mapping[str, Figures]

    @property
    def bytes_per_certificate(self) -> float:
        """What the database takes, all tables and indexes."""
        return sum(self.figures["parts"].values()) / self.certificates

    @property
    def audit_by_bare(self) -> float:
        """Reading, hashes, tiles, roots and checkpoints, by bare hashing."""
        return (
            self.figures["audit_log"]["log_processor_seconds"] / self.figures["hashing"]["processor_seconds"]
        )

    def value(self) -> dict[str, object]:
        """For programs."""
        return {"certificates": self.certificates, **self.figures}


def sizes(to: int) -> list[int]:
    """The powers of ten from the smallest on up to `to`, and `to` itself."""
    powers = [SMALLEST * 10**step for step in range(8)]
    return sorted({size for size in powers if size < to} | {to})


@dataclass(frozen=True)
class Growth:
    """A register in a directory, empty or as an earlier run left it; `database_url` empty: SQLite.

    Without `apart` no step has a process of its own, and memory figures are those of the whole run.
    """

    directory: Path
    database_url: str
    progress: Progress
    apart: bool = True

    def measure(self, wanted: Sequence[int], save: Callable[[Point], None]) -> Iterator[Point]:
        """One point for each size, ascending; `save` gets what there is of it after each step."""
        if not (self.directory / "data").exists():
            self._step("begin")
        held = int(self._step("held")["batches"])
        for size in wanted:
            if (end := size // BATCH) > held:
                figures: dict[str, Figures] = {}
                for name, measured in self._steps(held, end):
                    figures[name] = measured
                    save(Point(end * BATCH, figures))
                held = end
                yield Point(end * BATCH, figures)

    def _steps(self, held: int, end: int) -> Iterator[tuple[str, Figures]]:
        """The steps at one size, and each one's figures under its name."""
        here = places(self.directory, database_url=self.database_url)
        last = max(held, end - min(_LAST, -(-end // 2)))
        if last > held:
            yield "fill", self._step("fill", held, last)
        with copied(here) as mirror:
            yield "append", self._step("pair", last, end, mirror)
        yield "single", self._step("single")
        yield "parts", parts(here)
        for name in ("proofs", "verdicts", "hashing", "audit_log"):
            yield name, self._step(name, 0, end)
        if end <= ALL_SEALED:
            yield "audit_whole", self._step("audit_whole", 0, end)

    def _step(self, name: str, first: int = 0, end: int = 0, *more: str) -> Figures:
        self.progress(name, first, end)
        counted = [str(first), str(end)]
        arguments = [name, str(self.directory), self.database_url, *counted, *more]
        if not self.apart:
            return step.figures(arguments)
        outcome = ran(["-m", "web.bench.growth.step", *arguments])
        return {**outcome.printed, "peak_bytes": outcome.peak_bytes}
