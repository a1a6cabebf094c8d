"""Kills an editing process again and again: ``python -m tests.editing.killed FOLDER ROUNDS [INNER]``.

Run by tests in a process of its own, which may fork because nothing else runs in it. With INNER, FOLDER is where
:mod:`tests.editing.elsewhere` has made a repository, and somebody else works on that at the same time.
"""

import datetime as dt
import itertools
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bot.editing.desk import Desk
from bot.editing.edits import AddPhrasing
from bot.editing.git.clone import cloned
from bot.editing.git.remote import Remote
from bot.editing.git.sync import Sync
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import LiveKnowledge
from tests.editing.elsewhere import Elsewhere

Opener = Callable[[], tuple[Path, Desk[KnowledgeBase]]]


def edit_for_ever(opener: Opener, told: int, name: str) -> None:
    """Add phrasings until killed, and tell each that is confirmed."""
    folder, desk = opener()
    live = LiveKnowledge(folder, lambda base: base)
    os.write(told, b"\n")
    for number in itertools.count():
        phrasing = f"wording {name} x {number}"
        draft = desk.draft(AddPhrasing("ladder", phrasing), live)
        desk.confirm(draft, live, "Ann", dt.datetime.now(dt.UTC))
        os.write(told, f"{phrasing}\n".encode())


def killed_once(opener: Opener, name: str, wait: float, *, told_before: int) -> list[str]:
    """Let a process edit for a moment and kill it; give back what it confirmed.

    Args:
        opener: opens the folder.
        name: goes into the phrasings.
        wait: seconds of the moment.
        told_before: what the moment begins after: 0 for nothing, 1 for the folder's being open, 2 for an edit too.
    """
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        edit_for_ever(opener, told, name)
    os.close(told)
    with os.fdopen(heard, encoding="utf-8") as file:
        heard_before = [file.readline() for _ in range(told_before)]
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "".join([*heard_before, file.read()]).split("\n")[1:-1]


def edited_once(opener: Opener) -> tuple[str, float]:
    """Make one edit; give back its phrasing and the seconds that it took, here and now."""
    folder, desk = opener()
    live = LiveKnowledge(folder, lambda base: base)
    begun = time.perf_counter()
    desk.confirm(desk.draft(AddPhrasing("ladder", "the first"), live), live, "Ann", dt.datetime.now(dt.UTC))
    return "the first", time.perf_counter() - begun


def check(opener: Opener, confirmed: list[str]) -> None:
    """Check whether the files load and hold all that was confirmed, and whether the history says the same."""
    folder, desk = opener()
    kept = load(folder).entries["ladder"].phrasings
    lost = set(confirmed) - set(kept)
    assert not lost, lost
    assert len(desk.history("ladder")) == len(kept) - 3, "the history and the files tell different stories"


def main(folder: Path, rounds: int, inner: str | None) -> None:
    """Kill and check; print how many edits were confirmed."""
    draw = random.Random(0)  # noqa: S311 (instants, nothing secret)
    there = Elsewhere(folder / "bare.git", folder / "work", folder / "home")

    def opener() -> tuple[Path, Desk[KnowledgeBase]]:
        if inner is None:
            return folder, Desk(folder)
        clone = cloned(Remote(str(there.bare)), inner, there.home)
        return clone.folder, Desk(clone.folder, Sync(clone))

    first, takes = edited_once(opener)
    confirmed = [first]
    for number in range(rounds):
        # Some while the folder is opened, where what the one before left is finished; most while they edit, and some
        # of those once they have: on a busy machine others may not come to it.
        wait, told_before = draw.uniform(0, 3 * takes), (0, 1, 1, 2)[number % 4]
        confirmed += killed_once(opener, f"n{number}", wait, told_before=told_before)
        if inner and number % 3 == 0:
            there.commit("guard statement\n", f"guard statement\n      - seen by {number}\n")
        check(opener, confirmed)
    if inner:
        sent = there.text()
        assert not [phrasing for phrasing in confirmed if f"- {phrasing}\n" not in sent], "not everything was sent"
    print(len(confirmed) - 1)  # noqa: T201 (what the tests read)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
