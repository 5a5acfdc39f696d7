"""Who is let in, what they are told, and how the Activity keeps to itself."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from typing import Any

import aiohttp
import pytest

from bot import config
from bot.activity import page_files
from bot.activity.session import plain
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.web.server import Web
from games.core import MODERATOR
from games.table.table import End
from tests.bot.activity.conftest import Inside, Open, a_turn, launch
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, showing, the_game, until, word_of


async def knock(url: str, **entry: object) -> tuple[int, dict[str, Any]]:
    """Ask to be let in; the status and what is said."""
    async with aiohttp.ClientSession() as session:
        asked = session.post(f"{url}/activity/token", data=json.dumps(entry))
        async with asked as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, await answer.json()


async def come_in(here: Inside, person: TestUser, instance: str) -> str:
    """A person's pass."""
    code = person.playground.activities.authorize(person.user)
    status, said = await knock(here.url, code=code, instance=instance)
    assert status == 200
    return said["pass"]


class Watcher:
    """A page that hears what the bot tells it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.scenes: list[dict[str, Any]] = []
        self.raw: list[str] = []

    async def say(self, **words: object) -> None:
        await self.socket.send_str(json.dumps(words))

    async def hear(self, kind: str) -> dict[str, Any]:
        while True:
            message = await self.socket.receive(timeout=60)
            assert message.type is aiohttp.WSMsgType.TEXT, self.socket.close_code
            self.raw.append(message.data)
            said = json.loads(message.data)
            if said["t"] == kind:
                return said


async def watch(session: aiohttp.ClientSession, here: Inside, token: str) -> Watcher:
    socket = await session.ws_connect(f"{here.url}/activity/socket")
    watcher = Watcher(socket)
    await watcher.say(t="hello", token=token, language="en")
    return watcher


async def test_nothing_of_it_is_there_without_the_secret(start: StartBot, ada: TestUser):
    bot = await start()
    async with Web(bot, "127.0.0.1", 0) as web, aiohttp.ClientSession() as session:
        for path in ("/activity/", "/activity/files/activity.js", "/activity/socket"):
            async with session.get(web.url + path) as answer:
                assert answer.status == 404
        told = await a_turn(ada)
        labels = [part.get("label") for part in told.walk()]
        assert "Draw here" not in labels
        assert "Open the pad" in labels


async def test_discord_alone_may_frame_it_and_the_pad_is_framed_by_nobody(inside: Open):
    async with inside() as here, aiohttp.ClientSession() as session:
        async with session.get(f"{here.url}/activity/") as answer:
            policy = answer.headers["Content-Security-Policy"]
            page = await answer.text()
        ancestors = "https://discord.com https://*.discord.com https://*.discordsays.com"
        assert f"frame-ancestors {ancestors}" in policy.split("; ")
        assert "script-src 'self'" in policy.split("; ")
        assert "{{" not in page
        assert not re.search(r"<script(?![^>]*(?:src|application/json))", page)
        for name in re.findall(r'(?:src|href)="/\.proxy/(files/[^"]+)"', page):
            async with session.get(f"{here.url}/activity/{name}") as answer:
                assert answer.status == 200, name
        async with session.get(f"{here.url}/pad/en") as answer:
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_the_sdk_is_as_it_was_built():
    readme = page_files.SDK.with_name("README.md").read_text("utf-8")
    assert hashlib.sha256(page_files.SDK.read_bytes()).hexdigest() in readme


async def test_who_is_not_what_they_say_is_not_let_in(
    playground: Playground, people: list[TestUser], inside: Open, caplog: pytest.LogCaptureFixture
):
    ada, grace, _ = people
    activities = playground.activities
    async with inside() as here:
        instance = await launch(ada, await a_turn(ada, grace))
        code = activities.authorize(ada.user)
        assert (await knock(here.url, code=code, instance=instance.id))[0] == 200
        again = await knock(here.url, code=code, instance=instance.id)
        assert again == (403, {"why": "activity.refused"})
        code = activities.authorize(grace.user)  # who has not opened it
        assert await knock(here.url, code=code, instance=instance.id) == (
            403,
            {"why": "activity.not_here"},
        )
        code = activities.authorize(ada.user)
        assert (await knock(here.url, code=code, instance="i-1-gc-2-3"))[0] == 403
        for bad in ({}, {"code": 1, "instance": "i"}, {"code": "a b", "instance": "../../users"}):
            assert (await knock(here.url, **bad))[0] == 400
        assert (await knock(here.url, code="a" * 5000, instance="i"))[0] == 413

        activities.client_secret = "another"
        code = activities.authorize(ada.user)
        assert await knock(here.url, code=code, instance=instance.id) == (
            502,
            {"why": "activity.away"},
        )
        assert "DISCORD_CLIENT_SECRET" in caplog.text
        secret = here.bot.config.client_secret
        assert secret is not None
        assert secret.get_secret_value() not in caplog.text
        assert code not in caplog.text


async def test_a_crowd_waits_and_nobody_asks_discord_for_it(
    playground: Playground, people: list[TestUser], inside: Open
):
    async with inside() as here:
        asked = [knock(here.url, code="x", instance="i-1") for _ in range(60)]
        answers = {status for status, _ in await asyncio.gather(*asked)}
        assert 429 in answers
        assert answers <= {403, 429}


async def test_a_pass_opens_what_it_was_given_for_and_nothing_else(
    playground: Playground, people: list[TestUser], inside: Open
):
    ada, grace, _ = people
    async with inside() as here, aiohttp.ClientSession() as session:
        instance = await launch(ada, await a_turn(ada, grace))
        mine = await come_in(here, ada, instance.id)
        drawer = await watch(session, here, mine)
        scene = await drawer.hear("scene")
        assert scene["sheet"]
        swapped = await watch(session, here, scene["token"])
        assert (await swapped.socket.receive(timeout=60)).data == 4401
        pad = await session.ws_connect(f"{here.url}/activity/pad/socket")
        await pad.send_str(json.dumps({"t": "hello", "token": mine, "clients": []}))
        assert (await pad.receive(timeout=60)).data == 4404
        pad = await session.ws_connect(f"{here.url}/activity/pad/socket")
        await pad.send_str(json.dumps({"t": "hello", "token": scene["token"], "clients": []}))
        assert json.loads((await pad.receive(timeout=60)).data)["title"] == word_of(here.bot)
        await drawer.say(t="guess", text="x", more=1)
        assert (await drawer.socket.receive(timeout=60)).data == 4400


async def test_watchers_never_hear_the_word_and_their_guesses_are_stored_first(
    playground: Playground, people: list[TestUser], inside: Open
):
    ada, grace, linus = people
    async with inside() as here, aiohttp.ClientSession() as session:
        instance = await launch(ada, await a_turn(ada, grace))
        playground.activities.join(instance, grace.user)
        playground.activities.join(instance, linus.user)
        hers = await watch(session, here, await come_in(here, grace, instance.id))
        scene = await hers.hear("scene")
        assert scene["guesses"]
        assert (scene["drawer"], scene["sheet"], scene["choices"]) == ("Ada", "", [])
        his = await watch(session, here, await come_in(here, linus, instance.id))
        scene = await his.hear("scene")
        assert scene["joins"]
        assert scene["guesses"]  # who guesses plays
        await his.say(t="guess", text="   ")
        refused = await his.hear("said")
        assert not refused["good"]
        assert "empty" in refused["text"]
        word, before = word_of(here.bot), the_game(here.bot).play.count
        await hers.say(t="guess", text="a *zeppelin*")
        said = await hers.hear("said")
        assert said == {"t": "said", "of": "guess", "good": True, "text": "It isn't a *zeppelin*."}
        assert len(await here.bot.store.events(the_game(here.bot).id)) == before + 1
        assert ["Grace", "a *zeppelin*"] in (await hers.hear("scene"))["heard"]
        assert not any(word in raw for raw in hers.raw + his.raw)
        await hers.say(t="guess", text=word)
        assert (await hers.hear("said"))["good"]
        await his.say(t="guess", text=word)
        assert (await his.hear("said"))["good"]
        await until(lambda: the_game(here.bot).play.state.phase == "reveal")
        while (scene := await his.hear("scene"))["title"] != f"It was: {word}":
            assert word not in json.dumps(scene)


async def test_a_word_can_be_chosen_and_where_nothing_is_played_that_is_said(
    playground: Playground, people: list[TestUser], inside: Open, clock: Hurry
):
    ada, grace, _ = people
    async with inside() as here, aiohttp.ClientSession() as session:
        instance = await launch(ada, await a_turn(ada, grace, rounds=2))
        game = the_game(here.bot)
        playground.activities.join(instance, grace.user)
        hers = await watch(session, here, await come_in(here, grace, instance.id))
        await until(lambda: game.play.state.turn is not None)
        await hers.say(t="guess", text=word_of(here.bot))
        await until(lambda: game.play.state.phase == "reveal")
        clock.skip(60)
        await until(lambda: game.play.state.phase == "choosing")
        while not (scene := await hers.hear("scene"))["choices"]:
            pass
        await hers.say(t="choose", number=scene["number"] + 7, index=0)
        assert not (await hers.hear("said"))["good"]
        await hers.say(t="choose", number=scene["number"], index=0)
        assert (await hers.hear("said"))["good"]
        while not (scene := await hers.hear("scene"))["sheet"]:
            pass
        await game.do(End(MODERATOR))
        while "no game in this channel" not in (scene := await hers.hear("scene"))["note"]:
            pass


async def test_a_page_of_a_chain_is_drawn_there_and_nobody_else_sees_it(
    playground: Playground, people: list[TestUser], inside: Open
):
    ada, grace, linus = people
    async with inside() as here, aiohttp.ClientSession() as session:
        opened = (await ada.slash("telephone", links=2)).message
        assert opened is not None
        await grace.press(opened, "Join")
        await ada.press(opened, "Settings")
        panel = await until(lambda: showing(ada, "Settings of this game"))
        game = the_game(here.bot)
        await ada.choose(panel, f"pick:{game.id}:set:seats", "2")
        await until(lambda: game.play.state.settings.seats == 2)
        await ada.press(opened, "Start")
        for person, phrase in ((ada, "a green moon"), (grace, "a red boat")):
            task = await until(lambda person=person: showing(person, "Your phrase"))
            form = await person.press(task, "Write")
            await person.submit(form, {"phrase": phrase})
        task = await until(lambda: showing(grace, "Draw: .*a green moon"))
        instance = await launch(grace, task)
        playground.activities.join(instance, linus.user)
        hers = await watch(session, here, await come_in(here, grace, instance.id))
        scene = await hers.hear("scene")
        assert scene["sheet"] == "page:1"
        pad = await session.ws_connect(f"{here.url}/activity/pad/socket")
        await pad.send_str(json.dumps({"t": "hello", "token": scene["token"], "clients": []}))
        assert json.loads((await pad.receive(timeout=60)).data)["title"] == "a green moon"
        his = await watch(session, here, await come_in(here, linus, instance.id))
        scene = await his.hear("scene")
        assert (scene["sheet"], scene["picture"], scene["guesses"]) == ("", "", False)
        stroke = {
            "op": "add",
            "stroke": "aaaaaaaa-1",
            "ink": 0,
            "pen": 1,
            "points": [10, 10, 900, 900],
        }
        ops = [stroke, {"op": "done"}]
        await pad.send_str(json.dumps({"t": "ops", "client": "aaaaaaaa", "first": 1, "ops": ops}))
        await until(
            lambda: str(grace.user.id) not in game.play.state.books.waiting(game.table.seats)
        )
        assert not any("moon" in raw for raw in his.raw)


async def test_a_duel_is_secret_until_the_vote(
    playground: Playground, people: list[TestUser], inside: Open
):
    ada, grace, linus = people
    async with inside(steps=12) as here, aiohttp.ClientSession() as session:
        told = await a_turn(ada, grace, linus, mode="duel")
        instance = await launch(ada, told)
        playground.activities.join(instance, grace.user)
        mine = await watch(session, here, await come_in(here, ada, instance.id))
        assert (await mine.hear("scene"))["sheet"]
        hers = await watch(session, here, await come_in(here, grace, instance.id))
        scene = await hers.hear("scene")
        assert (scene["picture"], scene["guesses"]) == ("", False)
        assert "before the vote" in scene["note"]


async def test_where_discord_opens_no_activity_the_link_is_left(
    playground: Playground, people: list[TestUser], start: StartBot
):
    ada, grace, _ = people
    bot = await start(client_secret="x")  # the application has no Activities
    async with Web(bot, "127.0.0.1", 0):
        told = await a_turn(ada, grace)
        pressed = await ada.press(told, "Draw here")
        assert pressed.message is not None
        assert "Use the link" in pressed.message.text
        assert any(part.get("label") == "Open the pad" for part in told.walk())


def test_the_secret_needs_an_address():
    with pytest.raises(config.BadConfiguration, match="PENGUESS_PUBLIC_URL"):
        config.load(token="x", client_secret="y")
    url = "https://draw.example.org"
    assert config.load(token="x", client_secret="y", public_url=url).client_secret is not None


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr;q=0.9, ja;q=0.4", "ja"),
        ("en;q=0.1,es", "es"),
        ("xx;q=nonsense", "en"),
        ("", "en"),
    ],
)
def test_the_page_is_in_the_language_that_a_browser_asks_for(header: str, language: str):
    assert page_files.wanted(header) == language


def test_texts_for_discord_lose_their_markdown():
    assert plain("✅ That's it! **+90** after 3 s.") == "✅ That's it! +90 after 3 s."
    assert plain("It isn't *a \\*b\\* \\_c*.") == "It isn't a *b* _c."
    assert plain("### Round 2\n-# small") == "Round 2\nsmall"
