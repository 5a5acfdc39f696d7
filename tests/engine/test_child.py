from __future__ import annotations

import asyncio
import signal
import sys

import psutil
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_an_engine_ends_with_the_process_that_started_it(
    tiny_model: str, number: signal.Signals
) -> None:
    script = f"""
import asyncio
from engine.child import started

async def main():
    async with started({tiny_model!r}):
        print("ready", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"ready\n"
    (engine,) = psutil.Process(parent.pid).children()
    parent.send_signal(number)
    await parent.wait()
    await asyncio.to_thread(engine.wait)
