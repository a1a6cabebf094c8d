"""Says what a wheel or an sdist holds beside the code; Hatchling calls this.

Both hold the commit they were built from, for ``casebot --version``. A wheel holds the shipped FAQ, so that
``pip install casebot`` alone answers.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "bot/_commit.txt"
KNOWLEDGE = "bot/_knowledge"


class CommitHook(BuildHookInterface):  # type: ignore[type-arg] # it has no parameter at run time
    """Adds the FAQ, and the commit unless it is not known or an sdist already has it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to what is built."""
        if self.target_name == "wheel":
            files = "force_include_editable" if version == "editable" else "force_include"
            build_data[files].update(self._knowledge())
        if version == "editable" or Path(self.root, NAME).exists():
            return
        commit = os.environ.get("CASEBOT_COMMIT") or self._head()
        if commit:
            file = Path(self.directory, "commit.txt")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{commit}\n", "utf-8")
            build_data["force_include"][str(file)] = NAME

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 (Hatchling's)
        """Remove the file from beside what was built."""
        Path(self.directory, "commit.txt").unlink(missing_ok=True)

    def _knowledge(self) -> dict[str, str]:
        """Return the FAQ's files and their names in a wheel, without the history of a folder that moderators edit."""
        folder = Path(self.root, "knowledge")
        names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        shown = (name for name in names if not any(part.startswith(".") for part in name.parts))
        return {str(folder / name): f"{KNOWLEDGE}/{name.as_posix()}" for name in shown}

    def _head(self) -> str:
        # Not that of a repository around this folder.
        if not Path(self.root, ".git").exists():
            return ""
        try:
            command = ["git", "-C", self.root, "rev-parse", "HEAD"]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 (fixed words)
        except (OSError, subprocess.CalledProcessError):
            return ""
