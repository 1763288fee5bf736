"""A register of one's own, begun as the README says, with one institution that may certify."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from registry.intake.forms_out import Form5Cells, count_rows, write_form4, write_form5
from registry.ledger.admission import CIVIL_TIME, PROVINCE
from tests.builders import an_id_number
from tests.web_cli.commands import Commands, Ran

PREFIX, NAME, BUREAU = "S000043990077", "示例自建评价机构", "430100"
FIRST_ROW = 3
ESTABLISHED = (901, 902, 903)
PASSPHRASES = {
    "root.txt": "of the root",
    "register.txt": "of the register",
    "bureau.txt": "of the bureau",
    "province.txt": "of the province",
}
COLUMNS = (
    "credit_code,name,short_name,category,number_prefix,filing_number,bureau,filed_on,expires_on,state,"
    "state_on,instrument,occupation_code,occupation,job,levels,basis,scope_from,scope_to"
)


def today() -> date:
    """The civil date."""
    return datetime.now(CIVIL_TIME).date()


@dataclass(frozen=True)
class House:
    """The directory of a register of one's own: data, keys, passphrases, and forms to hand in."""

    directory: Path

    @property
    def register_file(self) -> Path:
        """The register's database."""
        return self.directory / "data" / "register.sqlite"

    def passphrase(self, name: str) -> Path:
        """A file with a passphrase."""
        return self.directory / name

    @property
    def province_passphrase(self) -> tuple[str, Path]:
        """The option that names the province's passphrase."""
        return "--bureau-passphrase-file", self.passphrase("province.txt")

    def institutions(self, *lines: str, name: str = "机构.csv") -> Path:
        """An institutions file with the good line, or with these."""
        path = self.directory / name
        path.write_text("\n".join([COLUMNS, *(lines or (a_line(),))]) + "\n", encoding="utf-8")
        return path

    def row(self, serial: int, **over: str) -> Form5Cells:
        """A good row of Form 5, or one with other cells."""
        values = {
            "name": f"示例{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}",
            "id_type": "201",
            "id_number": an_id_number(serial),
            "employer": "",
            "occupation": "电工",
            "job": "",
            "level": "3",
            "number": self.number(serial),
            "issued_on": self.issued_on.isoformat(),
            "institution": NAME,
            "issuer": NAME,
        }
        a, b, c, d, e, f, g, h, i, j, k = {**values, **over}.values()
        return a, b, c, d, e, f, g, h, i, j, k

    @property
    def issued_on(self) -> date:
        """An issue date that is neither late nor in the future, and of one year for all numbers."""
        return today() - timedelta(days=1)

    def number(self, serial: int) -> str:
        """A certificate number of the institution."""
        return f"{PREFIX}{self.issued_on:%y}3{serial:06d}"

    def forms(self, *rows: Form5Cells, counted: int | None = None) -> tuple[Path, Path]:
        """Both forms as files. `counted`: how many of the rows Form 4 counts."""
        form5, form4 = self.directory / "附件5.xlsx", self.directory / "附件4.xlsx"
        form5.write_bytes(write_form5(rows))
        form4.write_bytes(
            write_form4(
                uploading_institution=NAME,
                file_name=form5.name,
                counts=count_rows(rows[:counted]),
                reporter="示例填报员",
                phone="0731-00000000",
                reported_on=today(),
            )
        )
        return form5, form4

    def intake(self, act: Commands, *rows: Form5Cells, counted: int | None = None) -> Ran:
        """Hands a batch in."""
        form5, form4 = self.forms(*rows, counted=counted)
        return act("intake", form5, "--form4", form4, "--institution", PREFIX, "--json")

    def review(self, act: Commands, batch: str, *options: str) -> Ran:
        """Decides on a batch with the bureau's own passphrase."""
        passphrase = self.passphrase("bureau.txt")
        return act("review", batch, *options, "--bureau-passphrase-file", passphrase, "--json")

    @property
    def size(self) -> int:
        """How many entries the log has, without asking the program."""
        with closing(sqlite3.connect(self.register_file)) as database:
            return int(database.execute("SELECT count(*) FROM entry").fetchone()[0])

    def register_certificates(self, act: Commands, *serials: int) -> list[str]:
        """Hands in, approves, and returns the numbers."""
        received = self.intake(act, *(self.row(serial) for serial in serials))
        assert received.code == 0
        assert self.review(act, received.value["batch"], "--approve").code == 0
        return [self.number(serial) for serial in serials]


def a_line(**over: str) -> str:
    """A good line of an institutions file, or one with other cells."""
    filed_on = today() - timedelta(days=400)
    values = {
        "credit_code": "52439900MA9900077Q",
        "name": NAME,
        "short_name": "示例自建",
        "category": "S",
        "number_prefix": PREFIX,
        "filing_number": "示例备77号",
        "bureau": BUREAU,
        "filed_on": filed_on.isoformat(),
        "expires_on": (filed_on + timedelta(days=1090)).isoformat(),
        "state": "filed",
        "state_on": filed_on.isoformat(),
        "instrument": "示例公告",
        "occupation_code": "6-31-01-03",
        "occupation": "电工",
        "job": "",
        "levels": "5、4、3",
        "basis": "国家职业标准",
        "scope_from": filed_on.isoformat(),
        "scope_to": "",
    }
    return ",".join({**values, **over}.values())


def begin(act: Commands, house: House) -> None:
    """The README's way to a register of one's own, up to its first certificates."""
    for name, text in PASSPHRASES.items():
        house.passphrase(name).write_text(f"{text}\n", encoding="utf-8")
    root = ("--root-passphrase-file", house.passphrase("root.txt"))
    assert act("keys", "begin", *root).code == 0
    bureau = ("--bureau-passphrase-file", house.passphrase("bureau.txt"))
    assert act("keys", "bureau", BUREAU, *root, *bureau).code == 0
    assert act("keys", "bureau", PROVINCE, *root, *house.province_passphrase).code == 0
    assert act("institutions", "import", house.institutions(), *house.province_passphrase).code == 0
    form5, form4 = house.forms(*(house.row(serial) for serial in ESTABLISHED))
    assert act("intake", form5, "--form4", form4, "--institution", PREFIX).code == 0
    with closing(sqlite3.connect(house.register_file)) as database:
        ((batch,),) = database.execute("SELECT hex(id) FROM batch").fetchall()
    assert act("review", batch, "--approve", *bureau).code == 0
