"""A step of a batch as a CUDA graph: recorded once, then launched as one, and not as some hundred
kernels one by one, which takes the host longer than the GPU takes to run them.

This works because a step reads and writes the same memory every time (see batch.py) and asks the
host for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch

from engine.device import is_lost

log = logging.getLogger(__name__)

AFTER = 3  # steps that a batch takes before one is recorded, by which everything has run once
WORTH = 20  # steps that are left, for which recording one pays


class Recorder:
    """Records steps, where the device can; graphs that follow each other share their memory."""

    def __init__(self, device: torch.device) -> None:
        self.on = device.type == "cuda"
        self._device = device
        self._pool = torch.cuda.graph_pool_handle() if self.on else None

    def record(self, step: Callable[[], None]) -> Callable[[], None] | None:
        """What repeats a step; the step itself is not taken. None where it cannot be recorded, and
        then no other one is tried."""
        graph = torch.cuda.CUDAGraph()
        try:
            torch.cuda.synchronize(self._device)
            with torch.cuda.device(self._device), torch.cuda.graph(graph, pool=self._pool):
                step()
        except RuntimeError as error:
            if is_lost(error) or isinstance(error, torch.OutOfMemoryError):
                raise
            self.on = False
            log.warning("steps are not recorded as CUDA graphs: %s", error)
            return None
        return graph.replay
