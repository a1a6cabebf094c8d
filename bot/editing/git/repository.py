"""The git repository that holds a knowledge folder: its files in a commit, and new commits of edits.

Commits are made of objects, not by running git, so no hook, editor or signature is asked for.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dulwich.errors import NotGitRepository
from dulwich.object_store import commit_tree_changes, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, Tree, TreeEntry
from dulwich.refs import HEADREF
from dulwich.repo import Repo

from bot.editing.revision import Revision

MODE: Final = 0o100644
"""Of a new file: text, not run."""

_ADDRESS: Final = "moderator@casebot.invalid"
"""No one's address: git wants one, and a name on Discord has none. RFC 2606 keeps `.invalid` free."""

OWN: Final = ".desk/repository.git"
"""The desk's own repository, in the knowledge folder, where that is a copy of one elsewhere."""

_SECTION: Final = (b"casebot",)

_SHORT: Final = 8
"""Characters of a commit's id that people are shown; git itself takes 7 and more."""

_KEY: Final = re.compile(r"^Casebot-Revision: (?P<key>\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class KnowledgeRepo:
    """A repository of which a commit holds the knowledge folder."""

    repo: Repo
    folder: str
    """The knowledge folder, relative to the top; ends with a slash or is empty."""

    own: bool = False
    """Whether it is the desk's own, of which nobody else makes commits."""

    def path(self, name: str) -> bytes:
        """Give the path of a knowledge file in the repository."""
        return f"{self.folder}{name}".encode()

    def commit(self, sha: ObjectID) -> Commit:
        """Give a commit by its id.

        Raises:
            KeyError: there is none.
        """
        found = self.repo[sha]
        if not isinstance(found, Commit):
            raise KeyError(sha)
        return found

    def blob(self, commit: Commit, name: str) -> tuple[int, ObjectID] | None:
        """Look up a file of a commit: its mode and the id of its content."""
        try:
            return tree_lookup_path(self.repo.object_store.__getitem__, commit.tree, self.path(name))
        except (KeyError, NotADirectoryError):
            return None

    def files(self, commit: Commit) -> dict[str, ObjectID]:
        """List the knowledge files of a commit: name -> id of the content."""
        # A backslash in a name would lead out of the folder on Windows.
        return {
            f"{inner}{entry.path.decode('utf-8', 'replace')}": entry.sha
            for inner in ("", "faq/")
            for entry in self._entries(commit, inner)
            if entry.path.endswith(b".yaml") and b"\\" not in entry.path
        }

    def content(self, sha: ObjectID) -> bytes:
        """Give what stands in a file."""
        return self.repo.object_store[sha].as_raw_string()

    def text(self, sha: ObjectID) -> str:
        """Give what stands in a file.

        Raises:
            UnicodeDecodeError: it is not UTF-8.
        """
        return self.content(sha).decode("utf-8")

    def store(self, text: str | None) -> ObjectID | None:
        """Keep a text as the content of a file; None stays None."""
        if text is None:
            return None
        blob = Blob.from_string(text.encode("utf-8"))
        self.repo.object_store.add_object(blob)
        return blob.id

    def add(self, parent: Commit, files: Mapping[str, ObjectID | None], revision: Revision) -> ObjectID:
        """Make the commit of a revision; no branch leads to it yet.

        Args:
            parent: the commit before it.
            files: name of a file -> id of its new content; None where it goes.
            revision: who made it, when and what.
        """
        top = self.repo[parent.tree]
        if not isinstance(top, Tree):
            raise TypeError(top)
        changes = []
        for name, new in files.items():
            mode, _ = self.blob(parent, name) or (MODE, None)
            changes.append((self.path(name), mode if new else None, new))
        made = Commit()
        made.tree = commit_tree_changes(self.repo.object_store, top, changes)
        made.parents = [parent.id]
        who = re.sub(r"[<>\n]", "", revision.author).strip() or "moderator"
        made.author = made.committer = f"{who} <{_ADDRESS}>".encode()
        made.author_time = made.commit_time = int(revision.when.timestamp())
        offset = revision.when.utcoffset() or dt.timedelta()
        made.author_timezone = made.commit_timezone = int(offset.total_seconds())
        made.encoding = b"UTF-8"
        made.message = f"{revision.what}\n\nCasebot-Revision: {revision.key}\n".encode()
        self.repo.object_store.add_object(made)
        return made.id

    def _entries(self, commit: Commit, inner: str) -> Iterator[TreeEntry]:
        path = self.path(inner).rstrip(b"/")
        try:
            _, sha = tree_lookup_path(self.repo.object_store.__getitem__, commit.tree, path)
        except (KeyError, NotADirectoryError):
            return
        tree = self.repo.object_store[sha]
        if isinstance(tree, Tree):
            yield from tree.iteritems()


@contextmanager
def open_repo(folder: Path) -> Iterator[KnowledgeRepo | None]:
    """Open the repository whose last commit holds a knowledge folder; None where there is none."""
    own = folder / OWN
    try:
        repo = Repo(own) if own.is_dir() else Repo.discover(folder.resolve())
    except NotGitRepository:
        yield None
        return
    with repo:
        if own.is_dir():
            yield KnowledgeRepo(repo, repo.get_config().get(_SECTION, b"folder").decode(), own=True)
            return
        root = Path(repo.path).resolve()
        inside = not repo.bare and folder.resolve().is_relative_to(root)
        where = folder.resolve().relative_to(root).as_posix() if inside else "."
        holding = KnowledgeRepo(repo, "" if where == "." else f"{where}/")
        # A folder that the last commit does not hold is somebody's own, in a work tree by chance.
        held = inside and HEADREF in repo.refs and holding.blob(holding.commit(repo.head()), "case.yaml")
        yield holding if held else None


def make_own(folder: Path, inner: str) -> Repo:
    """Make the desk's own repository, which has no work tree: the knowledge folder itself is what is checked out.

    Args:
        folder: the knowledge folder, empty.
        inner: where the knowledge folder is in the repository; empty for its top.
    """
    own = folder / OWN
    own.mkdir(parents=True)
    repo = Repo.init_bare(own)
    config = repo.get_config()
    config.set(_SECTION, b"folder", f"{inner.strip('/')}/".lstrip("/").encode())
    config.write_to_path()
    return repo


def revision_key(commit: Commit) -> str | None:
    """Give the key of the revision that a commit was made of; None for a commit by others."""
    found = _KEY.search(commit.message.decode("utf-8", "replace"))
    return found["key"] if found else None


def short(sha: ObjectID) -> str:
    """Give the beginning of a commit's id, by which git finds it."""
    return sha.decode()[:_SHORT]
