"""Kills an editing process again and again: ``python -m tests.knowledge.killed FOLDER ROUNDS``.

Run by test_desk in a process of its own, which may fork because nothing else runs in it.
"""

import datetime as dt
import itertools
import os
import random
import signal
import sys
import time
from pathlib import Path

from bot.knowledge.edit.desk import Desk
from bot.knowledge.edit.edits import AddPhrasing
from bot.knowledge.live import LiveKnowledge
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase


def edit_for_ever(folder: Path, told: int, name: str) -> None:
    """Add phrasings until killed, and tell each that is confirmed."""
    desk: Desk[KnowledgeBase] = Desk(folder)
    live = LiveKnowledge(folder, lambda base: base)
    for number in itertools.count():
        phrasing = f"wording {name} x {number}"
        draft = desk.draft(AddPhrasing("ladder", phrasing), live)
        desk.confirm(draft, live, "Ann", dt.datetime.now(dt.UTC))
        os.write(told, f"{phrasing}\n".encode())


def killed_once(folder: Path, name: str, wait: float) -> list[str]:
    """Let a process edit for a moment and kill it; give back what it confirmed."""
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        edit_for_ever(folder, told, name)
    os.close(told)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(heard, encoding="utf-8") as file:
        return file.read().splitlines()


def main(folder: Path, rounds: int) -> None:
    """Kill, and look whether the files load and hold all that was confirmed; print how many edits that were."""
    draw = random.Random(0)  # noqa: S311 (instants, nothing secret)
    confirmed: list[str] = []
    for number in range(rounds):
        confirmed += killed_once(folder, f"n{number}", draw.uniform(0.005, 0.15))
        load(folder)
        told = Desk[KnowledgeBase](folder).history()
        kept = load(folder).entries["ladder"].phrasings
        lost = set(confirmed) - set(kept)
        assert not lost, lost
        assert len(told) == len(kept) - 3, "the history and the files tell different stories"
    print(len(confirmed))  # noqa: T201 (what test_desk reads)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
