"""An album as one web page that needs nothing else: no script, no request, any screen."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from html import escape

from engine.album import chart, thermometer
from engine.album.book import Book
from engine.album.drift import Drift
from engine.album.lettering import clean
from engine.album.strip import authors
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
main { max-width: 60rem; margin: auto; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 3.5rem 0 1rem; color: var(--muted); font-weight: 600; }
nav ol { padding-left: 1.4rem; margin: 0 0 2rem; } nav a { color: inherit; }
ol.chain { list-style: none; margin: 0; padding: .2rem .2rem 1rem; display: flex; gap: 1rem;
  overflow-x: auto; scroll-snap-type: x mandatory; scroll-behavior: smooth; }
ol.chain > li { flex: 0 0 min(100%, 25rem); scroll-snap-align: center; scroll-margin: 6rem 0;
  display: flex; flex-direction: column; padding: .9rem; background: var(--card);
  border: 1px solid var(--edge); border-radius: .9rem; }
@media (prefers-reduced-motion: reduce) { ol.chain { scroll-behavior: auto; } }
.who { display: flex; align-items: center; gap: .6rem; color: var(--muted); font-size: .92rem;
  margin: 0 0 .8rem; overflow-wrap: anywhere; }
.n { flex: none; width: 1.9rem; height: 1.9rem; border-radius: 50%; color: #fff;
  font: 700 .9rem/1.9rem system-ui, sans-serif; text-align: center; background: var(--who); }
blockquote { margin: 0; padding: .9rem 1.2rem; aspect-ratio: 1; display: grid;
  place-items: center; text-align: center; font-size: 1.7rem; line-height: 1.3;
  overflow-wrap: anywhere; }
figure { margin: 0; padding: .5rem; background: #fff; border: 1px solid var(--edge);
  border-radius: .9rem; }
figure svg, figure img { display: block; width: 100%; height: auto; max-height: 85vh; }
li figure { aspect-ratio: 1; display: grid; place-items: center; }
li figure svg, li figure img { max-height: 100%; object-fit: contain; }
.turn { display: flex; justify-content: space-between; align-items: center; margin: .8rem 0 0;
  color: var(--muted); font-size: .92rem; }
.turn a { color: inherit; text-decoration: none; font-size: 1.4rem; line-height: 1;
  padding: .4rem .9rem; border: 1px solid var(--edge); border-radius: .7rem; }
.turn b { width: 3.2rem; }
.left { max-width: 36rem; background: #fff; border-color: var(--edge); }
summary { cursor: pointer; color: var(--muted); margin: 1rem 0; }
details figure { max-width: 44rem; }
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
    items = "".join(
        _page(book, n, colours[page.author], number or 1) for n, page in enumerate(book.pages, 1)
    )
    heading = f"<h2>{_text(_nth(book, number))}</h2>" if number else ""
    verdict = _verdict(book, drift) if drift is not None else ""
    chain = f'<ol class="chain" tabindex="0">{items}</ol>'
    return f'<section id="book-{number or 1}">{heading}{chain}{verdict}</section>'


def _verdict(book: Book, drift: Drift) -> str:
    """Where it broke, a thermometer of what is left, and the chart for who opens it."""
    said = book.wording
    sentence = f'<p class="verdict" dir="auto">{_text(drift.sentence(book))}</p>'
    if drift.left is not None:
        line = said.left.format(n=round(100 * drift.left))
        marks = thermometer.svg(drift.left, line).encode()
        sentence += f'<figure class="left">{_picture(marks, "image/svg+xml", line)}</figure>'
    drawn = _picture(chart.svg(book, drift).encode(), "image/svg+xml", said.chart)
    summary = f"<summary>{_text(said.show_chart)}</summary>"
    return f"{sentence}<details>{summary}<figure>{drawn}</figure></details>"


def _nth(book: Book, number: int) -> str:
    return book.wording.book.format(n=number)


def _page(book: Book, number: int, colour: str, of_book: int) -> str:
    shown, wording = book.pages[number - 1], book.wording
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
    made = wording.made_by(author, phrase=shown.phrase is not None)
    above = _text(shown.head) or made
    who = f'<p class="who"><span class="n">{number}</span><span>{above}</span></p>'
    ways = [
        f'<a href="#book-{of_book}-page-{other}" aria-label="{_text(label)}">{arrow}</a>'
        if 1 <= other <= len(book.pages)
        else "<b></b>"
        for other, label, arrow in (
            (number - 1, wording.before_page, "‹"),
            (number + 1, wording.next_page, "›"),
        )
    ]
    place = _text(wording.place.format(n=number, of=len(book.pages)))
    turn = f'<p class="turn">{ways[0]}<span>{place}</span>{ways[1]}</p>'
    id_ = f"book-{of_book}-page-{number}"
    return f'<li id="{id_}" style="--who: {colour}">{who}{body}{turn}</li>'


def _picture(data: bytes, kind: str, label: str) -> str:
    encoded = base64.b64encode(data).decode()
    return f'<img alt="{_text(label)}" src="data:{kind};base64,{encoded}">'


def _text(text: str) -> str:
    return escape(clean(text))
