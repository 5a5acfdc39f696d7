"""A palette between two: for drawings that become one another."""

from __future__ import annotations

from engine.paint.colour.palette import Palette


def blended(first: Palette, last: Palette, share: float) -> Palette:
    """Colours mixed rank by rank, `share` in [0, 1] of the last one's; where each lies is taken
    from the nearer one."""
    count = max(len(first.colours), len(last.colours))

    def at(palette: Palette, i: int) -> tuple[float, float, float]:
        return palette.colours[min(i, len(palette.colours) - 1)]

    def part(palette: Palette, i: int) -> float:
        return palette.shares[i] if i < len(palette.shares) else 0.0

    colours = []
    for i in range(count):
        (r0, g0, b0), (r1, g1, b1) = at(first, i), at(last, i)
        colours.append((_mix(r0, r1, share), _mix(g0, g1, share), _mix(b0, b1, share)))
    shares = tuple(_mix(part(first, i), part(last, i), share) for i in range(count))
    nearer = first if share < 0.5 else last
    return Palette(tuple(colours), shares, nearer.plan, nearer.source, nearer.things)


def _mix(a: float, b: float, share: float) -> float:
    return a + share * (b - a)
