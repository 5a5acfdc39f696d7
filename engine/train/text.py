"""The text tower: a small student of the sentence encoder, with a vocabulary of its own.

The student is open_clip's text transformer. Its tokens are learned here by byte-pair encoding
(Sennrich et al. 2016) in the form of CLIP's tokenizer, so that open_clip's own tokenizer reads
them; a token's first embedding is what the teacher thinks of it. The student learns the teacher's
centred embeddings; the words' linear layer is multiplied into its projection on export.
"""

import gzip
import heapq
import itertools
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from open_clip.model import CLIPTextCfg
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode
from open_clip.transformer import TextTransformer
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, normalize

from engine.train.corpus import Corpus
from engine.train.words import WIDTH

MERGES = 9_000
"""Byte-pair merges learned: nearly all words of the corpus end as one token."""

CONFIG = CLIPTextCfg(
    context_length=20, vocab_size=512 + MERGES + 2, width=192, heads=6, layers=3, mlp_ratio=3.0
)


def learn_merges(frequencies: Counter[str], count: int) -> list[tuple[str, str]]:
    """Byte-pair merges of the words by their frequencies, in CLIP's spelling (`…</w>` ends one)."""
    spell = bytes_to_unicode()
    words, weights = [], []
    for word, weight in sorted(frequencies.items()):
        letters = [spell[b] for b in word.encode()]
        words.append([*letters[:-1], letters[-1] + "</w>"])
        weights.append(weight)
    pairs: Counter[tuple[str, str]] = Counter()
    where: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for i, word in enumerate(words):
        for pair in itertools.pairwise(word):
            pairs[pair] += weights[i]
            where[pair].add(i)
    heap = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(heap)
    merges: list[tuple[str, str]] = []
    while heap and len(merges) < count:
        negative, best = heapq.heappop(heap)
        if -negative != pairs[best]:  # an older count: the true one is in the heap too
            continue
        merges.append(best)
        touched = set()
        for i in where.pop(best):
            old = list(zip(words[i], words[i][1:], strict=False))
            joined: list[str] = []
            for letter in words[i]:
                if joined and (joined[-1], letter) == best:
                    joined[-1] += letter
                else:
                    joined.append(letter)
            words[i] = joined
            new = list(itertools.pairwise(joined))
            for pair in old:
                pairs[pair] -= weights[i]
            for pair in new:
                pairs[pair] += weights[i]
                where[pair].add(i)
            touched.update(old, new)
        pairs[best] = 0
        for pair in touched:
            if pairs[pair] > 0:
                heapq.heappush(heap, (-pairs[pair], pair))
    return merges


def write_merges(merges: Iterable[tuple[str, str]], path: Path) -> None:
    """Keep merges as open_clip's tokenizer reads them; the bytes depend on the merges alone."""
    text = "\n".join(["#version: 0.2", *(" ".join(pair) for pair in merges)])
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def tokenizer(merges: Path) -> SimpleTokenizer:
    """open_clip's tokenizer over our merges."""
    return SimpleTokenizer(str(merges), context_length=CONFIG.context_length)


def student() -> TextTransformer:
    """The untrained text tower; its output has the teacher's width."""
    return TextTransformer(
        context_length=CONFIG.context_length,
        vocab_size=CONFIG.vocab_size,
        width=CONFIG.width,
        heads=CONFIG.heads,
        layers=CONFIG.layers,
        mlp_ratio=CONFIG.mlp_ratio,
        output_dim=WIDTH,
    )


def _projection(model: TextTransformer) -> nn.Parameter:
    return model.get_parameter("text_projection")


@torch.no_grad()
def start(model: TextTransformer, tokens: Tensor, vectors: Tensor) -> None:
    """Begin from the teacher: project its `(V, 384)` opinions of the `tokens` to their principal
    axes, put them in place of the random embeddings, and let the projection undo it."""
    _, _, axes = torch.linalg.svd(vectors - vectors.mean(0), full_matrices=False)
    axes = axes[: model.width]
    flat = vectors @ axes.T
    model.token_embedding.weight[tokens, : len(axes)] = 0.4 * flat / flat.std()
    _projection(model)[: len(axes)] = axes


def _read(model: TextTransformer, tokens: Tensor) -> Tensor:
    """Embeddings of length one of tokens that may be cut shorter than the context."""
    whole = model.get_buffer("attn_mask")
    length = tokens.shape[1]
    model.attn_mask = whole[:length, :length]  # pyright: ignore[reportAttributeAccessIssue]
    try:
        return normalize(model(tokens), dim=-1)
    finally:
        model.attn_mask = whole  # pyright: ignore[reportAttributeAccessIssue]


def teach(
    corpus: Corpus,
    vectors: Tensor,
    merges: Path,
    checkpoint: Path,
    *,
    through: Tensor,
    minutes: float,
    rate: float = 1.5e-3,
    batch: int = 512,
    seed: int = 0,
    clock: Callable[[], float] = time.monotonic,
) -> TextTransformer:
    """A student that has been taught the corpus for some minutes, or goes on from `checkpoint`.

    `vectors` `(N, 384)` are the teacher's centred opinions of `corpus.texts`, `through` `(256,
    384)` is the words' linear layer. The loss is one minus the cosine, before and behind that
    layer: it magnifies what tells drawn things apart. Batches hold texts of about one length and
    are cut to it: behind its end a causal transformer is never looked at. Figures go beside the
    checkpoint, to `….jsonl`.
    """
    torch.manual_seed(seed)
    read = tokenizer(merges)
    at = {text: i for i, text in enumerate(corpus.texts)}
    lessons = corpus.lessons()
    tokens = read([text for text, _, _ in lessons])
    targets = torch.tensor([at[meaning] for _, meaning, _ in lessons])
    weights = torch.tensor([weight for _, _, weight in lessons])
    lengths = tokens.argmax(1) + 1
    model = student()
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": 0.01},
            {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ],
        rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    step, spent = 0, 0.0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        step, spent = kept["step"], kept["spent"]
    else:
        whole = {read.encode(text)[0]: at[text] for text in at if len(read.encode(text)) == 1}
        start(model, torch.tensor(list(whole)), vectors[list(whole.values())])
    since, saved, losses = clock(), spent, []
    while spent < 60 * minutes:
        model.train()
        progress = spent / (60 * minutes)
        pace = min(1.0, step / 200) * (0.005 + 0.995 * (1 + math.cos(math.pi * progress)) / 2)
        for group in optimiser.param_groups:
            group["lr"] = pace * rate
        pool = torch.multinomial(weights, 16 * batch, replacement=True)
        pool = pool[lengths[pool].argsort()].view(16, batch)
        for chosen in pool[torch.randperm(16)]:
            given = _read(model, tokens[chosen, : int(lengths[chosen].max())])
            wanted = vectors[targets[chosen]]
            loss = 1 - (given * wanted).sum(1).mean()
            behind = cosine_similarity(given @ through.T, wanted @ through.T).mean()
            (loss + 1 - behind).backward()
            optimiser.step()
            optimiser.zero_grad()
            losses.append(loss.item())
            step += 1
        now = clock()
        spent, since = spent + now - since, now
        if spent - saved > 180 or spent >= 60 * minutes:
            saved = spent
            line = {
                "step": step,
                "minutes": round(spent / 60, 1),
                "taught": round(1 - sum(losses) / len(losses), 4),
                **cosines(model, corpus, vectors, merges),
            }
            losses.clear()
            with checkpoint.with_suffix(".jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            fresh = checkpoint.with_suffix(".new")
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save({**state, "step": step, "spent": spent}, fresh)
            fresh.replace(checkpoint)
            spent, since = spent + clock() - since, clock()
    return model.eval()


def cosines(
    model: TextTransformer, corpus: Corpus, vectors: Tensor, merges: Path
) -> dict[str, float]:
    """Mean cosine of student and teacher: on phrases that were kept back, on the names of
    pictures, and on what people drew."""
    model.eval()
    read = tokenizer(merges)
    at = {text: i for i, text in enumerate(corpus.texts)}
    means = {}
    for kind in ("held", "names", "drawn"):
        texts = getattr(corpus, kind)
        given = encode(model, read(texts))
        means[kind] = round((given * vectors[[at[t] for t in texts]]).sum(1).mean().item(), 4)
    return means


@torch.no_grad()
def encode(model: TextTransformer, tokens: Tensor, batch: int = 1024) -> Tensor:
    """`(N, 384)` embeddings of length one of `(N, L)` tokens."""
    return torch.cat([_read(model, part) for part in tokens.split(batch)])
