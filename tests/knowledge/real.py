"""The shipped FAQ as text, for edits of it."""

import difflib
from typing import Any

import yaml

from tests.places import KNOWLEDGE

REAL = {f"faq/{path.name}": path.read_bytes().decode() for path in sorted((KNOWLEDGE / "faq").glob("*.yaml"))}
ENTRIES: dict[str, dict[str, Any]] = {
    item["id"]: item for text in REAL.values() for item in yaml.load(text, yaml.CSafeLoader)["entries"]
}


def diff(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]
