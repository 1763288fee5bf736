"""A key that can forget: every value's own key follows from one root, and single ones can be taken out of it.

The keys are the leaves of a tree, sixteen branches a node and sixteen nodes deep; a child is a hash of its
parent, so the root is all there is to keep. To take a leaf out, every node on its way is replaced by the
siblings beside that way: they still lead to all other leaves, and nothing leads to this one any more. What
was sealed under it is then noise, in every copy of the database that was ever made.

64 bits of a value's place choose its leaf: among twenty million values two share one with a probability of
one in a hundred thousand. A first puncture makes 240 nodes (10 KB) of the root; n more of them add some
15 × (16 − log₁₆ n) nodes each. Whoever has an earlier state has the key: that is what backups of keys are.

Source: Goldreich, Goldwasser, Micali, How to construct random functions (1986); Boneh, Waters, Constrained
pseudorandom functions (2013), section 3 (puncturing).
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Self

from signing.errors import MalformedEncoding

LEVELS = 16
_DIGITS = "0123456789abcdef"
# With a node this stays within one block of SHA-256.
_CHILD = {digit: b"skillcert/node/v1\x00" + digit.encode() for digit in _DIGITS}
_FORMAT = b"skillcert/puncturable/v1\x00"
_IDENTITY = b"skillcert/key-id/v1\x00"
_IDENTITY_BYTES, _KEY_BYTES = 4, 32
_NODE_BYTES = 1 + LEVELS // 2 + _KEY_BYTES
# Nodes of this depth are kept once they were computed: 4,096 at most.
_KEPT_DEPTH = 3


class PuncturableKey:
    """A state of the key: the nodes from which all leaves follow that were not taken out. Never changed."""

    def __init__(self, identity: bytes, nodes: Mapping[str, bytes]) -> None:
        self.identity = identity
        self._nodes = nodes
        self._kept: dict[str, bytes] = {}

    @classmethod
    def from_bytes(cls, secret: bytes) -> Self:
        """A fresh root of 32 random bytes, or a state as `to_bytes` gave it. Raises: MalformedEncoding."""
        if len(secret) == _KEY_BYTES:
            return cls(sha256(_IDENTITY + secret).digest()[:_IDENTITY_BYTES], {"": secret})
        start = len(_FORMAT) + _IDENTITY_BYTES
        if not secret.startswith(_FORMAT) or len(secret) < start or (len(secret) - start) % _NODE_BYTES:
            raise MalformedEncoding("puncturable key")
        nodes = dict(
            _read_node(secret[at : at + _NODE_BYTES]) for at in range(start, len(secret), _NODE_BYTES)
        )
        return cls(secret[len(_FORMAT) : start], nodes)

    def to_bytes(self) -> bytes:
        """The state as it is kept in a key file."""
        if set(self._nodes) == {""}:
            return self._nodes[""]
        nodes = (_node_bytes(path, self._nodes[path]) for path in sorted(self._nodes))
        return _FORMAT + self.identity + b"".join(nodes)

    def key(self, leaf: str) -> bytes | None:
        """The key of a leaf (16 hexadecimal digits), None once it was taken out."""
        node, rest = self._kept.get(leaf[:_KEPT_DEPTH]), leaf[_KEPT_DEPTH:]
        if node is None:
            above = self._covering(leaf)
            if above is None:
                return None
            node, rest = self._nodes[above], leaf[len(above) :]
            if len(above) <= _KEPT_DEPTH:
                node, rest = _descend(node, leaf[len(above) : _KEPT_DEPTH]), leaf[_KEPT_DEPTH:]
                self._kept[leaf[:_KEPT_DEPTH]] = node
        return _descend(node, rest)

    def without(self, leaves: Iterable[str]) -> "PuncturableKey":
        """The state from which these leaves do not follow any more."""
        nodes, changed = dict(self._nodes), False
        for leaf in leaves:
            above = _covering(nodes, leaf)
            if above is not None:
                nodes.update(_beside(leaf, above, nodes.pop(above)))
                changed = True
        return PuncturableKey(self.identity, nodes) if changed else self

    def _covering(self, leaf: str) -> str | None:
        return _covering(self._nodes, leaf)


def _covering(nodes: Mapping[str, bytes], leaf: str) -> str | None:
    """The one node on the way to a leaf."""
    return next((leaf[:depth] for depth in range(LEVELS + 1) if leaf[:depth] in nodes), None)


def _descend(node: bytes, digits: str) -> bytes:
    for digit in digits:
        node = sha256(node + _CHILD[digit]).digest()
    return node


def _beside(leaf: str, above: str, node: bytes) -> Iterator[tuple[str, bytes]]:
    """The siblings along the way from a node down to a leaf."""
    for depth in range(len(above), LEVELS):
        path, taken = leaf[:depth], leaf[depth]
        for digit in _DIGITS:
            if digit != taken:
                yield path + digit, _descend(node, digit)
        node = _descend(node, taken)


def _node_bytes(path: str, node: bytes) -> bytes:
    return bytes([len(path)]) + bytes.fromhex(path.ljust(LEVELS, "0")) + node


def _read_node(stored: bytes) -> tuple[str, bytes]:
    depth, digits = stored[0], stored[1 : 1 + LEVELS // 2].hex()
    if depth > LEVELS or digits[depth:].strip("0"):
        raise MalformedEncoding("puncturable key")
    return digits[:depth], stored[1 + LEVELS // 2 :]
