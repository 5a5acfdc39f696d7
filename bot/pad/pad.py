"""Sheets are opened, drawn on and closed; whoever opened them hears what becomes of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.kit import metrics
from bot.kit.newest import Newest
from bot.kit.task_set import TaskSet
from bot.pad import close_codes, links
from bot.pad.links import BadLink, Pass
from bot.pad.live_sheet import LiveSheet, Viewer, message
from bot.pad.operations import Operation
from bot.pad.paper import Refusal
from bot.pad.room import Room
from bot.pad.sheet import Sheet, Work
from bot.pad.sheet_store import SheetStore
from bot.store.database import Store
from engine.canvas.drawing import Drawing

log = logging.getLogger(__name__)

Listener = Callable[[str, Work], Awaitable[None]]

LINK_SECONDS = 6 * 3600  # that a link is good for
TABS = 4  # that may show one sheet; the oldest makes room
_PAUSE = 0.3  # seconds between two pieces of news of one sheet


@dataclass(frozen=True, slots=True)
class _Ears:
    prefix: str
    on_change: Listener
    on_done: Listener


class Pad:
    """All sheets. `address` is what people reach the bot's web server by, None if they do not;
    it may be set later. `now` gives seconds since the epoch."""

    def __init__(
        self, store: Store, address: str | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.address = address
        self.now = now
        self._sheets = SheetStore(store)
        self._secret: bytes | None = None
        self._live: dict[str, LiveSheet] = {}
        self._loading = asyncio.Lock()
        self._ears: list[_Ears] = []
        self._news: Newest[LiveSheet, None]
        self._news = Newest(self._tell_newest, _PAUSE, TaskSet().start)

    # -- for whoever gives sheets out

    def listen(self, prefix: str, on_change: Listener, on_done: Listener) -> None:
        """Hear of sheets whose ids begin with `prefix`, as (sheet's id, what is on it so far).

        on_change: a few times a second at most for a sheet; the newest, others left out.
        on_done: the person has handed the sheet in, and may draw on until it is closed. Both may
        come again after a restart.
        """
        self._ears.append(_Ears(prefix, on_change, on_done))

    async def open(self, sheet: Sheet) -> str | None:
        """Give a sheet out. Returns the link to it, or None without a public address.

        Opening the same id again keeps what is drawn, and the pause if there is one, takes over
        all else and gives another link; if something is drawn, or it is handed in already,
        listeners hear so.
        """
        if self.address is None:
            return None
        async with self._loading:
            live = await self._find(sheet.id) or LiveSheet(sheet)
            live.paused = live.paused and not live.closed
            await self._sheets.put(sheet, paused=live.paused)
            live.sheet, live.closed = sheet, False
            self._live[sheet.id] = live
        live.tell(live.terms(self.now()))
        if live.paper.done or live.paper.visible:
            self._tell(live)
        token = await self.admission(sheet.id, sheet.person)
        return f"{self.address.rstrip('/')}/pad/{sheet.language}#{token}"

    async def admission(self, to: str, person: int) -> str:
        """Signed words that let a person in to a sheet, or to what else is called `to`."""
        until = int(self.now()) + LINK_SECONDS
        return links.token(await self._key(), Pass(to, person, until))

    async def admitted(self, token: str) -> Pass:
        """Who may go where with these words. Raises BadLink."""
        return links.read(await self._key(), token, self.now())

    async def drawing(self, sheet_id: str) -> Drawing:
        """What is on a sheet, open or closed, and stored. Raises KeyError if it never was."""
        return (await self.work(sheet_id)).drawing

    async def work(self, sheet_id: str) -> Work:
        """The same, and what it took. Raises KeyError if the sheet never was."""
        return await self._work(await self._get(sheet_id))

    async def update(
        self, sheet_id: str, *, ends_at: float | None = None, paused: bool | None = None
    ) -> None:
        """Set the clock anew, or stop the drawing for a while; None leaves a thing as it is.

        Nothing happens to a sheet that was never given out.
        """
        async with self._loading:
            live = await self._find(sheet_id)
        if live is None:
            return
        if ends_at is not None:
            live.sheet = replace(live.sheet, ends_at=ends_at)
        if paused is not None:
            live.paused = paused
        changes = {"ends_at": live.sheet.ends_at, "paused": int(live.paused)}
        await self._sheets.change(sheet_id, **changes)
        live.tell(live.terms(self.now()))

    def show_room(self, sheet_id: str, room: Room) -> None:
        """Show who draws on a sheet what goes on around it. It is kept in memory alone; nothing
        happens to a sheet that is not in use."""
        live = self._live.get(sheet_id)
        if live is not None and not live.closed:
            live.room = room.message()
            live.tell(live.room)

    async def close(self, sheet_id: str) -> None:
        """Take no more strokes. What is drawn stays; closing again, or a sheet that was never
        given out, does nothing."""
        async with self._loading:
            live = await self._find(sheet_id)
        if live is None:
            return
        live.closed = True
        self._news.drop(live)
        await live.settled()
        await self._sheets.change(sheet_id, closed=1)
        live.tell(live.terms(self.now()))
        self._let_go(live, close_codes.CLOSED)

    # -- for tabs

    async def admit(self, token: str) -> LiveSheet:
        """The sheet that a token opens, with nothing on it that is not stored.

        Raises BadLink, or KeyError when it is gone.
        """
        given = await self.admitted(token)
        while True:
            live = await self._get(given.sheet)
            await live.settled()
            if live.closed or self._live.get(given.sheet) is live:
                break  # else something could not be stored, and it is read anew
        if live.sheet.person != given.person:
            raise BadLink("the sheet is somebody else's")
        for viewer in live.viewers[: max(0, len(live.viewers) - TABS + 1)]:
            viewer.leave(close_codes.MOVED)
        return live

    async def take(
        self, live: LiveSheet, client: str, first: int, operations: Sequence[Operation], by: Viewer
    ) -> tuple[int, list[tuple[int, Refusal]]]:
        """Take a tab's operations. Returns the last number that is stored, and what was refused.

        Others hear of them only once they are stored. Raises KeyError for a sheet that was let go.
        """
        if self._live.get(live.sheet.id) is not live:
            raise KeyError(live.sheet.id)
        taken = live.take(client, first, operations)
        last = live.last.get(client, 0)
        if not taken.marks:
            return last, taken.refused
        try:
            with live.writing():
                await self._sheets.write(taken.marks)
        except Exception:
            # What is in memory is ahead of what is stored: begin again from that.
            self._live.pop(live.sheet.id, None)
            self._let_go(live, close_codes.TROUBLE)
            raise
        news = [mark.operation for mark in taken.marks if mark.operation is not None]
        if news:
            told = [operation.model_dump() for operation in news]
            live.tell(message("ops", client=client, ops=told), but=by)
            self._tell(live)
        return last, taken.refused

    def leave(self) -> None:
        """Send every tab away; they come back when the bot does."""
        for live in list(self._live.values()):  # closed ones go from it
            self._let_go(live, close_codes.GOING_AWAY)

    # -- inside

    async def _key(self) -> bytes:
        if self._secret is None:
            self._secret = await self._sheets.secret()
            await self._sheets.forget_old()
        return self._secret

    async def _get(self, sheet_id: str) -> LiveSheet:
        async with self._loading:
            live = await self._find(sheet_id)
        if live is None:
            raise KeyError(sheet_id)
        return live

    async def _find(self, sheet_id: str) -> LiveSheet | None:
        live = self._live.get(sheet_id)
        if live is not None:
            return live
        kept = await self._sheets.find(sheet_id)
        if kept is None:
            return None
        live = LiveSheet.restored(kept)
        if not live.closed:
            self._live[sheet_id] = live
        return live

    def _let_go(self, live: LiveSheet, code: int) -> None:
        for viewer in live.viewers:
            viewer.leave(code)
        if live.closed:
            self._live.pop(live.sheet.id, None)

    def _listeners(self, live: LiveSheet) -> list[_Ears]:
        return [ears for ears in self._ears if live.sheet.id.startswith(ears.prefix)]

    def _tell(self, live: LiveSheet) -> None:
        """Let listeners know, soon, that something was drawn or handed in."""
        self._news.put(live, None)

    async def _tell_newest(self, live: LiveSheet, _: None) -> None:
        work = await self._work(live)
        handed_in = live.paper.done
        for ears in self._listeners(live):
            listener = ears.on_done if handed_in else ears.on_change
            await _call(listener, live.sheet.id, work)

    async def _work(self, live: LiveSheet) -> Work:
        """What is on a sheet and stored. Strokes that fill are found on another thread."""
        await live.settled()
        while found := live.paper.uncovered():
            await asyncio.to_thread(lambda: [region.strokes() for region in found])
            await live.settled()
        return live.paper.work()


async def _call(listener: Listener, sheet_id: str, work: Work) -> None:
    try:
        await listener(sheet_id, work)
    except Exception:
        log.exception("a listener of the pad failed", extra={"sheet": sheet_id})
        metrics.ERRORS.inc()
