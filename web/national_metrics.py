"""What /metrics says of the national network: how far sending is, whether it answers, what came back."""

from registry.national_standing import NationalStanding


def national_lines(standing: NationalStanding, now_seconds: float) -> list[str]:
    """A gauge each; without any answer yet there is no age of the last one."""
    health = standing.health
    lines = [
        "# HELP skillcert_national_rows Entries for the national network, by state.",
        "# TYPE skillcert_national_rows gauge",
        *(f'skillcert_national_rows{{state="{state}"}} {count}' for state, count in standing.counts.items()),
        *_gauge(
            "skillcert_national_lag_seconds",
            "Age of the oldest entry that the network has not decided on.",
            max(0.0, now_seconds - standing.waiting_since.timestamp()) if standing.waiting_since else 0.0,
        ),
        *_gauge(
            "skillcert_national_open_rejections",
            "Rejections that are not settled.",
            standing.open_rejections,
        ),
        *_gauge(
            "skillcert_national_failing",
            "Whether the network gives no proper answer.",
            int(health.failing_since is not None),
        ),
    ]
    if health.last_answer_at is not None:
        lines += _gauge(
            "skillcert_national_last_answer_seconds",
            "Since its last proper answer.",
            max(0.0, now_seconds - health.last_answer_at.timestamp()),
        )
    return lines


def _gauge(name: str, meaning: str, value: float) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {value:.0f}"]
