"""The published schemas: what an editor refuses is what the loader refuses."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.knowledge.schema import FILES, json_schema
from tests.places import KNOWLEDGE


def files_of(name: str) -> list[Path]:
    return sorted((KNOWLEDGE / "faq").glob("*.yaml")) if name == "faq" else [KNOWLEDGE / f"{name}.yaml"]


def plain(path: Path) -> dict[str, Any]:
    """Read a file as an editor does, for which a date is a text in a certain form."""
    content: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
    return content


@pytest.mark.parametrize("name", FILES)
def test_the_published_schema_is_the_current_one(name: str) -> None:
    published = json.loads((KNOWLEDGE / "schema" / f"{name}.json").read_text("utf-8"))
    assert published == json_schema(name), "run: casebot schema --write knowledge/schema"


@pytest.mark.parametrize("name", FILES)
def test_the_schema_accepts_the_shipped_files_and_refuses_unknown_keys(name: str) -> None:
    schema = json_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in files_of(name):
        content = plain(path)
        jsonschema.validate(content, schema)
        with pytest.raises(jsonschema.ValidationError, match="nonsense"):
            jsonschema.validate({**content, "nonsense": 1}, schema)


@pytest.mark.parametrize("path", [path for name in FILES for path in files_of(name)], ids=lambda path: path.name)
def test_every_file_points_editors_to_its_schema(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    hint = "# yaml-language-server: $schema="
    assert first.startswith(hint)
    assert (path.parent / first.removeprefix(hint)).is_file()
