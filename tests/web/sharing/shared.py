"""Shares made beside the pages, for tests of what others see."""

from datetime import timedelta

from registry.holders.disclosing import shares_of
from registry.holders.share_model import Share, ShareItem, with_implied
from registry.holders.shares import NewShare
from tests.registry.filled import HOLDERS, Scene, Story

PERSON = b"p" * 16


def a_share(
    scene: Scene,
    *items: ShareItem,
    story: Story = Story.PLAIN,
    person: bytes = PERSON,
    once: str = "1",
    days: int = 30,
) -> Share:
    """A share of the newest version of a story's certificate."""
    version = scene.register.ledger.records.versions(HOLDERS[story].number)[-1]
    wanted = NewShare(
        person=person,
        certificate=version.certificate,
        entry=version.index,
        choices=with_implied(items or (ShareItem.LEVEL,)),
        ends_at=scene.clock.now + timedelta(days=days),
        note="",
        once=once,
    )
    return shares_of(scene.register).make(wanted)
