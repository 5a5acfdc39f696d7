"""`/leaderboard` and `/stats`: points, the bot's among them, and the hardest words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.client import Penguess
from bot.games.registry import BOARDS
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.store import boards, server_settings
from bot.store.boards import HardWord, Line
from bot.store.server_settings import ServerSettings
from bot.texts import Texts, named
from games.words import blocklist

PERIODS = {"week": 7, "month": 30, "year": 365, "ever": None}  # days
_TOP = 10
_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
_GOLD = 0xF2B632
_DAY = 86_400.0


@app_commands.command(name=named("leaderboard.name"), description=named("leaderboard.description"))
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.rename(kind=named("option.kind"), period=named("option.period"))
@app_commands.describe(kind=named("leaderboard.kind"), period=named("leaderboard.period"))
@app_commands.choices(
    kind=[
        app_commands.Choice(name=named(f"kind.{kind.replace('-', '_')}"), value=kind)
        for kind in BOARDS
    ],
    period=[
        app_commands.Choice(name=named("period.week"), value="week"),
        app_commands.Choice(name=named("period.month"), value="month"),
        app_commands.Choice(name=named("period.year"), value="year"),
        app_commands.Choice(name=named("period.ever"), value="ever"),
    ],
)
async def leaderboard(
    interaction: discord.Interaction[Penguess], kind: str = "", period: str = "ever"
) -> None:
    guild, server, texts = await _place(interaction)
    days = PERIODS[period]
    since = time.time() - days * _DAY if days else 0.0
    store = interaction.client.store
    lines = await boards.board(store, guild, kind=kind, since=since)
    hardest = await boards.hardest(store, guild, kind=kind, since=since)
    page = _board_page(
        texts, lines, _welcome(hardest, server, texts), _bot(interaction), kind=kind, period=period
    )
    await interaction.response.send_message(view=page.view)


@app_commands.command(name=named("stats.name"), description=named("stats.description"))
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.rename(person=named("option.person"))
@app_commands.describe(person=named("stats.person"))
async def stats(
    interaction: discord.Interaction[Penguess], person: discord.User | None = None
) -> None:
    guild, server, texts = await _place(interaction)
    asked = interaction.user if person is None else person
    key = boards.BOT if asked.id == _bot(interaction) else asked.id
    store = interaction.client.store
    lines = await boards.board(store, guild)
    mine = next((line for line in lines if line.person == key), None)
    hardest = await boards.hardest(store, guild, person=key)
    page = _stats_page(texts, asked.id, mine, len(lines), _welcome(hardest, server, texts))
    await interaction.response.send_message(view=page.view)


async def _place(
    interaction: discord.Interaction[Penguess],
) -> tuple[int, ServerSettings, Texts]:
    """The server, its settings and its language. Raises UserError."""
    if interaction.guild_id is None:
        raise UserError("refused.servers_only")
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    server.require_channel(interaction)
    return interaction.guild_id, server, server.texts(interaction)


def _bot(interaction: discord.Interaction[Any]) -> int:
    return interaction.application_id


def _welcome(words: Sequence[HardWord], server: ServerSettings, texts: Texts) -> list[HardWord]:
    """Without those that the server blocked since they were drawn."""
    spoken = (texts.language,)
    return [word for word in words if not blocklist.blocked(word.word, server.blocked, spoken)]


def _board_page(
    texts: Texts, lines: list[Line], hardest: list[HardWord], bot: int, *, kind: str, period: str
) -> MessageView:
    game = texts(f"board.kind_{kind.replace('-', '_')}") if kind else texts("board.all_games")
    head = texts("board.title", game=game, period=texts(f"board.period_{period}"))
    if not lines:
        return _nothing(head, texts("board.nobody"))
    rows = [_row(texts, line, bot) for line in lines[:_TOP]]
    rows += [_row(texts, line, bot) for line in lines[_TOP:] if line.person == boards.BOT]
    parts: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join((head, *rows)))]
    if hardest:
        parts += [ui.Separator(), ui.TextDisplay(_words(texts, hardest))]
    return layout.framed(parts, _GOLD, ())


def _nothing(head: str, why: str) -> MessageView:
    return layout.framed([ui.TextDisplay(f"{head}\n{why}")], layout.BUSY, ())


def _row(texts: Texts, line: Line, bot: int) -> str:
    return texts(
        "board.line",
        place=_MEDALS.get(line.place, f"{line.place}\\."),
        person=bot if line.person == boards.BOT else line.person,
        points=texts("board.points", n=line.points),
        games=texts("board.games", n=line.games),
        won=line.won,
    )


def _words(texts: Texts, hardest: list[HardWord]) -> str:
    words = [
        texts("board.word", word=shown(word.word), percent=layout.percent(word.share))
        for word in hardest
    ]
    return texts("board.hardest", words="\n".join(words))


def _stats_page(
    texts: Texts, person: int, line: Line | None, players: int, hardest: list[HardWord]
) -> MessageView:
    head = texts("stats.title", person=person)
    if line is None:
        return _nothing(head, texts("stats.nothing"))
    figures = [
        texts("stats.place", place=line.place, players=players),
        texts(
            "stats.points",
            points=texts("board.points", n=line.points),
            games=texts("board.games", n=line.games),
        ),
        texts("stats.won", n=line.won),
        texts("stats.solved", n=line.solved),
        texts("stats.drawn", n=line.drawn),
    ]
    if line.best_seconds is not None:
        figures.append(texts("stats.best", seconds=f"{line.best_seconds:.1f}"))
    parts: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join((head, *figures)))]
    if hardest:
        parts += [ui.Separator(), ui.TextDisplay(_words(texts, hardest))]
    return layout.framed(parts, _GOLD, ())


FEATURE = Feature(commands=(leaderboard, stats))
