"""Buttons, selects and forms of the bot's own panels: `/settings`, `/help`, `/privacy`.

Buttons and selects survive a restart: which panel they belong to, and what they are for, stands
in their ids, `panel:AREA:WHAT`. A form does not; who sends one off after a restart does it again.
docs: https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self, TypeAlias

import discord
from discord import ButtonStyle, ui

from bot.explain import explain

Submit: TypeAlias = Callable[[discord.Interaction[Any], dict[str, str]], Awaitable[None]]


def custom_id(area: str, what: str) -> str:
    return f"panel:{area}:{what}"


class Control(
    ui.DynamicItem[ui.Item[Any]], template=r"panel:(?P<area>[a-z]{1,20}):(?P<what>[a-z_]{1,40})"
):
    """Anything with a `custom_id` of this module; using it calls the client's `use`."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        _, area, what = self.custom_id.split(":")
        await interaction.client.use(interaction, area, what)


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


class Form(ui.Modal):
    """A form of texts; `submit` is given what was typed, by the ids of the inputs."""

    def __init__(self, title: str, submit: Submit, *labels: ui.Label[Any]) -> None:
        super().__init__(title=title, timeout=15 * 60)
        self._submit = submit
        for label in labels:
            self.add_item(label)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        inputs = [item for item in self.walk_children() if isinstance(item, ui.TextInput)]
        await self._submit(interaction, {item.custom_id: item.value for item in inputs})

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:
        await explain(interaction, error)
