"""What people read of a day: the word, their sheet, and that it is over."""

from __future__ import annotations

from typing import Any

from discord import ButtonStyle, ui

from bot.kit import controls, layout
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.texts import Texts
from games.daily.daily import State

AREA = "daily"


def word(texts: Texts, state: State) -> MessageView:
    """The word of the day, with the way to a sheet of one's own."""
    lines = [
        texts("daily.title", word=shown(state.word.text)),
        texts("daily.how", at=round(state.ends)),
        texts("daily.count", n=len(state.entries)) if state.entries else "",
    ]
    label = texts("daily.draw")
    button = controls.button(AREA, "draw", label, emoji="✏️", style=ButtonStyle.primary)
    return layout.framed([*layout.texts(lines), controls.row(button)], layout.BUSY)


def over(texts: Texts, state: State, own: bytes | None) -> MessageView:
    """The same once the day is over. own: the bot's drawing, where there is no album for it."""
    title = texts("daily.title", word=shown(state.word.text))
    if state.entries:
        return layout.framed(layout.texts([title, texts("daily.over")]), layout.NOTICE)
    key = "daily.nobody" if own is None else "daily.nobody_but_me"
    parts = layout.texts([title, texts(key)])
    if own is None:
        return layout.framed(parts, layout.NOTICE)
    picture = layout.picture("own.png", texts("daily.alt_own", word=state.word.text))
    return layout.framed([*parts, picture], layout.NOTICE, (("own.png", own),))


def stopped(texts: Texts, state: State) -> MessageView:
    """There is no daily word here any more."""
    title = texts("daily.title", word=shown(state.word.text))
    return layout.framed(layout.texts([title, texts("daily.stopped")]), layout.NOTICE)


def sheet(texts: Texts, state: State, url: str, days: int) -> MessageView:
    """For one person: the way to their sheet. days: of their streak, with this drawing."""
    lines = [
        texts("daily.sheet", word=shown(state.word.text), at=round(state.ends)),
        texts("daily.streak_now", n=days) if days > 1 else "",
    ]
    row: ui.ActionRow[Any] = ui.ActionRow()
    row.add_item(ui.Button(label=texts("games.pad"), emoji="✏️", url=url))
    row.add_item(controls.button(AREA, "upload", texts("games.upload"), emoji="📷"))
    return layout.framed([*layout.texts(lines), row], layout.BUSY)
