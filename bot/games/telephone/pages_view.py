"""How a chain looks while its pages are made: in the channel, and for who makes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.table.buttons import GameButton, rows
from bot.games.table.desk import ways
from bot.games.table.game_runner import GameRunner
from bot.games.table.table_view import clock, pinged, who
from bot.games.telephone.lobby import title
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.texts import Texts
from games.telephone.books import DRAWING, PHRASE, BookPage, kind_of
from games.telephone.handoff import PAGE, State
from games.telephone.page_events import PageAsked

MOST_PICTURES = 9  # in one message, which takes ten files
_SUGGESTION = 80  # characters on a button


def passing(runner: GameRunner, state: State) -> MessageView:
    """How far the page is that everybody makes now."""
    texts, books = runner.texts, state.books
    number, waiting = books.page, books.waiting(state.table.seats)
    drawn = kind_of(number) == DRAWING
    count = len(books.turned)
    doing = "telephone.all_draw" if drawn else "telephone.all_describe"
    lines = [
        texts("telephone.page", n=number + 1, of=books.pages),
        texts("telephone.all_begin" if number == 0 else doing),
        texts("telephone.pages_in", done=count - len(books.missing), books=count),
    ]
    if waiting:
        people = " ".join(f"<@{player}>" for player in waiting)
        lines += [texts("telephone.waiting", people=people), clock(runner, PAGE)]
    else:
        lines.append(texts("telephone.waiting_bot"))
    parts = [*layout.texts(lines), *rows(_buttons(runner, bool(waiting)))]
    return layout.framed(parts, layout.BUSY, pings=pinged(*waiting))


def still_missing(runner: GameRunner, player: str) -> MessageView:
    """For somebody whose page is missing, and whom nothing reaches but a ping in the channel.

    The button that it names is below the page's own post, and goes with it.
    """
    texts = runner.texts
    text = texts("telephone.still_missing", person=player, button=texts("telephone.my_task"))
    return layout.framed([ui.TextDisplay(text)], layout.BUSY, (), pinged(player))


def passed(runner: GameRunner, number: int, of: int) -> MessageView:
    """What is left of that message once all are in."""
    texts = runner.texts
    line = texts("telephone.page_done", n=number + 1, of=of)
    return layout.framed(layout.texts([line]), layout.BUSY, ())


def _buttons(runner: GameRunner, tasks: bool) -> list[ui.Item[Any]]:
    texts = runner.texts
    buttons: list[ui.Item[Any]] = []
    if runner.table.paused:
        label = texts("games.resume")
        buttons.append(GameButton(runner.id, "resume", label=label, style=ButtonStyle.success))
    if tasks:
        label = texts("telephone.my_task")
        buttons.append(
            GameButton(runner.id, "task", label=label, emoji="✏️", style=ButtonStyle.primary)
        )
    buttons.append(GameButton(runner.id, "menu", label=texts("games.more")))
    return buttons


def task(
    runner: GameRunner,
    asked: PageAsked,
    texts: Texts,
    *,
    picture: layout.Picture | None = None,
    url: str | None = None,
    reminder: bool = False,
    taken: bool = False,
) -> MessageView:
    """What a person is to make: the page before it, and the means.

    picture: the drawing to describe; url: of the pad, for a phrase to draw.
    """
    lines = [texts("telephone.reminder")] if reminder else []
    parts: list[ui.Item[Any]] = []
    items: list[ui.Item[Any]] = []
    if asked.kind == DRAWING:
        lines.append(texts("telephone.draw", phrase=shown(asked.secret)))
        lines.append(texts("telephone.draw_pad" if url else "telephone.draw_picture"))
        items += ways(runner, url, texts)
        items.append(GameButton(runner.id, "upload", label=texts("games.upload")))
    else:
        first = asked.page == 0
        lines.append(texts("telephone.begin" if first else "telephone.describe"))
        label = texts("telephone.write" if first else "telephone.write_guess")
        items.append(
            GameButton(runner.id, "write", label=label, emoji="💬", style=ButtonStyle.primary)
        )
        items += [
            GameButton(runner.id, "suggest", str(index), label=phrase[:_SUGGESTION])
            for index, phrase in enumerate(asked.suggestions)
        ]
    lines.append(clock(runner, PAGE, texts=texts))
    if taken:
        lines.append(texts("telephone.taken_already"))
    files: tuple[layout.Picture, ...] = ()
    parts += layout.texts(lines)
    if picture is not None:
        files = (picture,)
        parts.append(layout.picture(picture[0], texts("telephone.alt")))
    elif asked.kind == PHRASE and asked.page > 0:
        parts += layout.texts([texts("telephone.blank")])
    return layout.framed([*parts, *rows(items)], layout.BUSY, files)


def alone(
    runner: GameRunner, state: State, made: Sequence[BookPage], pngs: Sequence[bytes]
) -> MessageView:
    """A chain of the bot alone, as far as it is; pngs: of its drawings so far."""
    texts, books = runner.texts, state.books
    number = len(made)
    lines = [title(texts, state.settings)]
    lines += chain_lines(texts, made)
    if number < books.pages:
        key = "telephone.bot_draws" if kind_of(number) == DRAWING else "telephone.bot_describes"
        lines.append(texts(key, n=number + 1, of=books.pages))
    parts = layout.texts(lines)
    gallery, files = pictures(texts, pngs)
    buttons = [GameButton(runner.id, "menu", label=texts("games.more"))]
    return layout.framed([*parts, *gallery, *rows(buttons)], layout.BUSY, files)


def chain_lines(texts: Texts, made: Sequence[BookPage]) -> list[str]:
    """The phrases of a chain, each in a line."""
    return [
        texts("telephone.line", n=number + 1, who=who(texts, one.author), text=shown(one.content))
        for number, one in enumerate(made)
        if one.kind == PHRASE
    ]


def pictures(
    texts: Texts, pngs: Sequence[bytes]
) -> tuple[list[ui.Item[Any]], tuple[layout.Picture, ...]]:
    """The newest of some drawings side by side, and the files for that."""
    if not pngs:
        return [], ()
    first = max(0, len(pngs) - MOST_PICTURES)
    files = tuple((f"drawing-{first + i + 1}.png", png) for i, png in enumerate(pngs[first:]))
    gallery: ui.MediaGallery[Any] = ui.MediaGallery(
        *[
            discord.MediaGalleryItem(
                f"attachment://{name}", description=texts("telephone.alt_nth", n=first + i + 1)
            )
            for i, (name, _) in enumerate(files)
        ]
    )
    return [gallery], files
