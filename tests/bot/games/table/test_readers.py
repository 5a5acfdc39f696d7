"""What one person alone sees is in that person's language, what all see in the game's."""

from __future__ import annotations

import re

from bot.playground.model.entities import Message
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.texts import Texts
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import labels, showing, until

DE, JA = Texts("de"), Texts("ja")


async def saying(person: TestUser, text: str) -> Message:
    """The message whose text begins with the first line of `text`, once there is one."""
    first = re.escape(text.splitlines()[0])
    return await until(lambda: showing(person, f"^{first}"))


async def lobby(playground: Playground, start: StartBot, people: list[TestUser]) -> None:
    """A server that speaks English; of two people, one speaks German and one Japanese."""
    playground.world.become_community("en-GB")
    bot = await start(public_url="https://draw.example.org")
    bot.pad.address = "https://draw.example.org"
    people[0].user.locale, people[1].user.locale = "de", "ja"


async def begun(ada: TestUser, grace: TestUser, name: str, **options: object) -> None:
    opened = (await ada.slash(name, **options)).message
    assert opened is not None
    await grace.press(opened, "Join")
    await ada.press(opened, "Start")


async def test_a_drawer_s_cards_and_pad(
    playground: Playground, people: list[TestUser], start: StartBot
):
    await lobby(playground, start, people)
    ada, grace, _ = people
    await begun(ada, grace, "pictionary", mode="people-draw", rounds=1)
    card = await saying(ada, DE("pictionary.choose"))
    turn = await saying(grace, "### Round 1 of 1")
    word = labels(card)[0]
    await ada.press(card, word)
    await until(lambda: DE("pictionary.told", word=word) in card.text)
    assert labels(card)[-3:] == [DE("games.pad"), DE("games.upload"), DE("pictionary.give_up")]
    links = [part["url"] for part in card.walk() if "url" in part]
    assert [link.partition("#")[0] for link in links] == ["https://draw.example.org/pad/de"]
    assert "is drawing" in turn.text
    await ada.press(turn, "Table")
    menu = await saying(ada, DE("games.menu"))
    await ada.press(menu, DE("pictionary.skip"))
    await until(lambda: card.text == DE("games.turn_over"))
    assert "It was" in turn.text


async def test_a_page_of_telephone(playground: Playground, people: list[TestUser], start: StartBot):
    await lobby(playground, start, people)
    ada, grace, _ = people
    await begun(ada, grace, "telephone", links=2)
    hers, his = [
        await saying(person, texts("telephone.begin")) for person, texts in ((ada, DE), (grace, JA))
    ]
    assert "Everybody is thinking" in (await saying(ada, "### ☎️ Page 1 of 2")).text
    await ada.press(hers, labels(hers)[1])
    await grace.press(his, labels(his)[1])
    await until(lambda: his.text == JA("telephone.page_over"))
    await until(lambda: hers.text == DE("telephone.page_over"))
    drawing = await until(lambda: showing(grace, "^### 描くもの"))
    assert labels(drawing) == [JA("games.pad"), JA("games.upload")]
