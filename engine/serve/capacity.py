"""How many drawings are painted at once: as many as measured step time and memory allow.

The unit of load is one restart's views for one step. A drawing's load is its average over the
run: several beginnings are tried at first, one is finished.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Sequence
from pathlib import Path

import torch

from engine.paint.painter import Painter
from engine.paint.painters import find, gradient
from engine.paint.painters.way import Given, Work
from engine.paint.painting import Painting
from engine.paint.spec import Settled
from engine.paint.step.graph import AFTER, WORTH

STEP_SECONDS = 1.0  # a step of all drawings takes at most this, so that previews stay lively
PASS_SECONDS = 0.1  # between pauses, in which guesses are served
MEMORY_SHARE = 0.5  # of what is free at start
KNEE = 0.9  # of what an accelerator would paint a second with endless load; more is not worth it
SHRINK = 0.5  # after running out of memory

_TRIAL = Settled(prompt="a house", seeds=1, steps=3, ink="paint", begin="scribbles")
_NOTHING = Given()
_CHANGE = 0.1  # smaller changes of the room are not worth a report


def load_of(spec: Settled, given: Given = _NOTHING) -> float:
    """The load of a drawing, averaged over its run."""
    return find(spec.painter).load(spec, given)


class Capacity:
    """Seconds that a step takes, and bytes that a unit of load takes: from them the room for load.

    A step of load L takes `flat` + L * `seconds`. On a CPU the flat part is none; an accelerator
    has to be told what to do whatever the load, so more drawings cost it little, up to a knee.
    most: load that memory has room for.
    """

    def __init__(self, seconds: float, most: float, flat: float = 0.0) -> None:
        self._seconds, self._flat = seconds, flat
        self._most = max(1.0, most)
        self._reported = self.room

    @classmethod
    def measure(cls, painter: Painter) -> Capacity:
        """Paint a few steps of one drawing and of several, after a first one that does not count.

        A CPU paints four at most. An accelerator twice as many each time, as long as together they
        gain from it, and memory and time allow.
        """
        memory = _Memory(painter.critic.device)
        accelerated = painter.critic.device.type != "cpu"
        single = load_of(_TRIAL)
        took: dict[int, float] = {}
        used: dict[int, list[float]] = {}

        def sizes() -> list[float]:
            """Bytes that a unit of load takes, of each memory."""
            grown = zip(used[max(used)], used[1], strict=True)
            return [max(0.0, m - one) / ((max(used) - 1) * single) for m, one in grown]

        def try_out(drawings: int) -> None:
            memory.forget()
            took[drawings] = _trial(painter, drawings)
            used[drawings] = memory.peaks()

        for drawings in (1, 1, 4):
            try_out(drawings)
        most = math.inf
        try:
            while accelerated and _worth_more(took) and memory.room(sizes()) > 4 * max(took):
                try_out(2 * max(took))
        except torch.OutOfMemoryError:
            for painting in list(painter.paintings):
                painter.remove(painting)
            most = max(took) * single
        painter.stopwatch.clear()
        most = min(most, memory.room(sizes()))
        if not accelerated:
            seconds, flat = min(t / (n * single) for n, t in took.items()), 0.0
        else:
            largest = max(took)
            each = took[largest] / (largest * single)
            seconds = max((took[largest] - took[1]) / ((largest - 1) * single), each / 10)
            flat = max(0.0, took[1] - seconds * single)
        a_view = seconds * single / painter.preset.views
        at_once = int(PASS_SECONDS / a_view)
        if accelerated:  # a pass of them takes no more than a quarter of the memory
            roomy = most / 4 * painter.preset.views / single
            painter.views_at_once = int(max(16, min(at_once, roomy, 512)))
        else:
            painter.views_at_once = min(64, max(4, at_once))
        return cls(seconds, most, flat)

    @property
    def room(self) -> float:
        """The load that may be painted at once, at least 1."""
        timely = (STEP_SECONDS - self._flat) / self._seconds
        if self._flat:
            # Beyond, more load hardly raises what is painted a second.
            timely = min(timely, KNEE / (1 - KNEE) * self._flat / self._seconds)
        return max(1.0, min(self._most, timely))

    def load_now(self, painting: Painting | Work) -> float:
        """The load of the painting's next step."""
        if isinstance(painting, Work):
            return load_of(painting.spec)
        return gradient.load(
            len(painting.restarts),
            painting.preset.views,
            painting.spec.strokes,
            learns=painting.textures is not None,
        )

    def observe(self, load: float, seconds: float) -> bool:
        """A step of that load took so long. True if the room has changed since last told so."""
        factor = 1 + 0.05 * (seconds / (self._flat + self._seconds * load) - 1)
        self._seconds *= factor
        self._flat *= factor
        if abs(self.room - self._reported) < _CHANGE * self._reported:
            return False
        self._reported = self.room
        return True

    def shrink(self, load: float) -> None:
        """That load did not fit into memory."""
        self._most = max(1.0, load * SHRINK)


def _trial(painter: Painter, drawings: int) -> float:
    """Seconds of a step of so many drawings, the quickest of some."""
    # Where steps are recorded (engine/paint/step/graph.py), enough for one to be.
    spec = _TRIAL.model_copy(update={"steps": AFTER + WORTH + 2}) if painter.records else _TRIAL
    for _ in range(drawings):
        painter.add(painter.begin(spec))
    least = math.inf
    while painter.paintings:
        painter.stopwatch.clear()
        painter.step()
        least = min(least, sum(painter.stopwatch.seconds.values()) / painter.taken)
    return least


def _worth_more(took: dict[int, float]) -> bool:
    """Whether twice as many drawings are worth a try: the last doubling or so has gained a tenth a
    drawing, and they may take as long again."""
    fewer, most = sorted(took)[-2:]
    gained = took[most] / most < 0.9 * took[fewer] / fewer
    return gained and 2 * took[most] < STEP_SECONDS


class _Memory:
    """The host's memory, and a GPU's if there is one. In bytes."""

    def __init__(self, device: torch.device) -> None:
        self._gpu = device if device.type == "cuda" else None
        try:
            self._free = [float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))]
        except (AttributeError, ValueError, OSError):  # not on every system
            self._free = [math.inf]
        if self._gpu:
            self._free.append(float(torch.cuda.mem_get_info(self._gpu)[0]))

    def room(self, sizes: Sequence[float]) -> float:
        """How much load, of which a unit takes so much of each memory, fits into their shares."""
        both = zip(self._free, sizes, strict=True)
        return min((MEMORY_SHARE * f / size for f, size in both if size > 0), default=math.inf)

    def forget(self) -> None:
        """Measure peaks from now on."""
        if self._gpu:
            torch.cuda.reset_peak_memory_stats(self._gpu)
        with contextlib.suppress(OSError):  # 5 resets VmHWM: proc(5), /proc/pid/clear_refs
            Path("/proc/self/clear_refs").write_text("5", "ascii")

    def peaks(self) -> list[float]:
        """The most that this process has held of each; 0 where that cannot be known."""
        gpu = [float(torch.cuda.max_memory_allocated(self._gpu))] if self._gpu else []
        return [_host_peak(), *gpu]


def _host_peak() -> float:
    """Of this process."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:  # no Linux
        return 0.0
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return float(kibibytes) * 1024
