"""The reveal of a chain: a message for each book, which grows page by page, and the votes."""

from __future__ import annotations

from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.table.buttons import GameButton, GameSelect, rows
from bot.games.table.game_runner import GameRunner
from bot.games.table.sketches import Sketches
from bot.games.table.table_menu import authority, seat
from bot.games.table.table_view import who
from bot.games.telephone.pages_view import MOST_PICTURES
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.live_message import MakeView, MessageView
from bot.kit.untrusted import shown
from bot.texts import Texts
from games.telephone.books import PHRASE, BookPage
from games.telephone.handoff import REVEAL, Phase, State
from games.telephone.reveal import RevealNext, VotePage
from games.telephone.telephone import VOTE

_LABEL = 100  # characters, the most that an option of a select may have


class Reveal:
    """Shows the album of one game as far as it is revealed."""

    def __init__(self, runner: GameRunner, sketches: Sketches) -> None:
        self._runner = runner
        self._sketches = sketches

    def show(self, state: State) -> None:
        """The book that is being revealed, and the one before, which is whole."""
        book = _at(state)
        for one in (book - 1, book):
            if one >= 0:
                self._runner.posts.show(f"book:{one}", self._frame(state, one))

    def finish(self, state: State) -> None:
        """All books that were begun, with nothing to press any more."""
        for book in range(_at(state) + 1):
            frame = self._frame(state, book)
            self._runner.spawn(self._runner.posts.finish(f"book:{book}", frame))

    def _frame(self, state: State, book: int) -> MakeView:
        number = sum(1 for at, _ in state.album.order[: state.album.shown] if at == book)
        made = state.album.books[book][:number]

        async def frame() -> MessageView:
            pngs: dict[int, bytes] = {}
            drawn = [i for i, one in enumerate(made) if one.kind != PHRASE and one.content]
            for i in drawn[-MOST_PICTURES:]:
                png = await self._sketches.png(made[i].content)
                if png is not None:
                    pngs[i] = png
            return self._page(state, book, made, pngs)

        return frame

    def _page(
        self, state: State, book: int, made: tuple[BookPage, ...], pngs: dict[int, bytes]
    ) -> MessageView:
        texts = self._runner.texts
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
                parts += [*layout.texts(lines), layout.picture(name, alt)]
                lines = []
        lines += self._closing(state, book)
        parts += layout.texts(lines)
        parts += rows(self._controls(state, book, made))
        return layout.framed(parts, layout.BUSY, tuple(files))

    def _closing(self, state: State, book: int) -> list[str]:
        """What comes next, and when."""
        runner = self._runner
        if self._is_over(state) or book != _at(state):
            return []
        voting = state.phase is Phase.VOTING
        left = runner.table.timers.left(VOTE if voting else REVEAL, runner.now)
        if runner.table.paused or left is None:
            return [runner.texts("games.is_paused")] if runner.table.paused else []
        key = "telephone.vote_until" if voting else "telephone.next_page"
        return [runner.texts(key, at=runner.unix(runner.now + left))]

    def _controls(self, state: State, book: int, made: tuple[BookPage, ...]) -> list[ui.Item[Any]]:
        runner, texts = self._runner, self._runner.texts
        if self._is_over(state):
            return []
        items: list[ui.Item[Any]] = []
        if made:
            options = [(f"{book}.{i}", _option(texts, i, one)) for i, one in enumerate(made)]
            label = texts("telephone.vote")
            items.append(
                GameSelect(runner.id, "vote", str(book), options=options, placeholder=label)
            )
        if book != _at(state):
            return items
        if runner.table.paused:
            label = texts("games.resume")
            items.append(GameButton(runner.id, "resume", label=label, style=ButtonStyle.success))
        if state.phase is Phase.ALBUM:
            label = texts("telephone.next")
            items.append(GameButton(runner.id, "next", label=label, style=ButtonStyle.primary))
            items.append(GameButton(runner.id, "next_book", label=texts("telephone.next_book")))
        items.append(GameButton(runner.id, "menu", label=texts("games.more")))
        return items

    def _is_over(self, state: State) -> bool:
        return state.phase is Phase.OVER

    async def press(
        self, interaction: discord.Interaction[Any], what: str, values: list[str]
    ) -> None:
        """Next, all of the book, or a vote. Raises UserError."""
        runner = self._runner
        if what == "vote":
            book, _, number = values[0].partition(".") if values else ("", "", "")
            if not (book.isdecimal() and number.isdecimal()):
                raise UserError("games.reason.out_of_bounds")
            person = seat(interaction)
            await runner.ask(VotePage(person, int(book), int(number)), person)
            texts = Texts.of(interaction, private=True)
            told = layout.notice(texts("telephone.voted", book=int(book) + 1, n=int(number) + 1))
            await interaction.response.send_message(view=told.view, ephemeral=True)
            return
        by = authority(interaction, runner)
        await runner.ask(RevealNext(by, what == "next_book"), by)
        await interaction.response.defer()


def _at(state: State) -> int:
    """The book that is being revealed; -1 before the first page, or if there is no album."""
    album = state.album
    return album.order[album.shown - 1][0] if album.shown else -1


def _option(texts: Texts, number: int, one: BookPage) -> str:
    if one.kind == PHRASE:
        label = texts("telephone.option_phrase", n=number + 1, text=one.content)
    else:
        label = texts("telephone.option_drawing", n=number + 1)
    return label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
