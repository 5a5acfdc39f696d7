"""Buttons that survive a restart: their ids say what to do, and with which drawing.

docs: https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id
"""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord import ButtonStyle, ui

from bot.texts import Texts

# what -> (style, emoji)
LOOKS: dict[str, tuple[ButtonStyle, str]] = {
    "stop": (ButtonStyle.danger, "⏹️"),
    "again": (ButtonStyle.primary, "🎲"),
    "more": (ButtonStyle.secondary, "➕"),
    "fewer": (ButtonStyle.secondary, "➖"),
    "but": (ButtonStyle.secondary, "✍️"),
    "vary": (ButtonStyle.secondary, "🌀"),
    "marker": (ButtonStyle.secondary, "🖍️"),
    "pen": (ButtonStyle.secondary, "🖊️"),
    "paint": (ButtonStyle.secondary, "🎨"),
    "pick1": (ButtonStyle.primary, ""),
    "pick2": (ButtonStyle.primary, ""),
    "pick3": (ButtonStyle.primary, ""),
    "pick4": (ButtonStyle.primary, ""),
    "others": (ButtonStyle.secondary, "🎲"),
    "svg": (ButtonStyle.secondary, "📐"),
    "delete": (ButtonStyle.secondary, "🗑️"),
}


class DrawingButton(
    ui.DynamicItem[ui.Button[Any]],
    template=rf"draw:(?P<what>{'|'.join(LOOKS)}):(?P<id>[1-9]\d{{0,17}})",
):
    """A button below a drawing; `what` is a key of `LOOKS`."""

    def __init__(self, what: str, drawing_id: int, texts: Texts | None = None) -> None:
        style, emoji = LOOKS[what]
        label = texts(f"buttons.{what}") if texts else None
        custom_id = f"draw:{what}:{drawing_id}"
        button = ui.Button[Any](
            style=style, emoji=emoji or None, label=label or what, custom_id=custom_id
        )
        super().__init__(button)
        self.what = what
        self.drawing_id = drawing_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["what"], int(match["id"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.pressed(interaction, self.custom_id)
