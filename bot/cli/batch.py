"""Questions by the thousand: JSON Lines in, JSON Lines out, in the same order."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from bot.answering.answerer import Answerer
from bot.cli.console import as_json


def run(answerer: Answerer, lines: Iterable[bytes], out: TextIO) -> None:
    """Answer each line of ``{"id": str, "text": str}`` with one line.

    Args:
        answerer: answers.
        lines: UTF-8 encoded lines; one that cannot be used yields ``{"id", "error"}`` in its place.
        out: gets the lines, each written through at once so that a program at the other end of a
            pipe may ask one by one.
    """
    for line in lines:
        out.write(json.dumps(_answer(answerer, line), ensure_ascii=False) + "\n")
        out.flush()


def _answer(answerer: Answerer, line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": 'not a JSON object; write {"id": "...", "text": "..."}'}
    if not isinstance(asked, dict):
        return {"id": None, "error": 'not a JSON object; write {"id": "...", "text": "..."}'}
    id_, text = asked.get("id"), asked.get("text")
    if not isinstance(id_, str):
        return {"id": None, "error": "`id` must be a text"}
    if not isinstance(text, str):
        return {"id": id_, "error": "`text` must be a text"}
    return {"id": id_, **as_json(answerer.answer(text))}
