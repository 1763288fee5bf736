"""The stand-in's command line: where it lives, whom it listens to, and how awkward it is."""

import argparse
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from registry.national.stand_in.faults import Fault
from registry.national.stand_in.habits import Habits, Hours, Silence, parse_hours, parse_length
from signing.encoding import b64url_decode, parse_rfc3339
from signing.errors import MalformedEncoding


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    data: Path
    host: str
    port: int
    clients: tuple[bytes, ...]
    rates: dict[Fault, float]
    seed: int
    habits: Habits
    clock_skew: timedelta
    backup_every: int


def parse_options(arguments: list[str] | None) -> Options:
    """The options, or the end of the program with a message about what is wrong with them."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if (given.silent_from is None) != (given.silent_for is None):
        parser.error("--silent-from and --silent-for go together")
    silence = Silence(given.silent_from, given.silent_for) if given.silent_from else None
    return Options(
        data=given.data,
        host=given.host,
        port=given.port,
        clients=tuple(given.client_key),
        rates=dict(given.fault),
        seed=given.fault_seed,
        habits=Habits(
            maintenance=tuple(given.maintenance_hours),
            silence=silence,
            latency_seconds=given.latency_seconds,
            slow_seconds=given.slow_seconds,
            maintenance_seconds=given.maintenance_seconds,
            skew_minutes=given.skew_minutes,
        ),
        clock_skew=timedelta(seconds=given.clock_skew),
        backup_every=given.backup_every,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m registry.national.stand_in",
        description="The stand-in for the national query network, for demonstrations and tests.",
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="its own directory: database, copy and key")
    add("--host", default="127.0.0.1", help="address to listen on (default: this machine)")
    add("--port", type=int, required=True, help="port to listen on; 0 = any free one")
    add(
        "--client-key",
        type=_public_key,
        action="append",
        required=True,
        metavar="PUB",
        help="a province's public key, 32 bytes in base64url; may be given several times",
    )
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND=RATE",
        help=f"misbehave over this share of exchanges, each kind for itself; kinds: {', '.join(Fault)}",
    )
    add("--fault-seed", type=int, default=0, help="makes the faults repeatable")
    normal = Habits()
    add(
        "--latency-seconds",
        type=_between,
        default=normal.latency_seconds,
        metavar="LEAST:MOST",
        help="how long `latency` lasts (default: 0.2:2)",
    )
    add(
        "--slow-seconds",
        type=_seconds,
        default=normal.slow_seconds,
        metavar="S",
        help="how long `slow_reading` leaves a request lying (default: 1)",
    )
    add(
        "--maintenance-seconds",
        type=_count,
        default=normal.maintenance_seconds,
        metavar="S",
        help="how long `maintenance` stays closed (default: 30)",
    )
    add(
        "--skew-minutes",
        type=_between,
        default=normal.skew_minutes,
        metavar="LEAST:MOST",
        help="how far `clock_skew` is off, either way (default: 1:20)",
    )
    add(
        "--maintenance-hours",
        type=_hours,
        action="append",
        default=[],
        metavar="HH:MM-HH:MM",
        help="closed every day, Asia/Shanghai; may be given several times",
    )
    add("--silent-from", type=_moment, metavar="AT", help="2026-03-02T00:00:00Z: from then on no answers")
    add("--silent-for", type=_length, metavar="LENGTH", help="for so long: 90s, 30m, 12h, 7d")
    add("--clock-skew", type=int, default=0, metavar="S", help="its clock is always off by so many seconds")
    add(
        "--backup-every",
        type=_count,
        default=20,
        metavar="N",
        help="copies its database after every N batches, for `restore`; 0 = never again (default: 20)",
    )
    return parser


def _public_key(text: str) -> bytes:
    try:
        return b64url_decode(text, length=32)
    except MalformedEncoding as fault:
        raise argparse.ArgumentTypeError("not 32 bytes in base64url") from fault


def _fault(text: str) -> tuple[Fault, float]:
    kind, _, rate = text.partition("=")
    try:
        found = Fault(kind), float(rate)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("not KIND=RATE") from fault
    if not 0 <= found[1] <= 1:
        raise argparse.ArgumentTypeError("a rate is between 0 and 1")
    return found


def _between(text: str) -> tuple[float, float]:
    least, _, most = text.partition(":")
    try:
        found = float(least), float(most)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("not LEAST:MOST") from fault
    if not 0 <= found[0] <= found[1]:
        raise argparse.ArgumentTypeError("not LEAST:MOST")
    return found


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("not a number of seconds") from fault
    if not found >= 0:
        raise argparse.ArgumentTypeError("not a number of seconds")
    return found


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError("not a whole number")
    return int(text)


def _hours(text: str) -> Hours:
    try:
        return parse_hours(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("not HH:MM-HH:MM") from fault


def _moment(text: str) -> datetime:
    try:
        return parse_rfc3339(text)
    except MalformedEncoding as fault:
        raise argparse.ArgumentTypeError("not like 2026-03-02T00:00:00Z") from fault


def _length(text: str) -> timedelta:
    try:
        return parse_length(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("not like 90s, 30m, 12h or 7d") from fault
