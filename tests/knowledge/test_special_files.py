"""Pipes, sockets and devices in the knowledge folder: nobody waits for them, and nobody reads without end."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from bot.knowledge.folder import folder_digest
from bot.knowledge.load import KnowledgeError, load
from tests.places import HARBOUR, ROOT
from tests.waiting import LIMIT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def _socket(path: Path) -> None:
    # The name of a socket may have some hundred characters, which a test's folder may exceed.
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


SPECIAL: Final[dict[str, Callable[[Path], object]]] = {
    "pipe": os.mkfifo,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link to the input": lambda path: path.symlink_to("/dev/stdin"),
    "socket": _socket,
    "link to itself": lambda path: path.symlink_to(path),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))


@pytest.mark.parametrize("name", ["faq/more.yaml", "case.yaml", "faq/more.yml", "more.yaml"])
@pytest.mark.parametrize("kind", SPECIAL)
def test_a_special_file_is_a_problem_that_names_it_or_none_of_the_bots_files(
    folder: Path, kind: str, name: str
) -> None:
    (folder / name).unlink(missing_ok=True)
    SPECIAL[kind](folder / name)
    # In a process of its own, which can be ended if it waits.
    done = subprocess.run(  # noqa: S603 (our own)
        [sys.executable, "-m", "bot", "--knowledge", str(folder), "export"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=b"",
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert done.returncode == 0 if name == "more.yaml" else name in said, said


@pytest.mark.parametrize("kind", [kind for kind in SPECIAL if kind != "link to the input"])
def test_a_running_bot_goes_on_with_what_it_has(folder: Path, kind: str) -> None:
    before = folder_digest(folder)
    SPECIAL[kind](folder / "faq" / "more.yaml")
    assert folder_digest(folder) != before
    with pytest.raises(KnowledgeError, match=r"faq/more\.yaml.* can't be read"):
        load(folder)


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 5_000, "0x" + "f" * 5_000, "1_0" * 2_000, "1:" * 50 + "1"])
@pytest.mark.parametrize("key", ["id", "reviewed", "question", "answer"])
def test_a_number_of_thousands_of_digits_is_a_problem_in_its_line(folder: Path, number: str, key: str) -> None:
    file = folder / "faq" / "more.yaml"
    file.write_text(f"entries:\n- {key}: {number}\n", "utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load(folder)
    assert any(problem.place.file == "faq/more.yaml" for problem in refused.value.problems)
