from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.playground.model.uploads import UploadedFile
from bot.playground.protocol import interaction_json
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.server import Playground
from bot.playground.test_user import NoAnswer, TestUser
from tests.bot.playground.conftest import SampleBot, StartBot


@pytest.fixture
def ada(playground: Playground) -> TestUser:
    return TestUser(playground, "Ada")


@pytest.fixture
def bot() -> SampleBot:
    return SampleBot()


async def test_a_slash_command_with_options_is_answered(
    ada: TestUser, bot: SampleBot, start: StartBot
):
    @bot.tree.command(description="Draw")
    async def draw(
        interaction: discord.Interaction,
        prompt: str,
        strokes: app_commands.Range[int, 4, 256] = 32,
        loud: bool = False,
    ) -> None:
        await interaction.response.send_message(f"{prompt} {strokes} {loud}")

    await start(bot)
    asked = await ada.slash("draw", prompt="a cat", strokes=64, loud=True)
    assert asked.message is not None
    assert asked.message.content == "a cat 64 True"
    assert ada.sees() == [asked.message]


async def test_users_channels_and_files_are_resolved(
    playground: Playground, ada: TestUser, bot: SampleBot, start: StartBot
):
    @bot.tree.command(description="Show")
    async def show(
        interaction: discord.Interaction,
        who: discord.Member,
        where: discord.TextChannel,
        what: discord.Attachment,
    ) -> None:
        data = await what.read()
        await interaction.response.send_message(f"{who.display_name} {where.name} {data.decode()}")

    await start(bot)
    grace = TestUser(playground, "Grace")
    games = playground.world.channel_named("games")
    file = UploadedFile("note.txt", b"seven bytes")
    asked = await ada.slash("show", who=grace, where=games, what=file)
    assert asked.message is not None
    assert asked.message.content == "Grace games seven bytes"


@pytest.mark.parametrize(
    "options", [{}, {"prompt": "x", "strokes": 3}, {"prompt": "x", "strokes": "many"}, {"nope": 1}]
)
async def test_input_the_command_does_not_take_is_not_sent(
    ada: TestUser, bot: SampleBot, start: StartBot, options: dict[str, object]
):
    @bot.tree.command(description="Draw")
    async def draw(
        interaction: discord.Interaction, prompt: str, strokes: app_commands.Range[int, 4, 256] = 32
    ) -> None:
        await interaction.response.send_message(prompt)

    await start(bot)
    with pytest.raises(InvalidInput):
        await ada.slash("draw", **options)


async def test_a_subcommand_is_reached_by_its_path(ada: TestUser, bot: SampleBot, start: StartBot):
    group = app_commands.Group(name="game", description="Games")

    @group.command(description="Start")
    async def begin(interaction: discord.Interaction, rounds: int) -> None:
        await interaction.response.send_message(f"{rounds} rounds")

    bot.tree.add_command(group)
    await start(bot)
    asked = await ada.slash("game begin", rounds=3)
    assert asked.message is not None
    assert asked.message.content == "3 rounds"


async def test_a_deferred_answer_is_loading_until_it_is_edited(
    ada: TestUser, bot: SampleBot, start: StartBot
):
    go_on = asyncio.Event()

    @bot.tree.command(description="Think")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await go_on.wait()
        for number in range(3):
            file = discord.File(io.BytesIO(bytes([number])), "step.bin")
            await interaction.edit_original_response(content=f"step {number}", attachments=[file])
        await interaction.followup.send("and one more thing")

    await start(bot)
    asked = await ada.slash("think")
    assert asked.message is not None
    assert asked.message.is_loading
    go_on.set()
    await ada.wait_for_message("one more thing")
    assert not asked.message.is_loading
    assert asked.message.content == "step 2"
    assert [file.data for file in asked.message.attachments] == [b"\x02"]
    assert len(ada.sees()) == 2


async def test_the_first_follow_up_takes_the_place_of_the_loading_message(
    ada: TestUser, bot: SampleBot, start: StartBot
):
    @bot.tree.command(description="Think")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("thought")

    await start(bot)
    asked = await ada.slash("think")
    assert await ada.wait_for_message("thought") is asked.message


async def test_an_ephemeral_answer_is_seen_by_its_user_alone(
    playground: Playground, ada: TestUser, bot: SampleBot, start: StartBot
):
    @bot.tree.command(description="Whisper")
    async def whisper(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("psst", ephemeral=True)
        original = await interaction.original_response()
        assert original.flags.ephemeral
        assert interaction.channel is not None
        with pytest.raises(discord.NotFound, match="10008"):
            await interaction.channel.fetch_message(original.id)  # type: ignore[union-attr]
        await interaction.edit_original_response(content="psst psst")

    await start(bot)
    grace = TestUser(playground, "Grace")
    asked = await ada.slash("whisper")
    assert await ada.wait_for_message("psst psst") is asked.message
    assert grace.sees() == []
    assert bot.problems == []


async def test_no_answer_within_three_seconds_is_unknown(
    playground: Playground, ada: TestUser, bot: SampleBot, start: StartBot
):
    go_on = asyncio.Event()
    refused: asyncio.Queue[discord.NotFound] = asyncio.Queue()

    @bot.tree.command(description="Slow")
    async def slow(interaction: discord.Interaction) -> None:
        await go_on.wait()
        try:
            await interaction.response.send_message("sorry")
        except discord.NotFound as error:
            await refused.put(error)

    await start(bot)
    asking = asyncio.create_task(ada.slash("slow"))
    await ada.wait_for(lambda: playground.desk.newest is not None)
    playground.clock.advance(3.1)
    with pytest.raises(NoAnswer):
        await asking
    go_on.set()
    assert (await asyncio.wait_for(refused.get(), 60)).code == 10062


async def test_a_second_answer_is_refused(ada: TestUser, bot: SampleBot, start: StartBot):
    @bot.tree.command(description="Twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("once")
        # discord.py itself forbids a second answer, so a second object for the same one asks.
        again = discord.Interaction(data=bot_payload(interaction), state=interaction._state)
        with pytest.raises(discord.HTTPException) as caught:
            await again.response.send_message("twice")
        assert caught.value.code == 40060
        await interaction.edit_original_response(content="refused")

    def bot_payload(interaction: discord.Interaction) -> Any:
        found = ada.playground.desk.find(interaction.id)
        assert found is not None
        return interaction_json.payload(ada.world, ada.playground.uploads, found)

    await start(bot)
    await ada.slash("twice")
    await ada.wait_for_message("refused")
    assert bot.problems == []


async def test_a_token_is_good_for_fifteen_minutes(
    playground: Playground, ada: TestUser, bot: SampleBot, start: StartBot
):
    go_on = asyncio.Event()
    refused: asyncio.Queue[discord.HTTPException] = asyncio.Queue()

    @bot.tree.command(description="Late")
    async def late(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("early")
        await go_on.wait()
        try:
            await interaction.edit_original_response(content="late")
        except discord.HTTPException as error:
            await refused.put(error)

    await start(bot)
    await ada.slash("late")
    playground.clock.advance(15 * 60 + 1)
    go_on.set()
    error = await asyncio.wait_for(refused.get(), 60)
    assert (error.status, error.code) == (401, 50027)
    assert ada.sees()[0].content == "early"


async def test_autocomplete_offers_what_the_bot_suggests(
    ada: TestUser, bot: SampleBot, start: StartBot
):
    @bot.tree.command(description="Draw")
    async def draw(interaction: discord.Interaction, prompt: str, style: str) -> None:
        await interaction.response.send_message(style)

    @draw.autocomplete("style")
    async def styles(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        names = ("watercolour", "wireframe", "woodblock")
        return [app_commands.Choice(name=n, value=n) for n in names if n.startswith(current)]

    await start(bot)
    offered = await ada.complete("draw", "style", "wo", prompt="a cat")
    assert offered == [{"name": "woodblock", "value": "woodblock"}]


class Form(discord.ui.Modal, title="Your turn"):
    phrase = discord.ui.TextInput(label="Phrase", max_length=50)
    picture = discord.ui.Label(
        text="Picture",
        description="A photo of your drawing",
        component=discord.ui.FileUpload(custom_id="picture", required=False),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        upload = self.picture.component
        assert isinstance(upload, discord.ui.FileUpload)
        sizes = [len(await file.read()) for file in upload.values]
        await interaction.response.send_message(f"{self.phrase.value} {sizes}")


async def test_a_modal_takes_text_and_files(ada: TestUser, bot: SampleBot, start: StartBot):
    @bot.tree.command(description="Turn")
    async def turn(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    await start(bot)
    opened = await ada.slash("turn")
    assert opened.modal is not None
    assert opened.modal["title"] == "Your turn"
    field = opened.modal["components"][0]["components"][0]["custom_id"]
    values = {field: "a cat", "picture": [UploadedFile("cat.png", b"12345")]}
    done = await ada.submit(opened, values)
    assert done.message is not None
    assert done.message.content == "a cat [5]"


async def test_a_modal_without_a_required_text_is_not_sent(
    ada: TestUser, bot: SampleBot, start: StartBot
):
    @bot.tree.command(description="Turn")
    async def turn(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    await start(bot)
    opened = await ada.slash("turn")
    with pytest.raises(InvalidInput, match="Phrase"):
        await ada.submit(opened, {})


class Panel(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="More", custom_id="panel:more")
    async def more(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.edit_message(content="more strokes")

    @discord.ui.select(
        custom_id="panel:style",
        options=[discord.SelectOption(label=name) for name in ("pen", "ink")],
        max_values=2,
    )
    async def style(
        self, interaction: discord.Interaction, select: discord.ui.Select[Panel]
    ) -> None:
        await interaction.response.send_message(",".join(select.values), ephemeral=True)


async def test_buttons_and_selects_work(ada: TestUser, bot: SampleBot, start: StartBot):
    @bot.tree.command(description="Panel")
    async def panel(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("here", view=Panel())

    await start(bot)
    asked = await ada.slash("panel")
    assert asked.message is not None
    await ada.press(asked.message, "More")
    assert asked.message.content == "more strokes"
    chosen = await ada.choose(asked.message, "panel:style", "ink", "pen")
    assert chosen.message is not None
    assert chosen.message.content == "ink,pen"
    assert chosen.message.ephemeral_to == ada.user.id


async def test_a_message_command_gets_its_message(ada: TestUser, bot: SampleBot, start: StartBot):
    @bot.tree.context_menu(name="Guess this drawing")
    async def guess(interaction: discord.Interaction, message: discord.Message) -> None:
        [file] = message.attachments
        await interaction.response.send_message(f"{message.content}: {len(await file.read())}")

    await start(bot)
    said = ada.say("what is it?", UploadedFile("cat.png", b"123"))
    asked = await ada.use("Guess this drawing", said)
    assert asked.message is not None
    assert asked.message.content == "what is it?: 3"


async def test_buttons_work_after_the_bot_was_restarted(
    playground: Playground, ada: TestUser, start: StartBot
):
    first = SampleBot()

    @first.tree.command(description="Panel")
    async def panel(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("here", view=Panel())

    await start(first)
    asked = await ada.slash("panel")
    assert asked.message is not None
    await first.close()

    second = SampleBot()
    second.add_view(Panel())
    await start(second)
    await ada.press(asked.message, "panel:more")
    assert asked.message.content == "more strokes"
