"""What each person is to make in a chain: told to them alone, and taken in by form, pad or picture.

A task is whispered when it begins and again as a reminder, and whoever asks gets it once more: the
message in the channel has a button for that, which always works.
"""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import ui

from bot import forms
from bot.forms import Filled
from bot.games import pages, telephone_pages, upload
from bot.games.bot_pages import slot
from bot.games.buttons import custom_id
from bot.games.easel import STATES_APART
from bot.games.host import Host
from bot.games.manage import seat
from bot.games.sketches import Sketch, Sketches
from bot.hostile import Refused, clean, shown
from bot.live_message import Page
from bot.pad import Sheet
from bot.texts import Texts, language_of
from engine.canvas.drawing import Drawing
from games.core import Effects
from games.table.table import Refused as NotTaken
from games.telephone.books import DRAWING, PHRASE, PHRASE_LENGTH, kind_of
from games.telephone.handoff import PAGE, Phase, State
from games.telephone.page_events import (
    PageAsked,
    PagesStarted,
    Reminded,
    SubmitDrawing,
    WritePhrase,
)

INK = 80.0
"""How long the lines of a drawing on the pad may be in all, in widths of the canvas."""


class Tasks:
    """The tasks of one game."""

    def __init__(self, host: Host, sketches: Sketches) -> None:
        self._host = host
        self._sketches = sketches
        self._asked: dict[str, PageAsked] = {}
        self._news: dict[str, tuple[Drawing, bool]] = {}

    @property
    def _state(self) -> State:
        return self._host.play.state

    # -- telling

    def note(self, effects: Effects) -> None:
        """Keep what people were asked for, for who asks again."""
        for effect in effects:
            match effect:
                case PagesStarted():
                    self._asked = {}
                case PageAsked() if effect.to.seats:
                    for player in effect.to.seats:
                        self._asked[player] = effect

    def tell(self, effects: Effects) -> None:
        """Whisper tasks and reminders."""
        for effect in effects:
            if isinstance(effect, PageAsked | Reminded):
                reminder = isinstance(effect, Reminded)
                for player in effect.to.seats or ():
                    self._host.spawn(self._whisper(player, reminder=reminder))

    async def _whisper(self, player: str, *, reminder: bool) -> None:
        asked = self._task_of(player)
        if asked is not None:
            page = await self._page(player, asked, self._host.texts, reminder=reminder)
            self._host.whisper(player, page)

    def _task_of(self, player: str) -> PageAsked | None:
        """What a person is to make now, also if it is in already and may be changed."""
        state, asked = self._state, self._asked.get(player)
        if state.phase is not Phase.PASSING or asked is None or asked.page != state.books.page:
            return None
        return asked if state.books.task(player, state.table.seats) is not None else None

    async def _page(
        self, player: str, asked: PageAsked, texts: Texts, *, reminder: bool = False
    ) -> Page:
        picture, url = None, None
        if asked.kind == PHRASE and asked.secret:
            png = await self._sketches.png(asked.secret)
            picture = ("drawing.png", png) if png is not None else None
        if asked.kind == DRAWING:
            url = await self._open_sheet(player, asked)
        state = self._state
        return telephone_pages.task(
            self._host,
            asked,
            texts,
            picture=picture,
            url=url,
            reminder=reminder,
            taken=player not in state.books.waiting(state.table.seats),
        )

    # -- taking in

    async def press(self, interaction: discord.Interaction[Any], what: str, argument: str) -> None:
        """My task, write, a suggestion, or a picture. Raises Refused."""
        person, texts = seat(interaction), Texts.of(interaction, private=True)
        asked = self._task_of(person)
        if asked is None:
            seated = self._host.table.seats.has(person)
            raise Refused("telephone.no_task" if seated else "games.reason.not_here")
        match what:
            case "task":
                await interaction.response.defer(ephemeral=True, thinking=True)
                page = await self._page(person, asked, texts)
                await interaction.followup.send(
                    view=page.view, files=page.attachments(), ephemeral=True
                )
            case "write" if asked.kind == PHRASE:
                await self._show_form(interaction, asked.page)
            case "suggest" if argument.isdecimal() and int(argument) < len(asked.suggestions):
                await self.write(interaction, asked.page, asked.suggestions[int(argument)])
            case "upload" if asked.kind == DRAWING:
                await upload.show_form(interaction, self._host.id, asked.page)
            case _:
                raise Refused("games.reason.not_now")

    async def _show_form(self, interaction: discord.Interaction[Any], page: int) -> None:
        """Answer with a form with one line, for one page of a chain."""
        texts = Texts.of(interaction, private=True)
        phrase: ui.TextInput[Any] = ui.TextInput(
            custom_id="phrase", min_length=1, max_length=PHRASE_LENGTH
        )
        label: ui.Label[Any] = ui.Label(text=texts("telephone.phrase_label"), component=phrase)
        id_ = custom_id(self._host.id, "write", str(page))
        await forms.show(interaction, id_, texts("telephone.phrase_title"), label)

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        """A phrase or a picture came in by a form, for the page that stands in its id."""
        asked = self._task_of(seat(interaction))
        if asked is None or argument != str(asked.page):
            raise Refused("telephone.page_over")
        if what == "write":
            await self.write(interaction, asked.page, form.texts.get("phrase", ""))
        elif what == "upload":
            await upload.take_form(interaction, self._host, form)
        else:
            raise Refused("games.reason.not_now")

    async def write(self, interaction: discord.Interaction[Any], page: int, text: str) -> None:
        """Take a phrase. Raises Refused."""
        person, texts = seat(interaction), Texts.of(interaction, private=True)
        phrase = clean(text, PHRASE_LENGTH)
        await self._host.ask(WritePhrase(person, page, phrase), person)
        note = pages.note(texts("telephone.written", phrase=shown(phrase)))
        await interaction.response.send_message(view=note.view, ephemeral=True)

    async def submit(self, interaction: discord.Interaction[Any], png: bytes) -> None:
        """Take a picture; the interaction is deferred. Raises Refused."""
        person, texts = seat(interaction), Texts.of(interaction, private=True)
        asked = self._task_of(person)
        if asked is None or asked.kind != DRAWING:
            raise Refused("games.reason.not_now")
        reference = await self._keep(person, png)
        await self._host.ask(SubmitDrawing(person, asked.page, reference), person)
        note = pages.note(texts("telephone.handed_in"))
        await interaction.followup.send(view=note.view, ephemeral=True)

    async def _keep(self, player: str, sketch: Sketch) -> str:
        state = self._state
        book = state.books.task(player, state.table.seats)
        if book is None:
            raise Refused("games.reason.not_now")
        return await self._sketches.put(slot(book, state.books.page), int(player), sketch)

    # -- the pad

    def _sheet(self, page: int, player: str) -> str:
        return f"game:{self._host.id}:page:{page}:person:{player}"

    async def _open_sheet(self, player: str, asked: PageAsked) -> str | None:
        """A link to a sheet for the phrase; None where the pad has no address."""
        host = self._host
        return await host.tools.pad.open(
            Sheet(
                id=self._sheet(asked.page, player),
                person=int(player),
                title=asked.secret,
                ink=INK,
                ends_at=self._ends_at(),
                seconds=asked.seconds,
                language=language_of(host.room.language),
            )
        )

    def _ends_at(self) -> float:
        left = self._host.table.timers.left(PAGE, self._host.now) or 0.0
        return float(self._host.unix(self._host.now + left))

    async def set_clock(self) -> None:
        """The clock was stopped, or goes on."""
        state = self._state
        if state.phase is not Phase.PASSING or kind_of(state.books.page) != DRAWING:
            return
        for player in self._asked:
            sheet = self._sheet(state.books.page, player)
            ends_at, paused = self._ends_at(), state.table.paused
            await self._host.tools.pad.update(sheet, ends_at=ends_at, paused=paused)

    async def take_up_sheets(self) -> None:
        """After a restart: the clock has stood still, and the last strokes may not have come."""
        for player in list(self._asked):
            asked = self._task_of(player)
            if asked is not None and asked.kind == DRAWING:
                await self._open_sheet(player, asked)  # which lets us hear what is on it
        await self.set_clock()

    async def put_away(self, page: int, players: list[str]) -> None:
        """Nobody draws this page any more."""
        if kind_of(page) == DRAWING:
            for player in players:
                await self._host.tools.pad.close(self._sheet(page, player))

    async def drawn(self, sheet: str, drawing: Drawing, *, done: bool) -> None:
        """Something was drawn on a sheet, `page:N:person:ID`."""
        busy = sheet in self._news
        self._news[sheet] = drawing, done
        if not busy:
            self._host.spawn(self._take(sheet))

    async def _take(self, sheet: str) -> None:
        """Give the rules what is newest on a sheet, at most once a second."""
        _, page, _, player = sheet.split(":")
        told: tuple[Drawing, bool] | None = None
        try:
            while self._news[sheet] != told:
                told = drawing, done = self._news[sheet]
                asked = self._task_of(player)
                if asked is None or asked.kind != DRAWING or asked.page != int(page):
                    return
                reference = await self._keep(player, drawing)
                if not done and (player, reference) in self._state.books.drafts:
                    await asyncio.sleep(STATES_APART)  # the rules know of it already
                    continue
                effects = await self._host.do(SubmitDrawing(player, asked.page, reference, done))
                if any(isinstance(effect, NotTaken) for effect in effects):
                    return
                if not done:
                    await asyncio.sleep(STATES_APART)
        finally:
            del self._news[sheet]
