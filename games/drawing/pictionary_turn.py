"""One turn of Pictionary, from the word to the reveal: its clock, its hints, its growing drawing.

What is said meanwhile is the race's (`guess_race`), what comes before and after the game's
(`pictionary`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from games.core import BOT, Effect, Effects, only
from games.drawing.guess_race import LookRequested, Solved, Turn, guessing_bot
from games.drawing.guesser import next_look
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    TURN,
    UNPAID,
    DrawingShown,
    DrawingUpdated,
    DrawRequested,
    TurnEnding,
    TurnStarted,
    WordTold,
    reveal,
)
from games.drawing.word_choice import Choice
from games.table.scoring import drawer_points
from games.table.table import EMPTY, Reason, Table, refuse
from games.words import hints
from games.words.hints import Mask
from games.words.lists import Word

HINT = "hint"
AWAY = "away"
LOOK = "look"

BEGIN_BY = 0.75
"""Of a short turn, when a drawer without a stroke is away at the latest."""


@dataclass(frozen=True, slots=True)
class HintShown(Effect):
    """One more letter of the word."""

    turn: int = 0
    mask: Mask = ()


@dataclass(frozen=True, slots=True)
class TurnEnded(Effect):
    """The reveal: the word, the last state of the drawing, who had it when, and the points."""

    turn: int = 0
    drawer: str = ""
    ending: TurnEnding = TurnEnding.TIME_UP
    word: str = ""
    concept: str = ""
    drawing: str = ""
    solved: tuple[Solved, ...] = ()
    drawer_points: int = 0


def begin(
    choice: Choice,
    word: Word,
    table: Table,
    settings: DrawingSettings,
    now: float,
    rng: random.Random,
) -> tuple[Turn, Table, Effects]:
    """The turn in which the drawer of `choice` draws `word`, and the table with its timers."""
    number, drawer, seconds = choice.number, choice.drawer, float(settings.seconds)
    turn = Turn(
        number=number,
        round=choice.round,
        drawer=drawer,
        word=word,
        started=table.timers.clock(now),
        guessers=tuple(player for player in table.seats.present if player != drawer),
        hints=hints.plan(word.text, settings.hints, rng),
    )
    table = replace(table, timers=table.timers.keep([EMPTY])).timer(TURN, now, seconds)
    if turn.hints:
        table = table.timer(HINT, now, hints.interval(seconds, len(turn.hints)))
    if drawer == BOT:
        told: Effect = draw_request(turn, settings, seconds)
    else:
        table = table.timer(AWAY, now, min(settings.beginning, BEGIN_BY * seconds))
        table = table.timer(LOOK, now, settings.skill.first * seconds)
        told = WordTold(only(drawer), number, word.text, seconds, settings.line_limit)
    started = TurnStarted(
        turn=number,
        round=choice.round,
        drawer=drawer,
        mask=hints.mask(word.text, ()),
        seconds=seconds,
    )
    return turn, table, (started, told)


def draw_request(turn: Turn, settings: DrawingSettings, seconds: float) -> DrawRequested:
    """What the engine is asked when the bot draws, and has `seconds`."""
    return DrawRequested(
        turn=turn.number,
        concept=turn.word.concept,
        strokes=settings.strokes,
        seconds=seconds,
        ink=settings.ink,
    )


def hint(
    turn: Turn, table: Table, settings: DrawingSettings, now: float
) -> tuple[Turn, Table, Effects]:
    """The turn with one more letter shown."""
    turn = replace(turn, shown=turn.shown + 1)
    if turn.shown < len(turn.hints):
        apart = hints.interval(float(settings.seconds), len(turn.hints))
        table = table.timer(HINT, now, apart)
    mask = hints.mask(turn.word.text, turn.hints[: turn.shown])
    return turn, table, (HintShown(turn=turn.number, mask=mask),)


def look(
    turn: Turn, table: Table, settings: DrawingSettings, now: float, rng: random.Random
) -> tuple[Turn, Table, Effects]:
    """Let the bot look that guesses what a person draws, and again in a while."""
    table = table.timer(LOOK, now, next_look(settings.skill, rng))
    return turn, table, _look(turn, settings)


def _look(turn: Turn, settings: DrawingSettings) -> Effects:
    """Let the bot look that guesses, if there is something to see that it has not guessed."""
    if not turn.strokes or guessing_bot(turn) in turn.knowers:
        return ()
    return (LookRequested(turn=turn.number, drawing=turn.drawing, language=settings.language),)


def drawn(turn: Turn, settings: DrawingSettings, event: DrawingUpdated) -> tuple[Turn, Effects]:
    """The turn with a drawing that has grown; where bots play alone, the second one looks at it."""
    if event.by != turn.drawer:
        return turn, refuse(event.by, Reason.NOT_THE_DRAWER)
    if event.by != BOT and event.length > settings.line_limit:
        return turn, refuse(event.by, Reason.OVER_BUDGET)
    after = replace(turn, drawing=event.drawing, strokes=event.strokes)
    shown = DrawingShown(turn=turn.number, drawing=after.drawing, strokes=after.strokes)
    grown = settings.mode is Mode.SELF_PLAY and after.strokes > turn.strokes
    return after, (shown, *(_look(after, settings) if grown else ()))


def end(turn: Turn, table: Table, ending: TurnEnding, now: float) -> tuple[Table, TurnEnded]:
    """Pay the drawer and reveal the word.

    The mean is over those who sat here when the turn began and still do, so neither somebody who
    comes late nor one who leaves lowers it.
    """
    pay = 0
    if ending not in UNPAID:
        here = [player for player in turn.guessers if table.seats.has(player)]
        pay = drawer_points(here, {solve.player: solve.points for solve in turn.solved})
    ended = TurnEnded(
        turn=turn.number,
        drawer=turn.drawer,
        ending=ending,
        word=turn.word.text,
        concept=turn.word.concept,
        drawing=turn.drawing,
        solved=turn.solved,
        drawer_points=pay,
    )
    return reveal(table.award(turn.drawer, pay), now), ended
