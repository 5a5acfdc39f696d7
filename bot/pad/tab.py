"""One tab that shows a sheet: its WebSocket, what it may say over it, and how fast.

A tab says which sheet it wants (`hello`, with the token of its link) and is shown it (`sheet`).
It sends numbered operations (`ops`) and is told how many are stored (`ack`); what other tabs do
comes as `ops` too, a new word, budget or clock as `terms`, what those around say as `room`. There
is nothing else, and no cookie: a foreign page that connects has no token to say.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Literal

from aiohttp import WSMsgType, web
from pydantic import Field, TypeAdapter, ValidationError

from bot.kit.token_bucket import TokenBucket
from bot.pad.close_codes import BAD_MESSAGE, CLOSED, NO_SHEET, SLOW, TROUBLE
from bot.pad.handshake import Greeting, Leave, Said, greeted
from bot.pad.live_sheet import LiveSheet, message
from bot.pad.operations import Add, ClientName, Extend, Fill, Operation, Reshape
from bot.pad.pad import Pad

log = logging.getLogger(__name__)

MAX_MESSAGE = 32 * 1024  # bytes
OPERATIONS_AT_ONCE = 64
HEARTBEAT = 15.0  # seconds
_UNSENT = 256  # messages that a tab may be behind
_PACE = 600.0  # points a second; a pen gives 240
_BURST = 6_000.0
_MESSAGE_COSTS = 25.0  # points
_FILL_COSTS = 300.0  # points: its strokes have to be found


class Hello(Greeting):
    """The first words of a tab. clients: those whose operations it still has to send."""

    clients: Annotated[tuple[ClientName, ...], Field(max_length=16)]


class Operations(Said):
    """Operations number `first` and following of a client."""

    t: Literal["ops"]
    client: ClientName
    first: Annotated[int, Field(ge=1, le=1_000_000)]
    ops: Annotated[tuple[Operation, ...], Field(min_length=1, max_length=OPERATIONS_AT_ONCE)]


_HELLO = TypeAdapter(Hello)
_OPERATIONS = TypeAdapter(Operations)


class Tab:
    """A connection. It lives as long as `run`."""

    def __init__(self, pad: Pad, socket: web.WebSocketResponse) -> None:
        self._pad = pad
        self._socket = socket
        self._unsent: asyncio.Queue[str | int] = asyncio.Queue(_UNSENT)
        self._leaving = False
        self._bucket = TokenBucket(_PACE, _BURST)

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
            hello, live = await greeted(self._socket, _HELLO, self._pad.admit)
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
            await self._bucket.pay(_cost(sent))
            if live.closed:
                raise Leave(CLOSED)
            try:
                last, refused = await self._pad.take(live, sent.client, sent.first, sent.ops, self)
            except KeyError:
                raise Leave(TROUBLE) from None
            again = last < sent.first - 1
            self.tell(message("ack", client=sent.client, n=last, refused=refused, again=again))

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
