"""The table of requests in docs/discord.md, for tests to hold the bot to."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "discord.md"
_ROW = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/\S+)` \|(.*)\|$", re.MULTILINE)


@cache
def rows() -> dict[tuple[str, str], list[str]]:
    """Method and route, and the other cells: for what, what it needs, what happens without."""
    found = _ROW.findall(DOCS.read_text("utf-8"))
    return {
        (method, route): [cell.strip() for cell in rest.split("|")] for method, route, rest in found
    }
