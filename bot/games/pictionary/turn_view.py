"""How a turn of Pictionary looks: while a word is chosen, while it is drawn, and at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from discord import ButtonStyle, ui

from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner
from bot.games.table.table_view import clock, everyone, pinged, who
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.texts import Texts
from games.core import BOT
from games.drawing.guess_race import Solved, Turn
from games.drawing.pictionary import State
from games.drawing.pictionary_turn import TurnEnded
from games.drawing.settings import DrawingSettings
from games.drawing.turn import TURN
from games.drawing.word_choice import CHOOSE, Choice
from games.table.scoring import podium
from games.words.hints import Mask, mask

GUESSES = 4  # wrong guesses that are shown
_BOARD = 8  # places of the board that are shown between turns


@dataclass(frozen=True, slots=True)
class Said:
    """A wrong guess."""

    player: str
    text: str


def choosing(runner: GameRunner, state: State) -> MessageView:
    """Somebody is picking a word."""
    texts, choice = runner.texts, state.choice
    if choice is None:
        return layout.notice("…")
    lines = [
        _heading(texts, state.settings, choice.round, choice.drawer),
        texts("pictionary.choosing", person=choice.drawer),
        clock(runner, CHOOSE),
    ]
    mine = GameButton(
        runner.id, "mine", label=texts("pictionary.my_words"), style=ButtonStyle.primary
    )
    parts = [*layout.texts(lines), *rows([mine, *everyone(runner)])]
    return layout.framed(parts, layout.BUSY, pings=pinged(choice.drawer))


def passed(runner: GameRunner, state: State, choice: Choice) -> MessageView:
    """A turn in which nothing was drawn."""
    texts = runner.texts
    heading = _heading(texts, state.settings, choice.round, choice.drawer)
    return layout.framed(layout.texts([heading, texts("pictionary.passed")]), layout.DONE, ())


def drawing(
    runner: GameRunner,
    state: State,
    turn: Turn,
    said: Sequence[Said],
    picture: bytes | None,
    *,
    chat: bool,
) -> MessageView:
    """The drawing so far, what is known of the word, and who says what."""
    texts = runner.texts
    parts = layout.texts(
        [
            _heading(texts, state.settings, turn.round, turn.drawer),
            word_line(mask(turn.word.text, turn.hints[: turn.shown])),
            clock(runner, TURN),
        ]
    )
    files: tuple[layout.Picture, ...] = ()
    if picture is not None:
        files = (("drawing.png", picture),)
        parts.append(layout.picture("drawing.png", texts("pictionary.alt")))
    else:
        waiting = "pictionary.blank_bot" if turn.drawer == BOT else "pictionary.blank"
        parts.append(ui.TextDisplay(texts(waiting)))
    parts += layout.texts(
        [
            *_solved(texts, turn.solved),
            *_guesses(texts, said),
            texts("pictionary.how_to_chat" if chat else "pictionary.how_to"),
        ]
    )
    guess = GameButton(
        runner.id,
        "guess",
        label=texts("pictionary.guess"),
        emoji="💡",
        style=ButtonStyle.primary,
        disabled=runner.table.paused,
    )
    mine = GameButton(runner.id, "mine", label=texts("pictionary.my_word"), emoji="✏️")
    own = [mine] if turn.drawer != BOT else []
    parts += rows([guess, *own, *everyone(runner)])
    return layout.framed(parts, layout.BUSY, files, pinged(turn.drawer))


def ended(
    runner: GameRunner,
    state: State,
    turn: TurnEnded,
    round_: int,
    picture: layout.Picture | None,
) -> MessageView:
    """The reveal: the word, the drawing, who had it and when, the points, and the board."""
    texts = runner.texts
    parts = layout.texts(
        [
            _heading(texts, state.settings, round_, turn.drawer),
            texts("pictionary.it_was", word=shown(turn.word)),
            texts(f"pictionary.ending_{turn.ending.name.lower()}"),
        ]
    )
    files: tuple[layout.Picture, ...] = ()
    if picture is not None:
        files = (picture,)
        alt = texts("pictionary.alt_word", word=turn.word)
        parts.append(layout.picture(picture[0], alt))
    lines = _solved(texts, turn.solved) or [texts("pictionary.nobody")]
    if turn.drawer_points:
        drawer = who(texts, turn.drawer)
        lines.append(texts("pictionary.drawer_points", who=drawer, points=turn.drawer_points))
    parts += layout.texts([*lines, board(texts, state)])
    return layout.framed(parts, layout.DONE, files)


def board(texts: Texts, state: Any) -> str:
    """The best of the table so far, in one line."""
    places = podium([(seat.player, seat.score) for seat in state.table.seats.seats])
    lines = [
        texts("pictionary.board", place=one.place, who=who(texts, one.player), points=one.score)
        for one in places[:_BOARD]
        if one.score
    ]
    return texts("card.details", details=" · ".join(lines)) if lines else ""


def word_line(mask: Mask) -> str:
    """A word with its hidden letters, and how many letters each of its parts has."""
    spelled, lengths = _spelled(mask)
    return f"## ` {spelled} `  ({lengths})"


def letters(turn: Turn) -> str:
    """What is known of a turn's word, as plain text."""
    spelled, lengths = _spelled(mask(turn.word.text, turn.hints[: turn.shown]))
    return f"{spelled}  ({lengths})"


def _spelled(mask: Mask) -> tuple[str, str]:
    letters = " ".join("_" if char is None else "'" if char == "`" else char for char in mask)
    parts = "".join("x" if char is None or not char.isspace() else " " for char in mask).split()
    return letters, ", ".join(str(len(part)) for part in parts)


def _heading(texts: Texts, settings: DrawingSettings, round_: int, drawer: str) -> str:
    by = texts("pictionary.bot_draws" if drawer == BOT else "pictionary.draws", person=drawer)
    return texts("pictionary.heading", n=round_, of=settings.rounds, by=by)


def _solved(texts: Texts, solved: Sequence[Solved]) -> list[str]:
    return [
        texts(
            "pictionary.has_it",
            who=who(texts, one.player),
            seconds=round(one.seconds),
            points=one.points,
        )
        for one in solved
    ]


def _guesses(texts: Texts, said: Sequence[Said]) -> list[str]:
    """The last wrong ones, in one small line."""
    listed = [
        texts("pictionary.said", who=who(texts, one.player), text=shown(one.text, 40))
        for one in said[-GUESSES:]
    ]
    return [texts("pictionary.guesses", guesses=" · ".join(listed))] if listed else []
