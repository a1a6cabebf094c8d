"""A knowledge base in a git repository elsewhere, somebody who works on it there, and bots that follow it."""

import contextlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bot.editing.desk import Desk
from bot.editing.git.clone import Clone, cloned
from bot.editing.git.remote import Remote
from bot.editing.git.sync import Sync
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import LiveKnowledge
from tests.editing.office import Office
from tests.places import HARBOUR

GIT = shutil.which("git") or "git"
INNER = "texts/knowledge"
"""Where the knowledge folder is in the repository."""


def git(folder: Path, *arguments: str) -> str:
    """Ask the real git, which must agree with what was written without it."""
    who = ["-c", "user.name=Host", "-c", "user.email=host@example.org"]
    command = [GIT, "-C", str(folder), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 (fixed words)


class Follower(Office):
    """A bot whose folder follows a repository."""

    def __init__(self, clone: Clone) -> None:
        self.folder = clone.folder
        self.builds = 0
        self.desk: Desk[KnowledgeBase] = Desk(clone.folder, Sync(clone))
        self.live = LiveKnowledge(clone.folder, self._build)


@dataclass
class Elsewhere:
    """The repository, and a work tree of its owner."""

    bare: Path
    work: Path
    home: Path
    """Where bots keep their copies."""

    def follower(self, machine: str = "one") -> Follower:
        return Follower(cloned(Remote(str(self.bare)), INNER, self.home / machine))

    def commit(self, old: str, new: str, message: str = "By hand") -> None:
        """Change the FAQ in the work tree, commit and push, after a pull."""
        git(self.work, "pull", "-q", "--rebase")
        path = self.work / INNER / "faq" / "theft.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        git(self.work, "commit", "-qam", message)
        for _ in range(5):
            with contextlib.suppress(subprocess.CalledProcessError):
                git(self.work, "push", "-q")
                return
            # The git of a bot that was killed goes on, and may have been faster.
            git(self.work, "pull", "-q", "--rebase")
        message = "somebody else was faster five times"
        raise AssertionError(message)

    def text(self) -> str:
        """What the FAQ's file says there."""
        return git(self.bare, "show", f"main:{INNER}/faq/theft.yaml")

    def log(self) -> list[str]:
        """The subjects of the commits there, newest first."""
        return git(self.bare, "log", "--format=%s", "main").splitlines()

    def head(self) -> str:
        """The id of the last commit there."""
        return git(self.bare, "rev-parse", "main").strip()

    def gone(self) -> Path:
        """Make the repository unreachable; rename what is given back to its old name to bring it back."""
        return self.bare.rename(self.bare.with_name("gone.git"))


def elsewhere(folder: Path) -> Elsewhere:
    """Make the repository in a folder."""
    bare, work = folder / "bare.git", folder / "work"
    git(folder, "init", "-q", "--bare", "-b", "main", str(bare))
    git(folder, "clone", "-q", str(bare), str(work))
    shutil.copytree(HARBOUR, work / INNER)
    (work / "README.md").write_text("More than knowledge.\n", "utf-8")
    git(work, "checkout", "-qb", "main")
    git(work, "add", ".")
    git(work, "commit", "-qm", "All of it")
    git(work, "push", "-q", "-u", "origin", "main")
    return Elsewhere(bare, work, folder / "home")
