"""Sheets given out, drawn on over WebSockets, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.pad import Pad, Work, close_codes
from bot.pad.pad import LINK_SECONDS, TABS
from bot.store.database import Store
from tests.bot.pad.conftest import OpenTab, Served, add, extend, sheet

A, B = "aaaaaaaa", "bbbbbbbb"


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not met():  # noqa: ASYNC110 - it is somebody else's list
            await asyncio.sleep(0.02)


async def opened(served: Served, id_: str = "test:1", **changes: object) -> str:
    link = await served.pad.open(sheet(id_, **changes))
    assert link is not None
    return link


async def test_without_an_address_there_is_no_link(store: Store):
    assert await Pad(store).open(sheet()) is None


async def test_a_link_opens_its_sheet(served: Served, tab: OpenTab):
    link = await opened(served, title="a cat", strokes=3, ends_at=served.now + 30)
    assert link.startswith(f"{served.url}/pad/en#")
    shown = await (await tab(link)).hear("sheet")
    assert (shown["title"], shown["budget"], shown["most"]) == ("a cat", 10.0, 3)
    assert (shown["left"], shown["paused"], shown["closed"]) == (30.0, False, False)


async def test_strokes_are_acknowledged_and_told(served: Served, tab: OpenTab):
    one = await tab(await opened(served))
    await one.hear("sheet")
    ack = await one.send(A, 1, add(f"{A}-1", 0, 0), extend(f"{A}-1", 5000, 5000))
    assert (ack["client"], ack["n"], ack["refused"], ack["again"]) == (A, 2, [], False)
    await until(lambda: served.news)
    what, id_, work = served.news[-1]
    drawing = work.drawing
    assert (what, id_) == ("change", "test:1")
    assert drawing.strokes[0].points[-1] == pytest.approx((256, 256))
    assert await served.pad.drawing("test:1") == drawing


async def test_repeats_are_not_doubled_and_gaps_are_asked_for(served: Served, tab: OpenTab):
    one = await tab(await opened(served))
    await one.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    assert (await one.send(A, 1, add(f"{A}-1"), add(f"{A}-2")))["n"] == 2
    gap = await one.send(A, 9, add(f"{A}-9"))
    assert (gap["n"], gap["again"]) == (2, True)
    assert len((await served.pad.drawing("test:1")).strokes) == 2


async def test_what_does_not_fit_is_refused(served: Served, tab: OpenTab):
    one = await tab(await opened(served, ink=0.5))
    await one.hear("sheet")
    ack = await one.send(A, 1, add(f"{A}-1", 0, 0, 9000, 0), add(f"{A}-2", 0, 0, 4000, 0))
    assert (ack["n"], ack["refused"]) == (2, [[1, "ink"]])
    assert len((await served.pad.drawing("test:1")).strokes) == 1


async def test_a_restart_loses_nothing_that_was_acknowledged(served: Served, tab: OpenTab):
    link = await opened(served)
    one = await tab(link)
    await one.hear("sheet")
    await one.send(A, 1, add(f"{A}-1", 0, 0, 3000, 4000), add(f"{A}-2"))
    drawing = await served.pad.drawing("test:1")
    await served.restart()

    again = await tab(link, A, B)
    shown = await again.hear("sheet")
    assert shown["last"] == {A: 2, B: 0}
    assert len(shown["lines"]) == 2
    assert await served.pad.drawing("test:1") == drawing
    assert (await again.send(A, 2, add(f"{A}-2"), add(f"{A}-3")))["n"] == 3
    assert len((await served.pad.drawing("test:1")).strokes) == 3


async def test_whoever_opens_a_sheet_again_hears_what_is_on_it(served: Served, tab: OpenTab):
    one = await tab(await opened(served))
    await one.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    await served.restart()
    served.news.clear()
    await opened(served)
    await until(lambda: served.news)
    assert [what for what, _, _ in served.news] == ["change"]


async def test_handing_in_is_told_last_and_once_more_after_a_restart(served: Served, tab: OpenTab):
    link = await opened(served)
    one, other = await tab(link), await tab(link)
    await one.hear("sheet")
    await other.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    await one.send(A, 2, {"op": "done"})
    assert (await other.hear("ops"))["ops"][0]["op"] == "add"
    assert (await other.hear("ops"))["ops"] == [{"op": "done"}]
    await until(lambda: served.news and served.news[-1][0] == "done")
    assert (await one.send(A, 3, add(f"{A}-2")))["refused"] == [[3, "over"]]
    await asyncio.sleep(0.5)
    assert [what for what, _, _ in served.news].count("done") == 1

    await served.restart()
    served.news.clear()
    link = await opened(served)
    await until(lambda: served.news)
    assert [what for what, _, _ in served.news] == ["done"]

    back = await tab(link)
    assert (await back.hear("sheet"))["done"]
    reopened = await back.send(B, 1, {"op": "reopen"}, add(f"{B}-1"))
    assert reopened["refused"] == []
    await until(lambda: served.news[-1][0] == "change")


async def test_news_come_a_few_times_a_second_and_the_newest_comes(served: Served, tab: OpenTab):
    one = await tab(await opened(served))
    await one.hear("sheet")
    loop = asyncio.get_running_loop()
    began = loop.time()
    for i in range(1, 31):
        await one.send(A, i, add(f"{A}-{i}"))
    took = loop.time() - began
    await until(lambda: served.news[-1][2].strokes == 30)
    assert len(served.news) <= 3 + took / 0.3


async def test_a_slow_listener_is_not_called_twice_at_once(served: Served, tab: OpenTab):
    calls: list[int] = []
    inside, go_on = 0, asyncio.Event()

    async def slow(_: str, work: Work) -> None:
        nonlocal inside
        inside += 1
        assert inside == 1
        await go_on.wait()
        inside -= 1
        calls.append(work.strokes)

    served.pad.listen("slow:", slow, slow)
    one = await tab(await opened(served, "slow:1"))
    await one.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    await until(lambda: inside)
    for i in range(2, 9):
        await one.send(A, i, add(f"{A}-{i}"))
    go_on.set()
    await until(lambda: calls and calls[-1] == 8)
    assert calls == [1, 8]


async def test_a_listener_that_fails_is_called_again(served: Served, tab: OpenTab):
    async def broken(_: str, __: Work) -> None:
        raise RuntimeError("no")

    served.pad.listen("test:", broken, broken)
    one = await tab(await opened(served))
    await one.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    await until(lambda: len(served.news) == 1)
    await one.send(A, 2, add(f"{A}-2"))
    await until(lambda: len(served.news) == 2)


async def test_the_clock_and_pauses_are_told(served: Served, tab: OpenTab):
    one = await tab(await opened(served, ends_at=served.now + 60))
    await one.hear("sheet")
    await served.pad.update("test:1", paused=True)
    told = await one.hear("terms")
    assert (told["left"], told["paused"]) == (60.0, True)
    assert (await one.send(A, 1, add(f"{A}-1")))["refused"] == [[1, "paused"]]
    await served.pad.update("test:1", ends_at=served.now + 20, paused=False)
    assert (await one.hear("terms"))["left"] == 20.0
    assert (await one.send(A, 2, add(f"{A}-1")))["refused"] == []


async def test_a_pause_outlives_a_restart_and_another_link(served: Served, tab: OpenTab):
    await opened(served)
    await served.pad.update("test:1", paused=True)
    await served.restart()
    one = await tab(await opened(served))
    assert (await one.hear("sheet"))["paused"]
    await served.pad.close("test:1")
    again = await tab(await opened(served))
    assert not (await again.hear("sheet"))["paused"]


async def test_a_closed_sheet_takes_nothing_and_can_be_looked_at(served: Served, tab: OpenTab):
    link = await opened(served)
    one = await tab(link)
    await one.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    await served.pad.close("test:1")
    await served.pad.close("test:1")
    assert (await one.hear("terms"))["closed"]
    assert await one.closed() == close_codes.CLOSED

    late = await tab(link)
    shown = await late.hear("sheet")
    assert shown["closed"]
    assert len(shown["lines"]) == 1
    assert await late.closed() == close_codes.CLOSED
    assert len((await served.pad.drawing("test:1")).strokes) == 1


async def test_a_closed_sheet_can_be_given_out_again(served: Served, tab: OpenTab):
    await opened(served)
    await served.pad.close("test:1")
    one = await tab(await opened(served, ink=99.0))
    assert (await one.hear("sheet"))["budget"] == 99.0
    assert (await one.send(A, 1, add(f"{A}-1")))["n"] == 1


async def test_sheets_that_never_were(served: Served):
    await served.pad.close("test:no")
    await served.pad.update("test:no", paused=True)
    with pytest.raises(KeyError):
        await served.pad.drawing("test:no")


async def test_two_tabs_draw_on_one_sheet(served: Served, tab: OpenTab):
    link = await opened(served)
    one, other = await tab(link), await tab(link)
    await one.hear("sheet")
    await other.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    heard = await other.hear("ops")
    assert (heard["client"], heard["ops"][0]["stroke"]) == (A, f"{A}-1")
    await other.send(B, 1, add(f"{B}-1"), {"op": "erase", "strokes": [f"{A}-1"]})
    assert len((await one.hear("ops"))["ops"]) == 2
    assert len((await served.pad.drawing("test:1")).strokes) == 1


async def test_the_oldest_of_too_many_tabs_makes_room(served: Served, tab: OpenTab):
    link = await opened(served)
    crowd = [await tab(link) for _ in range(TABS)]
    for each in crowd:
        await each.hear("sheet")
    newest = await tab(link)
    await newest.hear("sheet")
    assert await crowd[0].closed() == close_codes.MOVED
    assert (await crowd[1].send(A, 1, add(f"{A}-1")))["n"] == 1


@pytest.mark.parametrize("text", ["", "nonsense", "a.b"])
async def test_a_wrong_link_opens_nothing(served: Served, tab: OpenTab, text: str):
    await opened(served)
    assert await (await tab(f"#{text}")).closed() == close_codes.BAD_LINK


async def test_a_link_expires(served: Served, tab: OpenTab):
    link = await opened(served)
    served.now += LINK_SECONDS + 1
    assert await (await tab(link)).closed() == close_codes.EXPIRED
    await (await tab(await opened(served))).hear("sheet")


async def test_a_link_of_another_bot_opens_nothing(served: Served, tab: OpenTab, tmp_path: Path):
    await opened(served)
    async with Store(tmp_path / "another.db") as other:
        link = await Pad(other, "http://elsewhere", now=lambda: served.now).open(sheet())
    assert link is not None
    assert await (await tab(link)).closed() == close_codes.BAD_LINK


async def test_a_sheet_that_passed_to_somebody_else_is_not_opened(served: Served, tab: OpenTab):
    link = await opened(served, person=7)
    await opened(served, person=8)
    assert await (await tab(link)).closed() == close_codes.BAD_LINK


async def test_a_sheet_that_is_gone(served: Served, tab: OpenTab):
    link = await opened(served)
    await served.store.do(lambda db: db.execute("delete from sheets"))
    await served.restart()
    assert await (await tab(link)).closed() == close_codes.NO_SHEET


async def test_who_comes_back_is_not_told_of_what_is_not_stored_yet(
    served: Served, tab: OpenTab, monkeypatch: pytest.MonkeyPatch
):
    link = await opened(served)
    one = await tab(link)
    await one.hear("sheet")
    do, storing, may_store = served.store.do, asyncio.Event(), asyncio.Event()

    async def slow(work: Any) -> Any:
        storing.set()
        await may_store.wait()
        return await do(work)

    monkeypatch.setattr(served.store, "do", slow)
    await one.say(t="ops", client=A, first=1, ops=[add(f"{A}-1")])
    await storing.wait()
    again = await tab(link, A)
    with pytest.raises(TimeoutError):
        await again.socket.receive(timeout=0.2)
    may_store.set()
    other = await tab(link, A)
    shown = await other.hear("sheet")
    assert shown["last"] == {A: 1}
    assert len(shown["lines"]) == 1


async def test_what_cannot_be_stored_is_not_acknowledged(
    served: Served, tab: OpenTab, monkeypatch: pytest.MonkeyPatch
):
    link = await opened(served)
    one = await tab(link)
    await one.hear("sheet")
    await one.send(A, 1, add(f"{A}-1"))
    do = served.store.do

    async def full(_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(served.store, "do", full)
    await one.say(t="ops", client=A, first=2, ops=[add(f"{A}-2")])
    assert await one.closed() == close_codes.TROUBLE
    monkeypatch.setattr(served.store, "do", do)

    again = await tab(link, A)
    assert (await again.hear("sheet"))["last"] == {A: 1}
    assert (await again.send(A, 2, add(f"{A}-2")))["n"] == 2
    assert len((await served.pad.drawing("test:1")).strokes) == 2
