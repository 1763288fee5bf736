"""A large batch over the way that people go: uploaded, reviewed, signed and registered in the browser.

The real web server and the real worker run as processes of their own. One visit is the institution's, one
the reviewer's; a third looks at a page of the desk and at a verdict all the while, because what one person
asks for must not hold up another.
"""

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from registry.custody.beginning import begin_bureau, introduce_keys
from registry.ledger.key_history import Custody
from registry.staff.desk import open_staff
from registry.staff.model import StaffRole
from registry.staff.sessions import Stage
from registry.staff.totp import code_at, new_secret
from signing.keys import KeyRole
from web.bench.desk_visit import Visit, hidden
from web.bench.ground import PASSPHRASE, Ground, a_ground
from web.bench.measurement import (
    Bound,
    Measurement,
    MeasurementFailed,
    Progress,
    Requirement,
    Side,
    p99,
    side,
)
from web.bench.processes import free_port, processor_seconds, running, wait_until_it_answers
from web.bench.workbook import write_forms
from web.bench.workbook_runs import FORM4, FORM5

DEFAULT_SIZE = 100_000
_PASSWORD = "measured 口令 of an invented person"  # noqa: S105 - of invented people only
_STEPS = 6
_MEGABYTES, _PATIENCE = 500.0, 1.0
_LOOK_SECONDS = 0.5
# All three visits come from one address, and one of them asks twice a second.
_NO_LIMITS = {f"SKILLCERT_LIMIT_{kind}": "100000/minute" for kind in ("STAFF", "LOOKUP")}


@dataclass(frozen=True)
class _People:
    """Whose sessions the measurement has."""

    clerk: tuple[str, str]
    reviewer: tuple[str, str]
    other: tuple[str, str]
    prefix: str


@dataclass(frozen=True)
class _Took:
    """What each process took: its most memory in bytes, and processor time; the worker's after each stage."""

    memory: Mapping[str, float]
    seconds: Mapping[str, float]
    marks: Sequence[float]

    @property
    def stages(self) -> str:
        """What the worker's stages took, without the process that reads workbooks."""
        names = ("接收", "生成审核意见", "登记")
        taken = (end - start for start, end in pairwise(self.marks))
        return "，".join(f"{name} {seconds:.1f} 秒" for name, seconds in zip(names, taken, strict=True))


def measure(size: int, progress: Progress) -> Measurement:
    """One batch of `size` rows without faults, from the upload to the verdict of its certificates."""
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory, ExitStack() as stack:
        path, port = Path(directory), free_port()
        origin = f"http://127.0.0.1:{port}"
        with a_ground(path, origin) as ground:
            people, number = _set_up(ground)
            environment = {**ground.environment, **_NO_LIMITS}
        file_bytes = write_forms(path, size)
        progress("全程", 1, _STEPS)
        log = path / "log"
        web = stack.enter_context(running(["-m", "web.cli", "serve"], log, environment))
        worker = stack.enter_context(running(["-m", "web.cli", "work"], log, environment))
        wait_until_it_answers(web, port)
        memory = stack.enter_context(_memory_of({"web": web.pid, "worker": worker.pid}))
        looked = stack.enter_context(_looking_on(origin, people.other, number))
        clerk, reviewer = (_visit(stack, origin, each) for each in (people.clerk, people.reviewer))
        started = time.perf_counter()
        marks = [processor_seconds(worker)]
        batch = _hand_in(clerk, path, people.prefix)
        marks.append(processor_seconds(worker))
        progress("全程", 3, _STEPS)
        inspected = _review(reviewer, batch)
        marks.append(processor_seconds(worker))
        progress("全程", 5, _STEPS)
        _sign(reviewer, batch)
        total = time.perf_counter() - started
        marks.append(processor_seconds(worker))
        spent = {"web": processor_seconds(web), "worker": marks[-1]}
    return _told(size, file_bytes, total, (clerk, reviewer), looked, _Took(memory, spent, marks), inspected)


def _set_up(ground: Ground) -> tuple[_People, str]:
    """A bureau's key that lies with the register, three accounts with open sessions, and one certificate."""
    register, filing = ground.register, ground.offices[0].filing
    key = begin_bureau(register.places, filing.bureau, PASSPHRASE)
    root = register.places.keys.root.unlock(KeyRole.ROOT, PASSPHRASE)
    introduce_keys(
        ground.writer,
        [key],
        root=root,
        custody=Custody.REGISTER,
        now=register.clock(),
        bureau=filing.bureau,
    )
    ground.grow(1, lambda *_: None)
    offices = {
        "clerk": (StaffRole.INSTITUTION, filing.credit_code),
        "reviewer": (StaffRole.REVIEWER, filing.bureau),
        "other": (StaffRole.REVIEWER, filing.bureau),
    }
    staff, sessions = open_staff(register), {}
    for login, (role, office) in offices.items():
        account = staff.accounts.create(
            login=f"bench-{login}",
            name="示例人员",
            role=role,
            office=office,
            password=_PASSWORD,
            password_due=False,
        )
        if account.needs_two_step:
            secret = new_secret()
            staff.accounts.set_up_two_step(account, secret, code_at(secret, register.clock()))
        session, token = staff.sessions.open(account.id, Stage.OPEN)
        sessions[login] = (token, session.csrf)
    people = _People(sessions["clerk"], sessions["reviewer"], sessions["other"], filing.prefix)
    return people, ground.numbers[0]


def _hand_in(clerk: Visit, directory: Path, prefix: str) -> str:
    """The institution uploads, waits, and looks at what was found; the batch."""
    files = {
        name: (f"{name}.xlsx", (directory / file).read_bytes())
        for name, file in (("form5", FORM5), ("form4", FORM4))
    }
    job = clerk.send("upload", "/staff/batches/new", {"prefix": prefix}, files)
    batch_path = clerk.follow("intake", job)
    clerk.page("batch, institution", batch_path)
    return urlsplit(batch_path).path.rpartition("/")[2]


def _review(reviewer: Visit, batch: str) -> int:
    """The reviewer looks, inspects the sample page by page, asks for the proposal; rows inspected."""
    path, inspected = f"/staff/review/{batch}", 0
    reviewer.page("queue", "/staff/review")
    text = reviewer.page("batch, first opened", path)
    reviewer.page("batch, again", path)
    for query in ("", "?after=50000", "?row=90000", "?standing=clean", "?level=3"):
        reviewer.page("rows", f"{path}/rows{query}")
    query = "?sample=bureau"
    while query:
        text = reviewer.page("sample", f"{path}/rows{query}")
        form = hidden(text)
        if rows := form.get("rows", ""):
            fields = {name: form[name] for name in ("seen", "sample", "rows", "back")}
            reviewer.send("inspect a page", f"{path}/inspections", fields)
            inspected += rows.count(",") + 1
        query = _next_page(text)
    seen = hidden(reviewer.page("batch, again", path))["seen"]
    job = reviewer.send("ask for the proposal", f"{path}/proposal", {"seen": seen})
    reviewer.page("proposal", reviewer.follow("propose", job))
    return inspected


def _next_page(text: str) -> str:
    marker = 'rel="next" href="'
    if marker not in text:
        return ""
    address = text.partition(marker)[2].partition('"')[0].replace("&amp;", "&")
    return f"?{urlsplit(address).query}"


def _sign(reviewer: Visit, batch: str) -> None:
    """The reviewer signs with the bureau's passphrase and waits for the register."""
    path = f"/staff/review/{batch}"
    digest = hidden(reviewer.page("signing page", f"{path}/sign"))["digest"]
    fields = {"digest": digest, "passphrase": PASSPHRASE.decode()}
    job = reviewer.send("sign", f"{path}/sign", fields)
    reviewer.page("decided", reviewer.follow("approve", job))


def _visit(stack: ExitStack, origin: str, session: tuple[str, str]) -> Visit:
    token, csrf = session
    headers = {"accept": "text/html", "origin": origin, "sec-fetch-site": "same-origin"}
    client = httpx.Client(
        base_url=origin, cookies={"staff": token}, headers=headers, timeout=120.0, trust_env=False
    )
    return Visit(stack.enter_context(client), csrf)


@contextmanager
def _looking_on(origin: str, session: tuple[str, str], number: str) -> Iterator[dict[str, list[float]]]:
    """Somebody else's pages meanwhile: how long the queue and a verdict took, every half second."""
    taken: dict[str, list[float]] = {}
    stop = threading.Event()

    def look() -> None:
        with ExitStack() as stack:
            visit = _visit(stack, origin, session)
            visit.times = taken
            while not stop.wait(_LOOK_SECONDS):
                visit.page("queue, meanwhile", "/staff/review")
                visit.page("verdict, meanwhile", f"/certificates/{number}")

    with ThreadPoolExecutor(1) as thread:
        looking = thread.submit(look)
        try:
            yield taken
        finally:
            stop.set()
        looking.result()


@contextmanager
def _memory_of(pids: Mapping[str, int]) -> Iterator[dict[str, float]]:
    """The most memory of each process with its children, looked at ten times a second."""
    most = dict.fromkeys(pids, 0.0)
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.1):
            for name, pid in pids.items():
                most[name] = max(most[name], sum(map(_resident, [pid, *_children(pid)])))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        stop.set()
        thread.join()


def _children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob(f"{pid}/task/*/children"):
        try:
            found += [int(each) for each in path.read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found + [each for child in found for each in _children(child)]


def _resident(pid: int) -> float:
    """What a process has of its own: the database that is mapped into it is not counted."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return 1024.0 * sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


def _told(
    size: int,
    file_bytes: int,
    total: float,
    visits: tuple[Visit, ...],
    looked: Mapping[str, list[float]],
    took: _Took,
    inspected: int,
) -> Measurement:
    times: dict[str, list[float]] = {}
    for taken in (*(each.times for each in visits), looked):
        for name, seconds in taken.items():
            times.setdefault(name, []).extend(seconds)
    if not looked:
        raise MeasurementFailed("nobody_looked_on")
    slowest = max(map(p99, looked.values()))
    return Measurement(
        sizes={"rows": size, "workbook_bytes": file_bytes, "inspected": inspected},
        sides=(side("whole way", [total]), *(_as_side(name, each) for name, each in times.items())),
        requirements=(
            Requirement("网站内存峰值", took.memory["web"] / 1e6, Bound.AT_MOST, _MEGABYTES, "MB"),
            Requirement("后台程序内存峰值", took.memory["worker"] / 1e6, Bound.AT_MOST, _MEGABYTES, "MB"),
            Requirement("他人同时看页面，p99", slowest, Bound.AT_MOST, _PATIENCE, "秒"),
        ),
        notes=(
            "内存不含映射的数据库；后台程序连同读表子进程。",
            f"处理器时间：网站 {took.seconds['web']:.0f} 秒，"
            f"后台程序（不含读表子进程）{took.seconds['worker']:.0f} 秒，其中{took.stages}。",
            f"同时另一人看页面，最慢 {max(map(max, looked.values())):.2f} 秒。",
        ),
    )


def _as_side(name: str, seconds: list[float]) -> Side:
    made = side(name, seconds)
    return Side(name, len(seconds), made.median_seconds, p99(seconds), made.per_second)
