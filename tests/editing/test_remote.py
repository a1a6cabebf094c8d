"""The knowledge comes from a git repository elsewhere: what is edited here goes there, what is changed there comes."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.answering.answerer import Answerer
from bot.config import Settings, SettingsError, read_settings
from bot.editing import journal
from bot.editing.apply import ConflictError
from bot.editing.desk import Caveat
from bot.editing.edits import AddEntry, AddPhrasing, EditEntry, Withdraw
from bot.editing.git.clone import cloned
from bot.editing.git.remote import PushRejectedError, Remote, RemoteError
from bot.editing.revision import Revision
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import WithdrawalReason
from bot.ops.doctor.checks import run_checks
from bot.ops.doctor.finding import Severity
from tests.editing.elsewhere import INNER, Elsewhere, Follower, elsewhere, git
from tests.editing.office import GOOD, NOW
from tests.places import HARBOUR

LADDER = AddPhrasing("ladder", "ladder gone")
MINE = EditEntry("ladder", {"answer": "The report does not say so."})
THEIRS = ("The report does not say. Ada", "The report keeps silent. Ada")


@pytest.fixture
def there(tmp_path: Path) -> Elsewhere:
    return elsewhere(tmp_path)


@pytest.fixture
def office(there: Elsewhere) -> Follower:
    return there.follower()


def test_an_edit_is_a_commit_there_in_the_moderators_name(there: Elsewhere, office: Follower) -> None:
    office.make(LADDER)
    assert git(there.bare, "log", "-1", "--format=%an|%s", "main") == 'Ann|Add phrasing "ladder gone" to ladder\n'
    changed = git(there.bare, "show", "--format=", "-U0", "main").splitlines()
    assert [line for line in changed if line.startswith(("+ ", "- "))] == ["+      - ladder gone"]
    assert git(there.bare, "ls-tree", "--name-only", "main").splitlines() == ["README.md", "texts"]
    git(there.bare, "fsck", "--strict")
    assert office.desk.caveat() is None


def test_what_is_changed_there_is_in_use_after_a_look(there: Elsewhere, office: Follower) -> None:
    there.commit("ladder whereabouts", "where is that ladder", "Better words")
    assert office.desk.refresh(office.live)
    assert "where is that ladder" in office.phrasings("ladder")
    (known,) = office.desk.history()
    assert (known.what, known.author) == ("Better words", "Host")


def test_a_whole_file_comes_and_goes(there: Elsewhere, office: Follower) -> None:
    office.make(AddEntry("museum", GOOD))
    git(there.work, "pull", "-q")
    assert (there.work / INNER / "faq" / "museum.yaml").exists()
    git(there.work, "rm", "-q", f"{INNER}/faq/museum.yaml")
    git(there.work, "commit", "-qm", "No museum")
    git(there.work, "push", "-q")
    assert office.desk.refresh(office.live)
    assert not (office.folder / "faq" / "museum.yaml").exists()


def test_edits_here_and_there_at_once_are_both_kept(there: Elsewhere, office: Follower) -> None:
    draft = office.desk.draft(LADDER, office.live)
    there.commit("      - ladder whereabouts\n", "      - ladder whereabouts\n      - any ladder\n")
    there.commit("what got nicked", "what was nicked")
    office.desk.confirm(draft, office.live, "Ann", NOW)
    assert office.phrasings("ladder")[-2:] == ("any ladder", "ladder gone")
    assert "what was nicked" in office.phrasings("what-was-taken")
    assert there.text() == (office.folder / "faq" / "theft.yaml").read_text("utf-8")
    assert there.log() == ['Add phrasing "ladder gone" to ladder', "By hand", "By hand", "All of it"]
    assert git(there.bare, "log", "--merges", "--format=%s", "main") == ""


def test_a_conflict_with_what_was_changed_there_is_shown_and_the_edit_is_not_lost(
    there: Elsewhere, office: Follower
) -> None:
    draft = office.desk.draft(MINE, office.live)
    there.commit(*THEIRS)
    with pytest.raises(ConflictError, match="was changed in the FAQ's repository"):
        office.desk.confirm(draft, office.live, "Ann", NOW)
    assert office.live.current.entries["ladder"].answer.startswith("The report keeps silent.")
    assert there.log() == ["By hand", "All of it"]
    gave_way = office.desk.history("ladder")[0]
    assert gave_way.what == "By hand (kept instead of Ann's edit: Edit answer of ladder)"
    assert gave_way.author == "Host"
    office.make(office.desk.undo(gave_way.number))
    assert office.live.current.entries["ladder"].answer == "The report does not say so."
    assert "The report does not say so." in there.text()


def test_while_the_repository_is_out_of_reach_edits_are_kept_and_sent_later(
    there: Elsewhere, office: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    gone = there.gone()
    made = office.make(LADDER)
    office.make(AddPhrasing("who-saw-it", "any onlooker"))
    assert office.desk.commit_of(made) is None
    assert {"ladder gone"} < set(office.phrasings("ladder"))
    unread = "there's none at its address, or the token may not read it"
    assert office.desk.caveat() == Caveat(unread, ephemeral_disk=False)
    assert len([line for line in caplog.messages if "can't be synced" in line]) == 1
    gone.rename(there.bare)
    there.commit("what got nicked", "what was nicked")
    assert office.desk.refresh(office.live)
    assert office.desk.caveat() is None
    assert office.desk.commit_of(made) == git(there.bare, "rev-parse", "--short=8", "main~1").strip()
    assert there.log()[:2] == ['Add phrasing "any onlooker" to who-saw-it', 'Add phrasing "ladder gone" to ladder']
    assert [revision.what for revision in office.desk.history()] == [
        "By hand",
        'Add phrasing "any onlooker" to who-saw-it',
        'Add phrasing "ladder gone" to ladder',
    ]


def test_an_edit_that_was_kept_and_is_then_overridden_is_news_once(there: Elsewhere, office: Follower) -> None:
    gone = there.gone()
    office.make(MINE)
    office.make(LADDER)
    gone.rename(there.bare)
    there.commit(*THEIRS)
    office.desk.refresh(office.live)
    (news,) = office.desk.news()
    assert office.desk.news() == ()
    assert news.what == "By hand (kept instead of Ann's edit: Edit answer of ladder)"
    assert "ladder gone" in there.text()
    office.make(office.desk.undo(office.desk.history()[0].number))
    assert "The report does not say so." in there.text()


@pytest.mark.parametrize("theirs", [THEIRS, ("ladder whereabouts", "its whereabouts")], ids=["answer", "phrasing"])
@pytest.mark.parametrize("edited", [True, False])
def test_a_withdrawal_that_was_not_sent_holds_whatever_was_changed_there(
    there: Elsewhere, office: Follower, theirs: tuple[str, str], *, edited: bool
) -> None:
    gone = there.gone()
    if edited:
        office.make(MINE)
    office.make(Withdraw("ladder", NOW.date(), WithdrawalReason.PRIVACY))
    gone.rename(there.bare)
    there.commit(*theirs)
    office.desk.refresh(office.live)
    assert "ladder" in office.live.current.withdrawn
    assert "whereabouts" not in there.text()
    assert "The report" not in there.text()
    assert office.desk.caveat() is None


def test_news_that_cannot_be_read_now_is_news_later(
    there: Elsewhere, office: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = there.gone()
    office.make(MINE)
    gone.rename(there.bare)
    there.commit(*THEIRS)
    office.desk.refresh(office.live)

    def refused(_folder: Path) -> tuple[Revision, ...]:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patch:
        patch.setattr(journal, "read_history", refused)
        with pytest.raises(OSError, match="Too many open files"):
            office.desk.news()
    assert len(office.desk.news()) == 1
    assert office.desk.news() == ()


def test_what_is_wrong_only_together_is_overridden_too(there: Elsewhere, office: Follower) -> None:
    draft = office.desk.draft(AddPhrasing("ladder", "the same words"), office.live)
    there.commit("- what got nicked", "- what got nicked\n      - The same words?")
    with pytest.raises(ConflictError):
        office.desk.confirm(draft, office.live, "Ann", NOW)
    assert office.desk.refresh(office.live)
    assert "the same words" not in there.text()


def test_a_commit_there_that_breaks_the_files_is_reported_and_the_last_good_state_serves(
    there: Elsewhere, office: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    there.commit("[n1]. The director", "[n99]. The director", "Wrong passage")
    assert not office.desk.refresh(office.live)
    said = "\n".join(map(str, office.live.problems))
    assert "of Host can't be used, so the version before it stays in use" in said
    assert "faq/theft.yaml:9:5: the passage `n99` does not exist" in said
    assert not office.desk.refresh(office.live)
    (logged,) = caplog.messages
    assert "faq/theft.yaml:9:5: the passage `n99` does not exist" in logged
    assert "Host" not in logged, "the log names nobody"
    there.commit("n99", "n98", "Another")
    assert not office.desk.refresh(office.live)
    assert "the passage `n98` does not exist" in caplog.messages[-1]
    assert "[n1]" in office.live.current.entries["what-was-taken"].answer
    office.make(LADDER)
    assert "ladder gone" in office.phrasings("ladder")
    assert office.live.problems
    assert office.desk.caveat() == Caveat("its latest version has problems", ephemeral_disk=False)
    there.commit("n98", "n1", "Fixed")
    assert office.desk.refresh(office.live)
    assert not office.live.problems
    assert "ladder gone" in there.text()


def test_a_history_that_was_rewritten_is_followed_with_the_edits_on_top_that_were_not_sent(
    there: Elsewhere, office: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    there.commit("what got nicked", "what was nicked")
    office.desk.refresh(office.live)
    office.make(AddPhrasing("who-saw-it", "any onlooker"))
    gone = there.gone()
    office.make(LADDER)
    gone.rename(there.bare)
    git(there.work, "pull", "-q")
    git(there.work, "reset", "-q", "--hard", "HEAD~2")
    git(there.work, "commit", "-q", "--amend", "-m", "All of it, again")
    git(there.work, "push", "-q", "--force")
    assert office.desk.refresh(office.live)
    assert "what got nicked" in office.phrasings("what-was-taken")
    assert there.log() == ['Add phrasing "ladder gone" to ladder', "All of it, again"]
    assert "was rewritten" in caplog.text
    assert [revision.what for revision in office.desk.history()] == [
        "The history was rewritten",
        'Add phrasing "ladder gone" to ladder',
        'Add phrasing "any onlooker" to who-saw-it',
        "By hand",
    ]


def test_an_edit_that_was_sent_and_not_noted_is_not_made_twice(there: Elsewhere, office: Follower) -> None:
    before = git(there.bare, "rev-parse", "main").strip()
    office.make(LADDER)
    there.commit("what got nicked", "what was nicked")
    ref = office.folder / ".desk" / "repository.git" / "refs" / "remotes" / "origin" / "there"
    ref.write_text(f"{before}\n", "utf-8")
    assert office.desk.refresh(office.live)
    assert there.log() == ["By hand", 'Add phrasing "ladder gone" to ladder', "All of it"]
    assert office.phrasings("ladder").count("ladder gone") == 1
    assert office.desk.caveat() is None


def test_a_branch_that_takes_no_change_is_said(
    there: Elsewhere, office: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        message = "it refuses the change (protected branch)"
        raise PushRejectedError(message)

    monkeypatch.setattr(Remote, "push", refuse)
    office.make(LADDER)
    assert office.desk.caveat() == Caveat("it refuses the change (protected branch)", ephemeral_disk=False)
    there.commit("what got nicked", "what was nicked")
    assert office.desk.refresh(office.live)
    assert "ladder gone" in office.phrasings("ladder")
    assert "what was nicked" in office.phrasings("what-was-taken")


def test_a_change_by_hand_in_the_copy_is_not_overwritten(there: Elsewhere, office: Follower) -> None:
    path = office.folder / "faq" / "theft.yaml"
    path.write_text("# By hand.\n" + path.read_text("utf-8"), "utf-8")
    there.commit("what got nicked", "what was nicked")
    assert not office.desk.refresh(office.live)
    assert "was changed by hand in the bot's own copy" in str(office.live.problems[0])
    assert path.read_text("utf-8").startswith("# By hand.\n")
    path.write_text(path.read_text("utf-8").removeprefix("# By hand.\n"), "utf-8")
    assert office.desk.refresh(office.live)
    assert "what was nicked" in office.phrasings("what-was-taken")


def test_without_the_repository_the_last_copy_serves(
    there: Elsewhere, office: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    office.make(LADDER)
    there.gone()
    again = there.follower()
    assert "ladder gone" in again.phrasings("ladder")
    again.desk.refresh(again.live)
    (warning,) = [line for line in caplog.messages if "can't be synced" in line]
    assert warning.startswith("The knowledge repository can't be synced, so the last good version stays in use: ")


def test_a_repository_that_cannot_be_had_at_first_is_an_error(there: Elsewhere, tmp_path: Path) -> None:
    def error(remote: Remote, inner: str = INNER) -> str:
        with pytest.raises(RemoteError) as caught:
            cloned(remote, inner, tmp_path / "new")
        return str(caught.value)

    assert error(Remote(str(tmp_path / "nowhere"))) == "there's none at its address, or the token may not read it"
    assert error(Remote(str(there.bare), branch="other")) == "it has no branch other"
    assert error(Remote(str(there.bare)), "") == "it has no case.yaml in its top folder"
    assert error(Remote(str(there.bare)), "../x") == "it has no folder .."
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    assert error(Remote(str(tmp_path / "empty.git"))) == "it is empty"
    there.commit("[n1]. The director", "[n99]. The director")
    with pytest.raises(KnowledgeError, match="n99"):
        cloned(Remote(str(there.bare)), INNER, tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())


def _a_link(there: Elsewhere) -> str:
    (there.work / "linked").symlink_to(INNER)
    return "linked"


def _a_link_on_the_way(there: Elsewhere) -> str:
    (there.work / "linked").symlink_to("texts")
    return "linked/knowledge"


def _a_submodule(there: Elsewhere) -> str:
    git(there.work, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(there.bare), "module")
    return f"module/{INNER}"


def _a_file(there: Elsewhere) -> str:
    (there.work / "file").write_text("no folder")
    return "file"


def _lfs(there: Elsewhere) -> str:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'1' * 64}\nsize 12345\n"
    (there.work / INNER / "faq" / "theft.yaml").write_text(pointer)
    return INNER


FOLDERS = {
    "a link": (_a_link, "linked is a symbolic link in it"),
    "a link on the way": (_a_link_on_the_way, "linked is a symbolic link in it"),
    "a submodule": (_a_submodule, "module is a submodule in it, whose files are in another repository"),
    "a file": (_a_file, "file is a file in it"),
    "nothing": (lambda _: "texts/knowlege", "it has no folder texts/knowlege"),
    "a folder of something else": (lambda _: "texts", "it has no case.yaml in its folder texts"),
    "pointers of LFS": (_lfs, "faq/theft.yaml:1:1: it's only a Git LFS pointer"),
}


@pytest.mark.parametrize("kind", FOLDERS)
async def test_what_is_no_knowledge_folder_is_named_also_by_the_doctor(
    there: Elsewhere, tmp_path: Path, kind: str
) -> None:
    make, said = FOLDERS[kind]
    inner = make(there)
    git(there.work, "add", "--all")
    git(there.work, "commit", "--allow-empty", "-qm", "As it is")
    git(there.work, "push", "-q")
    with pytest.raises((RemoteError, KnowledgeError)) as caught:
        cloned(Remote(str(there.bare)), inner, tmp_path / "new")
    assert said in str(caught.value)
    assert not list((tmp_path / "new").iterdir())
    changed = {"knowledge": HARBOUR, "knowledge_git": str(there.bare), "knowledge_git_folder": inner, "token": None}
    settings = Settings(_env_file=None).model_copy(update={**changed, "database_url": SecretStr("memory")})
    found = await run_checks(settings, Answerer)
    (finding,) = [each for each in found if each.about == "repository"]
    assert finding.verdict is Severity.FAULT
    assert said in finding.what


WRITTEN = {
    "": ["", ".", "./", "/"],
    "x": [" x ", "./x", "x/", ".\\x", "y/../x"],
    "x/y": ["/x/y/", "x\\y", "x//y", "x/./y"],
    "faq-base": ["faq-base"],
}
"""A folder, and ways to write it."""


@pytest.mark.parametrize(("meant", "written"), [(meant, way) for meant, ways in WRITTEN.items() for way in ways])
def test_a_folder_in_the_repository_may_be_written_in_any_way(
    monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    monkeypatch.setenv("CASEBOT_KNOWLEDGE_GIT_FOLDER", written)
    assert Settings(_env_file=None).knowledge_git_folder == meant


@pytest.mark.parametrize("written", ["..", "../x", "x/../../y", "C:\\x", "https://example.org/x"])
def test_a_folder_outside_the_repository_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("CASEBOT_KNOWLEDGE_GIT_FOLDER", written)
    with pytest.raises(SettingsError, match=r"CASEBOT_KNOWLEDGE_GIT_FOLDER: .*from the top of the repository"):
        read_settings()


def test_a_branch_can_be_chosen(there: Elsewhere, tmp_path: Path) -> None:
    git(there.work, "checkout", "-qb", "faq")
    git(there.work, "push", "-q", "-u", "origin", "faq")
    office = Follower(cloned(Remote(str(there.bare), branch="faq"), INNER, tmp_path / "new"))
    office.make(LADDER)
    assert "ladder gone" in git(there.bare, "show", f"faq:{INNER}/faq/theft.yaml")
    assert "ladder gone" not in there.text()


def test_two_machines_lose_nothing(there: Elsewhere) -> None:
    one, two = there.follower("one"), there.follower("two")
    for number in range(3):
        one.make(AddPhrasing("ladder", f"wording {number} of one"))
        two.make(AddPhrasing("ladder", f"wording {number} of two"))
    for office in (one, two):
        assert office.desk.refresh(office.live)
        assert len(office.phrasings("ladder")) == 9
    assert {revision.key for revision in one.desk.history()} == {revision.key for revision in two.desk.history()}


@pytest.fixture
def over_ssh(there: Elsewhere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Follower:
    """A bot that speaks to the real git there, by an ssh that goes to no other machine."""
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', "utf-8")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    return Follower(
        cloned(Remote(f"ssh://git@example.org{there.bare}", token=SecretStr("not for ssh")), INNER, tmp_path)
    )


def test_over_ssh_edits_go_there_and_changes_come(there: Elsewhere, over_ssh: Follower) -> None:
    there.commit("what got nicked", "what was nicked")
    over_ssh.make(LADDER)
    assert "ladder gone" in there.text()
    assert "what was nicked" in over_ssh.phrasings("what-was-taken")
    assert over_ssh.desk.caveat() is None


def test_a_hook_that_refuses_edits_is_said(there: Elsewhere, over_ssh: Follower) -> None:
    hook = there.bare / "hooks" / "update"
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    over_ssh.make(LADDER)
    assert over_ssh.desk.caveat() == Caveat("it refuses the change (hook declined)", ephemeral_disk=False)
    hook.unlink()
    assert over_ssh.desk.refresh(over_ssh.live)
    assert over_ssh.desk.caveat() is None
    assert "ladder gone" in there.text()


@pytest.mark.parametrize("lock", ["refs/heads/here.lock", "HEAD.lock", "objects/pack/pack-00.idx.lock"])
def test_a_lock_that_a_killed_process_has_left_in_the_copy_is_taken_away(
    there: Elsewhere, office: Follower, lock: str
) -> None:
    path = office.folder / ".desk" / "repository.git" / lock
    path.touch()
    os.utime(path, (time.time() - 700,) * 2)
    there.commit("what got nicked", "what was nicked")
    assert office.desk.refresh(office.live)
    office.make(LADDER)
    assert not path.exists()
    assert "ladder gone" in there.text()


def test_kills_at_random_instants_lose_no_confirmed_edit_and_all_are_sent(there: Elsewhere, tmp_path: Path) -> None:
    rounds = os.environ.get("CASEBOT_TEST_KILLS", "8")  # 200 shows more and takes minutes
    command = [sys.executable, "-m", "tests.editing.killed", str(tmp_path), rounds, INNER]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own module)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 0, "no edit was confirmed before a kill, so nothing was shown"
    git(there.bare, "fsck", "--strict", "--no-dangling")
