"""Duels in a channel: nobody sees the drawings grow, then two unsigned ones are voted on."""

from __future__ import annotations

from functools import partial
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.pictionary.drawing_turn import DrawingTurns
from bot.games.pictionary.duel_view import ballot, choosing, drawing, ended
from bot.games.pictionary.tally import Tally
from bot.games.table.buttons import GameButton
from bot.games.table.game_runner import GameRunner
from bot.games.table.results import GameResults
from bot.games.table.scene import Scene
from bot.games.table.table_menu import seat
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.layout import notice
from bot.kit.live_message import MakeView, MessageView
from bot.texts import Texts
from games.core import BOT, Effect, Effects, Event
from games.drawing.bout import BallotOpened, DuelEnded, Vote, Voted
from games.drawing.duel import Finish, State
from games.drawing.turn import DrawRequested, Phase
from games.drawing.word_choice import ChoosingStarted
from games.table.table import GameEnded

SIDES = ("a", "b")
"""What the two drawings of a ballot are called in files."""


class Duel(DrawingTurns):
    """Presents `games.drawing.duel`."""

    told_pad = "duel.told_pad"
    submitted = "duel.submitted"

    def __init__(self, runner: GameRunner) -> None:
        super().__init__(runner)
        self._ended: DuelEnded | None = None
        self._voted: Voted | None = None
        self._tally = Tally()
        self._painted = 0  # the turn whose drawing the bot has finished
        self._waiting = ""  # who has handed in and waits for the bot
        self._artist = ""  # of the last duel; a game that is over has none under way

    @property
    def state(self) -> State:
        return self.runner.play.state

    @property
    def drawer(self) -> str:
        bout = self.state.bout
        return bout.artist if bout and self.phase in (Phase.CHOOSING, Phase.DRAWING) else ""

    # -- what is kept

    def remember(self, event: Event, effects: Effects) -> None:
        super().remember(event, effects)
        for effect in effects:
            match effect:
                case ChoosingStarted():
                    self._ended, self._voted, self._waiting = None, None, ""
                    self._artist = effect.drawer
                    self._tally.played(self.runner.table.seats.present)
                case Voted():
                    self._voted = effect
                case DuelEnded():
                    self._ended = effect
                    self.ends(f"turn:{effect.turn}", partial(self._show_end, effect, self.state))
                    self._tally.duel(effect)

    def results(self) -> GameResults:
        return self._tally.results(self.settings.mode.value, self.end)

    # -- what is shown

    def present_turn(self, event: Event, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case BallotOpened():
                    self.cards.use_up("duel.finished")
                    self.put_away(effect.turn, self._artist)
                case DuelEnded():
                    self.put_away(effect.turn, self._artist)
                    self.runner.spawn(self._show_end(effect, self.state))
                case GameEnded() if effect.podium:
                    self.runner.spawn(self.show_podium(effect))
        self._refresh()

    def resume(self) -> None:
        super().resume()
        self._refresh()
        if self._ended is not None and self.phase is Phase.REVEAL:
            self.runner.spawn(self._show_end(self._ended, self.state))

    def _refresh(self) -> None:
        """Show the duel as it is now, if one is under way."""
        state = self.state
        if state.bout is None:
            return
        if state.phase in (Phase.CHOOSING, Phase.DRAWING, Phase.VOTING):
            self.runner.posts.show(f"turn:{state.bout.number}", self._frame(state))

    def _frame(self, state: State) -> MakeView:
        voted = self._voted

        async def frame() -> MessageView:
            match state.phase:
                case Phase.CHOOSING:
                    return choosing(self.runner, state)
                case Phase.VOTING:
                    return ballot(self.runner, state, voted, await self._ballot(state))
                case _:
                    return drawing(self.runner, state)

        return frame

    async def _ballot(self, state: State) -> list[layout.Picture]:
        """The two drawings, without what would tell whose is whose: even their pens are alike."""
        bout = state.bout
        drawings = dict(bout.drawings) if bout else {}
        pictures: list[layout.Picture] = []
        for side, artist in zip(SIDES, bout.ballot if bout else (), strict=False):
            png = await self.sketches.unsigned(drawings[artist])
            if png is not None:
                pictures.append((f"{side}.png", png))
        return pictures

    async def _show_end(self, end: DuelEnded, state: State) -> None:
        """The reveal. state: the game as the duel ended."""
        pictures = list[layout.Picture]()
        for side, artist, reference in zip(SIDES, end.artists, end.drawings, strict=False):
            moving = await self.sketches.moving(reference, end.turn, by_bot=artist == BOT)
            if moving is not None:
                name, data = moving
                pictures.append((name.replace("drawing", side), data))

        async def frame() -> MessageView:
            return ended(self.runner, state, end, pictures)

        await self.runner.posts.finish(f"turn:{end.turn}", frame)

    # -- what people do

    def watched(self, person: str, texts: Texts) -> Scene:
        drawing = self.phase is Phase.DRAWING
        return Scene(note=texts("activity.secret")) if drawing else super().watched(person, texts)

    def more_means(self, texts: Texts) -> list[ui.Item[Any]]:
        label = texts("duel.finish")
        return [GameButton(self.runner.id, "finish", label=label, style=ButtonStyle.success)]

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        person, texts = seat(interaction), Texts.of(interaction, private=True)
        if what == "vote":
            turn, _, choice = argument.partition(".")
            bout = self.state.bout
            if bout is None or turn != str(bout.number) or not choice.isdecimal():
                raise UserError("games.reason.vote_closed")
            number = int(choice)
            await self.runner.ask(Vote(person, number), person)
            said = texts("duel.voted_for", side=SIDES[number].upper())
        elif what == "finish":
            if self._painted == self.state.number or self.phase is not Phase.DRAWING:
                await self.runner.ask(Finish(person), person)
                said = texts("duel.finished")
            else:
                await self.handed_in(person)
                said = texts("duel.wait_for_me")
        else:
            await super().press(interaction, what, argument, values)
            return
        await interaction.response.send_message(view=notice(said).view, ephemeral=True)

    async def handed_in(self, player: str) -> None:
        """The vote opens when both are done, or when the time is up."""
        if player != self.drawer or self.phase is not Phase.DRAWING:
            return
        if self._painted == self.state.number:
            await self.runner.do(Finish(player))
        else:
            self._waiting = player

    async def serve(self, effect: Effect) -> None:
        await super().serve(effect)
        if isinstance(effect, DrawRequested):
            self._painted = effect.turn
            if self._waiting:
                await self.handed_in(self._waiting)
