"""The games that can be played here. A new one is a line in `PACKAGES`; see docs/third-game.md."""

from __future__ import annotations

from importlib import import_module

from bot.games.table.kind import GameKind

PACKAGES = (
    "bot.games.pictionary",
    "bot.games.telephone",
    "bot.games.breeding",
)
"""Each has a module `kind` with its `KINDS`."""

KINDS: tuple[GameKind, ...] = tuple(
    kind for package in PACKAGES for kind in import_module(f"{package}.kind").KINDS
)

BOARDS: tuple[str, ...] = tuple(board for kind in KINDS for board in kind.boards)
"""The kinds of results that `/leaderboard` can list."""
