"""What names the earlier review of certificates from before the register. It stands in the public log.

So it names an office and a paper, and never a person: no long run of digits, which could be an identity or
telephone number, nothing unprintable, and not at length.

Source: 2025-14 art. 17(7) (review by the responsible bureau); 个人信息保护法 art. 6.
"""

import re

from registry.intake.errors import EarlierReviewUnfit

MIN_REVIEW, MAX_REVIEW = 4, 80
_LONG_DIGITS = re.compile(r"\d(?:[\s-]?\d){6,}")


def check_earlier_review(text: str) -> None:
    """Refuses a text that the public log should not hold; "" is none. Raises: EarlierReviewUnfit."""
    if not text:
        return
    fits = MIN_REVIEW <= len(text) <= MAX_REVIEW and text == text.strip() and text.isprintable()
    if not fits or _LONG_DIGITS.search(text):
        raise EarlierReviewUnfit
