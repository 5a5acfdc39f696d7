"""The menu of every table: join, leave, watch, pause, end, vote to remove somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.table import desk
from bot.games.table.buttons import GameButton, GameSelect, rows
from bot.games.table.game_runner import GameRunner
from bot.kit.errors import UserError
from bot.kit.layout import notice, panel
from bot.kit.live_message import MessageView
from bot.store.server_settings import is_moderator
from bot.texts import Texts
from games.core import MODERATOR
from games.table.table import End, Join, Leave, Pause, Reason, Resume, Stage, VoteKick, Watch


def seat(interaction: discord.Interaction[Any]) -> str:
    """The seat of the person who did something."""
    return str(interaction.user.id)


def authority(interaction: discord.Interaction[Any], runner: GameRunner) -> str:
    """In whose name somebody manages a game: as the host of it, or as a moderator of the place."""
    person = seat(interaction)
    if runner.table.seats.host != person and is_moderator(interaction):
        return MODERATOR
    return person


async def manage(
    runner: GameRunner,
    interaction: discord.Interaction[Any],
    what: str,
    argument: str,
    values: Sequence[str],
) -> bool:
    """Answer what every table has a button for. Returns whether it was that. Raises UserError."""
    person, by = seat(interaction), authority(interaction, runner)
    texts = Texts.of(interaction, private=True)
    match what:
        case "join":
            await runner.ask(Join(person), person)
            said = "games.joined"
        case "leave":
            await runner.ask(Leave(person), person)
            said = "games.left"
        case "watch":
            await runner.ask(Watch(person), person)
            said = "games.watching"
        case "pause":
            await runner.ask(Pause(by), by)
            said = "games.paused"
        case "resume":
            await runner.ask(Resume(by), by)
            said = "games.resumed"
        case "end":
            await runner.ask(End(by), by)
            said = "games.ended"
        case "kick":
            if not values or not values[0].isdecimal():
                raise UserError("games.reason.not_there")
            by = MODERATOR if is_moderator(interaction) else person
            await runner.ask(VoteKick(by, values[0]), by)
            said = "games.kick_noted"
        case desk.HERE:
            await desk.launch(interaction)
            return True
        case "menu":
            await interaction.response.send_message(
                view=(await menu(runner, interaction, texts)).view, ephemeral=True
            )
            return True
        case _:
            return False
    if what in ("join", "leave") and runner.table.stage is Stage.LOBBY:
        await interaction.response.defer()  # the lobby shows it
    else:
        await reply(interaction, notice(texts(said)))
    return True


async def reply(interaction: discord.Interaction[Any], page: MessageView) -> None:
    """Answer one person: in the place of a menu that was for them alone, or below the message."""
    source = interaction.message
    if source is not None and source.flags.ephemeral:
        await interaction.response.edit_message(view=page.view)
    else:
        await interaction.response.send_message(view=page.view, ephemeral=True)


async def menu(
    runner: GameRunner, interaction: discord.Interaction[Any], texts: Texts
) -> MessageView:
    """What this person may do besides playing, as a page for them alone."""
    person, seats = seat(interaction), runner.table.seats
    manages = seats.may_manage(authority(interaction, runner))
    items: list[ui.Item[Any]] = list(runner.presenter.menu(person, manages, texts))
    if seats.has(person):
        items.append(GameButton(runner.id, "leave", label=texts("games.leave"), emoji="🚪"))
    elif runner.refusal(Join(person)) is not Reason.ALONE:  # others are told why they cannot
        join = texts("games.join")
        items.append(GameButton(runner.id, "join", label=join, style=ButtonStyle.success))
    if person not in seats.spectators:
        items.append(GameButton(runner.id, "watch", label=texts("games.watch"), emoji="👀"))
    if manages:
        if runner.table.paused:
            resume = texts("games.resume")
            items.append(GameButton(runner.id, "resume", label=resume, style=ButtonStyle.success))
        elif runner.table.stage is Stage.PLAYING:
            items.append(GameButton(runner.id, "pause", label=texts("games.pause"), emoji="⏸️"))
        end = texts("games.end")
        items.append(GameButton(runner.id, "end", label=end, style=ButtonStyle.danger))
    others = [other for other in seats.people if other != person]
    if others and (seats.has(person) or manages):
        names = [await runner.name(other) for other in others[:25]]
        options = list(zip(others[:25], names, strict=True))
        placeholder = texts("games.kick")
        items.append(GameSelect(runner.id, "kick", options=options, placeholder=placeholder))
    return panel(texts("games.menu"), rows(items))
