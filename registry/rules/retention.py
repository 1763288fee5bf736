"""How long what people handed in is kept, by kind: the least that the rules demand, and what is usual here.

Personal data is kept for the shortest time that its purpose needs; a period begins when the purpose ended.
The registered certificate itself is not among these: it is kept for as long as it may be looked up.

Units: days.
Source: 2025-14 art. 17(8), electronic material for at least five years; 2024-26 guide 五(八), what goes is
written down. 个人信息保护法 art. 19, the shortest necessary time; art. 56, three years for what was done with
it. 网络安全法 art. 21(3), as numbered in 2016, logs for at least six months. 行政诉讼法 art. 46, six months
in which a return may be taken to court.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

_FIVE_YEARS, _THREE_YEARS, _SIX_MONTHS = 1827, 1096, 184


class Kept(StrEnum):
    """What has a period of its own: uploads, approved or not, requests for acts, the trail, jobs, shares."""

    APPROVED = "approved"
    RETURNED = "returned"
    REQUESTS = "requests"
    TRAIL = "trail"
    JOBS = "jobs"
    SHARES = "shares"


LEAST_DAYS: Mapping[Kept, int] = MappingProxyType(
    {
        Kept.APPROVED: _FIVE_YEARS,
        Kept.RETURNED: _SIX_MONTHS,
        Kept.REQUESTS: _FIVE_YEARS,
        Kept.TRAIL: _SIX_MONTHS,
        Kept.JOBS: 1,
        Kept.SHARES: 1,
    }
)
USUAL_DAYS: Mapping[Kept, int] = MappingProxyType(
    {
        Kept.APPROVED: _FIVE_YEARS,
        Kept.RETURNED: _THREE_YEARS,
        Kept.REQUESTS: _FIVE_YEARS,
        Kept.TRAIL: _THREE_YEARS,
        Kept.JOBS: 90,
        Kept.SHARES: _SIX_MONTHS,
    }
)
