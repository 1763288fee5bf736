"""What /metrics says of the witnesses: from the newest checkpoint itself, so every process says the same."""

from collections.abc import Iterator

from registry.witnessing.policy import WitnessPolicy
from signing.errors import MalformedEncoding
from signing.notes import Note, VerifierKey, parse_note

_TIME_BYTES = 8


def witness_lines(policy: WitnessPolicy, checkpoint: bytes, now_seconds: float) -> list[str]:
    """Whether each witness of the policy cosigned the newest checkpoint, and since when it has its quorum.

    Without a policy there is nothing to say; without its quorum a checkpoint has no age.
    """
    if not policy.witnesses:
        return []
    try:
        note = parse_note(checkpoint)
    except MalformedEncoding:
        return []
    holds = policy.holds(note)
    lines = [
        "# HELP skillcert_witness_cosigned Whether the witness cosigned the newest checkpoint.",
        "# TYPE skillcert_witness_cosigned gauge",
    ]
    for each in policy.witnesses:
        lines.append(
            f'skillcert_witness_cosigned{{witness="{_label(each.key.name)}"}} {int(each.key in holds)}'
        )
    lines += [
        "# HELP skillcert_witness_quorum Cosignatures that a checkpoint needs.",
        "# TYPE skillcert_witness_quorum gauge",
        f"skillcert_witness_quorum {policy.quorum}",
    ]
    times = sorted(_times(note, holds))
    if policy.quorum and len(times) >= policy.quorum:
        age = max(0.0, now_seconds - times[policy.quorum - 1])
        lines += [
            "# HELP skillcert_quorum_age_seconds Since enough witnesses had cosigned the newest checkpoint.",
            "# TYPE skillcert_quorum_age_seconds gauge",
            f"skillcert_quorum_age_seconds {age:.0f}",
        ]
    return lines


def _times(note: Note, keys: tuple[VerifierKey, ...]) -> Iterator[int]:
    wanted = {(key.name, key.key_hash) for key in keys}
    for line in note.signatures:
        if (line.name, line.key_hash) in wanted:
            yield int.from_bytes(line.value[:_TIME_BYTES], "big")


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
