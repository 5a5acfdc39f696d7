"""What is left of chains: an album for each, and what many of them tell together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.album import animation, archive, chart, strip, webpage
from engine.paint.options import plain_ink
from games.core import encode
from games.selfplay.chain import ChainSpec, Told
from games.selfplay.survey import Chain, Row, named
from games.telephone.books import DRAWING, PHRASE, BookPage
from games.telephone.telephone import TELEPHONE

RECORD = "chain.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A chain that lies in a folder: its spec, and what there is to survey."""

    spec: ChainSpec
    chain: Chain


def folder(out: Path, spec: ChainSpec) -> Path:
    """Where a chain of a survey lies: beside others that are drawn like it."""
    return out / f"{spec.strokes}{'-avoiding' if spec.avoid else ''}" / f"{spec.seed:03}"


def write(told: Told, out: Path) -> None:
    """Everything there is of a chain. The record comes last: where it is, the rest is too."""
    out.mkdir(parents=True, exist_ok=True)
    book, drift = told.book, told.drift
    books = [(book, drift)]
    record = {
        "spec": asdict(told.spec),
        "named": named(told.chain),
        **archive.record(books),
        "log": [json.loads(encode(TELEPHONE, entry)) for entry in told.log],
    }
    (out / "album.html").write_text(webpage.page(books), "utf-8")
    (out / "album.zip").write_bytes(archive.pack(books))
    (out / "chain.png").write_bytes(strip.picture(book, drift))
    (out / "chain.gif").write_bytes(animation.gif(book))
    (out / "drift.svg").write_text(chart.svg(book, drift), "utf-8")
    _replace(out / RECORD, record)


def kept(out: Path) -> Iterator[Kept]:
    """The chains of a survey that lie in a folder; what cannot be read is left out."""
    for path in sorted(out.glob(f"*/*/{RECORD}")):
        try:
            record = json.loads(path.read_text("utf-8"))
            yield _kept(record)
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            continue


def _kept(record: dict[str, Any]) -> Kept:
    said = record.get("spec") or record["wish"]  # as it was called in records up to 0.1
    spec = ChainSpec(**said | {"avoid": tuple(said["avoid"]), "ink": plain_ink(said["ink"])})
    book = record["books"][0]
    pages = tuple(
        BookPage(kind=PHRASE if page["kind"] == PHRASE else DRAWING, content=page.get("phrase", ""))
        for page in book["pages"]
    )
    return Kept(spec, Chain(spec.strokes, bool(spec.avoid), pages, tuple(book["to_first"])))


def write_survey(rows: Sequence[Row], chains: Sequence[Kept], out: Path) -> None:
    """The means, what they are of, and their curves."""
    record = {
        "rows": [asdict(row) for row in rows],
        "chains": [
            {
                "folder": str(folder(Path(), one.spec)),
                "spec": asdict(one.spec),
                "named": named(one.chain),
                "phrases": [page.content for page in one.chain.pages if page.kind == PHRASE],
                "kept": one.chain.kept,
            }
            for one in chains
        ],
    }
    _replace(out / "survey.json", record)
    curves = {
        f"{row.strokes} strokes{', negative prompts' if row.avoiding else ''}": row.kept
        for row in rows
    }
    (out / "survey.png").write_bytes(chart.curves(curves))


def _replace(path: Path, record: dict[str, Any]) -> None:
    """Write JSON so that there is never half of it."""
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    fresh.replace(path)
