"""The shipped entries as text, for edits of them."""

import difflib
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from bot.editing.items import ItemFile
from tests.places import KNOWLEDGE

_ENTRY: Final = re.compile(r"(?m)^(?=  - id: )")
_TOGETHER: Final = 6


def _parts() -> Iterator[tuple[str, str]]:
    """Cut the files of the FAQ into short ones, each line as it stands there: a long one takes long to parse."""
    for path in sorted((KNOWLEDGE / "faq").glob("*.yaml")):
        head, *entries = _ENTRY.split(path.read_bytes().decode())
        for start in range(0, len(entries), _TOGETHER):
            yield (
                f"faq/{path.stem}-{start}.yaml",
                "".join([head, *entries[start : start + _TOGETHER]]).rstrip("\n") + "\n",
            )


REAL: Final = {path: ItemFile(path, text) for path, text in _parts()}
"""Files by their paths."""

ENTRIES: Final[dict[str, dict[str, Any]]] = {
    item["id"]: item for file in REAL.values() for item in yaml.load(file.text, yaml.CSafeLoader)["entries"]
}
"""Every shipped entry as it is written, by its id."""


def diff(old: str, new: str) -> list[str]:
    """Return the lines that differ, with their signs."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]
