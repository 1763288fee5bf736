"""One run over a workbook in a process of its own, so that its memory can be told.

`python -m web.bench.workbook_runs ours DIRECTORY` receives, approves, appends and indexes
`DIRECTORY/form5.xlsx` in the register that stands in DIRECTORY; `plain` reads it with calamine, commits,
encrypts and inserts. Either prints its seconds and the most memory that it took as one line of JSON.
"""

import json
import resource
import secrets
import sqlite3
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from python_calamine import CalamineWorkbook

from registry.intake.receive import ReceivedBatch, Upload, load_rulebook, receive_batch
from registry.ledger.admission import CIVIL_TIME
from registry.register import Register
from registry.review.decide import Decision
from registry.review.perform import approve_batch, responsible_bureau
from registry.storage.batch_rows import BatchRows, insert_batch
from registry.storage.cursors import Cursors
from registry.storage.sql import KeptReader, open_engine, sqlite_url
from search.choice import open_index
from search.follower import Follower
from search.from_register import RegisterChanges
from signing.commitment import Record, commitment, new_seed, record_values
from web.bench.ground import PASSPHRASE, bureau_key, places
from web.bench.invented import offices

FORM5, FORM4 = "form5.xlsx", "form4.xlsx"
NUMBER_LENGTH = 22


def run_ours(directory: Path) -> dict[str, float]:
    """The whole way: read, every rule, keep, approve, append, index."""
    register = Register(places(directory), PASSPHRASE)
    form5, form4 = (Upload(name, (directory / name).read_bytes()) for name in (FORM5, FORM4))
    prefix = offices(register.clock().astimezone(CIVIL_TIME).date())[0].filing.prefix
    index = open_index(url=None, key=None, directory=directory / "search")
    follower = Follower(RegisterChanges(lambda: register.look_up), index, Cursors(register.desk_engine))
    follower.follow()
    try:
        times = [time.perf_counter()]
        received = receive_batch(
            register.look_up,
            load_rulebook(),
            prefix=prefix,
            form5=form5,
            form4=form4,
            received_at=register.clock(),
            keep=lambda batch, rows: insert_batch(register.engine, batch, rows),
        )
        times.append(time.perf_counter())
        count = _approve(register, received, prefix)
        times.append(time.perf_counter())
        follower.follow()
        times.append(time.perf_counter())
    finally:
        register.close()
    received_s, approved_s, indexed_s = (after - before for before, after in pairwise(times))
    return {
        "rows": count,
        "seconds": times[-1] - times[0],
        "receive": received_s,
        "approve": approved_s,
        "index": indexed_s,
    }


def _approve(register: Register, received: ReceivedBatch, prefix: str) -> int:
    now = register.clock()
    bureau = responsible_bureau(register.look_up, prefix, now.astimezone(CIVIL_TIME).date())
    rows = received.checked.rows
    flagged = frozenset(each.row for each in rows if each.record is not None and each.findings)
    return approve_batch(
        register.look_up,
        register.writer(),
        BatchRows(KeptReader(register.engine)),
        received.id,
        Decision(accepted_flags=flagged),
        bureau_key=bureau_key(bureau),
        now=now,
    ).count


def run_plain(directory: Path) -> dict[str, float]:
    """What no program can do without: calamine reads, records are committed to, encrypted and inserted."""
    cipher = AESGCM(secrets.token_bytes(32))
    engine = open_engine(sqlite_url(directory / "plain.sqlite"))
    fairy = engine.raw_connection()
    connection: sqlite3.Connection = fairy.driver_connection  # type: ignore[assignment]  # it is one
    connection.execute("CREATE TABLE bare (number TEXT UNIQUE, commitment BLOB, sealed BLOB)")
    started = time.perf_counter()
    rows = CalamineWorkbook.from_path(directory / FORM5).get_sheet_by_index(0).to_python()
    made = [
        _bare_row([str(cell) for cell in row], cipher) for row in rows if len(str(row[7])) == NUMBER_LENGTH
    ]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO bare VALUES (?, ?, ?)", made)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    fairy.invalidate()
    engine.dispose()
    return {"rows": len(made), "seconds": seconds}


def _bare_row(cells: Sequence[str], cipher: AESGCM) -> tuple[str, bytes, bytes]:
    """A row of Form 5 as it stands, committed to and encrypted."""
    name, id_type, id_number, employer, occupation, job, level, number, issued_on, institution, issuer = cells
    record = Record(
        number=number,
        masked_name=name[:1],
        name=name,
        id_type=id_type,
        id_number=id_number,
        employer=employer,
        occupation_code="",
        occupation=occupation,
        job=job,
        level=level,
        issued_on=issued_on,
        institution=institution,
        issuer=issuer,
    )
    seed, nonce = new_seed(), secrets.token_bytes(12)
    plain = seed + "\x1f".join(record_values(record)).encode()
    return number, commitment(record, seed), nonce + cipher.encrypt(nonce, plain, number.encode())


def _peaks() -> dict[str, int]:
    """The most memory of this process, and of the largest one that it started; together never too little."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {"own_bytes": own, "reader_bytes": reader, "peak_bytes": own + reader}


def main(arguments: Sequence[str]) -> None:
    """One run."""
    run = {"ours": run_ours, "plain": run_plain}[arguments[0]]
    result = run(Path(arguments[1]))
    sys.stdout.write(json.dumps({**result, **_peaks()}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
