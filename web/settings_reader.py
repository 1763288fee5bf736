"""Reading single settings: each fault is noted and the default goes on, so that all are found in one run."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from limits import parse_many

from registry.witnessing.errors import MalformedPolicy
from registry.witnessing.policy import NO_WITNESSES, WitnessPolicy, parse_policy
from web.errors import SettingFault, SettingReason

_Kind = TypeVar("_Kind", bound=StrEnum)
_LOG_ORIGIN = re.compile(r"[^\s+]{1,255}")
_STORAGES = ("memory", "redis", "rediss", "redis+unix", "redis+sentinel", "redis+cluster", "valkey")


class Reader:
    """Reads settings by name out of an environment and collects what is wrong."""

    def __init__(self, env: Mapping[str, str], prefix: str) -> None:
        self._env = env
        self._prefix = prefix
        self._names: list[str] = []
        self.faults: list[SettingFault] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Every setting asked for so far, with prefix."""
        return tuple(self._names)

    def text(self, name: str) -> str | None:
        """The value as it stands; an empty one is as good as none."""
        self._names.append(self._prefix + name)
        return self._env.get(self._prefix + name, "").strip() or None

    def directory(self, name: str, default: Path) -> Path:
        """A directory, which need not exist yet."""
        path = Path(self.text(name) or default)
        if path.exists() and not path.is_dir():
            self._fault(name, SettingReason.NOT_A_DIRECTORY)
        return path

    def existing_directory(self, name: str) -> Path | None:
        """A directory that must be there, or none."""
        text = self.text(name)
        if text is None:
            return None
        if not Path(text).is_dir():
            self._fault(name, SettingReason.NOT_A_DIRECTORY)
        return Path(text)

    def file(self, name: str) -> Path | None:
        """A file that must be there, or none."""
        text = self.text(name)
        if text is None:
            return None
        if not Path(text).is_file():
            self._fault(name, SettingReason.NOT_A_FILE)
        return Path(text)

    def secret(self, name: str) -> str | None:
        """The one line of a file, or none. An empty file is a fault: it was meant to hold something."""
        path = self.file(name)
        if path is None or not path.is_file():
            return None
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text or not text.isprintable():
            self._fault(name, SettingReason.NOT_A_SECRET)
            return None
        return text

    def url(self, name: str, schemes: Sequence[str]) -> str | None:
        """An address of one of the schemes, or none."""
        text = self.text(name)
        if text is None:
            return None
        parts = _split(text)
        # A database on this machine is reached through a file or a socket, and its address has no host.
        named = parts is not None and (parts.hostname or (parts.path and not parts.scheme.startswith("http")))
        if parts is None or parts.scheme not in schemes or not named:
            self._fault(name, SettingReason.NOT_A_URL)
        return text.rstrip("/") if text.startswith("http") else text

    def origin(self, name: str, default: str) -> str:
        """Scheme, host and port, and nothing behind them."""
        text = (self.text(name) or default).rstrip("/")
        parts = _split(text)
        if (
            parts is None
            or parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path
            or parts.query
            or parts.fragment
            or "@" in parts.netloc
        ):
            self._fault(name, SettingReason.NOT_AN_ORIGIN)
            return default
        return text.lower()

    def log_origin(self, name: str, default: str) -> str:
        """The name that a log signs under: no spaces and no plus sign, no scheme."""
        text = self.text(name) or default
        if not _LOG_ORIGIN.fullmatch(text) or "://" in text:
            self._fault(name, SettingReason.NOT_A_LOG_ORIGIN)
        return text

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks between commas; a single address is a network of one."""
        found: list[IPv4Network | IPv6Network] = []
        for part in (self.text(name) or "").split(","):
            if not part.strip():
                continue
            try:
                found.append(ip_network(part.strip()))
            except ValueError:
                self._fault(name, SettingReason.NOT_A_NETWORK)
        return tuple(found)

    def day(self, name: str) -> date | None:
        """A day as YYYY-MM-DD, or none."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._fault(name, SettingReason.NOT_A_DAY)
            return None

    def days_of_month(self, name: str) -> frozenset[int]:
        """Days of the month between commas, 1 to 31; none: an empty set."""
        found: set[int] = set()
        for part in (self.text(name) or "").split(","):
            text = part.strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit()):
                self._fault(name, SettingReason.NOT_A_NUMBER)
            elif not 1 <= int(text) <= 31:
                self._fault(name, SettingReason.OUT_OF_RANGE)
            else:
                found.add(int(text))
        return frozenset(found)

    def switch(self, name: str, *, default: bool) -> bool:
        """`on` or `off`."""
        text = self.text(name)
        if text not in (None, "on", "off"):
            self._fault(name, SettingReason.NOT_A_CHOICE)
        return default if text is None else text == "on"

    def choice(self, name: str, kinds: type[_Kind], default: _Kind) -> _Kind:
        """One of a few words."""
        text = self.text(name) or default
        try:
            return kinds(text)
        except ValueError:
            self._fault(name, SettingReason.NOT_A_CHOICE)
            return default

    def witness_policy(self, name: str) -> WitnessPolicy | None:
        """The witness policy in a file, or none if no file is named."""
        path = self.file(name)
        if path is None:
            return None
        try:
            return parse_policy(path.read_bytes()) if path.is_file() else NO_WITNESSES
        except (MalformedPolicy, OSError):
            self._fault(name, SettingReason.NOT_A_WITNESS_POLICY)
            return NO_WITNESSES

    def limit(self, name: str, default: str) -> str:
        """One or more budgets such as `60/minute;3000/day`."""
        text = self.text(name) or default
        try:
            parse_many(text)
        except ValueError:
            self._fault(name, SettingReason.NOT_A_LIMIT)
            return default
        return text

    def limit_storage(self, name: str, default: str) -> str:
        """Where budgets are counted: `memory://` or a Redis address."""
        text = self.text(name) or default
        if text.partition("://")[0] not in _STORAGES or "://" not in text:
            self._fault(name, SettingReason.NOT_A_STORAGE)
            return default
        return text

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            self._fault(name, SettingReason.NOT_A_NUMBER)
            return default
        if not least <= int(text) <= most:
            self._fault(name, SettingReason.OUT_OF_RANGE)
            return default
        return int(text)

    def fault(self, name: str, reason: SettingReason) -> None:
        """Notes what only several settings together show."""
        self._fault(name, reason)

    def _fault(self, name: str, reason: SettingReason) -> None:
        fault = SettingFault(self._prefix + name, reason)
        if fault not in self.faults:
            self.faults.append(fault)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port  # a port that is no number is found only here
    except ValueError:
        return None
    return parts
