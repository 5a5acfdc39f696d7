"""`python -m engine`: see engine/command_line.py."""

import signal
import sys

from engine.command_line import main

if __name__ == "__main__":
    # So that what is temporary goes when the process is told to.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    sys.exit(main())
