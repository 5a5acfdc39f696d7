"""What the drawing games share: a lobby, words for whoever draws, and what they draw with.

A drawer is told the word where nobody else sees it, with a link to a sheet of the pad and a form
for a picture; what they draw comes back as `DrawingUpdated`, about once a second.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.games.pictionary import lobby
from bot.games.pictionary.lobby_post import LobbyPost
from bot.games.pictionary.word_cards import card
from bot.games.table import podium_view, upload
from bot.games.table.buttons import GameButton, rows
from bot.games.table.desk import Desk, Drawn, ways
from bot.games.table.engine_artist import EngineArtist
from bot.games.table.game_runner import GameRunner, Presenter
from bot.games.table.lobby import POST
from bot.games.table.private_cards import PrivateCards
from bot.games.table.scene import Heard, Scene
from bot.games.table.sketches import Sketches
from bot.games.table.table_menu import authority, reply, seat
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.forms import Filled
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.pad import Work
from bot.texts import Texts
from games.core import BOT, Effect, Effects, Event
from games.drawing.bout import JudgeRequested
from games.drawing.guess_race import LookRequested
from games.drawing.settings import DrawingSettings
from games.drawing.turn import (
    TURN,
    DrawingUpdated,
    DrawRequested,
    GameStarted,
    Phase,
    Skip,
    TurnStarted,
    WordTold,
)
from games.drawing.word_choice import ChooseWord, WordsOffered
from games.table.table import GameEnded, Paused, Resumed, SeatsChanged, SettingsChanged, Stage


class DrawingTurns(Presenter):
    """The presenter of a drawing game, but for its turns, which subclasses show.

    artist: how the bot draws. offered, told: what the drawer of the turn under way has been shown
    last, in case they ask again. told_pad, submitted: keys of what a drawer is told with a pad, and
    after handing a picture in.
    """

    artist: type[EngineArtist] = EngineArtist
    told_pad = "pictionary.told_pad"
    submitted = "pictionary.submitted"

    def __init__(self, runner: GameRunner) -> None:
        super().__init__(runner)
        self._lobby = LobbyPost(runner)
        self.sketches = Sketches(runner.services.store, runner.services.renderer, runner.id)
        self.engine_artist = self.artist(runner, self.sketches)
        self.offered: WordsOffered | None = None
        self.told: WordTold | None = None
        self.end: GameEnded | None = None
        self.cards = PrivateCards(runner)
        self.states = 0  # of drawings so far
        self.desk = Desk(runner, "turn", self._take)
        self._endings: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {}  # by keys of posts

    @property
    def settings(self) -> DrawingSettings:
        return self.runner.play.state.settings

    @property
    def phase(self) -> Phase:
        return self.runner.play.state.phase

    # -- for subclasses

    @property
    @abstractmethod
    def drawer(self) -> str:
        """The seat of the person who draws or is choosing a word; "" if there is none."""

    @abstractmethod
    def present_turn(self, event: Event, effects: Effects) -> None:
        """Show the turn under way, or its end."""

    async def handed_in(self, player: str) -> None:
        """A drawer says that the drawing is done."""
        return

    def heard_of_turn(self) -> tuple[Heard, ...]:
        """What was last said of the drawing, and who has the word."""
        return ()

    def watched(self, person: str, texts: Texts) -> Scene:
        """What somebody may see of the turn who is not the drawer."""
        return Scene(note=texts("activity.nothing"))

    async def show_room(self) -> None:
        """Show who draws, beside the sheet, what the others say."""
        return

    def more_means(self, texts: Texts) -> list[ui.Item[Any]]:
        """Buttons for the drawer, besides the pad, the form for a picture and giving up."""
        return []

    def ends(self, key: str, show: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Remember what shows the last page of a post, in case the bot is killed before it does."""
        self._endings[key] = show

    # -- the life of a presenter

    async def lobby(self) -> MessageView:
        return await self._lobby.page()

    def remember(self, event: Event, effects: Effects) -> None:
        if isinstance(event, DrawingUpdated):
            self.states += 1
        for effect in effects:
            match effect:
                case GameStarted():
                    self.ends(POST, partial(self._lobby.close, "pictionary.begun"))
                case GameEnded(podium=()):
                    self.ends(POST, partial(self._lobby.close, "lobby.nobody_started"))
                case WordsOffered():
                    self.offered, self.told = effect, None
                case WordTold():
                    self.offered, self.told = None, effect
                case TurnStarted(drawer=drawer) if drawer == BOT:
                    self.offered, self.told = None, None
                case GameEnded():
                    self.end, self.offered = effect, None

    def present(self, event: Event, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case SettingsChanged() | SeatsChanged() if self.runner.table.stage is Stage.LOBBY:
                    self._lobby.show()
                case GameStarted():
                    self.runner.spawn(self._lobby.close("pictionary.begun"))
                case GameEnded(podium=()):
                    self.runner.spawn(self._lobby.close("lobby.nobody_started"))
                case WordsOffered():
                    self.cards.use_up("pictionary.offer_over")
                    self.runner.spawn(self._offer(effect))
                case WordTold():
                    self.cards.use_up("pictionary.chosen_card", word=shown(effect.word))
                    if not isinstance(event, ChooseWord):
                        self.runner.spawn(self._whisper_word())
                case TurnStarted(drawer=drawer) if drawer == BOT:
                    self.cards.use_up("pictionary.offer_over")
                case GameEnded():
                    self.cards.use_up("games.over")
                case Paused() | Resumed():
                    self.runner.spawn(self._set_clock())
        self.present_turn(event, effects)

    def resume(self) -> None:
        for key in self.runner.posts.unfinished:
            if key in self._endings:
                self.runner.spawn(self._endings[key]())
        if self.runner.table.stage is Stage.LOBBY:
            self._lobby.show()
        elif self.told is not None and self.phase is Phase.DRAWING:
            self.runner.spawn(self._take_up_sheet())

    async def serve(self, effect: Effect) -> None:
        pool = self.runner.play.state.pool
        match effect:
            case DrawRequested():
                await self.engine_artist.draw(effect)
            case LookRequested():
                by_hand = self.drawer != ""  # else the bot draws, and nobody is the drawer
                await self.engine_artist.look(effect, pool, by_hand=by_hand)
            case JudgeRequested():
                await self.engine_artist.score(effect)

    async def show_podium(self, end: GameEnded) -> None:
        """The last post of the game."""
        details = lobby.summary(self.runner.texts, self.settings)
        await podium_view.show(self.runner, end, details)

    # -- what people press

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        texts, person = Texts.of(interaction, private=True), seat(interaction)
        match what:
            case "start" | "settings" | "turn_page" | "quick" | "set":
                await self._lobby.press(interaction, what, argument, values)
            case "mine":
                page, means = await self._means(person), self._for_drawer
                answer = await interaction.response.send_message(view=page.view, ephemeral=True)
                self._keep_card(answer.resource, person, means)
            case "choose":
                await self._choose(interaction, person, argument)
            case "upload":
                if person != self.drawer:
                    raise UserError("games.reason.not_the_drawer")
                await upload.show_form(interaction, self.runner.id, self.runner.play.state.number)
            case "skip":
                by = person if person == self.drawer else authority(interaction, self.runner)
                await self.runner.ask(Skip(by), by)
                await reply(interaction, layout.notice(texts("pictionary.skipped")))
            case _:
                raise UserError("games.reason.not_now")

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        if what != "upload":
            raise UserError("games.reason.not_now")
        if argument != str(self.runner.play.state.number):
            raise UserError("games.turn_over")
        await upload.take_form(interaction, self.runner, form)

    def menu(self, person: str, manages: bool, texts: Texts) -> list[ui.Item[Any]]:
        skips = person == self.drawer or manages
        if not skips or self.phase not in (Phase.CHOOSING, Phase.DRAWING):
            return []
        return [GameButton(self.runner.id, "skip", label=texts("pictionary.skip"), emoji="⏭️")]

    # -- the drawer

    async def _offer(self, offered: WordsOffered) -> None:
        drawer = self.drawer
        page = card(self.runner, offered, self.runner.texts_for(drawer))
        message = await self.runner.whispered(
            drawer, page, wanted=lambda: self._for_drawer is offered
        )
        self._keep_card(message, drawer, offered)

    @property
    def _for_drawer(self) -> WordsOffered | WordTold | None:
        """What the drawer's cards are about; None while nobody chooses or draws."""
        match self.phase:
            case Phase.CHOOSING:
                return self.offered
            case Phase.DRAWING:
                return self.told
            case _:
                return None

    def _keep_card(
        self, message: object, player: str, means: WordsOffered | WordTold | None
    ) -> None:
        """A card was shown, if it is a message."""
        if not isinstance(message, discord.Message):
            return
        now = self._for_drawer
        if means is now:
            self.cards.keep(message, player)
        elif (
            isinstance(means, WordsOffered)
            and isinstance(now, WordTold)
            and means.turn == now.turn  # one was chosen while the card was on its way
        ):
            self.cards.replace(message, player, "pictionary.chosen_card", word=shown(now.word))
        else:  # that ended while the card was on its way
            over = isinstance(means, WordsOffered)
            said = "pictionary.offer_over" if over else "games.turn_over"
            self.cards.replace(message, player, said)

    async def _choose(
        self, interaction: discord.Interaction[Any], person: str, argument: str
    ) -> None:
        turn, _, index = argument.partition(".")
        offered, told = self.offered, self.told
        if not index.isdecimal():
            raise UserError("games.reason.out_of_bounds")
        if told is not None and str(told.turn) == turn and person == self.drawer:
            texts = Texts.of(interaction, private=True)
            said = texts(
                "pictionary.chosen_for_you",
                word=shown(told.word),
                button=self.runner.texts("pictionary.my_word"),
            )
            await reply(interaction, layout.notice(said))
            return
        if offered is None or str(offered.turn) != turn:
            raise UserError("games.turn_over")
        if interaction.message is not None:
            self.cards.forget(interaction.message.id)  # it shows the word next
        await self.choose(person, offered.turn, int(index))
        page, means = await self._means(person), self._for_drawer
        answer = await interaction.response.edit_message(view=page.view)
        self._keep_card(answer.resource if answer else None, person, means)

    async def choose(self, person: str, number: int, index: int) -> None:
        if self.offered is None or self.offered.turn != number:
            raise UserError("games.turn_over")
        await self.runner.ask(ChooseWord(person, index), person)

    async def _means(self, person: str) -> MessageView:
        """What a drawer needs, whenever they ask. Raises UserError for others."""
        if self.phase not in (Phase.CHOOSING, Phase.DRAWING):
            raise UserError("games.reason.nothing_drawn")
        if person != self.drawer:
            raise UserError("games.reason.not_the_drawer")
        if self.phase is Phase.CHOOSING and self.offered is not None:
            return card(self.runner, self.offered, self.runner.texts_for(person))
        if self.told is None:
            raise UserError("games.reason.nothing_drawn")
        return await self._told_page(self.told)

    async def _told_page(self, told: WordTold) -> MessageView:
        texts, url = self.runner.texts_for(self.drawer), await self._open_sheet()
        buttons: list[ui.Item[Any]] = []
        buttons += ways(self.runner, url, texts)
        buttons.append(GameButton(self.runner.id, "upload", label=texts("games.upload")))
        buttons += self.more_means(texts)
        buttons.append(GameButton(self.runner.id, "skip", label=texts("pictionary.give_up")))
        lines = [
            texts("pictionary.told", word=shown(told.word)),
            texts("pictionary.told_strokes", n=told.strokes) if told.strokes else "",
            texts(self.told_pad if url else "pictionary.told_picture"),
            texts("games.ends", at=self.desk.ends_at(TURN)),
        ]
        return layout.panel("\n".join(line for line in lines if line), rows(buttons), layout.BUSY)

    async def _whisper_word(self) -> None:
        told = self.told
        if told is not None:
            drawer, page = self.drawer, await self._told_page(told)
            message = await self.runner.whispered(
                drawer, page, wanted=lambda: self._for_drawer is told
            )
            self._keep_card(message, drawer, told)

    # -- inside Discord

    def scene(self, person: str, texts: Texts) -> Scene:
        if self.runner.table.stage is Stage.LOBBY:
            joins = not self.runner.table.seats.has(person)
            return Scene(note=texts("activity.lobby"), joins=joins)
        if person != self.drawer:
            return self.watched(person, texts)
        if self.phase is Phase.CHOOSING and self.offered is not None:
            words = self.offered.words
            note = texts("activity.choose")
            return Scene(number=self.offered.turn, choices=tuple(words), note=note)
        if self.phase is Phase.DRAWING and self.told is not None:
            turn = self.told.turn
            return Scene(number=turn, sheet=f"turn:{turn}", heard=self.heard_of_turn())
        return super().scene(person, texts)

    async def sheet(self, person: str) -> str | None:
        if person != self.drawer or self.phase is not Phase.DRAWING:
            return None
        return await self._open_sheet()

    async def picture(self, reference: str) -> bytes | None:
        return await self.sketches.png(reference)

    # -- the pad

    async def _open_sheet(self) -> str | None:
        """A link to the drawer's sheet; None where the pad has no address."""
        told = self.told
        if told is None:
            return None
        url = await self.desk.open(
            told.turn,
            self.drawer,
            title=told.word,
            ink=float(told.line_limit),
            strokes=told.strokes or None,
            seconds=told.seconds,
            timer=TURN,
        )
        await self.show_room()
        return url

    async def _take_up_sheet(self) -> None:
        """After a restart: the clock has stood still, and the last strokes may not have come."""
        if self.drawer:
            await self._open_sheet()
            await self._set_clock()

    async def _set_clock(self) -> None:
        told = self.told
        if told is not None and self.phase is Phase.DRAWING and self.drawer:
            await self.desk.set_clock(told.turn, self.drawer, TURN)

    def shorten(self) -> None:
        """The clock of the turn was set anew."""
        self.runner.spawn(self._set_clock())

    def put_away(self, turn: int, player: str) -> None:
        """The drawing of a turn is over: nobody draws on, neither the bot nor a person."""
        self.engine_artist.stop(turn)
        self.cards.use_up("games.turn_over")
        if player.isdecimal():
            self.runner.spawn(self.desk.put_away(turn, player))

    async def drawn(self, sheet: str, work: Work, *, done: bool) -> None:
        self.desk.drawn(sheet, work, done=done)

    async def _take(self, drawn: Drawn) -> None:
        """Give the rules what is on a sheet."""
        told, work = self.told, drawn.work
        mine = told is not None and (drawn.number, drawn.player) == (told.turn, self.drawer)
        if told is not None and mine and work.strokes:
            await self._update(told, work)
        if drawn.done:
            await self.handed_in(drawn.player)

    async def _update(self, told: WordTold, work: Work) -> None:
        # The pad kept to the limit stroke by stroke, but for what adding up in floats may differ.
        used = min(work.ink, float(told.line_limit))
        reference = await self.sketches.put(told.turn, int(self.drawer), work.drawing, work.fills)
        await self.runner.do(DrawingUpdated(told.turn, self.drawer, reference, work.strokes, used))

    async def _hand(self, turn: int, player: str, png: bytes) -> DrawingUpdated:
        reference = await self.sketches.put(turn, int(player), png)
        return DrawingUpdated(turn, player, reference, 1, 0.0)

    async def submit(self, interaction: discord.Interaction[Any], png: bytes) -> None:
        person, told = seat(interaction), self.told
        if self.phase is not Phase.DRAWING:
            raise UserError("games.reason.nothing_drawn")
        if person != self.drawer or told is None:
            raise UserError("games.reason.not_the_drawer")
        await self.runner.ask(await self._hand(told.turn, person, png), person)
        text = Texts.of(interaction, private=True)(self.submitted)
        await interaction.followup.send(view=layout.notice(text).view, ephemeral=True)
        await self.handed_in(person)
