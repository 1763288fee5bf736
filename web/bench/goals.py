"""The goals by name: what each is about, who measures it, and on how much unless a size is given."""

from collections.abc import Callable
from dataclasses import dataclass

from web.bench import (
    append,
    audit,
    commitments,
    demo,
    desk,
    electronic,
    holder,
    inclusion,
    qr_codes,
    sync,
    verdict,
    workbook,
)
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
    "electronic": Goal("电子证书", electronic.measure, electronic.DEFAULT_SIZE),
    "holder": Goal("持证人登录失败的用时", holder.measure, holder.DEFAULT_SIZE),
    "qr": Goal("印出的二维码", qr_codes.measure, qr_codes.DEFAULT_SIZE),
    "audit": Goal("核对全部日志", audit.measure, audit.DEFAULT_SIZE),
    "sync": Goal("向全国联网上报", sync.measure, sync.DEFAULT_SIZE),
    "workbook": Goal("大批量工作簿", workbook.measure, workbook.DEFAULT_SIZE),
    "desk": Goal("大批次的工作台全程", desk.measure, desk.DEFAULT_SIZE),
    "demo": Goal("演示", demo.measure, demo.DEFAULT_SIZE),
}
