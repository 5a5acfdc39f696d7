"""How a turn of Pictionary looks: while a word is chosen, while it is drawn, and at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from discord import ButtonStyle, ui

from bot.cards import page
from bot.games import pages
from bot.games.buttons import GameButton, rows
from bot.games.host import Host
from bot.hostile import shown
from bot.live_message import Page
from bot.texts import Texts
from games.core import BOT
from games.drawing.guess_race import Solved, Turn
from games.drawing.pictionary import Choice, State, TurnEnded
from games.drawing.settings import Settings
from games.drawing.turn import CHOOSE, REVEAL, TURN
from games.table.scoring import podium
from games.words.hints import Mask, mask

_GUESSES = 6  # wrong guesses that are shown
_BOARD = 8  # places of the board that are shown between turns

Picture = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Said:
    """A wrong guess."""

    player: str
    text: str


def who(texts: Texts, player: str) -> str:
    """A seat in a message."""
    return texts("games.bot") if player == BOT else f"<@{player}>"


def choosing(host: Host, state: State) -> Page:
    """Somebody is picking a word."""
    texts, choice = host.texts, state.choice
    if choice is None:
        return pages.note("…")
    lines = [
        _heading(texts, state.settings, choice.round, choice.drawer),
        texts("pictionary.choosing", person=choice.drawer),
        clock(host, CHOOSE),
    ]
    mine = GameButton(
        host.id, "mine", label=texts("pictionary.my_words"), style=ButtonStyle.primary
    )
    return page([*pages.texts(lines), *rows([mine, *everyone(host)])], pages.PLAYING, ())


def passed(host: Host, state: State, choice: Choice) -> Page:
    """A turn in which nothing was drawn."""
    texts = host.texts
    heading = _heading(texts, state.settings, choice.round, choice.drawer)
    return page(pages.texts([heading, texts("pictionary.passed")]), pages.OVER, ())


def drawing(
    host: Host, state: State, turn: Turn, said: Sequence[Said], picture: bytes | None, *, chat: bool
) -> Page:
    """The drawing so far, what is known of the word, and who says what."""
    texts = host.texts
    shown_letters = turn.hints[: turn.shown]
    parts = pages.texts(
        [
            _heading(texts, state.settings, turn.round, turn.drawer),
            word_line(_mask(turn, shown_letters)),
            clock(host, TURN),
        ]
    )
    files: tuple[Picture, ...] = ()
    if picture is not None:
        files = (("drawing.png", picture),)
        parts.append(pages.picture("drawing.png", texts("pictionary.alt")))
    else:
        waiting = "pictionary.blank_bot" if turn.drawer == BOT else "pictionary.blank"
        parts.append(ui.TextDisplay(texts(waiting)))
    parts += pages.texts(
        [
            *_solved(texts, turn.solved),
            *_guesses(texts, said),
            texts("pictionary.how_to_chat" if chat else "pictionary.how_to"),
        ]
    )
    guess = GameButton(
        host.id,
        "guess",
        label=texts("pictionary.guess"),
        emoji="💡",
        style=ButtonStyle.primary,
        disabled=host.table.paused,
    )
    mine = GameButton(host.id, "mine", label=texts("pictionary.my_word"), emoji="✏️")
    own = [mine] if turn.drawer != BOT else []
    return page([*parts, *rows([guess, *own, *everyone(host)])], pages.PLAYING, files)


def ended(
    host: Host, state: State, turn: TurnEnded, round_: int, picture: Picture | None, *, last: bool
) -> Page:
    """The reveal: the word, the drawing, who had it and when, the points, and the board."""
    texts = host.texts
    parts = pages.texts(
        [
            _heading(texts, state.settings, round_, turn.drawer),
            texts("pictionary.it_was", word=shown(turn.word)),
            texts(f"pictionary.ending_{turn.ending.name.lower()}"),
        ]
    )
    files: tuple[Picture, ...] = ()
    if picture is not None:
        files = (picture,)
        alt = texts("pictionary.alt_word", word=turn.word)
        parts.append(pages.picture(picture[0], alt))
    lines = _solved(texts, turn.solved) or [texts("pictionary.nobody")]
    if turn.drawer_points:
        drawer = who(texts, turn.drawer)
        lines.append(texts("pictionary.drawer_points", who=drawer, points=turn.drawer_points))
    parts += pages.texts([*lines, board(texts, state)])
    if not last:
        parts += pages.texts([clock(host, REVEAL, "pictionary.next")])
        parts += rows(everyone(host))
    return page(parts, pages.OVER, files)


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
    letters = " ".join("_" if char is None else "'" if char == "`" else char for char in mask)
    parts = "".join("x" if char is None or not char.isspace() else " " for char in mask).split()
    lengths = ", ".join(str(len(part)) for part in parts)
    return f"## ` {letters} `  ({lengths})"


def _mask(turn: Turn, letters: tuple[int, ...]) -> Mask:
    return mask(turn.word.text, letters)


def _heading(texts: Texts, settings: Settings, round_: int, drawer: str) -> str:
    by = texts("pictionary.bot_draws" if drawer == BOT else "pictionary.draws", person=drawer)
    return texts("pictionary.heading", n=round_, of=settings.rounds, by=by)


def clock(host: Host, timer: str, key: str = "pictionary.ends") -> str:
    """When a timer fires, or that the game is paused."""
    if host.table.paused:
        return host.texts("pictionary.paused")
    left = host.table.timers.left(timer, host.now)
    return host.texts(key, at=host.unix(host.now + left)) if left is not None else ""


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
    return [
        texts("pictionary.said", who=who(texts, one.player), text=shown(one.text, 60))
        for one in said[-_GUESSES:]
    ]


def everyone(host: Host) -> list[ui.Item[Any]]:
    """What everybody may press at any time."""
    buttons: list[ui.Item[Any]] = []
    if host.table.paused:
        label = host.texts("games.resume")
        buttons.append(GameButton(host.id, "resume", label=label, style=ButtonStyle.success))
    buttons.append(GameButton(host.id, "join", label=host.texts("games.join")))
    buttons.append(GameButton(host.id, "menu", label=host.texts("games.more")))
    return buttons
