from __future__ import annotations

import json
import re

import aiohttp
import pytest

from bot.texts import load
from tests.bot.pad.conftest import Served


async def get(served: Served, path: str) -> tuple[aiohttp.ClientResponse, str]:
    async with aiohttp.ClientSession() as session, session.get(served.url + path) as answer:
        return answer, await answer.text() if answer.status == 200 else ""


async def test_the_page_has_its_texts(served: Served):
    answer, page = await get(served, "/pad/en")
    assert answer.status == 200
    assert "{{" not in page
    assert load("en")["pad.hand_in_title"] in page
    found = re.search(r'<script type="application/json" id="texts">(.*?)</script>', page)
    assert found is not None
    assert json.loads(found[1])["pad.strokes_left"] == load("en")["pad.strokes_left"]


async def test_the_page_and_its_files_keep_to_themselves(served: Served):
    _, page = await get(served, "/pad/en")
    names = [
        "/pad/en",
        *(f"/pad/{name}" for name in re.findall(r'(?:src|href)="(files/[^"]+)"', page)),
    ]
    assert len(names) > 4
    for name in names:
        answer, _ = await get(served, name)
        assert answer.status == 200, name
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "connect-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert not any("unsafe" in rule or "http" in rule for rule in policy)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_page_takes_nothing_from_elsewhere(served: Served):
    _, page = await get(served, "/pad/en")
    assert not re.search(r'(?:src|href)="(?!files/)', page)
    assert "style=" not in page
    assert not re.search(r"\son\w+=", page)


@pytest.mark.parametrize(
    "path", ["/pad/xx", "/pad/files/index.html", "/pad/files/..%2fpad.py", "/pad/files/none.js"]
)
async def test_nothing_else_is_served(served: Served, path: str):
    answer, _ = await get(served, path)
    assert answer.status == 404
