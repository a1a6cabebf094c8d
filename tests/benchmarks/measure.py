"""Clock and scales. Times are of the processor: what else the machine does is not counted, only felt in the caches."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")
WARM_UP = 3
"""First calls, which fill caches and are not counted."""
_STATUS = Path("/proc/self/status")
"""Of Linux; other systems get no figures for memory."""


class Timing(NamedTuple):
    """Seconds a call: the median, and what 99 of 100 calls stay under."""

    p50: float
    p99: float


class Memory(NamedTuple):
    """Bytes: by how much the process grew when it was built and asked, and the most the whole process ever took."""

    growth: float
    peak: float


def timed(build: Callable[[], T]) -> tuple[T, float]:
    """Return what `build` returns, and the seconds it took."""
    start = process_time()
    built = build()
    return built, process_time() - start


def run(command: Sequence[str]) -> tuple[str, float]:
    """Run a command to its end; return what it wrote and the seconds it took (none are known on Windows)."""
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    after = os.times()
    started, ended = (times.children_user + times.children_system for times in (before, after))
    return done.stdout, ended - started or float("nan")


def interleaved(calls: Mapping[str, Callable[[str], object]], texts: Sequence[str]) -> dict[str, Timing]:
    """Time all `calls` with each of `texts` in turn, so that whatever else the machine does hits all of them alike."""
    for call in calls.values():
        for text in texts[:WARM_UP]:
            call(text)
    random = Random(3)  # noqa: S311
    order = list(calls)
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for text in texts:
        random.shuffle(order)
        for name in order:
            start = process_time()
            calls[name](text)
            seconds[name].append(process_time() - start)
    return {name: Timing(float(np.median(took)), float(np.quantile(took, 0.99))) for name, took in seconds.items()}


def memory_in_own_process(contender: str, size: int, knowledge: Path) -> Memory:
    """Return the memory that a contender takes for a FAQ of `size` phrasings."""
    printed, _ = run([sys.executable, "-m", "tests.benchmarks.memory", contender, str(size), str(knowledge)])
    return Memory(*map(float, printed.split()))


def memory_of_this_process() -> tuple[float, float]:
    """Return the bytes of main memory that this process takes, and the most it ever took; NaN where not known."""
    if not _STATUS.exists():
        return float("nan"), float("nan")
    lines = dict(line.split(":", 1) for line in _STATUS.read_text("ascii", "replace").splitlines())
    now, most = (float(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, most
