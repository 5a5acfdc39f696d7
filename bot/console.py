"""The command `penguess`: hands each of its commands to the package that does it.

Nothing is imported before it is clear which that is, so that help comes at once, and `penguess
draw` works where discord.py is not installed.
"""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from engine.version import VERSION
from engine.waiting import waiting

_HELP = """usage: penguess COMMAND [options]

  play        the bot: in Discord with DISCORD_TOKEN, else on a page of its own
  draw        turn a prompt into a drawing: penguess draw "a cat"
  morph       let one drawing become another, in a film
  sculpt      strokes in three dimensions, on a turntable
  guess       name what pictures show
  caption     describe pictures in a phrase
  telephone   a chain of drawings and captions, played by the bot alone
  pictionary  games that the bot plays with itself: one draws, another guesses
  breed       nine drawings, and the children of those that you choose
  serve       the engine alone, over HTTP
  bench       measure
  backup      copy what the bot keeps; restore puts it back, config prints the settings

penguess COMMAND --help says more; penguess --version says which version this is.
"""

_BOT = ("play", "backup", "restore", "config")
_GAMES = ("telephone", "pictionary", "breed")
_ENGINE = ("draw", "morph", "sculpt", "guess", "caption", "serve", "bench")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, 2 for bad input, 130 for Ctrl-C."""
    # So that what is temporary goes when the process is told to.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    arguments = list(sys.argv[1:] if argv is None else argv)
    match arguments:
        case ["-h" | "--help"]:
            print(_HELP, end="")
            return 0
        case ["--version" | "-V"]:
            print(f"penguess {VERSION}")
            return 0
        case [command, *_] if command in _BOT:
            return _main("bot.command_line", "discord")(arguments, prog="penguess")
        case [command, *_] if command in _GAMES:
            return _main("games.__main__")(arguments, prog="penguess")
        case [command, *_] if command in _ENGINE:
            return _main("engine.command_line")(arguments, prog="penguess")
        case []:
            print(_HELP, end="", file=sys.stderr)
        case _:
            command = arguments[0]
            print(f"penguess: no command is called {command!r} (penguess --help)", file=sys.stderr)
    return 2


def _main(module: str, needs: str = "") -> Callable[..., Any]:
    """The main function of a module. A missing extra is told in one line."""
    try:
        with waiting("starting"):
            return importlib.import_module(module).main
    except ModuleNotFoundError as error:
        if not needs or (error.name or "").partition(".")[0] != needs:
            raise
        print("penguess: the bot is not installed: pip install 'penguess[bot]'", file=sys.stderr)
        raise SystemExit(2) from error
