"""Writes ``tests/data/november_2026``: what a bot of November 2026 left on its disk, on a server and at Discord.

It was run once with the code of commit abd5765: ``PYTHONPATH=. python scripts/november_2026/make.py``. It refuses to
run with later code, since it is the old code that has to write the fixtures which later code must be able to open
(``tests/upgrade``). It is kept to document how they were made; ``tar tzvf`` and ``sqlite3`` show what is in them.

The clock is stopped and random numbers are seeded, so a second run gives the same, except for the salts of SQLite's
write-ahead log and the inodes and times in git's index.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import database
import editing
import surface
from world import COMMIT

import bot

ROOT: Final = Path(__file__).resolve().parents[2]
TARGET: Final = ROOT / "tests" / "data" / "november_2026"


def main() -> None:
    """Replace the fixtures."""
    compare = ["git", "-C", str(ROOT), "diff", "--quiet", COMMIT, "--", "bot"]
    changed = subprocess.run(compare, check=False).returncode  # noqa: S603 (fixed words)
    if changed or Path(bot.__file__).parent != ROOT / "bot":
        message = f"The code is not that of commit {COMMIT}."
        raise SystemExit(message)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    database.make(TARGET)
    editing.make(TARGET)
    surface.make(TARGET)
    for path in sorted(TARGET.rglob("*")):
        if path.is_file():
            print(f"{path.stat().st_size:7} {path.relative_to(TARGET)}")


if __name__ == "__main__":
    main()
