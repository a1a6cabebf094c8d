"""Whatever text comes in, it can neither control the operator's terminal nor forge a line of the log."""

import asyncio
import contextlib
import datetime as dt
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import yaml
from pydantic import SecretStr

from bot.cli import main
from bot.cli.run import READING
from bot.matching.types import Outcome
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.types import Asked, Surface
from tests.places import HARBOUR, ROOT

FORGED: Final = "2026-11-28 09:00:00,000 CRITICAL bot.store: all is lost"
HOSTILE: Final = (
    f"\x1b[2J\x1b]0;title\x07\r\n{FORGED}\n\x9b31m\x85\u202eevil\u2066\u2028"
    "\u200b\u200e\u061c\u2060\ufeff\U000e0041\x7f"
)
"""Clears a screen, names its window, forges a line of the log, colours, turns and hides what follows."""

NAME: Final = HOSTILE.replace("/", "")
"""The same as the name of a file."""

RAW: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What must never reach a terminal as it is."""

INVISIBLE: Final = "\u200eevil\u200f\u061c\u2060\U000e0041"
"""Of that, what a knowledge file may hold."""


@dataclass(frozen=True)
class Inlet:
    """A way by which text comes in: a folder to work in, and what a command is given."""

    folder: Path
    patch: pytest.MonkeyPatch

    def knowledge(self, name: str, old: str, new: str) -> None:
        """Write into a knowledge file."""
        path = self.folder / "knowledge" / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    def file(self, name: str, content: str) -> None:
        """Add a file to the knowledge."""
        (self.folder / "knowledge" / "faq" / name).write_text(content, "utf-8")

    def typed(self, text: str) -> None:
        """Type at the terminal, or send by a pipe."""
        raw = io.BytesIO(text.encode("utf-8", "surrogatepass"))
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(raw, "utf-8", "surrogateescape"))

    def set(self, **settings: str) -> None:
        """Set variables of the environment."""
        for name, value in settings.items():
            self.patch.setenv(f"CASEBOT_{name.upper()}", value)

    def asked(self, text: str) -> None:
        """Ask the bot something that it does not know, in Discord."""
        url = SecretStr(f"sqlite:///{self.folder}/casebot.db")

        async def ask() -> None:
            store = Database(connect(url))
            await store.start()
            store.record(Asked(text, Outcome.NONE, None, 0.1, Surface.SLASH, 1, dt.datetime.now(dt.UTC)), 7)
            await store.close()

        asyncio.run(ask())
        self.set(database_url=url.get_secret_value())


def quoted(text: str) -> str:
    """Write text as YAML in double quotes, with escapes."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=False, width=1_000).strip()


def nothing(_: Inlet) -> None:
    """Leave all as it is."""


def written(inlet: Inlet) -> None:
    inlet.knowledge("faq/theft.yaml", "The director calls it priceless", f"The director calls it {INVISIBLE} priceless")
    inlet.knowledge("case.yaml", "The Harbour Museum theft", f"The Harbour {INVISIBLE} theft")


def keyed(inlet: Inlet) -> None:
    inlet.knowledge("people.yaml", "people:", f"{quoted(HOSTILE)}: 1\npeople:")


def chatted(inlet: Inlet) -> None:
    written(inlet)
    inlet.typed("stolen painting")


NEW: Final = ("new", "--phrasing", "how", "--topic", "theft")
NO_FOLDER: Final = f"knowledge/case.yaml/{NAME}"

TEXTS: Final[dict[str, tuple[Callable[[Inlet], object], Sequence[str]]]] = {
    "a question": (nothing, ["ask", HOSTILE]),
    "a question with half a pair": (nothing, ["ask", "--json", "--explain", "evil \ud800 painting"]),
    "a question, explained": (nothing, ["ask", "--explain", f"what {HOSTILE} painting"]),
    "questions by a pipe": (lambda inlet: inlet.typed(HOSTILE), ["ask", "--json", "--explain"]),
    "a batch": (
        lambda inlet: inlet.typed(json.dumps({"id": f"{HOSTILE}\ud800", "text": HOSTILE})),
        ["ask", "--batch", "-"],
    ),
    "a chat": (lambda inlet: inlet.typed(HOSTILE), ["chat"]),
    "an answer": (written, ["ask", "stolen painting"]),
    "an answer as JSON": (written, ["ask", "--json", "stolen painting"]),
    "an answer in a chat": (chatted, ["chat"]),
    "a base": (written, ["export"]),
    "a key": (keyed, ["check"]),
    "a key, where it is not looked for": (keyed, ["ask", "stolen painting"]),
    "a key of an entry": (lambda inlet: inlet.file("evil.yaml", f"entries: [{quoted(HOSTILE)}: x]"), ["check"]),
    "a tag": (lambda inlet: inlet.file("evil.yaml", f"entries: !<{INVISIBLE}> []"), ["check"]),
    "broken YAML": (lambda inlet: inlet.file("evil.yaml", f"entries: [ {INVISIBLE}"), ["check"]),
    "a file's name": (lambda inlet: inlet.file(f"{NAME[:120]}evil.yaml", "evil"), ["check"]),
    "a file's name that is no text": (lambda inlet: inlet.file("evil\udcff\udc9b.yaml", "evil"), ["check"]),
    "such a name, looked at by the doctor": (lambda inlet: inlet.file("evil\udcff\udc9b.yaml", "evil"), ["doctor"]),
    "the regression set": (
        lambda inlet: inlet.knowledge("questions.yaml", "which canvas", f"which {INVISIBLE} canvas"),
        ["check", "--list", "--hints"],
    ),
    "a member's question": (lambda inlet: inlet.asked(HOSTILE), ["unanswered"]),
    "a member's question as JSON": (lambda inlet: inlet.asked(HOSTILE), ["unanswered", "--format", "json"]),
    "a member's question as CSV": (lambda inlet: inlet.asked(HOSTILE), ["unanswered", "--format", "csv"]),
    "a word of the command": (nothing, ["ask", "--evil", HOSTILE, f"--{HOSTILE}"]),
    "a command": (nothing, [HOSTILE]),
    "a day": (nothing, ["unanswered", "--since", HOSTILE]),
    "the name of the base": (nothing, ["--knowledge", HOSTILE, "ask", "what"]),
    "the name of an article": (nothing, ["check", "--article", HOSTILE]),
    "the name of a batch": (nothing, ["ask", "--batch", HOSTILE]),
    "the name of a new entry's file": (nothing, [*NEW, "Why?", "--file", HOSTILE]),
    "a new question": (nothing, [*NEW, f"Why {INVISIBLE}?"]),
    "a new topic": (nothing, [*NEW, "Why?", "--topic", HOSTILE]),
    "the name of a new base": (nothing, ["init", NO_FOLDER]),
    "the folder of schemas": (nothing, ["schema", "--write", NO_FOLDER]),
    "a schema": (nothing, ["schema", HOSTILE]),
    "the address of the database": (lambda inlet: inlet.set(database_url=HOSTILE), ["migrate"]),
    "the file of the database": (lambda inlet: inlet.set(database_url=f"sqlite:///{NO_FOLDER}/x"), ["doctor"]),
    "settings": (lambda inlet: inlet.set(log_level=HOSTILE, desk_servers=HOSTILE), ["check"]),
    "settings in .env": (
        lambda inlet: (inlet.folder / ".env").write_text(f"CASEBOT_LOG_LEVEL='{HOSTILE}'\n{HOSTILE}\n", "utf-8"),
        ["check"],
    ),
    "shards": (
        lambda inlet: inlet.set(token="of nobody"),  # noqa: S106 (as it says)
        ["run", "--shard-count", "2", "--shard-ids", HOSTILE],
    ),
}
"""Each way by which text comes into a command, how it gets there, and what is typed then."""


@pytest.mark.parametrize("inlet", TEXTS)
def test_no_text_drives_the_terminal(
    inlet: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASEBOT_TOKEN", raising=False)
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "memory")
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", "knowledge")
    shutil.copytree(HARBOUR, tmp_path / "knowledge")
    prepare, command = TEXTS[inlet]
    prepare(Inlet(tmp_path, monkeypatch))
    with contextlib.suppress(SystemExit):  # argparse refuses so
        main(command)
    shown = b"".join(capfdbinary.readouterr()).decode("utf-8")
    assert shown.strip()
    assert not RAW.findall(shown)
    assert "Traceback" not in shown


@pytest.fixture
def running(tmp_path: Path) -> dict[str, str]:
    """What `casebot run` is told: a base in a folder with an evil name, which no edit can be written to."""
    folder = tmp_path / NAME
    shutil.copytree(HARBOUR, folder)
    (folder / ".desk").write_text("in the way", "utf-8")
    # The database is opened last; before Discord is asked, it ends the process.
    told = {"TOKEN": "secret", "KNOWLEDGE": str(folder), "DESK_SERVERS": "1", "DATABASE_URL": "carrier-pigeon://loft"}
    return {f"CASEBOT_{name}": value for name, value in told.items()}


def run(told: dict[str, str], folder: Path) -> str:
    """Run the bot as an operator does, and return what is on the terminal then."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CASEBOT_")}
    command = [sys.executable, "-m", "bot", "run"]
    environ = {**ours, "PYTHONPATH": str(ROOT), **told}
    done = subprocess.run(command, env=environ, cwd=folder, capture_output=True, check=False)  # noqa: S603 (our own)
    shown = (done.stdout + done.stderr).decode("utf-8")
    assert done.returncode == 2, shown
    assert "Traceback" not in shown
    assert not RAW.findall(shown)
    return shown


def test_no_text_forges_a_line_of_the_log(running: dict[str, str], tmp_path: Path) -> None:
    warning, reading, end = run(running, tmp_path).splitlines()
    assert reading.endswith(READING)
    assert re.fullmatch(
        r"20[\d-]+ [\d:,]+ WARNING bot\.editing\.knowledge_source: The FAQ can't be edited in chat: .+", warning
    )
    assert FORGED in warning
    assert end.startswith("CASEBOT_DATABASE_URL must")


def test_nor_of_the_log_in_json(running: dict[str, str], tmp_path: Path) -> None:
    warning, *_ = run({**running, "CASEBOT_LOG_FORMAT": "json"}, tmp_path).splitlines()
    assert running["CASEBOT_KNOWLEDGE"] in json.loads(warning)["message"]


def test_what_git_says_drives_no_terminal(running: dict[str, str], tmp_path: Path) -> None:
    # git quotes the name of what is no repository; a colon would make it a host's.
    folder = tmp_path / NAME.replace(":", "")
    folder.mkdir()
    shown = run({**running, "CASEBOT_KNOWLEDGE_GIT": str(folder)}, tmp_path)
    assert "fatal: " in shown
