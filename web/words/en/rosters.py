"""Verification of lists: the page, the columns of the result, and what is said of each line."""

WORDS = {
    "roster.title": "Verify a list",
    "roster.lead": (
        "Employers and subsidy offices can upload a list of certificate numbers and names. Every row is checked "
        "and answered in columns behind it; the columns you have stay as they are."
    ),
    "roster.file": "Choose a list",
    "roster.file_hint": "XLSX, XLS or CSV, {rows} rows at most. It is handled in memory only and not kept.",
    "roster.submit": "Verify",
    "roster.template": "Download an empty template",
    "roster.how": "How to fill it in",
    "roster.how.columns": (
        "The header needs a column “证书编号” (certificate number) and a column “姓名” (name), wherever they stand. "
        "Other columns are kept."
    ),
    "roster.how.name": (
        "Give full names. A name is only compared: the answer is yes or no, and never shows the holder's name."
    ),
    "roster.how.limit": "A list has {rows} rows at most.",
    "roster.how.day": "One network may check {rows} rows a day.",
    "roster.how.kept": (
        "Neither list nor result is kept; only how many rows were checked and what they came to, and no number or "
        "name."
    ),
    "roster.how.not_found": (
        "“Not found” is not fake: a new certificate may still be in upload and review. Ask the institution or the "
        "holder."
    ),
    "roster.single": "Only one certificate?",
    "roster.from_verify": "Verify a list",
    "roster.result.title": "Result",
    "roster.result.lead": "{rows} rows were checked, as of {at}, with {size} entries in the log.",
    "roster.result.download": "Download the result (XLSX)",
    "roster.result.kept": "The result is not kept on this site. To get it again, upload the list again.",
    "roster.result.counts": "Rows by result",
    "roster.result.conclusion": "Result",
    "roster.result.look": "Rows to look at",
    "roster.result.look_none": "There is no row to look at.",
    "roster.result.more": "{count} more are in the downloaded file.",
    "roster.result.row": "Row",
    "roster.result.row_n": "Row {row}",
    "roster.result.number": "Certificate number",
    "roster.result.again": "Verify another list",
    "roster.sheet": "List",
    "roster.column.number": "Certificate number",
    "roster.column.name": "Name",
    "roster.column.conclusion": "Verdict",
    "roster.column.explanation": "Explanation",
    "roster.column.name_check": "Name check",
    "roster.column.occupation": "Registered occupation",
    "roster.column.job": "Registered specialisation",
    "roster.column.level": "Registered level",
    "roster.column.issued_on": "Registered date of issue",
    "roster.column.institution": "Registered institution",
    "roster.column.filing": "Filing on date of issue",
    "roster.column.checked_at": "Verified at",
    "roster.column.tree_size": "Entries in the log",
    "roster.conclusion.valid": "In force",
    "roster.conclusion.name_unchecked": "In force, name not checked",
    "roster.conclusion.name_mismatch": "Name differs",
    "roster.conclusion.superseded": "Corrected",
    "roster.conclusion.annulled": "Annulled",
    "roster.conclusion.erased": "Personal data erased",
    "roster.conclusion.not_found": "Not found",
    "roster.conclusion.malformed_number": "Not a number",
    "roster.conclusion.could_not_check": "Could not be checked",
    "roster.explanation.valid": "The number is registered and in force, and the name is the registered one.",
    "roster.explanation.name_unchecked": (
        "The number is registered and in force. The name was not checked, so whose it is remains open."
    ),
    "roster.explanation.name_mismatch": (
        "The number is registered ({result}), but not under this name. Check the spelling and the number; if it "
        "still differs, it is not this person's certificate."
    ),
    "roster.explanation.superseded": "This number was replaced by {number}; check the new number.",
    "roster.explanation.annulled": "The certificate was annulled and no longer proves a skill level.",
    "roster.explanation.erased": (
        "The register held this certificate; its personal data was erased by law and is no longer given."
    ),
    "roster.explanation.not_found": (
        "The register does not hold this number at present. It may be mistyped, or a new certificate in review: "
        "not found is not fake."
    ),
    "roster.explanation.malformed_number": (
        "Not a certificate number: it has 22 characters, Y or S and then digits only."
    ),
    "roster.explanation.malformed_number.sixteen_digits": (
        "16 digits are the number of a 职业资格证书, which is not registered here; use its own national look-up."
    ),
    "roster.explanation.malformed_number.two_letters": (
        "Two letters and 20 digits are the number of a 特级技师 certificate, which is not registered here; ask the "
        "enterprise that issued it."
    ),
    "roster.explanation.malformed_number.empty": "No certificate number is given.",
    "roster.explanation.could_not_check": (
        "This row could not be checked, which says nothing against the certificate. Please try again later."
    ),
    "roster.explanation.same_as": "The same number as in row {row}.",
    "roster.name.match": "Same",
    "roster.name.mismatch": "Differs",
    "roster.name.missing": "Not checked: no name given",
    "roster.name.masked": "Not checked: give the full name, not one with asterisks",
    "roster.name.too_many_names": "Not checked: too many different names for one number",
    "roster.name.allowance_spent": "Not checked: too many wrong names were tried today",
    "roster.name.nothing_to_compare": "Not checked",
    "roster.filing.covered": "{state}, within its scope",
    "roster.filing.not_covered": "{state}, outside its scope",
    "problem.roster_error.title": "The list was not taken in",
    "problem.roster_error.detail": "Check the file and upload it again.",
    "problem.roster_header_fault.no_numbers.title": "There is no column of certificate numbers",
    "problem.roster_header_fault.no_numbers.detail": (
        "None of the first 30 rows holds “证书编号” or “certificate number”. Write it above the column of numbers, and "
        "“姓名” or “name” above the names, or use the empty template."
    ),
    "problem.roster_header_fault.no_names.title": "There is no column of names",
    "problem.roster_header_fault.no_names.detail": (
        "There is a column of numbers but none called “姓名” or “name”. A number does not say whose certificate it is: "
        "add the full names and upload the list again."
    ),
    "problem.roster_header_fault.several_numbers.title": "There are several columns of certificate numbers",
    "problem.roster_header_fault.several_numbers.detail": (
        "It is not clear which is meant. Keep one column of that name and upload the list again."
    ),
    "problem.roster_header_fault.several_names.title": "There are several columns of names",
    "problem.roster_header_fault.several_names.detail": (
        "It is not clear which is meant. Keep one column of that name and upload the list again."
    ),
    "problem.batch_rows_spent.title": "The rows of today are used up",
    "problem.batch_rows_spent.detail": (
        "One network may check a limited number of rows a day. This list was not checked and not counted. Split "
        "it, or try again later."
    ),
}
