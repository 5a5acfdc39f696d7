"""What goes on around a sheet while somebody draws on it: guesses, who has it, and the points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.pad.live_sheet import message

MOST = 30
"""Guesses that a page shows; the newest."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that somebody, by name, has said. kind: `right` has no text, as that is known."""

    who: str
    kind: Literal["wrong", "near", "right"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody at the table. has_it: they have guessed the word."""

    who: str
    points: int
    has_it: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """heard: oldest first. standings: best first."""

    heard: tuple[Heard, ...] = ()
    standings: tuple[Standing, ...] = ()

    def message(self) -> str:
        """As a tab is told."""
        heard: list[dict[str, Any]] = [
            {"who": one.who, "kind": one.kind, "text": one.text} for one in self.heard[-MOST:]
        ]
        standings = [
            {"who": one.who, "points": one.points, "has": one.has_it} for one in self.standings
        ]
        return message("room", heard=heard, standings=standings)
