"""The weeks of a recap: they begin on Mondays at midnight, UTC."""

from __future__ import annotations

from games.daily.daily import DAY

WEEK = 7 * DAY
"""Seconds."""

_FIRST_MONDAY = 4 * DAY
"""The epoch began on a Thursday."""


def week_of(now: float) -> int:
    """The number of the week of a moment, in seconds since the epoch; the first one is 0."""
    return int((now - _FIRST_MONDAY) // WEEK)


def begins(week: int) -> float:
    """When a week begins, in seconds since the epoch."""
    return _FIRST_MONDAY + week * WEEK


def due(last: int, now: float) -> int | None:
    """The week to tell of: the one before this, unless `last` was that or a later one."""
    past = week_of(now) - 1
    return past if past > last else None
