"""The lobby of every game: who is here, the buttons, and the panel of settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.table.buttons import GameButton, GameSelect, rows
from bot.games.table.game_runner import GameRunner
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.store.server_settings import ServerSettings
from bot.texts import Texts, public_locale
from games.table.table import LOBBY
from games.words.matching import LANGUAGES

POST = "lobby"
"""The key of the post that opens every game."""


def word_language(server: ServerSettings, interaction: discord.Interaction[Any]) -> str:
    """The language of the words that a game offers: the server's, where there are words in it."""
    locale = server.language or str(public_locale(interaction)).split("-")[0]
    return locale if locale in LANGUAGES else "en"


def open_lobby(
    runner: GameRunner,
    about: Sequence[str],
    *,
    most: int,
    watching: bool,
    settings: bool = True,
    after: str = "",
    more: Sequence[ui.Item[Any]] = (),
) -> MessageView:
    """The message in which people gather.

    about: what is played, in lines. most: people that may play. watching: whether spectators are
    named. settings: whether there are any to choose. after: a last line. more: buttons before
    that for the table.
    """
    texts, seats = runner.texts, runner.table.seats
    people = [
        texts("lobby.host" if player == seats.host else "lobby.player", person=player)
        for player in seats.people
    ]
    lines = [*about, texts("lobby.people", n=len(people), most=most), " ".join(people) or "…"]
    if watching and seats.spectators:
        others = " ".join(f"<@{player}>" for player in seats.spectators)
        lines.append(texts("lobby.watching", people=others))
    due = runner.table.timers.left(LOBBY, runner.now) or 0.0
    lines += [texts("lobby.closes", at=runner.unix(runner.now + due)), after]
    buttons: list[ui.Item[Any]] = [
        GameButton(runner.id, "join", label=texts("games.join"), style=ButtonStyle.success),
        GameButton(runner.id, "leave", label=texts("games.leave")),
    ]
    if settings:
        label = texts("lobby.settings")
        buttons.append(GameButton(runner.id, "settings", label=label, emoji="⚙️"))
    start = texts("lobby.start")
    buttons.append(GameButton(runner.id, "start", label=start, style=ButtonStyle.primary))
    table = GameButton(runner.id, "menu", label=texts("games.more"))
    buttons += [*more, table]
    return layout.framed([*layout.texts(lines), *rows(buttons)], layout.GATHERING)


def closed_lobby(runner: GameRunner, about: Sequence[str], status: str) -> MessageView:
    """What is left of the lobby once the game has begun, or will not."""
    players = " ".join(f"<@{player}>" for player in runner.table.seats.people)
    return layout.framed(layout.texts([*about, players, status]), layout.GATHERING)


def settings_panel(
    runner: GameRunner,
    texts: Texts,
    names: Iterable[str],
    setting: Callable[[str], tuple[Sequence[tuple[str, str]], str]],
    *more: ui.Item[Any],
) -> MessageView:
    """A select for each setting, for the host alone. setting(name): its options, (value, label),
    and the value that is chosen. more: buttons below them."""
    items: list[ui.Item[Any]] = []
    for name in names:
        options, chosen = setting(name)
        items.append(GameSelect(runner.id, "set", name, options=options, chosen=chosen))
    return layout.panel(texts("lobby.settings_title"), rows([*items, *more]), layout.GATHERING)
