"""An album to take along: a zip with every drawing as SVG, and a record of all pages in JSON."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from engine.album import chart, webpage
from engine.album.book import Book, Page
from engine.album.drift import Drift
from engine.canvas.drawing import Drawing
from engine.canvas.svg import to_svg

VERSION = 1

_LARGEST = 1024  # pixels, the side of a picture that somebody uploaded


def pack(books: Sequence[tuple[Book, Drift | None]], title: str = "") -> bytes:
    """A zip: `album.json`, `album.html`, and for each book a folder with its drawings and chart."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (book, drift) in enumerate(books, 1):
            for i, page in enumerate(book.pages):
                name = _name(n, i, page)
                if name is None:
                    continue
                data = (
                    to_svg(page.content)
                    if isinstance(page.content, Drawing)
                    else page.png(_LARGEST)
                )
                archive.writestr(name, data)
            if drift is not None:
                archive.writestr(f"book-{n}/drift.svg", chart.svg(book, drift))
        written = json.dumps(record(books, title), ensure_ascii=False, indent=1)
        archive.writestr("album.json", written)
        archive.writestr("album.html", webpage.page(books, title))
    return out.getvalue()


def record(books: Sequence[tuple[Book, Drift | None]], title: str = "") -> dict[str, Any]:
    """What `album.json` holds: pages with author and phrase, strokes, or the name of a picture."""
    return {
        "version": VERSION,
        "title": title or (books[0][0].title if books else ""),
        "books": [
            {
                "pages": [_page(n, i, page) for i, page in enumerate(book.pages)],
                **(_drift(book, drift) if drift is not None else {}),
            }
            for n, (book, drift) in enumerate(books, 1)
        ],
    }


def _page(book: int, number: int, page: Page) -> dict[str, Any]:
    match page.content:
        case str() as phrase:
            return {"author": page.author, "kind": "phrase", "phrase": phrase}
        case Drawing() as drawing:
            return {"author": page.author, "kind": "drawing", "drawing": drawing.to_dict()}
        case _:
            return {"author": page.author, "kind": "picture", "file": _name(book, number, page)}


def _drift(book: Book, drift: Drift) -> dict[str, Any]:
    return {
        "to_first": [None if v is None else round(v, 4) for v in drift.to_first],
        "to_previous": [None if v is None else round(v, 4) for v in drift.to_previous],
        "broke_at": drift.broke_at(book),
        "sentence": drift.sentence(book),
    }


def _name(book: int, number: int, page: Page) -> str | None:
    """Where a drawing or picture lies in the zip; None for what has no file."""
    if page.phrase is not None or not page.content:
        return None
    ending = "svg" if isinstance(page.content, Drawing) else "png"
    return f"book-{book}/page-{number + 1:02}.{ending}"
