"""Timers as data: names and the times at which they are due, which a pause holds still.

Times inside are *play time*, which is game time without the pauses. So a pause moves nothing:
it holds the clock, and going on makes the clock lag by as long as it was held.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

PAUSE = "pause"
"""The one timer that runs during a pause: how long the table waits for it to end."""


@dataclass(frozen=True, slots=True)
class Timers:
    """The timers that are set, as `(name, play time in s)`, and the clock that they follow."""

    due: tuple[tuple[str, float], ...] = ()
    lag: float = 0.0
    held: float | None = None
    held_until: float = 0.0

    def clock(self, now: float) -> float:
        """Play time (s) at game time `now` (s)."""
        return (now if self.held is None else self.held) - self.lag

    def set(self, name: str, now: float, seconds: float) -> Timers:
        """With a timer of this name due in `seconds`, in place of any other of that name."""
        rest = tuple(timer for timer in self.due if timer[0] != name)
        return replace(self, due=(*rest, (name, self.clock(now) + seconds)))

    def clear(self, *names: str) -> Timers:
        """Without the timers of these names."""
        return replace(self, due=tuple(timer for timer in self.due if timer[0] not in names))

    def keep(self, names: Iterable[str] = ()) -> Timers:
        """Without any timer but those of these names."""
        kept = set(names)
        return replace(self, due=tuple(timer for timer in self.due if timer[0] in kept))

    def has(self, name: str) -> bool:
        """Whether a timer of this name is set."""
        return any(timer[0] == name for timer in self.due)

    def left(self, name: str, now: float) -> float | None:
        """Seconds left on a timer, never below zero; None if it is not set."""
        for other, at in self.due:
            if other == name:
                return max(0.0, at - self.clock(now))
        return None

    def fired(self, name: str, now: float) -> bool:
        """Whether a timer is set and due. A late or doubled message from a host is neither."""
        if self.held is not None:
            return name == PAUSE and now >= self.held_until
        # A host's clock and ours may differ in the last bit of a float.
        return self.left(name, now) is not None and (self.left(name, now) or 0.0) <= 1e-6

    def hold(self, now: float, seconds: float) -> Timers:
        """Stand still, for at most `seconds`."""
        return replace(self, held=now, held_until=now + seconds)

    def go_on(self, now: float) -> Timers:
        """Run again, with what was left on every timer."""
        if self.held is None:
            return self
        return replace(self, held=None, lag=self.lag + now - self.held)

    def next(self) -> tuple[str, float] | None:
        """The next timer to fire, and the game time (s) of it."""
        if self.held is not None:
            return PAUSE, self.held_until
        if not self.due:
            return None
        name, at = min(self.due, key=lambda timer: (timer[1], timer[0]))
        return name, at + self.lag
