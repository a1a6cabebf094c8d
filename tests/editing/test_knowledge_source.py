"""`casebot run` serves a copy of a git repository, and says where edits would be lost."""

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.config import Settings
from bot.editing.desk import Caveat
from bot.editing.edits import AddPhrasing
from bot.editing.git.remote import RemoteError
from bot.editing.knowledge_source import open_source
from bot.knowledge.reload import LiveKnowledge
from tests.editing.elsewhere import INNER, Elsewhere, elsewhere
from tests.editing.office import NOW
from tests.places import HARBOUR

HEROKU = {"DYNO": "worker.1"}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return elsewhere(tmp_path)


def followed(there: Elsewhere) -> Settings:
    return Settings(knowledge_git=str(there.bare), knowledge_git_folder=INNER, desk_servers=frozenset({1}))


def test_the_copy_is_in_the_data_folder_and_takes_edits(there: Elsewhere, tmp_path: Path) -> None:
    folder, desk = open_source(followed(there), {})
    assert folder.is_relative_to(tmp_path / "data" / "casebot" / "knowledge")
    assert desk
    live = LiveKnowledge(folder, lambda base: base)
    desk.confirm(desk.draft(AddPhrasing("ladder", "ladder gone"), live), live, "Ann", NOW)
    assert "ladder gone" in there.text()
    assert desk.caveat() is None


def test_what_was_changed_while_the_bot_was_away_is_served_from_the_start(there: Elsewhere) -> None:
    open_source(followed(there), {})
    there.commit("what got nicked", "what was nicked")
    folder, _ = open_source(followed(there), {})
    assert "what was nicked" in (folder / "faq" / "theft.yaml").read_text("utf-8")


def test_a_repository_that_cannot_be_had_at_first_is_an_error(there: Elsewhere) -> None:
    there.gone()
    with pytest.raises(RemoteError):
        open_source(followed(there), {})


def test_a_host_that_forgets_is_warned_of_at_the_start_and_below_each_edit(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(knowledge=shutil.copytree(HARBOUR, tmp_path / "knowledge"), desk_servers=frozenset({1}))
    _, desk = open_source(settings, HEROKU)
    assert desk
    (warning,) = caplog.messages
    assert warning.startswith("This host loses its files at every restart, and with them the edits made in chat.")
    assert desk.caveat() == Caveat(None, ephemeral_disk=True)


def test_no_host_is_warned_of_that_keeps_its_files_or_takes_no_edits(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(knowledge=shutil.copytree(HARBOUR, tmp_path / "knowledge"), desk_servers=frozenset({1}))
    _, desk = open_source(settings, {})
    assert desk
    assert desk.caveat() is None
    open_source(settings.model_copy(update={"desk_servers": frozenset()}), HEROKU)
    assert caplog.messages == []


def test_on_a_host_that_forgets_an_edit_that_is_not_sent_is_said_to_be_at_risk(there: Elsewhere) -> None:
    folder, desk = open_source(followed(there), HEROKU)
    assert desk
    live = LiveKnowledge(folder, lambda base: base)
    there.gone()
    desk.confirm(desk.draft(AddPhrasing("ladder", "ladder gone"), live), live, "Ann", NOW)
    caveat = desk.caveat()
    assert caveat
    assert caveat.unsent
    assert caveat.ephemeral_disk


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://ann:s3cret@example.org/x.git", "put the token into CASEBOT_KNOWLEDGE_GIT_TOKEN"),
        ("https://s3cret@example.org/x.git", "put the token into CASEBOT_KNOWLEDGE_GIT_TOKEN"),
        ("ssh://git:s3cret@example.org/x.git", "put the token into CASEBOT_KNOWLEDGE_GIT_TOKEN"),
        ("git://example.org/s3cret.git", "must start with https:// or ssh://"),
        ("http://example.org/s3cret.git", "would send the token in the clear"),
    ],
)
def test_an_address_that_holds_a_secret_is_refused_without_showing_it(address: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(knowledge_git=address)
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a/b.git",
        "ssh://git@example.org/b.git",
        "git@example.org:a/b.git",
        "/srv/b.git",
        "C:\\b.git",
    ],
)
def test_a_plain_address_is_taken(address: str) -> None:
    assert Settings(knowledge_git=address, knowledge_git_token=SecretStr("x")).knowledge_git == address
