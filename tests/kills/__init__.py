"""Bot and engine killed for real, with SIGKILL, while people play over Discord's protocol.

The people and what must hold are those of tests/simulation; here processes, sockets, the disk, the
engine and the renderer are real, and so is time.
"""
