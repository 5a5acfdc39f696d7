"""A process that is killed does nothing any more, whoever kills it."""

from __future__ import annotations

import asyncio
import random

from tests.simulation.chance import Time
from tests.simulation.loop import Universe, VirtualLoop


def test_what_a_killed_process_would_have_tidied_up_is_done_by_nobody():
    universe = Universe(time := Time())
    bot = universe.add(VirtualLoop(time, random.Random(1)))
    world = universe.add(VirtualLoop(time, random.Random(2)))
    done: list[str] = []

    async def note() -> None:
        done.append("tidied up")

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.create_task(note())

    async def kill() -> None:
        await asyncio.sleep(1)
        bot.kill()
        universe.remove(bot)

    working = universe.start(bot, work())
    killing = universe.start(world, kill())
    while universe.step():
        pass
    assert killing.done()
    assert not working.done()
    assert done == []
    world.kill()


def test_what_a_killed_process_would_have_said_nobody_hears():
    universe = Universe(time := Time())
    bot = universe.add(VirtualLoop(time, random.Random(1)))
    said: list[object] = []
    bot.set_exception_handler(lambda _, context: said.append(context))

    async def work() -> None:
        answer = asyncio.get_running_loop().create_future()
        answer.get_loop().call_soon(answer.set_exception, ConnectionResetError())
        await answer

    universe.start(bot, work())
    for _ in range(2):  # until the answer is there, and whoever waits for it does not know
        universe.step()
    bot.kill()
    assert said == []
