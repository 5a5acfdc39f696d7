from __future__ import annotations

import asyncio
import multiprocessing
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
    await asyncio.to_thread(worker.join, 60)
    assert worker.exitcode is not None
    long.cancel()
    await asyncio.gather(long, return_exceptions=True)
