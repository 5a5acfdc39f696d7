"""Drift at a glance: a thermometer of how much of the first phrase is left at the end."""

from __future__ import annotations

from engine.album.lettering import line

WIDTH, HEIGHT = 576, 64
"""Pixels, of the whole with its line of text."""

_GLASS, _EDGE, _INK = "#ece7da", "#cfc8b8", "#23212b"
_COLD, _WARM = (52, 87, 213), (217, 50, 50)
_LEFT, _RIGHT, _MIDDLE = 46.0, WIDTH - 12.0, 18.0  # of the tube
_TUBE, _BULB = 8.0, 15.0  # radii


def marks(left: float, said: str) -> str:
    """SVG elements of a thermometer, WIDTH × HEIGHT. left: in 0..1; said: the line below it."""
    left = min(1.0, max(0.0, left))
    colour = "#" + "".join(
        f"{round(cold + left * (warm - cold)):02x}" for cold, warm in zip(_COLD, _WARM, strict=True)
    )
    top, long = _MIDDLE - _TUBE, _RIGHT - _LEFT
    ticks = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + 5}" stroke="{_EDGE}"/>'
        for x in (_LEFT + long * tenth / 10 for tenth in range(1, 10))
    )
    return (
        f'<rect x="30" y="{top}" width="{_RIGHT - 30}" height="{2 * _TUBE}" rx="{_TUBE}" '
        f'fill="{_GLASS}" stroke="{_EDGE}"/>'
        f'<rect x="30" y="{top + 3}" width="{_LEFT - 30 + left * long:.1f}" '
        f'height="{2 * _TUBE - 6}" rx="{_TUBE - 3}" fill="{colour}"/>{ticks}'
        f'<circle cx="26" cy="{_MIDDLE}" r="{_BULB}" fill="{colour}" stroke="{_EDGE}"/>'
        f"{line(said, 12, HEIGHT - 8, 16, _INK)}"
    )


def svg(left: float, said: str) -> str:
    """The same as an SVG document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{marks(left, said)}</svg>'
    )
