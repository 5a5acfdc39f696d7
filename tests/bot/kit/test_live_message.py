from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

import discord
import pytest

from bot.kit.live_message import (
    FIRST_PAUSES,
    LAST_TRIES,
    LOCKED_OUT,
    PAUSE,
    LiveMessage,
    MakeView,
    MessageView,
    outlast,
)
from tests import clock


class Editable:
    """Takes edits, notes when each began and ended, and can be slow or refuse."""

    out_of_reach = False

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.shown: list[str] = []
        self.spans: list[tuple[float, float]] = []
        self.errors: list[Exception] = []
        self.under_way = 0

    async def edit(self, page: MessageView) -> None:
        assert self.under_way == 0, "two edits in flight"
        self.under_way += 1
        began = now()
        await asyncio.sleep(self.seconds)
        self.under_way -= 1
        if self.errors:
            raise self.errors.pop(0)
        self.spans.append((began, now()))
        self.shown.append(page.files[0][0])

    @property
    def pauses(self) -> list[float]:
        return [b[0] - a[1] for a, b in zip(self.spans, self.spans[1:], strict=False)]


def now() -> float:
    """Seconds on the loop's clock, which a test's sleep moves on (tests/clock.py)."""
    return asyncio.get_running_loop().time()


def in_no_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test whose loop sleeps without taking any time."""

    @functools.wraps(test)
    def run(*arguments: Any, **options: Any) -> None:
        clock.in_no_time(test(*arguments, **options))

    return run


def frame(name: str) -> MakeView:
    async def make() -> MessageView:
        return MessageView(discord.ui.LayoutView(), ((name, b""),))

    return make


def refusal(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    class Response:
        reason = "no"

    Response.status = status  # type: ignore[attr-defined]
    return kind(Response(), "no")  # type: ignore[arg-type]


async def show_for(message: LiveMessage, seconds: float) -> int:
    """Show a new frame every 20 ms; how many there were."""
    until, n = now() + seconds, 0
    while now() < until:
        message.show(frame(str(n)))
        n += 1
        await asyncio.sleep(0.02)
    return n


@in_no_time
async def test_the_first_frame_at_once_then_three_quick_ones_then_slower():
    place = Editable()
    message = LiveMessage(place)
    began = now()
    await show_for(message, 4.6)
    assert await message.finish(frame("last"))
    assert place.spans[0][0] == began
    pauses = place.pauses[:-1]  # the last frame does not wait
    assert all(pause >= least - 0.01 for pause, least in zip(pauses, FIRST_PAUSES, strict=False))
    assert all(pause >= PAUSE - 0.01 for pause in pauses[3:])
    assert len(place.shown) == 6  # at 0, 0.4, 1.0, 1.8, 3.8 s, and the last


@in_no_time
async def test_the_newest_frame_wins():
    place = Editable()
    message = LiveMessage(place)
    message.show(frame("old"))
    message.show(frame("new"))
    await asyncio.sleep(0.05)
    for name in ("1", "2", "3"):
        message.show(frame(name))
    await asyncio.sleep(0.9)
    assert place.shown == ["new", "3"]
    message.close()


@in_no_time
async def test_slow_edits_make_the_pauses_longer_and_never_pile_up():
    place = Editable(seconds=0.6)
    message = LiveMessage(place)
    await show_for(message, 3.5)
    message.close()
    assert all(pause >= 1.19 for pause in place.pauses)


@in_no_time
async def test_the_last_frame_waits_for_the_edit_in_flight_and_nothing_follows_it():
    place = Editable(seconds=0.3)
    message = LiveMessage(place)
    message.show(frame("first"))
    await asyncio.sleep(0.1)
    assert await message.finish(frame("last"))
    message.show(frame("late"))
    await asyncio.sleep(0.8)
    assert place.shown == ["first", "last"]


@in_no_time
async def test_the_last_frame_is_tried_again():
    place = Editable()
    place.errors = [refusal(discord.DiscordServerError, 503), TimeoutError()]
    message = LiveMessage(place)
    assert await message.finish(frame("last"))
    assert place.shown == ["last"]


@in_no_time
async def test_a_message_out_of_reach_is_left_alone():
    place = Editable()
    place.errors = [refusal(discord.NotFound, 404)]
    message = LiveMessage(place)
    message.show(frame("first"))
    await asyncio.wait_for(message.gone.wait(), 60)
    assert not await message.finish(frame("last"))
    assert place.shown == []


@in_no_time
async def test_a_permission_that_comes_back_lets_the_last_frame_show():
    place = Editable()
    place.errors = [refusal(discord.Forbidden, 403) for _ in range(7)]
    message = LiveMessage(place)
    message.show(frame("first"))
    assert await message.finish(frame("last"))
    assert place.shown == ["last"]


@in_no_time
async def test_trouble_after_a_long_lack_of_permission_gets_as_many_tries_as_any():
    place = Editable()
    place.errors = [refusal(discord.Forbidden, 403) for _ in range(7)]
    place.errors += [refusal(discord.DiscordServerError, 503) for _ in LAST_TRIES]
    assert await LiveMessage(place).finish(frame("last"))


@in_no_time
async def test_a_permission_that_stays_away_makes_a_message_be_given_up():
    place = Editable()
    place.errors = [refusal(discord.Forbidden, 403) for _ in range(1000)]
    message = LiveMessage(place)
    began = now()
    assert not await message.finish(frame("last"))
    assert LOCKED_OUT <= now() - began <= LOCKED_OUT + LAST_TRIES[-1]
    assert message.gone.is_set()


@in_no_time
@pytest.mark.parametrize(
    ("kind", "status"), [(discord.Forbidden, 403), (discord.HTTPException, 400)]
)
async def test_what_is_refused_out_of_reach_is_not_tried_again(
    kind: type[discord.HTTPException], status: int
):
    place = Editable()
    place.out_of_reach = True
    place.errors = [refusal(kind, status) for _ in range(1000)]
    message = LiveMessage(place)
    began = now()
    assert not await message.finish(frame("last"))
    assert now() == began
    assert message.gone.is_set()


@in_no_time
async def test_trouble_after_a_missing_permission_is_not_waited_out_for_ever():
    place = Editable()
    place.errors = [refusal(discord.Forbidden, 403)]
    place.errors += [refusal(discord.DiscordServerError, 503) for _ in range(1000)]
    assert not await LiveMessage(place).finish(frame("last"))


@in_no_time
async def test_a_frame_that_cannot_be_made_does_not_end_the_message():
    async def broken() -> MessageView:
        raise ZeroDivisionError

    place = Editable()
    message = LiveMessage(place)
    message.show(broken)
    await asyncio.sleep(0.05)
    assert await message.finish(frame("last"))


@in_no_time
async def test_a_last_page_is_shown_again_at_its_time():
    place, began = Editable(), now()
    await outlast(place, frame("end"), began + 10.0)
    assert place.shown == ["end"]
    assert place.spans[0][0] >= began + 10.0
