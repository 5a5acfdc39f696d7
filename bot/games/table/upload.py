"""Pictures that are handed in instead of drawn on the pad: by `/submit` or by a form."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.games.table.buttons import custom_id
from bot.games.table.game_runner import GameRunner
from bot.kit import forms
from bot.kit.errors import UserError
from bot.kit.forms import Filled
from bot.pictures import incoming
from bot.store.promises import think
from bot.texts import Texts


async def show_form(interaction: discord.Interaction[Any], game: int, number: int) -> None:
    """Answer with a form for one file, the drawing of a turn or page."""
    texts = Texts.of(interaction, private=True)
    file: ui.FileUpload[Any] = ui.FileUpload(custom_id="image", required=True, max_values=1)
    label: ui.Label[Any] = ui.Label(text=texts("games.upload_file"), component=file)
    title = texts("games.upload")
    await forms.show(interaction, custom_id(game, "upload", str(number)), title, label)


async def take_form(
    interaction: discord.Interaction[Any], runner: GameRunner, form: Filled
) -> None:
    """Give the picture of a form to a game. Raises UserError."""
    if not form.files:
        raise UserError("refused.picture_fetch")
    await hand_in(interaction, runner, form.files[0])


async def hand_in(
    interaction: discord.Interaction[Any], runner: GameRunner, file: discord.Attachment
) -> None:
    """Give a picture to a game. Raises UserError."""
    await think(interaction, ephemeral=True)
    png = await runner.services.renderer.prepare(await incoming.fetch(file))
    await runner.presenter.submit(interaction, png)
