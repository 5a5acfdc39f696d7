"""`python -m engine`: see engine/command_line.py."""

import signal
import sys

from engine.waiting import waiting

if __name__ == "__main__":
    # So that what is temporary goes when the process is told to.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with waiting("starting"):
        from engine.command_line import main
    sys.exit(main())
