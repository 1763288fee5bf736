"""Days and moments as people read them, in Beijing time."""

from datetime import date, datetime, timedelta, timezone

from web.language import Language

# Mainland China has kept one time without summer time since 1991: no time zone table is needed.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def civil_today(now: datetime) -> date:
    """The civil date in China at a moment."""
    return now.astimezone(BEIJING).date()


def day_text(day: date, language: Language) -> str:
    """2026年11月21日, or 21 November 2026."""
    if language is Language.CHINESE:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_text(at: datetime, language: Language) -> str:
    """A moment to the minute, in Beijing time, said to be so."""
    local = at.astimezone(BEIJING)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if language is Language.CHINESE:
        return f"{day_text(local.date(), language)} {clock}"
    return f"{day_text(local.date(), language)}, {clock} (Beijing time)"
