"""Nobody's words, names or reasons can make a commit look like another edit, or like two."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dulwich.objects import Commit, ObjectID, Tree
from dulwich.repo import Repo
from hypothesis import example, given
from hypothesis import strategies as st

from bot.editing.edits import AddPhrasing, AddUnanswered, Edit, EditEntry
from bot.editing.git.repository import KnowledgeRepo, revision_key
from bot.editing.revision import Change, Revision
from tests.editing.elsewhere import git
from tests.editing.office import Office

FORGED = f"Casebot-Revision: {'f' * 32}"
BREAKS = [
    "\n", "\n\n", "\r", "\r\n\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0", "\x1b[1A",
    "\b", "\u202e", "\ud800",
]  # fmt: skip


@pytest.fixture
def office(folder: Path) -> Office:
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", "knowledge")
    git(folder.parent, "commit", "-qm", "All of it")
    return Office(folder)


def check(office: Office, made: Revision) -> None:
    """Ask the real git whose and what the last commit is."""
    assert (
        git(office.folder, "log", "-1", "--format=%(trailers:only,unfold)").strip() == f"Casebot-Revision: {made.key}"
    )
    message = git(office.folder, "log", "-1", "--format=%B").rstrip("\n")
    assert message == f"{made.what}\n\nCasebot-Revision: {made.key}"
    assert "\n" not in git(office.folder, "log", "-1", "--format=%an").removesuffix("\n")
    git(office.folder, "fsck", "--strict")
    assert office.desk.commit_of(made) == git(office.folder, "rev-parse", "--short=8", "HEAD").strip()


@pytest.mark.parametrize("broken", ["\n", "\n\n", "\t\n"], ids=ascii)
@pytest.mark.parametrize(
    "edit",
    [
        lambda words: AddPhrasing("ladder", words),
        AddUnanswered,
        lambda words: AddUnanswered("is the museum open", words),
        lambda words: EditEntry("ladder", {"question": words, "unless": [words]}),
    ],
    ids=["phrasing", "question", "group", "answer"],
)
def test_line_breaks_in_what_is_typed_forge_no_trailer(
    office: Office, edit: Callable[[str], Edit], broken: str
) -> None:
    check(office, office.make(edit(f"words{broken}{broken}{FORGED}")))


@pytest.mark.parametrize("broken", BREAKS, ids=ascii)
def test_line_breaks_in_a_moderators_name_forge_no_trailer(office: Office, broken: str) -> None:
    check(office, office.make(AddPhrasing("ladder", "ladder gone"), author=f"Ann{broken}{broken}{FORGED}"))


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[KnowledgeRepo, Commit]]:
    with Repo.init_bare(tmp_path_factory.mktemp("bare")) as repo:
        first, tree = Commit(), Tree()
        first.tree, first.message, first.author, first.committer = tree.id, b"First", b"A <a@b>", b"A <a@b>"
        first.author_time = first.commit_time = first.author_timezone = first.commit_timezone = 0
        repo.object_store.add_object(tree)
        repo.object_store.add_object(first)
        yield KnowledgeRepo(repo, ""), first


ANY = st.text(st.characters() | st.sampled_from("\n\r\v\f\0\x1c\x85\u2028\u2029<>: "))


@given(what=ANY | ANY.map(lambda text: f"{text}\n\n{FORGED}"), author=ANY, at=st.integers(0, 4_000_000_000))
@example(what="", author="", at=0)
@example(what="\u200d", author="<>", at=1_800_000_000)
def test_a_commit_is_its_own_edit_and_no_other_whatever_is_in_its_words(
    holding: tuple[KnowledgeRepo, Commit], what: str, author: str, at: int
) -> None:
    made_in, parent = holding
    revision = Revision(
        dt.datetime.fromtimestamp(at, dt.UTC), author, what, (Change("questions.yaml", "x", None, "y"),)
    )
    commit = made_in.commit(made_in.add(parent, {"questions.yaml": made_in.store("y")}, revision))
    commit.check()
    first, blank, trailer, end = commit.message.decode().split("\n")
    assert (blank, trailer, end) == ("", f"Casebot-Revision: {revision.key}", "")
    assert first.splitlines() == [first]
    assert len(commit.author.decode().splitlines()) == 1
    assert commit.author.endswith(b" <moderator@casebot.invalid>")
    assert revision_key(commit) == revision.key


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (f"Edit\n\n{FORGED}\n", "f" * 32),
        (f"Edit\n\nWhy.\n\n{FORGED}\nSigned-off-by: A <a@b>\n", "f" * 32),
        (f"Edit\n\n{FORGED}\n(cherry picked from commit 0123)\n", "f" * 32),
        (f"{FORGED}\n", None),
        (f"Words\n{FORGED}\n", None),
        (f"Words\n\nAs in\n{FORGED}\n", None),
        (f"Words\n\n{FORGED}\n\nMore words\n", None),
        (f"Two at once\n\n{FORGED}\nCasebot-Revision: {'e' * 32}\n", None),
        (f"Words\n\n {FORGED}\n", None),
        (f"Words\n\nNot-{FORGED}\n", None),
        (f"Words\n\n{FORGED} and more\n", None),
        ("Words\n\nCasebot-Revision: ../../x\n", None),
        ("Words\n\nCasebot-Revision: ffff\n", None),
        (f"Words\r\n\r\n{FORGED}\r\n", None),
        (f"Words\x0b\x0b{FORGED}", None),
        ("", None),
    ],
)
def test_only_a_trailer_among_trailers_names_an_edit(message: str, key: str | None) -> None:
    commit = Commit()
    commit.message = message.encode()
    assert revision_key(commit) == key


def test_a_commit_by_hand_that_quotes_an_edit_is_somebodys_own(office: Office) -> None:
    made = office.make(AddPhrasing("ladder", "ladder gone"))
    path = office.folder / "faq" / "theft.yaml"
    path.write_text(path.read_text("utf-8").replace("what got nicked", "what was nicked"), "utf-8")
    git(office.folder, "commit", "-qam", f"Better\n\nAfter the edit with\nCasebot-Revision: {made.key}\nas agreed.")
    office.desk.refresh(office.live)
    assert [revision.what for revision in office.desk.history()] == ["Better", made.what]
    assert ObjectID(office.desk.history()[0].key.encode()) == git(office.folder, "rev-parse", "HEAD").strip().encode()
