"""What the soak looks for."""


class BrokenPromise(Exception):
    """Something was lost, doubled, half done, left over, or said wrongly."""


def require(holds: bool, otherwise: str) -> None:
    """Raises: BrokenPromise."""
    if not holds:
        raise BrokenPromise(otherwise)
