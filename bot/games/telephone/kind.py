"""Telephone, as the registry lists it."""

from __future__ import annotations

from bot.games.table.kind import GameKind
from bot.games.telephone.command import telephone
from bot.games.telephone.telephone import Telephone
from bot.kit.feature import Feature
from games.telephone.telephone import TELEPHONE

KINDS = (
    GameKind(
        rules=TELEPHONE,
        presenter=Telephone,
        boards=(TELEPHONE.name,),
        feature=Feature(commands=(telephone,)),
    ),
)
