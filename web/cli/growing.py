"""`skillcert bench growth`: one register grown to millions, measured at each power of ten."""

import argparse
import json
import tempfile
from contextlib import ExitStack
from pathlib import Path

from web.bench.growth.run import Growth, Point, sizes
from web.bench.growth.stream import BATCH
from web.bench.machine import Machine, this_machine
from web.bench.measurement import MeasurementFailed
from web.cli.output import Output

NAME = "growth"
_COULD_NOT = 2
_DEFAULT, _MOST = 1_000_000, 10_000_000


def add_options(command: argparse.ArgumentParser) -> None:
    """Adds what only the growth asks for."""
    growth = command.add_argument_group(
        "bench growth", "一个登记库逐级增大 / one register grown step by step"
    )
    growth.add_argument("--to", type=_to, default=_DEFAULT, metavar="N", help="增大到多少本证书")
    growth.add_argument("--work", type=Path, metavar="DIR", help="登记库所在目录，保留；已有则接着增大")
    growth.add_argument("--database", default="", metavar="URL", help="空的 PostgreSQL 数据库，默认 SQLite")
    growth.add_argument("--out", type=Path, metavar="FILE", help="每测一步就写入的 JSON 文件")


def run(options: argparse.Namespace, output: Output) -> int:
    """Grows and measures."""
    machine = this_machine(options.database)
    for line in machine.lines():
        output.line(line)
    points = _earlier(options.out, options.work)
    with ExitStack() as stack:
        directory: Path | None = options.work
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="skillcert-bench-")))

        def save(point: Point) -> None:
            _write(options.out, machine, options.database, [*points, point.value()])

        growth = Growth(directory, options.database, output.progress)
        try:
            for point in growth.measure(sizes(options.to), save):
                points.append(point.value())
                for line in _lines(point):
                    output.line(line)
        except MeasurementFailed as fault:
            output.error("growth_failed", "没有测成", fault.reason)
            return _COULD_NOT
    output.result(_value(machine, options.database, points))
    return 0


def _to(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 2 * BATCH <= int(text) <= _MOST):
        raise argparse.ArgumentTypeError(f"{2 * BATCH:,}–{_MOST:,}")
    return int(text)


def _earlier(path: Path | None, work: Path | None) -> list[dict[str, object]]:
    """What an earlier run over the same register measured; a size that it did not reach is left out."""
    if path is None or work is None or not (work.exists() and path.exists()):
        return []
    points: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))["points"]
    return [point for point in points if "append" in point]


def _write(path: Path | None, machine: Machine, database: str, points: list[dict[str, object]]) -> None:
    if path is not None:
        text = json.dumps(_value(machine, database, points), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def _value(machine: Machine, database: str, points: list[dict[str, object]]) -> dict[str, object]:
    return {
        "machine": machine.value(),
        "database": "postgresql" if database else "sqlite",
        "points": points,
    }


def _lines(point: Point) -> list[str]:
    append, proofs, verdicts = (point.figures[name] for name in ("append", "proofs", "verdicts"))
    whole = point.figures.get("audit_whole")
    return [
        "",
        f"{point.certificates:,} 本证书",
        f"  入库    每秒 {append['per_second']:,.0f} 本，为纯 SQL 的 {append['by_plain']:.2f} ×；"
        f"单本连同检查点 {point.figures['single']['median_seconds'] * 1e3:.1f} ms",
        f"  占用    每本 {point.bytes_per_certificate:,.0f} 字节",
        f"  证明    冷 {proofs['cold_median_seconds'] * 1e3:.2f} ms，"
        f"热 {proofs['warm_median_seconds'] * 1e6:.0f} µs",
        f"  查验    p50 {verdicts['processor_median_seconds'] * 1e6:.0f} µs，"
        f"p99 {verdicts['processor_p99_seconds'] * 1e6:.0f} µs（处理器时间）",
        f"  核对    日志为只做散列的 {point.audit_by_bare:.2f} ×；不开启记录 "
        f"{point.figures['audit_log']['seconds']:,.0f} 秒"
        + (f"，全部 {whole['seconds']:,.0f} 秒" if whole else ""),
        f"  内存    入库 {_megabytes(point, 'fill')} MB，核对 {_megabytes(point, 'audit_log')} MB"
        "（不含映射的数据库文件）",
    ]


def _megabytes(point: Point, step: str) -> str:
    return f"{point.figures.get(step, {}).get('own_bytes', 0) / 1e6:,.0f}"
