"""Names that mean what the built-in model knows by another: kitten, lorry, spectacles.

The games' word lists say so (engine/pocket/names.json), and WordNet of more
(engine/pocket/other_names.json, made by `engine.train.other_names`).
"""

from __future__ import annotations

import json
from functools import cache

from engine import pocket


@cache
def _table() -> dict[str, str]:
    lists = json.loads(pocket.NAMES.read_text("utf-8"))["en"]
    more = json.loads(pocket.OTHER_NAMES.read_text("utf-8"))
    table = {**more, **lists}
    own = set(lists.values())
    return {name: word for name, word in table.items() if name != word and name not in own}


def known_as(word: str) -> str | None:
    """The name by which the model knows what a word means; None if the word itself will do."""
    return _table().get(" ".join(word.casefold().split()))
