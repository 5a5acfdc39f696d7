"""Pictionary and the duel, as the registry lists them."""

from __future__ import annotations

from bot.games.pictionary.command import pictionary
from bot.games.pictionary.duel import Duel
from bot.games.pictionary.pictionary import Pictionary, board_of
from bot.games.table.kind import GameKind
from bot.kit.feature import Feature
from games.drawing.duel import DUEL
from games.drawing.pictionary import MODES, PICTIONARY
from games.drawing.settings import Mode

KINDS = (
    GameKind(
        rules=PICTIONARY,
        presenter=Pictionary,
        boards=tuple(dict.fromkeys(map(board_of, MODES))),
        feature=Feature(commands=(pictionary,)),
    ),
    # `/pictionary` opens it too: it is a mode there.
    GameKind(rules=DUEL, presenter=Duel, boards=(Mode.DUEL.value,)),
)
