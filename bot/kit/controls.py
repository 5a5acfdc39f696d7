"""Buttons and selects of the bot's own panels: `/settings`, `/help`, `/privacy`.

They survive a restart, and so do forms (bot/kit/forms.py): their ids, `panel:AREA:WHAT`, say
which panel they belong to and what they do.
docs: https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

import discord
from discord import ButtonStyle, ui


def custom_id(area: str, what: str) -> str:
    return f"panel:{area}:{what}"


def what(custom_id: str) -> str:
    """What the control or form with this id is for."""
    return custom_id.rpartition(":")[2]


class Control(
    ui.DynamicItem[ui.Item[Any]], template=r"panel:(?P<area>[a-z]{1,20}):(?P<what>[a-z_]{1,40})"
):
    """Anything with a `custom_id` of this module; using it calls the client's `pressed`."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.pressed(interaction, self.custom_id)


def button(
    area: str,
    what: str,
    label: str,
    *,
    emoji: str | None = None,
    style: ButtonStyle = ButtonStyle.secondary,
    disabled: bool = False,
) -> Control:
    id_ = custom_id(area, what)
    return Control(
        ui.Button(style=style, label=label, emoji=emoji, disabled=disabled, custom_id=id_)
    )


def row(*controls: Control) -> ui.ActionRow[ui.LayoutView]:
    """Up to five buttons, or one select."""
    found: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for control in controls:
        found.add_item(control)
    return found


def chosen(interaction: discord.Interaction[Any]) -> list[str]:
    """The values of the select that was used."""
    data: Mapping[str, Any] = interaction.data or {}
    return [str(value) for value in data.get("values", ())]
