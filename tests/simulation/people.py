"""People in the channel: they open games, press what there is to press, and draw.

Nobody follows a script. Each looks at what is in sight and does one of the things that it offers,
likelier what brings a game forward; some things are done twice at once, as impatient people do.
What the bot tells them has been done is noted, and is looked for in the database after the run.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.model.entities import Channel, Message, User
from bot.playground.model.errors import ApiError, Json
from bot.playground.model.uploads import UploadedFile
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.protocol.component_rules import Kind
from bot.playground.protocol.interaction import Answer, Interaction
from bot.playground.server import Playground
from bot.playground.users import conversation
from bot.playground.users.user_actions import UserActions
from bot.texts import Texts
from tests.simulation.place import Place
from tests.simulation.tab import Tab
from tests.simulation.trace import Trace

TEXTS = Texts("en")
_SEEN = 12  # messages of a channel that somebody looks at
_TWICE = 0.05  # of presses

# How likely a button or select is used, by what its id says it does; 0.3 where nothing is said.
_WEIGHTS = {
    "join": 2.0,
    "start": 1.0,
    "leave": 0.03,
    "end": 0.02,
    "pause": 0.05,
    "resume": 3.0,
    "skip": 0.05,
    "kick": 0.05,
    "settings": 0.1,
    "set": 0.3,
    "turn_page": 0.1,
    "menu": 0.1,
    "watch": 0.05,
    "choose": 6.0,
    "guess": 2.0,
    "mine": 1.0,
    "upload": 3.0,
    "finish": 2.0,
    "vote": 3.0,
    "task": 2.0,
    "write": 4.0,
    "suggest": 2.0,
    "next": 3.0,
    "next_book": 2.0,
    "again": 0.05,
    "stop": 0.1,
    "delete": 0.02,
}


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that the bot has told a person is done. event: of the game's log."""

    game: int
    event: str
    seat: str


@dataclass(slots=True)
class Crowd:
    """What all people share. words: those of the server; phrases: makes one that nobody else has;
    truth: what is being drawn, "" for nothing; picture: makes a PNG; tab: opens a sheet of the pad
    by its token; promises: what they were told."""

    place: Place | Playground
    chance: random.Random
    trace: Trace
    words: tuple[str, ...]
    phrases: Callable[[], str]
    truth: Callable[[], str]
    picture: Callable[[random.Random], bytes]
    tab: Callable[[str], Tab]
    promises: list[Promise] = field(default_factory=list)
    asked: list[Interaction] = field(default_factory=list)
    tabs: list[Tab] = field(default_factory=list)
    leaving: bool = False  # nobody does anything any more


class Person:
    """Somebody, who is in one channel and reads what the bot writes to them alone."""

    def __init__(self, crowd: Crowd, name: str, here: Channel) -> None:
        self._crowd = crowd
        self._chance = random.Random(crowd.chance.random())
        self.user: User = crowd.place.world.add_person(name)
        self.user.accepts_direct_messages = self._chance.random() < 0.9
        self.here = here
        self._hand = UserActions(crowd.place.desk, crowd.place.commands, self.user)
        self._tab: Tab | None = None
        self._seated = False
        self._chosen: set[str] = set()

    async def live(self, opening: Callable[[], Any] | None = None) -> None:
        """Do things until everybody leaves. opening: what is done first."""
        if opening is not None:
            await self.call(*opening())
        while not self._crowd.leaving:
            await asyncio.sleep(self._chance.uniform(0.3, 6.0))
            if not self._crowd.leaving:
                await self._act()

    # -- doing

    async def call(self, name: str, options: Json) -> Interaction | None:
        """Call a command; None where Discord's own client does not let it through."""
        try:
            return await self._asked(self._hand.call(self.here, name, options))
        except InvalidInput as refused:
            self._crowd.trace.note("not-sent", name, refused)
            return None

    async def _act(self) -> None:
        doable = self._doable()
        weights = [weight for weight, _ in doable]
        (_, (message, part)) = self._chance.choices(doable, weights)[0]
        if message is None:
            await self._free_hand(part)
        elif part["type"] == Kind.BUTTON and "url" in part:
            await self._open_pad(part["url"])
        else:
            await self._use(message, part)

    def _doable(self) -> list[tuple[float, tuple[Message | None, Json]]]:
        """(weight, what) of everything there is to do."""
        drawn = bool(self._crowd.truth())
        found: list[tuple[float, tuple[Message | None, Json]]] = [
            (0.6 if drawn else 0.05, (None, {"what": "answer"})),
            (0.2 if drawn else 0.05, (None, {"what": "submit"})),
            (0.1, (None, {"what": "say"})),
            (0.05, (None, {"what": "game"})),
        ]
        if self._tab is not None and self._tab.usable:
            found.append((6.0, (None, {"what": "stroke"})))
        world = self._crowd.place.world
        messages = [*world.visible(self.here, self.user.id)][-_SEEN:]
        for channel in world.channels.values():
            if channel.is_direct and self.user.id in channel.recipients:
                messages += [*world.visible(channel, self.user.id)][-3:]
        for message in messages:
            for part in message.walk():
                if part.get("disabled") or part["type"] not in (Kind.BUTTON, Kind.STRING_SELECT):
                    continue
                if "url" in part:
                    if "/pad/" in part["url"]:
                        found.append((2.0, (message, part)))
                    continue
                found.append((self._weight(str(part["custom_id"])), (message, part)))
        return found

    async def _free_hand(self, part: Json) -> None:
        match part["what"]:
            case "answer":
                await self.call("answer", {"word": self._guess()})
            case "submit":
                await self.call("submit", {"image": self._photo()})
            case "game":
                await self.call("game", {})
            case "say":
                try:
                    conversation.say(
                        self._crowd.place.uploads, self.user, self.here, self._guess(), []
                    )
                except ApiError:
                    return
            case _:
                if self._tab is not None:
                    self._tab.draw(self._chance)

    async def _use(self, message: Message, part: Json) -> None:
        values: list[str] = []
        if part["type"] == Kind.STRING_SELECT:
            options = [one["value"] for one in part["options"] if one["value"] != "slow"]
            values = [self._chance.choice(options or ["-"])]
        custom_id = str(part["custom_id"])
        try:
            asked = [self._hand.component(message, custom_id, values)]
            if self._chance.random() < _TWICE:
                asked.append(self._hand.component(message, custom_id, values))
        except InvalidInput as refused:
            self._crowd.trace.note("not-sent", custom_id, refused)
            return
        for one in asked:
            await self._asked(one)

    async def _asked(self, interaction: Interaction) -> Interaction:
        crowd = self._crowd
        crowd.asked.append(interaction)
        crowd.trace.note("asked", self.user.name, interaction.name)
        await interaction.settled.wait()
        crowd.trace.note("answered", interaction.name, interaction.answer, interaction.failed)
        self._note(interaction)
        if interaction.modal is not None:
            await asyncio.sleep(self._chance.uniform(0.5, 8.0))
            await self._fill(interaction)
        return interaction

    async def _fill(self, opened: Interaction) -> None:
        values: dict[str, Any] = {}
        for part in (opened.modal or {}).get("components", []):
            field_ = part.get("component") or {}
            if field_.get("type") == Kind.FILE_UPLOAD:
                values[field_["custom_id"]] = [self._photo()]
            elif field_.get("custom_id") == "guess":
                values["guess"] = self._guess()
            elif field_.get("type") == Kind.TEXT_INPUT:
                values[field_["custom_id"]] = self._crowd.phrases()
        try:
            await self._asked(self._hand.submit(opened, values))
        except InvalidInput as refused:
            self._crowd.trace.note("not-sent", opened.name, refused)

    async def _open_pad(self, url: str) -> None:
        if self._tab is not None:
            self._tab.close()
        self._tab = self._crowd.tab(url.split("#", 1)[1])
        self._crowd.tabs.append(self._tab)

    # In capitals, as a guess that everybody sees is shown as it was typed, and is no secret.
    def _guess(self) -> str:
        truth = self._crowd.truth() if self._chance.random() < 0.3 else ""
        return (truth or self._chance.choice(self._crowd.words)).upper()

    def _photo(self) -> UploadedFile:
        return UploadedFile("drawing.png", self._crowd.picture(self._chance), "image/png")

    # -- what was promised

    def _note(self, interaction: Interaction) -> None:
        custom_id = str(interaction.data.get("custom_id", ""))
        first, *rest = custom_id.split(":")
        if first not in ("game", "pick") or interaction.answer is None or len(rest) < 2:
            return
        event = self._promised(rest[1], interaction)
        if event == "ChooseWord":
            # Who presses a word twice is told of the same choice twice.
            if custom_id in self._chosen:
                return
            self._chosen.add(custom_id)
        if event:
            promise = Promise(int(rest[0]), event, str(self.user.id))
            self._crowd.promises.append(promise)
            if event in ("Join", "Leave", "Watch"):
                self._seated = event == "Join"
            self._crowd.trace.note("promised", promise)

    def _promised(self, what: str, interaction: Interaction) -> str:
        """The event that the answer says has happened; "" for none."""
        deferred = interaction.answer is Answer.DEFERRED_UPDATE
        text = interaction.message.text if interaction.message is not None else ""
        says = {
            "join": ("Join", TEXTS("games.joined")),
            "leave": ("Leave", TEXTS("games.left")),
            "watch": ("Watch", TEXTS("games.watching")),
            "pause": ("Pause", TEXTS("games.paused")),
            "resume": ("Resume", TEXTS("games.resumed")),
            "end": ("End", TEXTS("games.ended")),
            "kick": ("VoteKick", TEXTS("games.kick_noted")),
            "guess": ("Guess", "✅"),
            "write": ("WritePhrase", "✅"),
            "suggest": ("WritePhrase", "✅"),
            "vote": ("Vote", "You voted for"),
        }
        if what in ("start", "join", "leave") and deferred:
            return what.capitalize()
        if what == "choose" and interaction.answer is Answer.UPDATE and "Draw: **" in text:
            return "ChooseWord"
        if what == "vote" and "Your vote" in text:
            return "VotePage"
        event, said = says.get(what, ("", ""))
        return event if event and interaction.answer is not None and said in text else ""

    def _weight(self, custom_id: str) -> float:
        first, *rest = custom_id.split(":")
        what = rest[1] if first in ("game", "pick", "album") and len(rest) > 1 else rest[0]
        weight = _WEIGHTS.get(what, 0.3)
        if what == "join" and self._seated:
            weight = 0.05
        return weight if first in ("game", "pick") else min(weight, 0.05)
