"""How tests play: a host that steps a game, keeps its log and looks at every effect."""

from __future__ import annotations

from typing import Any, TypeVar

from games.core import Effect, Entry, Event, Game, Play, decode, encode, replay
from games.table.table import TimerFired

T = TypeVar("T", bound=Effect)


class Driver:
    """Plays a game as a bot would, at a game time that the test sets."""

    def __init__(self, game: Game[Any], seed: str = "seed") -> None:
        self.play: Play[Any] = Play(game, seed, game.initial)
        self.log: list[Entry] = []
        self.effects: tuple[Effect, ...] = ()
        self.now = 0.0

    @property
    def state(self) -> Any:
        return self.play.state

    def do(self, event: Event) -> tuple[Effect, ...]:
        """Apply an event now."""
        self.play, self.effects = self.play.step(event, self.now)
        self.now = self.play.now
        self.log.append(Entry(self.now, event))
        return self.effects

    def fire(self) -> tuple[Effect, ...]:
        """Wait for the next timer, and let it fire."""
        due = self.play.due
        assert due is not None, "a game that is not over waits for something"
        name, at = due
        self.now = max(self.now, at)
        return self.do(TimerFired(name))

    def wait(self, seconds: float) -> list[Effect]:
        """Let time pass, with all timers that come due in it."""
        until, seen = self.now + seconds, []
        while (due := self.play.due) and due[1] <= until:
            seen.extend(self.fire())
        self.now = until
        return seen

    def one(self, kind: type[T]) -> T:
        """The only effect of this kind of the last event."""
        (found,) = [effect for effect in self.effects if isinstance(effect, kind)]
        return found

    def has(self, kind: type[Effect]) -> bool:
        """Whether the last event had an effect of this kind."""
        return any(isinstance(effect, kind) for effect in self.effects)

    def score(self, player: str) -> int:
        """What a player has."""
        seat = self.state.table.seats.find(player)
        assert seat is not None
        return seat.score

    def replayed(self) -> tuple[Play[Any], tuple[Effect, ...]]:
        """The game as a host finds it that reads the log back from its store."""
        game = self.play.game
        lines = [encode(game, entry) for entry in self.log]
        return replay(game, self.play.seed, [decode(game, line) for line in lines])
