"""What a report needs of the network's signed answer: its side over everything, and what it answered."""

from dataclasses import dataclass
from datetime import datetime

from registry.national.errors import MalformedMessage
from registry.national.protocol import PROTOCOL
from signing.encoding import parse_canonical_json
from signing.errors import MalformedEncoding
from signing.json_reader import JsonReader

_MEMBERS = {"as_of_at", "last_batch", "nonce", "ranges", "sequence", "v"}


@dataclass(frozen=True)
class StatedAnswer:
    """The network's side: count and root over everything it holds, as of a moment and a batch of its own."""

    nonce: bytes
    count: int
    root: bytes
    as_of_at: datetime
    last_batch: str
    sequence: int


def read_answer(body: bytes) -> StatedAnswer:
    """The answer to a question about everything. Raises: MalformedMessage."""
    try:
        value = parse_canonical_json(body)
        whole = JsonReader(value)
        (everything,) = whole.children("ranges")
        if not isinstance(value, dict) or set(value) != _MEMBERS or whole.number("v") != PROTOCOL:
            raise MalformedMessage("holdings")
        if everything.text("prefix") != "":
            raise MalformedMessage("holdings")
        return StatedAnswer(
            nonce=whole.binary("nonce", 16),
            count=everything.number("count"),
            root=everything.binary("root", 32),
            as_of_at=whole.moment("as_of_at"),
            last_batch=whole.text("last_batch"),
            sequence=whole.number("sequence"),
        )
    except (MalformedEncoding, ValueError) as fault:
        raise MalformedMessage("holdings") from fault
