"""The podium at the end of a game, as a picture: the best three, higher for a better place.

The message says the names in words as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from engine.album.lettering import line, shorten, to_png

Ranked: TypeAlias = tuple[int, str, int]
"""A place (from 1; ties share one), a name, and points."""

WIDTH, HEIGHT = 840, 460
_GROUND = 424
_INK = "#33404f"
_STEP, _GAP = 232, 14
_HEIGHTS = {1: 216, 2: 160, 3: 116}
_COLOURS = {1: ("#f2c14e", "#d9a21b"), 2: ("#b8c4d0", "#8d9cab"), 3: ("#d9986a", "#b97442")}
_PIECES = 44  # of confetti
_BOLD = 1.13  # how much wider bold letters are


def podium(ranked: Sequence[Ranked]) -> bytes:
    """A PNG, 840 x 460, of the first three of a board, which is best first."""
    # The best stands in the middle, the second to the left.
    middle = WIDTH / 2 - _STEP / 2
    places = (middle, middle - _STEP - _GAP, middle + _STEP + _GAP)
    steps = [_step(x, *one) for x, one in zip(places, ranked[:3], strict=False)]
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"
      viewBox="0 0 {WIDTH} {HEIGHT}">
      <rect width="{WIDTH}" height="{HEIGHT}" fill="#fbf8f1"/>
      {_confetti()}
      {"".join(steps)}
      <rect x="40" y="{_GROUND}" width="{WIDTH - 80}" height="6" rx="3" fill="{_INK}"/>
    </svg>"""
    return to_png(svg)


def _step(x: float, place: int, name: str, points: int) -> str:
    height = _HEIGHTS.get(place, 84)
    fill, edge = _COLOURS.get(place, ("#c9d2da", "#9aa7b3"))
    top, centre = _GROUND - height, x + _STEP / 2
    middle, bold = 'text-anchor="middle"', 'text-anchor="middle" font-weight="bold"'
    return f"""
      <rect x="{x}" y="{top}" width="{_STEP}" height="{height}" rx="10" fill="{fill}"
        stroke="{edge}" stroke-width="4"/>
      {line(str(place), centre, top + 62, 52, _INK, bold)}
      {line(str(points), centre, _GROUND - 22, 26, _INK, middle)}
      {_penguin(centre, top)}
      {line(shorten(name, 25, _STEP / _BOLD), centre, top - 116, 25, _INK, bold)}"""


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


def scattered(count: int) -> list[tuple[float, float]]:
    """Where pieces of confetti lie: all over the upper part of the picture, none alone.

    The R2 sequence: M. Roberts, The unreasonable effectiveness of quasirandom sequences (2018).
    """
    plastic = 1.324717957244746  # the real root of x ** 3 = x + 1
    return [
        (20 + (WIDTH - 40) * (i / plastic % 1), 16 + 170 * (i / plastic**2 % 1))
        for i in range(1, count + 1)
    ]


def _confetti() -> str:
    colours = ("#5b8def", "#3ba55d", "#d9822b", "#c9506b", "#8e6bd8")
    pieces = (
        f'<rect x="{x - 6:.1f}" y="{y - 2.5:.1f}" width="12" height="5" rx="2" '
        f'fill="{colours[i % 5]}" opacity="0.75" '
        f'transform="rotate({i * 47 % 180} {x:.1f} {y:.1f})"/>'
        for i, (x, y) in enumerate(scattered(_PIECES))
    )
    return "".join(pieces)
