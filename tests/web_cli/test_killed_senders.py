"""`skillcert sync`, killed every few moments while it sends: the next one goes on, and all is there once."""

from collections.abc import Callable
from pathlib import Path

from registry.national.stand_in.faults import Fault
from web.bench.ground import a_ground
from web.bench.sync_ways import Way, send

CERTIFICATES = 1_100


def test_senders_killed_again_and_again_lose_and_double_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Every exchange takes a while, so that most lives end in the middle of several; some get no answer."""
    rates = {Fault.LATENCY: 1.0, Fault.TIMEOUT_AFTER_COMMIT: 0.1, Fault.RESET_AFTER_COMMIT: 0.1}
    filled = tmp_path / "filled"
    with a_ground(filled) as ground:
        ground.grow(CERTIFICATES, lambda *_: None)
        environment = ground.environment
    # It fails by itself unless both databases hold the same by count and root, each row taken once.
    way = Way("killed", rates, seed=1, killed_after=(0.0, 0.8), most_kills=2)
    sent = send(way, filled, tmp_path, environment)
    assert sent.kills
    assert sent.ours == sent.theirs
    # Institutions stand in the queue as well.
    assert sent.online + sent.rejected > CERTIFICATES
    record_property("killed", ("skillcert sync", sent.kills))
