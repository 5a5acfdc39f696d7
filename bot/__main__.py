"""`python -m bot`: see bot/command_line.py."""

import sys

if __name__ == "__main__":
    # Imported here, because the renderer's processes import this module as theirs and need
    # nothing of it.
    try:
        from bot.command_line import main

        code = main()
    except KeyboardInterrupt:  # before there is anything to end
        code = 130
    sys.exit(code)
