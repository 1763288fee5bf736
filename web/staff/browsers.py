"""What kind of browser asks, in two words, so that a person knows their own sessions again.

Only the kind is kept, never the whole text: that would tell one machine from thousands.
"""

_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("QQBrowser/", "QQ"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_kind(agent: str) -> str:
    """Such as `Edge · Windows`; "" for what is no browser that we know."""
    found = (
        next((name for mark, name in table if mark in agent[:512]), "") for table in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(name for name in found if name)
