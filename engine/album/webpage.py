"""An album as one web page that needs nothing else: no script, no request, any screen."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from html import escape

from engine.album import chart
from engine.album.book import Book, Page
from engine.album.drift import Drift
from engine.album.lettering import clean
from engine.album.strip import authors
from engine.album.wording import Wording
from engine.canvas.drawing import Drawing
from engine.canvas.svg import to_svg

_CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"

_LARGEST = 1024  # pixels, the side of a picture that somebody uploaded

_STYLE = """
:root { color-scheme: light dark; --paper: #f7f4ec; --ink: #23212b; --muted: #6d6977;
  --card: #fff; --edge: #e4dfd2; }
@media (prefers-color-scheme: dark) { :root { --paper: #1c1b22; --ink: #f1eff5; --muted: #a09cab;
  --card: #2a2832; --edge: #3b3845; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 40rem; margin: auto; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 3.5rem 0 1rem; color: var(--muted); font-weight: 600; }
nav ol { padding-left: 1.4rem; margin: 0 0 2rem; } nav a { color: inherit; }
ol.chain { list-style: none; margin: 0; padding: 0 0 0 1.2rem; border-left: 3px solid var(--edge); }
ol.chain > li { position: relative; margin: 0 0 1.6rem; }
.who { color: var(--muted); font-size: .92rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
.n { position: absolute; left: calc(-1.2rem - 1.05rem); top: -.15rem; width: 1.9rem;
  height: 1.9rem; border-radius: 50%; color: #fff; font: 700 .9rem/1.9rem system-ui, sans-serif;
  text-align: center; background: var(--who); }
blockquote { margin: 0; padding: .9rem 1.2rem; background: var(--card); font-size: 1.5rem;
  line-height: 1.3; border: 1px solid var(--edge); border-radius: .9rem; overflow-wrap: anywhere; }
figure { margin: 0; padding: .5rem; background: #fff; border: 1px solid var(--edge);
  border-radius: .9rem; }
figure svg, figure img { display: block; width: 100%; height: auto; max-height: 85vh; }
.verdict { font-weight: 600; margin: 2rem 0 .8rem; overflow-wrap: anywhere; }
footer { margin-top: 3rem; color: var(--muted); font-size: .9rem; }
""".strip()


def page(books: Sequence[tuple[Book, Drift | None]], title: str = "", note: str = "") -> str:
    """An HTML document of all books. Titles, names, phrases and the note may be hostile.

    title: the first book's first phrase if not given. note: a line at the end.
    """
    language = books[0][0].wording.language if books else "en"
    heading = clean(title) or (clean(books[0][0].title) if books else "") or "Telephone"
    contents = ""
    if len(books) > 1:
        links = "".join(
            f'<li><a href="#book-{n}" dir="auto">{_text(book.title or _nth(book, n))}</a></li>'
            for n, (book, _) in enumerate(books, 1)
        )
        contents = f"<nav><ol>{links}</ol></nav>"
    chains = "".join(
        _book(book, drift, n if len(books) > 1 else None)
        for n, (book, drift) in enumerate(books, 1)
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{_text(heading)}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1 dir="auto">{_text(heading)}</h1>{contents}{chains}'
        f"{f'<footer>{_text(note)}</footer>' if note else ''}</main></body></html>"
    )


def _book(book: Book, drift: Drift | None, number: int | None) -> str:
    colours = authors(book)
    wording = book.wording
    items = "".join(_page(p, n, colours[p.author], wording) for n, p in enumerate(book.pages, 1))
    heading = f"<h2>{_text(_nth(book, number))}</h2>" if number else ""
    verdict = ""
    if drift is not None:
        drawn = _picture(chart.svg(book, drift).encode(), "image/svg+xml", wording.chart)
        sentence = _text(drift.sentence(book))
        verdict = f'<p class="verdict" dir="auto">{sentence}</p><figure>{drawn}</figure>'
    chain = f'<ol class="chain">{items}</ol>'
    return f'<section id="book-{number or 1}">{heading}{chain}{verdict}</section>'


def _nth(book: Book, number: int) -> str:
    return book.wording.book.format(n=number)


def _page(shown: Page, number: int, colour: str, wording: Wording) -> str:
    page = f"{wording.page} {number}"
    match shown.content:
        case str() as phrase:
            body = f'<blockquote dir="auto">{_text(phrase)}</blockquote>'
        case Drawing() as drawing:
            label = f'<svg role="img" aria-label="{_text(page)}"'
            inline = re.sub(r' id="\w+"', "", to_svg(drawing)).replace("<svg", label, 1)
            body = f"<figure>{inline}</figure>"
        case None | b"":
            body = f"<blockquote><i>{_text(wording.missing)}</i></blockquote>"
        case _:
            shown_as = _picture(shown.png(_LARGEST), "image/png", page)
            body = f"<figure>{shown_as}</figure>"
    author = f"<bdi>{_text(shown.author)}</bdi>"
    who = f'<p class="who">{wording.made_by(author, phrase=shown.phrase is not None)}</p>'
    return f'<li style="--who: {colour}"><span class="n">{number}</span>{who}{body}</li>'


def _picture(data: bytes, kind: str, label: str) -> str:
    encoded = base64.b64encode(data).decode()
    return f'<img alt="{_text(label)}" src="data:{kind};base64,{encoded}">'


def _text(text: str) -> str:
    return escape(clean(text))
