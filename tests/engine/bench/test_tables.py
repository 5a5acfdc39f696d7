from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.table import Table

from engine.bench.step import STAGES
from engine.bench.tables import show

HEADINGS = ("model", "strokes", "views", *STAGES, "step", "critic alone", "else / critic")


def shown(width: int, rows: int) -> str:
    table = Table(title="one step")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for row in range(rows):
        table.add_row(f"pocket-{row}", *(f"{row}{i:02}.25" for i in range(len(HEADINGS) - 1)))
    out = io.StringIO()
    show(table, Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 240])
@pytest.mark.parametrize("rows", [1, 3, 12])
def test_no_word_and_no_figure_is_cut(width: int, rows: int) -> None:
    text = shown(width, rows)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    words = text.split()
    for heading in HEADINGS:
        assert set(heading.split()) <= set(words), heading
    for row in range(rows):
        assert f"pocket-{row}" in words
        for i in range(len(HEADINGS) - 1):
            assert f"{row}{i:02}.25" in words


def test_where_there_is_room_the_table_stays_as_it_is() -> None:
    wide, narrow = shown(240, 3), shown(80, 3)
    first = next(line for line in wide.splitlines() if "model" in line)
    assert "strokes" in first
    assert "strokes" not in next(line for line in narrow.splitlines() if "model" in line)
