"""Messages to the pad's socket that are changed at random: each is taken, or the tab is let go.

200 of them in every run, 10,000 where tests may be slow; what the process takes for the second half
of those may be no more than a twentieth above the first.
"""

from __future__ import annotations

import copy
import json
import logging
import random
from typing import Any

import aiohttp
import psutil
import pytest

from bot.pad import close_codes
from tests.bot.pad.conftest import OpenTab, Served, Tab, add, extend, sheet

EXPECTED = (
    close_codes.BAD_MESSAGE,
    close_codes.BAD_LINK,
    close_codes.CLOSED,
    aiohttp.WSCloseCode.MESSAGE_TOO_BIG,
    aiohttp.WSCloseCode.INVALID_TEXT,
)
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1.5, 10**30, float("nan"), "", "\u0000", "\ud800", "a" * 40_000),
    *([], {}, [[[[[]]]]], {"op": "done"}, "aaaaaaaa-1", "ops", [1, 2, 3], [1] * 5000),
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything in a message."""
    found = [way]
    pairs: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list | tuple):
        pairs = enumerate(value)
    for key, inner in pairs:
        found += places(inner, (*way, key))
    return found


def changed(message: Any, rng: random.Random) -> str:
    """A message with something else in a place or two, or text that is none."""
    message = json.loads(json.dumps(message))
    for _ in range(rng.choice((0, 1, 1, 2))):
        *way, last = rng.choice(places(message)[1:]) or (None,)
        inner = message
        for key in way:
            inner = inner[key]
        match rng.randrange(3):
            case 0:
                inner[last] = copy.deepcopy(rng.choice(ODD))
            case 1 if isinstance(inner, dict):
                inner[rng.choice(("more", "op", "t", "points"))] = rng.choice(ODD)
            case _:
                del inner[last]
        if len(places(message)) < 2:
            break
    text = json.dumps(message)
    if rng.random() < 0.2:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(("", "{", "\u0000", "[" * 9000, text)) + text[at + 1 :]
    return text


def sayable(rng: random.Random, first: int) -> dict[str, Any]:
    name = f"aaaaaaaa-{first}"
    points = [rng.randrange(0, 10_001) for _ in range(2 * rng.randint(1, 20))]
    one = rng.choice(
        (
            add(name, *points),
            extend(name, *points),
            {"op": "erase", "strokes": [name]},
            {"op": "restore", "strokes": [name]},
            {"op": "clear"},
        )
    )
    return {"t": "ops", "client": "aaaaaaaa", "first": first, "ops": [one]}


async def answered(tab: Tab) -> int | None:
    """Wait for what the pad says; the code, if it lets the tab go."""
    while True:
        message = await tab.socket.receive(timeout=60)
        if message.type is aiohttp.WSMsgType.TEXT:
            if json.loads(message.data)["t"] == "ack":
                return None
            continue
        return message.data if message.type is aiohttp.WSMsgType.CLOSE else tab.socket.close_code


@pytest.mark.parametrize(
    "count", [200, pytest.param(10_000, marks=pytest.mark.slow, id="10,000 messages")]
)
async def test_no_message_breaks_the_pad(
    served: Served, tab: OpenTab, caplog: pytest.LogCaptureFixture, count: int
):
    caplog.set_level(logging.ERROR)
    rng = random.Random(count)
    one: Tab | None = None
    first, said, let_go = 1, 0, 0
    process, taken = psutil.Process(), [0]
    while said < count:
        if said == count // 2:
            taken = [process.memory_info().rss]
        if one is None:
            # A sheet for a few tabs, as one that is full costs more.
            if said >= 100:  # what is open stays in memory
                await served.pad.close(f"test:{said // 100 - 1}")
            link = await served.pad.open(sheet(f"test:{said // 100}", ink=1e9))
            assert link is not None
            first, one = 1, await tab(link)
            await one.hear("sheet")
        await one.socket.send_str(changed(sayable(rng, first), rng))
        said, first = said + 1, first + 1
        code = await answered(one)
        if code is not None:
            assert code in EXPECTED, code
            await one.socket.close()
            one, let_go = None, let_go + 1
        if first > 100 and one is not None:
            await one.socket.close()
            one = None
    assert 0 < let_go < count
    assert not caplog.records
    taken.append(process.memory_info().rss)
    print(f"{said:,} messages, {let_go:,} tabs let go, {taken} bytes")
    if count >= 10_000:
        assert taken[1] < 1.05 * taken[0]
