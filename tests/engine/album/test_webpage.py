from __future__ import annotations

import re
from html.parser import HTMLParser

from engine.album import Book, Drift, Page, Wording, webpage


class Outline(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_has_all_pages_of_the_book(book: Book, drift: Drift) -> None:
    outline = Outline(webpage.page([(book, drift)]))
    assert outline.tags.count("li") == len(book.pages)
    assert outline.tags.count("svg") == 1
    assert outline.tags.count("img") == 3  # the upload, the thermometer and the chart
    assert outline.tags.count("details") == 1  # the chart is for those who ask
    assert "雨の中を自転車で走る猫" in outline.text
    assert "no drawing" in outline.text
    assert drift.sentence(book) in outline.text


def test_a_page_needs_nothing_else(book: Book, drift: Drift) -> None:
    html = webpage.page([(book, drift), (book, None)])
    outline = Outline(html)
    assert all(link.startswith(("data:", "#book-")) for link in outline.links)
    assert "script" not in outline.tags
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html


def test_nothing_that_people_write_becomes_markup() -> None:
    evil = "\"'><img src=x onerror=alert(1)>&lt;"
    html = webpage.page([(Book((Page(evil, evil),)), None)], title=evil, note=evil)
    outline = Outline(html)
    assert "img" not in outline.tags
    assert outline.text.count(evil) == 5  # title twice, author, phrase, note


def test_what_stands_around_the_pages_is_in_the_language_of_the_book() -> None:
    said = Wording("de", wrote="{who} schrieb", short="Zu kurz.", book="Kette {n}")
    book = Book((Page("{n}", "eine {who}"),), said)
    html = webpage.page([(book, Drift((1.0,), (None,)))] * 2)
    outline = Outline(html)
    assert '<html lang="de">' in html
    assert outline.text.count("{n} schrieb") == 2
    assert "Kette 2" in outline.text
    assert "Zu kurz." in outline.text


def test_right_to_left_text_finds_its_way(book: Book) -> None:
    assert '<blockquote dir="auto">חתול' in webpage.page([(book, None)])
    assert "<bdi>דנה</bdi>" in webpage.page([(book, None)])


def test_pages_are_cards_to_leaf_through(book: Book) -> None:
    html = webpage.page([(book, None), (book, None)])
    outline = Outline(html)
    for link in outline.links:
        assert f'id="{link[1:]}"' in html or link.startswith("data:")
    for number in (1, 2):
        last = len(book.pages)
        assert outline.links.count(f"#book-{number}-page-1") == 1
        assert outline.links.count(f"#book-{number}-page-{last}") == 1
        assert outline.links.count(f"#book-{number}-page-2") == 2


def test_several_books_have_a_table_of_contents(book: Book) -> None:
    assert "nav" in Outline(webpage.page([(book, None), (book, None)])).tags
    assert "nav" not in Outline(webpage.page([(book, None)])).tags
    assert "Telephone" in Outline(webpage.page([])).text
