"""Pictures that are handed in instead of drawn on the pad: by `/submit` or by a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import forms, pictures
from bot.forms import Filled
from bot.games.buttons import custom_id
from bot.hostile import Refused
from bot.texts import Texts

if TYPE_CHECKING:
    from bot.app import Penguess
    from bot.games.host import Host


async def show_form(interaction: discord.Interaction[Any], game: int, number: int) -> None:
    """Answer with a form for one file, the drawing of a turn or page."""
    texts = Texts.of(interaction, private=True)
    file: ui.FileUpload[Any] = ui.FileUpload(custom_id="image", required=True, max_values=1)
    label: ui.Label[Any] = ui.Label(text=texts("pictionary.upload_file"), component=file)
    title = texts("pictionary.upload")
    await forms.show(interaction, custom_id(game, "upload", str(number)), title, label)


async def take_form(interaction: discord.Interaction[Penguess], host: Host, form: Filled) -> None:
    """Give the picture of a form to a game. Raises Refused."""
    if not form.files:
        raise Refused("refused.picture_fetch")
    await hand_in(interaction, host, form.files[0])


async def hand_in(
    interaction: discord.Interaction[Penguess], host: Host, file: discord.Attachment
) -> None:
    """Give a picture to a game. Raises Refused."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    png = await interaction.client.renderer.prepare(await pictures.fetch(file))
    await host.presenter.submit(interaction, png)
