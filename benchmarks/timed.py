"""Runs a command and writes what it needed: ``python timed.py RESULT COMMAND ...``.

A process of its own, and a small one. The kernel counts the memory of the process that starts a command as the
command's own, so a large one that starts it would hide what a small command needs.
"""

import os
import sys
import time

result, *command = sys.argv[1:]
start = time.perf_counter()
child = os.fork()
if not child:
    try:
        os.execvp(command[0], command)
    finally:
        os._exit(127)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
with open(result, "w", encoding="ascii") as out:
    print(seconds, usage.ru_utime + usage.ru_stime, largest, os.waitstatus_to_exitcode(status), file=out)
