"""The git repository that holds a knowledge folder: the files of a commit, and new commits of edits.

Commits are built from objects, without running git, so no hook runs and nobody is asked for a message or a signature.
"""

import datetime as dt
import re
import stat
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from dulwich.config import ConfigFile
from dulwich.errors import NotGitRepository, NotTreeError
from dulwich.index import validate_path_element_hfs, validate_path_element_ntfs
from dulwich.object_store import commit_tree_changes, tree_lookup_path
from dulwich.objects import S_ISGITLINK, Blob, Commit, ObjectID, SubmoduleEncountered, Tree, TreeEntry
from dulwich.refs import HEADREF, DiskRefsContainer
from dulwich.repo import Repo, UnsupportedExtension

from bot.editing.revision import MAX_REASON, ChangeKind, Revision, author_name, one_line
from bot.knowledge.folder import DESK, NameKind, is_overlooked, name_kind
from bot.knowledge.load import KnowledgeError, overlooked_problem
from bot.knowledge.yaml_file import Place, Problem

MODE: Final = 0o100644
"""The mode of a new file: not executable."""

_ADDRESS: Final = "moderator@casebot.invalid"
"""Nobody's address: git requires one, and Discord has none. RFC 2606 reserves ``.invalid``."""

OWN: Final = f"{DESK}/repository.git"
"""The desk's own repository in a knowledge folder that follows one elsewhere."""

_SECTION: Final = (b"casebot",)

_SHORT: Final = 8
"""Characters of an abbreviated commit id; git accepts 7 and more."""

_TRAILER: Final = "Casebot-Revision: "
_CHANGE_TRAILER: Final = "Casebot-Change: "
"""Says what a commit is for readers of the answer that it changes: ``correction: the year was wrong``."""

_CHANGE: Final = re.compile(rf"{_CHANGE_TRAILER}(?P<kind>{'|'.join(ChangeKind)})(?::(?P<reason>.*))?")
_KEY: Final = re.compile(rf"{_TRAILER}(?P<key>[0-9a-f]{{32}})")
_TRAILERS: Final = re.compile(r"[A-Za-z0-9-]+: .*|\(cherry picked from commit .*|[ \t].*")
"""A line in a paragraph of trailers: https://git-scm.com/docs/git-interpret-trailers"""

REPOSITORY: Final = "the repository"
"""The author of changes that have none, and the place of problems that are not in a file."""

_PROBLEMS: Final = 20
"""Most problems of one commit that are listed."""

_FOLDERS: Final = 100
"""Most folders of one commit to search for overlooked files: a small repository can hold a tree of millions."""

_LONGEST_NAME: Final = 255
"""Bytes of a file name on most systems."""

_SHOWN: Final = 80
"""Characters that problems quote of a name in a repository, because anybody can choose it."""

_DETAIL: Final = 200
"""Characters of an error that are shown."""


class UnusableError(Exception):
    """A repository cannot be used; the text says why, worded for the middle of a sentence."""

    def __init__(self, message: str, fix: str, *, interrupted: bool = False) -> None:
        """Keep the reason.

        Args:
            message: for moderators.
            fix: for the operator; after "To fix it,".
            interrupted: whether something may be half written, and still locked.
        """
        super().__init__(message)
        self.fix: Final = fix
        self.interrupted: Final = interrupted


@dataclass(frozen=True, slots=True)
class KnowledgeRepo:
    """A repository whose commits hold the knowledge folder."""

    repo: Repo
    folder: str
    """The path of the knowledge folder in the repository; it ends with a slash or is empty."""

    own: bool = False
    """Whether it is the desk's own, where nobody else commits."""

    def path(self, name: str) -> bytes:
        """Return the path of a knowledge file in the repository."""
        return f"{self.folder}{name}".encode()

    def commit(self, sha: ObjectID) -> Commit:
        """Return a commit by its id.

        Raises:
            KeyError: there is none.
        """
        found = self.repo[sha]
        if not isinstance(found, Commit):
            raise KeyError(sha)
        return found

    def descends(self, sha: ObjectID, base: ObjectID) -> bool:
        """Return whether `sha` is `base` or descends from it.

        dulwich's ``can_fast_forward`` denies it if the clock of a commit was behind that of its parent.
        """
        return any(entry.commit.id == base for entry in self.repo.get_walker([sha]))

    def blob(self, commit: Commit, name: str) -> tuple[int, ObjectID] | None:
        """Return the mode of a file in a commit and the id of its content; None if there is none."""
        try:
            return tree_lookup_path(self.repo.object_store.__getitem__, commit.tree, self.path(name))
        except (KeyError, NotTreeError, SubmoduleEncountered):
            return None

    def obstacle(self, commit: Commit) -> str | None:
        """Return why a commit has no knowledge folder, worded for the middle of a sentence; None if it has one."""
        path = self.folder.strip("/")
        names = path.split("/") if path else []
        for end in range(1, len(names) + 1):
            shown = "/".join(names[:end])
            found = self._mode(commit, shown)
            if found is None:
                return f"it has no folder {shown}"
            if not stat.S_ISDIR(found):
                why = ", whose files are in another repository" if S_ISGITLINK(found) else ""
                return f"{shown} is {_kind(found)} in it{why}"
        if self.blob(commit, "case.yaml") is None:
            return f"it has no case.yaml in {f'its folder {path}' if path else 'its top folder'}"
        return None

    def _mode(self, commit: Commit, path: str) -> int | None:
        try:
            return tree_lookup_path(self.repo.object_store.__getitem__, commit.tree, path.encode())[0]
        except (KeyError, NotTreeError, SubmoduleEncountered):
            return None

    def files(self, commit: Commit) -> dict[str, ObjectID]:
        """Return the ids of a commit's knowledge files by name.

        Raises:
            KnowledgeError: a name could lead out of the folder, or is not that of a file. Nothing of such a commit
                may be written anywhere.
        """
        found, problems = self.listed(commit)
        if problems:
            raise KnowledgeError(problems)
        return found

    def listed(self, commit: Commit) -> tuple[dict[str, ObjectID], list[Problem]]:
        """Return the ids of a commit's usable knowledge files by name, and what is wrong with the others."""
        found: dict[str, ObjectID] = {}
        problems = []
        for inner in ("", "faq/"):
            for entry in self._entries(commit, inner):
                if problem := _problem(entry, inner):
                    problems.append(problem)
                    if len(problems) == _PROBLEMS:
                        return found, problems
                elif _is_read(entry.path):
                    found[f"{inner}{entry.path.decode()}"] = entry.sha
        return found, problems

    def overlooked(self, commit: Commit) -> list[Problem]:
        """Return a problem for each file of a commit that was meant for knowledge but is not read."""
        names = [entry.path.decode("utf-8", "replace") for entry in self._entries(commit, "")]
        waiting = deque(["faq/"])
        for _ in range(_FOLDERS):
            if not waiting:
                break
            inner = waiting.popleft()
            for entry in self._entries(commit, inner):
                name = inner + entry.path.decode("utf-8", "replace")
                if stat.S_ISDIR(entry.mode):
                    waiting.append(f"{name}/")
                else:
                    names.append(name)
        found = sorted(filter(is_overlooked, names))[:_PROBLEMS]
        return [overlooked_problem(repr(name)[1:-1][:_SHOWN]) for name in found]

    def content(self, sha: ObjectID) -> bytes:
        """Return the content of a file."""
        return self.repo.object_store[sha].as_raw_string()

    def text(self, sha: ObjectID) -> str:
        """Return the content of a file as text.

        Raises:
            UnicodeDecodeError: it is not UTF-8.
        """
        return self.content(sha).decode("utf-8")

    def store(self, text: str | None) -> ObjectID | None:
        """Store a text as the content of a file and return its id; None stays None."""
        if text is None:
            return None
        blob = Blob.from_string(text.encode("utf-8"))
        self.repo.object_store.add_object(blob)
        return blob.id

    def add(self, parent: Commit, files: Mapping[str, ObjectID | None], revision: Revision) -> ObjectID:
        """Create the commit of a revision, to which no branch points yet, and return its id.

        Args:
            parent: its parent.
            files: ids of new contents by file name; None deletes the file.
            revision: the edit.
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
        # Nobody's words may pass for a trailer, so all of them are in the first line.
        told = f"{revision.kind}: {revision.reason}".removesuffix(": ") if revision.kind else ""
        trailers = [*([_CHANGE_TRAILER + told] if told else []), _TRAILER + revision.key, ""]
        made.message = "\n".join([one_line(revision.what) or "An edit", "", *trailers]).encode()
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
    """Return what is wrong with an entry of a tree. Anybody can craft one, and git would write whatever it says."""
    shown = inner + repr(entry.path.decode("utf-8", "replace"))[1:-1][:_SHOWN]
    file = _is_read(entry.path)
    if not _harmless(entry.path) or (file and not entry.path.decode().isprintable()):
        what = f"the name `{shown}` could lead out of the folder, or is not what it looks like"
        return Problem(Place(REPOSITORY), what, "rename it in the repository, or remove it")
    folder = not inner and entry.path == b"faq"
    if (file and not stat.S_ISREG(entry.mode)) or (folder and not stat.S_ISDIR(entry.mode)):
        what = f"`{shown}` is {_kind(entry.mode)} in the repository"
        return Problem(Place(REPOSITORY), what, f"make it a {'folder' if folder else 'file'}")
    return None


def _is_read(name: bytes) -> bool:
    return name_kind(name.decode("utf-8", "replace")) is NameKind.READ


def _harmless(name: bytes) -> bool:
    """Return whether a name stays one name, in its folder, on every system. git refuses to check out others, too."""
    return (
        # Both refuse whatever a file system takes for `.`, `..` or `.git`; the second also refuses what is not UTF-8.
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
    """Open the repository whose last commit holds a knowledge folder; yield None if there is none.

    Raises:
        UnusableError: it is damaged, or of a kind that this code cannot write.
        OSError: its files cannot be read.
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
    # A folder that the last commit does not hold is in the work tree by chance.
    if not inside or HEADREF not in repo.refs or not holding.blob(holding.commit(repo.head()), "case.yaml"):
        return None
    if repo.object_format.name != "sha1":
        message = f"the repository is in the {repo.object_format.name.upper()} format, which I can't write"
        raise UnusableError(message, "put the files into a repository made by plain `git init`")
    return holding


def unreadable(error: Exception) -> UnusableError:
    """Return the error for an unexpected failure in a repository."""
    detail = one_line(f"{type(error).__name__}: {error}")[:_DETAIL]
    message = "the repository can't be read or written"
    return UnusableError(message, f"see what `git status` and `git fsck` say there ({detail})", interrupted=True)


def copied_anew(folder: Path) -> str:
    """Return how to restore the desk's own repository, in words."""
    return f"rename {folder} and restart the bot, which then makes a new copy of the repository"


def make_own(folder: Path, inner: str) -> Repo:
    """Create the desk's own repository. It is bare: the knowledge folder itself is what is checked out.

    Args:
        folder: the knowledge folder, empty.
        inner: the path of the knowledge folder in the repository; empty for its top.
    """
    own = folder / OWN
    own.mkdir(parents=True)
    repo = Repo.init_bare(own)
    config = repo.get_config()
    config.set(_SECTION, b"folder", f"{inner.strip('/')}/".lstrip("/").encode())
    config.write_to_path()
    return repo


def renew_config(repository: Path) -> None:
    """Replace a repository's configuration, whatever it says: git runs programs that it names.

    Of the old one only the folder is kept that :func:`make_own` wrote into it.

    Args:
        repository: its folder, with its branches and objects.
    """
    file = repository / "config"
    new = ConfigFile()
    for name, value in {"repositoryformatversion": b"0", "filemode": b"true", "logallrefupdates": b"true"}.items():
        new.set((b"core",), name.encode(), value)
    new.set((b"core",), b"bare", b"false" if repository.name == ".git" else b"true")
    with suppress(OSError, ValueError, KeyError):
        old = ConfigFile.from_file(BytesIO(file.read_bytes()), expand_includes=False)
        new.set(_SECTION, b"folder", old.get(_SECTION, b"folder"))
    new.write_to_path(str(file))
    # A repository without them is none; what is packed leaves them empty.
    for each in ("objects", "refs"):
        (repository / each).mkdir(exist_ok=True)


def revision_key(commit: Commit) -> str | None:
    """Return the key of the revision that a commit was made from; None for a commit by others.

    Only a single trailer in the paragraph of trailers counts: anywhere else, it is somebody's words.
    """
    head, _, last = commit.message.decode("utf-8", "replace").rstrip("\n").rpartition("\n\n")
    lines = last.split("\n")
    keys = [found["key"] for line in lines if (found := _KEY.fullmatch(line))]
    return keys[0] if head and len(keys) == 1 and all(map(_TRAILERS.fullmatch, lines)) else None


def change_trailer(commit: Commit) -> tuple[ChangeKind | None, str]:
    """Return what a commit's trailer says it is for readers, and why; None and nothing if it has no such trailer."""
    head, _, last = commit.message.decode("utf-8", "replace").rstrip("\n").rpartition("\n\n")
    found = [match for line in last.split("\n") if (match := _CHANGE.fullmatch(line.strip()))] if head else []
    if not found:
        return None, ""
    return ChangeKind(found[-1]["kind"]), one_line(found[-1]["reason"] or "")[:MAX_REASON]


def short(sha: ObjectID) -> str:
    """Return the abbreviated id of a commit."""
    return sha.decode()[:_SHORT]
