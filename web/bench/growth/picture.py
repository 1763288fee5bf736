"""The picture of a growth: `python -m web.bench.growth.picture bench/growth.json docs/growth.svg`."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from web.bench.growth.svg import Line, Panel, drawn

_Value = Callable[[Mapping[str, Any]], float]


def picture(growth: Mapping[str, Any]) -> str:
    """The SVG of what `skillcert bench growth --out` wrote."""
    machine, points = growth["machine"], growth["points"]
    foot = [
        "两轴均为对数，横轴为证书数；同机另有其他程序在运行，只看比值与走向。"
        " Both axes logarithmic, certificates across; the machine was shared: read ratios and trends.",
        f"{machine['model']}, {machine['cores']} cores · Python {machine['python']} · "
        f"{machine['durability']}",
    ]
    first, last = points[0]["certificates"], points[-1]["certificates"]
    title = (
        f"一个登记库，从 {first // 10_000:,} 万本到 {last // 10_000:,} 万本证书",
        f"One register grown from {first:,} to {last:,} certificates",
    )
    return drawn(title, _panels(points), foot)


def _panels(points: Sequence[Mapping[str, Any]]) -> list[Panel]:
    def line(zh: str, en: str, value: _Value) -> Line:
        found = [(each["certificates"], _or_none(value, each)) for each in points]
        return Line(zh, en, [(size, got) for size, got in found if got])

    return [
        Panel(
            "入库",
            "Append",
            "本/处理器秒 certificates a processor second",
            [
                line("本系统", "ours", lambda each: 1 / each["append"]["processor_seconds"]),
                line("纯 SQL", "plain SQL", lambda each: 1 / each["append"]["plain_processor_seconds"]),
            ],
        ),
        Panel(
            "占用",
            "Database",
            "字节/本 bytes a certificate",
            [
                line("全部", "all of it", lambda each: sum(each["parts"].values()) / each["certificates"]),
                line("私有记录", "sealed records", lambda each: _part(each, "record", "ix_record")),
                line("日志", "log entries", lambda each: _part(each, "entry")),
                line("哈希瓦片", "tiles", lambda each: _part(each, "tile", "ix_tile")),
            ],
        ),
        Panel(
            "包含证明与检查点",
            "Inclusion proof, checkpoint",
            "毫秒 ms",
            [
                line(
                    "冷", "new connection", lambda each: each["proofs"]["cold_processor_median_seconds"] * 1e3
                ),
                line("热", "warm", lambda each: each["proofs"]["warm_processor_median_seconds"] * 1e3),
                line("单本入库", "append, waited", lambda each: each["single"]["median_seconds"] * 1e3),
            ],
            ("≤", 1),
        ),
        Panel(
            "按编号查验",
            "Verdict, without HTTP",
            "微秒 µs of processor",
            [
                line("p50", "median", lambda each: each["verdicts"]["processor_median_seconds"] * 1e6),
                line("p99", "one in a hundred", lambda each: each["verdicts"]["processor_p99_seconds"] * 1e6),
            ],
        ),
        Panel(
            "核对",
            "Audit",
            "微秒/条 µs an entry",
            [
                line(
                    "日志",
                    "hashes and tiles",
                    lambda each: _an_entry(each, "audit_log", "log_processor_seconds"),
                ),
                line("全部", "records too", _whole_audit),
                line("只散列", "bare hashing", lambda each: _an_entry(each, "hashing", "processor_seconds")),
            ],
        ),
        Panel(
            "内存",
            "Memory, mapped files aside",
            "MB",
            [
                line("入库", "append", lambda each: each["fill"]["own_bytes"] / 1e6),
                line("核对", "audit", lambda each: each["audit_log"]["own_bytes"] / 1e6),
            ],
        ),
    ]


def _or_none(value: _Value, point: Mapping[str, Any]) -> float | None:
    """The value, or nothing where that step was not measured."""
    try:
        return value(point)
    except KeyError:
        return None


def _part(point: Mapping[str, Any], *beginnings: str) -> float:
    """Bytes a certificate of the tables and indexes whose names begin so."""
    names = tuple(beginnings) + tuple(f"sqlite_autoindex_{each}" for each in beginnings)
    taken: int = sum(size for name, size in point["parts"].items() if name.startswith(names))
    return float(taken / point["certificates"])


def _an_entry(point: Mapping[str, Any], step: str, name: str) -> float:
    return float(point[step][name] / point["proofs"]["entries"] * 1e6)


def _whole_audit(point: Mapping[str, Any]) -> float:
    phases = ("reading", "tree", "entries", "projections", "records", "database")
    return sum(_an_entry(point, "audit_whole", f"{phase}_processor_seconds") for phase in phases)


def main(arguments: Sequence[str]) -> None:
    """Draws one file from another."""
    source, target = map(Path, arguments)
    target.write_text(picture(json.loads(source.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
