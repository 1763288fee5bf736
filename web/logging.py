"""One event per request, as one line of JSON: what was asked of which route and how it went.

Never an address, a name, a number or a body: the route's template stands for the path. Libraries that log
more are kept quiet here (slowapi writes the client's address, httpx whole addresses).
"""

import json
import logging
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

# Loggers of libraries that would write addresses or paths, and the least that they may say.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_QUIET = {"slowapi": logging.CRITICAL, "httpx": logging.WARNING, "uvicorn.access": logging.CRITICAL}


def configure_logging(stream: TextIO | None = None) -> None:
    """Events as JSON lines on `stream` (standard error by default), for the whole process."""
    structlog.configure(
        processors=[_stamp, structlog.processors.JSONRenderer(serializer=_dump)],
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=True,
    )
    quiet_libraries()


def quiet_libraries() -> None:
    """Libraries say nothing that names a client or a path."""
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def fault_place(fault: BaseException) -> str:
    """Where an error arose: module and line of the innermost frame. Never its text, which may be personal."""
    trace = fault.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"


def _stamp(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    event["at"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return event


def _dump(event: Any, **_options: Any) -> str:
    return _ENCODER.encode(event)
