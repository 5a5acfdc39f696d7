"""The album of a chain: its books are revealed page by page, and the table votes for the best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from games.core import ENGINE, Audience, Effect, Effects, Event
from games.telephone.books import BookPage

HOST_SECONDS = 600.0
"""How long a page stays when the host reveals the album, before it goes on by itself."""
AWAY_SECONDS = 6.0
"""How long the next pages stay once one has gone on by itself, until the host turns a page."""
VOTE_SECONDS = 60.0
"""How long the table can vote for the funniest page after the reveal."""


@dataclass(frozen=True, slots=True)
class RevealNext(Event):
    """The host turns the page of the album, or with `book` all that is left of the book."""

    by: str
    book: bool = False


@dataclass(frozen=True, slots=True)
class VotePage(Event):
    """A player finds this page, which has been revealed, the funniest. The last vote counts."""

    by: str
    book: int
    page: int


@dataclass(frozen=True, slots=True)
class DriftMeasured(Event):
    """How much of each book's first phrase its last one keeps: see `still_said`."""

    kept: tuple[float, ...]


def still_said(to_first: Sequence[float | None]) -> float:
    """How much of the first phrase the last one keeps, in 0..1; 0 if that was not measured.

    to_first: the similarities of all pages to the first; None where there is none. A drawing's
    says little beside a phrase's, so the drawings have no part in this.
    """
    phrases = [value for value in to_first[::2] if value is not None]
    return min(1.0, max(0.0, phrases[-1])) if phrases else 0.0


@dataclass(frozen=True, slots=True)
class AlbumReady(Effect):
    """All pages there will be, for the machinery alone, which lays the album out ahead of the
    reveal and measures the drift (`DriftMeasured`)."""

    to: Audience = ENGINE
    books: tuple[tuple[BookPage, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PageRevealed(Effect):
    """A page of the album, for everyone."""

    book: int = 0
    page: int = 0
    content: BookPage = field(default_factory=BookPage)


@dataclass(frozen=True, slots=True)
class VotingStarted(Effect):
    """All is revealed: which page is the funniest? There are `seconds` to say."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class FunniestPages(Effect):
    """The pages with most votes, as `(book, page)`, and how many each has."""

    pages: tuple[tuple[int, int], ...] = ()
    votes: int = 0


@dataclass(frozen=True, slots=True)
class DriftScored(Effect):
    """What people kept of the first phrases against the drift: the mean, in 0..100 points."""

    points: int = 0


@dataclass(frozen=True, slots=True)
class Album:
    """The books, how many of their pages are revealed, who votes for which, what was kept."""

    books: tuple[tuple[BookPage, ...], ...] = ()
    shown: int = 0
    votes: tuple[tuple[str, tuple[int, int]], ...] = ()
    kept: tuple[float, ...] = ()

    @property
    def order(self) -> tuple[tuple[int, int], ...]:
        """The pages as `(book, page)`, in the order of the reveal."""
        return tuple(
            (book, page) for book, pages in enumerate(self.books) for page in range(len(pages))
        )

    @property
    def all_shown(self) -> bool:
        """Whether every page is revealed."""
        return self.shown == len(self.order)

    def reveal(self, whole: bool = False) -> tuple[Album, Effects]:
        """With the next page revealed, or with all that is left of its book."""
        rest = self.order[self.shown :]
        pages = [place for place in rest if whole and place[0] == rest[0][0]] or list(rest[:1])
        effects = tuple(
            PageRevealed(book=book, page=page, content=self.books[book][page])
            for book, page in pages
        )
        return replace(self, shown=self.shown + len(pages)), effects

    def vote(self, player: str, book: int, page: int) -> Album | None:
        """With a player's vote, in place of an earlier one; None if the page is not revealed."""
        if (book, page) not in self.order[: self.shown]:
            return None
        rest = tuple(vote for vote in self.votes if vote[0] != player)
        return replace(self, votes=(*rest, (player, (book, page))))

    def verdicts(self, drift: bool) -> Effects:
        """The funniest pages if there are votes, and with `drift` what was kept if measured."""
        effects: list[Effect] = []
        counts = Counter(place for _, place in self.votes)
        if counts:
            most = max(counts.values())
            pages = tuple(sorted(place for place, count in counts.items() if count == most))
            effects.append(FunniestPages(pages=pages, votes=most))
        if drift and self.kept:
            kept = [min(1.0, max(0.0, value)) for value in self.kept]
            effects.append(DriftScored(points=round(100 * sum(kept) / len(kept))))
        return tuple(effects)
