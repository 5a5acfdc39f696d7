"""The podium at the end of a game, as a picture: the best three, higher for a better place.

Names are drawn with the fonts of the machine, which fall back to one another as scripts need it;
the message says them in words as well.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

import resvg_py

Ranked: TypeAlias = tuple[int, str, int]
"""A place (from 1; ties share one), a name, and points."""

WIDTH, HEIGHT = 840, 460
_GROUND = 424
_STEP, _GAP = 232, 14
_HEIGHTS = {1: 216, 2: 160, 3: 116}
_COLOURS = {1: ("#f2c14e", "#d9a21b"), 2: ("#b8c4d0", "#8d9cab"), 3: ("#d9986a", "#b97442")}
_NAME_CELLS = 15  # columns of text that fit above a step; a wide character takes two


def podium(ranked: Sequence[Ranked]) -> bytes:
    """A PNG, 840 x 460, of the first three of a board, which is best first."""
    # The best stands in the middle, the second to the left.
    middle = WIDTH / 2 - _STEP / 2
    places = (middle, middle - _STEP - _GAP, middle + _STEP + _GAP)
    steps = [_step(x, *one) for x, one in zip(places, ranked[:3], strict=False)]
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"
      viewBox="0 0 {WIDTH} {HEIGHT}" text-anchor="middle" fill="#33404f"
      font-family="DejaVu Sans, Noto Sans, Liberation Sans, sans-serif">
      <rect width="{WIDTH}" height="{HEIGHT}" fill="#fbf8f1"/>
      {_confetti()}
      {"".join(steps)}
      <rect x="40" y="{_GROUND}" width="{WIDTH - 80}" height="6" rx="3" fill="#33404f"/>
    </svg>"""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg))


def _step(x: float, place: int, name: str, points: int) -> str:
    height = _HEIGHTS.get(place, 84)
    fill, edge = _COLOURS.get(place, ("#c9d2da", "#9aa7b3"))
    name = html.escape(_fit(name))
    top, centre = _GROUND - height, x + _STEP / 2
    return f"""
      <rect x="{x}" y="{top}" width="{_STEP}" height="{height}" rx="10" fill="{fill}"
        stroke="{edge}" stroke-width="4"/>
      <text x="{centre}" y="{top + 62}" font-size="52" font-weight="bold">{place}</text>
      <text x="{centre}" y="{_GROUND - 22}" font-size="26">{points}</text>
      {_penguin(centre, top)}
      <text x="{centre}" y="{top - 116}" font-size="25" font-weight="bold">{name}</text>"""


def _penguin(x: float, ground: float) -> str:
    """The bird that stands on a step, 96 px high."""
    return f"""<g transform="translate({x} {ground})">
      <ellipse cx="-15" cy="-3" rx="14" ry="6" fill="#e8912d"/>
      <ellipse cx="15" cy="-3" rx="14" ry="6" fill="#e8912d"/>
      <path d="M-34 -52 Q-58 -66 -52 -84 Q-36 -76 -28 -60 Z" fill="#2d3846"/>
      <path d="M34 -52 Q58 -66 52 -84 Q36 -76 28 -60 Z" fill="#2d3846"/>
      <path d="M0 -98 C32 -98 38 -64 38 -40 C38 -14 22 -2 0 -2 C-22 -2 -38 -14 -38 -40
        C-38 -64 -32 -98 0 -98 Z" fill="#2d3846"/>
      <path d="M0 -70 C20 -74 27 -50 26 -34 C25 -14 14 -7 0 -7 C-14 -7 -25 -14 -26 -34
        C-27 -50 -20 -74 0 -70 Z" fill="#fff"/>
      <circle cx="-11" cy="-76" r="6" fill="#fff"/><circle cx="11" cy="-76" r="6" fill="#fff"/>
      <circle cx="-10" cy="-75" r="3" fill="#111"/><circle cx="10" cy="-75" r="3" fill="#111"/>
      <path d="M-8 -68 L8 -68 L0 -58 Z" fill="#e8912d"/></g>"""


def _confetti() -> str:
    colours = ("#5b8def", "#3ba55d", "#d9822b", "#c9506b", "#8e6bd8")
    pieces = (
        f'<rect x="{(i * 173) % 820 + 8}" y="{(i * 97) % 170 + 10}" width="12" height="5" rx="2" '
        f'fill="{colours[i % 5]}" opacity="0.75" '
        f'transform="rotate({i * 47 % 180} {(i * 173) % 820 + 14} {(i * 97) % 170 + 12})"/>'
        for i in range(44)
    )
    return "".join(pieces)


def _fit(name: str) -> str:
    """A name in as many columns as there are, with an ellipsis where it is longer."""
    cells = 0
    for i, char in enumerate(name):
        cells += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if cells > _NAME_CELLS:
            return name[: max(1, i - 1)] + "…"
    return name
