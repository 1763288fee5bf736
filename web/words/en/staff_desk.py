"""The desk: the frame of its pages, and its first page."""

WORDS = {
    "desk.name": "Staff desk",
    "desk.menu": "Desk menu",
    "desk.logout": "Log out",
    "desk.optional": "optional",
    "desk.footer": (
        "Every step is recorded. These pages hold personal data: do not pass on pictures of them."
    ),
    "desk.menu.home": "Overview",
    "desk.menu.forms": "Empty forms",
    "desk.menu.batches": "Uploads",
    "desk.menu.review": "Review",
    "desk.menu.filings": "Filings",
    "desk.menu.certificates": "Certificates",
    "desk.menu.requests": "Requests and disputes",
    "desk.menu.renewal": "Renewal table",
    "desk.menu.statistics": "Statistics",
    "desk.menu.trail": "Trail",
    "desk.menu.accounts": "Accounts",
    "desk.menu.account": "My account",
}
