"""One tab that shows a sheet: its WebSocket, what it may say over it, and how fast.

A tab says which sheet it wants (`hello`, with the token of its link) and is shown it (`sheet`).
It sends numbered operations (`ops`) and is told how many are stored (`ack`); what other tabs do
comes as `ops` too, a new word, budget or clock as `terms`, what those around say as `room`. There
is nothing else, and no cookie: a
foreign page that connects has no token to say.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Literal

from aiohttp import WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.pad.close_codes import BAD_LINK, BAD_MESSAGE, CLOSED, EXPIRED, NO_SHEET, SLOW, TROUBLE
from bot.pad.links import LONGEST, BadLink, ExpiredLink
from bot.pad.live_sheet import LiveSheet, message
from bot.pad.operations import Add, ClientName, Extend, Fill, Operation, Reshape
from bot.pad.pad import Pad

log = logging.getLogger(__name__)

MAX_MESSAGE = 32 * 1024  # bytes
OPERATIONS_AT_ONCE = 64
HELLO_WITHIN = 10.0  # seconds
HEARTBEAT = 15.0  # seconds
_UNSENT = 256  # messages that a tab may be behind
_PACE = 600.0  # points a second; a pen gives 240
_BURST = 6_000.0
_MESSAGE_COSTS = 25.0  # points
_FILL_COSTS = 300.0  # points: its strokes have to be found


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Hello(_Said):
    """The first words of a tab. clients: those whose operations it still has to send."""

    t: Literal["hello"]
    token: Annotated[str, Field(max_length=LONGEST)]
    clients: Annotated[tuple[ClientName, ...], Field(max_length=16)]


class Operations(_Said):
    """Operations number `first` and following of a client."""

    t: Literal["ops"]
    client: ClientName
    first: Annotated[int, Field(ge=1, le=1_000_000)]
    ops: Annotated[tuple[Operation, ...], Field(min_length=1, max_length=OPERATIONS_AT_ONCE)]


_HELLO = TypeAdapter(Hello)
_OPERATIONS = TypeAdapter(Operations)


class Leave(Exception):
    """The tab is to be let go with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Tab:
    """A connection. It lives as long as `run`."""

    def __init__(self, pad: Pad, socket: web.WebSocketResponse) -> None:
        self._pad = pad
        self._socket = socket
        self._unsent: asyncio.Queue[str | int] = asyncio.Queue(_UNSENT)
        self._leaving = False
        self._purse = _BURST
        self._since = asyncio.get_running_loop().time()

    def tell(self, text: str) -> None:
        """Send a message soon. A tab that does not read is let go, and comes back."""
        if self._leaving:
            return
        try:
            self._unsent.put_nowait(text)
        except asyncio.QueueFull:
            self.leave(SLOW)

    def leave(self, code: int) -> None:
        """Close after what is still to be sent, or at once if that does not go away."""
        if self._leaving:
            return
        self._leaving = True
        if self._unsent.full():
            while not self._unsent.empty():
                self._unsent.get_nowait()
        self._unsent.put_nowait(code)

    async def run(self) -> None:
        sender = asyncio.create_task(self._send())
        live: LiveSheet | None = None
        try:
            live = await self._enter()
            await self._listen(live)
        except Leave as leave:
            self.leave(leave.code)
        except Exception:
            log.exception("a tab of the pad failed")
            self.leave(TROUBLE)
        finally:
            if live is not None and self in live.viewers:
                live.viewers.remove(self)
            if self._leaving:
                await asyncio.wait({sender}, timeout=5.0)
            sender.cancel()

    async def _enter(self) -> LiveSheet:
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                said = await self._socket.receive()
        except TimeoutError:
            raise Leave(SLOW) from None
        if said.type is not WSMsgType.TEXT:
            raise Leave(BAD_MESSAGE)
        try:
            hello = _HELLO.validate_json(said.data)
            live = await self._pad.admit(hello.token)
        except ValidationError:
            raise Leave(BAD_MESSAGE) from None
        except ExpiredLink:
            raise Leave(EXPIRED) from None
        except BadLink:
            raise Leave(BAD_LINK) from None
        except KeyError:
            raise Leave(NO_SHEET) from None
        self.tell(live.snapshot(self._pad.now(), hello.clients))
        if live.closed:
            raise Leave(CLOSED)
        if live.room is not None:
            self.tell(live.room)
        live.viewers.append(self)
        return live

    async def _listen(self, live: LiveSheet) -> None:
        async for said in self._socket:
            if said.type is not WSMsgType.TEXT:
                raise Leave(BAD_MESSAGE)
            try:
                sent = _OPERATIONS.validate_json(said.data)
            except ValidationError as error:
                log.info("a tab of the pad is refused", extra={"errors": error.error_count()})
                raise Leave(BAD_MESSAGE) from None
            await self._pay(_cost(sent))
            if live.closed:
                raise Leave(CLOSED)
            try:
                last, refused = await self._pad.take(live, sent.client, sent.first, sent.ops, self)
            except KeyError:
                raise Leave(TROUBLE) from None
            again = last < sent.first - 1
            self.tell(message("ack", client=sent.client, n=last, refused=refused, again=again))

    async def _pay(self, cost: float) -> None:
        """Read no faster than a hand draws: who sends more is kept waiting, and loses nothing."""
        now = asyncio.get_running_loop().time()
        self._purse = min(_BURST, self._purse + (now - self._since) * _PACE) - cost
        self._since = now
        if self._purse < 0:
            await asyncio.sleep(-self._purse / _PACE)

    async def _send(self) -> None:
        while True:
            item = await self._unsent.get()
            try:
                if isinstance(item, int):
                    await self._socket.close(code=item)
                    return
                await self._socket.send_str(item)
            except ConnectionError:
                return


def _cost(sent: Operations) -> float:
    drawn = (op for op in sent.ops if isinstance(op, Add | Extend))
    fills = (op for op in sent.ops if isinstance(op, Fill | Reshape))
    cost = _MESSAGE_COSTS + len(sent.ops) + sum(len(op.points) // 2 for op in drawn)
    return cost + sum(_FILL_COSTS + sum(map(len, op.contours)) // 2 for op in fills)
