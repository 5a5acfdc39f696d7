"""An engine of one's own: started for a while, and ended afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from engine.client import EngineClient, EngineError
from engine.temporary import TemporaryFolder

STARTS_WITHIN = 600.0  # seconds that loading a model may take where others keep the machine busy

_LOOK_EVERY = 0.1  # seconds
_PATIENCE = 120.0  # seconds of not answering: it is alive, only the machine may be busy
_MAY_END = 15.0  # seconds from asking it to end to killing it


@contextlib.asynccontextmanager
async def started(model: str | None = None) -> AsyncGenerator[EngineClient]:
    """A client of an engine that runs as long as the context, on a Unix socket.

    model: as for `python -m engine serve --model`. Raises EngineError, with the engine's own last
    words, if it does not start.
    """
    with contextlib.closing(TemporaryFolder("engine")) as folder:
        socket, log = folder.path / "engine.sock", folder.path / "engine.log"
        command = [sys.executable, "-m", "engine", "serve", "--child", "--uds", str(socket)]
        command += ["--model", model] if model else []
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,  # it closes when this process ends, however it does
                stdout=file,
                stderr=file,
                start_new_session=True,  # Ctrl-C is for us, who end the engine then
            )
        try:
            token = os.environ.get("PENGUESS_ENGINE_TOKEN") or None
            async with EngineClient(f"unix:{socket}", token, _PATIENCE) as client:
                until = time.monotonic() + STARTS_WITHIN
                while not (socket.exists() and await client.ready()):
                    if process.returncode is not None:
                        raise EngineError(_last_words(log))
                    if time.monotonic() > until:
                        raise EngineError(f"the engine was not ready in {STARTS_WITHIN:.0f} s")
                    await asyncio.sleep(_LOOK_EVERY)
                yield client
        finally:
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _MAY_END)
    except TimeoutError:
        process.kill()
        await process.wait()


def _last_words(log: Path) -> str:
    """Why an engine ended, by the last line of its log."""
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("penguess: ") if lines else "the engine ended at once"
