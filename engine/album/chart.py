"""The drift chart: how alike each page is to the first one and to the page before it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import MaxNLocator

from engine.album.book import Book
from engine.album.drift import Drift
from engine.album.lettering import CJK_FONTS
from engine.album.wording import Wording

INK, MUTED = "#23212b", "#8b8794"
FIRST, BEFORE = "#3457d5", "#d9622b"

_CURVES = (FIRST, BEFORE, "#1f8a5b", "#a43fa0", "#b8860b", "#0f7f94")
_INCHES = (6.4, 2.7)
_KNOWN = {font.name for font in fontManager.ttflist}
_FONTS = ["DejaVu Sans", *(name for name in CJK_FONTS.split(", ") if name in _KNOWN)]
_STYLE: Any = {"font.family": _FONTS, "font.size": 9, "svg.fonttype": "path"}


def svg(book: Book, drift: Drift) -> str:
    """The chart as an SVG document, its text as outlines: the same on any machine."""
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": "penguess"}):
        out = io.StringIO()
        _figure(book, drift).savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def png(book: Book, drift: Drift, width: int = 640) -> bytes:
    """The chart as PNG, `width` pixels wide."""
    with matplotlib.rc_context(_STYLE):
        out = io.BytesIO()
        _figure(book, drift).savefig(out, format="png", dpi=width / _INCHES[0])
    return out.getvalue()


def curves(by_name: Mapping[str, Sequence[float | None]], width: int = 640) -> bytes:
    """PNG of mean similarities to a first phrase, a curve for each name, from page 2 on."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(_INCHES, layout="constrained")
        axes = figure.add_subplot()
        for number, (name, values) in enumerate(by_name.items()):
            colour = _CURVES[number % len(_CURVES)]
            pages = range(1, len(values) + 1)
            _line(axes, pages, (None, *values), colour, "-", "o", colour, name)
        _dress(axes, Wording())
        figure.legend(loc="outside lower center", ncols=2, frameon=False, labelcolor=INK)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=width / _INCHES[0])
    return out.getvalue()


def _figure(book: Book, drift: Drift) -> Figure:
    figure = Figure(_INCHES, layout="constrained")
    axes = figure.add_subplot()
    phrases = [i for i, page in enumerate(book.pages) if page.phrase]
    drawings = [i for i, page in enumerate(book.pages) if not page.phrase]
    first, before, said = drift.to_first, drift.to_previous, book.wording
    _line(axes, phrases, first, FIRST, "-", "o", FIRST, said.phrases)
    _line(axes, drawings, first, FIRST, ":", "s", "white", said.drawings)
    _line(axes, range(len(before)), before, BEFORE, "-", "D", BEFORE, said.neighbours)
    at = drift.broke_at(book)
    if at is not None:
        axes.axvline(at + 1, color=MUTED, linewidth=1, linestyle=(0, (2, 3)), zorder=0)
        axes.annotate(said.break_here, (at + 1, 1.0), xytext=(4, -2), textcoords="offset points",
                      color=MUTED, va="top", xycoords=("data", "axes fraction"))  # fmt: skip
    lowest = min((v for v in (*first, *before) if v is not None), default=0.0)
    axes.set_ylim(min(0.0, lowest) - 0.06, 1.06)
    axes.set_xlim(0.7, max(2, len(book.pages)) + 0.3)
    _dress(axes, said)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=8, labelcolor=INK,
                  handlelength=2.2, columnspacing=1.2)  # fmt: skip
    return figure


def _dress(axes: Any, said: Wording) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(said.page)
    axes.set_ylabel(said.similarity)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(MUTED)
    axes.tick_params(colors=MUTED, labelcolor=INK)
    axes.grid(axis="y", color="#eeeae0", linewidth=0.8)
    axes.set_axisbelow(True)


def _line(
    axes: Any, pages: Any, values: Any, colour: str, dash: str, marker: str, face: str, label: str
) -> None:
    there = [(i + 1, values[i]) for i in pages if values[i] is not None]
    if there:
        xs, ys = zip(*there, strict=True)
        axes.plot(
            xs, ys, dash, color=colour, marker=marker, markerfacecolor=face, markersize=5,
            linewidth=1.6, label=label, clip_on=False,
        )  # fmt: skip
