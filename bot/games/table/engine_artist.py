"""The engine's part in a drawing game: it draws a word, looks at a drawing, judges two.

Results go back to the rules as events. While the engine is away or full it is asked again, as long
as the turn has time; a drawing continues from its last state.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from bot.drawing.engine_drawing import asked_until, follow
from bot.games.table.desk import STATES_APART
from bot.games.table.game_runner import GameRunner
from bot.games.table.sketches import Sketch, Sketches
from bot.store import examples as learning
from engine.canvas.drawing import Drawing
from engine.client import EngineError
from engine.paint.spec import DrawingSpec
from engine.serve import api
from games.core import BOT
from games.drawing.bout import Judged, JudgeRequested
from games.drawing.guess_race import BotLooked, LookRequested
from games.drawing.guesser import Candidate
from games.drawing.turn import DrawingFailed, DrawingUpdated, DrawRequested
from games.words.lists import Word

T = TypeVar("T")
log = logging.getLogger(__name__)

WELL_WITHIN = 0.8  # of the time that the rules allow, so that people see the drawing done
_GIVE_UP = 0.9  # of that time, when nothing more is waited for
_LOOK_AT_CLOCK = 0.25  # seconds, so that a clock that jumps is noticed
_STATES = 40  # of one drawing, at most, that the engine is asked for
_EVERY = 2  # steps between states, where the engine decides how many steps there are
_CANDIDATES = 10  # that the bot considers


class EngineArtist:
    """The engine at work for one game."""

    def __init__(self, runner: GameRunner, sketches: Sketches) -> None:
        self._runner = runner
        self._sketches = sketches
        self._drawing: dict[int, asyncio.Task[None] | None] = {}

    def stop(self, turn: int) -> None:
        """Nobody waits for the drawing of this turn any more."""
        task = self._drawing.pop(turn, None)
        if task is not None:
            task.cancel()

    async def draw(self, request: DrawRequested) -> None:
        """Draw until it is done; report each state to the game, or that it failed."""
        runner, turn = self._runner, request.turn
        self._drawing[turn] = asyncio.current_task()
        now = runner.services.clock()
        until, give_up = now + WELL_WITHIN * request.seconds, now + _GIVE_UP * request.seconds
        clock = runner.services.clock
        drawn = await asked_until(
            lambda: self._before(give_up, self._attempt(request, until)), clock, until
        )
        if drawn is None and await self._sketches.last_state(turn) is None:
            await self.failed(turn)

    async def _before(self, limit: float, work: Coroutine[Any, Any, T]) -> T:
        """Do something until the clock shows `limit`. Raises EngineError then: an engine that is
        away takes its time to be so, and the turn must not end for want of it."""
        task = asyncio.create_task(work)
        try:
            while not task.done() and self._runner.services.clock() < limit:
                await asyncio.wait({task}, timeout=_LOOK_AT_CLOCK)
            if not task.done():
                raise EngineError("nothing came in time")
            return task.result()
        finally:
            task.cancel()

    async def _attempt(self, request: DrawRequested, until: float) -> bool:
        """Follow a drawing to its end, from its last state if there is one. Raises EngineError."""
        services, turn = self._runner.services, request.turn
        last = await self._sketches.last_state(turn)
        if last is not None and last[2] >= 1.0:
            await self.tell(turn, last[0], last[1])
            return True
        done = last[2] if last else 0.0
        steps = max(1, round(services.steps * (1 - done))) if services.steps else None
        spec = DrawingSpec(
            prompt=request.concept,
            strokes=request.strokes,
            steps=steps,
            ink=request.ink or None,  # pyright: ignore[reportArgumentType]
            seed=secrets.randbelow(2**32),
        )
        events = follow(
            services.engine,
            spec,
            name=f"game-{self._runner.id}-{turn}",
            client=f"discord-game:{self._runner.id}",
            priority="game",
            deadline=max(1.0, until - services.clock()),
            every=max(1, steps // _STATES) if steps else _EVERY,
            start=last[1] if last else None,
        )
        shown_at = -STATES_APART
        async with aclosing(events):
            async for event in events:
                match event:
                    case api.Finished():
                        await self._show(turn, event.drawing, 1.0, event.order)
                    case api.Progress() if services.clock() - shown_at >= STATES_APART:
                        shown_at = services.clock()
                        share = done + (1 - done) * event.step / event.steps
                        await self._show(turn, event.drawing, min(share, 0.99))
        return True

    async def _show(
        self, turn: int, drawing: Drawing, share: float, order: Sequence[int] = ()
    ) -> None:
        reference = await self._sketches.add_state(turn, drawing, share, order)
        await self.tell(turn, reference, drawing)

    async def tell(self, turn: int, reference: str, drawing: Drawing) -> None:
        """Let the game know how far a drawing is."""
        await self._runner.do(DrawingUpdated(turn, BOT, reference, len(drawing.strokes)))

    async def failed(self, turn: int) -> None:
        """Let the game know that there will be no drawing."""
        await self._runner.do(DrawingFailed(turn))

    async def look(
        self, request: LookRequested, pool: Iterable[Word], *, by_hand: bool = False
    ) -> None:
        """Say which words of a game a drawing may show, in the game's language. by_hand: a person
        draws it."""
        texts = {word.concept: word.text for word in pool}
        try:
            seen = await self._guess(request.drawing, list(texts), _CANDIDATES, by_hand)
        except EngineError as error:
            log.warning("the bot could not look", extra={"reason": str(error)})
            return
        candidates = tuple(Candidate(texts[word], p) for word, p in seen if word in texts)
        if candidates:
            await self._runner.do(BotLooked(request.turn, candidates))

    async def score(self, request: JudgeRequested) -> None:
        """Say of each drawing which share of judges would see the concept in it."""
        scores: list[float] = []
        try:
            for reference in request.drawings:
                sketch = await self._kept(reference)
                scores.append(await self._runner.services.engine.judge(sketch, request.concept))
        except EngineError as error:
            log.warning("the engine could not judge", extra={"reason": str(error)})
            return
        if len(scores) == 2:
            await self._runner.do(Judged(request.turn, (scores[0], scores[1])))

    async def _guess(
        self, reference: str, words: Sequence[str], top: int, by_hand: bool
    ) -> list[tuple[str, float]]:
        services = self._runner.services
        sketch = await self._kept(reference)
        known = await learning.learned(services.store, self._runner.place.guild, words)
        found = await services.engine.guess(
            sketch, words=words, top=top, by_hand=by_hand, examples=known
        )
        return [(guess.word, guess.p) for guess in found]

    async def learn(self, turn: int, person: int, reference: str, concept: str) -> None:
        """Keep what a person's drawing of a concept looked like, where the server wants that."""
        services, guild = self._runner.services, self._runner.place.guild
        if not await learning.wanted(services.store, guild):
            return
        try:
            sketch = await self._kept(reference)
            by_hand = isinstance(sketch, Drawing)
            example = await services.engine.look(sketch, concept, by_hand=by_hand)
        except EngineError as error:
            log.warning("nothing was learned", extra={"reason": str(error)})
            return
        game, guild = self._runner.id, guild or 0
        await learning.keep(
            services.store, example, game=game, turn=turn, guild=guild, person=person
        )

    async def _kept(self, reference: str) -> Sketch:
        sketch = await self._sketches.outline(reference)
        if sketch is None:
            raise EngineError("that drawing is gone")
        return sketch
