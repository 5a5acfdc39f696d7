"""What every table has in common: people come and go, a host pauses and ends the game.

A game holds a `Table` in its state and gives it each event first (`step`). The table answers what
is its own and leaves the rest. A game that ends calls `close`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from games.core import BOT, BOTS, MODERATOR, RIVAL, Effect, Effects, Event, Tick, only
from games.table.scoring import Standing, podium, unplaced
from games.table.seats import Seat, Seats
from games.table.timers import PAUSE, Timers

LOBBY = "lobby"
EMPTY = "empty"

LOBBY_SECONDS = 15 * 60.0
"""A lobby in which nobody starts closes after this."""
EMPTY_SECONDS = 60.0
"""A table that everybody has left waits this long for somebody to come back."""
PAUSE_SECONDS = 30 * 60.0
"""A pause that nobody ends becomes the end of the game."""


class Stage(StrEnum):
    """How far a table has come."""

    CLOSED = "closed"
    LOBBY = "lobby"
    PLAYING = "playing"
    OVER = "over"


class Reason(StrEnum):
    """Why an event was refused. The host says it in the player's language."""

    NOT_OPEN = "not open"
    ALREADY_HERE = "already here"
    NOT_HERE = "not here"
    NOT_THERE = "nobody of that name here"
    ALONE = "the bot plays alone"
    FULL = "full"
    TOO_LATE = "too late"
    BANNED = "banned"
    NOT_YOURS = "only for the host"
    NOT_THE_DRAWER = "only for who draws"
    NOT_HOST_NOR_DRAWER = "only for the host and who draws"
    OWN_DRAWING = "about one's own drawing"
    YOUR_OWN = "one's own"
    NOT_NOW = "not now"
    STARTED = "started already"
    NOTHING_DRAWN = "nothing is being drawn"
    CHOSEN = "the word is chosen"
    TURN_OVER = "the turn is over"
    VOTE_CLOSED = "there is no vote now"
    NO_VOTES = "nobody has voted"
    NOT_STARTED = "not started yet"
    PAUSED_ALREADY = "paused already"
    NOT_PAUSED = "not paused"
    PAUSED = "paused"
    TOO_FEW = "too few players"
    NO_WORDS = "no words"
    OUT_OF_BOUNDS = "out of bounds"
    TOO_LONG = "too long"
    EMPTY = "empty"
    BLOCKED = "blocked"
    OVER_BUDGET = "over budget"


class Ending(StrEnum):
    """Why a game ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    DESERTED = "deserted"
    NOBODY_STARTED = "nobody started"
    PAUSED_TOO_LONG = "paused too long"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Join(Event):
    """A player takes a seat, or comes back to it."""

    player: str


@dataclass(frozen=True, slots=True)
class Leave(Event):
    """A player or spectator goes."""

    player: str


@dataclass(frozen=True, slots=True)
class Watch(Event):
    """Somebody wants to watch; a player who does gives up the seat until joining again."""

    player: str


@dataclass(frozen=True, slots=True)
class VoteKick(Event):
    """A player votes to remove another one; a moderator's vote decides."""

    by: str
    player: str


@dataclass(frozen=True, slots=True)
class Pause(Event):
    """The host stops the clocks."""

    by: str


@dataclass(frozen=True, slots=True)
class Resume(Event):
    """The clocks go on."""

    by: str


@dataclass(frozen=True, slots=True)
class End(Event):
    """The host ends the game now."""

    by: str


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """The timer that `Game.due` named has come due."""

    name: str


TABLE_EVENTS: tuple[type[Event], ...] = (
    *(Tick, TimerFired, Join, Leave, Watch, VoteKick, Pause, Resume, End),
)


@dataclass(frozen=True, slots=True)
class SeatsChanged(Effect):
    """Somebody came, went or took over: here is the table as it is now."""

    seats: tuple[Seat, ...] = ()
    host: str | None = None
    spectators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingsChanged(Effect):
    """The settings in the state are new ones."""


@dataclass(frozen=True, slots=True)
class KickVoted(Effect):
    """Somebody votes to remove a player: `votes` of the `needed` ones so far."""

    player: str = ""
    votes: int = 0
    needed: int = 0


@dataclass(frozen=True, slots=True)
class Kicked(Effect):
    """A player was removed and cannot come back into this game."""

    player: str = ""


@dataclass(frozen=True, slots=True)
class Paused(Effect):
    """The clocks stop, for at most `seconds`."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Resumed(Effect):
    """The clocks go on."""


@dataclass(frozen=True, slots=True)
class Refused(Effect):
    """The rules refuse what this player wanted; nothing has changed."""

    reason: Reason = Reason.NOT_NOW


@dataclass(frozen=True, slots=True)
class GameEnded(Effect):
    """The game is over. `podium` is empty if it never started."""

    ending: Ending = Ending.FINISHED
    podium: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Seats, timers, how far the game has come, and why it ends once it must."""

    seats: Seats = field(default_factory=Seats)
    timers: Timers = field(default_factory=Timers)
    stage: Stage = Stage.CLOSED
    ending: Ending | None = None

    @property
    def paused(self) -> bool:
        """Whether the clocks are stopped."""
        return self.timers.held is not None

    def timer(self, name: str, now: float, seconds: float) -> Table:
        """With a timer set; see `Timers.set`."""
        return replace(self, timers=self.timers.set(name, now, seconds))

    def award(self, player: str, points: int) -> Table:
        """With points added to a player's score."""
        return replace(self, seats=self.seats.award(player, points))


def refuse(player: str, reason: Reason) -> Effects:
    """The one effect of an event that is refused."""
    return (Refused(only(player), reason),)


def open_table(host: str, now: float, bot: bool) -> tuple[Table, Effects]:
    """A lobby with its host in it, and the bot if it plays for points."""
    seats = Seats().join(host)
    table = Table(seats.join(BOT) if bot else seats, stage=Stage.LOBBY)
    table = table.timer(LOBBY, now, LOBBY_SECONDS)
    return table, (seats_changed(table),)


def open_by_itself(host: str, now: float) -> Table:
    """The table of two bots, with its host as a spectator: nobody need sit down at it."""
    seats = replace(Seats().watch(host).join(BOT).join(RIVAL), host=host)
    return Table(seats, stage=Stage.LOBBY).timer(LOBBY, now, LOBBY_SECONDS)


def start(table: Table) -> Table:
    """The table as the game begins: no longer a lobby, no timers."""
    return replace(table, stage=Stage.PLAYING, timers=table.timers.keep([EMPTY]))


def close(table: Table, ending: Ending) -> tuple[Table, Effects]:
    """The table as the game ends, and the board of everybody who ever sat at it.

    Only a game that is played to its end has places, so that nobody wins by ending one.
    """
    started = table.stage is Stage.PLAYING
    scores = [(seat.player, seat.score) for seat in table.seats.seats]
    board = podium(scores) if ending is Ending.FINISHED else unplaced(scores)
    after = replace(table, stage=Stage.OVER, ending=ending, timers=Timers())
    return after, (GameEnded(ending=ending, podium=board if started else ()),)


def step(
    table: Table, event: Event, now: float, players: int = 24, late: bool = True
) -> tuple[Table, Effects, bool]:
    """The table after an event, and whether the event is dealt with, so not the game's.

    At most `players` people may sit; `late` says whether new ones may join once it has begun.
    A game's own timer comes back cleared and not dealt with, if it was due. The caller looks at
    what has become of the seats, and at `ending`: when that is set, it settles what is under way
    and calls `close`.
    """
    if not isinstance(event, TABLE_EVENTS):
        return table, (), False
    if isinstance(event, TimerFired):
        return _fired(table, event.name, now)
    after, effects = _step(table, event, now, players, late)
    return after, effects, True


def _step(
    table: Table, event: Event, now: float, players: int, late: bool
) -> tuple[Table, Effects]:
    if table.stage in (Stage.CLOSED, Stage.OVER):
        return table, _stranger(event, Reason.NOT_OPEN)
    match event:
        case Join():
            reason = _why_not_join(table, event.player, players, late)
            if reason is not None:
                return table, refuse(event.player, reason)
            return _seated(table, table.seats.join(event.player), now)
        case Leave():
            if not table.seats.has(event.player) and event.player not in table.seats.spectators:
                return table, refuse(event.player, Reason.NOT_HERE)
            return _seated(table, table.seats.leave(event.player), now)
        case Watch():
            if event.player in table.seats.spectators:
                return table, refuse(event.player, Reason.ALREADY_HERE)
            if event.player in table.seats.banned:
                return table, refuse(event.player, Reason.BANNED)
            return _seated(table, table.seats.watch(event.player), now)
        case VoteKick():
            return _vote(table, event, now)
        case Pause() | Resume() | End() if not table.seats.may_manage(event.by):
            return table, refuse(event.by, Reason.NOT_YOURS)
        case Pause():
            if table.stage is not Stage.PLAYING:
                return table, refuse(event.by, Reason.NOT_STARTED)
            if table.paused:
                return table, refuse(event.by, Reason.PAUSED_ALREADY)
            held = replace(table, timers=table.timers.hold(now, PAUSE_SECONDS))
            return held, (Paused(seconds=PAUSE_SECONDS),)
        case Resume():
            if not table.paused:
                return table, refuse(event.by, Reason.NOT_PAUSED)
            return replace(table, timers=table.timers.go_on(now)), (Resumed(),)
        case End():
            return replace(table, ending=Ending.STOPPED), ()
        case _:
            return table, ()


def _stranger(event: Event, reason: Reason) -> Effects:
    who = getattr(event, "by", None) or getattr(event, "player", None)
    return refuse(who, reason) if isinstance(who, str) else ()


def seats_changed(table: Table) -> SeatsChanged:
    """The effect that tells everyone who sits at the table."""
    seats = table.seats
    return SeatsChanged(seats=seats.seats, host=seats.host, spectators=seats.spectators)


def _why_not_join(table: Table, player: str, players: int, late: bool) -> Reason | None:
    seats = table.seats
    if player in (*BOTS, MODERATOR):
        return Reason.NOT_YOURS
    if player in seats.banned:
        return Reason.BANNED
    if seats.has(player):
        return Reason.ALREADY_HERE
    if len(seats.people) >= players:
        return Reason.FULL
    if table.stage is Stage.PLAYING and not late and seats.find(player) is None:
        return Reason.TOO_LATE
    return None


def _seated(table: Table, seats: Seats, now: float) -> tuple[Table, Effects]:
    after = replace(table, seats=seats)
    if seats.people:
        after = replace(after, timers=after.timers.clear(EMPTY))
    elif not after.timers.has(EMPTY):
        # Nobody is left to end a pause, and the wait for somebody must run.
        after = replace(after, timers=after.timers.go_on(now).set(EMPTY, now, EMPTY_SECONDS))
    return after, (seats_changed(after),)


def _vote(table: Table, event: VoteKick, now: float) -> tuple[Table, Effects]:
    seats = table.seats
    if event.by == event.player or event.player in BOTS or not seats.has(event.player):
        return table, refuse(event.by, Reason.NOT_THERE)
    if event.by == MODERATOR:
        out = seats.ban(event.player)
    elif not seats.has(event.by):
        return table, refuse(event.by, Reason.NOT_HERE)
    else:
        out = seats.vote(event.by, event.player)
        votes, needed = len(out.voters(event.player)), out.votes_needed(event.player)
        if votes < needed:
            voted = KickVoted(player=event.player, votes=votes, needed=needed)
            return replace(table, seats=out), (voted,)
        out = out.ban(event.player)
    after, effects = _seated(table, out, now)
    return after, (Kicked(player=event.player), *effects)


def _fired(table: Table, name: str, now: float) -> tuple[Table, Effects, bool]:
    if not table.timers.fired(name, now):
        return table, (), True
    endings = {
        LOBBY: Ending.NOBODY_STARTED,
        EMPTY: Ending.DESERTED,
        PAUSE: Ending.PAUSED_TOO_LONG,
    }
    if name in endings:
        return replace(table, ending=endings[name]), (), True
    return replace(table, timers=table.timers.clear(name)), (), False
