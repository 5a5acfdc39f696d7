"""The rules of one day: a word, one drawing each, an album at midnight.

Each day is a game of its own with a log of its own. Its time is the world's, `now` in seconds since
the epoch: the day goes on while no host runs, so a host that was away over midnight sends the timer
when it is back. Whose drawing is how far is nobody else's business until the day is over.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from games.core import ENGINE, Effect, Effects, Event, Game
from games.table.table import Reason, TimerFired, refuse
from games.words.blocklist import blocked
from games.words.lists import Word, recognised, words

DAY = 86_400.0
"""Seconds."""

SHORTEST = 4 * 3600.0
"""A word that would have less than these seconds until midnight has the day after as well."""

MIDNIGHT = "midnight"
"""The timer."""

RESERVE = 30
"""So many words of a language are not blocked by having been there before."""

MOST_IDLE = 7
"""Days without any drawing after which words stop."""


@dataclass(frozen=True, slots=True)
class Begin(Event):
    """A day begins. number: of the word in its server, from 1; a streak is of such numbers, so that
    days without a word break none. ends: seconds since the epoch."""

    number: int
    word: Word
    ends: float


@dataclass(frozen=True, slots=True)
class Drew(Event):
    """Somebody has something to show. drawing: a reference; before: how many words in a row they
    had drawn until the word before this one."""

    player: str
    drawing: str
    before: int = 0


@dataclass(frozen=True, slots=True)
class BotDrew(Event):
    """The bot's own drawing is there."""

    drawing: str


@dataclass(frozen=True, slots=True)
class Withdraw(Event):
    """Somebody takes their drawing back."""

    player: str


@dataclass(frozen=True, slots=True)
class Stop(Event):
    """No more words here: the day ends without an album."""


@dataclass(frozen=True, slots=True)
class WordGiven(Effect):
    """Here is the word, until `ends`."""

    word: Word = field(default_factory=lambda: Word("", ""))
    ends: float = 0.0


@dataclass(frozen=True, slots=True)
class OwnDrawingRequested(Effect):
    """The bot is to draw the word, too."""

    concept: str = ""


@dataclass(frozen=True, slots=True)
class Counted(Effect):
    """So many people have drawn so far; what, and who, stays unsaid."""

    count: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A drawing of the day. days: words in a row that this person has drawn, with this one."""

    player: str
    drawing: str
    days: int


@dataclass(frozen=True, slots=True)
class DayEnded(Effect):
    """All drawings may be seen. own: the bot's, "" if it has none."""

    word: Word = field(default_factory=lambda: Word("", ""))
    entries: tuple[Entry, ...] = ()
    own: str = ""


@dataclass(frozen=True, slots=True)
class Stopped(Effect):
    """The day ended early."""


class Phase(StrEnum):
    """How far a day has come."""

    CLOSED = "closed"
    DRAWING = "drawing"
    ALBUM = "album"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class State:
    """A day."""

    phase: Phase = Phase.CLOSED
    number: int = 0
    word: Word = field(default_factory=lambda: Word("", ""))
    ends: float = 0.0
    entries: tuple[Entry, ...] = ()
    own: str = ""

    def entry(self, player: str) -> Entry | None:
        """What this person has drawn."""
        return next((one for one in self.entries if one.player == player), None)


def apply(state: State, event: Event, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The day after an event; see `core.Game`."""
    match event:
        case Begin(number, word, ends) if state.phase is Phase.CLOSED:
            begun = State(Phase.DRAWING, number, word, ends)
            asked = OwnDrawingRequested(ENGINE, word.concept)
            return begun, (WordGiven(word=word, ends=ends), asked)
        case Drew(player) if state.phase is not Phase.DRAWING:
            reason = Reason.NOT_OPEN if state.phase is Phase.CLOSED else Reason.TOO_LATE
            return state, refuse(player, reason)
        case Drew(player, drawing, before):
            entry = Entry(player, drawing, max(0, before) + 1)
            if state.entry(player) is None:
                after = replace(state, entries=(*state.entries, entry))
                return after, (Counted(count=len(after.entries)),)
            # A drawing keeps its place while it grows.
            kept = tuple(entry if one.player == player else one for one in state.entries)
            return replace(state, entries=kept), ()
        case BotDrew(drawing) if state.phase is Phase.DRAWING:
            return replace(state, own=drawing), ()
        case Withdraw(player) if state.phase is Phase.DRAWING and state.entry(player):
            left = tuple(one for one in state.entries if one.player != player)
            return replace(state, entries=left), (Counted(count=len(left)),)
        case TimerFired("midnight") if state.phase is Phase.DRAWING and now >= state.ends:
            ended = DayEnded(word=state.word, entries=state.entries, own=state.own)
            return replace(state, phase=Phase.ALBUM), (ended,)
        case Stop() if state.phase in (Phase.DRAWING, Phase.ALBUM):
            return replace(state, phase=Phase.STOPPED, entries=(), own=""), (Stopped(),)
        case _:
            return state, ()


def _due(state: State) -> tuple[str, float] | None:
    return (MIDNIGHT, state.ends) if state.phase is Phase.DRAWING else None


def _owed(state: State, now: float) -> Effects:
    wanted = state.phase is Phase.DRAWING and not state.own
    return (OwnDrawingRequested(ENGINE, state.word.concept),) if wanted else ()


DAILY: Game[State] = Game(
    name="daily",
    version=1,
    initial=State(),
    events=(Begin, Drew, BotDrew, Withdraw, Stop, TimerFired),
    apply=apply,
    due=_due,
    over=lambda state: state.phase in (Phase.ALBUM, Phase.STOPPED),
    owed=_owed,
)


def next_midnight(now: float) -> float:
    """When a day that begins now ends: at midnight, UTC; seconds since the epoch."""
    midnight = (now // DAY + 1) * DAY
    return midnight if midnight - now >= SHORTEST else midnight + DAY


@cache
def suitable(language: str) -> tuple[Word, ...]:
    """The words of a language whose drawings, the bot's and people's, are recognised more often
    than not."""
    listed = words(language)
    known = set(recognised(listed))
    return tuple(word for word in listed if word.concept in known)


def choose(
    language: str, used: Sequence[str], refused: Sequence[str], rng: random.Random
) -> Word | None:
    """A word that suits a day and that has not been there for long; None if all are refused.

    used: concepts of the words before, oldest first. refused: blocked words of the server.
    """
    able = suitable(language)
    most = max(0, len(able) - RESERVE)
    recent = set(used[-most:] if most else ())
    fresh = [word for word in able if word.concept not in recent]
    rng.shuffle(fresh)
    return next((word for word in fresh if not blocked(word.text, refused, (language,))), None)
