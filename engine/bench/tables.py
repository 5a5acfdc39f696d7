"""Tables for narrow terminals: turned on their side before anything is cut."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

_AROUND = 3  # characters of a column's padding and border


def show(table: Table, console: Console | None = None) -> None:
    """Print a table of plain texts; no word of it is broken or cut.

    Where it is wider than the terminal, its headings become the first column and its rows the
    columns beside it, as many in each block as there is room for.
    """
    console = console or Console()
    headings = [str(column.header) for column in table.columns]
    rows = list(zip(*([str(c) for c in column.cells] for column in table.columns), strict=True))
    if _width([headings, *rows]) <= console.width:
        for column, width in zip(table.columns, _columns([headings, *rows]), strict=True):
            column.min_width = width
        console.print(table)
        return
    while rows:
        count = next(
            (n for n in range(len(rows), 1, -1) if _fits([headings, *rows[:n]], console.width)), 1
        )
        console.print(_turned(table, headings, rows[:count]))
        rows = rows[count:]


def _turned(table: Table, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    turned = Table(title=table.title, show_header=table.show_header)
    for line, width in zip([headings, *rows], _columns(_sides([headings, *rows])), strict=True):
        side = "right" if turned.columns else "left"
        turned.add_column(line[0], justify=side, min_width=width)
    for line in list(zip(headings, *rows, strict=True))[1:]:
        turned.add_row(*line)
    return turned


def _fits(lines: Sequence[Sequence[str]], width: int) -> bool:
    return _width(_sides(lines)) <= width


def _sides(lines: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return list(zip(*lines, strict=True))


def _width(lines: Sequence[Sequence[str]]) -> int:
    """Characters that a table needs for its longest words."""
    widths = _columns(lines)
    return sum(widths) + _AROUND * len(widths) + 1


def _columns(lines: Sequence[Sequence[str]]) -> list[int]:
    """The length of the longest word in each column."""
    return [
        max((len(word) for text in column for word in text.split()), default=1)
        for column in zip(*lines, strict=True)
    ]
