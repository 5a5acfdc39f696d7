"""What those who make the pages of a chain are asked for, and what they hand in."""

from __future__ import annotations

from dataclasses import dataclass, field

from games.core import ENGINE, Audience, Effect, Event
from games.table.table import Reason
from games.telephone.books import PHRASE, PHRASE_LENGTH, Books, ChainSettings, Preset, kind_of


@dataclass(frozen=True, slots=True)
class Open(Event):
    """The first event: somebody opens a chain, and sits down unless the bot plays alone."""

    host: str
    settings: ChainSettings = field(default_factory=ChainSettings)


@dataclass(frozen=True, slots=True)
class Configure(Event):
    """The host changes the settings, before the start."""

    by: str
    settings: ChainSettings


@dataclass(frozen=True, slots=True)
class Start(Event):
    """The host starts. `phrases` are suggestions for first phrases, drawn from the word list."""

    by: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WritePhrase(Event):
    """A player's phrase for page `page` (from 0). Until the page turns, a later one replaces it."""

    player: str
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class SubmitDrawing(Event):
    """A player's drawing for a page. An unfinished one (`done` false) counts if time runs out."""

    player: str
    page: int
    drawing: str
    done: bool = True


@dataclass(frozen=True, slots=True)
class BotPage(Event):
    """The engine's answer to `PageRequested`: a phrase or a drawing; "" if it could not."""

    book: int
    page: int
    content: str


@dataclass(frozen=True, slots=True)
class PagesStarted(Effect):
    """Everybody is at page `page` of `pages` now: phrases or drawings, within `seconds`."""

    page: int = 0
    pages: int = 0
    kind: str = PHRASE
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PageAsked(Effect):
    """A player is to make a page. `secret` is the page before it: a phrase, or a drawing.

    On page 0 `secret` is "" and `suggestions` are phrases to take instead of an own one.
    """

    page: int = 0
    kind: str = PHRASE
    secret: str = ""
    suggestions: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PageRequested(Effect):
    """The engine is to make a page (`BotPage`): draw the phrase `secret` with `strokes` and `ink`,
    or find a phrase for the drawing `secret` that is none of those `said` in the book before: by
    the bot itself, so that it may guess what a person wrote, or in self-play by anybody. by_hand:
    a person drew it."""

    to: Audience = ENGINE
    book: int = 0
    page: int = 0
    kind: str = PHRASE
    secret: str = ""
    strokes: int = 0
    ink: str = ""
    said: tuple[str, ...] = ()
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class PageTaken(Effect):
    """A player's page is in, and can still be replaced until the page turns."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class PagesIn(Effect):
    """How many of the pages are in, and which people still make theirs."""

    page: int = 0
    done: int = 0
    books: int = 0
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminded(Effect):
    """A player's page is not in, and `seconds` are left."""

    page: int = 0
    seconds: float = 0.0


PAGE_EVENTS: tuple[type[Event], ...] = (
    *(Open, Configure, Start, WritePhrase, SubmitDrawing, BotPage),
)


def read(event: WritePhrase | SubmitDrawing, settings: ChainSettings) -> str | Reason:
    """What a player has handed in, or why it is not taken."""
    if isinstance(event, SubmitDrawing):
        return event.drawing or Reason.EMPTY
    text = " ".join(event.text.split())
    if not text:
        return Reason.EMPTY
    if len(text) > PHRASE_LENGTH:
        return Reason.TOO_LONG
    return Reason.BLOCKED if settings.refuses(text) else text


def request(books: Books, book: int, settings: ChainSettings) -> PageRequested:
    """The request for the page that a book is at."""
    return PageRequested(
        book=book,
        page=books.page,
        kind=kind_of(books.page),
        secret=books.secret(book),
        strokes=settings.strokes,
        ink=settings.ink,
        said=books.said(book, of_bot=settings.preset is not Preset.SELF_PLAY),
        by_hand=books.by_hand(book),
    )
