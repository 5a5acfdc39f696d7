from __future__ import annotations

import asyncio
import time

import pytest

from bot.playground.model.clock import Clock


def test_the_clock_runs_with_the_wall_clock_and_can_be_moved():
    clock = Clock()
    assert time.time() <= clock.now() <= time.time()
    clock.advance(100)
    assert time.time() + 100 <= clock.now() <= time.time() + 100


def test_time_moves_forward_only():
    with pytest.raises(ValueError, match="forward"):
        Clock().advance(-1)


async def test_a_timer_fires_once_the_clock_is_past_it():
    clock, fired = Clock(), asyncio.Event()
    clock.call_later(3600, fired.set)
    clock.advance(1800)
    await asyncio.sleep(0.01)
    assert not fired.is_set()
    clock.advance(1801)
    await asyncio.wait_for(fired.wait(), 60)
    assert clock.timers == set()


async def test_a_cancelled_timer_stays_silent():
    clock, fired = Clock(), asyncio.Event()
    clock.call_later(60, fired.set).cancel()
    clock.advance(61)
    await asyncio.sleep(0.01)
    assert not fired.is_set()
