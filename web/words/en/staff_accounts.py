"""Log-in, my account, and the administration of accounts."""

WORDS = {
    "staff_role.institution": "Institution",
    "staff_role.reviewer": "City reviewer",
    "staff_role.province": "Province",
    "staff_role.auditor": "Auditor",
    "staff_role.administrator": "Administrator",
}
