"""Chains of telephone under way, for tests of its rules."""

from __future__ import annotations

from typing import Any

from games.table.table import (
    Join,
    Reason,
    Refused,
)
from games.telephone.books import ChainSettings
from games.telephone.handoff import Phase
from games.telephone.page_events import (
    Open,
    PageAsked,
    PageRequested,
    Start,
    SubmitDrawing,
    WritePhrase,
)
from games.telephone.reveal import (
    PageRevealed,
)
from games.telephone.telephone import TELEPHONE
from tests.games.driving import Driver

PHRASES = ("a bird in a tree", "a sad robot", "two boats", "a green door")


def opened(*others: str, **chosen: Any) -> Driver:
    host = Driver(TELEPHONE)
    host.do(Open("ann", ChainSettings(**chosen)))
    for player in others:
        host.do(Join(player))
    return host


def started(*others: str, **chosen: Any) -> Driver:
    host = opened(*others, **chosen)
    host.do(Start("ann", PHRASES))
    return host


def refused(host: Driver) -> Reason:
    return host.one(Refused).reason


def asked(host: Driver) -> dict[str, PageAsked]:
    """What each player was asked for by the last event."""
    found: dict[str, PageAsked] = {}
    for effect in host.effects:
        if isinstance(effect, PageAsked) and effect.to.seats:
            found[next(iter(effect.to.seats))] = effect
    return found


def requested(host: Driver) -> list[PageRequested]:
    return [effect for effect in host.effects if isinstance(effect, PageRequested)]


def write(host: Driver, *players: str) -> None:
    for player in players:
        page = host.state.books.page
        host.do(WritePhrase(player, page, f"{player} writes {page}"))


def draw(host: Driver, *players: str) -> None:
    for player in players:
        page = host.state.books.page
        host.do(SubmitDrawing(player, page, f"{player}-draws-{page}"))


def play_two(**chosen: Any) -> Driver:
    """Ann and ben with two pages, up to the album."""
    host = started("ben", seats=2, **chosen)
    write(host, "ann", "ben")
    draw(host, "ann", "ben")
    return host


def reveal_all(host: Driver) -> list[PageRevealed]:
    revealed: list[PageRevealed] = []
    while host.state.phase is Phase.ALBUM:
        revealed += [one for one in host.fire() if isinstance(one, PageRevealed)]
    return revealed
