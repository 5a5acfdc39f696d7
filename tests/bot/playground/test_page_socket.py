"""The page's side of the playground, spoken as the page speaks it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.playground.client import point_discord_at
from bot.playground.server import Playground
from tests.bot.playground.conftest import SampleBot, StartBot
from tests.clock import StandingClock


class Page:
    """A tab: asks and is answered, and keeps what happened meanwhile."""

    def __init__(self, playground: Playground, session: aiohttp.ClientSession) -> None:
        self.playground = playground
        self.session = session
        self.events: list[dict[str, Any]] = []
        self.room: dict[str, Any] = {}
        self._number = 0
        self.socket: aiohttp.ClientWebSocketResponse

    async def ask(self, what: str, **data: Any) -> dict[str, Any]:
        self._number += 1
        await self.socket.send_json({"do": what, "n": self._number, **data})
        while True:
            answer = await asyncio.wait_for(self.socket.receive_json(), 60)
            if answer.get("re") == self._number:
                return answer
            self.events.append(answer)

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of a kind, of those kept or to come."""
        while True:
            for index, event in enumerate(self.events):
                if event["event"] == kind:
                    return self.events.pop(index)
            self.events.append(await asyncio.wait_for(self.socket.receive_json(), 60))

    @property
    def here(self) -> str:
        return self.room["channels"][0]["id"]


@asynccontextmanager
async def tab(
    playground: Playground,
    name: str,
    *,
    secret: str | None = None,
    key: str = "",
    languages: tuple[str, ...] = (),
) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        page = Page(playground, session)
        headers = {"Origin": playground.url}
        address = f"{playground.url}/people/socket?key={key}"
        async with session.ws_connect(address, headers=headers) as page.socket:
            page.room = await page.ask("join", name=name, secret=secret, languages=languages)
            yield page


@pytest.fixture
async def ada(playground: Playground) -> AsyncIterator[Page]:
    async with tab(playground, "Ada") as page:
        yield page


async def test_who_comes_in_sees_the_room(playground: Playground, ada: Page):
    assert ada.room["channels"][0]["name"] == "drawing-room"
    assert {person["name"] for person in ada.room["people"]} == {"Penguess", "Ada"}


async def test_what_one_says_another_sees(playground: Playground, ada: Page):
    async with tab(playground, "Grace") as grace:
        await ada.ask("say", channel=ada.here, text="hello")
        event = await grace.event("message")
        assert (event["message"]["content"], event["new"]) == ("hello", True)
        history = await grace.ask("read", channel=grace.here)
        assert [message["content"] for message in history["messages"]] == ["hello"]


async def test_a_name_is_taken_while_its_owner_is_here(playground: Playground, ada: Page):
    async with tab(playground, "ada") as impostor:
        assert "called ada already" in impostor.room["error"]
    async with tab(playground, "Ada", secret=ada.room["secret"]) as second_tab:
        assert second_tab.room["me"] == ada.room["me"]


async def test_a_seat_belongs_to_its_secret(playground: Playground, ada: Page):
    await ada.socket.close()
    async with tab(playground, "Grace"):
        pass
    async with tab(playground, "ada") as impostor:
        assert "called ada already" in impostor.room["error"]
    async with tab(playground, "Ada", secret=ada.room["secret"]) as back:
        assert back.room["me"] == ada.room["me"]


async def test_a_deep_message_leaves_the_tab_open(playground: Playground, ada: Page):
    await ada.socket.send_str('{"do": "read", "n": ' + "[" * 20_000 + "]" * 20_000 + "}")
    answer = await asyncio.wait_for(ada.socket.receive_json(), 60)
    assert answer["error"]
    assert "error" not in await ada.ask("read", channel=ada.here)


@pytest.mark.parametrize("name", ["", "   ", "x" * 33, "a\u202eb", "Penguess"])
async def test_a_bad_name_is_refused(playground: Playground, name: str):
    async with tab(playground, name) as page:
        assert page.room["error"]


async def test_the_first_to_come_moderates(playground: Playground, ada: Page):
    async with tab(playground, "Grace") as grace:
        await ada.ask("say", channel=ada.here, text="mine")
        message = (await grace.event("message"))["message"]["id"]
        refused = await grace.ask("delete", channel=grace.here, message=message)
        assert "Permissions" in refused["error"]
        await grace.ask("say", channel=grace.here, text="yours")
        await ada.event("message")
        theirs = (await ada.event("message"))["message"]["id"]
        assert "error" not in await ada.ask("delete", channel=ada.here, message=theirs)


async def test_a_command_runs_from_the_page_and_its_file_arrives(
    playground: Playground, ada: Page, start: StartBot
):
    bot = SampleBot()

    @bot.tree.command(description="Guess")
    async def guess(interaction: discord.Interaction, image: discord.Attachment) -> None:
        await interaction.response.send_message((await image.read()).decode(), ephemeral=True)

    await start(bot)
    commands = (await ada.event("commands"))["commands"]
    assert [command["name"] for command in commands[ada.here]] == ["guess"]
    upload = f"{playground.url}/people/files?name=cat.txt"
    headers = {"X-Seat": ada.room["secret"]}
    async with ada.session.post(upload, data=b"meow", headers=headers) as response:
        key = (await response.json())["file"]
    async with tab(playground, "Grace") as grace:
        asked = await ada.ask("call", channel=ada.here, name="guess", options={"image": key})
        assert (await ada.event("message"))["message"]["content"] == "meow"
        answered = await ada.event("interaction")
        assert (answered["interaction"], answered["failed"]) == (asked["interaction"], False)
        assert (await grace.ask("read", channel=grace.here))["messages"] == []


async def test_a_form_opens_and_is_sent(playground: Playground, ada: Page, start: StartBot):
    bot = SampleBot()

    class Form(discord.ui.Modal, title="Your turn"):
        phrase = discord.ui.TextInput(label="Phrase", custom_id="phrase")

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(self.phrase.value)

    @bot.tree.command(description="Turn")
    async def turn(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    await start(bot)
    await ada.ask("call", channel=ada.here, name="turn")
    opened = await ada.event("interaction")
    assert opened["modal"]["title"] == "Your turn"
    missing = await ada.ask("submit", interaction=opened["interaction"], values={})
    assert "required" in missing["error"]
    await ada.ask("submit", interaction=opened["interaction"], values={"phrase": "a cat"})
    assert (await ada.event("message"))["message"]["content"] == "a cat"


async def test_a_silent_bot_is_told_of(playground: Playground, ada: Page, start: StartBot):
    bot = SampleBot()

    @bot.tree.command(description="Nothing")
    async def nothing(_: discord.Interaction) -> None:
        await asyncio.sleep(0)

    await start(bot)
    asked = await ada.ask("call", channel=ada.here, name="nothing")
    playground.clock.advance(3.1)
    failed = await ada.event("interaction")
    assert (failed["interaction"], failed["failed"]) == (asked["interaction"], True)


async def test_the_bots_coming_and_going_is_seen(
    playground: Playground, ada: Page, start: StartBot
):
    bot = await start(SampleBot())
    assert (await ada.event("person"))["person"]["here"] is True
    await bot.close()
    while (seen := await ada.event("person"))["person"]["here"]:
        pass
    assert seen["person"]["bot"] is True


@pytest.mark.parametrize(
    "nonsense",
    [
        {"do": "say"},
        {"do": "say", "channel": "no number"},
        {"do": "say", "channel": "1", "text": "x"},
        {"do": "react", "channel": "HERE", "message": "1", "emoji": "x"},
        {"do": "component", "channel": "HERE", "message": {}, "custom_id": 1},
        {"do": "submit", "interaction": "1", "values": 3},
        {"do": "call", "channel": "HERE", "name": ""},
        {"do": "__init__"},
        {"do": 5},
        {},
    ],
)
async def test_nonsense_is_answered_with_a_reason(
    playground: Playground, ada: Page, nonsense: dict[str, Any]
):
    data = {key: ada.here if value == "HERE" else value for key, value in nonsense.items()}
    await ada.socket.send_json({**data, "n": 99})
    while True:
        answer = await asyncio.wait_for(ada.socket.receive_json(), 60)
        if answer.get("re") == 99:
            break
    assert answer["error"]
    assert "error" not in await ada.ask("read", channel=ada.here)


async def test_a_flood_is_slowed():
    async with Playground(clock=StandingClock()) as playground, tab(playground, "Ada") as ada:
        answers = [await ada.ask("typing", channel=ada.here) for _ in range(60)]
        assert any("a lot at once" in answer.get("error", "") for answer in answers)
        playground.clock.advance(11)
        assert "error" not in await ada.ask("typing", channel=ada.here)


@pytest.mark.parametrize("origin", ["https://example.org", "null", ""])
async def test_other_sites_can_not_connect(playground: Playground, origin: str):
    async with aiohttp.ClientSession(headers={"Origin": origin}) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(f"{playground.url}/people/socket")
    assert caught.value.status == 403


async def test_a_name_that_merely_resolves_here_can_not_connect(playground: Playground):
    headers = {"Origin": "http://evil.example", "Host": "evil.example"}
    async with aiohttp.ClientSession(headers=headers) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(f"{playground.url}/people/socket")
    assert caught.value.status == 403


async def test_guests_from_the_network_need_the_key():
    async with (
        Playground(host="0.0.0.0") as playground,  # noqa: S104 - what the rule is about
        aiohttp.ClientSession() as session,
    ):
        async with session.get(playground.url) as response:
            assert response.status == 403
            assert "key" in await response.text()
        async with session.get(playground.page) as response:
            assert response.status == 200
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with tab(playground, "Eve"):
                pass
        async with tab(playground, "Ada", key=playground.join_key or "") as page:
            assert page.room["me"]


async def test_the_page_keeps_to_itself(playground: Playground, ada: Page):
    async with ada.session.get(playground.url) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    async with ada.session.get(f"{playground.url}/page/..%2f__init__.py") as response:
        assert response.status == 404


async def test_a_file_above_ten_mebibytes_is_refused(playground: Playground, ada: Page):
    headers = {"X-Seat": ada.room["secret"]}
    upload = f"{playground.url}/people/files?name=big"
    data = bytes(10 * 1024 * 1024 + 1)
    async with ada.session.post(upload, data=data, headers=headers) as response:
        assert response.status == 413
    async with ada.session.post(upload, data=b"x", headers={"X-Seat": "no"}) as response:
        assert response.status == 403


class GermanWords(app_commands.Translator):
    WORDS: ClassVar = {"draw": "zeichnen", "paper": "papier", "On what": "Worauf", "thick": "dick"}

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        return self.WORDS.get(string.message) if locale is discord.Locale.german else None


async def test_people_read_in_their_browser_s_language_and_the_guild_in_its_first_one_s(
    playground: Playground, start: StartBot
):
    bot = SampleBot()
    asked: list[discord.Interaction] = []

    @bot.tree.command(name=app_commands.locale_str("draw"))
    @app_commands.describe(paper=app_commands.locale_str("On what"))
    @app_commands.choices(
        paper=[app_commands.Choice(name=app_commands.locale_str("thick"), value="a")]
    )
    @app_commands.rename(paper=app_commands.locale_str("paper"))
    async def draw(interaction: discord.Interaction, paper: str) -> None:
        asked.append(interaction)
        await interaction.response.send_message(paper)

    await bot.tree.set_translator(GermanWords())
    await start(bot)
    async with tab(playground, "Ada", languages=("gsw", "de-DE", "en")) as ada:
        (command,) = ada.room["commands"][ada.here]
        assert (command["name"], command["label"]) == ("draw", "zeichnen")
        (option,) = command["options"]
        assert (option["label"], option["description"]) == ("papier", "Worauf")
        assert option["choices"][0]["label"] == "dick"
        await ada.ask("call", channel=ada.here, name="draw", options={"paper": "a"})
        await ada.event("message")
        async with tab(playground, "Grace", languages=("ja",)) as grace:
            (command,) = grace.room["commands"][grace.here]
            assert command["label"] == "draw"
            await grace.ask("call", channel=grace.here, name="draw", options={"paper": "a"})
            await grace.event("message")
    first, second = asked
    english = discord.Locale.american_english  # the server is no Community
    assert (first.locale, first.guild_locale) == (discord.Locale.german, english)
    assert (second.locale, second.guild_locale) == (discord.Locale.japanese, english)


async def test_places_without_the_bot_are_marked(ada: Page):
    elsewhere = {c["name"]: c["type"] for c in ada.room["channels"] if c["elsewhere"]}
    assert elsewhere == {"another-server": 0, "a group chat": 3}


async def test_a_conversation_with_the_bot_has_its_commands_at_once(ada: Page, start: StartBot):
    bot = SampleBot()

    @bot.tree.command(description="Draw")
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def draw(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("drawn")

    await start(bot)
    place = (await ada.ask("direct"))["channel"]
    known = [event["commands"] for event in ada.events if event["event"] == "commands"]
    assert [command["name"] for command in known[-1][place]] == ["draw"]


async def test_what_is_asked_of_a_bot_on_its_way_waits_for_it():
    async with Playground(awaits_bot=True) as playground, asyncio.TaskGroup() as group:
        playground.commands.upsert(None, {"name": "hello", "description": "Say hello"})
        async with tab(playground, "Ada") as ada:
            assert ada.room["bot_wakes"]
            asked = group.create_task(ada.ask("call", channel=ada.here, name="hello", options={}))
            bot = SampleBot()

            @bot.tree.command(description="Say hello")
            async def hello(interaction: discord.Interaction) -> None:
                await interaction.response.send_message("hello")

            with point_discord_at(playground.url):
                running = group.create_task(bot.start(playground.token))
                number = (await asked)["interaction"]
                answered = await ada.event("interaction")
                await bot.close()
                await running
            assert answered == {"event": "interaction", "interaction": number, "failed": False}
        async with tab(playground, "Grace") as grace:
            assert not grace.room["bot_wakes"]


async def test_the_guild_speaks_the_language_of_whoever_invites_the_bot():
    async with Playground(invites=True) as playground:
        bot = SampleBot()
        invited: asyncio.Future[discord.Guild] = asyncio.get_running_loop().create_future()

        @bot.event
        async def on_guild_join(guild: discord.Guild) -> None:
            invited.set_result(guild)

        with point_discord_at(playground.url):
            running = asyncio.create_task(bot.start(playground.token))
            async with tab(playground, "Ada", languages=("de-AT", "en")):
                guild = await asyncio.wait_for(invited, 60)
                assert guild.preferred_locale is discord.Locale.german
            # Those who come later do not change it.
            async with tab(playground, "Grace", languages=("ja",)):
                assert playground.world.locale == "de"
            await bot.close()
            await running
