"""The engines that play: the one that is named, the one that runs here, or one of our own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncGenerator

from rich.console import Console

from engine.child import started
from engine.client import EngineClient

DEFAULT_ADDRESS = "http://127.0.0.1:8600"
URL, TOKEN = "PENGUESS_ENGINE_URL", "PENGUESS_ENGINE_TOKEN"


class Refusal(Exception):
    """Input that cannot be used: one line for people, exit code 2."""


@contextlib.asynccontextmanager
async def engine(
    address: str | None, model: str | None, console: Console
) -> AsyncGenerator[EngineClient]:
    """A client of an engine. address: of one that runs. model: of one that is started; without
    either, one at DEFAULT_ADDRESS is used, and if there is none, one is started.

    Raises Refusal, EngineError.
    """
    token = os.environ.get(TOKEN)
    if address:
        async with EngineClient(address, token) as client:
            if not await client.ready():
                raise Refusal(f"the engine at {address} does not answer, or is not ready")
            yield client
        return
    if not model:
        async with EngineClient(DEFAULT_ADDRESS, token) as client:
            if await client.ready():
                yield client
                return
    async with contextlib.AsyncExitStack() as stack:
        with console.status(f"starting an engine with {model or 'its own model'}"):
            client = await stack.enter_async_context(started(model))
        yield client
