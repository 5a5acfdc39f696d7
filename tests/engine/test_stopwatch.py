from __future__ import annotations

import pytest

from engine import stopwatch
from engine.stopwatch import Stopwatch


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
