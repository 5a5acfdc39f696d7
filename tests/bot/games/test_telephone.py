from __future__ import annotations

import io
import json

from PIL import Image

from bot.playground.person import Person
from bot.playground.server import Playground
from bot.store import Store
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import until


async def test_the_bot_plays_by_itself_and_leaves_an_album(
    playground: Playground, people: list[Person], start: StartBot, store: Store
):
    bot = await start(steps=10)
    bot.pad.address = "http://127.0.0.1:8011"
    ada = people[0]
    asked = await ada.slash("telephone", preset="self-play", prompt="a red apple", links=4)
    message = asked.message
    assert message is not None
    seen: set[str] = set()
    await until(lambda: seen.add(message.text) or "Album 1" in message.text, 90)
    assert any("Page 2 of 4: drawing" in text for text in seen)
    gif = next(file.data for file in message.attachments if file.filename == "chain.gif")
    assert len(gif) < 10 << 20
    assert Image.open(io.BytesIO(gif)).n_frames > 4
    (kept,) = await store.do(lambda db: list(db.query("select * from albums")))
    assert json.loads(kept["people"]) == [ada.user.id]
    pages = json.loads(kept["data"])["books"][0]["pages"]
    assert [page["author"] for page in pages] == [ada.user.id, 0, 0, 0]
    assert pages[0]["phrase"] == "a red apple"
    assert pages[1]["drawing"]["strokes"]
    assert pages[2]["phrase"]
    assert await store.running_games() == []
