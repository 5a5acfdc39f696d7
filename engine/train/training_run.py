"""Training a judge for some minutes: checkpoints on the way, resumed when it was stopped."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

_RATE, _DECAY = 2e-3, 0.05  # of AdamW
_WARM = 200  # steps until the rate is at its highest
_KEPT_EVERY = 120.0  # seconds


def train(
    net: nn.Module,
    loss: Callable[[Generator], Tensor],
    out: Path,
    about: dict[str, Any],
    *,
    minutes: float,
    seed: int,
    clock: Callable[[], float] = time.process_time,
) -> None:
    """Lower a loss of `net`, a function of random numbers of the step's own, for some minutes of
    processor time.

    The learning rate falls by a cosine. `out` is replaced every two minutes and at the end: a
    dictionary of the `net`'s state, `optimiser`, `step`, `spent` and what there is to say `about`
    it. If it exists, training goes on from there.
    """
    optimiser = torch.optim.AdamW(net.parameters(), _RATE, weight_decay=_DECAY, fused=True)
    step, spent = 0, 0.0
    if out.exists():
        kept = torch.load(out, weights_only=True)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        step, spent = kept["step"], kept["spent"]
    net.train()
    since, saved = clock(), spent
    while spent < 60 * minutes:
        progress = spent / (60 * minutes)
        pace = 0.005 + 0.995 * (1 + math.cos(math.pi * progress)) / 2
        for group in optimiser.param_groups:
            group["lr"] = _RATE * pace * min(1.0, (step + 1) / _WARM)
        loss(np.random.default_rng([seed, step])).backward()
        optimiser.step()
        optimiser.zero_grad()
        step += 1
        now = clock()
        spent, since = spent + now - since, now
        if spent - saved > _KEPT_EVERY or spent >= 60 * minutes:
            saved = spent
            state = {
                **about,
                "net": net.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step,
                "spent": spent,
            }
            fresh = out.with_suffix(".new")
            torch.save(state, fresh)
            fresh.replace(out)
