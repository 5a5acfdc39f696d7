"""Pictures are made and opened in processes of their own, never where messages are handled.

Rendering holds Python's lock for its whole length, so a thread would not do; and what strangers
upload is decoded where a crash harms nobody.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, TypeAlias, TypeVar

from bot.engine_process import NICE
from bot.pictures import incoming, paper_photo
from bot.pictures.alike import alike
from bot.pictures.podium import Ranked, podium
from bot.pictures.recap import Recap, recap
from engine.album import Book, Drift
from engine.album.family import Family
from engine.canvas import render
from engine.canvas.drawing import Drawing

T = TypeVar("T")
Books: TypeAlias = Sequence[tuple[Book, Drift | None]]


class Renderer:
    """A few worker processes; they start with the first picture and end with the bot."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or max(2, min(4, (os.cpu_count() or 2) // 2))
        self._context = _Spawning()
        self._pool = self._make()

    async def png(self, drawing: Drawing) -> bytes:
        return await self._run(render.to_png, drawing)

    async def alike(self, sketch: Drawing | bytes) -> bytes:
        """A drawing without anything that tells whose it is, as a PNG."""
        return await self._run(alike, sketch)

    async def gif(self, states: Sequence[Drawing]) -> bytes:
        """How the last of the states came about. Raises ValueError if it cannot be made small."""
        return await self._run(_gif, tuple(states))

    async def film(self, frames: Sequence[Drawing]) -> bytes:
        """A film of these frames, a GIF. Raises ValueError if it cannot be made small."""
        return await self._run(render.to_film, tuple(frames))

    async def tidy(self, data: bytes) -> bytes:
        """A picture from a person as a small, clean PNG. Raises UserError."""
        return await self._run(incoming.tidy, data)

    async def small(self, data: bytes) -> bytes:
        """A picture from a person as it is kept to be drawn. Raises UserError."""
        return await self._run(incoming.small, data)

    async def cut_outs(self, files: Sequence[bytes]) -> list[bytes | None]:
        """Pictures to cut up, each as it is kept; None for what is no picture."""
        return await self._run(_cut_outs, tuple(files))

    async def prepare(self, data: bytes) -> bytes:
        """A picture of somebody's drawing, cleaned and cropped to it: a PNG. Raises UserError."""
        return await self._run(paper_photo.prepare, data)

    async def podium(self, ranked: Sequence[Ranked]) -> bytes:
        """The end of a game, as a PNG."""
        return await self._run(podium, tuple(ranked))

    async def recap(self, shown: Recap) -> bytes:
        """A server's week, as a PNG."""
        return await self._run(recap, shown)

    async def card(self, book: Book, number: int) -> bytes:
        """A page of a chain, from 0, as a card: a PNG."""
        return await self._run(_card, book, number)

    async def chart(self, book: Book, drift: Drift) -> bytes:
        """How a chain drifted, as a PNG."""
        return await self._run(_chart, book, drift)

    async def animation(self, book: Book) -> bytes:
        """A chain page by page, as a GIF of at most 10 MiB. Raises ValueError if it cannot be."""
        return await self._run(_animation, book)

    async def album_page(self, books: Books, note: str) -> str:
        """An album as a web page that needs nothing else."""
        return await self._run(_album_page, tuple(books), note)

    async def sheet(self, book: Book) -> bytes:
        """The drawings of a book on one sheet, a PNG."""
        return await self._run(_sheet, book)

    async def archive(self, books: Books) -> bytes:
        """An album to take along, as a zip."""
        return await self._run(_archive, tuple(books))

    async def children(
        self, parents: Sequence[Drawing], count: int, seed: int, weights: Sequence[float]
    ) -> list[tuple[Drawing, tuple[int, ...]]]:
        """What drawings have for children; see engine.canvas.breeding."""
        return await self._run(_children, tuple(parents), count, seed, tuple(weights))

    async def family(self, family: Family) -> bytes:
        """A family tree of drawings, a PNG."""
        return await self._run(_family, family)

    async def warm_up(self) -> None:
        """Start a worker now, so that nobody waits for it later."""
        await self.png(Drawing(8, 8))

    def close(self) -> None:
        """End the workers, whatever they are at: nobody waits for a picture any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._context.kill()

    def _make(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=self._context,
            initializer=_begin,
        )

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        pool = self._pool
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(pool, work, *arguments)
        except BrokenProcessPool:
            # A worker was killed, for its memory perhaps; what it did is tried once more.
            if self._pool is pool:
                self._pool = self._make()
            return await loop.run_in_executor(self._pool, work, *arguments)


class _Spawning(SpawnContext):
    """Starts processes afresh, and knows them. ProcessPoolExecutor ends its own only when they are
    done with what they are at (from Python 3.14 on it has kill_workers)."""

    def __init__(self) -> None:
        super().__init__()
        self._started: list[SpawnProcess] = []

    def Process(  # noqa: N802 # pyright: ignore[reportIncompatibleVariableOverride]
        self, *args: Any, **named: Any
    ) -> SpawnProcess:
        process = SpawnProcess(*args, **named)
        self._started.append(process)
        return process

    def kill(self) -> None:
        for process in self._started:
            if process.is_alive():
                process.kill()


def _cut_outs(files: tuple[bytes, ...]) -> list[bytes | None]:
    return [incoming.cut_out(data) for data in files]


def _gif(states: tuple[Drawing, ...]) -> bytes:
    return render.to_gif(render.pick_frames(states))


# The bot's own process has no need of what lays albums out.


def _card(book: Book, number: int) -> bytes:
    from engine.album import cards

    return cards.png(book, number)


def _chart(book: Book, drift: Drift) -> bytes:
    from engine.album import chart

    return chart.png(book, drift)


def _animation(book: Book) -> bytes:
    from engine.album import animation

    return animation.gif(book)


def _album_page(books: Books, note: str) -> str:
    from engine.album import webpage

    return webpage.page(books, note=note)


def _sheet(book: Book) -> bytes:
    from engine.album import sheet

    return sheet.picture(book)


def _archive(books: Books) -> bytes:
    from engine.album import archive

    return archive.pack(books)


def _children(
    parents: Sequence[Drawing], count: int, seed: int, weights: Sequence[float]
) -> list[tuple[Drawing, tuple[int, ...]]]:
    from engine.canvas.breeding import children

    return children(parents, count, seed, weights)


def _family(family: Family) -> bytes:
    from engine.album import family_tree

    return family_tree.picture(family)


def _begin() -> None:
    """In a worker: let the bot go first, leave Ctrl-C to it, and end when it does, however it
    ended."""
    os.nice(NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def leave_with_parent() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=leave_with_parent, daemon=True).start()
