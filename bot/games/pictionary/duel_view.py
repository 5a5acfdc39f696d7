"""How a duel looks: the choice, the wait, the ballot, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.pictionary.turn_view import board
from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner
from bot.games.table.table_view import clock, everyone, pinged, who
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from games.drawing.bout import DuelEnded, Voted
from games.drawing.duel import VOTE, State
from games.drawing.turn import TURN
from games.drawing.word_choice import CHOOSE


def choosing(runner: GameRunner, state: State) -> MessageView:
    """Somebody is picking a word."""
    artist = state.bout.artist if state.bout else ""
    lines = [
        _heading(runner, state),
        runner.texts("pictionary.choosing", person=artist),
        clock(runner, CHOOSE),
    ]
    mine = GameButton(
        runner.id, "mine", label=runner.texts("pictionary.my_words"), style=ButtonStyle.primary
    )
    parts = [*layout.texts(lines), *rows([mine, *everyone(runner)])]
    return layout.framed(parts, layout.BUSY, pings=pinged(artist))


def drawing(runner: GameRunner, state: State) -> MessageView:
    """Both draw, and nobody sees it."""
    artist = state.bout.artist if state.bout else ""
    lines = [
        _heading(runner, state),
        runner.texts("duel.drawing", person=artist, n=state.settings.strokes),
        clock(runner, TURN),
    ]
    mine = GameButton(
        runner.id, "mine", label=runner.texts("pictionary.my_word"), style=ButtonStyle.primary
    )
    parts = [*layout.texts(lines), *rows([mine, *everyone(runner)])]
    return layout.framed(parts, layout.BUSY, pings=pinged(artist))


def ballot(
    runner: GameRunner, state: State, voted: Voted | None, pictures: Sequence[layout.Picture]
) -> MessageView:
    """Which of the two shows the word better?"""
    texts, bout = runner.texts, state.bout
    if bout is None or bout.word is None:
        return layout.notice("…")
    votes = texts("duel.votes", votes=voted.votes, voters=voted.voters) if voted else ""
    parts = layout.texts(
        [
            _heading(runner, state),
            texts("duel.question", word=shown(bout.word.text)),
            clock(runner, VOTE),
            votes,
        ]
    )
    parts += _gallery(runner, pictures, [side.upper() for side in ("a", "b")])
    buttons = [
        GameButton(
            runner.id,
            "vote",
            f"{bout.number}.{choice}",
            label=texts("duel.vote", side=side),
            style=ButtonStyle.primary,
        )
        for choice, side in enumerate(("A", "B"))
    ]
    return layout.framed(
        [*parts, *rows([*buttons, *everyone(runner)])], layout.BUSY, tuple(pictures)
    )


def ended(
    runner: GameRunner, state: State, end: DuelEnded, pictures: Sequence[layout.Picture]
) -> MessageView:
    """Whose was whose, the votes, and what the engine says."""
    texts = runner.texts
    parts = layout.texts(
        [
            _heading(runner, state),
            texts("pictionary.it_was", word=shown(end.word)) if end.word else "",
            texts(f"pictionary.ending_{end.ending.name.lower()}"),
        ]
    )
    artists = [who(texts, artist) for artist in end.artists]
    parts += _gallery(runner, pictures, ["A", "B"])
    lines = [
        texts("duel.result", side=side, who=artist, n=votes, points=points)
        for side, artist, votes, points in zip("AB", artists, end.votes, end.points, strict=False)
    ]
    if len(end.scores) == 2:
        lines.append(
            texts("duel.verdict", a=layout.percent(end.scores[0]), b=layout.percent(end.scores[1]))
        )
    parts += layout.texts([*lines, board(texts, state)])
    return layout.framed(parts, layout.DONE, tuple(pictures))


def _gallery(
    runner: GameRunner, pictures: Sequence[layout.Picture], names: Sequence[str]
) -> list[ui.Item[Any]]:
    if not pictures:
        return []
    items = [
        discord.MediaGalleryItem(
            f"attachment://{file}", description=runner.texts("duel.alt", side=name)
        )
        for (file, _), name in zip(pictures, names, strict=False)
    ]
    return [ui.MediaGallery(*items)]


def _heading(runner: GameRunner, state: State) -> str:
    by = runner.texts("duel.title")
    of = state.settings.rounds
    return runner.texts("pictionary.heading", n=state.number, of=of, by=by)
