"""How many things to do at a time, and how to do them in several processes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

JOBS = "ANCHORBOOK_JOBS"


def available() -> int:
    """One for each core of the machine, or what ``ANCHORBOOK_JOBS`` says where others work there too. The site is the same."""
    said = os.environ.get(JOBS, "")
    return int(said) if said.isdecimal() and int(said) > 0 else os.cpu_count() or 1


def aside(command: list[str]) -> list[str]:
    """The command of a program that takes only the time that others leave, where the system can do that.

    For work that must be done by the end, beside work that others wait for.
    """
    nice = shutil.which("nice") if os.name == "posix" else None
    return [nice, "-n", "15", *command] if nice else command


@contextmanager
def spread(work: Callable[[Any], Any], batches: Iterable[Any], processes: int, *, copies: bool = False) -> Iterator[Iterator[Any]]:
    """What ``work`` makes of each batch, in order, as far as it is done; meanwhile the caller may do something else.

    With more than one process these begin at once, and know nothing but ``work``: so it does not matter which threads and locks
    the caller has. ``work`` and batches must be such that they can be sent. With one process the caller does a batch when it asks for it.

    :raises BrokenProcessPool: when one of the processes is ended from outside
    :param copies: have the system begin them as it does by itself; on Linux as copies of this process, which cost nothing to start
    """
    if processes < 2:
        yield map(work, batches)
        return
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context(None if copies else "spawn"), _start, (work,))
    try:
        yield _handed_out(pool, list(batches))
    finally:
        pool.shutdown(cancel_futures=True)


def _handed_out(pool: ProcessPoolExecutor, batches: list[Any]) -> Iterator[Any]:
    try:
        return pool.map(_do, batches)
    except (OSError, ValueError) as error:  # one has ended while another was beginning, and took the pipes with it
        raise BrokenProcessPool("A process could not begin.") from error


_work: Callable[[Any], Any] | None = None


def _start(work: Callable[[Any], Any]) -> None:
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one that started it
    # One whose parent was killed would wait for work for ever.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # It makes much and keeps little: collect rarely.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _do(batch: Any) -> Any:
    assert _work is not None
    return _work(batch)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
