"""A kind of game, as the registry lists it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.games.table.game_runner import GameRunner, Presenter
from bot.kit.feature import Feature
from games import core


@dataclass(frozen=True, slots=True)
class GameKind:
    """All that the bot needs to offer a game.

    boards: the kinds (`GameResults.kind`) under which its results are kept and can be listed; each
    has the texts `commands.kind.KIND` and `board.kind_KIND`. feature: its own commands, and
    whatever else the client is to join. Texts are in the game's folder: see bot.texts.add.
    """

    rules: core.Game[Any]
    presenter: Callable[[GameRunner], Presenter]
    boards: tuple[str, ...]
    feature: Feature = field(default_factory=Feature)
