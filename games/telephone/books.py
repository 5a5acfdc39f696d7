"""What a chain of telephone is: preset and settings, pages, and books on their ways."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from games.core import BOT, INKS
from games.table.seats import Seats
from games.telephone.latin import square
from games.words.blocklist import blocked
from games.words.matching import LANGUAGES

PHRASE = "phrase"
DRAWING = "drawing"

PHRASE_LENGTH = 100
"""The longest phrase, in characters."""


class Preset(StrEnum):
    """Who makes which pages, and how."""

    CLASSIC = "classic"
    SPEED = "speed"
    BOT_DRAWS = "bot-draws"
    BOT_GUESSES = "bot-guesses"
    DRIFT = "drift"
    SOLO = "solo"
    SELF_PLAY = "self-play"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds for a phrase and for a drawing."""

    phrase: float
    drawing: float


PACES = {
    "normal": Pace(60.0, 120.0),
    "speed": Pace(20.0, 45.0),
    "slow": Pace(86400.0, 86400.0),
}

BOUNDS: dict[str, tuple[int, int]] = {
    "seats": (1, 24),
    "links": (0, 24),
    "strokes": (4, 64),
    "reveal": (0, 60),
}
"""The least and the most of each number, both allowed."""


_BOTS = {Preset.BOT_DRAWS: DRAWING, Preset.BOT_GUESSES: PHRASE}
"""The pages that the bot makes alone."""


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """The settings of a chain.

    The bot fills the table up to `seats`. `links` is how many pages a book has; 0 is as many as
    the seats allow, and never are there more (the bot alone takes any number from 2, 8 if 0).
    `prompt` is the first phrase of the first book, or "" to let its author write one. `reveal`
    is how long a page of the album stays, in seconds; 0 leaves the pace to the host. The bot draws
    with `strokes` strokes and `ink`, one of `games.core.INKS`. `blocked` adds to the words that are
    refused; `blocklists` are the languages whose own lists of them count, all if none is named.
    """

    preset: Preset = Preset.CLASSIC
    prompt: str = ""
    seats: int = 4
    links: int = 0
    pace: str = "normal"
    strokes: int = 24
    ink: str = ""
    reveal: int = 6
    language: str = "en"
    blocked: tuple[str, ...] = ()
    blocklists: tuple[str, ...] = ()

    def refuses(self, text: str) -> bool:
        """Whether a text holds a blocked word."""
        return blocked(text, self.blocked, self.blocklists)

    def seconds(self, kind: str) -> float:
        """The time for a page of a kind."""
        speed = self.preset is Preset.SPEED and self.pace == "normal"
        pace = PACES["speed" if speed else self.pace]
        return pace.drawing if kind == DRAWING else pace.phrase


def problems(settings: ChainSettings) -> tuple[str, ...]:
    """The names of the settings that cannot be as they are; empty if all is well."""
    wrong = [
        name for name, (low, high) in BOUNDS.items() if not low <= getattr(settings, name) <= high
    ]
    if settings.links == 1:
        wrong.append("links")
    if settings.ink not in INKS:
        wrong.append("ink")
    if settings.pace not in PACES:
        wrong.append("pace")
    if settings.language not in LANGUAGES:
        wrong.append("language")
    if len(settings.prompt) > PHRASE_LENGTH or settings.refuses(settings.prompt):
        wrong.append("prompt")
    return tuple(wrong)


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page of a book: who made it, and the phrase or the reference of a drawing.

    A drawing that nobody could make is blank: its `content` is "". `filled` says that the bot
    stepped in for a person.
    """

    author: str = ""
    kind: str = PHRASE
    content: str = ""
    filled: bool = False


Ways: TypeAlias = tuple[tuple[int | None, ...], ...]


def kind_of(page: int) -> str:
    """What page a number (from 0) is: even ones are phrases, odd ones drawings."""
    return DRAWING if page % 2 else PHRASE


def seats_of(settings: ChainSettings, people: int) -> int:
    """How many sit at the table when so many people do."""
    return max(settings.seats, people, 2)


def pages_of(settings: ChainSettings, seats: int) -> int:
    """How many pages a book has at a table with so many seats."""
    if settings.preset is Preset.SELF_PLAY:
        return settings.links or 8
    shared = settings.preset in _BOTS
    most = min(24, 2 * seats - 1 if shared else seats)
    return min(settings.links or most, most)


def ways(settings: ChainSettings, seats: int, rng: random.Random) -> Ways:
    """Who makes each page of each book: `ways[book][page]` is a seat, or None for the engine.

    As many books as seats, each with every seat at most once, along the rows of a Latin square
    whose symbols are dealt to the seats by chance. Where the bot makes all drawings or all
    guesses, the seats share the other pages. The bot alone has one book.
    """
    pages = pages_of(settings, seats)
    if settings.preset is Preset.SELF_PLAY:
        return ((None,) * pages,)
    bots = _BOTS.get(settings.preset)
    deal = rng.sample(range(seats), seats)
    books: list[tuple[int | None, ...]] = []
    for row in square(seats):
        seat = iter(row)
        books.append(
            tuple(
                None if page > 0 and kind_of(page) == bots else deal[next(seat)]
                for page in range(pages)
            )
        )
    return tuple(books)


@dataclass(frozen=True, slots=True)
class Books:
    """The books under way, all at the same page.

    `turned` are the pages of each book that lie behind, `pending` those of this page that are in.
    `chairs` are the players in the seats of `ways`, `drafts` unfinished drawings by player, and
    `bots` the books whose page has gone from its owner to the bot.
    """

    chairs: tuple[str, ...] = ()
    ways: Ways = ()
    turned: tuple[tuple[BookPage, ...], ...] = ()
    pending: tuple[BookPage | None, ...] = ()
    drafts: tuple[tuple[str, str], ...] = ()
    bots: frozenset[int] = frozenset()

    @property
    def page(self) -> int:
        """The page that all books are at, from 0."""
        return len(self.turned[0])

    @property
    def pages(self) -> int:
        """How many pages each book has."""
        return len(self.ways[0])

    @property
    def full(self) -> bool:
        """Whether no page is left to be made."""
        return self.page == self.pages

    @property
    def missing(self) -> tuple[int, ...]:
        """The books whose page is not in."""
        return tuple(book for book, page in enumerate(self.pending) if page is None)

    def owner(self, book: int) -> str:
        """Whose page it is that a book is at."""
        chair = self.ways[book][self.page]
        return BOT if chair is None else self.chairs[chair]

    def maker(self, book: int, seats: Seats) -> str:
        """Who makes that page: its owner if here, or the bot."""
        owner = self.owner(book)
        return BOT if book in self.bots or not seats.has(owner) else owner

    def waiting(self, seats: Seats) -> tuple[str, ...]:
        """The people whose pages are not in; none when all books are full."""
        if self.full:
            return ()
        makers = [self.maker(book, seats) for book in self.missing]
        return tuple(player for player in makers if player != BOT)

    def task(self, player: str, seats: Seats) -> int | None:
        """The book whose page a player makes now, if any."""
        if self.full:
            return None
        books = range(len(self.turned))
        return next((book for book in books if self.maker(book, seats) == player != BOT), None)

    def secret(self, book: int) -> str:
        """What the maker of a book's page may see: the page before it; "" on page 0."""
        return self.turned[book][-1].content if self.turned[book] else ""

    def by_hand(self, book: int) -> bool:
        """Whether the page before is a person's drawing."""
        last = self.turned[book][-1] if self.turned[book] else BookPage(BOT)
        return last.kind == DRAWING and last.author != BOT

    def said(self, book: int, *, of_bot: bool = False) -> tuple[str, ...]:
        """The phrases of a book so far, all or those of the bot."""
        return tuple(
            page.content
            for page in self.turned[book]
            if page.kind == PHRASE and (page.author == BOT or not of_bot)
        )

    def put(self, book: int, page: BookPage) -> Books:
        """With a book's page in."""
        pages = tuple(page if at == book else other for at, other in enumerate(self.pending))
        return replace(self, pending=pages)

    def draft(self, player: str, drawing: str) -> Books:
        """With a player's unfinished drawing, in place of an earlier one."""
        rest = tuple(draft for draft in self.drafts if draft[0] != player)
        return replace(self, drafts=(*rest, (player, drawing)))

    def turn(self) -> Books:
        """At the next page, of which nothing is in; all of this one must be."""
        turned = tuple(
            (*book, page)
            for book, page in zip(self.turned, self.pending, strict=True)
            if page is not None
        )
        return Books(self.chairs, self.ways, turned, (None,) * len(turned))
