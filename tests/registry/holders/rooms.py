"""The holders' room over a scene, with cheap secrets and a clock that stands still."""

from dataclasses import dataclass, field
from datetime import timedelta

from registry.holders.entry import known_persons
from registry.holders.model import Holder as HolderOnDesk
from registry.holders.room import HolderRoom, HolderRules, open_holders
from registry.holders.sessions import HolderSessionTimes
from registry.holders.throttling import HolderPatience
from registry.review.decide import Decision
from registry.staff.desk import open_staff
from registry.staff.passwords import Cost
from registry.staff.throttle import Patience
from tests.builders import a_number, form5_row
from tests.registry.filled import ASKED_AT, HOLDERS, Holder, Scene, Story
from tests.registry.staff.desk import CHEAP, Clock

MINUTE = timedelta(minutes=1)
RULES = HolderRules(
    times=HolderSessionTimes(idle=15 * MINUTE, most=60 * MINUTE),
    patience=HolderPatience(
        of_person=Patience(free=3, first=MINUTE, longest=4 * MINUTE),
        of_network=Patience(free=8, first=MINUTE, longest=4 * MINUTE),
    ),
)


@dataclass
class Place:
    """A room and what stands behind it."""

    scene: Scene
    clock: Clock = field(default_factory=lambda: Clock(ASKED_AT))

    def __post_init__(self) -> None:
        self.room = self.another_process()

    def another_process(self, cost: Cost = CHEAP) -> HolderRoom:
        """The room as another process of the web server has it, over the same desk."""
        staff = open_staff(self.scene.register, cost=CHEAP, clock=self.clock)
        return open_holders(self.scene.register, staff, rules=RULES, cost=cost, clock=self.clock)

    def register(self, holder: Holder, serial: int, **over: str) -> Holder:
        """One more certificate, this person's unless `over` says otherwise; a reviewer accepts its flags."""
        number = a_number(serial)
        cells = {"number": number, "name": holder.name, "id_number": holder.id_number, "employer": ""}
        row = form5_row(**{**cells, **over})
        batch = self.scene.receive([row])
        flagged = frozenset(each.row for each in batch.checked.rows if each.findings)
        self.scene.approve(batch.id, Decision(accepted_flags=flagged))
        return Holder(number, over.get("name", holder.name), over.get("id_number", holder.id_number))


def recognised(room: HolderRoom, name: str, id_number: str) -> HolderOnDesk | None:
    """The holder of a name and a number, as on an outside provider's word; None if nothing is theirs."""
    known = [each for each in known_persons(room, name=name, id_number=id_number) if each.names]
    return room.holders.open(known[0]) if known else None


def holder_of(story: Story, name: str = "") -> Holder:
    """The holder of a story, under another name if one is given."""
    found = HOLDERS[story]
    return Holder(found.number, name or found.name, found.id_number)
