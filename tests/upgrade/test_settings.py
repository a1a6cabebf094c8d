"""The ``.env`` and the command lines of November 2026 still work."""

import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr

from tests.places import NOVEMBER
from tests.upgrade import entry_points, intended_changes, november

MEANT: Final[dict[str, Any]] = {
    "CASEBOT_TOKEN": SecretStr("the-token-of-november-2026"),
    "CASEBOT_PREFIX": "?!",
    "CASEBOT_MESSAGE_CONTENT": True,
    "CASEBOT_KNOWLEDGE": Path("repository/knowledge"),
    "CASEBOT_KNOWLEDGE_GIT": "texts.git",
    "CASEBOT_KNOWLEDGE_GIT_TOKEN": SecretStr("the-token-of-the-repository"),
    "CASEBOT_KNOWLEDGE_GIT_BRANCH": "main",
    "CASEBOT_KNOWLEDGE_GIT_FOLDER": "texts/knowledge",
    "CASEBOT_KNOWLEDGE_GIT_MINUTES": 15,
    "CASEBOT_DESK_SERVERS": frozenset({november.HARBOUR, november.PUERTO}),
    "CASEBOT_MATCHER": "lexical",
    "CASEBOT_SEMANTIC_MODEL": Path("models/minilm"),
    "CASEBOT_DATABASE_URL": SecretStr("sqlite:///stopped/casebot.db"),
    "CASEBOT_RETENTION_DAYS": 30,
    "CASEBOT_LOG_LEVEL": "DEBUG",
    "CASEBOT_LOG_FORMAT": "json",
    "CASEBOT_HTTP_PORT": 9102,
    "CASEBOT_HTTP_HOST": "0.0.0.0",  # noqa: S104 (what somebody had set)
    "CASEBOT_SENTRY_DSN": SecretStr("https://key@sentry.example.org/1"),
}
"""What the lines of ``env_full.txt`` set."""

COMMANDS: Final[dict[str, list[dict[str, Any]]]] = november.read("command_line.json")


@pytest.fixture(autouse=True)
def started_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Current directory of the bot; no variable is set in the environment."""
    for name in (*MEANT, "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_line_of_the_file_means_what_it_meant(started_here: Path) -> None:
    shutil.copy(NOVEMBER / "env_full.txt", started_here / ".env")
    read = entry_points.settings()
    kept = MEANT.keys() - intended_changes.SETTINGS.keys()
    assert {name: read[name] for name in kept} == {name: MEANT[name] for name in kept}


def test_the_unchanged_example_sets_nothing(started_here: Path) -> None:
    without = entry_points.settings()
    shutil.copy(NOVEMBER / "env_example.txt", started_here / ".env")
    assert entry_points.settings() == without


def test_the_replacement_of_a_setting_is_named(started_here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = november.text("env_full.txt").splitlines()
    november.knowledge(started_here)
    for old, new in intended_changes.SETTINGS.items():
        (started_here / ".env").write_text("".join(f"{line}\n" for line in lines if line.startswith(f"{old}=")))
        entry_points.main(["--knowledge", "repository/knowledge", "export"])
        said = capsys.readouterr()
        assert new in said.out + said.err


def test_commands_run_with_the_file(started_here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    november.knowledge(started_here)
    november.unpack("sqlite", started_here)
    shutil.copy(NOVEMBER / "env_full.txt", started_here / ".env")
    assert entry_points.main(["check"]) == 0
    assert "6 entries" in capsys.readouterr().out
    assert entry_points.main(["migrate"]) == 0
    assert entry_points.main(["unanswered", "--format", "csv"]) == 0
    assert "was the painting insured" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_can_still_be_typed(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name in intended_changes.COMMAND_LINE:
        return
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        entry_points.main([*([name] if name else []), "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out.replace(",", " ").replace("{", " ").replace("}", " ").replace("[", " ").split()
    for argument in COMMANDS[name]:
        options = [each for each in argument["names"] if each.startswith("-")]
        for word in (*options, *(argument["choices"] or ())):
            assert word in said or f"{name} {word}" in intended_changes.COMMAND_LINE, word


def test_command_lines_of_november_run(
    started_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(november.knowledge(started_here))
    monkeypatch.setenv("CASEBOT_MATCHER", "lexical")
    monkeypatch.setenv(
        "CASEBOT_DATABASE_URL", f"sqlite:///{november.unpack('sqlite', started_here)}/stopped/casebot.db"
    )
    (started_here / "questions.jsonl").write_text('{"id": "1", "text": "ladder whereabouts"}\n')
    for words in (
        ["ask", "--json", "--explain", "ladder", "whereabouts"],
        ["ask", "--batch", "questions.jsonl"],
        ["check", "--list", "--hints"],
        ["new", "Who came first?", "--phrasing", "first to come", "--topic", "theft", "--id", "first", "--file", "new"],
        ["unanswered", "--format", "table", "--since", "2026-11-20", "--order", "recent"],
        ["init", "another"],
        ["export", "--format", "json"],
        ["schema", "faq"],
        ["schema", "--write", "schemas"],
        ["migrate"],
    ):
        assert entry_points.main(["--knowledge", folder, *words]) == 0, (words, capsys.readouterr().err)
    for words in (["run", "--sync"], ["run", "--shard-count", "2", "--shard-ids", "0-1"]):
        assert entry_points.main(["--knowledge", folder, *words]) == 2
        assert "There's no token." in capsys.readouterr().err, "understood, as far as it gets without a token"
