"""Pictures that are handed in instead of drawn on the pad: by `/submit` or by a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import pictures
from bot.explain import explain
from bot.texts import Texts

if TYPE_CHECKING:
    from bot.app import Penguess
    from bot.games.host import Host


class Upload(ui.Modal):
    """A form with one file, for a game; None: the one of the channel."""

    def __init__(self, texts: Texts, host: Host | None = None) -> None:
        super().__init__(title=texts("pictionary.upload"), timeout=3600)
        self._host = host
        self.file = ui.FileUpload(custom_id="image", required=True, max_values=1)
        self.add_item(ui.Label(text=texts("pictionary.upload_file"), component=self.file))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await hand_in(interaction, self.file.values[0], self._host)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:
        await explain(interaction, error)


async def hand_in(
    interaction: discord.Interaction[Penguess],
    file: discord.Attachment,
    host: Host | None = None,
) -> None:
    """Give a picture to a game, the one of the channel if none is named. Raises Refused."""
    client = interaction.client
    host = host or client.hall.in_channel(interaction.channel_id)
    await interaction.response.defer(ephemeral=True, thinking=True)
    png = await client.renderer.prepare(await pictures.fetch(file))
    await host.presenter.submit(interaction, png)
