"""What the rules refuse. No error carries the refused text, which may be personal.

RulesError
├── NameFault              text.py
├── MalformedNumber        certificate_number.py
├── UnknownIdentityType    identity_types.py
├── IdentityFault          identity_documents.py
├── CreditCodeFault        credit_code.py
├── LevelFault             levels.py
├── OccupationCodeFault    occupation_entries.py
├── UnknownBureau          bureaus.py
└── RuleDataFault          any table
"""

from typing import ClassVar

from registry.errors import RegistryError


class RulesError(RegistryError):
    """A value does not fit the rules of the paper world."""

    code: ClassVar[str] = "rules_error"


class RuleDataFault(RulesError):
    """A table of rules (holidays, occupations, qualifications) is not what it must be."""

    code: ClassVar[str] = "rule_data_fault"

    def __init__(self, table: str, row: int, column: str) -> None:
        super().__init__(f"{self.code}: {table} row {row} column {column}")
        self.table = table
        self.row = row
        self.column = column
