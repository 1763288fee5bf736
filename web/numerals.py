"""Numbers in what people and programs send: digits, and no more of them than a number can have.

Python refuses to read thousands of digits, and a database to hold a number beyond its column: neither may
become a fault of ours.
"""


def read_number(text: str, *, most: int) -> int | None:
    """The number that plain digits say; None for anything else, and for what is greater than `most`."""
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(most)):
        return None
    number = int(digits)
    return number if number <= most else None
