"""The reveal of a chain: a message for each book, which grows page by page, and the votes."""

from __future__ import annotations

from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.cards import page
from bot.games import pages
from bot.games.buttons import GameButton, GameSelect, rows
from bot.games.host import Host
from bot.games.manage import authority, seat
from bot.games.sketches import Sketches
from bot.games.telephone_pages import MOST_PICTURES
from bot.games.turn_pages import who
from bot.hostile import Refused, shown
from bot.live_message import MakePage, Page
from bot.texts import Texts
from games.telephone.books import PHRASE
from games.telephone.books import Page as ChainPage
from games.telephone.handoff import REVEAL, Phase, State
from games.telephone.reveal import RevealNext, VotePage
from games.telephone.telephone import VOTE

_LABEL = 100  # characters, the most that an option of a select may have


class Reveal:
    """Shows the album of one game as far as it is revealed."""

    def __init__(self, host: Host, sketches: Sketches) -> None:
        self._host = host
        self._sketches = sketches

    def show(self, state: State) -> None:
        """The book that is being revealed, and the one before, which is whole."""
        book = _at(state)
        for one in (book - 1, book):
            if one >= 0:
                self._host.posts.show(f"book:{one}", self._frame(state, one))

    def finish(self, state: State) -> None:
        """All books that were begun, with nothing to press any more."""
        for book in range(_at(state) + 1):
            frame = self._frame(state, book)
            self._host.spawn(self._host.posts.finish(f"book:{book}", frame))

    def _frame(self, state: State, book: int) -> MakePage:
        number = sum(1 for at, _ in state.album.order[: state.album.shown] if at == book)
        made = state.album.books[book][:number]

        async def frame() -> Page:
            pngs: dict[int, bytes] = {}
            drawn = [i for i, one in enumerate(made) if one.kind != PHRASE and one.content]
            for i in drawn[-MOST_PICTURES:]:
                png = await self._sketches.png(made[i].content)
                if png is not None:
                    pngs[i] = png
            return self._page(state, book, made, pngs)

        return frame

    def _page(
        self, state: State, book: int, made: tuple[ChainPage, ...], pngs: dict[int, bytes]
    ) -> Page:
        texts = self._host.texts
        count = len(state.album.books)
        lines = [texts("telephone.book", n=book + 1, of=count)]
        parts: list[ui.Item[Any]] = []
        files: list[tuple[str, bytes]] = []
        for i, one in enumerate(made):
            values = {"n": i + 1, "who": who(texts, one.author)}
            if one.kind == PHRASE:
                lines.append(texts("telephone.line", text=shown(one.content), **values))
                continue
            lines.append(texts("telephone.drew" if one.content else "telephone.drew_not", **values))
            if i in pngs:
                name = f"page-{i + 1}.png"
                files.append((name, pngs[i]))
                alt = texts("telephone.alt_nth", n=i + 1)
                parts += [*pages.texts(lines), pages.picture(name, alt)]
                lines = []
        lines += self._closing(state, book)
        parts += pages.texts(lines)
        parts += rows(self._controls(state, book, made))
        return page(parts, pages.PLAYING, tuple(files))

    def _closing(self, state: State, book: int) -> list[str]:
        """What comes next, and when."""
        host = self._host
        if self._is_over(state) or book != _at(state):
            return []
        voting = state.phase is Phase.VOTING
        left = host.table.timers.left(VOTE if voting else REVEAL, host.now)
        if host.table.paused or left is None:
            return [host.texts("pictionary.paused")] if host.table.paused else []
        key = "telephone.vote_until" if voting else "telephone.next_page"
        return [host.texts(key, at=host.unix(host.now + left))]

    def _controls(self, state: State, book: int, made: tuple[ChainPage, ...]) -> list[ui.Item[Any]]:
        host, texts = self._host, self._host.texts
        if self._is_over(state):
            return []
        items: list[ui.Item[Any]] = []
        if made:
            options = [(f"{book}.{i}", _option(texts, i, one)) for i, one in enumerate(made)]
            label = texts("telephone.vote")
            items.append(GameSelect(host.id, "vote", str(book), options=options, placeholder=label))
        if book != _at(state):
            return items
        if host.table.paused:
            label = texts("games.resume")
            items.append(GameButton(host.id, "resume", label=label, style=ButtonStyle.success))
        if state.phase is Phase.ALBUM:
            label = texts("telephone.next")
            items.append(GameButton(host.id, "next", label=label, style=ButtonStyle.primary))
            items.append(GameButton(host.id, "next_book", label=texts("telephone.next_book")))
        items.append(GameButton(host.id, "menu", label=texts("games.more")))
        return items

    def _is_over(self, state: State) -> bool:
        return state.phase is Phase.OVER

    async def press(
        self, interaction: discord.Interaction[Any], what: str, values: list[str]
    ) -> None:
        """Next, all of the book, or a vote. Raises Refused."""
        host = self._host
        if what == "vote":
            book, _, number = values[0].partition(".") if values else ("", "", "")
            if not (book.isdecimal() and number.isdecimal()):
                raise Refused("games.reason.out_of_bounds")
            person = seat(interaction)
            await host.ask(VotePage(person, int(book), int(number)), person)
            texts = Texts.of(interaction, private=True)
            note = pages.note(texts("telephone.voted", book=int(book) + 1, n=int(number) + 1))
            await interaction.response.send_message(view=note.view, ephemeral=True)
            return
        by = authority(interaction, host)
        await host.ask(RevealNext(by, what == "next_book"), by)
        await interaction.response.defer()


def _at(state: State) -> int:
    """The book that is being revealed; -1 before the first page, or if there is no album."""
    album = state.album
    return album.order[album.shown - 1][0] if album.shown else -1


def _option(texts: Texts, number: int, one: ChainPage) -> str:
    if one.kind == PHRASE:
        label = texts("telephone.option_phrase", n=number + 1, text=one.content)
    else:
        label = texts("telephone.option_drawing", n=number + 1)
    return label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
