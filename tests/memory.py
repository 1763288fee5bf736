"""Where tests keep files that nobody's machine has to survive: they kill programs, not machines."""

import os
from pathlib import Path

_SHARED = Path("/dev/shm")
MEMORY = _SHARED if os.access(_SHARED, os.W_OK) else None
"""A directory in memory, or None: the usual place for what is temporary."""
