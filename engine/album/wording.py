"""What an album says around its pages, which can be in another language than theirs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences and labels; names in braces are filled in. language: as HTML names it."""

    language: str = "en"
    wrote: str = "{who} wrote"
    drew: str = "{who} drew"
    place: str = "{n} of {of}"
    missing: str = "no drawing"
    book: str = "Chain {n}"
    page: str = "page"
    chart: str = "the drift as a chart"
    similarity: str = "similarity (cosine)"
    phrases: str = "phrase and first phrase"
    drawings: str = "drawing and first phrase"
    neighbours: str = "page and the page before"
    break_here: str = "it broke"
    left: str = "{n} % of the first phrase is left."
    show_chart: str = "Show the drift as a chart"
    before_page: str = "the page before"
    next_page: str = "the next page"
    short: str = "Too short a chain to break."
    same: str = "It never broke: “{first}” came back word for word."
    unbroken: str = "It never broke: “{first}” came back as “{last}”."
    broke: str = "It broke on page {n}, where “{before}” became “{now}”."

    def made_by(self, who: str, *, phrase: bool) -> str:
        """Who made a page."""
        return (self.wrote if phrase else self.drew).format(who=who)
