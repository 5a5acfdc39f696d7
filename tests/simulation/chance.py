"""One source of time and one of chance, in the place of those that the process has.

`install` comes before everything that remembers `time.time`, so `__main__` calls it first.
"""

from __future__ import annotations

import datetime
import os
import random
import time
from dataclasses import dataclass

EPOCH = 1_800_000_000.0
"""Seconds since the epoch when every run begins."""


@dataclass(slots=True)
class Time:
    """Virtual seconds since a run began; nothing but the scheduler moves them."""

    now: float = 0.0


TIME = Time()
_ENTROPY = random.Random(0)


def unix() -> float:
    """What `time.time` gives while runs are simulated."""
    return EPOCH + TIME.now


def begin(seed: int) -> None:
    """Begin anew: time at 0, and all that asks the system for chance gets that of the seed."""
    TIME.now = 0.0
    _ENTROPY.seed(f"entropy:{seed}")
    random.seed(f"global:{seed}")


def install() -> None:
    """Take over time and chance for the rest of this process."""
    time.time = unix
    os.urandom = _ENTROPY.randbytes  # uuid
    random._urandom = _ENTROPY.randbytes  # type: ignore[attr-defined]  # secrets, SystemRandom


def utcnow() -> datetime.datetime:
    """What `discord.utils.utcnow` gives."""
    return datetime.datetime.fromtimestamp(unix(), datetime.UTC)
