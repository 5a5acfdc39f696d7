"""`penguess serve`: the engine as a process that draws and guesses over HTTP."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from engine.device import wants_gpu
from engine.paint.painter import Painter
from engine.refusal import Refusal
from engine.see import ensemble
from engine.serve import process
from engine.serve.worker import Hire, Worker


def serve(args: argparse.Namespace) -> int:
    def load() -> Painter:
        return Painter(ensemble.load(args.model, args.device, compiled=args.compile))

    with _painters(args, load) as hire:
        return process.run(hire, host=args.host, port=args.port, uds=args.uds, child=args.child)


@contextmanager
def _painters(args: argparse.Namespace, load: Callable[[], Painter]) -> Iterator[Hire]:
    """A thread of this process, or a cluster."""
    if not args.cluster:
        if args.address or args.replicas:
            raise Refusal("--address and --replicas go with --cluster")
        yield partial(Worker, load)
        return
    if args.cpus < 1:
        raise Refusal(f"--cpus is 1 or more, not {args.cpus}")
    try:
        cluster = importlib.import_module("engine.serve.cluster")
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("ray"):
            raise
        raise Refusal("--cluster needs Ray: pip install 'penguess[cluster]'") from error
    deploy = partial(
        cluster.deploy,
        load,
        address=args.address,
        replicas=args.replicas,
        cpus=args.cpus,
        gpu=wants_gpu(args.device, args.model),
    )
    try:
        yield partial(cluster.Cluster, deploy)
    finally:
        cluster.leave()
