"""Plain functions that build one good value each; a test names only what it is about.

They agree with each other: the certificate of `form5_row` lies within the scope of `a_filing`.
"""

from tests.builders.filings import a_filing, a_scope_row
from tests.builders.forms import a_form4, a_workbook, form5_row
from tests.builders.records import a_number, a_record, an_id_number, some_people

__all__ = [
    "a_filing",
    "a_form4",
    "a_number",
    "a_record",
    "a_scope_row",
    "a_workbook",
    "an_id_number",
    "form5_row",
    "some_people",
]
