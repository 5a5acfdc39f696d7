from __future__ import annotations

from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from tests.bot.conftest import SOON, StartBot, over
from tests.bot.store.test_erasure import live, traces
from tests.pace import Pace


async def panel(person: TestUser) -> Message:
    message = (await person.slash("privacy")).message
    assert message is not None
    assert message.ephemeral_to == person.user.id
    return message


async def delete_all(person: TestUser) -> Message:
    message = await panel(person)
    await person.press(message, "Delete all of it …")
    await person.press(message, "Yes, delete")
    await person.wait_for(lambda: "Done" in message.text, SOON)
    return message


async def test_what_is_stored_is_counted_and_deleted_by_the_button(
    ada: TestUser, start: StartBot, store: Store
):
    await start(steps=2)
    await live(store, ada.user.id)
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    await over(ada, drawn)
    message = await panel(ada)
    assert "**2** drawings" in message.text
    assert "**1** word that you added" in message.text
    assert "**365** days" in message.text
    await delete_all(ada)
    assert await traces(store, ada.user.id) == []
    assert "**0** drawings" in (await panel(ada)).text
    gone = (await ada.press(drawn, "Again")).message
    assert gone is not None
    assert "I no longer have that drawing" in gone.text


async def test_what_is_under_way_ends_first(
    ada: TestUser, start: StartBot, store: Store, pace: Pace
):
    pace.hold()
    bot = await start(steps=20)
    drawn = (await ada.slash("draw", prompt="a cat", strokes=4)).message
    assert drawn is not None
    await ada.wait_for(lambda: drawn.attachments, SOON)
    await delete_all(ada)
    assert "Stopped by" in drawn.text
    assert bot.in_progress.of(ada.user.id) == []
    assert await traces(store, ada.user.id) == []


async def test_nothing_is_deleted_without_a_second_yes(
    ada: TestUser, start: StartBot, store: Store
):
    await start()
    await live(store, ada.user.id)
    message = await panel(ada)
    await ada.press(message, "Delete all of it …")
    await ada.press(message, "No")
    assert "**1** drawing" in message.text
    assert await traces(store, ada.user.id) != []


async def test_it_works_in_direct_messages_and_for_one_person_alone(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    grace = TestUser(playground, "Grace")
    await live(store, ada.user.id)
    await live(store, grace.user.id)
    ada.go(ada.direct)
    await delete_all(ada)
    assert await traces(store, ada.user.id) == []
    assert await traces(store, grace.user.id) != []
