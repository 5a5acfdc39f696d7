"""What an album is said to be about, by what it is of: in its post, in a list, on its page."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from discord import ui

from bot.games.albums import album, album_view
from bot.games.albums.album import AlbumPage, AlbumStore
from bot.games.table.names import Names
from bot.pictures.renderer import Renderer
from bot.store.database import Store
from bot.texts import Texts
from engine.album import webpage
from tests.bot.store.test_database import DRAWING

LEAVES = {
    "chain": [AlbumPage(0, "a cat"), AlbumPage(0, DRAWING), AlbumPage(0, "a dog")],
    "game": [AlbumPage(0, "cat"), AlbumPage(0, DRAWING), AlbumPage(0, "dog"), AlbumPage(0, None)],
    "daily": [AlbumPage(0, "cat"), AlbumPage(0, DRAWING)],
    "bred": [AlbumPage(0, "generation 1"), AlbumPage(0, DRAWING)],
}
OF: dict[str, dict[str, Any]] = {
    "chain": {},
    "game": {"drawings": True},
    "daily": {"drawings": True, "daily": 7},
    "bred": {"drawings": True, "bred": "a {fat} cat & <b>"},
}
ABOVE = {
    "chain": "### 📖 Album 1: *a cat*",
    "game": "### 🎨 Album 1: all drawings of the game",
    "daily": "### 🗓️ Album 1: today's word was *cat*",
    "bred": r"### 🧬 Album 1: how *a {fat} cat & \<b\>* was bred",
}
LISTED = {
    "chain": "**1.** *a cat* → *a dog*",
    "game": "**1.** 🎨 *cat, dog*",
    "daily": "**1.** 🎨 *cat*",
    "bred": r"**1.** 🧬 *a {fat} cat & \<b\>*",
}
# The page's head, and what stands above the first page of the album.
PAGE = {
    "chain": ("a cat", "<bdi>Penguess</bdi> wrote"),
    "game": ("All drawings of the game", "the word"),
    "daily": ("cat", "the word"),
    "bred": ("a {fat} cat &amp; &lt;b&gt;", "a {fat} cat &amp; &lt;b&gt;"),
}


@pytest.mark.parametrize("kind", OF)
async def test_an_album_says_what_it_is_about(kind: str, store: Store, renderer: Renderer):
    shelf, texts = AlbumStore(store), Texts()
    nobody = Names(cast(Any, None))  # nobody has to be asked for
    books = (tuple(LEAVES[kind]),)
    await shelf.put(
        game=1, guild=1, channel=1, host=0, days=1, books=books, drifts=(None,), **OF[kind]
    )
    kept = await shelf.by_id(1, 1)
    assert kept is not None
    card = await album_view.AlbumCards(renderer, nobody, None).card(texts, kept)
    said = [part.content for part in card.view.walk_children() if isinstance(part, ui.TextDisplay)]
    assert said[0].splitlines()[0] == ABOVE[kind]
    assert album_view.in_one_line(texts, kept).startswith(LISTED[kind])
    html = webpage.page(await album.shown(kept, nobody, texts))
    (head,) = re.findall(r"<h1[^>]*>(.*)</h1>", html)
    above = re.findall(r'<p class="who"><span class="n">1</span><span>(.*?)</span></p>', html)
    assert (head, *above) == PAGE[kind]
