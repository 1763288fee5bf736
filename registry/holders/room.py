"""What the desk knows of its holders, assembled once over one register."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from registry.holders.certificates import indexes_of
from registry.holders.desk import Holders
from registry.holders.sessions import HolderSessions, HolderSessionTimes
from registry.holders.shares import Shares
from registry.holders.throttling import HolderPatience
from registry.register import Register
from registry.staff.desk import Staff
from registry.staff.passwords import CURRENT_COST, Cost, Passwords


@dataclass(frozen=True)
class HolderRules:
    """What an operator decides: how long sessions last, and how many attempts are free."""

    times: HolderSessionTimes = field(default_factory=HolderSessionTimes)
    patience: HolderPatience = field(default_factory=HolderPatience)


@dataclass(frozen=True)
class HolderRoom:
    """Holders and everything about them. Attempts are counted where the staff's are."""

    register: Register
    holders: Holders
    sessions: HolderSessions
    rules: HolderRules
    staff: Staff
    clock: Callable[[], datetime]


def open_holders(
    register: Register,
    staff: Staff,
    *,
    rules: HolderRules | None = None,
    cost: Cost = CURRENT_COST,
    clock: Callable[[], datetime] | None = None,
) -> HolderRoom:
    """The holders of a register."""
    engine, now, rules = register.desk_engine, clock or register.clock, rules or HolderRules()
    shares = Shares(engine, lambda: register.keys.vault, now)
    # Nobody knows who made them: whoever had the secret may have, also under a document that was corrected.
    endings = (lambda holder: shares.stop_all(holder.person, indexes_of(register.look_up, holder)),)
    return HolderRoom(
        register=register,
        holders=Holders(engine, Passwords(cost), now, endings=endings),
        sessions=HolderSessions(engine, rules.times, now),
        rules=rules,
        staff=staff,
        clock=now,
    )
