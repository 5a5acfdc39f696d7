"""How many drawings are painted at once: as many as measured step time and memory allow.

The unit of load is one restart's views for one step. A drawing's load is its average over the
run: several beginnings are tried at first, one is finished.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from pathlib import Path

import torch

from engine.paint.painter import Painter
from engine.paint.painting import Painting
from engine.paint.presets import HOUSE, REFINE
from engine.paint.spec import Settled

STEP_SECONDS = 1.0  # a step of all drawings takes at most this, so that previews stay lively
PASS_SECONDS = 0.1  # between pauses, in which guesses are served
MEMORY_SHARE = 0.5  # of what is free at start
SHRINK = 0.5  # after running out of memory

_STROKES = 256  # so many strokes cost about as much as HOUSE's views that look at them
_TRIAL = Settled(prompt="a house", seeds=1, steps=3, ink="paint", begin="scribbles")
_CHANGE = 0.1  # smaller changes of the room are not worth a report


def load_of(spec: Settled, warm: bool = False) -> float:
    """The load of a drawing, averaged over its run. warm: it starts from given strokes."""
    trial = (REFINE if spec.begin == "sketch" else HOUSE).trial
    restarts = 1 if warm else 1 + (spec.seeds - 1) * trial
    return restarts * (1 + spec.strokes / _STROKES)


class Capacity:
    """Seconds and bytes that a unit of load takes, and from them the room for load."""

    def __init__(self, seconds: float, size: float, free: float) -> None:
        self._seconds = seconds
        self._most = max(1.0, MEMORY_SHARE * free / size) if size > 0 else math.inf
        self._reported = 0.0
        self.observe(1.0, seconds)

    @classmethod
    def measure(cls, painter: Painter) -> Capacity:
        """Paint a few steps of one drawing and of four, after a first one that does not count."""
        free = _free_memory(painter)
        used = []
        seconds = math.inf
        for drawings in (1, 1, 4):
            _forget_peak(painter)
            specs = [_TRIAL] * drawings
            for spec in specs:
                painter.add(painter.begin(spec))
            while painter.paintings:
                began = time.perf_counter()
                painter.step()
                took = time.perf_counter() - began
                seconds = min(seconds, took / (drawings * load_of(specs[0])))
            used.append(_memory_peak(painter))
        size = (used[2] - used[1]) / (3 * load_of(specs[0]))
        painter.stopwatch.clear()
        if painter.critic.device.type == "cpu":
            a_view = seconds * load_of(specs[0]) / painter.preset.views
            painter.views_at_once = min(64, max(4, int(PASS_SECONDS / a_view)))
        return cls(seconds, size, free)

    @property
    def room(self) -> float:
        """The load that may be painted at once, at least 1."""
        return max(1.0, min(self._most, STEP_SECONDS / self._seconds))

    def load_now(self, painting: Painting) -> float:
        """The load of the painting's next step."""
        views = painting.preset.views / HOUSE.views
        return len(painting.restarts) * (views + painting.spec.strokes / _STROKES)

    def observe(self, load: float, seconds: float) -> bool:
        """A step of that load took so long. True if the room has changed since last told so."""
        self._seconds += 0.05 * (seconds / load - self._seconds)
        if abs(self.room - self._reported) < _CHANGE * self._reported:
            return False
        self._reported = self.room
        return True

    def shrink(self, load: float) -> None:
        """That load did not fit into memory."""
        self._most = max(1.0, load * SHRINK)


def _free_memory(painter: Painter) -> float:
    if painter.critic.device.type == "cuda":
        return float(torch.cuda.mem_get_info(painter.critic.device)[0])
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):  # not on every system
        return math.inf


def _memory_peak(painter: Painter) -> float:
    """The most bytes held since `_forget_peak`; 0 where that cannot be known."""
    if painter.critic.device.type == "cuda":
        return float(torch.cuda.max_memory_allocated(painter.critic.device))
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:  # no Linux
        return 0.0
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return float(kibibytes) * 1024


def _forget_peak(painter: Painter) -> None:
    if painter.critic.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(painter.critic.device)
        return
    with contextlib.suppress(OSError):  # 5 resets VmHWM: proc(5), /proc/pid/clear_refs
        Path("/proc/self/clear_refs").write_text("5", "ascii")
