"""The published JSON Schemas, with which text editors complete and check the YAML files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from bot.knowledge.model import Case, Entry, Event, Person, Questions, Source, Value, WithdrawnEntry, Words

FILES: Final[Mapping[str, tuple[str | None, type[Value]]]] = {
    "case": (None, Case),
    "sources": ("sources", Source),
    "people": ("people", Person),
    "timeline": ("events", Event),
    "faq": ("entries", Entry),
    "synonyms": (None, Words),
    "questions": (None, Questions),
}
"""Maps the name of a schema to the key under which the file lists its items (None if the file is a single item), and to
the model of an item."""


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of knowledge file.

    Args:
        name: a key of :data:`FILES`.
    """
    key, model = FILES[name]
    models: list[type[Value]] = [model, *([WithdrawnEntry] if model is Entry else [])]
    refs, definitions = models_json_schema([(each, "validation") for each in models])
    item: dict[str, Any] = refs[model, "validation"]
    if model is Entry:
        item = {"anyOf": list(refs.values())}
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
    """Write all schemas to a folder, which is created if it does not exist.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        text = json.dumps(json_schema(name), indent=2, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")
