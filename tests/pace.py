"""How fast engines paint in a test: no test may depend on how fast the machine is.

A test that acts while a drawing is under way holds the engines first, and lets them go when it has
acted: so the drawing is under way on any machine. The hold is a file, as engines are in other
processes too; they obey it by tests/paced_engine.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

HOLD = "PENGUESS_TEST_HOLD"
"""The environment variable with the file's path: for all engines that this process starts."""

SPEED = "PENGUESS_TEST_SPEED"
"""The environment variable with what `pytest --pace` says."""

Speed = Literal["real", "instant", "slow"]
SPEEDS: tuple[Speed, ...] = get_args(Speed)


class Pace:
    """The hold, in the file at `path`; by default the one that the environment names."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or Path(os.environ[HOLD])
        self._waiting = self._path.with_suffix(".waiting")

    # -- for tests

    def hold(self, at: int = 0) -> None:
        """Let drawings be painted up to step `at`, until told otherwise.

        They begin, and are stopped, as ever. Who has got to that step waits there, but for steps
        that the same engine takes to bring another one to it. Every preview that is asked for is
        sent, as if all were cheap.
        """
        self._waiting.unlink(missing_ok=True)
        self._write(str(at))

    def release(self) -> None:
        """Let them be painted to the end."""
        self._waiting.unlink(missing_ok=True)
        self._write("")

    @contextmanager
    def held(self, at: int = 0) -> Iterator[None]:
        """Hold them within the block."""
        self.hold(at)
        try:
            yield
        finally:
            self.release()

    @property
    def reached(self) -> bool:
        """Has an engine got as far as it may?"""
        return self._waiting.exists()

    def _write(self, text: str) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(text, "ascii")
        new.replace(self._path)  # nobody reads half a number

    # -- for engines

    @property
    def limit(self) -> int | None:
        """The step at which drawings are held, if they are."""
        try:
            text = self._path.read_text("ascii")
        except FileNotFoundError:
            return None
        return int(text) if text else None

    def wait_here(self) -> None:
        """Say that an engine has got as far as it may."""
        self._waiting.touch()
