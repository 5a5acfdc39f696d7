"""The guild's own emoji: a few of our own making, drawn here, and served as a CDN does.

docs: resources/emoji, reference#cdn-formatting
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import resvg_py

SIDE = 128  # pixels

_HEADS = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{}</svg>'
_DRAWN = {
    "face": (
        '<circle cx="32" cy="33" r="27" fill="#f2c19b"/>'
        '<circle cx="23" cy="29" r="3.5" fill="#3a2a20"/>'
        '<circle cx="41" cy="29" r="3.5" fill="#3a2a20"/>'
        '<path d="M20 42q12 11 24 0" fill="none" stroke="#9c3b32" stroke-width="4"'
        ' stroke-linecap="round"/>'
    ),
    "curls": (
        '<path d="M6 40a9 9 0 0 1 4-17a12 12 0 0 1 18-13a13 13 0 0 1 22 6a11 11 0 0 1 8 19'
        'q2 6-5 7q-2-18-20-18t-18 18q-8 3-9-2z" fill="#7a3b1d"/>'
    ),
    "glasses": (
        '<g fill="#bfe3f5" stroke="#22262e" stroke-width="4"><circle cx="18" cy="32" r="12"/>'
        '<circle cx="46" cy="32" r="12"/></g><path d="M28 28q4-4 8 0" fill="none"'
        ' stroke="#22262e" stroke-width="4"/>'
    ),
    "moustache": (
        '<path d="M32 28q-9-8-17 3q-5 6-12 3q4 14 17 11q9-2 12-9q3 7 12 9q13 3 17-11'
        'q-7 3-12-3q-8-11-17-3z" fill="#2b211b"/>'
    ),
    "hammer": (
        '<rect x="28" y="18" width="9" height="42" rx="4" fill="#b07a45"/>'
        '<path d="M12 6h34q8 0 10 14h-8q-2-4-6-4v8H12z" fill="#69727f"/>'
    ),
    "teacup": (
        '<path d="M8 22h38v18q0 14-14 14H22Q8 54 8 40z" fill="#3f7fc1"/>'
        '<path d="M46 28q12-2 11 7t-13 8" fill="none" stroke="#3f7fc1" stroke-width="5"/>'
        '<path d="M18 16q-4-5 0-10M28 16q-4-5 0-10" fill="none" stroke="#9aa7b5"'
        ' stroke-width="3" stroke-linecap="round"/>'
    ),
    "leaf": (
        '<path d="M8 56Q2 14 56 8q2 50-40 42z" fill="#4f9d4c"/>'
        '<path d="M8 58Q26 34 46 20" fill="none" stroke="#2c6331" stroke-width="3"/>'
    ),
    "star": (
        '<path d="M32 4l8.6 18.2L60 25 46 38.8 49.4 59 32 49.2 14.6 59 18 38.8 4 25l19.4-2.8z"'
        ' fill="#f4b73c"/>'
    ),
}
_OLDER = 3_600_000 << 22  # an hour, in snowflakes


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji. picture: a PNG, SIDE wide and high."""

    id: int
    name: str
    picture: bytes


def own_emoji(guild_id: int) -> dict[int, Emoji]:
    """A few, by id. The ids follow from the guild's, so that a world that was kept before there
    were any has the same ones for all else."""
    made = [Emoji(guild_id - _OLDER + i, name, _drawn(name)) for i, name in enumerate(_DRAWN)]
    return {emoji.id: emoji for emoji in made}


@cache
def _drawn(name: str) -> bytes:
    svg = _HEADS.format(_DRAWN[name])
    return resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE, skip_system_fonts=True)
