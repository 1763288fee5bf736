"""Published trees, roots and proofs, with their provenance.

VECTORS are those that the reference implementations of Certificate Transparency have used since 2012 and that
github.com/transparency-dev/merkle (proof/verify_test.go) carries on: eight entries, the root after each, and
proofs. RFC is the tree of seven leaves that RFC 6962 section 2.1.3 and RFC 9162 section 2.1.5 draw, where the
texts name the nodes of every proof.
"""

import pytest

from registry.ledger import merkle
from signing.errors import InclusionMismatch
from signing.inclusion import Hash, check_consistency, check_inclusion, leaf_hash, node_hash
from tests.registry.ledger.test_merkle import Listed

ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (index, size, path)
INCLUSION: list[tuple[int, int, list[str]]] = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
# (old size, size, proof)
CONSISTENCY: list[tuple[int, int, list[str]]] = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
VECTORS = Listed([leaf_hash(entry) for entry in ENTRIES])


def _root(size: int) -> bytes:
    return bytes.fromhex(ROOTS[size - 1])


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size: int) -> None:
    assert merkle.root(VECTORS, size) == _root(size)
    assert merkle.merge([leaf_hash(entry) for entry in ENTRIES[:size]]) == _root(size)


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_the_published_inclusion_proofs(index: int, size: int, path: list[str]) -> None:
    proof = [bytes.fromhex(each) for each in path]
    leaf = leaf_hash(ENTRIES[index])
    assert merkle.inclusion_proof(VECTORS, index, size) == proof
    check_inclusion(leaf, index, size, proof, _root(size))
    for other, at, of in ((leaf, index + 1, size), (leaf, index ^ 2, size), (leaf, index, 2 * size)):
        with pytest.raises(InclusionMismatch):
            check_inclusion(other, at, of, proof, _root(size))


@pytest.mark.parametrize(("old_size", "size", "path"), CONSISTENCY)
def test_the_published_consistency_proofs(old_size: int, size: int, path: list[str]) -> None:
    proof = [bytes.fromhex(each) for each in path]
    assert merkle.consistency_proof(VECTORS, old_size, size) == proof
    check_consistency(old_size, _root(old_size), size, _root(size), proof)
    if proof:
        # Roots in each other's place, garbage before and behind, and the other way round in time.
        wrong: list[tuple[int, bytes, int, bytes, list[bytes]]] = [
            (old_size, _root(size), size, _root(old_size), proof),
            (old_size, _root(old_size), size, _root(size), [_root(old_size), *proof]),
            (old_size, _root(old_size), size, _root(size), [*proof, b""]),
            (old_size, _root(old_size), size, _root(size), []),
            (old_size + 1, _root(old_size), size, _root(size), proof),
            (size, _root(size), old_size, _root(old_size), proof),
        ]
        for old, old_root, new, root, altered in wrong:
            with pytest.raises(InclusionMismatch):
                check_consistency(old, old_root, new, root, altered)


@pytest.mark.parametrize(
    ("leaf", "root"), [(b"", b""), (leaf_hash(b"data"), b""), (b"", leaf_hash(b"data")), (b"x", b"x")]
)
def test_what_is_no_hash_is_in_no_tree(leaf: bytes, root: bytes) -> None:
    """A tree of one leaf has the leaf for its root; two equal strings that are no hashes prove nothing."""
    with pytest.raises(InclusionMismatch):
        check_inclusion(Hash(leaf), 0, 1, [], root)
    with pytest.raises(InclusionMismatch):
        check_consistency(1, leaf, 1, root, [])


def _drawn() -> dict[str, Hash]:
    """The nodes of the drawing: leaves a..f and j, g h i over pairs, k over g h, l over i j."""
    a, b, c, d, e, f, j = (leaf_hash(b"d%d" % number) for number in range(7))
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    nodes = {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g, "h": h, "i": i, "j": j}
    return {**nodes, "k": node_hash(g, h), "l": node_hash(i, j)}


RFC = _drawn()
SEVEN = Listed([RFC[each] for each in "abcdefj"])


@pytest.mark.parametrize(("index", "path"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")])
def test_audit_paths_of_the_rfcs_example(index: int, path: str) -> None:
    assert merkle.inclusion_proof(SEVEN, index, 7) == [RFC[each] for each in path]


@pytest.mark.parametrize(("old_size", "path"), [(3, "cdgl"), (4, "l"), (6, "ijk")])
def test_consistency_proofs_of_the_rfcs_example(old_size: int, path: str) -> None:
    assert merkle.consistency_proof(SEVEN, old_size, 7) == [RFC[each] for each in path]
