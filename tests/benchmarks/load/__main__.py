"""The command: measures and prints tables in Markdown."""

import argparse
import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import count, cycle
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from bot.config import shipped_knowledge
from bot.knowledge.load import load
from tests.benchmarks.load.crowd import CHANNELS, GUILDS, Crowd
from tests.benchmarks.load.subject import Subject, casebot, pong, started
from tests.wire.server import Wire, running

AT_ONCE: Final = 32
"""Questions that wait for an answer at any time, where it is as fast as it can be."""

WARM_UP: Final = GUILDS * CHANNELS + 500
"""Every channel once: discord.py looks through all it knows whenever it meets a new one."""

RATES: Final = (50, 100, 150, 200, 250, 300, 400, 500, 600, 800)
SATURATED: Final = 0.95
"""Share of questions answered in time below which no greater rate is tried."""

NEW: Final = "casebot, each question new"
AGAIN: Final = "casebot, questions that come again"
PONG: Final = "pong"

Command = Callable[[Wire, Path], tuple[Sequence[str], Mapping[str, str]]]

SUBJECTS: Final[Mapping[str, tuple[Command, bool]]] = {
    NEW: (casebot, True),
    AGAIN: (casebot, False),
    "pong, laid out as an answer": (lambda wire, _: pong(wire, "--laid-out"), False),
    PONG: (lambda wire, _: pong(wire), False),
}
"""The bots, and whether nobody asks in the words of somebody before."""


@contextlib.asynccontextmanager
async def crowded(name: str) -> AsyncIterator[tuple[Subject, Crowd]]:
    """Yield a bot that has been to every channel, and the crowd."""
    command, new = SUBJECTS[name]
    base = load(shipped_knowledge())
    asked = [text for group in base.questions.answered for text in group.ask]
    random = Random(0)  # noqa: S311 (repeatable, nothing secret)
    # Which number stands behind a question changes nothing but that it is another text.
    questions = (f"{random.choice(asked)} {number}" for number in count()) if new else cycle(asked)
    async with running() as wire:
        wire.limits.limit = 1_000
        crowd = Crowd(wire, questions)
        with TemporaryDirectory() as folder:
            async with started(*command(wire, Path(folder)), wire) as subject:
                await crowd.hurry(WARM_UP, AT_ONCE)
                yield subject, crowd


async def capacity(rounds: int, questions: int) -> None:
    """Compare how many questions a second each bot answers if it always has enough of them."""
    rates: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    costs: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    async with contextlib.AsyncExitStack() as stack:
        there = {name: await stack.enter_async_context(crowded(name)) for name in SUBJECTS}
        for _ in range(rounds):
            for name, (subject, crowd) in there.items():
                cpu = subject.cpu
                seconds, _ = await crowd.hurry(questions, AT_ONCE)
                rates[name].append(questions / seconds)
                costs[name].append(1000 * (subject.cpu - cpu) / questions)
        odd = sum(len(crowd.odd) for _, crowd in there.values())
    _row("", "questions per second", "of pong's", "CPU per question")
    _row("---", *["---:"] * 3)
    for name in SUBJECTS:
        ratio = median(mine / theirs for mine, theirs in zip(rates[name], rates[PONG], strict=True))
        _row(name, f"{median(rates[name]):.0f}", f"{ratio:.2f}", f"{median(costs[name]):.2f} ms")
    print(f"\n{rounds} rounds of {questions:,} questions each, medians; {odd} odd replies.\n")  # noqa: T201


async def rising(name: str, seconds: float) -> None:
    """Show how long members wait at rising rates."""
    async with crowded(name) as (subject, crowd):
        _row(name, "answered", "p50", "p99", "CPU of the bot", "CPU of the server", "memory")
        _row("---", *["---:"] * 6)
        for rate in RATES:
            cpu, own = subject.cpu, sum(os.times()[:2])
            asked, waited = await crowd.at_rate(rate, seconds, patience=1.0)
            p50, p99 = np.quantile(waited, (0.5, 0.99)) if waited else (float("nan"),) * 2
            share = len(waited) / asked
            _row(
                f"{rate} a second",
                f"{100 * share:.1f}%",
                f"{1000 * p50:.0f} ms",
                f"{1000 * p99:.0f} ms",
                f"{100 * (subject.cpu - cpu) / seconds:.0f}%",
                f"{100 * (sum(os.times()[:2]) - own) / seconds:.0f}%",
                f"{subject.memory / 1e6:.0f} MB",
            )
            if share < SATURATED:
                break
    print()  # noqa: T201 (the table's end)


async def memory(total: int, step: int, name: str) -> None:
    """Show that the bot's memory does not grow with the questions it has answered."""
    async with crowded(name) as (subject, crowd):
        _row("questions", "memory")
        _row("---:", "---:")
        _row("0", f"{subject.memory / 1e6:.0f} MB")
        for answered in range(step, total + 1, step):
            await crowd.hurry(step, AT_ONCE)
            _row(f"{answered:,}", f"{subject.memory / 1e6:.0f} MB")
        print(f"\n{len(crowd.odd)} odd replies.\n")  # noqa: T201


def _row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)  # noqa: T201


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load", description=__doc__)
    parser.add_argument("what", nargs="*", choices=["capacity", "rising", "memory", []], help="default: all three")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="of the comparison; default: %(default)s")
    parser.add_argument("--questions", type=int, default=1_500, metavar="N", help="a round; default: %(default)s")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="at each rate; default: %(default)s")
    parser.add_argument("--total", type=int, default=200_000, metavar="N", help="for the memory; default: %(default)s")
    parser.add_argument("--again", action="store_true", help="for the memory: with questions that come again")
    options = parser.parse_args()
    what = options.what or ["capacity", "rising", "memory"]
    if "capacity" in what:
        asyncio.run(capacity(options.rounds, options.questions))
    if "rising" in what:
        for name in SUBJECTS:
            asyncio.run(rising(name, options.seconds))
    if "memory" in what:
        asyncio.run(memory(options.total, options.total // 20, AGAIN if options.again else NEW))


if __name__ == "__main__":
    main()
