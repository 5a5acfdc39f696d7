"""A real browser for the pages that the bot serves."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # ms; a busy machine starts a browser slowly


@asynccontextmanager
async def launched(*flags: str) -> AsyncIterator[Browser]:
    """Headless Chromium; tests that need it are skipped where it is not installed."""
    playwright = pytest.importorskip(
        "playwright.async_api", reason="the Python package playwright is not installed"
    )
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed (Debian's package is called chromium)")
    args = [*FLAGS, *flags]
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=args, timeout=PATIENCE)
        yield browser
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of the test's own."""
    async with launched() as browser:
        yield browser
