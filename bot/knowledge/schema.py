"""The published JSON Schemas, with which editors complete and check while a moderator types."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from bot.knowledge.model import Case, Entry, Event, Person, Questions, Source, Value, Words

FILES: Final[Mapping[str, tuple[str | None, type[Value]]]] = {
    "case": (None, Case),
    "sources": ("sources", Source),
    "people": ("people", Person),
    "timeline": ("events", Event),
    "faq": ("entries", Entry),
    "synonyms": (None, Words),
    "questions": (None, Questions),
}
"""Name of a schema -> the key under which its file lists items (None: the file is one item), and what an item is."""


def json_schema(name: str) -> dict[str, Any]:
    """Make the JSON Schema (draft 2020-12) of a kind of knowledge file.

    Args:
        name: a key of :data:`FILES`.
    """
    key, model = FILES[name]
    refs, definitions = models_json_schema([(model, "validation")])
    item = refs[model, "validation"]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"casebot: {name}",
        **definitions,
    }
    if key is None:
        return head | item
    listed = {"type": "array", "items": item}
    return head | {"type": "object", "properties": {key: listed}, "required": [key], "additionalProperties": False}


def write(folder: Path) -> None:
    """Write all schemas into a folder, which is made if it does not exist.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        text = json.dumps(json_schema(name), indent=2, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")
