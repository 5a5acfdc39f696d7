"""Pictionary of the bot with itself: one engine draws stroke by stroke, another guesses from what
is there, by the rules of `games.drawing.pictionary` and without anybody at the table."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from engine.canvas.drawing import Drawing
from engine.canvas.paths import length
from engine.client import EngineClient
from engine.paint.options import Ink
from engine.paint.spec import DrawingSpec
from games.core import BOT, Effect, Entry, Event, Play
from games.drawing.guess_race import BotLooked, GuessAccepted, GuessShown, LookRequested
from games.drawing.guesser import Candidate
from games.drawing.pictionary import PICTIONARY, State
from games.drawing.pictionary_turn import TurnEnded
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import DrawingFailed, DrawingUpdated, DrawRequested, Open, Start
from games.table.table import TimerFired
from games.words.lists import Word, drawable, pool
from games.words.matching import Verdict, judge

HOST = "host"
SECONDS = 90
ALL_BY = 0.75
"""Of a turn's time, when the last stroke comes."""

_TOP = 10  # words that the guesser considers


@dataclass(frozen=True, slots=True)
class RaceSpec:
    """One game: a seed, so many rounds, and how the drawings are painted.

    The same seed draws the same words, whatever the strokes and the ink. `strength` is one of the
    rules' STRENGTHS; without `steps` the engine takes as many as it likes.
    """

    seed: int
    rounds: int
    strokes: int
    ink: Ink
    strength: str = "hard"
    difficulty: str = ""
    steps: int | None = None

    @property
    def settings(self) -> DrawingSettings:
        """The game as the rules know it."""
        return DrawingSettings(
            Mode.SELF_PLAY,
            rounds=self.rounds,
            seconds=SECONDS,
            strokes=self.strokes,
            ink=self.ink,
            hints=0,
            strength=self.strength,
        )

    @property
    def words(self) -> tuple[Word, ...]:
        """All words of the game: the guesser chooses from them."""
        return pool("en", random.Random(self.seed), difficulty=self.difficulty)

    @property
    def drawn(self) -> tuple[Word, ...]:
        """The words that are drawn: the first ones that were measured and are not hopeless."""
        measured = tuple(word for word in self.words if word.measured is not None)
        return drawable(measured or self.words)[: self.rounds]

    def drawing_spec(self, concept: str) -> DrawingSpec:
        """What the engine is to draw. Raises pydantic's ValidationError for what it refuses."""
        seed = random.Random(f"{self.seed}:{concept}").randrange(2**31)
        return DrawingSpec(
            prompt=concept, strokes=self.strokes, steps=self.steps, ink=self.ink, seed=seed
        )


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a word: strokes it was drawn with, and where it was named first.

    `at` and `ink` are the strokes and the share of the ink (0..1) that were there when the other
    named it, out loud; `first` and `first_ink` when it was first the likeliest word to it. None
    where it never was. `said` are its wrong guesses.
    """

    word: str
    strokes: int
    at: int | None = None
    ink: float | None = None
    first: int | None = None
    first_ink: float | None = None
    said: tuple[str, ...] = ()


@dataclass
class Race:
    """A game, its log, and its rounds."""

    spec: RaceSpec
    log: list[Entry] = field(default_factory=list[Entry])
    rounds: list[Round] = field(default_factory=list[Round])


@dataclass(frozen=True, slots=True)
class _Shown:
    """A drawing that is shown stroke by stroke: the strokes in the order in which they come."""

    turn: int
    drawing: Drawing
    order: Sequence[int]

    def part(self, count: int) -> Drawing:
        """What is there after so many strokes, as they lie on each other."""
        kept = sorted(self.order[:count])
        return replace(self.drawing, strokes=tuple(self.drawing.strokes[i] for i in kept))

    def ink(self, count: int) -> float:
        """The share of all length that so many strokes have."""
        lengths = [length(stroke) for stroke in self.drawing.strokes]
        whole = sum(lengths)
        return sum(lengths[i] for i in self.order[:count]) / whole if whole else 1.0


async def play(
    drawer: EngineClient,
    guesser: EngineClient,
    spec: RaceSpec,
    told: Callable[[int, str], None] = lambda number, word: None,
) -> Race:
    """Play a game to its end, in a time of its own: it stands still while an engine works, and
    jumps to the next stroke or timer. told(number, word): a round begins.

    Raises EngineError when an engine stays away.
    """
    race = _Player(drawer, guesser, spec, told)
    return await race.play()


class _Player:
    def __init__(
        self,
        drawer: EngineClient,
        guesser: EngineClient,
        spec: RaceSpec,
        told: Callable[[int, str], None],
    ) -> None:
        self._drawer, self._guesser, self._told = drawer, guesser, told
        self._race = Race(spec)
        self._texts = {word.concept: word.text for word in spec.words}
        self._due: list[Event] = [Open(HOST, spec.settings), Start(HOST, spec.drawn)]
        self._shown: _Shown | None = None
        self._count = 0  # strokes that are shown
        self._round = Round("", 0)

    async def play(self) -> Race:
        game: Play[State] = Play(PICTIONARY, str(self._race.spec.seed), PICTIONARY.initial)
        now = 0.0
        while not game.over:
            stroke = self._next_stroke(game)
            timer = game.due
            if self._due:
                event = self._due.pop(0)
            elif stroke is not None and (timer is None or stroke[0] <= timer[1]):
                now, event = max(now, stroke[0]), stroke[1]
                self._count += 1
            elif timer is not None:
                now, event = max(now, timer[1]), TimerFired(timer[0])
            else:
                raise RuntimeError("the rules wait for nothing")
            game, effects = game.step(event, now)
            self._race.log.append(Entry(game.now, event))
            for effect in effects:
                await self._carry_out(effect, game.state)
        return self._race

    def _next_stroke(self, game: Play[State]) -> tuple[float, Event] | None:
        """When the next stroke comes, and what is told of it."""
        shown, turn = self._shown, game.state.turn
        if shown is None or turn is None or self._count == len(shown.order):
            return None
        number = self._count + 1
        at = turn.started + ALL_BY * SECONDS * number / len(shown.order)
        return at, DrawingUpdated(shown.turn, BOT, f"{shown.turn}.{number}", number)

    async def _carry_out(self, effect: Effect, state: State) -> None:
        match effect:
            case DrawRequested():
                self._told(effect.turn, effect.concept)
                await self._draw(effect)
            case LookRequested():
                await self._look(effect, state)
            case GuessAccepted() if self._shown is not None:
                ink = round(self._shown.ink(self._count), 4)
                self._round = replace(self._round, at=self._count, ink=ink)
            case GuessShown():
                self._round = replace(self._round, said=(*self._round.said, effect.text))
            case TurnEnded():
                self._race.rounds.append(self._round)
                self._shown = None
            case _:
                pass  # for people, of whom there are none

    async def _draw(self, request: DrawRequested) -> None:
        self._count, self._shown, self._round = 0, None, Round(request.concept, 0)
        spec = self._race.spec.drawing_spec(request.concept)
        async for event in self._drawer.draw(spec, priority="game", client=HOST):
            if event.type == "finished" and event.drawing.strokes:
                numbers = range(len(event.drawing.strokes))
                order = event.order if sorted(event.order) == list(numbers) else numbers
                self._shown = _Shown(request.turn, event.drawing, order)
                self._round = replace(self._round, strokes=len(numbers))
        if self._shown is None:
            self._due.append(DrawingFailed(request.turn))

    async def _look(self, request: LookRequested, state: State) -> None:
        if self._shown is None or state.turn is None:
            return
        seen = self._shown.part(self._count)
        found = await self._guesser.guess(seen, list(self._texts), _TOP)
        best = self._texts.get(found[0].word, "") if found else ""
        right = judge(best, state.turn.word.answers, "en") is Verdict.RIGHT
        if right and self._round.first is None:
            ink = round(self._shown.ink(self._count), 4)
            self._round = replace(self._round, first=self._count, first_ink=ink)
        candidates = tuple(Candidate(self._texts[g.word], g.p) for g in found)
        self._due.append(BotLooked(request.turn, candidates))
