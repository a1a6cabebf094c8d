"""Which files of a knowledge folder are read, which are passed over, and which somebody must rename."""

from pathlib import Path

import pytest

from bot.editing.edits import AddPhrasing
from bot.knowledge.folder import folder_digest, inside, knowledge_files
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.reload import LiveKnowledge
from tests.editing.elsewhere import INNER, elsewhere, git
from tests.editing.office import Office

KEPT_BESIDE = {
    "Emacs' lock": "faq/.#theft.yaml",
    "Emacs' autosave": "faq/#theft.yaml#",
    "a backup": "faq/theft.yaml~",
    "another backup": "faq/theft.yaml.bak",
    "vim's swap file": "faq/.theft.yaml.swp",
    "vim's probe": "faq/4913",
    "JetBrains' copy": "faq/theft.yaml___jb_tmp___",
    "macOS's attributes": "faq/._theft.yaml",
    "a hidden file": "faq/.hidden.yaml",
    "a hidden YML file": "faq/.hidden.yml",
    "Office's lock": "faq/~$theft.yaml",
    "in a hidden folder": "faq/.git/theft.yaml",
    "at the top": ".#sources.yaml",
    "macOS's attributes at the top": "._case.yaml",
    "a page": "faq/README.md",
    "a rejected patch": "faq/theft.yaml.rej",
    "another program's settings": "mkdocs.yml",
    "another program's settings, too": "compose.yaml",
    "somebody's notes": "notes/ideas.yaml",
}

OVERLOOKED = {
    "another end": ("faq/more.yml", "faq/more.yaml"),
    "capitals": ("faq/X.YAML", "faq/X.yaml"),
    "both": ("faq/x.Yml", "faq/x.yaml"),
    "an end that Windows hides": ("faq/more.yaml.txt", "faq/more.yaml"),
    "a folder in faq": ("faq/sub/x.yaml", "faq/x.yaml"),
    "a folder in a folder": ("faq/a/b/x.yml", "faq/x.yaml"),
    "a twin of a file": ("sources.yml", "sources.yaml"),
    "a twin in capitals": ("Timeline.YAML", "timeline.yaml"),
    "entries beside faq": ("more.yaml", "faq/more.yaml"),
    "entries beside faq, with another end": ("more.yml", "faq/more.yaml"),
}


def put(folder: Path, name: str, content: str = "entries: [") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


def content(name: str) -> str:
    return "services: {}\n" if name in {"mkdocs.yml", "compose.yaml"} else "\0 broken: ["


@pytest.mark.parametrize("name", KEPT_BESIDE.values(), ids=KEPT_BESIDE)
def test_what_editors_and_systems_keep_beside_the_files_changes_nothing(folder: Path, name: str) -> None:
    before = load(folder)
    put(folder, name, content(name))
    assert load(folder) == before
    office = Office(folder)
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert office.phrasings("ladder")[-1] == "ladder gone"


def test_a_lock_that_is_a_link_to_nowhere_changes_nothing(folder: Path) -> None:
    before = folder_digest(folder)
    (folder / "faq" / ".#theft.yaml").symlink_to("ann@desk.4711:1700000000")
    load(folder)
    assert folder_digest(folder) == before


@pytest.mark.parametrize(("name", "right"), OVERLOOKED.values(), ids=OVERLOOKED)
def test_a_file_that_would_be_overlooked_is_a_problem_that_names_it(folder: Path, name: str, right: str) -> None:
    put(folder, name)
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    said = [str(problem) for problem in caught.value.problems if problem.place.file == name]
    assert len(said) == 1
    assert said[0].startswith(f"{name}:1:1: isn't read")
    assert said[0].endswith(f"; rename it to {right}, or remove it")


@pytest.mark.parametrize("name", [name for name, _ in OVERLOOKED.values()])
def test_a_running_bot_sees_it_come_and_go(folder: Path, name: str) -> None:
    live = LiveKnowledge(folder, lambda base: base.case.title)
    put(folder, name, "entries: []\n")
    assert not live.reload()
    assert any(problem.place.file == name for problem in live.problems)
    (folder / name).unlink()
    assert live.reload()
    assert not live.problems


def test_an_edit_is_not_made_while_a_file_would_be_overlooked(folder: Path) -> None:
    office = Office(folder)
    before = office.bytes()
    put(folder, "faq/more.yml")
    with pytest.raises(KnowledgeError, match=r"faq/more\.yml:1:1: isn't read"):
        office.make(AddPhrasing("ladder", "ladder gone"))
    assert office.bytes() == before


def test_of_very_many_such_files_the_first_are_named(folder: Path) -> None:
    for number in range(300):
        put(folder, f"faq/{number}.yml")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    assert len(caught.value.problems) == 20


@pytest.mark.parametrize("name", ["faq/more.yml", "faq/X.YAML", "faq/sub/x.yaml", "sources.yml", "more.yaml"])
def test_a_repository_with_such_a_file_is_not_followed_until_it_is_renamed(tmp_path: Path, name: str) -> None:
    there = elsewhere(tmp_path)
    office = there.follower()
    before = office.bytes()
    put(there.work / INNER, name)
    git(there.work, "add", "-A")
    git(there.work, "commit", "-qm", "More")
    git(there.work, "push", "-q")
    assert not office.desk.refresh(office.live)
    assert any(str(problem).startswith(f"{name}:") for problem in office.live.problems)
    assert office.bytes() == before
    git(there.work, "rm", "-q", f"{INNER}/{name}")
    git(there.work, "commit", "-qm", "No more")
    git(there.work, "push", "-q")
    assert office.desk.refresh(office.live)
    assert not office.live.problems


@pytest.mark.parametrize("name", ["faq/.#theft.yaml", "faq/._theft.yaml", "faq/~$theft.yaml", ".#case.yaml"])
def test_what_an_editor_left_in_a_repository_is_passed_over(tmp_path: Path, name: str) -> None:
    there = elsewhere(tmp_path)
    office = there.follower()
    before = office.bytes()
    if "#" in name:
        (there.work / INNER / name).symlink_to("ann@desk.4711")
    else:
        put(there.work / INNER, name, "\0")
    git(there.work, "add", "-Af")
    git(there.work, "commit", "-qm", "An editor's file")
    git(there.work, "push", "-q")
    assert office.desk.refresh(office.live)
    assert office.bytes() == before


def test_the_files_that_are_read_are_those_that_may_be_written(folder: Path) -> None:
    for path in knowledge_files(folder):
        assert inside(folder, path.relative_to(folder).as_posix()) == path
