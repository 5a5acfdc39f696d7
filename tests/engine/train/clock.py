"""A clock for training runs: time passes by steps, not by how busy the machine is."""

from collections.abc import Callable
from itertools import count


def ticking(seconds: float = 1.0) -> Callable[[], float]:
    """A clock that goes on by some seconds each time it is read."""
    ticks = count()
    return lambda: next(ticks) * seconds
