"""Tasks that go on by themselves are held, waited for, and ended together."""

from __future__ import annotations

import asyncio

from bot.kit.task_set import TaskSet


async def test_tasks_are_held_until_they_are_done():
    tasks, go_on = TaskSet(), asyncio.Event()
    task = tasks.start(go_on.wait(), "waits")
    assert list(tasks) == [task]
    assert task.get_name() == "waits"
    go_on.set()
    await tasks.wait()
    await asyncio.sleep(0)
    assert list(tasks) == []


async def test_waiting_has_a_limit_and_ending_has_none():
    tasks = TaskSet()
    task = tasks.start(asyncio.Event().wait())
    await tasks.wait(0.01)
    assert not task.done()
    await tasks.end()
    assert task.cancelled()
    await tasks.wait()
    await tasks.end()
