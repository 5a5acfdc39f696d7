"""The engine's part in a drawing game: it draws a word, looks at a drawing, judges two.

What comes of it goes back to the rules as events. The engine may be away or full for a while;
as long as the turn has time it is asked again, and a drawing goes on from its last state.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

from bot.games.host import Host
from bot.games.sketches import Sketches
from engine.canvas.drawing import Drawing
from engine.client import EngineBusy, EngineError, EngineRefused
from engine.paint.spec import DrawingSpec
from engine.serve import api
from games.core import BOT
from games.drawing.duel import Judged, JudgeRequested
from games.drawing.guess_race import BotLooked, LookRequested
from games.drawing.guesser import Candidate
from games.drawing.turn import DrawingFailed, DrawingUpdated, DrawRequested
from games.words.lists import Word

log = logging.getLogger(__name__)

WELL_WITHIN = 0.8  # of the time that the rules allow, so that people see the drawing done
_GIVE_UP = 0.9  # of that time, when nothing more is waited for
_LOOK_AT_CLOCK = 0.25  # seconds, so that a clock that jumps is noticed
STATES_APART = 1.0  # seconds between states of a drawing that are shown and kept
_AGAIN = 1.0  # seconds after which an engine that is away is asked again
_STATES = 40  # of one drawing, at most, that the engine is asked for
_EVERY = 2  # steps between states, where the engine decides how many steps there are
_CANDIDATES = 10  # that the bot considers


class Easel:
    """The engine at work for one game."""

    def __init__(self, host: Host, sketches: Sketches) -> None:
        self._host = host
        self._sketches = sketches
        self._drawing: dict[int, asyncio.Task[None] | None] = {}

    def stop(self, turn: int) -> None:
        """Nobody waits for the drawing of this turn any more."""
        task = self._drawing.pop(turn, None)
        if task is not None:
            task.cancel()

    async def draw(self, request: DrawRequested) -> None:
        """Draw until it is done, and let the game know of each state, or that there is none."""
        host, turn = self._host, request.turn
        self._drawing[turn] = asyncio.current_task()
        now = host.tools.clock()
        until, give_up = now + WELL_WITHIN * request.seconds, now + _GIVE_UP * request.seconds
        while True:
            last = await self._sketches.last_state(turn)
            if last is not None and last[2] >= 1.0:
                await self.tell(turn, last[0], last[1])
                return
            pause = _AGAIN
            try:
                await self._before(give_up, self._attempt(request, until, last))
                return
            except EngineRefused as refused:
                log.warning("a word cannot be drawn", extra={"reason": str(refused)})
                break
            except EngineBusy as busy:
                pause = busy.retry_after
            except EngineError as error:
                log.warning("the engine failed a game", extra={"reason": str(error)})
            if host.tools.clock() + pause >= until:
                break
            await asyncio.sleep(pause)
        if await self._sketches.last_state(turn) is None:
            await self.failed(turn)

    async def _before(self, limit: float, work: Coroutine[Any, Any, None]) -> None:
        """Do something until the clock shows `limit`. Raises EngineError then: an engine that is
        away takes its time to be so, and the turn must not end for want of it."""
        task = asyncio.create_task(work)
        try:
            while not task.done() and self._host.tools.clock() < limit:
                await asyncio.wait({task}, timeout=_LOOK_AT_CLOCK)
            if not task.done():
                raise EngineError("nothing came in time")
            task.result()
        finally:
            task.cancel()

    async def _attempt(
        self, request: DrawRequested, until: float, last: tuple[str, Drawing, float] | None
    ) -> None:
        """Follow one drawing to its end. Raises EngineError."""
        tools, turn = self._host.tools, request.turn
        done = last[2] if last else 0.0
        steps = max(1, round(tools.steps * (1 - done))) if tools.steps else None
        name = f"game-{self._host.id}-{turn}-{secrets.token_hex(8)}"
        events = tools.engine.draw(
            DrawingSpec(
                prompt=request.concept,
                strokes=request.strokes,
                steps=steps,
                ink=request.ink or None,  # pyright: ignore[reportArgumentType]
                seed=secrets.randbelow(2**32),
            ),
            id=name,
            client=f"discord-game:{self._host.id}",
            priority="game",
            deadline=max(1.0, until - tools.clock()),
            every=max(1, steps // _STATES) if steps else _EVERY,
            start=last[1] if last else None,
        )
        shown_at, over = -STATES_APART, False
        try:
            async for event in events:
                match event:
                    case api.Finished():
                        over = True
                        await self._show(turn, event.drawing, 1.0, event.order)
                        return
                    case api.Progress() if tools.clock() - shown_at >= STATES_APART:
                        shown_at = tools.clock()
                        share = done + (1 - done) * event.step / event.steps
                        await self._show(turn, event.drawing, min(share, 0.99))
                    case api.Failed(error=fault):
                        over = True
                        raise EngineError(fault.message)
                    case api.Cancelled(reason=reason):
                        over = True
                        raise EngineError(f"the engine ended the drawing: {reason}")
            raise EngineError("the engine's answer ended early")
        finally:
            if not over:
                self._host.spawn(self._cancel(name))

    async def _cancel(self, name: str) -> None:
        try:
            async with asyncio.timeout(2):
                await self._host.tools.engine.cancel(name)
        except (EngineError, TimeoutError) as error:
            log.info("could not cancel", extra={"reason": str(error)})

    async def _show(
        self, turn: int, drawing: Drawing, share: float, order: Sequence[int] = ()
    ) -> None:
        reference = await self._sketches.add_state(turn, drawing, share, order)
        await self.tell(turn, reference, drawing)

    async def tell(self, turn: int, reference: str, drawing: Drawing) -> None:
        """Let the game know how far a drawing is."""
        await self._host.do(DrawingUpdated(turn, BOT, reference, len(drawing.strokes)))

    async def failed(self, turn: int) -> None:
        """Let the game know that there will be no drawing."""
        await self._host.do(DrawingFailed(turn))

    async def look(self, request: LookRequested, pool: Iterable[Word]) -> None:
        """Say which words of a game a drawing may show, in the game's language."""
        texts = {word.concept: word.text for word in pool}
        try:
            seen = await self._guess(request.drawing, list(texts), _CANDIDATES)
        except EngineError as error:
            log.warning("the bot could not look", extra={"reason": str(error)})
            return
        candidates = tuple(Candidate(texts[word], p) for word, p in seen if word in texts)
        if candidates:
            await self._host.do(BotLooked(request.turn, candidates))

    async def judge(self, request: JudgeRequested) -> None:
        """Say of each drawing which share of judges would see the concept in it."""
        scores: list[float] = []
        try:
            for reference in request.drawings:
                drawing = await self._drawn(reference)
                scores.append(await self._host.tools.engine.judge(drawing, request.concept))
        except EngineError as error:
            log.warning("the engine could not judge", extra={"reason": str(error)})
            return
        if len(scores) == 2:
            await self._host.do(Judged(request.turn, (scores[0], scores[1])))

    async def _guess(
        self, reference: str, words: Sequence[str], top: int
    ) -> list[tuple[str, float]]:
        sketch = await self._drawn(reference)
        found = await self._host.tools.engine.guess(sketch, words=words, top=top)
        return [(guess.word, guess.p) for guess in found]

    async def _drawn(self, reference: str) -> Drawing:
        sketch = await self._sketches.sketch(reference)
        if sketch is None:
            raise EngineError("there is no such drawing any more")
        return sketch
