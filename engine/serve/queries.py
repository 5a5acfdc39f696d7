"""What the critic is asked while drawings are painted: guesses, captions, embeddings, sketches.

Questions are answered in the painting thread, between steps and between passes; pictures are
decoded aside.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeVar

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import normalize

from engine.canvas.decoder import open_picture
from engine.canvas.drawing import Drawing
from engine.canvas.framing import drawn
from engine.canvas.render import to_image
from engine.paint.choosing import best_sketches
from engine.paint.jury import verdict
from engine.paint.names import in_english
from engine.paint.settling import require_sketcher
from engine.see import captioner, guesser, hand, several
from engine.see.caption import lexicon, looking
from engine.see.critic import TEXTS_KEPT, Critic
from engine.see.framing import fitted, framed
from engine.serve import api
from engine.serve.metrics import Metrics
from engine.serve.scheduler import QueueFull
from engine.serve.worker import Painters

T = TypeVar("T")

MAX_QUERIES = 64  # under way at once
TEXTS_AT_ONCE = 16  # embedded in one go, so that other queries need not wait for thousands


class NotReady(Exception):
    """The model is still being loaded, or the engine stops; ask again after some seconds."""


class Queries:
    """Questions to the critic of some painters, which are `ready` or raise NotReady.

    nouns: the task that runs `prepare`, from when the painters are ready on.
    """

    nouns: asyncio.Task[Tensor]

    def __init__(
        self, painters: Painters, ready: Callable[[], api.ModelInfo], metrics: Metrics
    ) -> None:
        self._painters, self._ready, self._metrics = painters, ready, metrics
        self._default_words = guesser.default_words()
        self._learned: set[tuple[str, bool]] = set()
        self._under_way = 0
        self._decoding = asyncio.Semaphore(2)  # a decoded picture may take hundreds of megabytes

    async def guess(self, request: api.GuessRequest) -> api.GuessReply:
        """Name what a picture shows. Raises NotReady, QueueFull, UnreadablePicture."""
        async with self._query("guess") as model:
            side = model.image_size
            picture = await self._decoded(request.source, lambda image: fitted(drawn(image), side))
            strokes = None
            if request.by_hand and request.drawing is not None:
                strokes = hand.read(request.drawing, request.share or math.nan)
            examples = [
                guesser.Example(e.word, torch.tensor(e.vector), e.space, e.count)
                for e in request.examples
            ]
            words = request.words or (*self._default_words, *(e.word for e in examples))
            await self._learn(words, naming=True)
            guesses, seen, space = await self._ask(
                _guess, picture[None], strokes, words, request.top, examples
            )
        named = [api.GuessedWord(word=g.word, p=g.p) for g in guesses]
        reply = api.GuessReply(model=model.name, guesses=named)
        if request.vector:
            reply.vector = [round(value, 4) for value in seen.tolist()]
            reply.space = space
        return reply

    async def judge(self, request: api.VerdictRequest) -> api.VerdictReply:
        """How many judges would see the prompt in a drawing.

        Raises NotReady, QueueFull, UnreadablePicture.
        """
        async with self._query("verdict") as model:
            await self._learn([request.prompt])
            source = request.source
            if isinstance(source, bytes):
                source = await self._framed(source, model.image_size)
            share = await self._ask(verdict, source, request.prompt)
        return api.VerdictReply(model=model.name, share=share)

    async def caption(self, request: api.CaptionRequest) -> api.CaptionReply:
        """Say what a picture shows. Raises NotReady, QueueFull, UnreadablePicture."""
        async with self._query("caption") as model:
            vectors = await asyncio.shield(self.nouns)
            looked = await self._looked(request, model, vectors)
            seen = await self._ask(_seen, looked)
            search = captioner.search(
                *(seen, vectors, looked, request.top, request.blocked, request.said),
                pairs=captioner.composes(model.name),
            )
            found = await self._follow(search)
        phrases = [api.FoundCaption(phrase=c.phrase, noun=c.noun, score=c.score) for c in found]
        return api.CaptionReply(model=model.name, captions=phrases)

    async def _looked(
        self, request: api.CaptionRequest, model: api.ModelInfo, vectors: Tensor
    ) -> looking.Look:
        """Look at what is to be captioned; aside, but for what the model reads in its strokes."""
        side, drawing = model.image_size, request.drawing
        moves = None
        by_hand = request.by_hand
        if drawing is not None:
            async with self._decoding:
                moves = await asyncio.to_thread(
                    several.movements, model.name, drawing, by_hand=by_hand
                )
        if moves is None:
            return await self._decoded(request.source, lambda image: looking.look(image, side))
        parting = await self._ask(lambda _: several.likeliest(moves, vectors))
        async with self._decoding:
            share = several.share(by_hand)
            return await asyncio.to_thread(looking.look_at_hand, moves, parting, side, share)

    async def _follow(self, search: captioner.Search) -> list[captioner.Caption]:
        """Give a search the vectors that it asks for until it is done."""
        answer: Tensor | None = None
        while True:
            try:
                texts = next(search) if answer is None else search.send(answer)
            except StopIteration as end:
                return end.value
            await self._learn(texts, naming=True)
            answer = torch.stack(await self._ask(_encode_texts, texts, True))

    async def embed(self, request: api.EmbeddingsRequest) -> api.EmbeddingsReply:
        """Vectors of texts and pictures. Raises NotReady, QueueFull, UnreadablePicture."""
        async with self._query("embedding") as model:
            await self._learn(request.texts)
            texts = await self._ask(_encode_texts, request.texts) if request.texts else []
            images = []
            for data in request.images:
                picture = await self._framed(data, model.image_size)
                images += await self._ask(_encode, picture[None])
        return api.EmbeddingsReply(
            model=model.name,
            texts=[vector.tolist() for vector in texts],
            images=[vector.tolist() for vector in images],
        )

    async def sketch(self, request: api.SketchesRequest) -> api.SketchesReply:
        """The best sketches of a prompt. Raises NotReady, QueueFull, NoSketcher."""
        async with self._query("sketch") as model:
            require_sketcher(model.name)
            drawn = await self._ask(
                *(
                    best_sketches,
                    in_english(request.prompt),
                    request.strokes,
                    request.seed,
                    request.count,
                )
            )
        shown = [drawing.scaled(api.SHOWN_WIDTH) for drawing in drawn]
        return api.SketchesReply(model=model.name, sketches=shown)

    @contextlib.asynccontextmanager
    async def _query(self, kind: str) -> AsyncIterator[api.ModelInfo]:
        model = self._ready()
        if self._under_way >= MAX_QUERIES:
            raise QueueFull(f"{MAX_QUERIES} guesses and the like are under way already", 1)
        self._under_way += 1
        began = asyncio.get_running_loop().time()
        try:
            yield model
        finally:
            self._under_way -= 1
        self._metrics.answered(kind, asyncio.get_running_loop().time() - began)

    async def _ask(self, question: Callable[..., T], *arguments: Any) -> T:
        """Put a question to the critic, in the painting thread."""
        return await asyncio.wrap_future(
            self._painters.query(lambda critic: question(critic, *arguments))
        )

    async def _learn(self, texts: Sequence[str], naming: bool = False) -> None:
        """Let the critic compute vectors that it will need, some at a time, and keep them.

        naming: they are to name pictures, which its namer does."""
        if len(self._learned) > TEXTS_KEPT:
            self._learned.clear()  # the critic forgets as well
        new = [text for text in texts if (text, naming) not in self._learned]
        for first in range(0, len(new), TEXTS_AT_ONCE):
            some = new[first : first + TEXTS_AT_ONCE]
            await self._ask(_encode_texts, some, naming)
            self._learned.update((text, naming) for text in some)

    async def _framed(self, source: bytes | Drawing, side: int) -> Tensor:
        """A picture as the critic sees it, decoded aside."""
        return await self._decoded(source, lambda image: framed(image, side))

    async def _decoded(self, source: bytes | Drawing, look: Callable[[Image.Image], T]) -> T:
        def decode() -> T:
            return look(open_picture(source) if isinstance(source, bytes) else to_image(source))

        async with self._decoding:
            return await asyncio.to_thread(decode)

    async def prepare(self) -> Tensor:
        """Learn the words that queries need, between the steps of drawings; the nouns' vectors."""
        await self._learn(self._default_words, naming=True)
        vectors = await self._ask(_kept_nouns)
        if vectors is None:
            names = lexicon.texts()
            await self._learn(names, naming=True)
            vectors = torch.stack(await self._ask(_encode_texts, names, True))
            await self._ask(lambda critic: lexicon.to_disk(critic.namer, vectors))
        return vectors


# What is answered may go to a process without a device like the critic's: it is on the CPU.


def _guess(
    critic: Critic,
    picture: Tensor,
    strokes: hand.Hand | None,
    words: Sequence[str],
    top: int,
    examples: Sequence[guesser.Example],
) -> tuple[list[guesser.Guess], Tensor, str]:
    """The guesses; what was seen, of length one, and the space where that is."""
    seen = guesser.evidence(critic.namer, picture, None if strokes is None else [strokes])
    (guesses,) = guesser.rank(critic.namer, seen, words, top, examples)
    return guesses, normalize(seen[0], dim=0).cpu(), guesser.space(critic.namer)


def _seen(critic: Critic, looked: looking.Look) -> Tensor:
    return guesser.evidence(critic.namer, looked.views, looked.hands or None).cpu()


def _encode(critic: Critic, pictures: Tensor) -> list[Tensor]:
    with torch.no_grad():
        return list(critic.encode_images(pictures).cpu())


def _kept_nouns(critic: Critic) -> Tensor | None:
    vectors = lexicon.from_disk(critic.namer)
    return None if vectors is None else vectors.cpu()


def _encode_texts(critic: Critic, texts: Sequence[str], naming: bool = False) -> list[Tensor]:
    if naming:
        return list(critic.namer.encode_text(texts, critic.namer.templates).cpu())
    return list(critic.encode_text(texts).cpu())
