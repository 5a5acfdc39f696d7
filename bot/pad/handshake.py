"""How a page begins to talk over its WebSocket: with the signed words that it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, TypeVar

from aiohttp import WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.pad.close_codes import BAD_LINK, BAD_MESSAGE, EXPIRED, SLOW
from bot.pad.links import LONGEST, BadLink, ExpiredLink

HELLO_WITHIN = 10.0  # seconds


class Leave(Exception):
    """The page is to be let go with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Said(BaseModel):
    """A message of a page."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Greeting(Said):
    """The first words of a page."""

    t: Literal["hello"]
    token: Annotated[str, Field(max_length=LONGEST)]


H = TypeVar("H", bound=Greeting)
G = TypeVar("G")


async def greeted(
    socket: web.WebSocketResponse,
    greeting: TypeAdapter[H],
    admit: Callable[[str], Awaitable[G]],
) -> tuple[H, G]:
    """Wait for a page's first words; what they are, and what `admit` makes of their token.

    Raises Leave.
    """
    try:
        async with asyncio.timeout(HELLO_WITHIN):
            said = await socket.receive()
    except TimeoutError:
        raise Leave(SLOW) from None
    if said.type is not WSMsgType.TEXT:
        raise Leave(BAD_MESSAGE)
    try:
        hello = greeting.validate_json(said.data)
        return hello, await admit(hello.token)
    except ValidationError:
        raise Leave(BAD_MESSAGE) from None
    except ExpiredLink:
        raise Leave(EXPIRED) from None
    except BadLink:
        raise Leave(BAD_LINK) from None
