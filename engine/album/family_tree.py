"""A family of drawings as a tree: a row for each generation, lines from parents to children."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from engine.album.family import Family, Member
from engine.album.lettering import line, shorten, to_png
from engine.album.strip import CARD, EDGE, INK, MUTED, PAPER
from engine.canvas import render
from engine.canvas.drawing import Drawing

_CELL, _GAP, _BETWEEN = 96, 14, 52  # pixels: a drawing, the space beside it, and below a row
_LEFT, _EDGE, _HEAD = 64, 28, 76
_WINNER = 320
_LINE, _KIN = "#3457d5", "#b9b4a6"  # of the winner's own ancestors, and of all others
_FAMILY = "#8fa3e0"  # the frame of a drawing that has children


def picture(family: Family) -> bytes:
    """PNG bytes: the generations from top to bottom, lines from parents to children, the winner's
    own line in colour, and the winner itself large below."""
    columns = max((len(row) for row in family.generations), default=1)
    width = max(_LEFT + columns * (_CELL + _GAP) - _GAP + _EDGE, _WINNER + 2 * _EDGE)
    line_of = family.line()
    parts = [
        line(shorten(family.title, 26, width - 2 * _EDGE), _EDGE, 48, 26, INK, 'font-weight="bold"')
    ]
    kin, own, cells = list[str](), list[str](), list[str]()
    for generation, row in enumerate(family.generations):
        has_children = _parents_in(family.generations[generation + 1 : generation + 2])
        y = _top(generation)
        parts.append(line(str(generation + 1), _EDGE, y + _CELL / 2 + 8, 22, MUTED))
        for number, member in enumerate(row):
            place = (generation, number)
            for parent in dict.fromkeys(member.parents):
                of_line = place in line_of and (generation - 1, parent) in line_of
                (own if of_line else kin).append(_thread(place, parent, own=of_line))
            frame = EDGE
            if place in line_of:
                frame = _LINE
            elif number in has_children:
                frame = _FAMILY
            cells.append(_cell(_left(number), y, _CELL, member.drawing, frame, number + 1))
    height = _top(len(family.generations))
    if family.winner is not None:
        generation, number = family.winner
        best = family.generations[generation][number].drawing
        x = (width - _WINNER) / 2
        start = f"M{_left(number) + _CELL / 2:.0f} {_top(generation) + _CELL}"
        end = f"{width / 2:.0f} {height}"
        middle = height - _BETWEEN / 2
        if generation == len(family.generations) - 1:
            bends = f"C{_left(number) + _CELL / 2:.0f} {middle} {width / 2:.0f} {middle} {end}"
            own.append(f'<path d="{start}{bends}" fill="none" stroke="{_LINE}" stroke-width="3"/>')
        cells.append(_cell(x, height, _WINNER, best, _LINE, None))
        height += _WINNER + _EDGE
    return to_png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        f"{''.join(kin)}{''.join(own)}{''.join(parts)}{''.join(cells)}</svg>"
    )


def _parents_in(following: Sequence[Sequence[Member]]) -> set[int]:
    return {parent for row in following for member in row for parent in member.parents}


def _left(number: int) -> float:
    return _LEFT + number * (_CELL + _GAP)


def _top(generation: int) -> int:
    return _HEAD + generation * (_CELL + _BETWEEN)


def _thread(place: tuple[int, int], parent: int, *, own: bool) -> str:
    """A line from a parent to its child."""
    generation, number = place
    x0, y0 = _left(parent) + _CELL / 2, _top(generation - 1) + _CELL
    x1, y1 = _left(number) + _CELL / 2, _top(generation)
    middle = (y0 + y1) / 2
    colour, width = (_LINE, 3) if own else (_KIN, 1.2)
    return (
        f'<path d="M{x0:.0f} {y0}C{x0:.0f} {middle} {x1:.0f} {middle} {x1:.0f} {y1}" fill="none" '
        f'stroke="{colour}" stroke-width="{width}"/>'
    )


def _cell(x: float, y: float, side: int, drawing: Drawing, frame: str, number: int | None) -> str:
    data = base64.b64encode(render.to_png(drawing.fitted(2 * side), 2 * side)).decode()
    width = 1.5 if frame == EDGE else 3
    label = "" if number is None else line(str(number), x + 6, y + 15, 11, MUTED)
    return (
        f'<rect x="{x:.0f}" y="{y}" width="{side}" height="{side}" rx="8" fill="{CARD}" '
        f'stroke="{frame}" stroke-width="{width}"/>'
        f'<image x="{x + 3:.0f}" y="{y + 3}" width="{side - 6}" height="{side - 6}" '
        f'href="data:image/png;base64,{data}"/>{label}'
    )
