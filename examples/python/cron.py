"""Cron texts as Go's robfig/cron reads them, to which the operator's documentation refers.

Five fields, or six with seconds in front; `5/15` is every 15th from 5 on, `?` is `*`, months and days have names;
`@daily` and its like, `@every 1h30m`; `TZ=` or `CRON_TZ=` in front. No Python library reads all of this the same way.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

STAR = 1 << 63  # says of a field that it is a star, which matters for days
YEARS = 5  # in which a time is looked for

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

Bounds = tuple[int, int, tuple[str, ...]]
BOUNDS: tuple[Bounds, ...] = ((0, 59, ()), (0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, MONTHS), (0, 6, WEEKDAYS))

DESCRIPTORS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}

NUMBER = re.compile(r"[+]?[0-9]+", re.ASCII)
PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([a-z\u00b5\u03bc]+)", re.ASCII)
UNITS = {
    "ns": 1,
    "us": 1000,
    "\u00b5s": 1000,
    "\u03bcs": 1000,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}


@dataclass(frozen=True)
class Cron:
    """A text that was understood: bits of the values that fit, or seconds from one time to the next."""

    fields: tuple[int, ...]
    every: int
    zone: tzinfo

    @classmethod
    def parse(cls, text: str) -> "Cron":
        """Raises ValueError with what is wrong."""
        zone: tzinfo = UTC
        if text.startswith(("TZ=", "CRON_TZ=")):
            name, space, text = text.partition("=")[2].partition(" ")
            if not space:
                raise ValueError("there is nothing behind the time zone")
            zone, text = _zone(name), text.strip()
        if text.startswith("@every "):
            return cls((), max(1, _duration(text.removeprefix("@every ")) // 10**9), zone)
        if text.startswith("@") and text not in DESCRIPTORS:
            raise ValueError(f"there is no {text}")
        words = DESCRIPTORS.get(text, text).split()
        if len(words) == 5:
            words = ["0", *words]
        if len(words) != 6:
            raise ValueError(f"{len(words)} fields, where five or six are wanted")
        return cls(tuple(map(_field, words, BOUNDS)), 0, zone)

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after a moment, or None if there is none within five years."""
        second = moment.astimezone(UTC).replace(microsecond=0)
        if self.every:
            return second + timedelta(seconds=self.every)
        if 0 in (*self.fields[:3], self.fields[4]):
            return None  # a list of nothing never fits, and would be looked for second by second
        return self._next(second + timedelta(seconds=1))

    def _next(self, at: datetime) -> datetime | None:
        """As robfig's loops find it, also where clocks are changed: what does not fit is increased, and what is smaller
        begins anew."""
        seconds, minutes, hours, _, months, _ = self.fields
        last = self._local(at).year + YEARS
        added = False
        while True:
            if self._local(at).year > last:
                return None
            wrapped = False
            while not wrapped and not months >> self._local(at).month & 1:
                if not added:
                    added = True
                    at = self._moment(self._local(at).replace(day=1, hour=0, minute=0, second=0))
                now = self._local(at)
                first = now.replace(year=now.year + now.month // 12, month=now.month % 12 + 1, day=1)
                at = self._moment(first + timedelta(days=now.day - 1))
                wrapped = self._local(at).month == 1
            while not wrapped and not self._fits_day(self._local(at)):
                if not added:
                    added = True
                    at = self._moment(self._local(at).replace(hour=0, minute=0, second=0))
                at = self._moment(self._local(at) + timedelta(days=1))
                hour = self._local(at).hour  # where midnight does not exist, or comes twice
                at += timedelta(hours=24 - hour if hour > 12 else -hour)
                wrapped = self._local(at).day == 1
            while not wrapped and not hours >> self._local(at).hour & 1:
                if not added:
                    added = True
                    at = self._moment(self._local(at).replace(minute=0, second=0))
                at += timedelta(hours=1)
                wrapped = self._local(at).hour == 0
            while not wrapped and not minutes >> self._local(at).minute & 1:
                if not added:
                    added = True
                    at = at.replace(second=0)
                at += timedelta(minutes=1)
                wrapped = self._local(at).minute == 0
            while not wrapped and not seconds >> self._local(at).second & 1:
                added = True
                at += timedelta(seconds=1)
                wrapped = self._local(at).second == 0
            if not wrapped:
                return at

    def _fits_day(self, local: datetime) -> bool:
        """With a star on either side both have to fit, else one of them."""
        days, weekdays = self.fields[3], self.fields[5]
        day, weekday = bool(days >> local.day & 1), bool(weekdays >> local.isoweekday() % 7 & 1)
        return day and weekday if (days | weekdays) & STAR else day or weekday

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta(0)

    def _local(self, at: datetime) -> datetime:
        """What the clocks show, without their zone."""
        return at.replace(tzinfo=None) + self._offset(at)

    def _moment(self, shown: datetime) -> datetime:
        """When the clocks show this; where they never do or do twice, as Go's time.Date decides."""
        at = shown.replace(tzinfo=UTC)
        guess = self._offset(at)
        return at - self._offset(at - guess) if guess else at


def _zone(name: str) -> tzinfo:
    if name in ("", "UTC", "Local"):
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"there is no time zone {name!r}") from None


def _field(text: str, bounds: Bounds) -> int:
    """A list of ranges. Empty ones are passed over."""
    bits = 0
    for part in text.split(","):
        if part:
            bits |= _range(part, bounds)
    return bits


def _range(text: str, bounds: Bounds) -> int:
    least, most, names = bounds
    ends, *steps = text.split("/")
    start, *rest = ends.split("-")
    star = start in ("*", "?")
    if len(steps) > 1 or (len(rest) > 1 and not star):
        raise ValueError(f"{text}: too many signs")
    first = least if star else _value(start, least, names)
    last = most if star else _value(rest[0], least, names) if rest else first
    step = _number(steps[0]) if steps else 1
    if steps and not rest:
        last = most
    if not least <= first <= last <= most or step == 0:
        raise ValueError(f"{text}: not within {least} to {most}")
    return sum(1 << value for value in range(first, last + 1, step)) | (STAR if star and step == 1 else 0)


def _value(text: str, least: int, names: tuple[str, ...]) -> int:
    lower = text.lower()
    return least + names.index(lower) if lower in names else _number(text)


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text) or int(text[:40]) >= 1 << 63:
        raise ValueError(f"{text!r} is not a number")
    return int(text)


def _duration(text: str) -> int:
    """The nanoseconds of a duration as Go writes them."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0
    total, at = 0, 0
    while at < len(rest) or not rest:
        part = PART.match(rest, at)
        if not part or not (part[1] or part[2]) or part[3] not in UNITS:
            raise ValueError(f"{text!r} is no duration such as 1h30m")
        unit = UNITS[part[3]]
        total += int(part[1] or "0") * unit + int(float(f"0.{part[2] or '0'}") * unit)
        at = part.end()
    if total > (1 << 63) - (sign == 1):
        raise ValueError(f"{text!r} is too long")
    return sign * total
