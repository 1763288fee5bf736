"""Everything that an operator can set, read once from the environment into one frozen value.

`docs/settings.md` explains each; a test fails when one is missing there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit

from registry.holders.room import HolderRules
from registry.holders.sessions import HolderSessionTimes
from registry.holders.throttling import HolderPatience
from registry.review.confirming import Eyes
from registry.review.sample import SampleRule
from registry.rules.retention import LEAST_DAYS, USUAL_DAYS, Kept
from registry.staff.sessions import SessionTimes
from registry.staff.throttle import Patience
from registry.witnessing.policy import WitnessPolicy
from registry.witnessing.quorum import WhenMissed
from web.errors import SettingFault, SettingReason, SettingsFault
from web.oidc_settings import OidcSettings, read_oidc
from web.settings_reader import Reader

PREFIX = "SKILLCERT_"
# Variables of the test suite share the prefix and are not settings of the program.
_NOT_SETTINGS = f"{PREFIX}TEST_"
_HUNDRED_YEARS_OF_DAYS = 36_525
_SHARE_DAYS = 1_096
MOST_STAFF_UPLOAD_BYTES = 256 << 20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Limits:
    """How often one network may ask, by kind of address; `batch_rows` is counted in rows of lists.

    `wrong_person` is counted by certificate, whoever asks.
    """

    page: str
    lookup: str
    name_check: str
    verify: str
    holder: str
    download: str
    share: str
    log: str
    asset: str
    staff: str
    login: str
    batch_rows: str
    wrong_person: str


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    Units: sizes in bytes, times in seconds. `origin` has no trailing slash. `witnesses` None: not set, which
    only a site without https may leave so. `staff`: whether this process serves the staff's pages.
    """

    data_dir: Path
    database_url: str | None
    search_url: str | None
    search_key: str | None
    rate_limit_storage: str
    national_url: str | None
    national_key_file: Path | None
    national_concurrency: int
    national_days: frozenset[int]
    national_reconcile_hours: int
    origin: str
    log_origin: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    key_dir: Path
    key_passphrase_file: Path | None
    bureau_passphrase_file: Path | None
    font_dir: Path | None
    site_notice: str
    max_upload_bytes: int
    staff_upload_bytes: int
    batch_rows: int
    verify_files: int
    link_seconds: int
    share_days: int
    share_max_days: int
    witnesses: WitnessPolicy | None
    witness_failure: WhenMissed
    witness_seconds: int
    limits: Limits
    session_idle_seconds: int
    session_seconds: int
    session_rotation_seconds: int
    holder: HolderRules
    oidc: OidcSettings | None
    retention_days: Mapping[Kept, int]
    staff: bool
    legacy_before: date | None
    viewer_signature: bool
    sample_percent: int
    sample_least: int
    eyes: Eyes

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """The settings that the environment describes.

        Raises:
            SettingsFault: with every fault, not only the first.
        """
        reader = Reader(env, PREFIX)
        settings = _read(reader)
        faults = [*reader.faults, *_unknown(env, reader.names), *_contradictions(settings)]
        if faults:
            raise SettingsFault(faults)
        return settings

    @property
    def sample_rule(self) -> SampleRule:
        """How many rows of a batch are drawn for inspection."""
        return SampleRule(self.sample_percent, self.sample_least)

    @property
    def four_eyes(self) -> bool:
        """Whether a second person confirms what is to be signed."""
        return self.eyes is Eyes.ON

    @property
    def session_times(self) -> SessionTimes:
        """How long the staff's sessions last."""
        return SessionTimes(
            idle=timedelta(seconds=self.session_idle_seconds),
            most=timedelta(seconds=self.session_seconds),
            rotation=timedelta(seconds=self.session_rotation_seconds),
        )

    @property
    def host(self) -> str:
        """The host name of the origin, without port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def is_https(self) -> bool:
        """Whether the public reaches the site over TLS."""
        return self.origin.startswith("https://")

    @property
    def own_hosts(self) -> frozenset[str]:
        """The host names under which a request may arrive; the loopback names are one host."""
        return _LOOPBACK if self.host in _LOOPBACK else frozenset({self.host})


def _read_retention(reader: Reader) -> Mapping[Kept, int]:
    names = {
        Kept.APPROVED: "RETENTION_APPROVED_DAYS",
        Kept.RETURNED: "RETENTION_RETURNED_DAYS",
        Kept.TRAIL: "RETENTION_TRAIL_DAYS",
        Kept.REQUESTS: "RETENTION_REQUESTS_DAYS",
        Kept.JOBS: "RETENTION_JOBS_DAYS",
        Kept.SHARES: "RETENTION_SHARES_DAYS",
    }
    return {
        kind: reader.number(name, USUAL_DAYS[kind], least=LEAST_DAYS[kind], most=_HUNDRED_YEARS_OF_DAYS)
        for kind, name in names.items()
    }


def _read_holder(reader: Reader) -> HolderRules:
    first = reader.number("HOLDER_WAIT_SECONDS", 60, least=1, most=3_600)
    longest = reader.number("HOLDER_LONGEST_WAIT_SECONDS", 900, least=1, most=86_400)

    def patience(name: str, usual: int) -> Patience:
        free = reader.number(name, usual, least=1, most=10_000)
        return Patience(free, timedelta(seconds=first), timedelta(seconds=max(first, longest)))

    idle = reader.number("HOLDER_IDLE_SECONDS", 900, least=60, most=7_200)
    most = reader.number("HOLDER_SESSION_SECONDS", 7_200, least=300, most=86_400)
    return HolderRules(
        times=HolderSessionTimes(idle=timedelta(seconds=idle), most=timedelta(seconds=most)),
        patience=HolderPatience(
            of_person=patience("HOLDER_ATTEMPTS", 5), of_network=patience("HOLDER_NETWORK_ATTEMPTS", 30)
        ),
    )


def setting_names() -> tuple[str, ...]:
    """The name of every setting, with its prefix."""
    reader = Reader({}, PREFIX)
    _read(reader)
    return reader.names


def _read(reader: Reader) -> Settings:
    data_dir = reader.directory("DATA_DIR", Path("data"))
    origin = reader.origin("ORIGIN", "http://127.0.0.1:8000")
    return Settings(
        data_dir=data_dir,
        database_url=reader.url("DATABASE_URL", ("sqlite", "postgresql", "postgresql+psycopg")),
        search_url=reader.url("SEARCH_URL", ("http", "https")),
        search_key=reader.text("SEARCH_KEY"),
        rate_limit_storage=reader.limit_storage("RATE_LIMIT_STORAGE", "memory://"),
        national_url=reader.url("NATIONAL_URL", ("http", "https")),
        national_key_file=reader.file("NATIONAL_KEY_FILE"),
        national_concurrency=reader.number("NATIONAL_CONCURRENCY", 8, least=1, most=32),
        national_days=reader.days_of_month("NATIONAL_DAYS"),
        national_reconcile_hours=reader.number("NATIONAL_RECONCILE_HOURS", 24, least=0, most=8_784),
        origin=origin,
        log_origin=reader.log_origin("LOG_ORIGIN", f"{urlsplit(origin).hostname}/skillcert"),
        trusted_proxies=reader.networks("TRUSTED_PROXIES"),
        key_dir=reader.directory("KEY_DIR", data_dir.parent / f"{data_dir.name}-keys"),
        key_passphrase_file=reader.file("KEY_PASSPHRASE_FILE"),
        bureau_passphrase_file=reader.file("BUREAU_PASSPHRASE_FILE"),
        font_dir=reader.existing_directory("FONT_DIR"),
        site_notice=reader.text("SITE_NOTICE") or "",
        max_upload_bytes=reader.number("MAX_UPLOAD_BYTES", 10 << 20, least=64 << 10, most=1 << 30),
        staff_upload_bytes=reader.number(
            "STAFF_UPLOAD_BYTES", 50 << 20, least=1 << 20, most=MOST_STAFF_UPLOAD_BYTES
        ),
        batch_rows=reader.number("BATCH_ROWS", 1_000, least=1, most=20_000),
        verify_files=reader.number("VERIFY_FILES", 50, least=1, most=500),
        link_seconds=reader.number("LINK_SECONDS", 600, least=30, most=86_400),
        share_days=reader.number("SHARE_DAYS", 30, least=1, most=_SHARE_DAYS),
        share_max_days=reader.number("SHARE_MAX_DAYS", 180, least=1, most=_SHARE_DAYS),
        witnesses=reader.witness_policy("WITNESSES_FILE"),
        witness_failure=reader.choice("WITNESS_FAILURE", WhenMissed, WhenMissed.CLOSED),
        witness_seconds=reader.number("WITNESS_SECONDS", 10, least=1, most=300),
        limits=_read_limits(reader),
        holder=_read_holder(reader),
        oidc=read_oidc(reader, origin),
        retention_days=_read_retention(reader),
        staff=reader.switch("STAFF", default=True),
        legacy_before=reader.day("LEGACY_BEFORE"),
        viewer_signature=reader.switch("VIEWER_SIGNATURE", default=False),
        session_idle_seconds=reader.number("SESSION_IDLE_SECONDS", 1_800, least=120, most=28_800),
        session_seconds=reader.number("SESSION_SECONDS", 43_200, least=600, most=86_400),
        session_rotation_seconds=reader.number("SESSION_ROTATION_SECONDS", 900, least=60, most=86_400),
        sample_percent=reader.number("SAMPLE_PERCENT", 5, least=0, most=100),
        sample_least=reader.number("SAMPLE_LEAST", 3, least=0, most=10_000),
        eyes=reader.choice("FOUR_EYES", Eyes, Eyes.OFF),
    )


def _read_limits(reader: Reader) -> Limits:
    return Limits(
        page=reader.limit("LIMIT_PAGE", "120/minute"),
        lookup=reader.limit("LIMIT_LOOKUP", "60/minute;3000/day"),
        name_check=reader.limit("LIMIT_NAME_CHECK", "20/minute;200/day"),
        verify=reader.limit("LIMIT_VERIFY", "20/minute;500/day"),
        holder=reader.limit("LIMIT_HOLDER", "30/minute;2000/day"),
        download=reader.limit("LIMIT_DOWNLOAD", "30/minute"),
        share=reader.limit("LIMIT_SHARE", "30/minute;500/day"),
        log=reader.limit("LIMIT_LOG", "1200/minute"),
        asset=reader.limit("LIMIT_ASSET", "600/minute"),
        staff=reader.limit("LIMIT_STAFF", "600/minute"),
        login=reader.limit("LIMIT_LOGIN", "60/minute;1000/day"),
        batch_rows=reader.limit("LIMIT_BATCH_ROWS", "2000/day"),
        wrong_person=reader.limit("LIMIT_WRONG_PERSON", "20/day"),
    )


def _unknown(env: Mapping[str, str], known: tuple[str, ...]) -> list[SettingFault]:
    # A misspelt setting would be ignored in silence: the operator would run with the default.
    ours = (name for name in env if name.startswith(PREFIX) and not name.startswith(_NOT_SETTINGS))
    return [SettingFault(name, SettingReason.UNKNOWN) for name in sorted(ours) if name not in known]


def _contradictions(settings: Settings) -> list[SettingFault]:
    faults = []
    if settings.key_dir.absolute().is_relative_to(settings.data_dir.absolute()):
        # A backup of the data would carry the keys and the guard with it, and the guard would guard nothing.
        faults.append(SettingFault(f"{PREFIX}KEY_DIR", SettingReason.KEYS_IN_DATA))
    if settings.search_key and not settings.search_url:
        faults.append(SettingFault(f"{PREFIX}SEARCH_KEY", SettingReason.NEEDS_SEARCH_URL))
    if settings.is_https and settings.witnesses is None:
        # Nobody goes without witnesses by forgetting them: whoever wants none writes `quorum 0`.
        faults.append(SettingFault(f"{PREFIX}WITNESSES_FILE", SettingReason.NEEDS_WITNESSES))
    return faults
