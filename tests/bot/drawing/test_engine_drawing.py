"""A drawing is followed to its end or cancelled, and an engine that is away is asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import pytest

from bot.drawing.engine_drawing import asked_until, engine_errors, follow
from bot.kit.errors import UserError
from engine.canvas.drawing import Drawing
from engine.client import EngineAway, EngineBusy, EngineClient, EngineError, EngineRefused
from engine.paint.spec import DrawingSpec
from engine.serve import api

SPEC = DrawingSpec(prompt="a cat")
QUEUED, STARTED = api.Queued(id="7", n=0, position=1), api.Started(id="7", n=1)
FINISHED = api.Finished(id="7", n=2, step=1, steps=1, score=0.5, drawing=Drawing(8, 8), seconds=1.0)


class Engine:
    """Says what it is told to say. cancelled: the drawings that were cancelled."""

    def __init__(self, *events: api.Event) -> None:
        self.events = events
        self.asked: list[str] = []
        self.cancelled: list[str] = []

    async def draw(self, spec: DrawingSpec, *, id: str, **_: Any) -> AsyncIterator[api.Event]:  # noqa: A002
        self.asked.append(id)
        for event in self.events:
            yield event

    async def cancel(self, id_: str) -> None:
        self.cancelled.append(id_)


async def followed(engine: Engine) -> list[api.Event]:
    return [one async for one in follow(cast("EngineClient", engine), SPEC, name="7")]


async def test_a_drawing_is_followed_to_its_end_and_not_cancelled():
    engine = Engine(QUEUED, STARTED, FINISHED)
    assert await followed(engine) == [QUEUED, STARTED, FINISHED]
    assert engine.cancelled == []


async def test_each_attempt_has_an_id_of_its_own():
    engine = Engine(FINISHED)
    await followed(engine)
    await followed(engine)
    first, second = engine.asked
    assert first != second
    assert {first.rpartition("-")[0], second.rpartition("-")[0]} == {"7"}


async def test_what_nobody_follows_any_more_is_cancelled():
    engine = Engine(QUEUED, STARTED, FINISHED)
    async with aclosing(follow(cast("EngineClient", engine), SPEC, name="7")) as events:
        async for _ in events:
            break
    assert engine.cancelled == engine.asked


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (api.Failed(id="7", n=1, error=api.Fault(code="internal", message="no")), EngineError),
        (api.Cancelled(id="7", n=1, reason="shutdown"), EngineAway),
    ],
)
async def test_a_drawing_that_the_engine_ends_is_an_error(
    last: api.Event, error: type[EngineError]
):
    engine = Engine(QUEUED, last)
    with pytest.raises(error):
        await followed(engine)
    assert engine.cancelled == []


async def test_an_answer_that_stops_early_is_an_error_and_cancelled():
    engine = Engine(QUEUED)
    with pytest.raises(EngineAway):
        await followed(engine)
    assert engine.cancelled == engine.asked


class Attempts:
    """Raises its errors, one an attempt, then gives "done"; time passes by a second each."""

    def __init__(self, *errors: EngineError) -> None:
        self.errors = list(errors)
        self.count = 0

    async def __call__(self) -> str:
        self.count += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"

    def clock(self) -> float:
        return float(self.count)


BUSY = EngineBusy("full", 0.0)


async def test_a_full_engine_is_asked_again():
    attempt = Attempts(BUSY, BUSY)
    assert await asked_until(attempt, attempt.clock, 10.0) == "done"
    assert attempt.count == 3


async def test_it_is_asked_only_as_long_as_there_is_time():
    attempt = Attempts(*[BUSY] * 9)
    assert await asked_until(attempt, attempt.clock, 3.0) is None
    assert attempt.count == 3


async def test_what_is_refused_is_not_asked_again():
    attempt = Attempts(EngineRefused("no", "invalid", 400))
    assert await asked_until(attempt, attempt.clock, 10.0) is None
    assert attempt.count == 1


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (BUSY, "errors.engine_busy"),
        (EngineAway("gone"), "errors.engine_away"),
        (EngineRefused("no", "blank", 400), "refused.blank"),
    ],
)
def test_people_are_told_what_is_wrong(error: EngineError, key: str):
    with pytest.raises(UserError) as told, engine_errors(lambda it: f"refused.{it.code}"):
        raise error
    assert told.value.key == key
