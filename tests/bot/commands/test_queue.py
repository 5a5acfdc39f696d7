from __future__ import annotations

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.conftest import SOON, StartBot, over
from tests.pace import Pace


async def queue(person: TestUser) -> str:
    message = (await person.slash("queue")).message
    assert message is not None
    assert message.ephemeral_to == person.user.id
    return message.text


async def test_one_s_own_drawings_are_listed_and_others_counted(
    playground: Playground, ada: TestUser, start: StartBot, pace: Pace
):
    pace.hold()
    await start(steps=20, per_person=2, per_server=5)
    grace = TestUser(playground, "Grace")
    assert "no drawing under way" in await queue(ada)
    drawn = (await ada.slash("draw", prompt="a [cat]", strokes=4)).message
    assert drawn is not None
    await ada.wait_for(lambda: drawn.attachments, SOON)
    text = await queue(ada)
    assert "a \\[cat\\]" in text
    assert f"/{drawn.channel_id}/{drawn.id}" in text
    assert "Yours: 1 of at most 2" in text
    assert "In this server: 1 of at most 5" in text
    others = await queue(grace)
    assert "cat" not in others
    assert "In this server: 1 of at most 5" in others
    await ada.press(drawn, "Stop")
    await over(ada, drawn)
    assert "no drawing under way" in await queue(ada)
