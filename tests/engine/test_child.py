from __future__ import annotations

import asyncio

import pytest

from engine.canvas.drawing import Drawing, Stroke
from engine.child import started
from engine.client import EngineError

LINE = Drawing(64, 64, (Stroke(((8, 8), (20, 20), (40, 40), (56, 56)), 4.0, (0, 0, 0, 1)),))


async def test_an_engine_runs_as_long_as_it_is_wanted(tiny_model: str) -> None:
    async with started(tiny_model) as client:
        (guess,) = await client.guess(LINE, ["line"], top=1)
        assert guess.word == "line"
        path = client.address.removeprefix("unix:")
    with pytest.raises(FileNotFoundError):
        await asyncio.open_unix_connection(path)


async def test_an_engine_that_cannot_start_says_why() -> None:
    with pytest.raises(EngineError, match="nonsense"):
        async with started("nonsense"):
            pass
