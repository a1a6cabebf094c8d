"""The files with what was recorded: compared, shown where they differ, written again."""

import difflib
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "golden"
AGAIN: Final = "python -m tests.recordings --write"

_FIGURE: Final = re.compile(r"(?<![\d.])\d+\.\d+(?![\d.])|\d+(?=% likely)|(?<=likely against )\d+(?=%)")
"""Figures that are rounded; other processors add up in another order, so that the last digit may differ by one."""

LIKE: Final = 0.015
"""Difference of two chances, 0 to 1, that counts as none: training adds up what other processors and numbers of threads
add up in another order, and a chance that depends on it differs by up to a hundredth."""

_SHOWN: Final = 200
"""Lines of a difference that a failure shows."""


class Writing:
    """As a plugin of pytest, it tells the tests to write the files instead of comparing."""


def path_of(name: str) -> Path:
    """Return the file of a scenario."""
    return FOLDER / f"{name}.txt"


def read(name: str) -> list[str]:
    """Return the lines that were recorded of a scenario; none if it never was."""
    path = path_of(name)
    return path.read_text("utf-8").splitlines() if path.exists() else []


def recorded() -> dict[str, str]:
    """Return the text of all files by the names of their scenarios."""
    return {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))}


def keep_only(names: Iterable[str]) -> None:
    """Remove the files of all other scenarios."""
    for stale in recorded().keys() - set(names):
        path_of(stale).unlink()


def write(name: str, lines: Sequence[str]) -> None:
    """Keep the lines of a scenario; figures that are as good as those of before stay as they are."""
    FOLDER.mkdir(exist_ok=True)
    path_of(name).write_text("".join(f"{line}\n" for line in settled(read(name), lines)), "utf-8", newline="\n")


def difference(name: str, lines: Sequence[str]) -> str:
    """Return how the lines of a scenario differ from the recorded ones, and what to do about it; empty if equal."""
    before = read(name)
    shown = [*difflib.unified_diff(before, settled(before, lines), f"golden/{name}.txt", "now", lineterm="")]
    if not shown:
        return ""
    more = [f"... and {len(shown) - _SHOWN} more lines"] if len(shown) > _SHOWN else []
    hint = f"If that is meant, record it again and read what has changed before you commit it: {AGAIN}"
    return "\n".join([*shown[:_SHOWN], *more, "", hint])


def settled(before: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Take over the figures of before wherever those of now are as good as the same."""
    if list(before) == list(lines):
        return list(lines)
    old, new = ([_FIGURE.sub("#", line) for line in each] for each in (before, lines))
    if old == new:
        return [_nearly(*pair) for pair in zip(before, lines, strict=True)]
    result = list(lines)
    for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for at in range(block.size):
            result[block.b + at] = _nearly(before[block.a + at], lines[block.b + at])
    return result


def _nearly(before: str, now: str) -> str:
    figures = zip(_FIGURE.findall(before), _FIGURE.findall(now), strict=True)
    return before if all(_as_good_as_same(*pair) for pair in figures) else now


def _as_good_as_same(one: str, other: str) -> bool:
    # "0.239" may be a rounded 0.2390: what is written as a JSON number has no zeros at its end.
    digits = min(len(each.partition(".")[2]) for each in (one, other))
    chances = digits and max(float(one), float(other)) <= 1
    return abs(float(one) - float(other)) < max(1.5 * math.pow(10, -digits), LIKE if chances else 0)
