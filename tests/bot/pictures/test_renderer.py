from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.connection
import time

from bot.pictures.renderer import Renderer
from engine.canvas.drawing import Drawing


async def test_workers_end_with_the_bot_whatever_they_are_at():
    before = set(multiprocessing.active_children())
    renderer = Renderer(workers=1)
    assert (await renderer.png(Drawing(8, 8))).startswith(b"\x89PNG")
    (worker,) = set(multiprocessing.active_children()) - before
    long = asyncio.create_task(renderer._run(time.sleep, 600.0))
    await asyncio.sleep(0)
    renderer.close()
    # Its end and not its exit code, which the pool's own thread may be fetching just now.
    assert await asyncio.to_thread(multiprocessing.connection.wait, [worker.sentinel], 60)
    long.cancel()
    await asyncio.gather(long, return_exceptions=True)
