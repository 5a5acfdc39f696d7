"""Duel: a person and the bot draw the same word at the same time, with as many strokes each.

Nobody sees either drawing while they grow. Then both are shown unsigned, the others vote for the
one that shows the word better, and the reveal says whose was whose, with the verdict of the
engine beside the people's (`bout`). The two share 100 points as they share the votes.
A round is one duel; people take turns at drawing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from games.core import BOT, Effects, Event, Game, only
from games.drawing.bout import BallotOpened, Bout, Judged, JudgeRequested, Vote
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


@dataclass(frozen=True, slots=True)
class Finish(Event):
    """The person's drawing is done, before the time is up."""

    by: str


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
    elif state.phase is Phase.VOTING and bout.all_voted(table.seats):
        state, more = _end(state, bout, TurnEnding.VOTED, now)
    return state, (*effects, *more)


def _finish(state: State, ending: Ending, now: float) -> tuple[State, Effects]:
    effects: Effects = ()
    if state.bout is not None and state.phase is not Phase.REVEAL:
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
    return JudgeRequested(turn=bout.number, concept=word.concept, drawings=bout.shown)


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
    bout = bout.drawn(by, event.drawing if event.strokes else None)
    return replace(state, bout=bout), ()


def _open_ballot(state: State, bout: Bout, now: float, rng: random.Random) -> tuple[State, Effects]:
    drawn = dict(bout.drawings)
    if bout.artist not in drawn:
        return _end(state, bout, TurnEnding.DRAWER_AWAY, now)
    if BOT not in drawn or bout.word is None:
        return _end(state, bout, TurnEnding.ENGINE_FAILED, now)
    bout, word = bout.shuffled(rng), bout.word
    table = replace(state.table, timers=state.table.timers.keep([EMPTY]))
    state = replace(
        state, table=table.timer(VOTE, now, VOTE_SECONDS), phase=Phase.VOTING, bout=bout
    )
    opened = BallotOpened(
        turn=bout.number, word=word.text, drawings=bout.shown, seconds=VOTE_SECONDS
    )
    return state, (opened, _judge_request(bout, word))


def _vote(state: State, bout: Bout, by: str, choice: int, now: float) -> tuple[State, Effects]:
    seats = state.table.seats
    if state.phase is not Phase.VOTING:
        return state, refuse(by, Reason.VOTE_CLOSED)
    reason = bout.why_not(by, choice, seats)
    if reason is not None:
        return state, refuse(by, reason)
    bout = bout.vote(by, choice)
    state, told = replace(state, bout=bout), bout.voted(seats)
    if not bout.all_voted(seats):
        return state, (told,)
    state, more = _end(state, bout, TurnEnding.VOTED, now)
    return state, (told, *more)


def _end(state: State, bout: Bout, ending: TurnEnding, now: float) -> tuple[State, Effects]:
    table, ended = state.table, bout.ended(ending)
    for artist, share in zip(ended.artists, ended.points, strict=False):  # none before the vote
        table = table.award(artist, share)
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
