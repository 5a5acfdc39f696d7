"""What every game is: a fold of an event log.

A game is one pure function, `apply(state, event, now, rng) -> (state, effects)`, over frozen
dataclasses. Its host turns what people do into events, stores each event, and only then carries
out the effects.

**Time.** `now` is *game time*: seconds since the game was opened, on a clock that stands still
while no host runs. After a restart the host goes on from `Play.now`, the time of the last stored
event, so every timer has left what it had left then. `Tick` is an event that changes nothing; a
host stores one now and then so that a restart of a slow game forgets little.

**Randomness.** Event number `n` of a game is given `random.Random(f"{seed}:{n}")`. The seed is
fixed when the game opens, so the log and the seed are enough: replaying gives the same state.

**Who may see what.** Every effect says whom it is for (`Effect.to`), and a host shows it to nobody
else. A game has no other secrecy; tests check it over all effects.

**Numbers of the log.** Events are stored as JSON with the game's version. An event may gain
fields with defaults without a new version. A line of an older version is read through the game's
`upgrades`, one version after the other; one of any other version is refused, not misread.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Generic, TypeAlias, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

S = TypeVar("S")
"""The state of a game: a frozen dataclass."""

BOT = "bot"
"""The seat of the bot."""

RIVAL = "rival"
"""The seat of a second bot, where the bot plays with itself."""

BOTS = (BOT, RIVAL)

MODERATOR = "moderator"
"""Stands in an event's `by` for somebody whom the place itself lets manage every game."""


INKS = ("", "marker", "pen", "paint")
"""What the bot may draw with; "" leaves it to the engine's model."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an effect is for: the engine, some seats, or (`seats` is None) everyone."""

    seats: frozenset[str] | None = None
    engine: bool = False

    def sees(self, player: str) -> bool:
        """Whether this person may see the effect."""
        return not self.engine and (self.seats is None or player in self.seats)


EVERYONE = Audience()
ENGINE = Audience(engine=True)
NOBODY = Audience(frozenset())
"""For an effect that only the host acts on."""


def only(*players: str) -> Audience:
    """An audience of these players."""
    return Audience(frozenset(players))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a game. Subclasses hold plain data, so that JSON can."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to do or to tell; `to` says whom it may reach."""

    to: Audience = EVERYONE


Effects: TypeAlias = tuple[Effect, ...]

Upgrade: TypeAlias = Callable[[str, Any], Any]
"""From the name of an event and its data in one version of a game to its data in the next."""


@dataclass(frozen=True, slots=True)
class Tick(Event):
    """Records the time only."""


@dataclass(frozen=True, slots=True)
class Game(Generic[S]):
    """The rules of one game.

    `initial` is the state before the first event (the one that opens the game), `events` are the
    types of event it takes, and `due` tells the host when to send which `TimerFired`: a pair of
    the timer's name and the game time, or None when there is nothing to wait for. `owed` are the
    requests that the engine has not answered: a host that has just restarted makes them again.
    `upgrades` are by the version that they read.
    """

    name: str
    version: int
    initial: S
    events: tuple[type[Event], ...]
    apply: Callable[[S, Event, float, random.Random], tuple[S, Effects]]
    due: Callable[[S], tuple[str, float] | None]
    over: Callable[[S], bool]
    owed: Callable[[S, float], Effects]
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict[int, Upgrade])


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a game's log: an event, and the game time in seconds when it was applied."""

    at: float
    event: Event


@dataclass(frozen=True, slots=True)
class Play(Generic[S]):
    """A game under way: its rules, its seed, and how far its log has been applied.

    `Play(game, seed, game.initial)` is one to which nothing has happened yet.
    """

    game: Game[S]
    seed: str
    state: S
    count: int = 0
    now: float = 0.0

    def step(self, event: Event, now: float) -> tuple[Play[S], Effects]:
        """The game after `event` at game time `now` (s), and what it wants done.

        Time never runs backwards: an earlier `now` counts as the time of the last event. Store
        `Entry(play.now, event)` of the play that comes back before carrying out the effects.
        """
        now = max(now, self.now)
        rng = random.Random(f"{self.seed}:{self.count}")
        state, effects = self.game.apply(self.state, event, now, rng)
        return replace(self, state=state, count=self.count + 1, now=now), effects

    @property
    def due(self) -> tuple[str, float] | None:
        """The next timer and the game time (s) at which the host sends its `TimerFired`."""
        return self.game.due(self.state)

    @property
    def owed(self) -> Effects:
        """What the engine has been asked for and has not delivered."""
        return self.game.owed(self.state, self.now)

    @property
    def over(self) -> bool:
        """Whether the game has ended, so that its log can be closed."""
        return self.game.over(self.state)


def replay(game: Game[S], seed: str, log: Iterable[Entry]) -> tuple[Play[S], Effects]:
    """The game that a log tells of, and the effects of its last event.

    A host that was killed between storing an event and acting on it acts on those effects again.
    """
    play = Play(game, seed, game.initial)
    effects: Effects = ()
    for entry in log:
        play, effects = play.step(entry.event, entry.at)
    return play, effects


class UnreadableLog(ValueError):
    """A stored event cannot be read by these rules: of another version or game, or damaged."""


@cache
def _adapter(kind: type[Event]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def encode(game: Game[Any], entry: Entry) -> str:
    """One line of JSON for a log entry: `{"game", "version", "at", "event", "data"}`."""
    kind = type(entry.event)
    if kind not in game.events:
        raise TypeError(f"{kind.__name__} is no event of {game.name}")
    data = _adapter(kind).dump_python(entry.event, mode="json")
    line = {"game": game.name, "version": game.version, "at": entry.at}
    return json.dumps(line | {"event": kind.__name__, "data": data}, ensure_ascii=False)


def decode(game: Game[Any], line: str) -> Entry:
    """The log entry of a line that `encode` wrote, in this version or one that can be upgraded.

    Raises `UnreadableLog`, which says what does not fit.
    """
    try:
        parsed: object = json.loads(line)
    except json.JSONDecodeError as problem:
        raise UnreadableLog(f"not JSON: {problem}") from problem
    if not isinstance(parsed, dict):
        raise UnreadableLog("a log line is a JSON object")
    fields = cast("dict[str, Any]", parsed)
    version: object = fields.get("version")
    readable = isinstance(version, int) and version in (game.version, *game.upgrades)
    if fields.get("game") != game.name or not readable:
        raise UnreadableLog(
            f"the log is of {fields.get('game')} version {fields.get('version')}, "
            f"these are the rules of {game.name} version {game.version}: finish it with its own"
        )
    kinds = {kind.__name__: kind for kind in game.events}
    kind = kinds.get(str(fields.get("event")))
    if kind is None:
        raise UnreadableLog(f"{game.name} has no event {fields.get('event')!r}")
    try:
        data = fields.get("data")
        for older in range(int(str(version)), game.version):
            data = game.upgrades[older](kind.__name__, data)
        return Entry(float(fields["at"]), _adapter(kind).validate_python(data))
    except (KeyError, TypeError, ValueError, ValidationError) as problem:
        raise UnreadableLog(f"{kind.__name__}: {problem}") from problem
