"""A register with a desk on each database, begun once; every test finds its desk empty."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from registry.jobs.desk import JOB, JOB_FILE, JOB_LEASE, Jobs
from registry.storage.sql import writing
from tests.contracts.postgres import PostgresCluster
from tests.registry import filled
from tests.registry.filled import RECEIVED_AT, Scene


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A register without certificates. No job of these tests changes it."""
    address, cluster = "", None
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres_cluster")
        assert isinstance(cluster, PostgresCluster)
        name = cluster.new_database()
        address = cluster.address(name)
    scene = filled.begin(tmp_path_factory.mktemp("jobs"), address)
    yield scene
    assert scene.audit().finding is None
    scene.close()
    if cluster is not None:
        cluster.drop_database(name)


@pytest.fixture
def begun(kept: Scene) -> Scene:
    """That register with nothing asked of it, and a clock that stands still."""
    kept.clock.now, kept.clock.step = RECEIVED_AT, timedelta()
    with writing(kept.register.desk_engine) as connection:
        for table in (JOB_FILE, JOB_LEASE, JOB):
            connection.execute(table.delete())
    return kept


@pytest.fixture
def jobs(begun: Scene) -> Jobs:
    """Its jobs, as the web server sees them."""
    register = begun.register
    return Jobs(register.desk_engine, lambda: register.keys.vault, begun.clock)
