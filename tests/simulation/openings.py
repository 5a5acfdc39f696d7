"""The commands with which games are opened, and what is drawn and guessed beside them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from bot.playground.model.uploads import UploadedFile

_PICTIONARY = ("bot-draws", "people-draw", "mixed", "duel")
CHAINS = ("classic", "speed", "bot-draws-chain", "bot-guesses", "drift", "solo", "self-play")
"""Presets of telephone."""
GAMES = (*_PICTIONARY, *CHAINS)
"""Modes of Pictionary, then presets of telephone."""


def game(name: str, dice: random.Random, phrases: Callable[[], str]) -> tuple[str, dict[str, Any]]:
    """The command that opens a game, and its options. phrases: makes one that nobody else has."""
    if name in _PICTIONARY:
        return "pictionary", {
            "mode": name,
            "rounds": dice.choice((1, 1, 2)),
            "time": dice.choice((30, 45)),
            "words": "own-only",
            "strokes": 6,
            "choices": dice.choice((1, 3)),
            "strength": dice.choice(("easy", "medium", "hard")),
        }
    preset = "bot-draws" if name == "bot-draws-chain" else name
    options: dict[str, Any] = {"preset": preset, "pace": dice.choice(("normal", "speed"))}
    options["links"] = dice.choice((2, 3, 4))
    if dice.random() < 0.3:
        options["prompt"] = phrases()
    return "telephone", options


def side_show(
    dice: random.Random, picture: Callable[[random.Random], bytes]
) -> tuple[str, dict[str, Any]]:
    """A command that draws or guesses, and its options."""
    image = UploadedFile("drawing.png", picture(dice), "image/png")
    return dice.choice(
        (
            ("draw", {"prompt": "a cat", "strokes": 6}),
            ("draw", {"prompt": "a boat", "sketches": 4}),
            ("guess", {"image": image}),
            ("sketch", {"image": image, "strokes": 8}),
        )
    )
