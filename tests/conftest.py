"""One thread of arithmetic a process: engines and tests share the cores, and waiting for each
other at every barrier makes two threads many times slower than one."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
