"""`skillcert tally`: counts what is new, and everything again when it is asked to."""

from registry.storage.sql import open_engine, sqlite_url
from tests.web_cli.commands import Commands, Demo


def test_counting_ends_where_the_log_ends_and_counting_anew_gives_the_same(run: Commands, demo: Demo) -> None:
    run("tally")
    again = run("tally", "--json")
    assert (again.code, again.value["counted"]) == (0, 0)
    assert again.value["position"] == again.value["size"] - 1
    before = counts(demo)
    anew = run("tally", "--rebuild", "--json")
    assert anew.value["counted"] >= sum(before.values()) > 0
    assert counts(demo) == before


def counts(demo: Demo) -> dict[str, int]:
    engine = open_engine(sqlite_url(demo.directory / "desk.sqlite"))
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT state, sum(count) FROM tally_cell GROUP BY state").all()
    engine.dispose()
    return {str(state): int(count) for state, count in rows}
