"""How a chain looks while its pages are made: in the channel, and for who makes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.cards import page
from bot.games import pages
from bot.games.buttons import GameButton, rows
from bot.games.host import Host
from bot.games.telephone_lobby import title
from bot.games.turn_pages import who
from bot.hostile import shown
from bot.live_message import Page
from bot.texts import Texts
from games.telephone.books import DRAWING, PHRASE, kind_of
from games.telephone.books import Page as ChainPage
from games.telephone.handoff import PAGE, State
from games.telephone.page_events import PageAsked

MOST_PICTURES = 9  # in one message, which takes ten files
_SUGGESTION = 80  # characters on a button

Picture = tuple[str, bytes]


def passing(host: Host, state: State) -> Page:
    """How far the page is that everybody makes now."""
    texts, books = host.texts, state.books
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
        lines += [texts("telephone.waiting", people=people), clock(host)]
    else:
        lines.append(texts("telephone.waiting_bot"))
    return page([*pages.texts(lines), *rows(_buttons(host, bool(waiting)))], pages.PLAYING, ())


def passed(host: Host, number: int, of: int) -> Page:
    """What is left of that message once all are in."""
    texts = host.texts
    line = texts("telephone.page_done", n=number + 1, of=of)
    return page(pages.texts([line]), pages.PLAYING, ())


def _buttons(host: Host, tasks: bool) -> list[ui.Item[Any]]:
    texts = host.texts
    buttons: list[ui.Item[Any]] = []
    if host.table.paused:
        label = texts("games.resume")
        buttons.append(GameButton(host.id, "resume", label=label, style=ButtonStyle.success))
    if tasks:
        label = texts("telephone.my_task")
        buttons.append(
            GameButton(host.id, "task", label=label, emoji="✏️", style=ButtonStyle.primary)
        )
    buttons.append(GameButton(host.id, "menu", label=texts("games.more")))
    return buttons


def clock(host: Host) -> str:
    """When the time for this page is up."""
    if host.table.paused:
        return host.texts("pictionary.paused")
    left = host.table.timers.left(PAGE, host.now)
    return host.texts("pictionary.ends", at=host.unix(host.now + left)) if left is not None else ""


def task(
    host: Host,
    asked: PageAsked,
    texts: Texts,
    *,
    picture: Picture | None = None,
    url: str | None = None,
    reminder: bool = False,
    taken: bool = False,
) -> Page:
    """What a person is to make: the page before it, and the means.

    picture: the drawing to describe; url: of the pad, for a phrase to draw.
    """
    lines = [texts("telephone.reminder")] if reminder else []
    parts: list[ui.Item[Any]] = []
    items: list[ui.Item[Any]] = []
    if asked.kind == DRAWING:
        lines.append(texts("telephone.draw", phrase=shown(asked.secret)))
        lines.append(texts("telephone.draw_pad" if url else "telephone.draw_picture"))
        if url is not None:
            items.append(ui.Button(label=texts("pictionary.pad"), emoji="✏️", url=url))
        items.append(GameButton(host.id, "upload", label=texts("pictionary.upload")))
    else:
        first = asked.page == 0
        lines.append(texts("telephone.begin" if first else "telephone.describe"))
        label = texts("telephone.write" if first else "telephone.write_guess")
        items.append(
            GameButton(host.id, "write", label=label, emoji="💬", style=ButtonStyle.primary)
        )
        items += [
            GameButton(host.id, "suggest", str(index), label=phrase[:_SUGGESTION])
            for index, phrase in enumerate(asked.suggestions)
        ]
    lines.append(clock(host))
    if taken:
        lines.append(texts("telephone.taken_already"))
    files: tuple[Picture, ...] = ()
    parts += pages.texts(lines)
    if picture is not None:
        files = (picture,)
        parts.append(pages.picture(picture[0], texts("telephone.alt")))
    elif asked.kind == PHRASE and asked.page > 0:
        parts += pages.texts([texts("telephone.blank")])
    return page([*parts, *rows(items)], pages.PLAYING, files)


def alone(host: Host, state: State, made: Sequence[ChainPage], pngs: Sequence[bytes]) -> Page:
    """A chain of the bot alone, as far as it is; pngs: of its drawings so far."""
    texts, books = host.texts, state.books
    number = len(made)
    lines = [title(texts, state.settings)]
    lines += chain_lines(texts, made)
    if number < books.pages:
        key = "telephone.bot_draws" if kind_of(number) == DRAWING else "telephone.bot_describes"
        lines.append(texts(key, n=number + 1, of=books.pages))
    parts = pages.texts(lines)
    gallery, files = pictures(texts, pngs)
    buttons = [GameButton(host.id, "menu", label=texts("games.more"))]
    return page([*parts, *gallery, *rows(buttons)], pages.PLAYING, files)


def chain_lines(texts: Texts, made: Sequence[ChainPage]) -> list[str]:
    """The phrases of a chain, each in a line."""
    return [
        texts("telephone.line", n=number + 1, who=who(texts, one.author), text=shown(one.content))
        for number, one in enumerate(made)
        if one.kind == PHRASE
    ]


def pictures(texts: Texts, pngs: Sequence[bytes]) -> tuple[list[ui.Item[Any]], tuple[Picture, ...]]:
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
