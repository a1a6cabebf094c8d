"""The git repository that holds a knowledge folder: its files in a commit, and new commits of edits.

Commits are made of objects, not by running git, so no hook, editor or signature is asked for.
"""

import datetime as dt
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dulwich.errors import NotGitRepository, NotTreeError
from dulwich.index import validate_path_element_hfs, validate_path_element_ntfs
from dulwich.object_store import commit_tree_changes, tree_lookup_path
from dulwich.objects import S_ISGITLINK, Blob, Commit, ObjectID, SubmoduleEncountered, Tree, TreeEntry
from dulwich.refs import HEADREF, DiskRefsContainer
from dulwich.repo import Repo, UnsupportedExtension

from bot.editing.revision import Revision, author_name, one_line
from bot.knowledge.load import KnowledgeError
from bot.knowledge.yaml_file import Place, Problem

MODE: Final = 0o100644
"""Of a new file: text, not run."""

_ADDRESS: Final = "moderator@casebot.invalid"
"""No one's address: git wants one, and a name on Discord has none. RFC 2606 keeps `.invalid` free."""

OWN: Final = ".desk/repository.git"
"""The desk's own repository, in the knowledge folder, where that is a copy of one elsewhere."""

_SECTION: Final = (b"casebot",)

_SHORT: Final = 8
"""Characters of a commit's id that people are shown; git itself takes 7 and more."""

_TRAILER: Final = "Casebot-Revision: "
_KEY: Final = re.compile(rf"{_TRAILER}(?P<key>[0-9a-f]{{32}})")
_TRAILERS: Final = re.compile(r"[A-Za-z0-9-]+: .*|\(cherry picked from commit .*|[ \t].*")
"""A line of a message's last paragraph, if that is of trailers: https://git-scm.com/docs/git-interpret-trailers"""

REPOSITORY: Final = "the repository"
"""Author of what nobody in particular has done, and the place of problems that are in no file."""

_PROBLEMS: Final = 20
"""Problems of one commit that are listed."""

_LONGEST_NAME: Final = 255
"""Bytes of a file's name on most systems."""

_SHOWN: Final = 80
"""Characters that problems show of a name in a repository, which anybody may have made up."""

_DETAIL: Final = 200
"""Characters of an error that the log shows."""


class UnusableError(Exception):
    """A repository is left alone; the text says why, in the middle of a sentence."""

    def __init__(self, message: str, fix: str, *, interrupted: bool = False) -> None:
        """Keep the reason.

        Args:
            message: for moderators.
            fix: for the operator; after "To fix it,".
            interrupted: whether something may have been half written, and be locked still.
        """
        super().__init__(message)
        self.fix: Final = fix
        self.interrupted: Final = interrupted


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

    def descends(self, sha: ObjectID, base: ObjectID) -> bool:
        """Tell whether one commit comes after another.

        dulwich's ``can_fast_forward`` says no where a commit's clock was behind that of its parent.
        """
        return any(entry.commit.id == base for entry in self.repo.get_walker([sha]))

    def blob(self, commit: Commit, name: str) -> tuple[int, ObjectID] | None:
        """Look up a file of a commit: its mode and the id of its content."""
        try:
            return tree_lookup_path(self.repo.object_store.__getitem__, commit.tree, self.path(name))
        except (KeyError, NotTreeError, SubmoduleEncountered):
            return None

    def files(self, commit: Commit) -> dict[str, ObjectID]:
        """List the knowledge files of a commit: name -> id of the content.

        Raises:
            KnowledgeError: an entry's name could lead out of the folder, or it's no file where one must be. Nothing of
                such a commit is to be written anywhere.
        """
        found, problems = self.listed(commit)
        if problems:
            raise KnowledgeError(problems)
        return found

    def listed(self, commit: Commit) -> tuple[dict[str, ObjectID], list[Problem]]:
        """List the knowledge files of a commit that can be taken, and what is wrong with others."""
        found: dict[str, ObjectID] = {}
        problems = []
        for inner in ("", "faq/"):
            for entry in self._entries(commit, inner):
                if problem := _problem(entry, inner):
                    problems.append(problem)
                    if len(problems) == _PROBLEMS:
                        return found, problems
                elif entry.path.endswith(b".yaml"):
                    found[f"{inner}{entry.path.decode()}"] = entry.sha
        return found, problems

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
        who = author_name(re.sub(r"[<>]", "", revision.author))
        made.author = made.committer = f"{who} <{_ADDRESS}>".encode()
        made.author_time = made.commit_time = int(revision.when.timestamp())
        offset = revision.when.utcoffset() or dt.timedelta()
        made.author_timezone = made.commit_timezone = int(offset.total_seconds())
        made.encoding = b"UTF-8"
        # Nobody's words may look like a trailer, so all of them are in the first line.
        made.message = f"{one_line(revision.what) or 'An edit'}\n\n{_TRAILER}{revision.key}\n".encode()
        self.repo.object_store.add_object(made)
        return made.id

    def _entries(self, commit: Commit, inner: str) -> Iterator[TreeEntry]:
        path = self.path(inner).rstrip(b"/")
        try:
            _, sha = tree_lookup_path(self.repo.object_store.__getitem__, commit.tree, path)
            tree = self.repo.object_store[sha]
        except (KeyError, NotTreeError, SubmoduleEncountered):
            return
        if isinstance(tree, Tree):
            yield from tree.iteritems()


def _problem(entry: TreeEntry, inner: str) -> Problem | None:
    """Say what is wrong with an entry of a tree: git writes whatever a tree says, and anybody can make one."""
    shown = inner + repr(entry.path.decode("utf-8", "replace"))[1:-1][:_SHOWN]
    file = entry.path.endswith(b".yaml")
    if not _harmless(entry.path) or (file and not entry.path.decode().isprintable()):
        what = f"the name `{shown}` could lead out of the folder, or is not what it looks like"
        return Problem(Place(REPOSITORY), what, "rename it in the repository, or take it out")
    folder = not inner and entry.path == b"faq"
    if (file and not stat.S_ISREG(entry.mode)) or (folder and not stat.S_ISDIR(entry.mode)):
        what = f"`{shown}` is {_kind(entry.mode)} in the repository"
        return Problem(Place(REPOSITORY), what, f"make it a {'folder' if folder else 'file'}")
    return None


def _harmless(name: bytes) -> bool:
    """Tell whether a name stays one name, in its folder, on every system; git checks out no other."""
    return (
        # Both refuse the spellings of `.`, `..` and `.git` that a file system takes for these; the second, too, what
        # is not UTF-8.
        validate_path_element_ntfs(name)
        and validate_path_element_hfs(name)
        and len(name) <= _LONGEST_NAME
        and b"/" not in name
        and b"\\" not in name
        and name[1:2] != b":"
    )


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    return "a submodule" if S_ISGITLINK(mode) else "a file" if stat.S_ISREG(mode) else "of no kind that git knows"


@contextmanager
def open_repo(folder: Path) -> Iterator[KnowledgeRepo | None]:
    """Open the repository whose last commit holds a knowledge folder; None where there is none.

    Raises:
        UnusableError: it's damaged, or of a kind that this code can't write.
        OSError: its files can't be read.
    """
    with ExitStack() as stack:
        try:
            holding = _opened(folder, stack)
        except (UnusableError, OSError):
            raise
        except UnsupportedExtension as error:
            message = f"the repository uses the extension {error.extension.lower()}, which I don't know"
            raise UnusableError(message, "put the files into a repository without it") from None
        except Exception as error:
            if (folder / OWN).is_dir():
                message = "the bot's own copy of the repository is damaged"
                raise UnusableError(message, copied_anew(folder)) from error
            raise unreadable(error) from error
        yield holding


def _opened(folder: Path, stack: ExitStack) -> KnowledgeRepo | None:
    own = folder / OWN
    if own.is_dir():
        repo = stack.enter_context(Repo(own))
        return KnowledgeRepo(repo, repo.get_config().get(_SECTION, b"folder").decode(), own=True)
    try:
        repo = stack.enter_context(Repo.discover(folder.resolve()))
    except NotGitRepository:
        return None
    root = Path(repo.path).resolve()
    inside = not repo.bare and folder.resolve().is_relative_to(root)
    where = folder.resolve().relative_to(root).as_posix() if inside else "."
    holding = KnowledgeRepo(repo, "" if where == "." else f"{where}/")
    if inside and not isinstance(repo.refs, DiskRefsContainer):
        message = "the repository keeps its branches as a reftable, which I can't write"
        raise UnusableError(message, "run `git refs migrate --ref-format=files` there")
    # A folder that the last commit does not hold is somebody's own, in a work tree by chance.
    if not inside or HEADREF not in repo.refs or not holding.blob(holding.commit(repo.head()), "case.yaml"):
        return None
    if repo.object_format.name != "sha1":
        message = f"the repository is in the {repo.object_format.name.upper()} format, which I can't write"
        raise UnusableError(message, "put the files into a repository as plain `git init` makes it")
    return holding


def unreadable(error: Exception) -> UnusableError:
    """Say of whatever was met in a repository that it can't be read."""
    detail = one_line(f"{type(error).__name__}: {error}")[:_DETAIL]
    message = "the repository can't be read or written"
    return UnusableError(message, f"look what `git status` and `git fsck` say there ({detail})", interrupted=True)


def copied_anew(folder: Path) -> str:
    """Say how to get the desk's own repository back."""
    return f"rename {folder} and start the bot again, which then copies the repository anew"


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
    """Give the key of the revision that a commit was made of; None for a commit by others.

    It's that of the one trailer among trailers at the end: what stands elsewhere is somebody's words.
    """
    head, _, last = commit.message.decode("utf-8", "replace").rstrip("\n").rpartition("\n\n")
    lines = last.split("\n")
    keys = [found["key"] for line in lines if (found := _KEY.fullmatch(line))]
    return keys[0] if head and len(keys) == 1 and all(map(_TRAILERS.fullmatch, lines)) else None


def short(sha: ObjectID) -> str:
    """Give the beginning of a commit's id, by which git finds it."""
    return sha.decode()[:_SHORT]
