"""Links to the files of one certificate that stop working after some minutes."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from web.backend import FORM_MEDIA_TYPES
from web.links import HolderLink, sign_link
from web.site import Site


def file_links(site: Site, index: int, forms: Collection[str]) -> Sequence[tuple[str, str]]:
    """(form, address) of those forms of the certificate that begins at `index`, in the order of all forms."""
    expires_at = site.clock() + timedelta(seconds=site.settings.link_seconds)
    secret = site.register.link_secret()
    return [
        (form, f"/holder/files/{sign_link(HolderLink(index, form, expires_at), secret)}")
        for form in FORM_MEDIA_TYPES
        if form in forms
    ]


def link_minutes(site: Site) -> int:
    """For how many minutes such a link works, as a page says it."""
    return max(1, site.settings.link_seconds // 60)
