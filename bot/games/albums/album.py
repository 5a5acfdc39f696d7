"""Albums: the books of a finished chain, kept until they expire or are deleted.

A page is kept with the id of who made it; names are asked for when somebody looks. An album has
an address on the bot's web server that nobody can guess.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlite_utils import Database

from bot.games.table.names import Names
from bot.games.table.sketches import Sketch, Sketches
from bot.pictures.renderer import Renderer
from bot.store.database import Store, readable, update_if_there
from bot.store.schema import table
from bot.texts import Texts
from engine import album
from engine.album import Drift, Wording
from engine.canvas.drawing import Drawing
from engine.client import EngineClient
from games.core import BOT
from games.telephone.books import PHRASE, BookPage

GALLERY = 10
"""Albums on one page of the gallery."""

CHANNELS = 100
"""Channels whose albums the gallery of a server shows, the latest ones."""

WORDING = tuple(field.name for field in fields(Wording) if field.name != "language")

_SECRET_BYTES = 18
_BLANKS = {key: f"{{{key}}}" for key in ("n", "of", "who", "first", "last", "before", "now")}


@dataclass(frozen=True, slots=True)
class AlbumPage:
    """A page as it is kept. author: a person's id, 0 for the bot, -1 for somebody who had
    themselves forgotten; content: as of engine.album.Page; days: of a drawing of a daily word, how
    many in a row it was."""

    author: int
    content: str | Sketch | None
    days: int = 0

    def to_json(self) -> dict[str, Any]:
        match self.content:
            case str() as phrase:
                kept: dict[str, Any] = {"phrase": phrase}
            case Drawing() as drawing:
                kept = {"drawing": drawing.to_dict(2)}
            case bytes() as png:
                kept = {"picture": base64.b64encode(png).decode()}
            case None:
                kept = {}
        if self.days:
            kept["days"] = self.days
        return {"author": self.author, **kept}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AlbumPage:
        if "phrase" in data:
            return cls(data["author"], data["phrase"])
        if "drawing" in data:
            return cls(data["author"], Drawing.from_dict(data["drawing"]), data.get("days", 0))
        if "picture" in data:
            return cls(data["author"], base64.b64decode(data["picture"]), data.get("days", 0))
        return cls(data["author"], None)


@dataclass(frozen=True, slots=True)
class Album:
    """The books of one game. drifts: of each book, None where nothing was measured; funniest:
    (book, page) of those with most votes; host: whose game it was. drawings: it is no chain, but
    the drawings of a game in one book, each after its word. daily: it is the day of the server's
    daily word of this number, 0 for games: one word, then all drawings. bred: what was bred, "" for
    what was not: the favourites of all generations in one book, and their family tree."""

    id: int
    game: int
    guild: int | None
    channel: int
    made: float
    host: int
    secret: str
    expires: float
    books: tuple[tuple[AlbumPage, ...], ...]
    drifts: tuple[Drift | None, ...]
    funniest: tuple[tuple[int, int], ...] = ()
    drawings: bool = False
    daily: int = 0
    bred: str = ""

    @property
    def about(self) -> str:
        """What it is about, in a list of albums; "…" where nothing was written."""
        phrases = self.phrases() or ["…"]
        return self.bred or (", ".join(phrases) if self.drawings else phrases[0])

    @property
    def people(self) -> list[int]:
        """Everybody who made a page."""
        return sorted({leaf.author for book in self.books for leaf in book if leaf.author > 0})

    def phrases(self, book: int = 0) -> list[str]:
        """What was written in a book, first to last."""
        return [leaf.content for leaf in self.books[book] if isinstance(leaf.content, str)]


async def books_of(
    sketches: Sketches, books: Sequence[Sequence[BookPage]]
) -> tuple[tuple[AlbumPage, ...], ...]:
    """The pages of a chain with their drawings; those that were never reached are left out."""
    found: list[tuple[AlbumPage, ...]] = []
    for book in books:
        leaves: list[AlbumPage] = []
        for page in book:
            author = 0 if page.author == BOT else int(page.author)
            if page.kind == PHRASE:
                leaves.append(AlbumPage(author, page.content))
            else:
                sketch = await sketches.sketch(page.content) if page.content else None
                leaves.append(AlbumPage(author, sketch))
        found.append(tuple(leaves))
    return tuple(found)


async def measure(engine: EngineClient, renderer: Renderer, book: Sequence[AlbumPage]) -> Drift:
    """How a book drifts, by the model. Raises EngineError."""
    texts: dict[int, str] = {}
    images: dict[int, bytes] = {}
    for i, leaf in enumerate(book):
        match leaf.content:
            case str() as phrase:
                texts[i] = phrase
            case Drawing() as drawing:
                images[i] = await renderer.png(drawing)
            case bytes() as png:
                images[i] = png
            case None:
                pass
    reply = await engine.embed(list(texts.values()), list(images.values()))
    vectors = dict(zip((*texts, *images), (*reply.texts, *reply.images), strict=True))
    return Drift.of([vectors.get(i) for i in range(len(book))])


async def shown(kept: Album, names: Names, texts: Texts) -> list[tuple[album.Book, Drift | None]]:
    """The books with names for people to read, in the language of the texts."""
    called = {0: texts("games.bot"), -1: texts("album.somebody")}
    for person in kept.people:
        called[person] = await names.of(kept.guild, person)
    said, head, about = wording(texts), "", kept.bred
    if kept.drawings:
        head = kept.bred or texts("album.word_page")
    if kept.drawings and not (kept.bred or kept.daily):
        about = texts("album.all_drawings")

    def page(leaf: AlbumPage) -> album.Page:
        above = head if isinstance(leaf.content, str) else ""
        return album.Page(called[leaf.author], leaf.content, streak(texts, leaf.days), above)

    books = [album.Book(tuple(page(leaf) for leaf in book), said, about) for book in kept.books]
    return list(zip(books, kept.drifts, strict=True))


def streak(texts: Texts, days: int) -> str:
    """How many daily words in a row somebody has drawn; "" for nobody."""
    return texts("album.days", n=days) if days else ""


def wording(texts: Texts) -> Wording:
    """The words around the pages of an album."""
    said = {key: texts(f"album_page.{key}", **_BLANKS) for key in WORDING}
    return Wording(language=texts.language, **said)


class AlbumStore:
    """All albums. now: seconds since the epoch."""

    def __init__(self, store: Store, now: Any = time.time) -> None:
        self._store = store
        self._now = now

    async def put(
        self,
        *,
        game: int,
        guild: int | None,
        channel: int,
        host: int,
        days: int,
        books: tuple[tuple[AlbumPage, ...], ...],
        drifts: tuple[Drift | None, ...],
        drawings: bool = False,
        daily: int = 0,
        bred: str = "",
    ) -> Album:
        """Keep the album of a game for some days; one that is there already stays as it is."""
        made = self._now()
        new = Album(
            id=0,
            game=game,
            guild=guild,
            channel=channel,
            made=made,
            host=host,
            secret=secrets.token_urlsafe(_SECRET_BYTES),
            expires=made + days * 86_400.0,
            books=books,
            drifts=drifts,
            drawings=drawings,
            daily=daily,
            bred=bred,
        )
        row = {
            "game": game,
            "guild": guild,
            "channel": channel,
            "made": made,
            "host": host,
            "people": json.dumps(new.people),
            "data": _data(new),
            "secret": new.secret,
            "expires": new.expires,
        }

        def write(db: Database) -> dict[str, Any]:
            albums = table(db, "albums")
            albums.delete_where("expires <= ?", [made])
            if not albums.count_where("game = ?", [game]):
                albums.insert(row)
            return next(albums.rows_where("game = ?", [game]))

        return _album(await self._store.do(write))

    async def vote(self, kept: Album, funniest: tuple[tuple[int, int], ...]) -> None:
        """Note which pages the table found the funniest."""
        changed = {"data": _data(kept, funniest)}
        await self._store.do(lambda db: update_if_there(db, "albums", kept.id, changed))

    async def of_game(self, game: int) -> Album | None:
        return next(iter(await self._find("game = ?", [game], 1)), None)

    async def by_id(self, id_: int, guild: int | None) -> Album | None:
        """An album of a server, or of conversations with the bot, by its number."""
        where = "id = ? and guild is ?"
        return next(iter(await self._find(where, [id_, guild], 1)), None)

    async def by_secret(self, secret: str) -> Album | None:
        return next(iter(await self._find("secret = ?", [secret], 1)), None)

    async def channels(self, guild: int | None) -> list[int]:
        """Where there are albums in a server, those with the newest first."""

        def read(db: Database) -> list[int]:
            rows = table(db, "albums").rows_where(
                "guild is ? and expires > ? group by channel",
                [guild, self._now()],
                select="channel",
                order_by="max(id) desc",
                limit=CHANNELS,
            )
            return [row["channel"] for row in rows]

        return await self._store.do(read)

    async def newest(
        self, guild: int | None, channels: Sequence[int], skip: int = 0
    ) -> list[Album]:
        """The albums of some channels of a server, or of conversations, newest first; one more
        than a page of the gallery, if there are more."""
        where = "guild is ? and channel in (select value from json_each(?))"
        return await self._find(where, [guild, json.dumps(channels)], GALLERY + 1, skip)

    async def between(self, guild: int, since: float, until: float) -> list[Album]:
        """The albums of a server that were made in some days, newest first."""
        where = "guild = ? and made >= ? and made < ?"
        return await self._find(where, [guild, since, until], CHANNELS)

    async def delete(self, id_: int) -> None:
        await self._store.do(lambda db: table(db, "albums").delete_where("id = ?", [id_]))

    async def _find(self, where: str, values: list[Any], most: int, skip: int = 0) -> list[Album]:
        def read(db: Database) -> list[Album]:
            rows = table(db, "albums").rows_where(
                f"{where} and expires > ?",
                [*values, self._now()],
                order_by="id desc",
                limit=most,
                offset=skip,
            )
            return readable(rows, _album)

        return await self._store.do(read)


def _data(kept: Album, funniest: tuple[tuple[int, int], ...] = ()) -> str:
    books = [
        {
            "pages": [leaf.to_json() for leaf in book],
            "to_first": drift and drift.to_first,
            "to_previous": drift and drift.to_previous,
        }
        for book, drift in zip(kept.books, kept.drifts, strict=True)
    ]
    data = {"books": books, "funniest": funniest, "drawings": kept.drawings}
    if kept.daily:
        data["daily"] = kept.daily
    if kept.bred:
        data["bred"] = kept.bred
    return json.dumps(data, ensure_ascii=False)


def _album(row: dict[str, Any]) -> Album:
    data = json.loads(row["data"])
    return Album(
        id=row["id"],
        game=row["game"],
        guild=row["guild"],
        channel=row["channel"],
        made=row["made"],
        host=row["host"],
        secret=row["secret"],
        expires=row["expires"],
        books=tuple(
            tuple(AlbumPage.from_json(leaf) for leaf in book["pages"]) for book in data["books"]
        ),
        drifts=tuple(
            Drift(tuple(book["to_first"]), tuple(book["to_previous"])) if book["to_first"] else None
            for book in data["books"]
        ),
        funniest=tuple((book, page) for book, page in data["funniest"]),
        drawings=data.get("drawings", False),
        daily=data.get("daily", 0),
        bred=data.get("bred", ""),
    )
