"""Which 32 bytes are an Ed25519 public key: a point of prime order, in its one encoding.

The library that verifies signatures reads any 32 bytes as a key and looks at them no further. Three kinds of
them would let one signature mean several things, and are refused here before anything is verified:

- a point of small order: under the neutral element `R = 0100..00, S = 0` verifies for every message
- a point with a part of small order: whether a signature holds would depend on the verifier's formula
- a second encoding of a point (y >= p, or a sign without an x): one key would have two names

Honest keys are multiples of the base point, so none of them is refused.

Source: RFC 8032 sections 5.1, 5.1.3 (decoding) and 5.1.4 (addition); Chalkias, Garillot, Nikolaenko,
"Taming the Many EdDSAs", SSR 2020, section 3.
"""

from functools import lru_cache
from typing import TypeAlias

KEY_BYTES = 32
_P = (1 << 255) - 19
_ORDER = (1 << 252) + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

# Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z.
_Point: TypeAlias = tuple[int, int, int, int]
_NEUTRAL: _Point = (0, 1, 1, 0)


@lru_cache(maxsize=4096)
def is_public_key(data: bytes) -> bool:
    """Whether these bytes are the one encoding of a point of prime order."""
    point = _decoded(data) if len(data) == KEY_BYTES else None
    return point is not None and not _is_neutral(point) and _is_neutral(_times(_ORDER, point))


def _decoded(data: bytes) -> _Point | None:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    # x² = (y² - 1) / (d·y² + 1); the divisor is never zero, because -1/d is no square.
    squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(squared, (_P + 3) // 8, _P)
    if x * x % _P != squared:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if x * x % _P != squared or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _is_neutral(point: _Point) -> bool:
    x, y, z, _ = point
    return x % _P == 0 and (y - z) % _P == 0


def _times(factor: int, point: _Point) -> _Point:
    product = _NEUTRAL
    for bit in reversed(range(factor.bit_length())):
        product = _sum(product, product)
        if factor >> bit & 1:
            product = _sum(product, point)
    return product


def _sum(left: _Point, right: _Point) -> _Point:
    """The complete addition law, which doubles too."""
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = 2 * _D * t1 * t2, 2 * z1 * z2
    e, f, g, h = (b - a) % _P, (d - c) % _P, (d + c) % _P, (b + a) % _P
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P
