"""The drift chart: how alike each page is to the first one and to the page before it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.album.book import Book
from engine.album.drift import Drift
from engine.album.lettering import line, measure, to_png
from engine.album.wording import Wording

INK, MUTED, GRID = "#23212b", "#8b8794", "#eeeae0"
FIRST, BEFORE = "#3457d5", "#d9622b"

_CURVES = (FIRST, BEFORE, "#1f8a5b", "#a43fa0", "#b8860b", "#0f7f94")
_WIDTH, _HEIGHT = 640, 270  # of the chart without its legend
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 14, 52  # margins around the axes
_TEXT, _SMALL = 12.5, 11.5  # font sizes: of the axes, and of the legend
_ROW, _SAMPLE = 22, 36  # of the legend: the height of a line, and the width of a curve's sample
_MOST_NUMBERS = 16  # page numbers below the axis; of longer chains every other one, or fewer


@dataclass(frozen=True, slots=True)
class _Curve:
    """Values by page, the first one of page 1; None where there is none."""

    label: str
    values: Sequence[float | None]
    colour: str
    marker: str  # disc, ring (its pages joined by a dotted line) or diamond


def svg(book: Book, drift: Drift) -> str:
    """The chart as an SVG document."""
    phrases = [bool(page.phrase) for page in book.pages]
    said = book.wording
    curves = [
        _Curve(said.phrases, _only(drift.to_first, phrases), FIRST, "disc"),
        _Curve(said.drawings, _only(drift.to_first, [not p for p in phrases]), FIRST, "ring"),
        _Curve(said.neighbours, drift.to_previous, BEFORE, "diamond"),
    ]
    broke = drift.broke_at(book)
    return _chart(curves, said, None if broke is None else broke + 1)


def png(book: Book, drift: Drift, width: int = _WIDTH) -> bytes:
    """The chart as PNG, `width` pixels wide."""
    return to_png(svg(book, drift), width)


def curves(
    by_name: Mapping[str, Sequence[float | None]],
    width: int = _WIDTH,
    *,
    wording: Wording | None = None,
    first: int = 2,
) -> bytes:
    """PNG of mean similarities to a first phrase, a curve for each name, from page `first` on.

    wording: `page` and `similarity` name the axes, whatever is shown.
    """
    before: tuple[float | None, ...] = (None,) * (first - 1)
    drawn = [
        _Curve(name, (*before, *values), _CURVES[i % len(_CURVES)], "disc")
        for i, (name, values) in enumerate(by_name.items())
    ]
    return to_png(_chart(drawn, wording or Wording(), None), width)


def _only(values: Sequence[float | None], wanted: Sequence[bool]) -> list[float | None]:
    return [value if want else None for value, want in zip(values, wanted, strict=True)]


def _chart(curves: Sequence[_Curve], said: Wording, broke: int | None) -> str:
    """An SVG document; `broke` is the page, from 1, with the line that says so."""
    there = [(i, v) for c in curves for i, v in enumerate(c.values, 1) if v is not None]
    first = min((page for page, _ in there), default=1)
    pages = max(first + 1, *(len(curve.values) for curve in curves)) if curves else 2
    lowest = min((value for _, value in there), default=0.0)
    bottom = min(0.0, lowest) - 0.06
    legend, rows = _legend([curve for curve in curves if any(v is not None for v in curve.values)])
    plane = _Plane(first, pages, bottom)
    parts = [_axes(plane, said)]
    if broke is not None:
        x = plane.x(broke)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{plane.y(bottom):.1f}" '
            f'stroke="{MUTED}" stroke-dasharray="3 4"/>'
        )
        wide = measure(said.break_here, _TEXT)
        beside = x + 6 if x + 6 + wide < _WIDTH - _RIGHT else x - 6 - wide
        parts.append(line(said.break_here, beside, plane.y(bottom) - 8, _TEXT, MUTED))
    parts += [_drawn(plane, curve) for curve in curves]
    height = _HEIGHT + rows * _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}">'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>{"".join(parts)}{legend}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Plane:
    """From pages and similarities to pixels."""

    first: int
    pages: int
    bottom: float

    def x(self, page: float) -> float:
        share = (page - self.first + 0.3) / (self.pages - self.first + 0.6)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        share = (1.06 - value) / (1.06 - self.bottom)
        return _TOP + share * (_HEIGHT - _TOP - _BOTTOM)


def _axes(plane: _Plane, said: Wording) -> str:
    floor, ceiling = plane.y(plane.bottom), plane.y(1.06)
    parts = []
    for fifth in range(math.ceil(plane.bottom * 5), 6):
        y = plane.y(fifth / 5)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
                     f'stroke="{GRID}"/>')  # fmt: skip
        number = f"{fifth / 5:.1f}"
        parts.append(line(number, _LEFT - 8, y + 4, _TEXT, INK, 'text-anchor="end"'))
    for page in range(plane.first, plane.pages + 1, math.ceil(plane.pages / _MOST_NUMBERS)):
        x = plane.x(page)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{floor:.1f}" y2="{floor + 4:.1f}" '
                     f'stroke="{MUTED}"/>')  # fmt: skip
        parts.append(line(str(page), x, floor + 18, _TEXT, INK, 'text-anchor="middle"'))
    middle = (ceiling + floor) / 2
    turned = f'text-anchor="middle" transform="rotate(-90 18 {middle:.1f})"'
    across = (_LEFT + _WIDTH - _RIGHT) / 2
    return (
        "".join(parts)
        + f'<path d="M{_LEFT} {ceiling:.1f}V{floor:.1f}H{_WIDTH - _RIGHT}" fill="none" '
        f'stroke="{MUTED}"/>'
        + line(said.similarity, 18, middle, _TEXT, INK, turned)
        + line(said.page, across, floor + 38, _TEXT, INK, 'text-anchor="middle"')
    )


def _drawn(plane: _Plane, curve: _Curve) -> str:
    at = [(plane.x(i), plane.y(v)) for i, v in enumerate(curve.values, 1) if v is not None]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    dots = ' stroke-dasharray="2 4"' if curve.marker == "ring" else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{curve.colour}" stroke-width="2" '
        f'stroke-linejoin="round"{dots}/>' + "".join(_mark(curve, x, y) for x, y in at)
    )


def _mark(curve: _Curve, x: float, y: float) -> str:
    if curve.marker == "diamond":
        return (
            f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z" fill="{curve.colour}" '
            'stroke="#ffffff"/>'
        )
    fill, edge = ("#ffffff", curve.colour) if curve.marker == "ring" else (curve.colour, "#ffffff")
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{edge}" '
        f'stroke-width="{2 if curve.marker == "ring" else 1}"/>'
    )


def _legend(curves: Sequence[_Curve]) -> tuple[str, int]:
    """Samples and names of the curves, centred in as many lines as they need; and how many."""
    rows: list[list[tuple[_Curve, float]]] = [[]]
    for curve in curves:
        width = _SAMPLE + measure(curve.label, _SMALL) + 12
        if rows[-1] and sum(w for _, w in rows[-1]) + width > _WIDTH - 16:
            rows.append([])
        rows[-1].append((curve, width))
    parts = []
    for number, row in enumerate(rows):
        x = (_WIDTH - sum(width for _, width in row)) / 2
        y = _HEIGHT + number * _ROW + 8
        for curve, width in row:
            dots = ' stroke-dasharray="2 4"' if curve.marker == "ring" else ""
            parts.append(
                f'<line x1="{x:.1f}" x2="{x + 28:.1f}" y1="{y}" y2="{y}" stroke="{curve.colour}" '
                f'stroke-width="2"{dots}/>'
            )
            parts.append(_mark(curve, x + 14, y))
            parts.append(line(curve.label, x + _SAMPLE, y + 4, _SMALL, INK))
            x += width
    return "".join(parts), len(rows)
