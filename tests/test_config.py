"""Settings, as an operator writes them into the environment or into ``.env``."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli import main
from bot.config import read_settings
from bot.store.engine import connect
from tests.places import HARBOUR


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "base").symlink_to(HARBOUR)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "memory")
    return home


def test_a_tilde_in_a_setting_is_the_home_folder(home: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CASEBOT_KNOWLEDGE=~/base\nCASEBOT_SEMANTIC_MODEL=~/m\nCASEBOT_KNOWLEDGE_GIT=~/r\n")
    settings = read_settings()
    assert (settings.knowledge, settings.semantic_model) == (home / "base", home / "m")
    assert settings.knowledge_git == str(home / "r")
    assert main(["export"]) == 0


def test_a_tilde_in_the_databases_url_is_the_home_folder(home: Path) -> None:
    assert connect(SecretStr("sqlite:///~/x.db")).url.database == str(home / "x.db")


@pytest.mark.parametrize(
    "command",
    [
        ["--knowledge=~/base", "export"],
        ["--knowledge=~/base", "check", "--article=~/text"],
        ["--knowledge=~/base", "ask", "--batch=~/text"],
        ["--knowledge=~/base", "schema", "--write=~/made"],
        ["init", "~/made"],
    ],
)
def test_a_tilde_in_an_argument_is_the_home_folder(home: Path, command: list[str], tmp_path: Path) -> None:
    (home / "text").write_text("a\n\nb\n")
    assert main(command) in {0, 1}
    assert not (tmp_path / "~").exists()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "value"),
    [("CASEBOT_KNOWLEDGE", "~nobody-here/base"), ("CASEBOT_DATABASE_URL", "sqlite:///~nobody-here/x.db")],
)
def test_a_home_that_there_is_not_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["unanswered"]) == 2
    assert "There is no home folder for the ~ in ~nobody-here/" in capsys.readouterr().err
