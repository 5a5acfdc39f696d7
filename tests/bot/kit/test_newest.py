"""The newest value of a key is handed on, and nothing queues up."""

from __future__ import annotations

import asyncio

import pytest

from bot.kit.newest import Newest
from bot.kit.task_set import TaskSet


async def test_what_a_newer_value_overtakes_is_left_out():
    seen: list[tuple[str, int]] = []
    tasks = TaskSet()

    async def hand_on(key: str, value: int) -> None:
        seen.append((key, value))

    newest = Newest(hand_on, 0.01, tasks.start)
    for value in range(5):
        newest.put("a", value)
    newest.put("b", 9)
    await tasks.wait()
    assert sorted(seen) == [("a", 4), ("b", 9)]
    newest.put("a", 5)
    await tasks.wait()
    assert seen[-1] == ("a", 5)


async def test_values_of_a_key_are_handed_on_one_at_a_time():
    seen: list[int] = []
    go_on, tasks = asyncio.Event(), TaskSet()

    async def hand_on(key: str, value: int) -> None:
        seen.append(value)
        await go_on.wait()

    newest = Newest(hand_on, 0.0, tasks.start)
    newest.put("a", 1)
    await asyncio.sleep(0)
    newest.put("a", 2)
    newest.put("a", 3)
    await asyncio.sleep(0)
    assert seen == [1]
    go_on.set()
    await tasks.wait()
    assert seen == [1, 3]


async def test_what_is_dropped_is_not_handed_on():
    seen: list[int] = []
    tasks = TaskSet()

    async def hand_on(key: str, value: int) -> None:
        seen.append(value)

    newest = Newest(hand_on, 0.0, tasks.start)
    newest.put("a", 1)
    newest.drop("a")
    await tasks.wait()
    assert seen == []


async def test_after_a_failure_the_next_value_is_handed_on():
    seen: list[int] = []
    tasks = TaskSet()

    async def hand_on(key: str, value: int) -> None:
        seen.append(value)
        if value == 1:
            raise RuntimeError("no")

    newest = Newest(hand_on, 0.0, tasks.start)
    newest.put("a", 1)
    (task,) = tasks
    with pytest.raises(RuntimeError):
        await task
    newest.put("a", 2)
    await tasks.wait()
    assert seen == [1, 2]
