"""Answers that reach Discord although the bot is told that they did not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.kit import answers
from bot.kit.answers import ACKNOWLEDGED, make_sure

CALLBACK = Route(
    "POST", "/interactions/{webhook_id}/{webhook_token}/callback", webhook_id=7, webhook_token="t"
)
FOLLOW_UP = Route("POST", "/webhooks/{webhook_id}/{webhook_token}", webhook_id=1, webhook_token="t")
ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
MESSAGE = {"id": "42", "flags": 1 << 6}


class Discord:
    """Answers requests with what it was given, in order; notes what came."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[str] = []

    async def request(self, route: Route, session: Any, **_: Any) -> Any:
        self.asked.append(f"{route.method} {route.path.rsplit('/', 1)[-1]}")
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def refused(status: int, code: int) -> discord.HTTPException:
    class Response:
        reason = "no"

    Response.status = status  # type: ignore[attr-defined]
    kind = discord.NotFound if status == 404 else discord.HTTPException
    return kind(Response(), {"code": code, "message": "no"})  # type: ignore[arg-type]


BROKEN = aiohttp.ClientOSError(104, "Connection reset by peer")
TWICE = refused(400, ACKNOWLEDGED)


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Gives discord.py's way to Discord, with another Discord behind it."""
    monkeypatch.setattr(answers, "_PAUSES", (0.0, 0.0, 0.0))

    def make(behind: Discord) -> AsyncWebhookAdapter:
        async def request(_: Any, route: Route, session: Any, **options: Any) -> Any:
            return await behind.request(route, session, **options)

        monkeypatch.setattr(AsyncWebhookAdapter, "request", request)
        make_sure(1)
        return answers.async_context.get()

    before = answers.async_context.get()
    yield make
    answers.async_context.set(before)


async def answer(adapter: AsyncWebhookAdapter, kind: int) -> Any:
    return await adapter.request(CALLBACK, None, payload={"type": kind})  # type: ignore[arg-type]


async def test_an_answer_that_is_acknowledged_already_is_the_message_that_it_became(adapter: Any):
    behind = Discord(TWICE, MESSAGE)
    told = await answer(adapter(behind), 4)
    assert told["interaction"]["response_message_id"] == "42"
    assert told["interaction"]["response_message_ephemeral"]
    assert told["resource"] == {"type": 4, "message": MESSAGE}
    assert behind.asked == ["POST callback", "GET @original"]


async def test_an_answer_without_a_message_asks_for_none(adapter: Any):
    behind = Discord(TWICE)
    told = await answer(adapter(behind), 6)
    assert told["resource"] == {"type": 6}
    assert behind.asked == ["POST callback"]


async def test_a_connection_that_breaks_does_not_lose_the_answer(adapter: Any):
    behind = Discord(BROKEN, TWICE, MESSAGE)
    assert (await answer(adapter(behind), 5))["resource"]["message"] == MESSAGE


async def test_a_message_that_follows_is_sent_once(adapter: Any):
    behind = Discord(BROKEN)
    with pytest.raises(aiohttp.ClientOSError):
        await adapter(behind).request(FOLLOW_UP, None, payload={})
    assert len(behind.asked) == 1


async def test_what_is_deleted_when_the_connection_breaks_is_deleted(adapter: Any):
    route = Route("DELETE", ORIGINAL, webhook_id=1, webhook_token="t")
    gone = refused(404, 10008)
    assert await adapter(Discord(BROKEN, gone)).request(route, None) is None
    with pytest.raises(discord.NotFound):
        await adapter(Discord(gone)).request(route, None)


async def test_other_refusals_are_passed_on(adapter: Any):
    with pytest.raises(discord.NotFound):
        await answer(adapter(Discord(refused(404, 10062))), 4)


async def test_a_connection_that_stays_broken_is_given_up(adapter: Any):
    behind = Discord(*[BROKEN] * 9)
    with pytest.raises(aiohttp.ClientOSError):
        await answer(adapter(behind), 4)
    assert len(behind.asked) == 4
