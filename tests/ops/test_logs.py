"""The log as an operator, or a machine, reads it."""

import asyncio
import contextlib
import datetime as dt
import gc
import json
import logging
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Literal

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine

from bot.errors import kind
from bot.ops import logs
from bot.ops.shutdown import finish_handlers
from bot.store.store import StoreError
from bot.store.write_queue import WriteQueue
from tests.places import ROOT

WRITTEN = "what a member wrote"

Form = Literal["console", "json"]
FORMS: list[Form] = ["console", "json"]


@contextlib.contextmanager
def logged(level: str, form: Form) -> Iterator[None]:
    """Set up the log of a process that has just begun."""
    root = logging.getLogger()
    handlers, before, raising = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    root.handlers.clear()
    try:
        logs.set_up(level, form)
        yield
    finally:
        root.handlers[:], root.level, logging.raiseExceptions = handlers, before, raising
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


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
            int(WRITTEN)
        except ValueError:
            logging.getLogger("bot.somewhere").exception("It failed")
    (line,) = capsys.readouterr().err.splitlines()
    head, *_, place, _code, last = json.loads(line)["exc_info"].splitlines()
    assert head == "Traceback (most recent call last):"
    assert "test_logs.py" in place
    assert "in test_json_holds_the_traceback" in place
    assert last == "ValueError"


def test_a_person_reads_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("WARNING", "console"):
        logging.getLogger("bot.somewhere").warning("It is %s", "late")
    assert capsys.readouterr().err.endswith("WARNING bot.somewhere: It is late\n")


LIBRARIES = ["watchfiles.main", "discord.client", "discord.gateway", "alembic.runtime.migration", "aiohttp.server"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_libraries_do_is_shown_at_level_debug_only_and_what_troubles_them_always(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for level in ("INFO", "DEBUG"):
        with logged(level, "console"):
            logging.getLogger(library).info("3 changes detected")
            logging.getLogger(library).warning("There is trouble")
            logging.getLogger("bot.somewhere").info("The bot does something")
        shown = capsys.readouterr().err
        assert ("3 changes detected" in shown) == (level == "DEBUG")
        assert "There is trouble" in shown
        assert "The bot does something" in shown


def test_every_logger_of_the_bot_is_shown() -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        for name in re.findall(r"getLogger\((.*?)\)", path.read_text("utf-8")):
            assert name in {"", "__name__", "app_commands.tree.__name__", "commands.bot.__name__"}, path


VOICELESS = """
import logging
logging.basicConfig(level="DEBUG")
import discord
from bot.chat import client
discord.Client(intents=discord.Intents.none())
"""


def test_at_the_start_nobody_hears_of_libraries_for_voice() -> None:
    command = [sys.executable, "-c", VOICELESS]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (fixed words)
    assert "voice" not in run.stderr


@pytest.mark.parametrize(("number", "said"), [(1, "1 unfinished answer."), (2, "2 unfinished answers.")])
async def test_one_answer_is_not_called_answers(number: int, said: str, caplog: pytest.LogCaptureFixture) -> None:
    tasks = [asyncio.create_task(asyncio.Event().wait(), name="CommandTree-invoker") for _ in range(number)]
    await finish_handlers(0.01)
    assert caplog.messages == [f"Stopping with {said}"]
    for task in tasks:
        task.cancel()


@pytest.mark.parametrize(("number", "said"), [(1, "1 write that"), (2, "2 writes that")])
async def test_nor_one_write_writes(number: int, said: str, caplog: pytest.LogCaptureFixture) -> None:
    async def refuse(_batch: object) -> None:
        raise StoreError

    queue = WriteQueue[str](refuse)
    for _ in range(number):
        queue.put("a write")
    await queue.close()
    assert caplog.messages == [f"Stopped with {said} the database didn't accept."]


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
    """Return whether a terminal may have a character that Python does not call printable: blanks, letters to come."""
    return unicodedata.category(character) in {"Zs", "Cn", "Co"} or character in "\u200c\u200d"


@given(TEXTS, TEXTS)
def test_nor_of_the_log_in_json(name: str, message: str) -> None:
    written = logs.formatter("json").format(record(name, message, None))
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written)["message"] == message.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def plain() -> None:
    int(WRITTEN)


def chained() -> None:
    try:
        plain()
    except ValueError as error:
        raise LookupError(WRITTEN) from error


def during_another() -> None:
    try:
        plain()
    except ValueError:
        raise RuntimeError(WRITTEN)  # noqa: B904 (the kind of mistake that is to be harmless)


def several() -> None:
    raise ExceptionGroup(WRITTEN, [KeyError(WRITTEN), ExceptionGroup(WRITTEN, [OSError(28, WRITTEN, WRITTEN)])])


def with_a_note() -> None:
    error = ValueError(WRITTEN)
    error.add_note(WRITTEN)
    raise error


def in_a_circle() -> None:
    first, second = ValueError(WRITTEN), ValueError(WRITTEN)
    first.__cause__, second.__cause__ = second, first
    raise first


def of_sql() -> None:
    table = Table("words", MetaData(), Column("number", Integer, primary_key=True), Column("text", String))
    with contextlib.closing(create_engine("sqlite://").connect()) as connection:
        connection.execute(table.insert(), {"number": 1, "text": WRITTEN})


FAILURES: list[Callable[[], None]] = [plain, chained, during_another, several, with_a_note, in_a_circle, of_sql]


def failing(act: Callable[[], None]) -> BaseException:
    try:
        act()
    except Exception as error:  # noqa: BLE001 (whatever it is)
        return error
    raise AssertionError


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("act", FAILURES, ids=lambda act: act.__name__)
def test_what_an_exception_says_is_in_the_log_at_level_debug_only(
    form: Form, act: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    error = failing(act)
    for level in ("INFO", "WARNING", "ERROR", "DEBUG"):
        with logged(level, form):
            logging.getLogger("bot.somewhere").error("It failed", exc_info=error)
        shown = capsys.readouterr().err
        assert (WRITTEN in shown) == (level == "DEBUG")
        assert f"in {act.__name__}" in shown
        assert type(error).__name__ in shown


def test_a_traceback_has_the_whole_chain_with_what_a_number_says() -> None:
    shown = logs.redacted_traceback(failing(several))
    kinds = [line.strip() for line in shown.splitlines() if line.endswith(("Group", "Error", "(errno 28)"))]
    assert kinds == ["ExceptionGroup", "KeyError", "ExceptionGroup", "OSError (errno 28)"]
    first, second = logs.redacted_traceback(failing(chained)).split("\nAfter that:\n\n")
    assert first.endswith("ValueError\n")
    assert second.endswith("LookupError\n")
    refused = aiohttp.ClientResponseError(None, (), status=503, message=WRITTEN)  # type: ignore[arg-type] # not read
    assert kind(refused) == "aiohttp.client_exceptions.ClientResponseError (status 503)"


def test_another_handler_has_no_part_in_what_is_shown() -> None:
    full, ours = logging.Formatter(), logs.formatter("console")
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "It failed", (), None)
    error = failing(plain)
    record.exc_info = (type(error), error, error.__traceback__)
    assert WRITTEN in full.format(record)
    assert WRITTEN not in ours.format(record)
    assert WRITTEN in full.format(record)


def end_of_the_process() -> None:
    error = failing(chained)
    sys.excepthook(type(error), error, error.__traceback__)


def end_of_a_thread() -> None:
    thread = threading.Thread(target=chained)
    thread.start()
    thread.join()


def test_a_thread_that_reports_to_a_loop_which_has_ended_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    with logged("INFO", "console"):
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(print))
        thread.start()
        thread.join()
    assert not capsys.readouterr().err


def what_cannot_be_raised() -> None:
    class Falling:
        def __del__(self) -> None:
            chained()

    Falling()
    gc.collect()


def in_a_loop(body: Callable[[asyncio.AbstractEventLoop], object]) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(logs.log_unhandled)
        body(loop)
        await asyncio.sleep(0.01)
        gc.collect()

    asyncio.run(run())


def void(_: object) -> None:
    """Forget something."""


async def _chained() -> None:
    chained()


def task_that_nobody_waits_for() -> None:
    # Nothing may refer to it, or it is never found out.
    in_a_loop(lambda loop: loop.call_soon(lambda: void(loop.create_task(_chained(), name=WRITTEN))))


def call_of_a_loop() -> None:
    def called(_argument: str) -> None:
        chained()

    in_a_loop(lambda loop: loop.call_soon(called, WRITTEN))


def line_that_cannot_be_written() -> None:
    logging.getLogger("bot.somewhere").error("%d words", WRITTEN)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "end",
    [end_of_the_process, end_of_a_thread, what_cannot_be_raised, task_that_nobody_waits_for, call_of_a_loop],
    ids=lambda end: end.__name__,
)
def test_errors_that_nobody_has_caught_are_logged_without_what_they_say(
    form: Form, end: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with logged("INFO", form):
        end()
    shown = capsys.readouterr().err
    assert "LookupError" in shown
    assert "in chained" in shown
    assert WRITTEN not in shown


def test_of_a_line_that_cannot_be_written_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("INFO", "console"):
        line_that_cannot_be_written()
    assert capsys.readouterr().err == ""


def test_who_has_a_log_of_their_own_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.excepthook
    logs.set_up("INFO", "console")
    logging.getLogger("bot.somewhere").warning("to pytest's own handlers")
    assert sys.excepthook is before
    assert capsys.readouterr().err == ""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shown(clock: Clock) -> Iterator[list[str]]:
    """What comes through of the lines of one logger."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record).partition(": ")[2])

    handler = Kept()
    handler.setFormatter(logs.formatter("console"))
    handler.addFilter(logs.Repeated(clock=clock))
    logger = logging.getLogger("bot.repeated")
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


def test_the_same_error_is_shown_once_a_minute_with_how_often_it_came(clock: Clock, shown: list[str]) -> None:
    logger = logging.getLogger("bot.repeated")
    for _ in range(1_000):
        logger.error("no more %s", "files")
    clock.now = 59.9
    logger.error("no more %s", "files")
    assert shown == ["no more files"]
    clock.now = 60.0
    logger.error("no more %s", "files")
    assert shown[1:] == ["no more files (1000 more of these since the last one shown)"]
    clock.now = 120.0
    logger.error("no more %s", "files")
    assert shown[2:] == ["no more files"]


def test_what_differs_is_shown_each_time(shown: list[str]) -> None:
    logger = logging.getLogger("bot.repeated")
    for number in range(3):
        logger.error("reference %d", number)
        logger.error("of a kind", exc_info=failing([plain, chained, during_another][number]))
    assert len(shown) == 6


def test_what_is_no_warning_is_shown_each_time(shown: list[str]) -> None:
    logger = logging.getLogger("bot.repeated")
    logger.setLevel(logging.INFO)
    for _ in range(2):
        logger.info("The knowledge files have changed and are in use.")
    assert len(shown) == 2


def test_what_is_remembered_of_errors_does_not_grow(clock: Clock) -> None:
    repeated = logs.Repeated(clock=clock)
    for number in range(5_000):
        record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "number %d", (number,), None)
        assert repeated.filter(record)
    remembered: dict[Any, Any] = vars(repeated)["_shown"]
    assert len(remembered) <= 1_000
