"""The provider's public keys, kept for a while, and fetched anew for a key that nobody has seen yet.

A provider changes its keys whenever it likes: an unknown key id asks once more. Anybody can send us unknown
key ids, so that happens once in a while only.

Source: RFC 7517 section 5; OpenID Connect Core sections 10.1.1 and 10.1.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from types import MappingProxyType

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from registry.oidc.errors import AnswerFault, AnswerRefused, ProviderUnavailable, Silence
from registry.oidc.fetching import Visit
from signing.encoding import Json, b64url_decode
from signing.errors import MalformedEncoding

PublicKey = RSAKey | ECKey | OKPKey

# Signatures that anybody can check and only the provider can make: no `none`, and nothing with a shared key.
ALGORITHMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "RS256": ("RSA", ""),
        "PS256": ("RSA", ""),
        "ES256": ("EC", "P-256"),
        "EdDSA": ("OKP", "Ed25519"),
        "Ed25519": ("OKP", "Ed25519"),
    }
)
_KEPT = timedelta(hours=1)
_ASKED_AGAIN_AFTER = timedelta(seconds=60)
_LEAST_RSA_BITS = 2048
_MOST_KEYS = 100


class Keys:
    """The keys of one provider. Bears several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._keys: Sequence[PublicKey] = ()
        self._fetched_at: datetime | None = None
        self._address = ""
        self._lock = Lock()

    def find(self, visit: Visit, address: str, algorithm: str, key_id: str | None) -> PublicKey:
        """The key that a token names. Raises: ProviderUnavailable, AnswerRefused."""
        if self._is_due(address, _KEPT):
            self._fetch(visit, address)
        found = _named(self._keys, algorithm, key_id)
        if found is None and self._is_due(address, _ASKED_AGAIN_AFTER):
            self._fetch(visit, address)
            found = _named(self._keys, algorithm, key_id)
        if found is None:
            raise AnswerRefused(AnswerFault.TOKEN_KEY)
        return found

    def _is_due(self, address: str, after: timedelta) -> bool:
        with self._lock:
            if self._fetched_at is None or self._address != address:
                return True
            return not timedelta(0) <= self._clock() - self._fetched_at < after

    def _fetch(self, visit: Visit, address: str) -> None:
        answer = visit.get(address, fault=AnswerFault.KEYS_MALFORMED)
        if not answer.is_ok:
            raise ProviderUnavailable(Silence.STATUS)
        keys = read_keys(answer.body)
        with self._lock:
            self._keys, self._fetched_at, self._address = keys, self._clock(), address


def read_keys(document: Mapping[str, Json]) -> tuple[PublicKey, ...]:
    """The keys of a set that can check a signature of ours; others are passed over.

    Raises: AnswerRefused for what is no set of keys.
    """
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
        raise AnswerRefused(AnswerFault.KEYS_MALFORMED)
    return tuple(key for each in listed if isinstance(each, dict) and (key := _public_key(each)) is not None)


def _public_key(described: Mapping[str, Json]) -> PublicKey | None:
    if described.get("kty") not in ("RSA", "EC", "OKP") or described.get("use", "sig") != "sig":
        return None
    try:
        if described["kty"] == "RSA" and _bits(described["n"]) < _LEAST_RSA_BITS:
            return None
        key = JWKRegistry.import_key(dict(described))  # type: ignore[arg-type]  # checked within
    except (JoseError, MalformedEncoding, ValueError, TypeError, KeyError):
        # A key of a kind that we do not know, or one that is none: others of the set may do.
        return None
    return key if isinstance(key, RSAKey | ECKey | OKPKey) and not key.is_private else None


def _bits(number: Json) -> int:
    return int.from_bytes(b64url_decode(str(number)), "big").bit_length()


def _named(keys: Sequence[PublicKey], algorithm: str, key_id: str | None) -> PublicKey | None:
    """The key with that id; without an id, the only one that fits."""
    kind, curve = ALGORITHMS[algorithm]
    fitting = [
        key
        for key in keys
        if key.key_type == kind
        and (not curve or key.get("crv") == curve)
        and key.get("alg", algorithm) == algorithm
        and (key_id is None or key.get("kid") == key_id)
    ]
    return fitting[0] if len(fitting) == 1 else None
