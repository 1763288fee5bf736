"""Filings of every shape, for property tests."""

from datetime import date

from hypothesis import strategies as st

from registry.filing.model import (
    BureauPeriod,
    Category,
    Filing,
    FilingState,
    NamePeriod,
    ScopeRow,
    StateChange,
)

DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"]), min_size=1, max_size=20)
LEVELS = st.lists(st.integers(1, 5), min_size=1, max_size=7).map(tuple)


@st.composite
def scope_rows(draw: st.DrawFn) -> ScopeRow:
    """A scope row with an interval that is open or ends no earlier than it begins."""
    first, second = sorted((draw(DAYS), draw(DAYS)))
    return ScopeRow(
        occupation_code=draw(st.sampled_from(("6-31-01-03", "4-03-02-01", "6-18-01-01"))),
        occupation=draw(NAMES),
        job=draw(TEXTS),
        levels=draw(LEVELS),
        basis=draw(TEXTS),
        from_on=first,
        to_on=draw(st.sampled_from((None, second))),
    )


@st.composite
def filings(draw: st.DrawFn, prefix: str = "S000043990001") -> Filing:
    """A filing of this prefix with any histories and any scope."""
    filed_on, expires_on = sorted((draw(DAYS), draw(DAYS)))
    publicised = draw(st.booleans())
    return Filing(
        credit_code=draw(TEXTS),
        category=Category(prefix[0]),
        number_prefix=prefix,
        filing_number=draw(TEXTS),
        filed_on=None if publicised else filed_on,
        expires_on=None if publicised else expires_on,
        names=tuple(
            draw(st.lists(st.builds(NamePeriod, NAMES, TEXTS, DAYS), min_size=1, max_size=4)),
        ),
        bureaus=tuple(
            draw(
                st.lists(
                    st.builds(BureauPeriod, st.sampled_from(("430100", "430000")), DAYS),
                    min_size=1,
                    max_size=3,
                )
            )
        ),
        states=tuple(
            draw(
                st.lists(
                    st.builds(StateChange, st.sampled_from(FilingState), DAYS, TEXTS),
                    min_size=1,
                    max_size=4,
                )
            )
        ),
        scope=tuple(draw(st.lists(scope_rows(), max_size=6))),
    )
