from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from games.daily.week import WEEK, begins, due, week_of


@given(st.floats(4 * 86_400, 4e9))
def test_a_week_begins_on_a_monday(now: float) -> None:
    start = begins(week_of(now))
    assert start <= now < start + WEEK
    monday = datetime.datetime.fromtimestamp(start, datetime.UTC)
    assert (monday.weekday(), monday.hour, monday.minute) == (0, 0, 0)


@given(st.lists(st.floats(0, 30 * WEEK), max_size=60))
def test_each_week_is_told_at_most_once_and_never_before_it_is_over(moments: list[float]) -> None:
    last = week_of(0.0)
    told: list[int] = []
    for now in sorted(moments):
        week = due(last, now)
        if week is not None:
            assert begins(week + 1) <= now
            told.append(week)
            last = week
    assert told == sorted(set(told))
