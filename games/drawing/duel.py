"""Duel: a person and the bot draw the same word at the same time, with as many strokes each.

Nobody sees either drawing while they grow. Then both are shown unsigned, the others vote for the
one that shows the word better, and the reveal says whose was whose, with the verdict of the
engine beside the people's. The two share 100 points as they share the votes, rounded down.
A round is one duel; people take turns at drawing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from games.core import BOT, ENGINE, Audience, Effect, Effects, Event, Game, only
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    REVEAL,
    ROUND_EVENTS,
    TURN,
    Configure,
    DrawingFailed,
    DrawingUpdated,
    DrawRequested,
    Open,
    Phase,
    Skip,
    Start,
    TurnEnding,
    TurnStarted,
    WordTold,
    lobby,
    reveal,
    upgrade,
    upgrade_2,
)
from games.drawing.word_choice import CHOOSE, Choice, ChooseWord, ask, offer
from games.table.table import (
    EMPTY,
    TABLE_EVENTS,
    Ending,
    Reason,
    Stage,
    Table,
    TimerFired,
    close,
    refuse,
    step,
)
from games.table.turns import Rotation
from games.words.lists import Word

VOTE = "vote"
VOTE_SECONDS = 30.0
"""How long the others have to vote."""
POINTS = 100
"""What the person and the bot share."""


@dataclass(frozen=True, slots=True)
class Finish(Event):
    """The person's drawing is done, before the time is up."""

    by: str


@dataclass(frozen=True, slots=True)
class Vote(Event):
    """A player votes for a drawing of the ballot, 0 or 1. The last vote counts."""

    by: str
    choice: int


@dataclass(frozen=True, slots=True)
class Judged(Event):
    """The engine's answer to `JudgeRequested`: which share of judges sees the concept in each
    drawing of the ballot, 0..1."""

    turn: int
    scores: tuple[float, float]


@dataclass(frozen=True, slots=True)
class BallotOpened(Effect):
    """Which of the two drawings shows the word better? There are `seconds` to say."""

    turn: int = 0
    word: str = ""
    drawings: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class JudgeRequested(Effect):
    """The engine is to say which share of judges sees the concept in each drawing (`Judged`)."""

    to: Audience = ENGINE
    turn: int = 0
    concept: str = ""
    drawings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voted(Effect):
    """So many of the voters have voted, nobody sees for which."""

    turn: int = 0
    votes: int = 0
    voters: int = 0


@dataclass(frozen=True, slots=True)
class DuelEnded(Effect):
    """The reveal. `drawings`, `artists`, `votes`, `scores` and `points` are in ballot order.

    `scores` is empty if the engine did not answer in time, and all but the word may be if there
    was no vote.
    """

    turn: int = 0
    ending: TurnEnding = TurnEnding.VOTED
    word: str = ""
    concept: str = ""
    drawings: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    votes: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()
    points: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bout:
    """One duel. `drawings` are `(artist, reference)` of those who have a stroke, `ballot` the
    artists in the order in which the drawings are shown."""

    choice: Choice
    word: Word | None = None
    drawings: tuple[tuple[str, str], ...] = ()
    ballot: tuple[str, ...] = ()
    votes: tuple[tuple[str, int], ...] = ()
    scores: tuple[float, ...] = ()

    @property
    def number(self) -> int:
        return self.choice.number

    @property
    def artist(self) -> str:
        """The person who draws, and votes for neither drawing."""
        return self.choice.drawer


@dataclass(frozen=True, slots=True)
class State:
    """A game of duels; `bout` is the one under way, from the choice of the word on."""

    table: Table = field(default_factory=Table)
    settings: DrawingSettings = field(default_factory=lambda: DrawingSettings(mode=Mode.DUEL))
    phase: Phase = Phase.LOBBY
    pool: tuple[Word, ...] = ()
    used: tuple[str, ...] = ()
    rotation: Rotation = field(default_factory=Rotation)
    number: int = 0
    bout: Bout | None = None


def apply(state: State, event: Event, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The game after an event; see `core.Game`."""
    settings = state.settings
    table, effects, settled = step(state.table, event, now, settings.players, settings.late)
    before, state = state, replace(state, table=table)
    if settled:
        return _after_table(before, state, effects, now, rng)
    match event:
        case Open() | Configure() | Start():
            modes = (Mode.DUEL,)
            table, settings, effects = lobby(table, settings, event, now, modes, least=2)
            state = replace(state, table=table, settings=settings)
            if isinstance(event, Start) and before.table.stage is not table.stage:
                state, more = _next_bout(replace(state, pool=event.words), now, rng)
                return state, (*effects, *more)
            return state, effects
        case _ if state.bout is not None:
            return _bout(state, state.bout, event, now, rng)
        case ChooseWord(by) | Skip(by) | Finish(by) | Vote(by):
            return state, refuse(by, Reason.NOTHING_DRAWN)
        case _:
            return state, ()


def owed(state: State, now: float) -> Effects:
    """What the engine still owes; see `core.Game`."""
    bout = state.bout
    if bout is None or bout.word is None:
        return ()
    if state.phase is Phase.DRAWING:
        left = state.table.timers.left(TURN, now) or 0.0
        return (_draw_request(bout, bout.word, state.settings, left),)
    if state.phase is Phase.VOTING and not bout.scores:
        return (_judge_request(bout, bout.word),)
    return ()


def _bout(
    state: State, bout: Bout, event: Event, now: float, rng: random.Random
) -> tuple[State, Effects]:
    phase, paused = state.phase, state.table.paused
    match event:
        case TimerFired(name):
            return _timer(state, bout, name, now, rng)
        case ChooseWord(by) | Skip(by) | Finish(by) | Vote(by) if paused:
            return state, refuse(by, Reason.PAUSED)
        case ChooseWord(bout.artist as by) if phase is not Phase.CHOOSING:
            return state, refuse(by, Reason.CHOSEN)
        case ChooseWord(by, index):
            reason = bout.choice.why_not(by, index, paused=paused)
            if reason is not None:
                return state, refuse(by, reason)
            return _begin(state, bout, bout.choice.words[index], now)
        case Skip(by):
            if by != bout.artist and not state.table.seats.may_manage(by):
                return state, refuse(by, Reason.NOT_HOST_NOR_DRAWER)
            if phase is Phase.REVEAL:
                return state, refuse(by, Reason.TURN_OVER)
            return _end(state, bout, TurnEnding.SKIPPED, now)
        case DrawingUpdated(bout.number, by) if phase is Phase.DRAWING:
            return _drawn(state, bout, event, by)
        case DrawingFailed(bout.number) if phase is Phase.DRAWING:
            return _end(state, bout, TurnEnding.ENGINE_FAILED, now)
        case Finish(by):
            if by != bout.artist:
                return state, refuse(by, Reason.NOT_THE_DRAWER)
            if phase is not Phase.DRAWING:
                return state, refuse(by, Reason.TURN_OVER)
            return _open_ballot(state, bout, now, rng)
        case Vote(by, choice):
            return _vote(state, bout, by, choice, now)
        case Judged(bout.number, scores) if phase is Phase.VOTING:
            return replace(state, bout=replace(bout, scores=scores)), ()
        case _:
            return state, ()


def _after_table(
    before: State, state: State, effects: Effects, now: float, rng: random.Random
) -> tuple[State, Effects]:
    """What the table's own events mean for the duel under way."""
    table, bout = state.table, state.bout
    more: Effects = ()
    if table.ending is not None and table.stage is not Stage.OVER:
        state, more = _finish(state, table.ending, now)
    elif bout is None or table.seats == before.table.seats or state.phase is Phase.OVER:
        pass
    elif state.phase is Phase.REVEAL:
        if not table.timers.has(REVEAL):
            state = replace(state, table=reveal(table, now))
    elif not table.seats.has(bout.artist) and state.phase is not Phase.VOTING:
        state, more = _end(state, bout, TurnEnding.DRAWER_LEFT, now)
    elif state.phase is Phase.VOTING and _all_voted(state, bout):
        state, more = _end(state, bout, TurnEnding.VOTED, now)
    return state, (*effects, *more)


def _finish(state: State, ending: Ending, now: float) -> tuple[State, Effects]:
    effects: Effects = ()
    if state.bout is not None and state.phase in (Phase.DRAWING, Phase.VOTING):
        state, effects = _end(state, state.bout, TurnEnding.GAME_ENDED, now)
    table, more = close(state.table, ending)
    return replace(state, table=table, phase=Phase.OVER, bout=None), (*effects, *more)


def is_last(state: State) -> bool:
    """Is no duel to come after this one?"""
    return state.number == state.settings.rounds


def _next_bout(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The next duel, or the end; two are needed, one to draw and one to vote."""
    people = state.table.seats.people
    following = state.rotation.next(people)
    table = replace(state.table, timers=state.table.timers.keep([EMPTY]))
    state = replace(state, table=table, phase=Phase.REVEAL)
    if is_last(state):
        return _finish(state, Ending.FINISHED, now)
    if following is None:
        # The table's own timer is running, and ends the game unless somebody comes.
        return state, ()
    if len(people) < 2:
        return _finish(state, Ending.DESERTED, now)
    rotation, artist = following
    number, settings = state.number + 1, state.settings
    words = offer(state.pool, state.used, settings.choices, rng)
    choice = Choice(number, number, artist, words)
    table, effects = ask(table, choice, float(settings.choosing), now)
    state = replace(
        state,
        table=table,
        phase=Phase.CHOOSING,
        rotation=rotation,
        number=number,
        bout=Bout(choice),
    )
    return state, effects


def _begin(state: State, bout: Bout, word: Word, now: float) -> tuple[State, Effects]:
    settings, seconds = state.settings, float(state.settings.seconds)
    table = replace(state.table, timers=state.table.timers.keep([EMPTY]))
    table = table.timer(TURN, now, seconds)
    bout = replace(bout, word=word)
    state = replace(
        state,
        table=table,
        phase=Phase.DRAWING,
        bout=bout,
        used=(*state.used, word.concept),
    )
    told = WordTold(
        only(bout.artist), bout.number, word.text, seconds, settings.line_limit, settings.strokes
    )
    started = TurnStarted(turn=bout.number, round=bout.number, drawer=bout.artist, seconds=seconds)
    return state, (started, told, _draw_request(bout, word, settings, seconds))


INK = "pen"
"""What the bot draws with: both drawings are shown as thin lines, and it is to reckon with that."""


def _draw_request(
    bout: Bout, word: Word, settings: DrawingSettings, seconds: float
) -> DrawRequested:
    return DrawRequested(
        turn=bout.number,
        concept=word.concept,
        strokes=settings.strokes,
        seconds=seconds,
        ink=INK,
    )


def _judge_request(bout: Bout, word: Word) -> JudgeRequested:
    return JudgeRequested(turn=bout.number, concept=word.concept, drawings=_shown(bout))


def _shown(bout: Bout) -> tuple[str, ...]:
    drawings = dict(bout.drawings)
    return tuple(drawings[artist] for artist in bout.ballot)


def _timer(
    state: State, bout: Bout, name: str, now: float, rng: random.Random
) -> tuple[State, Effects]:
    if name == CHOOSE:
        return _begin(state, bout, rng.choice(bout.choice.words), now)
    if name == TURN:
        return _open_ballot(state, bout, now, rng)
    if name == REVEAL:
        return _next_bout(state, now, rng)
    # What is left is VOTE.
    return _end(state, bout, TurnEnding.VOTED, now)


def _drawn(state: State, bout: Bout, event: DrawingUpdated, by: str) -> tuple[State, Effects]:
    settings = state.settings
    if by not in (bout.artist, BOT):
        return state, refuse(by, Reason.NOT_THE_DRAWER)
    if event.strokes > settings.strokes or (by != BOT and event.length > settings.line_limit):
        return state, refuse(by, Reason.OVER_BUDGET)
    drawings = {artist: one for artist, one in bout.drawings if artist != by}
    if event.strokes:
        drawings[by] = event.drawing
    return replace(state, bout=replace(bout, drawings=tuple(drawings.items()))), ()


def _open_ballot(state: State, bout: Bout, now: float, rng: random.Random) -> tuple[State, Effects]:
    drawn = dict(bout.drawings)
    if bout.artist not in drawn:
        return _end(state, bout, TurnEnding.DRAWER_AWAY, now)
    if BOT not in drawn or bout.word is None:
        return _end(state, bout, TurnEnding.ENGINE_FAILED, now)
    bout = replace(bout, ballot=tuple(rng.sample([bout.artist, BOT], 2)))
    table = replace(state.table, timers=state.table.timers.keep([EMPTY]))
    state = replace(
        state, table=table.timer(VOTE, now, VOTE_SECONDS), phase=Phase.VOTING, bout=bout
    )
    word = bout.word
    opened = BallotOpened(
        turn=bout.number,
        word=word.text if word else "",
        drawings=_shown(bout),
        seconds=VOTE_SECONDS,
    )
    asked: Effects = (_judge_request(bout, word),) if word else ()
    return state, (opened, *asked)


def _voters(state: State, bout: Bout) -> list[str]:
    return [player for player in state.table.seats.people if player != bout.artist]


def _all_voted(state: State, bout: Bout) -> bool:
    return set(_voters(state, bout)) <= dict(bout.votes).keys()


def _vote(state: State, bout: Bout, by: str, choice: int, now: float) -> tuple[State, Effects]:
    if state.phase is not Phase.VOTING:
        return state, refuse(by, Reason.VOTE_CLOSED)
    if by == bout.artist:
        return state, refuse(by, Reason.OWN_DRAWING)
    if by not in _voters(state, bout):
        return state, refuse(by, Reason.NOT_HERE)
    if choice not in (0, 1):
        return state, refuse(by, Reason.OUT_OF_BOUNDS)
    rest = tuple(vote for vote in bout.votes if vote[0] != by)
    bout = replace(bout, votes=(*rest, (by, choice)))
    voters = _voters(state, bout)
    voted = Voted(
        turn=bout.number, votes=len(dict(bout.votes).keys() & {*voters}), voters=len(voters)
    )
    state = replace(state, bout=bout)
    if not _all_voted(state, bout):
        return state, (voted,)
    state, more = _end(state, bout, TurnEnding.VOTED, now)
    return state, (voted, *more)


def _end(state: State, bout: Bout, ending: TurnEnding, now: float) -> tuple[State, Effects]:
    table = state.table
    votes, points = (0, 0), (0, 0)
    if bout.ballot:
        cast = [choice for _, choice in bout.votes]
        votes = (cast.count(0), cast.count(1))
        if cast and ending is TurnEnding.VOTED:
            points = (POINTS * votes[0] // len(cast), POINTS * votes[1] // len(cast))
        for artist, share in zip(bout.ballot, points, strict=True):
            table = table.award(artist, share)
    word = bout.word
    ended = DuelEnded(
        turn=bout.number,
        ending=ending,
        word=word.text if word else "",
        concept=word.concept if word else "",
        drawings=_shown(bout),
        artists=bout.ballot,
        votes=votes,
        scores=bout.scores,
        points=points,
    )
    return replace(state, table=reveal(table, now), phase=Phase.REVEAL), (ended,)


DUEL: Game[State] = Game(
    name="duel",
    version=3,
    initial=State(),
    events=(*TABLE_EVENTS, *ROUND_EVENTS, ChooseWord, Finish, Vote, Judged),
    apply=apply,
    due=lambda state: state.table.timers.next(),
    over=lambda state: state.table.stage is Stage.OVER,
    owed=owed,
    upgrades={1: upgrade, 2: upgrade_2},
)
"""The rules of duels."""
