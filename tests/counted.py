"""What the suite counted, printed at its end: the fault matrix, and how many programs were killed.

A test says `record_property("fault", (database, step, moment))` or `("killed", (what, count))`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

Properties = Iterable[tuple[str, Any]]


def summary(properties: Properties) -> Iterator[str]:
    """The lines of the summary; none if nothing was counted."""
    listed = list(properties)
    faults = Counter(tuple(value) for name, value in listed if name == "fault")
    yield from _matrix(faults)
    killed: Counter[str] = Counter()
    for what, count in (value for name, value in listed if name == "killed"):
        killed[what] += count
    yield from (f"killed: {what}: {count}" for what, count in sorted(killed.items()))


def _matrix(faults: Counter[tuple[str, ...]]) -> Iterator[str]:
    if not faults:
        return
    steps = list(dict.fromkeys(step for _, step, _ in faults))
    moments = list(dict.fromkeys(moment for _, _, moment in faults))
    databases = sorted({database for database, _, _ in faults})
    width = max(map(len, steps))
    yield f"fault matrix, cells that held ({' / '.join(databases)}): {sum(faults.values())}"
    yield f"{'':{width}}  " + "  ".join(moments)
    for step in steps:
        cells = (
            " / ".join(str(faults[database, step, moment]) for database in databases).center(len(moment))
            for moment in moments
        )
        yield f"{step:{width}}  " + "  ".join(cells)
