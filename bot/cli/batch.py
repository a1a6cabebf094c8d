"""Answering questions in bulk: JSON Lines in, JSON Lines out, in the same order."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO, Final, TextIO

from bot.answering.answerer import Answerer
from bot.answering.json_form import as_json

LONGEST_LINE: Final = 1_000_000
"""The longest line to read, in bytes; the text of a Discord message has a few thousand."""

_NO_OBJECT: Final = 'not a JSON object; write {"id": "...", "text": "..."}'


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, each up to a byte more than :data:`LONGEST_LINE`. The rest of a line is skipped."""
    for line in iter(partial(file.readline, LONGEST_LINE + 1), b""):
        yield line
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)


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
    if len(line) > LONGEST_LINE:
        return {"id": None, "error": f"longer than {LONGEST_LINE:,} bytes"}
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": _NO_OBJECT}
    if not isinstance(asked, dict):
        return {"id": None, "error": _NO_OBJECT}
    id_, text = asked.get("id"), asked.get("text")
    if not isinstance(id_, str):
        return {"id": None, "error": "`id` must be text"}
    if not isinstance(text, str):
        return {"id": id_, "error": "`text` must be text"}
    return {"id": id_, **as_json(answerer.answer(text))}
