from __future__ import annotations

import io
import json
import zipfile

from engine.album import Book, Drift, archive
from engine.canvas.drawing import Drawing
from engine.canvas.svg import from_svg
from tests.engine.album.conftest import DRAWING


def test_an_archive_has_every_drawing_and_a_record(book: Book, drift: Drift) -> None:
    with zipfile.ZipFile(io.BytesIO(archive.pack([(book, drift), (book, None)]))) as files:
        names = set(files.namelist())
        assert names == {
            "album.json", "album.html", "book-1/page-02.svg", "book-1/page-04.png",
            "book-1/drift.svg", "book-2/page-02.svg", "book-2/page-04.png",
        }  # fmt: skip
        assert len(from_svg(files.read("book-1/page-02.svg")).strokes) == len(DRAWING.strokes)
        record = json.loads(files.read("album.json"))
    first, second = record["books"]
    assert record["title"] == "a cat"
    assert [page["kind"] for page in first["pages"]] == [
        "phrase", "drawing", "phrase", "picture", "phrase", "picture",
    ]  # fmt: skip
    assert Drawing.from_dict(first["pages"][1]["drawing"]) == DRAWING
    assert first["pages"][3]["file"] in names
    assert first["pages"][5]["file"] is None
    assert first["sentence"] == drift.sentence(book)
    assert "sentence" not in second
