"""Invented documents. Names contain 示例 and prefixes the sequence 99xxxx, so nobody takes them for real."""

from dataclasses import dataclass
from datetime import date

from search.documents import (
    CertificateDocument,
    InstitutionDocument,
    MaskedIdentity,
    MaskedName,
    OfferedOccupation,
)

ELECTRICIAN = OfferedOccupation("6-31-01-03", "电工")
MARKETER = OfferedOccupation("4-01-06-02", "互联网营销师", "直播销售员")
NURSE = OfferedOccupation("4-10-01-02", "育婴员")


@dataclass(frozen=True)
class School:
    """Enough about an institution to issue from it."""

    prefix: str
    name: str
    short: str
    bureau: str
    city: str


NORTH = School("S000043990001", "示例（长沙）职业技能评价中心", "示例长沙中心", "430100", "长沙市")
SOUTH = School("Y000043990002", "示例株洲机械有限公司", "示例株机", "430200", "株洲市")


def certificate(
    index: int,
    *,
    name: str = "示**",
    identity: str = "43**************15",
    occupation: OfferedOccupation = ELECTRICIAN,
    level: int = 3,
    issued_on: date = date(2025, 9, 1),
    school: School = NORTH,
    state: str = "valid",
) -> CertificateDocument:
    """A certificate whose number follows from its entry index, year, level and school."""
    return CertificateDocument(
        entry_index=index,
        number=f"{school.prefix}{issued_on:%y}{level}{index:06}",
        masked_name=MaskedName(name),
        masked_identity=MaskedIdentity(identity),
        occupation_code=occupation.code,
        occupation=occupation.name,
        job=occupation.job,
        level=level,
        issued_on=issued_on,
        institution=school.name,
        institution_short=school.short,
        bureau=school.bureau,
        city=school.city,
        state=state,
    )


def institution(
    school: School = NORTH,
    *,
    name: str | None = None,
    former_names: tuple[str, ...] = (),
    occupations: tuple[OfferedOccupation, ...] = (ELECTRICIAN,),
    state: str = "filed",
) -> InstitutionDocument:
    """A filing of a school."""
    return InstitutionDocument(
        prefix=school.prefix,
        name=school.name if name is None else name,
        short_name=school.short,
        former_names=former_names,
        bureau=school.bureau,
        city=school.city,
        occupations=occupations,
        state=state,
    )
