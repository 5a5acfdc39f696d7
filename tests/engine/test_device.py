"""Every path on an accelerator that refuses what CUDA refuses, and counts what costs time there."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine import device as devices
from engine.bench.device import standin
from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.canvas.render import to_image
from engine.device import DeviceLost, DeviceUnavailable
from engine.paint import checkpoint
from engine.paint.choosing import best_sketches
from engine.paint.painter import Painter, paint
from engine.paint.presets import HOUSE
from engine.paint.spec import DrawingSpec
from engine.paint.step.batch import Batch
from engine.raster import cpu, gpu
from engine.see import captioner, critic, ensemble, guesser
from engine.see.caption import lexicon
from engine.see.critic import Critic
from engine.serve.capacity import Capacity
from engine.serve.queries import _encode, _encode_texts
from engine.serve.worker import (
    Began,
    Ended,
    Job,
    Preview,
    Ready,
    Report,
    Saved,
    Stepped,
    Unable,
    Worker,
)

QUICK = replace(HOUSE, views=2)
LINE = Stroke(((4.0, 4.0), (20.0, 30.0), (40.0, 10.0), (60.0, 50.0)), 3.0, BLACK)
START = Drawing(64, 64, (LINE, LINE.moved(1, 3)))


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", standin.DEVICE)


@pytest.fixture(scope="module")
def tiny(tiny_model: str) -> Critic:
    return critic.load(tiny_model, standin.DEVICE)


@pytest.fixture(scope="module")
def both(tiny_model: str) -> Critic:
    return ensemble.load(f"pocket+{tiny_model}*0.5", standin.DEVICE)


@pytest.fixture(params=["pocket", "tiny", "both"])
def any_critic(request: pytest.FixtureRequest) -> Critic:
    return request.getfixturevalue(request.param)


class _Launch(torch.autograd.Function):
    """The strokes of the stand-in, painted by the CPU's rasteriser: one kernel there, one back."""

    @staticmethod
    def forward(ctx: Any, points: Tensor, widths: Tensor, colours: Tensor, *more: Any) -> Tensor:
        layout, paper = more
        strokes = (points, widths, colours)
        ctx.leaves = [standin.here(t).detach().requires_grad_() for t in strokes]
        with torch.enable_grad():
            ctx.image = cpu.rasterise(*ctx.leaves, layout, standin.here(paper))
        standin.log.kernel()
        return standin.StandIn(ctx.image.detach())

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        standin.log.kernel()
        grads = torch.autograd.grad(ctx.image, ctx.leaves, standin.here(gradient))
        return *map(standin.StandIn, grads), None, None


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of kernels in an interpreter, which tests/engine/bench/test_device.py runs."""
    monkeypatch.setattr(gpu, "available", lambda device: device.type == standin.NAME)
    monkeypatch.setattr(gpu, "prepare", lambda *_: None)
    monkeypatch.setattr(gpu, "rasterise", _Launch.apply)


def spec(**fields: object) -> DrawingSpec:
    return DrawingSpec.model_validate(
        {"prompt": "a cat", "strokes": 3, "steps": 4, "seeds": 1, **fields}
    )


def test_it_computes_in_half_precision(pocket: Critic, tiny: Critic) -> None:
    assert pocket.dtype == tiny.dtype == torch.bfloat16
    assert tiny.device.type == standin.NAME


def test_mixing_devices_is_refused() -> None:
    with pytest.raises(RuntimeError, match="same device"):
        torch.ones(2, device=standin.DEVICE) * torch.ones(2)


def test_every_kind_of_drawing_is_painted(any_critic: Critic) -> None:
    painter = Painter(any_critic, QUICK)
    paintings = [
        painter.begin(spec(ink="paint", begin="scribbles")),
        painter.begin(spec(ink="pen", begin="scribbles", seeds=2, steps=7)),
        painter.begin(spec(avoid=("a dog",), augment=False, ink="paint", begin="scribbles")),
        painter.begin(spec(), START),
        painter.begin(spec(), picture=to_image(START)),
    ]
    for painting in paintings:
        painter.add(painting)
    while painter.paintings:
        painter.step()
    assert [painting.step for painting in paintings] == [4, 7, 4, 4, 4]
    for painting in paintings:
        last = painter.finish(painting)
        assert last.drawing.strokes
        assert -1 <= last.score <= 1


@pytest.mark.parametrize(
    "specs",
    [
        [{"ink": "paint"}],
        [{"ink": "pen", "seeds": 2}, {"avoid": ("a dog", "a cow")}, {"augment": False}],
        [{"ink": "paint"}] * 5,
    ],
)
def test_no_step_copies_or_waits(any_critic: Critic, specs: list[dict[str, object]]) -> None:
    """Not the first one, either; what a stride has come to leaves in one copy."""
    painter = Painter(any_critic, QUICK)
    painter.views_at_once = 4
    for fields in specs:
        painter.add(painter.begin(spec(steps=9, begin="scribbles", **fields)))
    painter.add(painter.begin(spec(steps=9), picture=to_image(START)))
    batch = Batch(painter.paintings, painter.side, any_critic)
    standin.log.clear()
    for _ in range(3):
        painter.paint(batch)
    assert standin.log.kernels > 300
    assert not standin.log.places
    assert (standin.log.copies, standin.log.waits) == (0, 0)
    batch.send()
    assert (standin.log.copies, standin.log.waits) == (1, 1)


@pytest.mark.parametrize("ink", ["marker", "pen"])
def test_a_sketch_is_painted_and_finished(pocket: Critic, ink: str) -> None:
    painter = Painter(pocket)
    assert painter.glimpse(spec(ink=ink)) is not None
    states = list(paint(painter, painter.begin(spec(ink=ink, strokes=8, seeds=2))))
    assert states[-1].final
    assert states[-1].opinion is not None


def test_sketches_are_chosen(pocket: Critic) -> None:
    assert len(best_sketches(pocket, "a cat", 8, 0, 2)) == 2


def test_a_target_comes_from_anywhere(any_critic: Critic) -> None:
    """As a worker makes it of what a request brings: on the CPU."""
    size = any_critic.encode_text(["x"]).shape[1]
    target = normalize(torch.rand(size), dim=0)
    painter = Painter(any_critic, QUICK)
    painter.add(painter.begin(spec(begin="scribbles"), None, target))
    painter.add(painter.begin(spec(begin="scribbles")))
    while painter.paintings:
        painter.step()
    assert len(painter.judge([START], target)) == 1


def test_a_drawing_goes_on_from_its_checkpoint(tiny: Critic) -> None:
    """Left at step 5, and taken up by another painter, it becomes what it would have become."""
    painter = Painter(tiny, QUICK)
    one = painter.begin(spec(steps=12))
    painter.add(one)
    painter.step()
    saved = checkpoint.save(one)
    assert saved.step == 5
    while not one.done:
        painter.step()
    two = painter.begin(spec(steps=12))
    checkpoint.resume(two, saved)
    painter.add(two)
    while not two.done:
        painter.step()
    assert two.drawing() == one.drawing()
    assert two.state() == one.state()


def test_what_is_painted_does_not_depend_on_when_the_host_looks(tiny: Critic) -> None:
    """A painting that gains nothing more rests at once, however late that is noticed."""
    settled = replace(QUICK, patience=4)
    outcomes = []
    for stride in (1, 5):
        painter = Painter(tiny, settled)
        painter.stride = stride
        painting = painter.begin(spec(steps=40, ink="pen"))
        painter.add(painting)
        while not painting.done:
            painter.step()
        outcomes.append((painting.step, painting.drawing()))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] < 40


def test_it_paints_what_the_cpu_paints(tiny_model: str) -> None:
    """Strokes go the same way. The critic computes in half precision, in which a point that little
    depends on may go another."""
    drawings: list[Tensor] = []
    for device in (torch.device("cpu"), standin.DEVICE):
        painter = Painter(critic.load(tiny_model, device), QUICK)
        painting = painter.begin(spec(steps=6))
        painter.add(painting)
        began = torch.tensor([stroke.points for stroke in painting.drawing().strokes])
        while not painting.done:
            painter.step()
        drawings.append(torch.tensor([stroke.points for stroke in painting.drawing().strokes]))
    moved = (drawings[0] - began).abs().mean()
    apart = (drawings[0] - drawings[1]).abs()
    assert apart.mean() < 0.25 * moved
    assert apart.median() < 0.05 * moved


def test_pictures_are_named_and_described(any_critic: Critic) -> None:
    image = to_image(START)
    namer = any_critic.namer
    assert guesser.guess(namer, [image], ["cat", "dog", "house"])[0]


@pytest.mark.slow
def test_pictures_are_captioned(pocket: Critic) -> None:
    assert captioner.caption(pocket.namer, [to_image(START)], blocked=["cat"])[0]
    assert lexicon.from_disk(pocket.namer) is not None


def test_what_is_answered_can_be_read_without_the_device(any_critic: Critic) -> None:
    """A cluster's head may have none."""
    side = any_critic.image_size
    for vectors in (
        _encode(any_critic, torch.rand(2, 3, side, side)),
        _encode_texts(any_critic, ["a cat"]),
        _encode_texts(any_critic, ["a cat"], naming=True),
    ):
        assert all(vector.device.type == "cpu" for vector in vectors)


def test_nouns_are_kept_for_each_precision(tiny: Critic, tiny_critic: Critic) -> None:
    assert tiny.name == tiny_critic.name
    assert lexicon._path(tiny) != lexicon._path(tiny_critic)


def test_its_capacity_is_measured(tiny: Critic) -> None:
    assert Capacity.measure(Painter(tiny, QUICK)).room >= 1


@pytest.fixture
def told(tiny: Critic) -> Iterator[queue.Queue[Report]]:
    reports: queue.Queue[Report] = queue.Queue()
    worker = Worker(lambda: Painter(tiny, QUICK), reports.put, 1, save_every=10)
    worker.start()
    worker.paint(Job("x", spec(steps=23)))
    yield reports
    worker.close()


def until(reports: queue.Queue[Report], kind: type[Report]) -> list[Report]:
    seen: list[Report] = []
    while not seen or not isinstance(seen[-1], kind):
        seen.append(reports.get(timeout=120))
    return seen


def test_a_worker_paints_and_tells(told: queue.Queue[Report]) -> None:
    reports = until(told, Ended)
    assert isinstance(reports[0], Ready)
    previews = [r.state.step for r in reports if isinstance(r, Preview)]
    assert previews[:2] == [0, 5]
    assert [r.checkpoint.step for r in reports if isinstance(r, Saved)] == [10, 20]
    last = reports[-1]
    assert isinstance(last, Ended)
    assert last.state is not None
    assert (last.error, last.state.step) == (None, 23)
    assert sum(isinstance(r, Stepped) for r in reports) >= 5


def test_a_lost_device_ends_the_worker(tiny: Critic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else's drawing is blamed, and nothing more is tried: the process is to be replaced."""
    reports: queue.Queue[Report] = queue.Queue()
    worker = Worker(lambda: Painter(tiny, QUICK), reports.put, 1)
    worker.start()
    until(reports, Ready)

    def lost(*_: object) -> Tensor:
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered\nmore")

    monkeypatch.setattr(tiny, "encode_images", lost)
    for id_ in "ab":
        worker.paint(Job(id_, spec(steps=9, begin="scribbles")))
    seen = until(reports, Unable)
    worker.close()
    assert not any(isinstance(report, Ended) for report in seen)
    last = seen[-1]
    assert isinstance(last, Unable)
    assert isinstance(last.error, DeviceLost)
    assert "illegal memory access" in str(last.error)
    assert "\n" not in str(last.error)
    assert any(isinstance(report, Began) for report in seen)


def test_running_out_of_memory_loses_nothing() -> None:
    assert not devices.is_lost(torch.OutOfMemoryError("CUDA error: out of memory"))
    assert not devices.is_lost(ValueError("CUDA error"))
    assert devices.is_lost(RuntimeError("CUDA error: device-side assert triggered"))


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cpu:1", "mps:0", "cuda:", "standin"])
def test_an_unknown_device_says_what_there_is(name: str) -> None:
    with pytest.raises(DeviceUnavailable, match="cuda:1"):
        devices.choose(name, "pocket")


def test_whether_a_gpu_is_wanted_is_known_without_one() -> None:
    assert devices.wants_gpu("auto", "ViT-B-32:openai")
    assert devices.wants_gpu("cuda", "pocket")
    assert not devices.wants_gpu(None, "pocket")
    assert not devices.wants_gpu("cpu", "ViT-B-32:openai")


def test_a_device_is_chosen_by_what_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices.choose("auto", "ViT-B-32:openai") == torch.device("cuda")
    assert devices.choose(None, "pocket") == torch.device("cpu")
    assert devices.choose("cuda:1", "pocket") == torch.device("cuda:1")
    with pytest.raises(DeviceUnavailable, match="cuda:1"):
        devices.choose("cuda:2", "pocket")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert devices.choose("auto", "ViT-B-32:openai") == torch.device("cpu")
    for name in ("cuda", "mps"):
        with pytest.raises(DeviceUnavailable, match="--device cpu"):
            devices.choose(name, "ViT-B-32:openai")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ViT-B-32:untrained", "RN50:untrained"])
def test_a_model_in_half_precision_sees_paints_and_reads(name: str) -> None:
    """open_clip leaves what embeds places in full precision, so that is not what to go by."""
    critic_ = critic.load(name, standin.DEVICE)
    assert critic_.dtype == torch.bfloat16
    painter = Painter(critic_, replace(QUICK, views=1))
    painting = painter.begin(spec(steps=1, begin="scribbles"))
    painter.add(painting)
    painter.step()
    assert painting.done
    (score,) = painter.judge([painting.drawing()], painting.parts[0].target, views=1)
    assert -1 <= score <= 1
    assert guesser.guess(critic_.namer, [to_image(START)], ["cat", "dog"])[0]
    assert torch.isfinite(critic_.encode_text(["a cat"]).cpu()).all()
