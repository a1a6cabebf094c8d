"""Confirmed edits as commits, where the knowledge folder is in a git work tree.

Only the edit goes into the commit: whatever else somebody has changed or staged there stays as it is.
Commits are made of objects, not by running git, so no hook, editor or signature is asked for.
"""

import datetime as dt
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dulwich.errors import NotGitRepository
from dulwich.index import IndexEntry
from dulwich.object_store import commit_tree_changes, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import HEADREF
from dulwich.repo import Repo

from bot.knowledge.edit.apply import apply, find
from bot.knowledge.edit.edits import PutBack
from bot.knowledge.edit.revision import Revision
from bot.knowledge.load import KnowledgeError

_MODE: Final = 0o100644
_LOOKED_BACK: Final = 1_000
"""Commits among which the newest revision is looked for."""

_ADDRESS: Final = "moderator@casebot.invalid"
"""No one's address: git wants one, and a name on Discord has none. RFC 2606 keeps `.invalid` free."""

_TRAILER: Final = re.compile(r"^Casebot-(?P<key>Revision|Entry|File): (?P<value>.+)$", re.MULTILINE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Tree:
    """A repository whose last commit holds the knowledge folder."""

    repo: Repo
    folder: str
    """The knowledge folder, relative to the work tree; ends with a slash or is empty."""

    def path(self, name: str) -> bytes:
        return f"{self.folder}{name}".encode()

    def blob(self, commit: Commit, name: str) -> tuple[int, ObjectID] | None:
        """Look up a file of a commit: its mode and the id of its content."""
        try:
            mode, sha = tree_lookup_path(self.repo.object_store.__getitem__, commit.tree, self.path(name))
        except (KeyError, NotADirectoryError):
            return None
        return mode, sha

    def text(self, sha: ObjectID) -> str:
        return self.repo.object_store[sha].as_raw_string().decode("utf-8")


def commit(folder: Path, history: Sequence[Revision]) -> None:
    """Commit the newest revision, and those before it that could not be; nothing happens outside git.

    A failure is logged and not raised: the edit is in the files and in the history all the same.

    Args:
        folder: the knowledge folder, with the edits in its files.
        history: all revisions, oldest first; at least one.
    """
    try:
        with _opened(folder) as tree:
            if tree:
                last = _last_number(tree)
                for revision in history:
                    if revision.number > last:
                        _commit(tree, folder, revision)
    except Exception:  # noqa: BLE001 (whatever state a repository is in, the edit itself is safe)
        _log.exception("An edit is in the files but could not be committed to git.")


def revisions(folder: Path) -> tuple[Revision, ...]:
    """Read the confirmed edits from the commits, oldest first; empty where the folder is not in git."""
    with _opened(folder) as tree:
        if tree is None:
            return ()
        found = [_revision(tree, entry.commit) for entry in tree.repo.get_walker()]
    return tuple(sorted((revision for revision in found if revision), key=lambda revision: revision.number))


@contextmanager
def _opened(folder: Path) -> Iterator[_Tree | None]:
    try:
        repo = Repo.discover(folder.resolve())
    except NotGitRepository:
        yield None
        return
    with repo:
        root = Path(repo.path).resolve()
        inside = not repo.bare and folder.resolve().is_relative_to(root)
        where = folder.resolve().relative_to(root).as_posix() if inside else "."
        tree = _Tree(repo, "" if where == "." else f"{where}/")
        # A folder that the last commit does not hold is somebody's own, in a work tree by chance.
        held = inside and HEADREF in repo.refs and tree.blob(_head(repo), "case.yaml")
        yield tree if held else None


def _head(repo: Repo) -> Commit:
    head = repo[repo.head()]
    if not isinstance(head, Commit):
        raise TypeError(head)
    return head


def _last_number(tree: _Tree) -> int:
    """Find the newest revision that is committed; 0 where none is."""
    walked = tree.repo.get_walker(max_entries=_LOOKED_BACK)
    numbers = (_trailers(entry.commit).get("Revision", "") for entry in walked)
    return next((int(number) for number in numbers if number.isdecimal()), 0)


def _commit(tree: _Tree, folder: Path, revision: Revision) -> None:
    repo, name = tree.repo, revision.file
    parent = _head(repo)
    path = tree.path(name)
    committed = tree.blob(parent, name)
    mode, old = committed or (_MODE, None)
    new = _stored(tree, _edited(tree, old, folder, revision))
    if new == old:
        return
    index = repo.open_index()
    staged = index[path] if path in index else None  # noqa: SIM401 (an index has no get)
    if staged is None or isinstance(staged, IndexEntry):
        # What is staged of the same file stays staged, with the edit in it.
        sha = staged.sha if staged else None
        next_staged = new if sha == old else _stored(tree, _edited(tree, sha, folder, revision))
        if next_staged:
            # Zeros for times and size let git look at the file itself.
            index[path] = IndexEntry(0, 0, 0, 0, mode, 0, 0, 0, next_staged)
        elif staged:
            del index[path]
        index.write()
    top = repo[parent.tree]
    if not isinstance(top, Tree):
        raise TypeError(top)
    made = Commit()
    made.tree = commit_tree_changes(repo.object_store, top, [(path, mode if new else None, new)])
    made.parents = [parent.id]
    who = re.sub(r"[<>\n]", "", revision.author).strip() or "moderator"
    made.author = made.committer = f"{who} <{_ADDRESS}>".encode()
    made.author_time = made.commit_time = int(revision.when.timestamp())
    offset = revision.when.utcoffset() or dt.timedelta()
    made.author_timezone = made.commit_timezone = int(offset.total_seconds())
    made.encoding = b"UTF-8"
    trailers = {"Revision": revision.number, "Entry": revision.entry, "File": name}
    lines = [revision.what, "", *(f"Casebot-{key}: {value}" for key, value in trailers.items()), ""]
    made.message = "\n".join(lines).encode()
    repo.object_store.add_object(made)
    if not repo.refs.set_if_equals(HEADREF, parent.id, made.id):
        message = "somebody else has committed at the same moment"
        raise RuntimeError(message)


def _edited(tree: _Tree, sha: ObjectID | None, folder: Path, revision: Revision) -> str | None:
    """Make the edit in another state of the file; where that cannot be, take the file as it is."""
    path = folder / revision.file
    now = path.read_bytes().decode("utf-8") if path.exists() else None
    if sha is None:
        return now
    edit = PutBack(revision.entry, revision.file, expected=revision.before, text=revision.after)
    try:
        text = tree.text(sha)
        found = find(revision.entry, {revision.file: text})
        if (found.text if found else None) == revision.after:
            return text
        return apply(edit, {revision.file: text}).get(revision.file, text)
    except KnowledgeError:
        return now


def _stored(tree: _Tree, text: str | None) -> ObjectID | None:
    if text is None:
        return None
    blob = Blob.from_string(text.encode("utf-8"))
    tree.repo.object_store.add_object(blob)
    return blob.id


def _trailers(commit: Commit) -> dict[str, str]:
    message = commit.message.decode("utf-8", "replace")
    return {found["key"]: found["value"] for found in _TRAILER.finditer(message)}


def _revision(tree: _Tree, commit: Commit) -> Revision | None:
    """Read a commit as the revision that it was made of, if it was."""
    trailers = _trailers(commit)
    if len(trailers) != len(("Revision", "Entry", "File")) or not trailers["Revision"].isdecimal():
        return None
    name, entry = trailers["File"], trailers["Entry"]
    parent = tree.repo[commit.parents[0]] if commit.parents else None
    zone = dt.timezone(dt.timedelta(seconds=commit.author_timezone))
    return Revision(
        number=int(trailers["Revision"]),
        when=dt.datetime.fromtimestamp(commit.author_time, zone),
        author=commit.author.decode("utf-8", "replace").partition(" <")[0],
        what=commit.message.decode("utf-8", "replace").partition("\n")[0],
        entry=entry,
        file=name,
        before=_lines(tree, parent, name, entry) if isinstance(parent, Commit) else None,
        after=_lines(tree, commit, name, entry),
    )


def _lines(tree: _Tree, commit: Commit, name: str, entry: str) -> str | None:
    blob = tree.blob(commit, name)
    found = find(entry, {name: tree.text(blob[1])}) if blob else None
    return found.text if found else None
