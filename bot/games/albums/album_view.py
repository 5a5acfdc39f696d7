"""How an album looks in a channel: a book of it, as an animation or as cards to leaf through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.games.albums import album
from bot.games.albums.album import Album
from bot.games.table.names import Names
from bot.kit import layout
from bot.kit.controls import Control
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.pictures.renderer import Renderer
from bot.texts import Texts
from engine.album import Book, Drift

_LABEL = 100  # characters, the most that an option of a select may have
_LINE = 80  # characters of a phrase in a list
_PAGES = 100  # more than any book has
_STREAKS = 10  # that are told
_STEPS = 10  # of the thermometer


class AlbumItem(
    Control, template=r"album:(?P<album>\d{1,18}):(?P<what>[a-z]{1,20}):(?P<argument>\d{1,6})"
):
    """A button or select of an album: its id says which album, what to do, and with which
    number."""


def button(
    id_: int, what: str, argument: int, label: str, emoji: str = "", *, dead: bool = False
) -> AlbumItem:
    custom_id = f"album:{id_}:{what}:{argument}"
    return AlbumItem(
        ui.Button(label=label or None, emoji=emoji or None, custom_id=custom_id, disabled=dead)
    )


def select(
    id_: int, what: str, options: Sequence[tuple[str, str]], placeholder: str
) -> ui.ActionRow[Any]:
    """One of (value, label)."""
    found: ui.Select[Any] = ui.Select(
        custom_id=f"album:{id_}:{what}:0",
        placeholder=placeholder,
        options=[
            discord.SelectOption(label=label[:_LABEL], value=value) for value, label in options[:25]
        ],
    )
    row: ui.ActionRow[Any] = ui.ActionRow()
    return row.add_item(AlbumItem(found))


@dataclass(frozen=True, slots=True)
class AlbumCards:
    """What turns albums into messages. address: of the bot's web server, None if nobody gets
    there."""

    renderer: Renderer
    names: Names
    address: str | None

    def url(self, kept: Album) -> str | None:
        """Where an album is a web page."""
        return f"{self.address.rstrip('/')}/album/{kept.secret}" if self.address else None

    async def card(
        self,
        texts: Texts,
        kept: Album,
        number: int = 0,
        *,
        page: int | None = None,
        first: Sequence[str] = (),
    ) -> MessageView:
        """A book of an album, as an animation, or one page of it, from 0. first: lines above it."""
        books = await album.shown(kept, self.names, texts)
        number = min(number, len(books) - 1)
        book, drift = books[number]
        title, described = _sayings(kept)
        lines = [*first, texts(title, n=kept.id, phrase=shown(book.title))]
        if len(books) > 1:
            lines.append(texts("album.book", n=number + 1, of=len(books)))
        on_one_sheet = kept.drawings and page is None
        file = None if page is not None else await self._moving(book)
        if file is None:
            page = min(page or 0, len(book.pages) - 1)
            file = (f"page-{page + 1}.png", await self.renderer.card(book, page))
            alt = book.pages[page].phrase or texts("telephone.alt_nth", n=page + 1)
        else:
            chain = " → ".join(kept.phrases(number))
            alt = texts(described, phrases=chain, words=kept.about)
        files = (file,)
        parts = [*layout.texts(lines), layout.picture(file[0], alt)]
        if on_one_sheet:
            files = (("drawings.png", await self.renderer.sheet(book)), file)
            parts.insert(len(parts) - 1, layout.picture(files[0][0], alt))
        parts += layout.texts(
            [
                broke(texts, book, drift),
                thermometer(texts, drift),
                *_funniest(texts, books, kept),
                _streaks(texts, kept),
                texts("album.expires", at=round(kept.expires)),
            ]
        )
        controls = self._controls(texts, kept, books, number, page)
        return layout.framed([*parts, *controls], layout.DONE, files)

    async def chart(self, texts: Texts, kept: Album, number: int) -> MessageView | None:
        """How a book drifted, page by page, for who wants to know; None if nobody measured it."""
        books = await album.shown(kept, self.names, texts)
        book, drift = books[min(number, len(books) - 1)]
        if drift is None:
            return None
        file = ("drift.png", await self.renderer.chart(book, drift))
        parts = [
            *layout.texts([broke(texts, book, drift), thermometer(texts, drift)]),
            layout.picture(file[0], texts("album.alt_chart")),
        ]
        return layout.framed(parts, layout.DONE, (file,))

    async def _moving(self, book: Book) -> tuple[str, bytes] | None:
        try:
            return "chain.gif", await self.renderer.animation(book)
        except ValueError:  # it cannot be made small enough
            return None

    def _controls(
        self,
        texts: Texts,
        kept: Album,
        books: Sequence[tuple[Book, Drift | None]],
        number: int,
        page: int | None,
    ) -> list[ui.Item[Any]]:
        """page: the one that is shown, None for an animation."""
        items: list[ui.Item[Any]] = []
        if len(books) > 1:
            options = [
                (str(i), texts("album.option", n=i + 1, phrase=book.title))
                for i, (book, _) in enumerate(books)
            ]
            items.append(select(kept.id, "book", options, texts("album.which")))
        leafing: ui.ActionRow[Any] = ui.ActionRow()
        row: ui.ActionRow[Any] = ui.ActionRow()
        book, drift = books[number]
        if page is None:
            row.add_item(button(kept.id, "strip", number, texts("album.cards"), "🃏"))
        else:
            for other, arrow in ((page - 1, "◀️"), (page + 1, "▶️")):
                there = 0 <= other < len(book.pages)
                place = page_id(number, other if there else page)
                leafing.add_item(
                    button(kept.id, "turn" if there else "stay", place, "", arrow, dead=not there)
                )
            leafing.add_item(button(kept.id, "gif", number, texts("album.gif"), "🎞️"))
            items.append(leafing)
        if drift is not None:
            row.add_item(button(kept.id, "chart", number, texts("album.chart"), "📈"))
        url = self.url(kept)
        if url is not None:
            row.add_item(ui.Button(label=texts("album.page"), url=url, emoji="🔗"))
        row.add_item(button(kept.id, "zip", number, texts("album.zip"), "📦"))
        row.add_item(button(kept.id, "delete", number, texts("album.delete"), "🗑️"))
        return [*items, row]


def _sayings(kept: Album) -> tuple[str, str]:
    """The keys of what stands above an album, and of what describes its animation."""
    if kept.bred:
        return "album.title_bred", "album.alt_bred"
    if kept.daily:
        return "album.title_daily", "album.alt_daily"
    if kept.drawings:
        return "album.title_drawings", "album.alt_drawings"
    return "album.title", "album.alt"


def page_id(book: int, page: int) -> int:
    """A page of an album in the id of a button."""
    return book * _PAGES + page


def page_of(argument: int) -> tuple[int, int]:
    """Book and page of such an id."""
    return divmod(argument, _PAGES)


def thermometer(texts: Texts, drift: Drift | None) -> str:
    """How much of a first phrase is left, in ten steps; "" where nobody knows."""
    if drift is None or drift.left is None:
        return ""
    steps = round(drift.left * _STEPS)
    bar = "🟥" * steps + "⬜" * (_STEPS - steps)
    return texts("album.left", bar=bar, n=round(100 * drift.left))


def broke(texts: Texts, book: Book, drift: Drift | None) -> str:
    """Where a chain broke, in one sentence; "" where nobody knows."""
    if drift is None:
        return ""
    phrases = [one.phrase for one in book.pages if one.phrase]
    if len(phrases) < 2:
        return texts("album.short")
    at = drift.broke_at(book)
    if at is None:
        return texts("album.unbroken", first=shown(phrases[0]), last=shown(phrases[-1]))
    before = next((one.phrase for one in reversed(book.pages[:at]) if one.phrase), "")
    now = book.pages[at].phrase or ""
    return texts("album.broke", n=at + 1, before=shown(before), now=shown(now))


def _funniest(texts: Texts, books: Sequence[tuple[Book, Drift | None]], kept: Album) -> list[str]:
    lines: list[str] = []
    for at, number in kept.funniest[:3]:
        one = books[at][0].pages[number]
        values = {"n": number + 1, "book": at + 1, "who": shown(one.author)}
        if kept.drawings:
            word = books[at][0].pages[number - 1].phrase or "…"
            lines.append(texts("album.best_drawing", word=shown(word), who=shown(one.author)))
        elif one.phrase:
            lines.append(texts("album.funniest_phrase", phrase=shown(one.phrase), **values))
        else:
            lines.append(texts("album.funniest_drawing", **values))
    return lines


def _streaks(texts: Texts, kept: Album) -> str:
    """The longest streaks of daily words among those who drew; "" if nobody has one."""
    leaves = [leaf for book in kept.books for leaf in book if leaf.days > 1]
    best = sorted(leaves, key=lambda leaf: -leaf.days)[:_STREAKS]
    said = (texts("album.streak", person=leaf.author, n=leaf.days) for leaf in best)
    return texts("album.streaks", who=" · ".join(said)) if best else ""


def in_one_line(texts: Texts, kept: Album) -> str:
    """An album in a list: its number, how its first book begins and ends, and when it was made."""
    about, at = shown(kept.about, _LINE), round(kept.made)
    if kept.drawings:
        key = "album.line_bred" if kept.bred else "album.line_drawings"
        return texts(key, n=kept.id, words=about, at=at)
    last = shown(next(reversed(kept.phrases()), "…"), _LINE)
    return texts("album.line", n=kept.id, first=about, last=last, at=at)
