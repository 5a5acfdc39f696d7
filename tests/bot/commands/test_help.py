from __future__ import annotations

from bot.commands.help import TOPICS
from bot.playground.test_user import TestUser
from bot.texts import Texts
from engine.version import VERSION
from tests.bot.conftest import SOON, StartBot


async def test_the_guide_turns_to_the_topic_of_each_button(ada: TestUser, start: StartBot):
    await start()
    message = (await ada.slash("help")).message
    assert message is not None
    assert message.ephemeral_to == ada.user.id
    seen = {message.text}
    for topic in list(TOPICS)[1:]:
        await ada.press(message, Texts()(f"help.{topic}"))
        assert message.text.startswith(Texts()(f"help.{topic}_page").strip())
        seen.add(message.text)
    assert len(seen) == len(TOPICS)


async def test_it_says_what_it_is_and_leads_to_the_guide_and_to_privacy(
    ada: TestUser, start: StartBot
):
    await start()
    message = (await ada.slash("about")).message
    assert message is not None
    await ada.wait_for(lambda: "CLIPDraw" in message.text, SOON)
    assert "pocket" in message.text
    assert f"in one server · {VERSION}" in message.text
    guide = (await ada.press(message, "Guide")).message
    assert guide is not None
    assert "/draw" in guide.text
    private = (await ada.press(message, "Privacy")).message
    assert private is not None
    assert "What I store about you" in private.text


async def test_without_an_engine_it_says_so(ada: TestUser, start: StartBot):
    await start(engine="unix:/tmp/penguess-no-such.sock")
    message = (await ada.slash("about")).message
    assert message is not None
    await ada.wait_for(lambda: "away at the moment" in message.text, SOON)
