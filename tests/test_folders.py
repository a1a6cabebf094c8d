"""Where the bot keeps its files, and what it does where there is no such place."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import platformdirs
import pytest
from platformdirs import windows as windows_folders
from platformdirs.windows import Windows

import bot
from bot.folders import HomelessError, cache_dir, data_dir
from tests.unprivileged import Nobody, everybodys, nobody

KNOWLEDGE: Final = {"CASEBOT_KNOWLEDGE": "knowledge"}

HOMELESS: Final = {
    "none is named": {},
    "its name is empty": {"HOME": ""},
    "its name is no path": {"HOME": "home"},
}
UNUSABLE: Final = {
    "it is not there": {"HOME": "/nonexistent"},
    "it is the root": {"HOME": "/"},
    "it cannot be written": {"HOME": "/proc"},
    "it is a file": {"HOME": "/etc/passwd"},
}

READING: Final = {
    "ask": (["ask", "stolen painting"], "A painting"),
    "a batch": (["ask", "--batch", "-"], "error"),
    "chat": (["chat"], "A painting"),
    "check": (["check"], "3 entries"),
    "export": (["export"], "title"),
    "new": (["new", "Why?", "--phrasing", "how", "--topic", "theft"], "- id: why"),
    "schema": (["schema", "faq"], "$schema"),
}
KEEPING: Final = {"unanswered": ["unanswered"], "migrate": ["migrate"], "run": ["run"], "doctor": ["doctor"]}
EVERY: Final = [*(words for words, _ in READING.values()), *KEEPING.values()]


@pytest.fixture(scope="module")
def someone() -> Iterator[Nobody]:
    with everybodys() as made:
        settings = {**KNOWLEDGE, "CASEBOT_TOKEN": "none", "CASEBOT_DATABASE_URL": "carrier-pigeon://loft"}
        with nobody(EVERY, made, {**settings, "XDG_CACHE_HOME": str(made / "cache")}) as someone:
            yield someone


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with everybodys() as made:
        yield made


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("home", HOMELESS | UNUSABLE)
def test_without_a_home_folder_nothing_is_kept_and_all_goes_on(
    someone: Nobody, place: Path, home: str, command: str
) -> None:
    words, shown = READING[command]
    status, out, err = someone.casebot(*words, folder=place, environ={**KNOWLEDGE, **(HOMELESS | UNUSABLE)[home]})
    assert (status, err) == (0, "")
    assert shown in out
    assert {path.name for path in place.iterdir()} == {"knowledge"}, "no folder named ~"


@pytest.mark.parametrize("command", KEEPING)
@pytest.mark.parametrize("home", HOMELESS | UNUSABLE)
def test_where_the_database_needs_a_place_the_setting_is_named(
    someone: Nobody, place: Path, home: str, command: str
) -> None:
    environ = {**KNOWLEDGE, **(HOMELESS | UNUSABLE)[home]} | ({"CASEBOT_TOKEN": "none"} if command == "run" else {})
    status, out, err = someone.casebot(*KEEPING[command], folder=place, environ=environ)
    assert status == (1 if command == "doctor" else 2)
    assert "Traceback" not in err
    said = " ".join((out + err).split())
    assert ("no home folder to keep the database in" if home in HOMELESS else "There can be no database in") in said
    assert "set casebot_database_url to another place, such as sqlite:////" in said.casefold()


@pytest.mark.parametrize("home", HOMELESS)
def test_where_a_copy_of_a_repository_needs_a_place_the_variable_is_named(
    someone: Nobody, place: Path, home: str
) -> None:
    environ = {**KNOWLEDGE, **HOMELESS[home], "CASEBOT_TOKEN": "none", "CASEBOT_KNOWLEDGE_GIT": "/nowhere"}
    status, _, err = someone.casebot("run", folder=place, environ=environ)
    assert status == 2
    assert err == "This user has no home folder to keep data in. Set XDG_DATA_HOME to a folder that can be written.\n"


def test_a_sentence_model_has_no_place_either(someone: Nobody, place: Path) -> None:
    environ = {**KNOWLEDGE, "CASEBOT_MATCHER": "semantic"}
    status, out, err = someone.casebot("ask", "stolen painting", folder=place, environ=environ)
    assert status == 0
    assert "A painting" in out
    assert "No sentence model; using the word vectors alone: there is no folder to keep it in; set CASEBOT_" in err


def test_the_user_of_a_server_has_to_be_named(someone: Nobody, place: Path) -> None:
    environ = {**KNOWLEDGE, "CASEBOT_DATABASE_URL": "postgresql://localhost/casebot"}
    status, _, err = someone.casebot("migrate", folder=place, environ=environ)
    assert status == 2
    assert "names no user" in err


def test_nobody_else_asks_the_platform() -> None:
    asks = re.compile(r"platformdirs|Path\.home")
    modules = Path(bot.__file__).parent.rglob("*.py")
    assert [path.name for path in modules if asks.search(path.read_text("utf-8"))] == ["folders.py"]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of Windows for programs' data, where the platform is Windows."""
    monkeypatch.setattr(platformdirs, "PlatformDirs", Windows)
    monkeypatch.setattr(windows_folders, "get_win_folder", lambda _: str(tmp_path))
    return tmp_path


def test_there_is_one_folder_on_windows_too(windows: Path) -> None:
    assert data_dir() == cache_dir() == windows / "casebot"


def test_what_was_in_the_folder_named_twice_is_taken_over(windows: Path) -> None:
    twice = windows / "casebot" / "casebot"
    (twice / "knowledge" / "faq-1").mkdir(parents=True)
    (twice / "Cache" / "matcher").mkdir(parents=True)
    assert (data_dir() / "knowledge" / "faq-1").is_dir()
    assert not (twice / "knowledge").exists()
    cache = cache_dir()
    assert cache
    assert (cache / "matcher").is_dir()


def test_what_is_there_already_is_not_replaced(windows: Path) -> None:
    for folder in (windows / "casebot", windows / "casebot" / "casebot"):
        (folder / "knowledge" / folder.parent.name).mkdir(parents=True)
    before = sorted(windows.rglob("*"))
    data_dir()
    assert sorted(windows.rglob("*")) == before


def test_elsewhere_nothing_moves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "data" / "casebot" / "knowledge").mkdir(parents=True)
    assert data_dir() == tmp_path / "data" / "casebot"
    assert cache_dir() == tmp_path / "cache" / "casebot"
    assert (data_dir() / "knowledge").is_dir()


def test_without_a_home_there_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object, **__: object) -> Path:
        message = "could not determine the home directory"
        raise RuntimeError(message)

    monkeypatch.setattr(platformdirs, "user_data_path", homeless)
    monkeypatch.setattr(platformdirs, "user_cache_path", homeless)
    assert cache_dir() is None
    with pytest.raises(HomelessError):
        data_dir()
