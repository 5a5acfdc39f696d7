"""The engine at the pace of a test: `python -m tests.paced_engine serve …`, as `python -m engine`.

See tests/pace.py. What is paced is the painting thread, between two steps: there it goes on taking
orders and answering questions, however long it is held.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial

import torch

from engine import command_line
from engine.commands import draw
from engine.paint.painter import Painter, paint
from engine.paint.painting import Painting, State
from engine.serve.worker import Worker
from tests.pace import SPEED, Pace

SLOW_STEP = 0.2  # seconds more that a step takes with `--pace slow`

_LOOK_EVERY = 0.01  # seconds between looks at whether the hold is over
_REAL_STEP = Worker._step


def obey() -> None:
    """Let all painting threads of this process keep the pace that the environment names."""
    pace, speed = Pace(), os.environ.get(SPEED, "real")
    Worker._step = lambda worker: _step(worker, pace, speed)


def _step(worker: Worker, pace: Pace, speed: str) -> None:
    painter, limit = worker._painter, pace.limit
    if limit is not None and all(painting.step >= limit for painting in painter.under_way):
        pace.wait_here()
        worker._wake.wait(_LOOK_EVERY)
        return
    if limit is not None:
        worker._previewing = -math.inf  # seconds: however many there are, they cost little
    elif worker._previewing == -math.inf:
        worker._previewing = 0.0
    if speed == "slow":
        time.sleep(SLOW_STEP)
    if speed == "instant" and type(painter).step is Painter.step:
        painter.step = partial(_step_at_once, painter)
    _REAL_STEP(worker)


def _step_at_once(painter: Painter, pause: object = None) -> None:
    """Move the strokes a little, so that no two pictures are the same, and be done with it."""
    painter.stopwatch.start()
    painter.stepped = list(painter.paintings)
    if painter.works:
        Painter.step(painter)
        return
    for painting in list(painter.paintings):
        painting.step += 1
        for part in painting.parts:
            with torch.no_grad():
                part.best.strokes.points.add_(painter.side / 64 / painting.steps)
            if painting.step >= painting.preset.trial * painting.spec.steps:
                part.choose(part.best)
        if painting.done:
            painter.remove(painting)
    painter.stopwatch.mark("rest")


def _paint(painter: Painter, painting: Painting) -> Iterator[State]:
    """engine.paint.painter.paint, held by itself as there is no thread."""
    pace = Pace()
    for state in paint(painter, painting):
        yield state
        while (limit := pace.limit) is not None and state.step >= limit and not painting.done:
            pace.wait_here()
            time.sleep(_LOOK_EVERY)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # as engine/__main__.py
    obey()
    draw.paint = _paint
    sys.exit(command_line.main())
