"""The engine for whoever uses it: one class, over HTTP or a Unix socket, without torch.

What is safe to repeat is repeated when the connection fails: asking for a drawing (it has an id),
following it from the next event, guesses and captions. What the engine refuses is never repeated
by itself.
"""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Any, Literal

import aiohttp
from pydantic import ValidationError

from engine.canvas.drawing import Drawing
from engine.paint.spec import DrawingSpec
from engine.serve import api

PATIENCE = 15.0  # seconds of failing connections before an engine counts as away

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_SILENCE = 30.0  # seconds without an event after which a stream is asked for anew
_GUESS_SECONDS = 60.0


class EngineError(Exception):
    """The engine did not do what it was asked; the message says why."""


class EngineAway(EngineError):
    """It cannot be reached, is not ready, or has restarted and lost the drawing."""


class EngineBusy(EngineError):
    """Its queue is full. retry_after: seconds after which to ask again."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EngineRefused(EngineError):
    """The request cannot be served however often it is sent. code: the error's, as in the API."""

    def __init__(self, message: str, code: str, status: int) -> None:
        super().__init__(message)
        self.code, self.status = code, status


class EngineClient:
    """A connection to one engine, for any number of calls at once; use it as a context manager.

    address: `http://host:port`, or `unix:/path/of/socket`. token: if the engine wants one.
    patience: seconds of failing connections after which EngineAway is raised.
    """

    def __init__(self, address: str, token: str | None = None, patience: float = PATIENCE) -> None:
        self.address = address
        self.patience = patience
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._socket = address.removeprefix("unix:") if address.startswith("unix:") else None
        self._base = "http://engine" if self._socket else address.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def __aenter__(self) -> EngineClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up; calls under way and later ones raise EngineAway."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def draw(
        self,
        spec: DrawingSpec,
        *,
        id: str | None = None,  # noqa: A002  the API's word
        client: str = "",
        weight: int = 1,
        priority: Literal["game", "free"] = "free",
        deadline: float = api.DEFAULT_DEADLINE,
        every: int = 5,
        start: Drawing | None = None,
        target: tuple[float, ...] | None = None,
        picture: bytes | None = None,
        style_of: bytes | None = None,
        patches: Sequence[bytes] = (),
    ) -> AsyncIterator[api.Event]:
        """The events of a drawing until the last one; see engine.serve.api.DrawingRequest.

        A lost connection is taken up again at the next event. Stopping to iterate does not cancel
        the drawing: `cancel` does, and so does the engine after nobody has followed for a while.
        Raises EngineBusy, EngineRefused, or EngineAway when it stays away longer than `patience`.
        """
        request = api.DrawingRequest(
            **spec.model_dump(),
            id=id or uuid.uuid4().hex,
            client=client,
            weight=weight,
            priority=priority,
            deadline=deadline,
            every=every,
            start=start,
            target=target,
            picture=None if picture is None else base64.b64encode(picture),
            style_of=None if style_of is None else base64.b64encode(style_of),
            patches=tuple(map(base64.b64encode, patches)),
        )
        # Older engines know none of these, and draw without them as they always did.
        left_out = spec.unsaid if patches else spec.unsaid | {"patches"}
        body = request.model_dump_json(exclude_none=True, exclude=left_out).encode()
        n, pause = 0, _Pause(self.patience)
        while True:
            try:
                if n == 0:
                    call = self._post("/v1/drawings", body, _streaming())
                else:
                    call = self._call(
                        "GET", f"/v1/drawings/{request.id}", params={"from": n}, **_streaming()
                    )
                async with call as response:
                    await self._check(response, lost=n > 0)
                    pause = _Pause(self.patience)  # it is there, however long the queue is
                    async for line in response.content:
                        event = api.EVENT.validate_json(line)
                        if event.n < n:
                            continue  # asked for from the beginning, seen already
                        n = event.n + 1
                        yield event
                        if isinstance(event, api.LAST):
                            return
            except (aiohttp.ClientError, TimeoutError, OSError, ValidationError) as error:
                await pause.after(error, self.address)
            except RuntimeError as error:
                if not self._closed:
                    raise  # else it is aiohttp's, of a connection that it closed itself
                raise EngineAway("the client was closed") from error
            else:
                await pause.after(ConnectionError("the stream ended early"), self.address)

    async def cancel(self, id: str) -> api.LastEvent | None:  # noqa: A002
        """End a drawing; how it ended, or None if the engine does not know it."""

        async def ask() -> api.LastEvent | None:
            async with self._call("DELETE", f"/v1/drawings/{id}", timeout=_total(30)) as response:
                if response.status == 404:
                    return None
                await self._check(response)
                return api.LastEvent.model_validate_json(await response.read())

        return await self._patiently(ask)

    async def sketches(
        self, prompt: str, *, strokes: int = 32, seed: int = 0, count: int = 4
    ) -> list[Drawing]:
        """Quick sketches of a prompt, the same ones for the same seed, each of at most so many
        strokes: to pick one as the `start` of a drawing.

        Raises EngineBusy, EngineAway, EngineRefused; with code `no_sketcher` where the model makes
        no sketches.
        """
        fields = {"prompt": prompt, "strokes": strokes, "seed": seed, "count": count}
        reply = await self._ask("/v1/sketches", fields)
        return api.SketchesReply.model_validate_json(reply).sketches

    async def guess(
        self,
        source: bytes | Drawing,
        words: Sequence[str] | None = None,
        top: int = 5,
        *,
        by_hand: bool = False,
        examples: Sequence[api.Example] = (),
    ) -> list[api.GuessedWord]:
        """What the bytes of a picture, or a drawing, show: the `top` likeliest words, best first.

        words: to choose from; without them the engine's own list and the words of the examples.
        by_hand: a person made the drawing's strokes, in their order. examples: of some words.
        Raises EngineBusy, EngineRefused (also for a picture that cannot be read), EngineAway.
        """
        fields: dict[str, Any] = {"top": top, "by_hand": by_hand}
        if words is not None:
            fields["words"] = list(words)
        if examples:
            fields["examples"] = [example.model_dump() for example in examples]
        fields |= _shown(source)
        reply = await self._ask("/v1/guesses", fields)
        return api.GuessReply.model_validate_json(reply).guesses

    async def look(
        self, source: bytes | Drawing, word: str, *, by_hand: bool = False
    ) -> api.Example:
        """What a picture or drawing of a word looks like, for later guesses. Raises as `guess`."""
        fields = {"words": ["-"], "top": 1, "by_hand": by_hand, "vector": True, **_shown(source)}
        reply = await self._ask("/v1/guesses", fields)
        seen = api.GuessReply.model_validate_json(reply)
        return api.Example(word=word, vector=tuple(seen.vector), space=seen.space)

    async def judge(self, source: bytes | Drawing, prompt: str) -> float:
        """The share of judges, in [0, 1], that would see the prompt in a drawing, or in the
        bytes of a picture of one.

        Raises EngineBusy, EngineRefused, EngineAway.
        """
        reply = await self._ask("/v1/verdicts", {"prompt": prompt, **_shown(source)})
        return api.VerdictReply.model_validate_json(reply).share

    async def caption(
        self,
        source: bytes | Drawing,
        top: int = 5,
        blocked: Sequence[str] = (),
        said: Sequence[str] = (),
        *,
        by_hand: bool = False,
    ) -> list[api.FoundCaption]:
        """The `top` phrases that best say what a picture's bytes, or a drawing, show, best first.

        blocked: words that must not occur; said: phrases that are not said again. The list is empty
        if that leaves nothing to say. by_hand: a person made the drawing's strokes, in their order.
        Raises EngineBusy, EngineRefused (also for a picture that cannot be read), EngineAway.
        """
        fields = {"top": top, "blocked": list(blocked), "by_hand": by_hand, **_shown(source)}
        if said:
            fields["said"] = list(said)
        reply = await self._ask("/v1/captions", fields)
        return api.CaptionReply.model_validate_json(reply).captions

    async def embed(
        self, texts: Sequence[str] = (), images: Sequence[bytes] = ()
    ) -> api.EmbeddingsReply:
        """Unit vectors of texts and of pictures."""
        encoded = [base64.b64encode(image).decode() for image in images]
        body = {"texts": list(texts), "images": encoded}
        reply = await self._ask("/v1/embeddings", body)
        return api.EmbeddingsReply.model_validate_json(reply)

    async def models(self) -> list[api.ModelInfo]:
        """What judges there."""

        async def ask() -> list[api.ModelInfo]:
            async with self._call("GET", "/v1/models", timeout=_total(10)) as response:
                await self._check(response)
                return api.ModelsReply.model_validate_json(await response.read()).models

        return await self._patiently(ask)

    async def ready(self) -> bool:
        """Whether it would draw now; False too if it cannot be reached."""
        try:
            async with self._call("GET", "/readyz", timeout=_total(5)) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _ask(self, path: str, fields: dict[str, Any]) -> bytes:
        body = json.dumps(fields).encode()

        async def ask() -> bytes:
            async with self._post(path, body, {"timeout": _total(_GUESS_SECONDS)}) as response:
                await self._check(response)
                return await response.read()

        return await self._patiently(ask)

    async def _patiently(self, ask: Any) -> Any:
        """Repeat what is safe to repeat until the connection holds or patience ends."""
        pause = _Pause(self.patience)
        while True:
            try:
                return await ask()
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                await pause.after(error, self.address)

    def _post(self, path: str, body: bytes, options: dict[str, Any]) -> Any:
        return self._call(
            "POST", path, data=body, headers={"Content-Type": "application/json"}, **options
        )

    def _call(self, method: str, path: str, **options: Any) -> Any:
        if self._closed:
            raise EngineAway("the client was closed")
        if self._session is None or self._session.closed:
            connector = aiohttp.UnixConnector(self._socket) if self._socket else None
            self._session = aiohttp.ClientSession(
                connector=connector or aiohttp.TCPConnector(limit=0),
                headers=self._headers,
                read_bufsize=1 << 24,  # the longest line: 1,024 strokes
            )
        return self._session.request(method, self._base + path, **options)

    async def _check(self, response: aiohttp.ClientResponse, lost: bool = False) -> None:
        """Raise what an answer that is no success means. lost: it was known before."""
        if response.status == 200:
            return
        text = await response.text()
        try:
            fault = api.ErrorReply.model_validate_json(text).error
        except ValidationError:  # no answer of an engine: a proxy's
            fault = api.Fault(code="unknown", message=f"status {response.status}")
        if response.status == 404 and lost:
            raise EngineAway("the engine restarted, and the drawing is lost")
        if response.status == 429:
            raise EngineBusy(fault.message, float(response.headers.get("Retry-After", 1)))
        if response.status in (502, 503, 504):
            raise ConnectionError(fault.message)  # so it is asked again for a while
        raise EngineRefused(fault.message, fault.code, response.status)


class _Pause:
    """Waits between attempts, longer each time, until patience ends."""

    def __init__(self, patience: float) -> None:
        self._patience, self._next = patience, _FIRST_PAUSE
        self._since: float | None = None

    async def after(self, error: Exception, address: str) -> None:
        """Wait before the next attempt. Raises EngineAway when it has been too long."""
        now = asyncio.get_running_loop().time()
        self._since = self._since if self._since is not None else now
        if now + self._next - self._since > self._patience:
            reason = str(error) or type(error).__name__
            raise EngineAway(f"the engine at {address} does not answer: {reason}") from error
        await asyncio.sleep(self._next)
        self._next = min(2 * self._next, _LONGEST_PAUSE)


def _shown(source: bytes | Drawing) -> dict[str, Any]:
    if isinstance(source, Drawing):
        return {"drawing": source.to_dict()}
    return {"image": base64.b64encode(source).decode()}


def _streaming() -> dict[str, Any]:
    return {"timeout": aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=_SILENCE)}


def _total(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)
