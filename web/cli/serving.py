"""`skillcert serve` and `skillcert work`: the web server, and the worker beside it."""

import argparse
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog
import uvicorn

from registry.erasing import finish_erasures
from registry.errors import RegistryError
from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import Ran, Runner
from registry.national.calendar import Calendar
from registry.national.reconcile_job import RECONCILE, reconciling
from registry.national.regular import compare_if_due, regular_comparison
from registry.national.rhythm import sync_until
from registry.national.sync import Sender, SyncReport
from registry.register import Register
from registry.review.bundle_job import remove_old_bundles
from registry.storage.cursors import Cursors
from search.choice import open_index, open_reader
from search.errors import SearchError
from search.follower import Follower
from search.from_register import RegisterChanges
from signing.errors import SigningError
from web.app import create_app
from web.cli.network import national_sender
from web.cli.opening import opened, read_settings
from web.cli.output import Output
from web.cli.retaining import retain
from web.cli.tallying import tally_follower
from web.errors import PortUnavailable
from web.logging import configure_logging, fault_place
from web.settings import Settings
from web.staff.office import open_office

_FOLLOW_SECONDS = 2.0
_TALLY_SECONDS = 10.0
_STATUS_SECONDS = 600.0
_PUBLISH_SECONDS = 15.0
_SEND_SECONDS = 5.0
_RECONCILE_SECONDS = 30.0
_BUNDLES_SECONDS = 60.0
_RETENTION_SECONDS = 86_400.0
# People wait for these with a page open.
_JOBS_SECONDS = 0.25
_log = structlog.get_logger("skillcert.worker")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds both commands."""
    serve = commands.add_parser("serve", help="网站 / web server")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, help="默认为 ORIGIN 中的端口")
    serve.set_defaults(run=_serve)
    work = commands.add_parser("work", help="后台任务：检索索引、全国上报、状态列表 / worker")
    work.set_defaults(run=_work)


def index_follower(settings: Settings, register: Register) -> Follower:
    """What feeds the search index of these settings from the register."""
    index = open_index(
        url=settings.search_url, key=settings.search_key, directory=settings.data_dir / "search"
    )
    return Follower(RegisterChanges(lambda: register.look_up), index, Cursors(register.desk_engine))


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there. Raises: PortUnavailable."""
    if not 0 <= port < 1 << 16:
        raise PortUnavailable(port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened_socket = socket.create_server((host, port), family=family)
    except OSError as fault:
        raise PortUnavailable(port) from fault
    with opened_socket:
        yield opened_socket


def stop_on_signals() -> None:
    """Both signals that ask a program to end unwind it, so that children and databases are closed."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.default_int_handler)


def serve(settings: Settings, register: Register, *, host: str, port: int) -> None:
    """Answers until it is told to stop. Raises: PortUnavailable."""
    reader = open_reader(
        url=settings.search_url, key=settings.search_key, directory=settings.data_dir / "search"
    )
    office = open_office(settings, register) if settings.staff else None
    app = create_app(settings, register, reader, office=office)
    # The trusted-proxy walk is ours: the server must not rewrite the peer before it.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, proxy_headers=False
    )
    with ExitStack() as stack:
        if office is not None:
            stack.callback(office.close)
        accepting = stack.enter_context(listening(host, port))
        stack.enter_context(suppress(KeyboardInterrupt))
        uvicorn.Server(config).run(sockets=[accepting])


def _serve(options: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    port = options.port or urlsplit(settings.origin).port or 8000
    with opened(settings) as register:
        register.ready()
        if settings.viewer_signature:
            # Told at the start, and not by the first holder who asks for a sheet.
            register.keys.viewer  # noqa: B018  # reading opens it
        configure_logging()
        stop_on_signals()
        output.line(f"{settings.origin}  （Ctrl-C 停止）")
        serve(settings, register, host=options.host, port=port)
    return 0


def _work(_: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with opened(settings) as register, ExitStack() as stack:
        configure_logging()
        jobs = [
            job_thread(settings, register, stop),
            _repeated("search", lambda: index_follower(settings, register).follow(), _FOLLOW_SECONDS, stop),
            _repeated("tally", tally_follower(register).follow, _TALLY_SECONDS, stop),
            _repeated("publish", register.publish_pending, _PUBLISH_SECONDS, stop),
            _repeated("erasure", lambda: _finish_erasures(register), _STATUS_SECONDS, stop),
            _repeated("retention", lambda: retain(settings, register).total, _RETENTION_SECONDS, stop),
            _repeated("bundles", lambda: remove_old_bundles(register), _BUNDLES_SECONDS, stop),
            _repeated("status", lambda: register.publish_status(register.writer()), _STATUS_SECONDS, stop),
        ]
        if settings.national_url is not None:
            sender = stack.enter_context(national_sender(settings, register))
            # A sender of its own: the lease tells two threads apart by it.
            comparer = stack.enter_context(national_sender(settings, register))
            every = timedelta(hours=settings.national_reconcile_hours)
            regular = regular_comparison(register, comparer, every)
            jobs.append(
                threading.Thread(
                    target=_send,
                    args=(sender, stop, Calendar(settings.national_days), regular.heard),
                    name="national",
                )
            )
            compare = partial(compare_if_due, regular, register, comparer, stop.is_set)
            jobs.append(_repeated("reconcile", compare, _RECONCILE_SECONDS, stop))
        for job in jobs:
            job.start()
        output.line("后台任务已启动。")
        stop.wait()
        for job in jobs:
            job.join()
    return 0


def job_thread(settings: Settings, register: Register, stop: threading.Event) -> threading.Thread:
    """A thread that does what people ask for at the desk."""
    handlers = {**HANDLERS, RECONCILE: reconciling(lambda opened: national_sender(settings, opened))}
    runner = Runner(register, handlers, tell=_tell)
    return _repeated("jobs", lambda: runner.run_waiting(stop.is_set), _JOBS_SECONDS, stop)


def _tell(ran: Ran) -> None:
    event = {"kind": ran.job.kind, "state": ran.state.value, "attempts": ran.job.attempts}
    if ran.fault is not None:
        _log.error("job", fault=type(ran.fault).__name__, place=fault_place(ran.fault), **event)
    else:
        _log.info("job", code=ran.code, **event)


def _finish_erasures(register: Register) -> int:
    return finish_erasures(register.keys, register.ledger.erasures, register.engine)


def _repeated(
    name: str, job: Callable[[], int], every_seconds: float, stop: threading.Event
) -> threading.Thread:
    """A thread that does the job over and over. A failure is logged by its code or place and tried again."""

    def run() -> None:
        while not stop.is_set():
            try:
                if done := job():
                    _log.info(name, done=done)
            except (RegistryError, SearchError, SigningError) as fault:
                _log.warning(name, fault=fault.code)
            except Exception as fault:  # noqa: BLE001 - the top handler: no thread of a worker ends unseen
                _log.error(name, fault=type(fault).__name__, place=fault_place(fault))
            stop.wait(every_seconds)

    return threading.Thread(target=run, name=name)


def _send(
    sender: Sender, stop: threading.Event, calendar: Calendar, heard: Callable[[SyncReport], None]
) -> None:
    def report(done: SyncReport) -> None:
        heard(done)
        if done.batches or done.reason:
            event = {"batches": done.batches, "online": done.online, "rejected": done.rejected}
            _log.info("national", outcome=done.outcome.value, reason=done.reason, lost=done.lost, **event)

    while not stop.is_set():
        try:
            sync_until(stop.is_set, stop.wait, sender, report, calendar=calendar)
        except (RegistryError, SigningError) as fault:
            _log.warning("national", fault=fault.code)
            stop.wait(_SEND_SECONDS)
        except Exception as fault:  # noqa: BLE001 - the top handler: one odd answer must not end sending
            _log.error("national", fault=type(fault).__name__, place=fault_place(fault))
            stop.wait(_SEND_SECONDS)
