"""What hostile tabs may try."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.pad import Heard, Room, Standing, close_codes, handshake
from bot.pad import tab as tabs
from bot.pad.operations import INKS
from tests.bot.pad.conftest import OpenTab, Served, add, extend, sheet

A = "aaaaaaaa"
NAME = f"{A}-1"


def fill(*contours: list[int]) -> dict[str, Any]:
    return {"op": "fill", "stroke": NAME, "ink": 0, "contours": contours}


def trim(*spans: list[int]) -> dict[str, Any]:
    return {"op": "trim", "stroke": NAME, "spans": spans}


async def greeted(served: Served, tab: OpenTab) -> Any:
    link = await served.pad.open(sheet(ink=1000.0))
    assert link is not None
    one = await tab(link)
    await one.hear("sheet")
    return one


@pytest.mark.parametrize(
    "message",
    [
        {"t": "ops", "client": A, "first": 1, "ops": []},
        {"t": "ops", "client": A, "first": 1, "ops": [{"op": "paint"}]},
        {"t": "ops", "client": A, "first": 0, "ops": [add(NAME)]},
        {"t": "ops", "client": A, "first": 1.5, "ops": [add(NAME)]},
        {"t": "ops", "client": "A" * 8, "first": 1, "ops": [add(NAME)]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME)] * 65},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME)], "more": 1},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME) | {"more": 1}]},
        {"t": "ops", "client": A, "first": 1, "ops": [add("../../etc")]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME, 1)]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME, 1, 10_001)]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME, -1, 1)]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME) | {"points": [0.5, 1]}]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME) | {"points": ["1", "1"]}]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME, ink=len(INKS))]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME) | {"press": 11}]},
        {"t": "ops", "client": A, "first": 1, "ops": [fill([0, 0, 9, 0, 10_001, 9])]},
        {"t": "ops", "client": A, "first": 1, "ops": [fill([0, 0, 9, 9])]},
        {"t": "ops", "client": A, "first": 1, "ops": [fill(*[[0, 0, 9, 0, 9, 9]] * 201)]},
        {"t": "ops", "client": A, "first": 1, "ops": [trim([5, 3])]},
        {"t": "ops", "client": A, "first": 1, "ops": [trim([0, 7], [6, 9])]},
        {"t": "ops", "client": A, "first": 1, "ops": [trim([-1, 9])]},
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME, pen=-1)]},
        {"t": "ops", "client": A, "first": 1, "ops": [extend(NAME, *[1] * 1202)]},
        {"t": "ops", "client": A, "first": 1, "ops": [{"op": "erase", "strokes": [NAME] * 65}]},
        {"t": "hello", "token": "", "clients": []},
        [],
        None,
    ],
)
async def test_what_is_no_message_ends_the_connection(served: Served, tab: OpenTab, message: Any):
    one = await greeted(served, tab)
    await one.socket.send_str(json.dumps(message))
    assert await one.closed() == close_codes.BAD_MESSAGE
    assert (await served.pad.drawing("test:1")).strokes == ()


@pytest.mark.parametrize("text", ["", "{", "[" * 5000, '"' + "\\ud800" * 10])
async def test_neither_is_what_is_no_json(served: Served, tab: OpenTab, text: str):
    one = await greeted(served, tab)
    await one.socket.send_str(text)
    assert await one.closed() == close_codes.BAD_MESSAGE


async def test_bytes_are_no_message(served: Served, tab: OpenTab):
    one = await greeted(served, tab)
    await one.socket.send_bytes(b"{}")
    assert await one.closed() == close_codes.BAD_MESSAGE


async def test_a_message_has_a_size(served: Served, tab: OpenTab):
    one = await greeted(served, tab)
    await one.socket.send_str(" " * (tabs.MAX_MESSAGE + 1))
    assert await one.closed() == 1009  # message too big: RFC 6455, 7.4.1


@pytest.mark.parametrize(
    "hello",
    [
        {"t": "ops", "client": A, "first": 1, "ops": [add(NAME)]},
        {"t": "hello", "token": 5, "clients": []},
        {"t": "hello", "token": "x" * 2000, "clients": []},
        {"t": "hello", "token": "", "clients": [A] * 17},
        {"t": "hello", "token": ""},
    ],
)
async def test_who_does_not_say_hello_is_shown_nothing(
    served: Served, tab: OpenTab, hello: dict[str, Any]
):
    one = await tab("", greet=False)
    await one.say(**hello)
    assert await one.closed() == close_codes.BAD_MESSAGE


async def test_who_says_nothing_is_let_go(
    served: Served, tab: OpenTab, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(handshake, "HELLO_WITHIN", 0.05)
    assert await (await tab("", greet=False)).closed() == close_codes.SLOW


async def test_who_sends_too_fast_is_kept_waiting_and_loses_nothing(
    served: Served, tab: OpenTab, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tabs, "_BURST", 300.0)
    monkeypatch.setattr(tabs, "_PACE", 600.0)
    one = await greeted(served, tab)
    began = asyncio.get_running_loop().time()
    for i in range(1, 41):
        await one.say(t="ops", client=A, first=i, ops=[add(f"{A}-{i}")])
    while (await one.hear("ack"))["n"] < 40:
        pass
    cost = 40 * (25 + 1 + 1) - 300
    assert asyncio.get_running_loop().time() - began >= 0.9 * cost / 600
    assert len((await served.pad.drawing("test:1")).strokes) == 40


async def test_who_does_not_read_is_let_go(served: Served, tab: OpenTab):
    one = await greeted(served, tab)
    live = await served.pad.admit((await served.pad.open(sheet())).partition("#")[2])  # type: ignore[union-attr]
    for _ in range(2 * 256):
        live.tell('{"t":"terms"}')
    assert await one.closed() == close_codes.SLOW


async def test_who_draws_is_told_what_the_others_say_now_and_when_they_come_back(
    served: Served, tab: OpenTab
):
    one = await greeted(served, tab)
    room = Room(
        (Heard("Grace", "near", "a hose"), Heard("Linus", "right")), (Standing("Linus", 9, True),)
    )
    served.pad.show_room("test:1", room)
    told = await one.hear("room")
    assert told["heard"][0] == {"who": "Grace", "kind": "near", "text": "a hose"}
    assert told["heard"][1]["text"] == ""
    assert told["standings"] == [{"who": "Linus", "points": 9, "has": True}]
    other = await tab(await served.pad.open(sheet(ink=1000.0)))
    assert await other.hear("room") == told
    many = Room(tuple(Heard("Grace", "wrong", str(n)) for n in range(99)))
    served.pad.show_room("test:1", many)
    assert [line["text"] for line in (await one.hear("room"))["heard"]][-1] == "98"
    served.pad.show_room("test:unknown", many)
    await served.pad.close("test:1")
    served.pad.show_room("test:1", many)
