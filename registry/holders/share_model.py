"""What a holder shows of a certificate, to whom, and until when. Pure: no database, no clock.

Choices are made in the units that people think in, and each says what it gives away with it:

- `NUMBER` opens all that anyone can look up by a number, for whoever has the number has that as well
- `INSTITUTION` is always open: the receipt names the certificate's place in the public log, and the approval
  before it names the institution
- the number of an identity document goes with its type, and neither without the other

Source: 个人信息保护法 arts. 14, 25 (the holder decides what is shown); art. 28 (identity numbers).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from registry.holders.share_errors import ShareIncomplete
from registry.ledger.admission import CIVIL_TIME
from signing.commitment import FIELDS

MAX_NOTE = 60
MOST_OPEN = 50
CODE_BYTES = 16


class ShareItem(StrEnum):
    """One box of the form."""

    NUMBER = "number"
    MASKED_NAME = "masked_name"
    OCCUPATION = "occupation"
    LEVEL = "level"
    ISSUED_ON = "issued_on"
    INSTITUTION = "institution"
    NAME = "name"
    EMPLOYER = "employer"
    IDENTITY = "identity"


class Preset(StrEnum):
    """For whom: what is ticked to begin with. 给用人单位 · 给补贴经办 · 自己选."""

    EMPLOYER = "employer"
    SUBSIDY = "subsidy"
    CUSTOM = "custom"


class ShareState(StrEnum):
    """How a share stands. 可查看 · 已到期 · 已停止."""

    OPEN = "open"
    ENDED = "ended"
    STOPPED = "stopped"


OPENS: Mapping[ShareItem, tuple[str, ...]] = MappingProxyType(
    {
        ShareItem.NUMBER: ("number",),
        ShareItem.MASKED_NAME: ("masked_name",),
        ShareItem.OCCUPATION: ("occupation_code", "occupation", "job"),
        ShareItem.LEVEL: ("level",),
        ShareItem.ISSUED_ON: ("issued_on",),
        ShareItem.INSTITUTION: ("institution", "issuer"),
        ShareItem.NAME: ("name",),
        ShareItem.EMPLOYER: ("employer",),
        ShareItem.IDENTITY: ("id_type", "id_number"),
    }
)
_ALWAYS = frozenset({ShareItem.INSTITUTION})
_WITH_NUMBER = frozenset({ShareItem.MASKED_NAME, ShareItem.OCCUPATION, ShareItem.LEVEL, ShareItem.ISSUED_ON})
TICKED: Mapping[Preset, frozenset[ShareItem]] = MappingProxyType(
    {
        Preset.EMPLOYER: frozenset({ShareItem.NUMBER}),
        # The one who pays has to know whom: the name is ticked, the identity number never is.
        Preset.SUBSIDY: frozenset({ShareItem.NUMBER, ShareItem.NAME}),
        Preset.CUSTOM: frozenset({ShareItem.MASKED_NAME, ShareItem.OCCUPATION, ShareItem.LEVEL}),
    }
)


@dataclass(frozen=True)
class Share:
    """A share as it stands. `certificate` and `entry` are indexes of the log: the certificate's first entry,
    and the version that was chosen from. `code` is "" once nothing opens by it any more.
    """

    id: str
    person: bytes
    certificate: int
    entry: int
    choices: frozenset[ShareItem]
    made_at: datetime
    ends_at: datetime
    stopped_at: datetime | None
    code: str
    note: str
    uses: tuple[datetime, ...] = ()
    use_count: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The record's fields that it opens, in the record's order."""
        return opened_fields(self.choices)

    def state(self, now: datetime) -> ShareState:
        """Whether it can be looked at now."""
        if self.stopped_at is not None:
            return ShareState.STOPPED
        return ShareState.OPEN if now < self.ends_at else ShareState.ENDED


def with_implied(choices: Collection[ShareItem]) -> frozenset[ShareItem]:
    """What is given away by these choices, said or not."""
    implied = _WITH_NUMBER if ShareItem.NUMBER in choices else frozenset()
    return frozenset(choices) | _ALWAYS | implied


def opened_fields(choices: Collection[ShareItem]) -> tuple[str, ...]:
    """The fields that these choices open."""
    wanted = {name for choice in with_implied(choices) for name in OPENS[choice]}
    return tuple(name for name in FIELDS if name in wanted)


def check_choices(choices: Collection[ShareItem], *, identity_confirmed: bool) -> frozenset[ShareItem]:
    """The choices with all that they imply.

    Raises: ShareIncomplete where nothing but the institution is chosen, or an identity number without the
    word of the holder that it can't be recalled.
    """
    if not frozenset(choices) - _ALWAYS:
        raise ShareIncomplete("choices")
    if ShareItem.IDENTITY in choices and not identity_confirmed:
        raise ShareIncomplete("identity_confirmed")
    return with_implied(choices)


def end_of(day: date, today: date, *, most_days: int) -> datetime:
    """The moment at which a share ends that is good until the end of a day.

    Raises: ShareIncomplete for a day that is over, or further away than allowed.
    """
    if not today <= day <= today + timedelta(days=most_days):
        raise ShareIncomplete("until")
    return datetime.combine(day + timedelta(days=1), time(), CIVIL_TIME)


def last_day(share: Share) -> date:
    """The last day on which a share is good, if nobody stops it."""
    return (share.ends_at.astimezone(CIVIL_TIME) - timedelta(seconds=1)).date()
