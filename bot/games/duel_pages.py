"""How a duel looks: the choice, the wait, the ballot, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.cards import page, percent
from bot.games import pages
from bot.games.buttons import GameButton, rows
from bot.games.host import Host
from bot.games.turn_pages import Picture, board, clock, everyone, who
from bot.hostile import shown
from bot.live_message import Page
from games.drawing.duel import VOTE, DuelEnded, State, Voted
from games.drawing.turn import CHOOSE, REVEAL, TURN


def choosing(host: Host, state: State) -> Page:
    """Somebody is picking a word."""
    artist = state.bout.artist if state.bout else ""
    lines = [
        _heading(host, state),
        host.texts("pictionary.choosing", person=artist),
        clock(host, CHOOSE),
    ]
    mine = GameButton(
        host.id, "mine", label=host.texts("pictionary.my_words"), style=ButtonStyle.primary
    )
    return page([*pages.texts(lines), *rows([mine, *everyone(host)])], pages.PLAYING, ())


def drawing(host: Host, state: State) -> Page:
    """Both draw, and nobody sees it."""
    artist = state.bout.artist if state.bout else ""
    lines = [
        _heading(host, state),
        host.texts("duel.drawing", person=artist, n=state.settings.strokes),
        clock(host, TURN),
    ]
    mine = GameButton(
        host.id, "mine", label=host.texts("pictionary.my_word"), style=ButtonStyle.primary
    )
    return page([*pages.texts(lines), *rows([mine, *everyone(host)])], pages.PLAYING, ())


def ballot(host: Host, state: State, voted: Voted | None, pictures: Sequence[Picture]) -> Page:
    """Which of the two shows the word better?"""
    texts, bout = host.texts, state.bout
    if bout is None or bout.word is None:
        return pages.note("…")
    votes = texts("duel.votes", votes=voted.votes, voters=voted.voters) if voted else ""
    parts = pages.texts(
        [
            _heading(host, state),
            texts("duel.question", word=shown(bout.word.text)),
            clock(host, VOTE),
            votes,
        ]
    )
    parts += _gallery(host, pictures, [side.upper() for side in ("a", "b")])
    buttons = [
        GameButton(
            host.id,
            "vote",
            f"{bout.number}.{choice}",
            label=texts("duel.vote", side=side),
            style=ButtonStyle.primary,
        )
        for choice, side in enumerate(("A", "B"))
    ]
    return page([*parts, *rows([*buttons, *everyone(host)])], pages.PLAYING, tuple(pictures))


def ended(
    host: Host, state: State, end: DuelEnded, pictures: Sequence[Picture], *, last: bool
) -> Page:
    """Whose was whose, the votes, and what the engine says."""
    texts = host.texts
    parts = pages.texts(
        [
            _heading(host, state),
            texts("pictionary.it_was", word=shown(end.word)) if end.word else "",
            texts(f"pictionary.ending_{end.ending.name.lower()}"),
        ]
    )
    artists = [who(texts, artist) for artist in end.artists]
    parts += _gallery(host, pictures, ["A", "B"])
    lines = [
        texts("duel.result", side=side, who=artist, n=votes, points=points)
        for side, artist, votes, points in zip("AB", artists, end.votes, end.points, strict=False)
    ]
    if len(end.scores) == 2:
        lines.append(texts("duel.verdict", a=percent(end.scores[0]), b=percent(end.scores[1])))
    parts += pages.texts([*lines, board(texts, state)])
    if not last:
        parts += pages.texts([clock(host, REVEAL, "pictionary.next")])
        parts += rows(everyone(host))
    return page(parts, pages.OVER, tuple(pictures))


def _gallery(host: Host, pictures: Sequence[Picture], names: Sequence[str]) -> list[ui.Item[Any]]:
    if not pictures:
        return []
    items = [
        discord.MediaGalleryItem(
            f"attachment://{file}", description=host.texts("duel.alt", side=name)
        )
        for (file, _), name in zip(pictures, names, strict=False)
    ]
    return [ui.MediaGallery(*items)]


def _heading(host: Host, state: State) -> str:
    by = host.texts("duel.title")
    of = state.settings.rounds
    return host.texts("pictionary.heading", n=state.number, of=of, by=by)
