"""The drawings of each generation: sketched or painted by the engine, later ones bred here.

What comes of it goes back to the rules as events. The engine may be away or full for a while; it
is asked again as long as the table waits.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing

from bot.drawing.engine_drawing import asked_until, follow
from bot.games.table.game_runner import GameRunner
from bot.games.table.sketches import Sketches
from engine.canvas.drawing import Drawing
from engine.client import EngineError, EngineRefused
from engine.paint.spec import DrawingSpec
from engine.serve import api
from games.breeding.breeding import (
    ENGINE_SECONDS,
    BreedSettings,
    LitterBorn,
    LitterRequested,
    LitterScored,
    ScoresRequested,
)
from games.breeding.litter import LITTER

log = logging.getLogger(__name__)

SHORT = 60
"""Steps of descent of a short painting."""

REFINED = 10
"""Steps by which a child is refined, where the critic has a say."""

_WELL_WITHIN = 0.8  # of the time that the rules allow


class Litters:
    """Makes the generations of one game."""

    def __init__(self, runner: GameRunner, sketches: Sketches) -> None:
        self._runner = runner
        self._sketches = sketches

    @property
    def _settings(self) -> BreedSettings:
        return self._runner.play.state.settings

    async def make(self, request: LitterRequested) -> None:
        """Make a generation, keep its drawings, and hand them in."""
        if request.parents:
            drawn, parents = await self._bred(request)
        else:
            clock = self._runner.services.clock
            until = clock() + _WELL_WITHIN * ENGINE_SECONDS
            drawn = await asked_until(lambda: self._first(request.seed, until), clock, until) or []
            parents = ()
        references = [
            await self._sketches.put(request.generation * LITTER + number, 0, drawing)
            for number, drawing in enumerate(drawn)
        ]
        await self._runner.do(LitterBorn(request.generation, tuple(references), parents))

    async def score(self, request: ScoresRequested) -> None:
        """Let the critic say how well each drawing shows the prompt."""
        scores: list[float] = []
        try:
            for reference in request.drawings:
                sketch = await self._sketches.sketch(reference)
                if sketch is None:
                    return
                prompt = self._settings.prompt
                scores.append(await self._runner.services.engine.judge(sketch, prompt))
        except EngineError as error:
            log.warning("the critic was not heard", extra={"reason": str(error)})
            return
        await self._runner.do(LitterScored(request.generation, tuple(scores)))

    async def _first(self, seed: int, until: float) -> list[Drawing]:
        """The first generation. Raises EngineError."""
        settings, engine = self._settings, self._runner.services.engine
        if not settings.ink:
            try:
                return await engine.sketches(
                    settings.prompt, strokes=settings.strokes, seed=seed, count=LITTER
                )
            except EngineRefused as refused:
                if refused.code != "no_sketcher":
                    raise
        painting = [self._painted(seed + number, until) for number in range(LITTER)]
        found = await asyncio.gather(*painting, return_exceptions=True)
        drawn = [one for one in found if isinstance(one, Drawing)]
        if not drawn:
            raise next(one for one in found if isinstance(one, BaseException))
        return drawn

    async def _painted(self, seed: int, until: float, start: Drawing | None = None) -> Drawing:
        """A short painting, or a few steps from a start on. Raises EngineError."""
        settings, services = self._settings, self._runner.services
        ink = settings.ink or (None if start is None else "pen")  # sketches are lines
        spec = DrawingSpec(
            prompt=settings.prompt,
            strokes=settings.strokes,
            steps=SHORT if start is None else REFINED,
            seeds=1,
            ink=ink,  # pyright: ignore[reportArgumentType]
            seed=seed,
        )
        events = follow(
            services.engine,
            spec,
            name=f"game-{self._runner.id}",
            client=f"discord-game:{self._runner.id}",
            priority="game",
            deadline=max(1.0, until - services.clock()),
            every=SHORT,
            start=start,
        )
        async with aclosing(events):
            async for event in events:
                if isinstance(event, api.Finished):
                    return event.drawing
        raise EngineError("the engine's answer ended early")

    async def _bred(
        self, request: LitterRequested
    ) -> tuple[list[Drawing], tuple[tuple[int, ...], ...]]:
        """The favourite of the generation before, and children of all its parents."""
        found: list[tuple[int, int, Drawing]] = []
        for number, reference, weight in request.parents:
            sketch = await self._sketches.sketch(reference)
            if isinstance(sketch, Drawing):
                found.append((number, weight, sketch))
        if not found:
            return [], ()
        numbers = [number for number, _, _ in found]
        parents = [drawing for _, _, drawing in found]
        weights = [weight for _, weight, _ in found]
        renderer = self._runner.services.renderer
        born = await renderer.children(parents, LITTER - 1, request.seed, weights)
        kin = [(numbers[0],), *(tuple(numbers[i] for i in of) for _, of in born)]
        children = [child for child, _ in born]
        if self._settings.critic:
            children = await self._refined(children, request.seed)
        return [parents[0], *children], tuple(kin)

    async def _refined(self, children: list[Drawing], seed: int) -> list[Drawing]:
        """Each after a few steps towards the prompt; as it was born where that cannot be."""
        until = self._runner.services.clock() + _WELL_WITHIN * ENGINE_SECONDS
        steps = [
            self._painted(seed + number, until, child) for number, child in enumerate(children)
        ]
        refined = await asyncio.gather(*steps, return_exceptions=True)
        done: list[Drawing] = []
        for child, better in zip(children, refined, strict=True):
            if isinstance(better, Drawing):
                done.append(better)
            elif isinstance(better, EngineError):
                log.warning("a child is left as it was born", extra={"reason": str(better)})
                done.append(child)
            else:
                raise better
        return done
