"""Buttons and selects below the messages of games, and the ids of their forms.

They survive restarts, as ids say what to do in which game: `game:ID:WHAT[:ARGUMENT]`.

docs: https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Self

import discord
from discord import ButtonStyle, ui

from bot.kit.errors import UserError

_ID = r"game:(?P<game>[1-9]\d{0,17}):(?P<what>[a-z_]{1,20})(?::(?P<argument>[a-z0-9_:.-]{1,40}))?"


def custom_id(game: int, what: str, argument: str = "") -> str:
    return f"game:{game}:{what}:{argument}" if argument else f"game:{game}:{what}"


def parsed(custom_id: str) -> tuple[int, str, str]:
    """Game, what, and argument ("" for none) of an id. Raises UserError for one that is none."""
    match = re.fullmatch(_ID, re.sub(r"^pick:", "game:", custom_id))
    if match is None:
        raise UserError("forms.unknown")
    return int(match["game"]), match["what"], match["argument"] or ""


class GameButton(ui.DynamicItem[ui.Button[Any]], template=_ID):
    """A button of a game. Pressing it calls `OpenGames.press`."""

    def __init__(
        self,
        game: int,
        what: str,
        argument: str = "",
        *,
        label: str | None = None,
        emoji: str | None = None,
        style: ButtonStyle = ButtonStyle.secondary,
        disabled: bool = False,
    ) -> None:
        if label is None and emoji is None:
            label = what
        super().__init__(
            ui.Button(
                style=style,
                label=label,
                emoji=emoji,
                disabled=disabled,
                custom_id=custom_id(game, what, argument),
            )
        )
        self.game, self.what, self.argument = game, what, argument

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["game"]), match["what"], match["argument"] or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.pressed(interaction, self.custom_id)


class GameSelect(ui.DynamicItem[ui.Select[Any]], template=_ID.replace("game:", "pick:", 1)):
    """A select of a game: `options` are (value, label). Choosing calls `OpenGames.press`."""

    def __init__(
        self,
        game: int,
        what: str,
        argument: str = "",
        *,
        options: Iterable[tuple[str, str]] = (("-", "-"),),
        chosen: str | None = None,
        placeholder: str | None = None,
    ) -> None:
        super().__init__(
            ui.Select(
                custom_id=custom_id(game, what, argument).replace("game:", "pick:", 1),
                placeholder=placeholder,
                options=[
                    discord.SelectOption(label=label, value=value, default=value == chosen)
                    for value, label in options
                ],
            )
        )
        self.game, self.what, self.argument = game, what, argument

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["game"]), match["what"], match["argument"] or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.pressed(interaction, self.custom_id)


def rows(items: Sequence[ui.Item[Any]]) -> list[ui.Item[Any]]:
    """Buttons in rows of up to five, each select in a row of its own."""
    found: list[ui.Item[Any]] = []
    row: ui.ActionRow[Any] | None = None
    for item in items:
        if isinstance(item, GameSelect):
            row = None
            alone: ui.ActionRow[Any] = ui.ActionRow()
            found.append(alone.add_item(item))
            continue
        if row is None or len(row.children) == 5:
            row = ui.ActionRow()
            found.append(row)
        row.add_item(item)
    return found
