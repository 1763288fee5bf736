"""Which ways in a site offers beside the three facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.holder.gate import SECRET
from web.site import Site


@dataclass(frozen=True)
class OtherWay:
    """A way in: `key` finds its words, `href` is where it begins."""

    key: str
    href: str


def other_ways(site: Site) -> Sequence[OtherWay]:
    """The ways that open all own certificates; none on an instance without a desk."""
    if site.office is None:
        return ()
    return (OtherWay("secret", SECRET),)
