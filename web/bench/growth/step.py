"""One step over a growing register, in a process of its own, so that its memory can be told.

`python -m web.bench.growth.step NAME DIRECTORY DATABASE_URL FIRST END [MIRROR_URL]` works on the register in
DIRECTORY (an empty DATABASE_URL means SQLite) and prints its figures as one line of JSON. FIRST and END count
batches.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from registry.storage.sql import open_engine
from web.bench.ground import Ground, a_ground, same_ground
from web.bench.growth.appending import batches_held, fill, pair, single
from web.bench.growth.auditing import audited, bare_hashing
from web.bench.growth.memory import Memory
from web.bench.growth.reading import proofs, verdicts


def run(ground: Ground, name: str, first: int, end: int, mirror_url: str = "") -> dict[str, float]:
    """The figures of one step."""
    match name:
        case "held":
            return {"batches": batches_held(ground)}
        case "fill":
            return fill(ground, first, end)
        case "pair":
            return pair(ground, open_engine(mirror_url), first, end)
        case "single":
            return single(ground)
        case "proofs":
            return proofs(ground)
        case "verdicts":
            return verdicts(ground, end)
        case "hashing":
            return bare_hashing(ground)
        case "audit_log":
            return audited(ground, whole=False)
        case "audit_whole":
            return audited(ground, whole=True)
    raise ValueError(name)


def figures(arguments: Sequence[str]) -> dict[str, float]:
    """The figures of the step that the arguments name, and the memory that this process took for it."""
    name, directory, database_url, first, end, *mirror_url = arguments
    opening = a_ground if name == "begin" else same_ground
    with opening(Path(directory), database_url=database_url) as ground:
        found = {} if name == "begin" else run(ground, name, int(first), int(end), *mirror_url)
    return {**Memory().figures(), **found}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(sys.argv[1:])) + "\n")
