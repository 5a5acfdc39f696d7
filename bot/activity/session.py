"""One page of the Activity: its WebSocket, what it is shown of the game, and what it may say.

The page says who it is (`hello`, with the signed words that it got at the door) and is shown the
`scene`, again whenever that has changed, and where the person has to draw, the signed words that
open their sheet (bot/pad/tab.py takes those). It says `guess`, `join` or `choose` and is told what
came of it (`said`). What it asks takes the same way as everything else that people do to a game.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from aiohttp import WSMsgType, web
from pydantic import Field, TypeAdapter, ValidationError

from bot.client import Penguess
from bot.games.table.game_runner import GameRunner
from bot.games.table.scene import Scene
from bot.kit.errors import UserError
from bot.kit.token_bucket import TokenBucket
from bot.pad.close_codes import BAD_LINK, BAD_MESSAGE, TROUBLE
from bot.pad.handshake import Greeting, Leave, Said, greeted
from bot.texts import Texts, language_of
from games.table.table import Join
from games.words.matching import GUESS_LENGTH

log = logging.getLogger(__name__)

MAX_MESSAGE = 4096  # bytes
LOOK_EVERY = 0.3  # seconds between two looks at the game; states of a drawing come once a second
_PICTURES = 32  # that are kept
_PACE, _BURST = 1.0, 5.0  # things said a second
PREFIX = "activity:"
"""How what a pass opens begins, where that is the game of a channel."""


class Hello(Greeting):
    """The first words of a page."""

    language: Annotated[str, Field(max_length=10)]


class Guess(Said):
    """What it is, as this person thinks."""

    t: Literal["guess"]
    text: Annotated[str, Field(max_length=GUESS_LENGTH)]


class SitDown(Said):
    """The person wants to play."""

    t: Literal["join"]


class Choose(Said):
    """Word `index` of those that turn `number` has to choose from."""

    t: Literal["choose"]
    number: Annotated[int, Field(ge=0, le=1_000_000)]
    index: Annotated[int, Field(ge=0, le=24)]


_HELLO = TypeAdapter(Hello)
_SAID: TypeAdapter[Guess | SitDown | Choose] = TypeAdapter(
    Annotated[Guess | SitDown | Choose, Field(discriminator="t")]
)


class Pictures:
    """The pictures of scenes, in base64: made once for all who watch."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[int, str, int], asyncio.Task[str | None]] = OrderedDict()

    async def of(self, runner: GameRunner, scene: Scene) -> str | None:
        if not scene.picture:
            return None
        key = (runner.id, scene.picture, scene.state)
        if key not in self._made:
            self._made[key] = asyncio.create_task(self._make(runner, scene.picture))
        while len(self._made) > _PICTURES:
            self._made.popitem(last=False)
        return await asyncio.shield(self._made[key])

    async def _make(self, runner: GameRunner, reference: str) -> str | None:
        png = await runner.presenter.picture(reference)
        return base64.b64encode(png).decode() if png else None


class Session:
    """A connection. It lives as long as `run`."""

    def __init__(self, bot: Penguess, pictures: Pictures, socket: web.WebSocketResponse) -> None:
        self._bot = bot
        self._pictures = pictures
        self._socket = socket
        self._texts = Texts()
        self._person = ""
        self._channel = 0
        self._look = asyncio.Event()
        self._bucket = TokenBucket(_PACE, _BURST)

    async def run(self) -> None:
        try:
            await self._enter()
            showing = asyncio.create_task(self._show())
            hearing = asyncio.create_task(self._listen())
            try:
                await asyncio.wait({showing, hearing}, return_when=asyncio.FIRST_COMPLETED)
                for task in (hearing, showing):
                    if task.done():
                        task.result()
            finally:
                showing.cancel()
                hearing.cancel()
                await asyncio.gather(showing, hearing, return_exceptions=True)
        except Leave as leave:
            await self._socket.close(code=leave.code)
        except ConnectionError:
            pass
        except Exception:
            log.exception("a page of the Activity failed")
            await self._socket.close(code=TROUBLE)

    async def _enter(self) -> None:
        hello, given = await greeted(self._socket, _HELLO, self._bot.pad.admitted)
        kind, _, channel = given.sheet.partition(":")
        if kind + ":" != PREFIX or not channel.isdecimal():
            raise Leave(BAD_LINK)  # it opens a sheet, and nothing else
        self._person, self._channel = str(given.person), int(channel)
        self._texts = Texts(language_of(hello.language))

    def _game(self) -> GameRunner | None:
        return self._bot.open_games.seen_by(self._person, self._channel)

    # -- what is shown

    async def _show(self) -> None:
        """Send the scene whenever it has changed."""
        shown: tuple[int, Scene] | None = None
        while True:
            runner = self._game()
            if runner is None:
                game, scene = 0, Scene(note=self._texts("activity.no_game"))
            else:
                game, scene = runner.id, runner.presenter.scene(self._person, self._texts)
            if shown != (game, scene):
                sent = await self._send_scene(runner, scene, shown[1] if shown else Scene())
                shown = (game, scene) if sent else None
            self._look.clear()
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await self._look.wait()
            except TimeoutError:
                pass

    async def _send_scene(self, runner: GameRunner | None, scene: Scene, before: Scene) -> bool:
        """Returns whether it is what `scene` says; a sheet may be gone by now."""
        news: dict[str, Any] = {
            "t": "scene",
            "game": runner.id if runner else 0,
            **asdict(replace(scene, heard=())),
        }
        del news["deadline"]
        if runner is not None:
            if scene.sheet:
                link = await runner.presenter.sheet(self._person)
                if link is None:
                    return False
                news["token"] = link.partition("#")[2]
            if scene.deadline is not None:
                news["left"] = round(max(0.0, scene.deadline - runner.now), 2)
            if scene.drawer:
                news["drawer"] = await runner.name(scene.drawer)
            news["heard"] = [[await runner.name(one.player), one.text] for one in scene.heard]
            if (scene.picture, scene.state) != (before.picture, before.state):
                news["png"] = await self._pictures.of(runner, scene)
        await self._tell(news)
        return True

    async def _tell(self, message: dict[str, Any]) -> None:
        await self._socket.send_str(json.dumps(message, separators=(",", ":")))

    # -- what is said

    async def _listen(self) -> None:
        async for said in self._socket:
            if said.type is not WSMsgType.TEXT:
                raise Leave(BAD_MESSAGE)
            try:
                words = _SAID.validate_json(said.data)
            except ValidationError:
                raise Leave(BAD_MESSAGE) from None
            await self._bucket.pay()  # listen no faster than people talk
            good, text = await self._answered(self._take(words))
            await self._tell({"t": "said", "of": words.t, "good": good, "text": plain(text)})
            self._look.set()

    async def _take(self, said: Guess | SitDown | Choose) -> str:
        runner = self._game()
        if runner is None:
            raise UserError("activity.no_game")
        match said:
            case Guess():
                return await runner.presenter.guess(self._person, said.text, self._texts)
            case SitDown():
                await runner.ask(Join(self._person), self._person)
                return self._texts("games.joined")
            case Choose():
                await runner.presenter.choose(self._person, said.number, said.index)
                return ""

    async def _answered(self, taking: Awaitable[str]) -> tuple[bool, str]:
        try:
            return True, await taking
        except UserError as error:
            return False, self._texts(error.key, **error.values)
        except sqlite3.Error:
            log.exception("what a page said could not be stored")
            return False, self._texts("errors.unexpected")


def plain(text: str) -> str:
    """A text for Discord without its Markdown: emphasis and small print go, escapes are undone."""
    marks = re.compile(r"\\([\W_])|[*`]|^(?:-?#+ )", re.MULTILINE)
    return marks.sub(lambda found: found[1] or "", text)
