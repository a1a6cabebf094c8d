"""Repositories of every kind and state: an edit is made, and committed or not, with a word; nothing is broken."""

import hashlib
import logging
import shutil
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from dulwich.objects import ObjectID
from dulwich.refs import HEADREF, Ref
from dulwich.repo import Repo

from bot.editing.edits import AddEntry, AddPhrasing
from bot.editing.git import commits
from tests.editing.elsewhere import git
from tests.editing.office import GOOD, Office

Step = Callable[[Path], object]
"""Does something to the work tree whose folder ``knowledge`` is edited."""


def run(*commands: str) -> Step:
    return lambda top: [git(top, *command.split()) for command in commands]


def write(name: str, content: bytes) -> Step:
    return lambda top: (top / name).write_bytes(content)


def change(name: str, new: Callable[[bytes], bytes]) -> Step:
    return lambda top: (top / name).write_bytes(new((top / name).read_bytes()))


def folder_instead(name: str) -> Step:
    def step(top: Path) -> None:
        (top / name).unlink()
        (top / name).mkdir()

    return step


def checked(index: bytes) -> bytes:
    return index + hashlib.sha1(index, usedforsecurity=False).digest()


def with_extension(index: bytes) -> bytes:
    return checked(index[:-20] + b"zzzz" + struct.pack(">I", 3) + b"abc")


def of_version_9(index: bytes) -> bytes:
    return checked(index[:4] + struct.pack(">I", 9) + index[8:-20])


def linked(top: Path) -> None:
    """Let a link to the FAQ's file be what is committed."""
    (top / "elsewhere").mkdir()
    (top / "knowledge/faq/theft.yaml").rename(top / "elsewhere/theft.yaml")
    (top / "knowledge/faq/theft.yaml").symlink_to("../../elsewhere/theft.yaml")
    git(top, "add", ".")
    git(top, "commit", "-qm", "A link")


def restored_config(top: Path) -> None:
    path = top / ".git/config"
    if path.is_dir():
        path.rmdir()
    shutil.copy(top / "config", path)


def reftable(top: Path) -> None:
    """Keep branches as newer versions of git do: https://git-scm.com/docs/reftable."""
    sha = ObjectID(git(top, "rev-parse", "HEAD").strip().encode())
    run("config core.repositoryformatversion 1", "config extensions.refStorage reftable")(top)
    shutil.rmtree(top / ".git/refs")
    (top / ".git/refs").mkdir()
    (top / ".git/refs/heads").write_text("this repository uses the reftable format\n", "utf-8")
    (top / ".git/HEAD").write_text("ref: refs/heads/.invalid\n", "utf-8")
    with Repo(top) as repo:
        repo.refs.set_symbolic_ref(HEADREF, Ref(b"refs/heads/main"))
        repo.refs[Ref(b"refs/heads/main")] = sha


def without_object(top: Path) -> None:
    sha = git(top, "rev-parse", "HEAD").strip()
    (top / ".git/objects" / sha[:2] / sha[2:]).unlink()


@dataclass(frozen=True)
class State:
    """A state of a repository in which nothing can be committed."""

    reason: str
    """What the moderator reads."""

    make: Step
    fix: Step | None = None
    """What the operator does about it; None where git itself cannot."""

    init: str = "init -q"
    files: Mapping[str, str] = field(default_factory=dict)
    """More of them in the first commit."""

    touched: frozenset[str] = frozenset()
    """What is written all the same: the edit is staged, like one that is about to be committed."""


SPARSE = {"other/deep/x.txt": "x", "another/deep/y.txt": "y"}
UNREADABLE = "the repository can't be read or written"
DAMAGED = "the repository's index is damaged"


def renewed(top: Path) -> None:
    path = top / ".git/index"
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink()
    git(top, "reset", "-q")


STATES = {
    "sha256": State(
        "the repository is in the SHA256 format, which I can't write", run(), init="init -q --object-format=sha256"
    ),
    "split index": State(
        "the repository's index is split, which I can't write",
        run("update-index --split-index"),
        run("update-index --no-split-index"),
    ),
    "sparse index": State(
        "the repository's index is sparse, which I can't write",
        run("sparse-checkout init --cone --sparse-index", "sparse-checkout set knowledge"),
        run("sparse-checkout reapply --no-sparse-index"),
        files=SPARSE,
    ),
    "index with an unknown extension": State(
        "the repository's index is of an unknown kind, which I can't write",
        change(".git/index", with_extension),
        renewed,
    ),
    "index of a new version": State(
        "the repository's index has the format 9, which I can't write", change(".git/index", of_version_9), renewed
    ),
    "index cut off": State(DAMAGED, change(".git/index", lambda index: index[:-30]), renewed),
    "index without its checksum": State(DAMAGED, change(".git/index", lambda index: index[:-20]), renewed),
    "empty index": State(DAMAGED, write(".git/index", b""), renewed),
    "index with a flipped bit": State(
        DAMAGED, change(".git/index", lambda index: index[:50] + bytes([index[50] ^ 1]) + index[51:]), renewed
    ),
    "index of zeros": State(DAMAGED, write(".git/index", bytes(500)), renewed),
    "index that is a folder": State(UNREADABLE, folder_instead(".git/index"), renewed),
    "locked index": State(
        "another program is at work in the repository",
        write(".git/index.lock", b""),
        lambda top: (top / ".git/index.lock").unlink(),
    ),
    "locked branch": State(
        "another program is at work in the repository",
        write(".git/refs/heads/main.lock", b""),
        lambda top: (top / ".git/refs/heads/main.lock").unlink(),
        touched=frozenset({".git/index"}),
    ),
    "unknown extension": State(
        "the repository uses the extension frobnicate, which I don't know",
        run("config core.repositoryformatversion 1", "config extensions.frobnicate true"),
        restored_config,
    ),
    "partial clone": State(
        "the repository uses the extension partialclone, which I don't know",
        run("config core.repositoryformatversion 1", "config extensions.partialClone origin"),
        run("config --unset extensions.partialClone"),
    ),
    "reftable": State(
        "the repository keeps its branches as a reftable, which I can't write",
        reftable,
    ),
    "format of tomorrow": State(
        UNREADABLE,
        run("config core.repositoryformatversion 7"),
        restored_config,
    ),
    "broken config": State(
        UNREADABLE,
        write(".git/config", b"[core\n\xff ="),
        restored_config,
    ),
    "config that is a folder": State(
        UNREADABLE,
        folder_instead(".git/config"),
        restored_config,
    ),
    "broken HEAD": State(UNREADABLE, write(".git/HEAD", b"\xff\xfe"), write(".git/HEAD", b"ref: refs/heads/main\n")),
    "broken branch": State(UNREADABLE, write(".git/refs/heads/main", b"what?\n")),
    "branch to nowhere": State(UNREADABLE, write(".git/refs/heads/main", b"1" * 40 + b"\n")),
    "lost commit": State(UNREADABLE, without_object),
    "linked file": State("faq/theft.yaml is a link in the repository, not a file", linked),
}


def made(folder: Path, init: str, files: Mapping[str, str]) -> Path:
    """Make a repository around a knowledge folder; give back its top."""
    top = folder.parent
    git(top, *init.split(), "-b", "main")
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, "utf-8")
    git(top, "add", ".")
    git(top, "commit", "-qm", "All of it")
    shutil.copy(top / ".git/config", top / "config")
    return top


def contents(top: Path) -> dict[str, bytes]:
    """Everything that git keeps, but for objects that nothing leads to."""
    paths = [path for path in (top / ".git").rglob("*") if path.is_file() and "objects" not in path.parts]
    return {str(path.relative_to(top)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_where_nothing_can_be_committed_the_edit_is_made_and_why_is_said(
    folder: Path, state: State, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    top = made(folder, state.init, state.files)
    state.make(top)
    before = contents(top)
    office = Office(folder)
    for number in range(3):
        office.make(AddPhrasing("ladder", f"ladder gone {number}"))
    office.make(AddEntry("museum", GOOD))
    assert office.phrasings("ladder")[-1] == "ladder gone 2"
    assert [revision.author for revision in office.desk.history()][:4] == ["Ann"] * 4
    after = contents(top)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == state.touched
    caveat = office.desk.caveat()
    assert caveat
    assert caveat.uncommitted == state.reason
    warnings = [record for record in caplog.records if record.levelno > logging.INFO]
    assert not [record for record in warnings if record.exc_info]
    (said,) = [record.getMessage() for record in warnings if "could not be committed to git" in record.getMessage()]
    assert f": {state.reason}. To fix it, " in said
    assert len(warnings) <= 2
    if state.fix:
        caplog.clear()
        state.fix(top)
        assert office.desk.refresh(office.live)
        assert office.desk.caveat() is None
        subjects = ["Add entry who-owns-the-museum", *(f'Add phrasing "ladder gone {n}" to ladder' for n in (2, 1, 0))]
        assert git(top, "log", "--format=%s").splitlines() == [*subjects, "All of it"]
        assert git(top, "status", "--porcelain", "--untracked-files=no") == ""
        git(top, "fsck", "--strict", "--no-dangling")
        assert any("can be used again" in message for message in caplog.messages)


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_what_is_in_the_way_can_be_asked_for_beforehand(folder: Path, state: State) -> None:
    top = made(folder, state.init, state.files)
    assert commits.obstacle(folder) is None or state.init != "init -q"
    state.make(top)
    before = contents(top)
    trouble = commits.obstacle(folder)
    # What another program does at the moment, and what one file is, show when a commit is made.
    assert (str(trouble) if trouble else "") in {state.reason, ""}
    assert trouble or "lock" in state.reason or "at work" in state.reason or "link" in state.reason
    assert contents(top) == before


def monitored(top: Path) -> None:
    """Let a program tell git what has changed, as watchman does: nothing ever, which is a lie if it is believed."""
    hook = top / ".git/hooks/monitor"
    hook.write_text("#!/bin/sh\nprintf 'token\\0/\\0'\n", "utf-8")
    hook.chmod(0o755)
    git(top, "config", "core.fsmonitor", ".git/hooks/monitor")
    git(top, "status")


def conflicting(top: Path) -> None:
    """Leave a merge that somebody is about to settle, in a file that edits do not touch."""
    for branch, text in (("side", "one"), ("main", "two")):
        git(top, "checkout", "-q", *(["-b", "side"] if branch == "side" else ["main"]))
        (top / "notes.txt").write_text(text, "utf-8")
        git(top, "commit", "-qam", branch)
    with pytest.raises(Exception, match="merge"):
        git(top, "merge", "side")


ORDINARY: dict[str, Step] = {
    "as git makes it": run(),
    "index of version 4": run("update-index --index-version 4"),
    "index of version 3": run("update-index --skip-worktree notes.txt"),
    "index without a checksum": run("config index.skipHash true", "add --renormalize ."),
    "many files": run("config feature.manyFiles true", "update-index --index-version 4"),
    "untracked cache": run("update-index --force-untracked-cache", "status"),
    "monitored": monitored,
    "end of index entries": run("config index.threads 4", "add --renormalize ."),
    "sparse checkout": run(
        "sparse-checkout init --cone --no-sparse-index", "sparse-checkout set knowledge", "update-index --refresh"
    ),
    "packed": run("gc -q", "pack-refs --all"),
    "detached": run("checkout -q --detach"),
    "merge that waits": conflicting,
    "config of worktrees": run("config core.repositoryformatversion 1", "config extensions.worktreeConfig true"),
    "commit graph": run("gc -q", "commit-graph write --reachable", "multi-pack-index write"),
    "signed by default": run("config commit.gpgSign true", "config user.signingKey none"),
}


@pytest.mark.parametrize("make", ORDINARY.values(), ids=ORDINARY.keys())
def test_in_every_ordinary_repository_edits_are_committed_and_git_agrees(folder: Path, make: Step) -> None:
    top = made(folder, "init -q", {"notes.txt": "notes", **SPARSE})
    make(top)
    staged = git(top, "status", "--porcelain", "--untracked-files=no")
    count = int(git(top, "rev-list", "--count", "HEAD"))
    office = Office(folder)
    office.make(AddPhrasing("ladder", "ladder gone"))
    added = office.make(AddEntry("museum", GOOD))
    office.make(office.desk.undo(added.number))
    office.make(AddEntry("museum", GOOD))
    assert office.desk.caveat() is None
    assert git(top, "status", "--porcelain", "--untracked-files=no") == staged
    assert int(git(top, "rev-list", "--count", "HEAD")) == count + 4
    assert git(top, "show", "HEAD:knowledge/faq/museum.yaml") == (folder / "faq/museum.yaml").read_text("utf-8")
    git(top, "fsck", "--strict", "--no-dangling")


def kinds_of_work_trees(top: Path, where: Path) -> dict[str, Path]:
    """Make other work trees of a repository, as git can; give back their knowledge folders."""
    git(top, "worktree", "add", "-q", str(where / "tree"), "-b", "tree")
    git(where, "clone", "-q", "--depth", "1", f"file://{top}", "shallow")
    git(where, "clone", "-q", "--separate-git-dir", str(where / "apart.git"), str(top), "apart")
    git(where, "init", "-q", "super")
    git(where / "super", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(top), "inner")
    return {name: where / name / "knowledge" for name in ("tree", "shallow", "apart")} | {
        "submodule": where / "super/inner/knowledge"
    }


@pytest.mark.parametrize("kind", ["tree", "shallow", "apart", "submodule"])
def test_in_every_kind_of_work_tree_edits_are_committed(folder: Path, tmp_path: Path, kind: str) -> None:
    top = made(folder, "init -q", {})
    where = tmp_path / "more"
    where.mkdir()
    office = Office(kinds_of_work_trees(top, where)[kind])
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert office.desk.caveat() is None
    assert git(office.folder, "log", "-1", "--format=%s") == 'Add phrasing "ladder gone" to ladder\n'
    assert git(office.folder, "status", "--porcelain", "--untracked-files=no") == ""
    assert git(top, "rev-list", "--count", "main") == "1\n"


def test_a_work_tree_whose_repository_is_gone_is_outside_git(folder: Path) -> None:
    (folder.parent / ".git").write_text("gitdir: /nowhere/at/all\n", "utf-8")
    office = Office(folder)
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert office.desk.caveat() is None


def test_a_file_that_is_staged_keeps_what_is_staged_when_the_index_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = made(folder, "init -q", {})
    (folder / "case.yaml").write_text("# staged\n" + (folder / "case.yaml").read_text("utf-8"), "utf-8")
    git(top, "add", "knowledge/case.yaml")
    before = (top / ".git/index").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    office = Office(folder)
    with monkeypatch.context() as patch:
        patch.setattr(commits, "write_index_dict", full)
        office.make(AddPhrasing("ladder", "ladder gone"))
    assert (top / ".git/index").read_bytes() == before
    assert not (top / ".git/index.lock").exists()
    caveat = office.desk.caveat()
    assert caveat
    assert caveat.uncommitted == UNREADABLE
    office.desk.refresh(office.live)
    assert office.desk.caveat() is None
    assert git(top, "status", "--porcelain", "--untracked-files=no") == "M  knowledge/case.yaml\n"
