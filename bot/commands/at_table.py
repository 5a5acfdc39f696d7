"""`/answer`, `/submit` and `/game`: for whatever is played in the channel."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import Penguess
from bot.games.table import upload
from bot.games.table.buttons import GameButton, GameSelect
from bot.games.table.table_menu import menu
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.forms import Filled
from bot.pictures import incoming
from bot.texts import Texts, named
from games.words.matching import GUESS_LENGTH


@app_commands.command(name=named("answer.name"), description=named("answer.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.rename(word=named("option.word"))
@app_commands.describe(word=named("answer.word"))
async def answer(
    interaction: discord.Interaction[Penguess],
    word: app_commands.Range[str, 1, GUESS_LENGTH],
) -> None:
    runner = interaction.client.open_games.in_channel(interaction.channel_id)
    interaction.client.open_games.noticed(interaction)
    await runner.presenter.answer(interaction, word)


@app_commands.command(name=named("submit.name"), description=named("submit.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.rename(image=named("option.image"))
@app_commands.describe(image=named("submit.image"))
async def submit(interaction: discord.Interaction[Penguess], image: discord.Attachment) -> None:
    if image.size > incoming.MAX_MIB << 20:
        raise UserError("refused.picture_bytes", most=incoming.MAX_MIB)
    runner = interaction.client.open_games.in_channel(interaction.channel_id)
    await upload.hand_in(interaction, runner, image)


@app_commands.command(name=named("game.name"), description=named("game.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
async def game(interaction: discord.Interaction[Penguess]) -> None:
    open_games = interaction.client.open_games
    runner = open_games.in_channel(interaction.channel_id)
    open_games.noticed(interaction)
    page = await menu(runner, interaction, Texts.of(interaction, private=True))
    await interaction.response.send_message(view=page.view, ephemeral=True)


async def press(interaction: discord.Interaction[Penguess], custom_id: str) -> None:
    """A button or select of a game was used."""
    await interaction.client.open_games.press(interaction, custom_id)


async def fill(interaction: discord.Interaction[Penguess], form: Filled) -> None:
    """A form of a game was sent off."""
    await interaction.client.open_games.fill(interaction, form)


FEATURE = Feature(
    commands=(answer, submit, game),
    items=(GameButton, GameSelect),
    presses={"game": press, "pick": press},
    forms={"game": fill},
)
