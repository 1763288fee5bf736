"""One register in which everything happened, and its site; a test tells the lies, and they end with it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.ledger.audit_report import Finding
from registry.ledger.public_audit import PublicAudit
from registry.ledger.public_checkpoint import Anchors
from tests.memory import MEMORY
from tests.outside.auditors import audited, vkey
from tests.outside.message_signers import NodeOthers, Others, PythonOthers
from tests.outside.node_verifiers import NodeVerifiers, node_verifiers
from tests.outside.serving import Between, ServedRegister, serving, site
from tests.registry.ledger.builders import SmallRegister
from tests.registry.ledger.lived_in import lived_in, publish


@dataclass(frozen=True)
class Outside:
    """A site, what stands behind it, and an auditor's key."""

    base: str
    between: Between
    small: SmallRegister

    @property
    def now(self) -> datetime:
        """A moment at which the newest lists are good."""
        return self.small.clock.now + timedelta(minutes=1)

    @property
    def anchors(self) -> Anchors:
        """The one key that an auditor needs."""
        return Anchors((vkey(self.small.log_key),))

    def audit(self, **options: Any) -> PublicAudit:
        """An audit with nothing but the key."""
        return audited(self.base, self.anchors, self.now, **options)

    def finding(self) -> Finding:
        """What an audit finds when the server lies."""
        finding = self.audit().report.finding
        assert finding is not None
        return finding


@contextmanager
def opened(small: SmallRegister) -> Iterator[Outside]:
    """The site of a register, on a port of its own."""
    register = ServedRegister(small)
    between = site(register, small.clock)
    with serving(between) as base:
        yield Outside(base, between, small)
    register.close()
    small.close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers are on this machine, whatever stands between it and the rest."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextmanager
def in_memory() -> Iterator[Path]:
    """A directory in memory where there is one: these tests wait for no disk."""
    with tempfile.TemporaryDirectory(prefix="skillcert-", dir=MEMORY) as made:
        yield Path(made)


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory for a test's own registers."""
    with in_memory() as made:
        yield made


@pytest.fixture(scope="session")
def lived() -> Iterator[Outside]:
    """The site of a register in which everything happened."""
    with in_memory() as made:
        small = lived_in(made / "register")
        publish(small)
        with opened(small) as outside:
            yield outside


@pytest.fixture
def outside(lived: Outside) -> Iterator[Outside]:
    """The same, honest again when the test is done."""
    yield lived
    lived.between.lies.clear()
    lived.between.asked.clear()


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeVerifiers]:
    """Other people's JavaScript verifiers."""
    with node_verifiers(tmp_path_factory.mktemp("node")) as program:
        yield program


@pytest.fixture(scope="session", params=["python", "node"])
def others(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Others]:
    """An implementation that is not ours."""
    if request.param == "python":
        yield PythonOthers()
        return
    with node_verifiers(tmp_path_factory.mktemp("node"), "messages.mjs") as node:
        yield NodeOthers(node)
