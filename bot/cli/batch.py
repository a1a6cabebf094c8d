"""Answering questions in bulk: JSON Lines in, JSON Lines out, in the same order."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from bot.answering.answerer import Answerer
from bot.cli.console import as_json


def run(answerer: Answerer, lines: Iterable[bytes], out: TextIO) -> None:
    """Answer each line of the form ``{"id": str, "text": str}`` with one line.

    Args:
        answerer: the answerer.
        lines: lines in UTF-8. An invalid line is answered with ``{"id", "error"}``.
        out: the stream to write to. It is flushed after each line, so that a program at the other end of a pipe can
            ask one question at a time.
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
