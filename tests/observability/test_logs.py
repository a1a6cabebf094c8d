"""The log as an operator, or a machine, reads it."""

import contextlib
import datetime as dt
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

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
