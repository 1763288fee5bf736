"""The goals by name: what each is about, who measures it, and on how much unless a size is given."""

from collections.abc import Callable
from dataclasses import dataclass

from web.bench import append, commitments, inclusion, verdict
from web.bench.measurement import Measurement, Progress


@dataclass(frozen=True)
class Goal:
    """One goal of the table in the design. `size` counts certificates, rows or entries."""

    title: str
    measure: Callable[[int, Progress], Measurement]
    size: int


GOALS = {
    "commitments": Goal("承诺的计算", commitments.measure, commitments.DEFAULT_SIZE),
    "append": Goal("已备好的证书入库", append.measure, append.DEFAULT_SIZE),
    "inclusion": Goal("包含证明", inclusion.measure, inclusion.DEFAULT_SIZE),
    "verdict": Goal("按编号查验", verdict.measure, verdict.DEFAULT_SIZE),
}
