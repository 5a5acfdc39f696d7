"""Asking the engine: a drawing followed to its end, and asking again while the engine is away."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bot.kit.errors import UserError
from engine.client import EngineAway, EngineBusy, EngineClient, EngineError, EngineRefused
from engine.paint.spec import DrawingSpec
from engine.serve import api

T = TypeVar("T")
log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds after which an engine that is away is asked again
_CANCEL_WITHIN = 2.0  # seconds


async def follow(
    engine: EngineClient, spec: DrawingSpec, *, name: str, **options: Any
) -> AsyncGenerator[api.Event]:
    """The events of one drawing; the last one is Finished. options: of EngineClient.draw.

    name: what it is called in the engine; each attempt gets an id of its own, which the engine
    must not know from an earlier one. Close the generator (contextlib.aclosing) to cancel the
    drawing. Raises EngineError when the engine fails it, EngineAway when it drops it.
    """
    id_ = f"{name}-{uuid.uuid4().hex[:16]}"
    over = False
    try:
        async for event in engine.draw(spec, id=id_, **options):
            match event:
                case api.Failed(error=fault):
                    over = True
                    raise EngineError(fault.message)
                case api.Cancelled(reason=reason):
                    over = True
                    raise EngineAway(f"the engine ended the drawing: {reason}")
                case api.Finished():
                    over = True
                    yield event
                    return
                case _:
                    yield event
        raise EngineAway("the engine's answer ended early")
    finally:
        if not over:
            await _cancel(engine, id_)


async def _cancel(engine: EngineClient, id_: str) -> None:
    try:
        async with asyncio.timeout(_CANCEL_WITHIN):
            await engine.cancel(id_)
    except (EngineError, TimeoutError) as error:
        log.info("could not cancel", extra={"drawing": id_, "reason": str(error)})


@contextmanager
def engine_errors(refused: Callable[[EngineRefused], str]) -> Iterator[None]:
    """Turn the engine's errors into UserError. refused: the text for what the engine refuses."""
    try:
        yield
    except EngineBusy as busy:
        raise UserError("errors.engine_busy", n=round(busy.retry_after)) from busy
    except EngineAway as away:
        raise UserError("errors.engine_away") from away
    except EngineRefused as error:
        raise UserError(refused(error)) from error


async def asked_until(
    attempt: Callable[[], Awaitable[T]], clock: Callable[[], float], until: float
) -> T | None:
    """What an attempt gives; while the engine is away or full, it is tried again until the clock
    shows `until`. None if nothing came of it, or the engine refuses."""
    while True:
        pause = AGAIN
        try:
            return await attempt()
        except EngineRefused as refused:
            log.warning("the engine refuses", extra={"reason": str(refused)})
            return None
        except EngineBusy as busy:
            pause = busy.retry_after
        except EngineError as error:
            log.warning("the engine failed", extra={"reason": str(error)})
        if clock() + pause >= until:
            return None
        await asyncio.sleep(pause)
