"""On which grounds personal data is erased before anyone asks, or because somebody does.

Source: 个人信息保护法 art. 47, first paragraph, (1) to (5).
"""

from enum import StrEnum


class LegalGround(StrEnum):
    """The five cases, in the order of the article."""

    PURPOSE_ENDED = "purpose_ended"
    RETENTION_ENDED = "retention_ended"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL_PROCESSING = "unlawful_processing"
    OTHER_LAW = "other_law"

    @property
    def case(self) -> int:
        """Its number in the article."""
        return list(LegalGround).index(self) + 1
