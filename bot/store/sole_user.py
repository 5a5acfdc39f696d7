"""A data folder belongs to one process at a time, by a lock that goes with it (man 2 flock)."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config import CannotRun

_LOOK_EVERY = 0.1  # seconds


class AlreadyRunning(CannotRun):
    """Another process uses the folder."""


@contextmanager
def sole_user(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Be the only process that works on a data folder.

    One that is just ending is waited for, `patience` seconds. Raises AlreadyRunning.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if time.monotonic() >= until:
                    said = f"a bot is running on {folder} already; stop it first"
                    raise AlreadyRunning(said) from error
                time.sleep(_LOOK_EVERY)
            else:
                break
        yield
