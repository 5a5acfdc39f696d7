"""An engine in this process, of which only the times, the order and the failures are simulated.

It answers what `engine.client` asks with drawings of real strokes that mean nothing: what the
engine paints is tested elsewhere, and no game depends on it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

from engine.canvas.drawing import Drawing, Stroke
from engine.client import EngineAway, EngineBusy, EngineClient, EngineError, EngineRefused
from engine.paint.spec import DrawingSpec
from engine.serve import api
from tests.simulation.trace import Trace

SIDE = 64
_MOST = 6  # strokes, whatever is asked for


class SimulatedEngine(EngineClient):
    """trouble: how likely each thing asked of it fails, in [0, 1]. away_until: virtual seconds."""

    def __init__(self, chance: random.Random, trace: Trace, trouble: float) -> None:
        super().__init__("unix:/nowhere")
        self._chance = chance
        self._trace = trace
        self.trouble = trouble
        self.away_until = 0.0

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _work(self, what: str, low: float, high: float) -> None:
        """Take some time. Raises EngineError."""
        self._trace.note("engine", what)
        if self._now() < self.away_until:
            await asyncio.sleep(min(self.patience, self.away_until - self._now()))
            if self._now() < self.away_until:
                raise EngineAway("simulated: away")
        await asyncio.sleep(self._chance.uniform(low, high))
        luck = self._chance.random()
        if luck < self.trouble * 0.3:
            self.away_until = self._now() + self._chance.uniform(1.0, 40.0)
            raise EngineAway("simulated: gone")
        if luck < self.trouble * 0.6:
            raise EngineBusy("simulated: full", self._chance.choice((1.0, 2.0, 10.0)))
        if luck < self.trouble * 0.7:
            raise EngineRefused("simulated: refused", "nothing_drawn", 422)

    def _drawing(self, count: int) -> Drawing:
        def point() -> tuple[float, float]:
            return self._chance.randrange(SIDE), self._chance.randrange(SIDE)

        strokes = tuple(
            Stroke((point(), point(), point(), point()), 2.0, (0.0, 0.0, 0.0, 1.0))
            for _ in range(count)
        )
        return Drawing(SIDE, SIDE, strokes)

    async def draw(self, spec: DrawingSpec, **options: Any) -> AsyncIterator[api.Event]:
        await self._work("draw", 0.05, 1.0)
        n, id_ = 0, str(options["id"])
        for position in range(self._chance.choice((0, 0, 0, 2)), 0, -1):
            yield api.Queued(n=n, id=id_, position=position)
            n += 1
            await asyncio.sleep(self._chance.uniform(0.2, 3.0))
        yield api.Started(n=n, id=id_)
        steps = spec.steps or 8
        count = min(_MOST, spec.strokes)
        state: dict[str, Any] = {"id": id_, "steps": steps, "score": 0.2, "ink": spec.ink}
        for step in range(1, steps):
            await asyncio.sleep(self._chance.uniform(0.1, 1.5))
            if self._chance.random() < self.trouble * 0.1:
                raise self._chance.choice((EngineAway("simulated: lost"), EngineError("broken")))
            if self._chance.random() < self.trouble * 0.05:
                yield api.Cancelled(n=n + step, id=id_, reason="shutdown")
                return
            yield api.Progress(n=n + step, step=step, drawing=self._drawing(count), **state)
        drawing = self._drawing(count)
        order = self._chance.sample(range(count), count)
        yield api.Finished(
            n=n + steps, step=steps, drawing=drawing, order=order, seconds=1.0, **state
        )

    async def cancel(self, id: str) -> api.LastEvent | None:  # noqa: A002
        await self._work("cancel", 0.01, 0.3)
        return None

    async def sketches(
        self, prompt: str, *, strokes: int = 32, seed: int = 0, count: int = 4
    ) -> list[Drawing]:
        await self._work("sketches", 0.1, 2.0)
        return [self._drawing(min(_MOST, strokes)) for _ in range(count)]

    async def guess(
        self,
        source: bytes | Drawing,
        words: Sequence[str] | None = None,
        top: int = 5,
        *,
        examples: Sequence[api.Example] = (),
        by_hand: bool = False,
    ) -> list[api.GuessedWord]:
        await self._work("guess", 0.05, 1.5)
        known = list(words or ("cat", "house", "tree", "boat", "fish", "sun"))
        chosen = self._chance.sample(known, min(top, len(known)))
        return [api.GuessedWord(word=word, p=0.5 / (i + 1)) for i, word in enumerate(chosen)]

    async def look(
        self, source: bytes | Drawing, word: str, *, by_hand: bool = False
    ) -> api.Example:
        await self._work("look", 0.05, 1.5)
        at = self._chance.random()
        return api.Example(word=word, vector=(at, (1.0 - at * at) ** 0.5), space="chance")

    async def judge(self, source: bytes | Drawing, prompt: str) -> float:
        await self._work("judge", 0.05, 1.5)
        return self._chance.random()

    async def caption(
        self,
        source: bytes | Drawing,
        top: int = 5,
        blocked: Sequence[str] = (),
        said: Sequence[str] = (),
        *,
        by_hand: bool = False,
    ) -> list[api.FoundCaption]:
        await self._work("caption", 0.05, 2.0)
        nouns = self._chance.sample(("boat", "fish", "tree", "sun", "hat"), min(top, 5))
        return [api.FoundCaption(phrase=f"a {noun}", noun=noun, score=0.3) for noun in nouns]

    async def embed(
        self, texts: Sequence[str] = (), images: Sequence[bytes] = ()
    ) -> api.EmbeddingsReply:
        await self._work("embed", 0.05, 2.0)

        def vector() -> list[float]:
            at = self._chance.random()
            return [at, (1.0 - at * at) ** 0.5]

        return api.EmbeddingsReply(
            model="simulated",
            texts=[vector() for _ in texts],
            images=[vector() for _ in images],
        )

    async def models(self) -> list[api.ModelInfo]:
        await self._work("models", 0.01, 0.1)
        return [api.ModelInfo(name="simulated", image_size=1, dimensions=2, device="cpu")]

    async def ready(self) -> bool:
        await asyncio.sleep(0.01)
        return self._now() >= self.away_until
