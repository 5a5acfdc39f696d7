"""The engine as a child of the bot: started, watched, started again, ended."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from functools import partial

from bot.kit import metrics
from engine.client import EngineClient
from engine.temporary import TemporaryFolder

log = logging.getLogger(__name__)

_PAUSES = (0.5, 2.0, 5.0, 15.0, 60.0)  # seconds before each new start; the last one stays
_GOOD_AFTER = 60.0  # seconds of running after which the pauses begin anew
_LOOK_EVERY = 5.0  # seconds between looks at whether it is ready
_HANGS_AFTER = 120.0  # seconds of not being ready, once it was, after which it is killed

ENGINE = (sys.executable, "-m", "engine")

NICE = 5
"""How much less of a busy core what draws is given than what answers people (man 2 nice)."""


class EngineProcess:
    """Runs `python -m engine serve` on a Unix socket; `address` is what a client connects to.

    command: what serves instead of this Python's engine.
    """

    def __init__(
        self, model: str, arguments: tuple[str, ...] = (), command: tuple[str, ...] = ENGINE
    ) -> None:
        self.model = model
        self._command = command
        self._arguments = arguments
        self._folder = TemporaryFolder("engine")
        self._socket = self._folder.path / "engine.sock"
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        return f"unix:{self._socket}"

    @property
    def pid(self) -> int | None:
        """The running process, if there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to keep it running; returns at once."""
        self._keeper = asyncio.create_task(self._keep(), name="engine keeper")

    async def stop(self) -> None:
        """End it, at once: it keeps nothing, and nobody waits for what it does."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._end()
        self._folder.close()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            process = self._process = await self._spawn()
            watcher = asyncio.create_task(self._watch(process))
            code = await process.wait()
            watcher.cancel()
            self._process = None
            failures = 0 if loop.time() - began > _GOOD_AFTER else failures
            pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
            failures += 1
            metrics.ENGINE_RESTARTS.inc()
            log.error("the engine ended", extra={"code": code, "again_in_seconds": pause})
            await asyncio.sleep(pause)

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._socket.unlink(missing_ok=True)
        serve = ["serve", "--child", "--uds", str(self._socket), "--model", self.model]
        environment = {key: value for key, value in os.environ.items() if key != "DISCORD_TOKEN"}
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *serve,
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,  # it closes when the bot ends, however it does
            env=environment,
            start_new_session=True,  # Ctrl-C is for the bot, which ends the engine in its time
            preexec_fn=partial(os.nice, NICE),
        )
        log.info("the engine starts", extra={"engine_pid": process.pid, "model": self.model})
        return process

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Kill an engine that was ready once and then does not answer for a long time."""
        loop = asyncio.get_running_loop()
        last_ready: float | None = None
        async with EngineClient(self.address) as client:
            while True:
                await asyncio.sleep(_LOOK_EVERY)
                if await client.ready():
                    if last_ready is None:
                        log.info("the engine is ready", extra={"engine_pid": process.pid})
                    last_ready = loop.time()
                elif last_ready is not None and loop.time() - last_ready > _HANGS_AFTER:
                    log.error("the engine hangs and is killed", extra={"engine_pid": process.pid})
                    process.kill()
                    return

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.kill()
        await process.wait()
