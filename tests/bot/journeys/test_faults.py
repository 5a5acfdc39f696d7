"""Bad days: the gateway, Discord's limits, the engine, and people who delete things."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from bot.drawing.stored_drawings import StoredDrawings
from bot.engine_process import NICE, EngineProcess
from bot.kit.reply import TOKEN_GOOD_FOR
from bot.playground.model.entities import Message
from bot.playground.model.permission import Permission
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from engine.client import EngineClient
from tests.bot.conftest import (
    ENGINE_STARTS_WITHIN,
    PACED_ENGINE,
    SOON,
    StartBot,
    Watch,
    over,
    picture,
)
from tests.clock import MovedClock
from tests.pace import Pace


async def begun(person: TestUser, **options: object) -> Message:
    """The message of a drawing of which a preview is to be seen already; engines are held."""
    asked = await person.slash("draw", **({"prompt": "a cat", "strokes": 6} | options))
    message = asked.message
    assert message is not None
    await person.wait_for(lambda: message.attachments, SOON)
    return message


@pytest.mark.parametrize("how", ["drop_gateway", "ask_reconnect", "invalidate_session"])
async def test_a_drawing_goes_on_while_the_gateway_is_gone(
    playground: Playground, ada: TestUser, start: StartBot, how: str, pace: Pace
):
    pace.hold(at=1)
    await start(steps=20)
    message = await begun(ada)
    getattr(playground.faults, how)()
    pace.release()
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"

    async def answered() -> Message | None:
        asked = ada.call("draw", prompt="a dog", strokes=4)
        await asked.settled.wait()
        return asked.message

    async with asyncio.timeout(SOON):  # until the bot has connected again
        while (second := await answered()) is None:
            pass
    await over(ada, second)


async def test_rate_limited_edits_do_not_lose_the_end(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    pace.hold(at=1)
    await start(steps=20)
    message = await begun(ada)
    playground.faults.rate_limit("PATCH */messages/@original", times=3, retry_after=0.5)
    pace.release()
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"
    assert 429 in {record.status for record in playground.rest.records}


async def test_failing_edits_do_not_lose_the_end(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    pace.hold(at=1)
    await start(steps=20)
    message = await begun(ada)
    playground.faults.fail("PATCH */messages/@original", times=2, status=503)
    pace.release()
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"


async def test_a_deleted_message_ends_the_drawing(
    playground: Playground, ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    pace.hold(at=1)
    bot = await start(steps=20, per_person=1)
    message = await begun(ada)
    playground.faults.delete_message(message)
    pace.hold(at=2)  # so that there is something more to show
    async with asyncio.timeout(SOON):
        while bot.in_progress.limits.total:  # noqa: ASYNC110 - nothing tells when a place is free
            await asyncio.sleep(0.1)
    assert await StoredDrawings(store).unfinished() == []
    assert await StoredDrawings(store).of_message(message.id) is None


async def test_a_drawing_ends_well_without_any_permission(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    pace.hold(at=1)
    await start(steps=20)
    message = await begun(ada)
    playground.faults.take_permission(
        ada.here, Permission.SEND_MESSAGES, Permission.ATTACH_FILES, Permission.EMBED_LINKS
    )
    pace.release()
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"


async def test_a_drawing_goes_on_beyond_discord_s_fifteen_minutes(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    clock = MovedClock()
    pace.hold(at=1)
    await start(steps=20, clock=clock)
    message = await begun(ada)
    clock.moved = TOKEN_GOOD_FOR + 1
    playground.clock.advance(16 * 60)
    watch = Watch(playground, message)
    pace.hold(at=2)
    await ada.wait_for(lambda: watch.previews, SOON)
    await ada.press(message, "Stop")
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"


@pytest.mark.parametrize("seconds", [7200.0, -7200.0])
async def test_a_jump_of_the_wall_clock_ends_no_drawing(
    playground: Playground,
    ada: TestUser,
    start: StartBot,
    pace: Pace,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
):
    pace.hold(at=1)
    await start(steps=4)
    message = await begun(ada)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + seconds)
    playground.clock._moved -= seconds  # Discord's own clock does not jump
    pace.release()
    await over(ada, message)
    assert picture(message)[0] == "drawing.gif"
    assert "15 minutes" not in message.text


async def test_where_the_bot_may_not_post_it_finishes_in_time(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    clock = MovedClock()
    playground.faults.take_permission(ada.here, Permission.SEND_MESSAGES)
    pace.hold(at=1)
    await start(steps=20, clock=clock)
    message = await begun(ada)
    clock.moved = TOKEN_GOOD_FOR + 1
    playground.clock.advance(TOKEN_GOOD_FOR + 1)
    await over(ada, message)
    assert "15 minutes" in message.text
    assert "**Send Messages**" in message.text
    assert picture(message)[0] == "drawing.gif"


async def test_an_engine_that_is_away_is_told_and_nothing_is_left_thinking(
    ada: TestUser, start: StartBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.drawing.job.ENGINE_MAY_START", 2.0)
    await start(engine="unix:/tmp/penguess-no-such.sock")
    asked = await ada.slash("draw", prompt="a cat")
    message = asked.message
    assert message is not None
    await over(ada, message)
    assert "my drawing hand is away" in message.text
    assert not message.attachments


async def test_an_engine_killed_in_the_middle_is_started_again_and_goes_on(
    playground: Playground, ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    process = EngineProcess("pocket", command=PACED_ENGINE)
    pace.hold(at=1)
    process.start()
    try:
        async with EngineClient(process.address) as client:
            async with asyncio.timeout(ENGINE_STARTS_WITHIN):
                while not await client.ready():  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.2)
        await start(engine=process.address, steps=20)
        message = await begun(ada)
        watch = Watch(playground, message)
        before = process.pid
        assert before is not None
        # What answers people goes before what paints.
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, before) == min(19, own + NICE)
        os.kill(before, signal.SIGKILL)
        await ada.wait_for(lambda: any("Going on" in text for text in watch.texts), SOON)
        pace.release()
        await ada.wait_for(lambda: "draw:again:" in str(message.components), ENGINE_STARTS_WITHIN)
        assert process.pid not in (None, before)
        assert picture(message)[0] == "drawing.gif"
        stored = await StoredDrawings(store).of_message(message.id)
        assert stored is not None
        assert (stored.state, stored.step) == ("finished", 20)
    finally:
        await process.stop()


HOSTILE_PROMPTS = {
    "@everyone <@1> <@&2> come here": "<@1>",
    "**loud** [click](https://x.y) # big": "**loud**",
    "\u202egnirts\u202c a\u200bcat": "\u202e",
    "# \u0301" * 30 + "x": "\n#",
}


@pytest.mark.parametrize("prompt", HOSTILE_PROMPTS)
async def test_hostile_prompts_do_nothing_in_the_channel(
    playground: Playground, ada: TestUser, start: StartBot, prompt: str
):
    await start(steps=2)
    asked = await ada.slash("draw", prompt=prompt, strokes=4)
    message = asked.message
    assert message is not None
    await over(ada, message)
    assert message.mentions == []
    assert not message.mention_everyone
    assert message.mention_roles == []
    assert HOSTILE_PROMPTS[prompt] not in message.text


@pytest.mark.parametrize(
    ("prompt", "reason"), [("\u200b\u200b", "I can't draw that"), ("f u c k", "rather not")]
)
async def test_prompts_that_are_not_drawn_are_refused_in_private(
    ada: TestUser, start: StartBot, prompt: str, reason: str
):
    await start()
    asked = await ada.slash("draw", prompt=prompt)
    assert asked.message is not None
    assert asked.message.ephemeral_to == ada.user.id
    assert reason in asked.message.text


async def test_a_prompt_of_six_thousand_characters_is_refused(ada: TestUser, start: StartBot):
    """Discord's own client does not send it; a client that does is told why it is refused."""
    await start()
    command = next(c for c in ada.playground.commands.usable() if c["name"] == "draw")
    for option in command["options"]:
        option.pop("max_length", None)
    asked = await ada.slash("draw", prompt="cat " * 1500)
    assert asked.message is not None
    assert asked.message.ephemeral_to == ada.user.id
    assert len(asked.message.text) < 500
