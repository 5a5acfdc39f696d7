"""`python -m bot`: see bot/command_line.py."""

import sys

if __name__ == "__main__":
    # Imported here, because the renderer's processes import this module as theirs and need
    # nothing of it.
    from bot.command_line import main

    sys.exit(main())
