"""How the vote for the best drawing looks: the ballot and its result, and the pages of an album."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.games.albums.album import AlbumPage
from bot.games.table.buttons import GameButton, GameSelect, rows
from bot.games.table.game_runner import GameRunner
from bot.games.table.sketches import Sketches, whole
from bot.games.table.table_view import clock, everyone, who
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from games.drawing.best import VOTE, BestFound, BestVoted, Drawn

SHEET = "drawings.png"

_BUTTONS = 10  # drawings that have a button each; more are in a list
_LABEL = 80  # characters, the most that a button has


async def pages(sketches: Sketches, drawn: Sequence[Drawn]) -> tuple[AlbumPage, ...]:
    """The drawings as an album has them, each after its word."""
    found: list[AlbumPage] = []
    for one in drawn:
        artist = int(one.drawer) if one.drawer.isdecimal() else 0  # the bots
        sketch = await sketches.sketch(whole(one.drawing))
        found += [AlbumPage(0, one.word), AlbumPage(artist, sketch)]
    return tuple(found)


def ballot(
    runner: GameRunner, drawn: Sequence[Drawn], voted: BestVoted | None, sheet: bytes
) -> MessageView:
    """Which of the drawings is the best?"""
    texts = runner.texts
    votes = texts("duel.votes", votes=voted.votes, voters=voted.voters) if voted else ""
    lines = [texts("pictionary.best"), clock(runner, VOTE), votes]
    choices: list[ui.Item[Any]] = []
    labels = {one.turn: f"{n}. {one.word}" for n, one in enumerate(drawn, 1)}
    if len(drawn) <= _BUTTONS:
        choices += [
            GameButton(
                runner.id, "best", str(turn), label=label[:_LABEL], style=ButtonStyle.primary
            )
            for turn, label in labels.items()
        ]
    else:
        options = [(str(turn), label[:_LABEL]) for turn, label in labels.items()]
        placeholder = texts("pictionary.best_which")
        choices.append(GameSelect(runner.id, "best", options=options, placeholder=placeholder))
    parts = [*layout.texts(lines), layout.picture(SHEET, _alt(runner, drawn))]
    buttons = rows([*choices, *everyone(runner)])
    return layout.framed([*parts, *buttons], layout.BUSY, ((SHEET, sheet),))


def found(runner: GameRunner, drawn: Sequence[Drawn], best: BestFound, sheet: bytes) -> MessageView:
    """What the table thinks."""
    texts = runner.texts
    lines = [texts("pictionary.best")]
    lines += [
        texts("pictionary.best_is", word=shown(one.word), who=who(texts, one.drawer), n=best.votes)
        for one in drawn
        if one.turn in best.turns
    ]
    if not best.turns:
        lines.append(texts("pictionary.best_none"))
    picture = layout.picture(SHEET, _alt(runner, drawn))
    return layout.framed([*layout.texts(lines), picture], layout.DONE, ((SHEET, sheet),))


def _alt(runner: GameRunner, drawn: Sequence[Drawn]) -> str:
    return runner.texts("album.alt_drawings", words=", ".join(one.word for one in drawn))
