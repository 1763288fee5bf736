"""How much memory this process takes: all of it, and the part that is not the database mapped into it."""

import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")


class Memory:
    """Watches this process. `look` is cheap enough for every thousandth certificate."""

    def __init__(self) -> None:
        self._own = 0

    def look(self) -> None:
        """Notes what the process has of its own at this moment."""
        self._own = max(self._own, own_bytes())

    def figures(self) -> dict[str, float]:
        """`peak_bytes` with mapped files, `own_bytes` without; 0 where the system does not tell."""
        self.look()
        # Not `ru_maxrss`: it also counts the program that started this one.
        peak = _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"peak_bytes": peak, "own_bytes": self._own}


def own_bytes() -> int:
    """What this process has of its own, mapped files left out; 0 where the system does not tell."""
    return _status("RssAnon")


def _status(name: str) -> int:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    found = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(next(found, "0")) * 1024
