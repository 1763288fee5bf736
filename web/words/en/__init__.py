"""English: the same sentences, for readers who do not read Chinese."""

from collections.abc import Mapping
from types import MappingProxyType

from web.words.en import (
    holder,
    holder_inside,
    institutions,
    oidc,
    operators,
    problems,
    retention,
    settings,
    shares,
    site,
    staff_accounts,
    staff_certificates,
    staff_desk,
    staff_filings,
    staff_gate,
    staff_institution,
    staff_jobs,
    staff_renewal,
    staff_review,
    staff_signing,
    staff_statistics,
    staff_trail,
    steps,
    verdict,
    verify,
    witnessing,
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        **site.WORDS,
        **verdict.WORDS,
        **institutions.WORDS,
        **holder.WORDS,
        **holder_inside.WORDS,
        **shares.WORDS,
        **verify.WORDS,
        **steps.WORDS,
        **problems.WORDS,
        **retention.WORDS,
        **oidc.WORDS,
        **operators.WORDS,
        **settings.WORDS,
        **witnessing.WORDS,
        **staff_accounts.WORDS,
        **staff_desk.WORDS,
        **staff_certificates.WORDS,
        **staff_filings.WORDS,
        **staff_gate.WORDS,
        **staff_institution.WORDS,
        **staff_jobs.WORDS,
        **staff_renewal.WORDS,
        **staff_review.WORDS,
        **staff_signing.WORDS,
        **staff_statistics.WORDS,
        **staff_trail.WORDS,
    }
)
