"""The log as an operator, or a machine, reads it."""

import contextlib
import datetime as dt
import json
import logging
import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ops import logs


@contextlib.contextmanager
def logged(level: str, form: Literal["console", "json"]) -> Iterator[None]:
    """Set up the log of a process that has just begun."""
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    root.handlers.clear()
    try:
        logs.set_up(level, form)
        yield
    finally:
        root.handlers[:], root.level = handlers, before


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("INFO", "json"):
        logging.getLogger("bot.somewhere").info("Two\nlines of %s", "text")
        logging.getLogger("bot.somewhere").debug("not shown")
    (line,) = capsys.readouterr().err.splitlines()
    shown = json.loads(line)
    assert dt.datetime.fromisoformat(shown.pop("time")).tzinfo
    assert shown == {"level": "INFO", "logger": "bot.somewhere", "message": "Two\nlines of text"}


def test_json_holds_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("INFO", "json"):
        try:
            int("seven")
        except ValueError:
            logging.getLogger("bot.somewhere").exception("It failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: invalid literal for int() with base 10: 'seven'" in json.loads(line)["exc_info"]


def test_a_person_reads_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("WARNING", "console"):
        logging.getLogger("bot.somewhere").warning("It is %s", "late")
    assert capsys.readouterr().err.endswith("WARNING bot.somewhere: It is late\n")


RECORD = re.compile(r"20\d\d-[\d-]+ [\d:,]+ [A-Z]+ ")
TEXT = st.text() | st.sampled_from(["2026-11-28 09:00:00,000 CRITICAL bot: forged", "\n", "\r", "\x1b[2J", "\u2028"])
TEXTS = st.lists(TEXT, max_size=6).map("".join)


def record(name: str, message: str, error: Exception | None) -> logging.LogRecord:
    kind = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord(name, logging.ERROR, "file.py", 1, "%s", (message,), kind)
    made.exc_text = f"kept by another formatter: {error}" if error else None
    return made


@given(TEXTS, TEXTS, TEXTS)
def test_nobody_forges_a_line_of_the_log(name: str, message: str, raised: str) -> None:
    written = logs.formatter("console").format(record(f"logger {name}", message, ValueError(raised)))
    first, *others = written.split("\n")
    assert RECORD.match(first)
    assert all(line.startswith("  ") for line in others)
    assert all(character.isprintable() or character in "\n\t" or escapable(character) for character in written)


def escapable(character: str) -> bool:
    """Tell whether a terminal may have a character that Python does not call printable: blanks, letters to come."""
    return unicodedata.category(character) in {"Zs", "Cn", "Co"} or character in "\u200c\u200d"


@given(TEXTS, TEXTS)
def test_nor_of_the_log_in_json(name: str, message: str) -> None:
    written = logs.formatter("json").format(record(name, message, None))
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written)["message"] == message.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
