from __future__ import annotations

import pytest

from engine.paint.step import stopwatch
from engine.paint.step.stopwatch import Stopwatch


def test_time_is_booked_to_the_stage_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 10.0, 11.0, 13.0, 20.0, 21.5])
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: next(times))
    watch = Stopwatch()
    watch.start()
    watch.mark("draw")
    watch.mark("look")
    watch.start()
    watch.mark("draw")
    assert watch.seconds == {"draw": 2.5, "look": 2.0}


def test_time_is_divided_as_those_who_ran_meanwhile_spent_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = iter([0.0, 0.0, 0.0, 1.0, 3.0, 4.0, 4.0])
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: next(times))
    watch, one, other = Stopwatch(), Stopwatch(), Stopwatch()
    one.mark("look")
    other.mark("look")
    other.mark("draw")
    watch.divide([one, other])
    assert watch.seconds == {"look": 4.0 * 4 / 5, "draw": 4.0 * 1 / 5}
